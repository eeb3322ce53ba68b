"""What is read: the register of schools as list and file, and one school."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.connectivity.schooling import queries
from bangfu.connectivity.schooling.models import KIND_WORDS, STATE_WORDS, School, SchoolState
from bangfu.connectivity.schooling.queries import number_text
from bangfu.connectivity.schooling.subjects import VIEW
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import code_text, place_label, place_labels
from bangfu.foundation.records import entered, life_of, life_shown, reason_words, review_of, withdrawn
from bangfu.foundation.records.forms import RemarkForm
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, in_batches, list_file, not_figures

ROWS_A_PAGE = 50
LOOKS = {
    SchoolState.DRAFT: "draft",
    SchoolState.SUBMITTED: "submitted",
    SchoolState.RETURNED: "returned",
    SchoolState.SERVED: "verified",
    SchoolState.STOPPING: "submitted",
    SchoolState.STOPPED: "draft",
    SchoolState.WITHDRAWN: "withdrawn",
}
"""How each state looks; see docs/look."""
COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("name", both("学校", "School")),
    ("code", both("标识码", "Code")),
    (None, both("类别", "Kind")),
    ("place", both("地点", "Place")),
    ("pupils", both("学生", "Pupils")),
    ("accepted", both("验收启用", "Accepted")),
    (None, both("状态", "State")),
)
HEADINGS: tuple[Words, ...] = (
    both("学校标识码", "School code"), both("学校名称", "School"), both("类别", "Kind"), both("区划代码", "Place code"),
    both("地点", "Place"), both("负责单位", "In charge"), both("学生数", "Pupils"), both("班级数", "Classes"),
    both("统计日期", "Counted on"), both("带宽（Mbps）", "Bandwidth (Mbps)"), both("经度", "Longitude"), both("纬度", "Latitude"),
    both("坐标系", "Datum"), both("验收启用日期", "Accepted on"), both("停用日期", "Stopped on"), both("状态", "State"),
)  # fmt: skip


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def may(account: Account, operation: str, school: School | None = None) -> bool:
    """Return whether somebody may do something to a school, or anywhere."""
    today, permission = timezone.localdate(), f"schooling.{operation}"
    if school is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, school.scope, today)


def readable(request: HttpRequest, key: int) -> tuple[Account, School]:
    """Return who reads and the school.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    school = get_object_or_404(queries.schools(), pk=key)
    if not may(account, "view", school):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, school


def _visible(account: Account) -> QuerySet[School]:
    return queries.schools().filter(within_grants(account, VIEW, timezone.localdate()))


def _asked(request: HttpRequest) -> queries.SchoolFilter:
    said = {name: request.GET.get(name, "").strip() for name in ("q", "kind", "state", "sort")}
    sort = said["sort"].lstrip("-")
    return queries.SchoolFilter(
        text=said["q"][:60],
        kind=said["kind"] if said["kind"] in KIND_WORDS else "",
        state=said["state"] if said["state"] in STATE_WORDS else "",
        sort=sort if sort in queries.SORTS else "place",
        descending=said["sort"].startswith("-"),
    )


def _rows(schools: Iterable[School]) -> list[dict[str, Any]]:
    found = list(schools)
    labels = place_labels({one.place_id for one in found})
    return [
        {
            "school": one,
            "place": labels[one.place_id],
            "kind": KIND_WORDS[one.kind],
            "pupils": number_text(one.pupils),
            "classes": number_text(one.classes),
            "state": STATE_WORDS[one.state],  # type: ignore[attr-defined]
            "look": LOOKS[one.state],  # type: ignore[attr-defined]
        }
        for one in found
    ]


@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """List the schools that the reader may see, narrowed, sorted and paged."""
    account, asked = reader(request), _asked(request)
    page = Paginator(asked.apply(_visible(account)), ROWS_A_PAGE).get_page(request.GET.get("page"))
    columns = []
    for sort, title in COLUMNS:
        is_sorted = sort == asked.sort
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        columns.append(
            {
                "title": title,
                "sort": towards if sort else None,
                "direction": direction,
                "is_number": sort == "pupils",
            }
        )
    context = {
        "page": page,
        "rows": _rows(page),
        "asked": asked,
        "is_narrowed": bool(asked.text or asked.kind or asked.state),
        "kinds": KIND_WORDS.items(),
        "states": STATE_WORDS.items(),
        "columns": columns,
        "may_register": may(account, "register_school"),
        "may_import": may(account, "import_schools"),
    }
    return render(request, "schooling/schools.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed register as a file that says where it comes from."""
    account, asked = reader(request), _asked(request)
    origin = Origin(
        what=not_figures(both("学校", "Schools")),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" · ".join(
            str(part)
            for part in (asked.text, KIND_WORDS.get(asked.kind, ""), STATE_WORDS.get(asked.state, ""))
            if part
        ),
        address=request.build_absolute_uri(f"{reverse('schooling:schools')}?{request.GET.urlencode()}"),
    )
    return list_file("schools", form, HEADINGS, _cells(asked.apply(_visible(account))), origin)


def _cells(rows: QuerySet[School]) -> Iterator[list[str]]:
    for batch in in_batches(rows):
        labels = place_labels({one.place_id for one in batch})
        for one in batch:
            numbers = (
                one.pupils,
                one.classes,
                one.counted_on,
                one.bandwidth_mbps,
                one.longitude,
                one.latitude,
            )
            yield [
                one.code, one.name, str(KIND_WORDS[one.kind]), code_text(one.place_id), labels[one.place_id],
                one.unit.name, *("" if number is None else str(number) for number in numbers), one.datum,
                one.accepted_on.isoformat(), one.stopped_on.isoformat() if one.stopped_on else "",
                str(STATE_WORDS[one.state]),  # type: ignore[attr-defined]
            ]  # fmt: skip


@require_safe
def school(request: HttpRequest, key: int) -> HttpResponse:
    """Show one school: what it is, evidence, history, facts, and what may be done next."""
    account, found = readable(request, key)
    return render(request, "schooling/school.html", school_context(account, found))


def school_context(account: Account, found: School) -> dict[str, Any]:
    """Return what a school's page shows to an account, with what the account may do next."""
    state = found.state  # type: ignore[attr-defined]
    review = review_of(found)
    is_submitter = review is not None and review.submitted_by_id == account.pk
    waits = state in (SchoolState.SUBMITTED, SchoolState.STOPPING)
    is_counted = found.confirmed_at is not None
    is_open = state in (SchoolState.DRAFT, SchoolState.RETURNED) and not is_counted
    stop_returned = state == SchoolState.RETURNED and is_counted
    may_decide = waits and not is_submitter and may(account, "verify_school", found)
    first = entered(
        found.registered_at,
        found.registered_by,
        sheet=found.upload.name if found.upload else None,
        by_hand=both("逐所登记", "Entered by hand"),
    )
    trail = life_of(found, first, *withdrawn(found))
    return {
        **_rows([found])[0],
        "place": place_label(found.place_id),
        "place_code": code_text(found.place_id),
        "positions": queries.summaries([found.pk])[found.pk].positions,
        "is_returned": state == SchoolState.RETURNED,
        "is_withdrawn": state == SchoolState.WITHDRAWN,
        "is_stop": is_counted and found.stopped_on is not None,
        "is_counted": is_counted,
        **life_shown(found, trail, reader=account, on=timezone.localdate()),
        "reason": reason_words(found.withdrawal_reason),
        "review": review,
        "waits_for_another": waits and is_submitter,
        "may_revise": is_open and may(account, "revise_school", found),
        "may_submit": is_open and may(account, "submit_school", found),
        "may_verify": may_decide,
        "may_stop": (state == SchoolState.SERVED or stop_returned) and may(account, "stop_school", found),
        "may_resume": stop_returned and may(account, "resume_school", found),
        "may_count": state != SchoolState.WITHDRAWN and may(account, "count_pupils", found),
        "may_withdraw": not waits
        and state != SchoolState.WITHDRAWN
        and may(account, "withdraw_school", found),
        "keyed": Keyed(),
        "return_form": RemarkForm() if may_decide else None,
    }
