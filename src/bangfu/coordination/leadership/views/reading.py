"""What is read: visits as list and file, one visit, the leaders and one of them."""

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

from bangfu.coordination.leadership import lists, queries
from bangfu.coordination.leadership.models import (
    OUTCOME_WORDS,
    POINT_WORDS,
    RANK_WORDS,
    STATE_WORDS,
    Leader,
    Visit,
    VisitState,
)
from bangfu.coordination.leadership.queries import VIEW
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
LOOKS = {state: state.lower() for state in VisitState.values}
"""How each state looks; see docs/look."""
COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("arrived", both("日期", "Days")),
    (None, both("领导", "Leader")),
    ("unit", both("单位", "Unit")),
    ("place", both("地点", "Place")),
    (None, both("事由", "Purpose")),
    ("open", both("未了", "Open")),
    (None, both("状态", "State")),
)
HEADINGS: tuple[Words, ...] = (
    both("到访编号", "Visit's number"), both("领导编号", "Leader's number"), both("职务", "Post"), both("类别", "Rank"),
    both("单位", "Unit"), both("区划代码", "Place code"), both("地点", "Place"), both("到达日期", "Arrived on"),
    both("离开日期", "Last day"), both("事由", "Purpose"), both("问题和承诺", "Problems and commitments"), both("状态", "State"),
)  # fmt: skip


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def may(account: Account, operation: str, one: Visit | Leader | None = None) -> bool:
    """Return whether somebody may do something to a visit or a leader, or anywhere."""
    today, permission = timezone.localdate(), f"leadership.{operation}"
    if one is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, one.scope, today)


def readable(request: HttpRequest, key: int) -> tuple[Account, Visit]:
    """Return who reads and the visit.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    visit = get_object_or_404(queries.visits(), pk=key)
    if not may(account, "view", visit):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, visit


def readable_leader(request: HttpRequest, key: int) -> tuple[Account, Leader]:
    """Return who reads and the leader.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    leader = get_object_or_404(Leader.objects.select_related("unit", "person__key"), pk=key)
    if not may(account, "view", leader):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, leader


def _visible(account: Account) -> QuerySet[Visit]:
    return queries.visits().filter(within_grants(account, VIEW, timezone.localdate()))


def _asked(request: HttpRequest) -> queries.VisitFilter:
    said = {name: request.GET.get(name, "").strip() for name in ("q", "rank", "state", "sort")}
    sort = said["sort"].lstrip("-")
    return queries.VisitFilter(
        text=said["q"][:60],
        rank=said["rank"] if said["rank"] in RANK_WORDS else "",
        state=said["state"] if said["state"] in STATE_WORDS else "",
        sort=sort if sort in queries.SORTS else "arrived",
        descending=said["sort"].startswith("-") or not sort,
    )


def rows_of(account: Account, visits: Iterable[Visit]) -> list[dict[str, Any]]:
    """Return visits as lists show them."""
    found = list(visits)
    labels = place_labels({one.place_id for one in found}, short=True)
    today = timezone.localdate()
    names = queries.leader_names(account, [one.leader for one in found], today)
    opened = lists.leaders(account, today).filter(pk__in={one.leader_id for one in found})
    opens = set(opened.values_list("pk", flat=True))
    return [
        {
            "visit": one,
            "opens_leader": one.leader_id in opens,
            "days": queries.days_text(one),
            "leader": f"{one.post} {names[one.leader_id]}",
            "rank": RANK_WORDS[one.rank],
            "place": labels[one.place_id],
            "open": one.open_points,  # type: ignore[attr-defined]
            "state": STATE_WORDS[one.state],  # type: ignore[attr-defined]
            "look": LOOKS[one.state],  # type: ignore[attr-defined]
        }
        for one in found
    ]


@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """List the visits that the reader may see, narrowed, sorted and paged."""
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
                "is_number": sort == "open",
            }
        )
    context = {
        "page": page,
        "rows": rows_of(account, page),
        "asked": asked,
        "is_narrowed": bool(asked.text or asked.rank or asked.state),
        "ranks": RANK_WORDS.items(),
        "states": STATE_WORDS.items(),
        "columns": columns,
        "may_register": may(account, "register_visit"),
        "may_import": may(account, "import_visits"),
    }
    return render(request, "leadership/visits.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from; leaders by number and post, never by name."""
    account, asked = reader(request), _asked(request)
    parts = (asked.text, RANK_WORDS.get(asked.rank, ""), STATE_WORDS.get(asked.state, ""))
    origin = Origin(
        what=not_figures(both("领导到访", "Leaders' visits")),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" · ".join(str(part) for part in parts if part),
        address=request.build_absolute_uri(f"{reverse('leadership:visits')}?{request.GET.urlencode()}"),
    )
    return list_file("visits", form, HEADINGS, _cells(asked.apply(_visible(account))), origin)


def _cells(rows: QuerySet[Visit]) -> Iterator[list[str]]:
    for batch in in_batches(rows.prefetch_related("points")):
        labels = place_labels({one.place_id for one in batch})
        for one in batch:
            points = (f"{POINT_WORDS[point.kind]}：{queries.point_text(point)}" for point in one.points.all())
            yield [
                one.reference, one.leader.code, one.post, str(RANK_WORDS[one.rank]), one.unit.name,
                code_text(one.place_id), labels[one.place_id], one.arrived_on.isoformat(), one.left_on.isoformat(),
                one.purpose, "；".join(points), str(STATE_WORDS[one.state]),  # type: ignore[attr-defined]
            ]  # fmt: skip


@require_safe
def visit(request: HttpRequest, key: int) -> HttpResponse:
    """Show one visit: what was found and promised, evidence, history, and what may be done next."""
    account, found = readable(request, key)
    return render(request, "leadership/visit.html", visit_context(account, found))


def visit_context(account: Account, found: Visit) -> dict[str, Any]:
    """Return what a visit's page shows to an account, with what the account may do next."""
    state = found.state  # type: ignore[attr-defined]
    review = review_of(found)
    is_submitter = review is not None and review.submitted_by_id == account.pk
    waits = state == VisitState.SUBMITTED
    is_open = state in (VisitState.DRAFT, VisitState.RETURNED)
    may_decide = waits and not is_submitter and may(account, "verify_visit", found)
    settles = state == VisitState.VERIFIED and found.registered_by_id != account.pk
    today = timezone.localdate()
    first = entered(
        found.registered_at,
        found.registered_by,
        sheet=found.upload.name if found.upload else None,
        by_hand=both("逐次登记", "Entered by hand"),
    )
    points = [
        {
            "point": one,
            "kind": POINT_WORDS[one.kind],
            "outcome": OUTCOME_WORDS[one.kind][one.outcome] if one.outcome else "",
            "is_late": one.settled_on is None and one.due_on is not None and one.due_on < today,
        }
        for one in found.points.order_by("number")
    ]
    return {
        **rows_of(account, [found])[0],
        "place": place_label(found.place_id),
        "place_code": code_text(found.place_id),
        "points": points,
        "is_returned": state == VisitState.RETURNED,
        "is_withdrawn": state == VisitState.WITHDRAWN,
        **life_shown(found, life_of(found, first, *withdrawn(found)), reader=account, on=today),
        "reason": reason_words(found.withdrawal_reason),
        "review": review,
        "waits_for_another": waits and is_submitter,
        "may_revise": is_open and may(account, "revise_visit", found),
        "may_submit": is_open and may(account, "submit_visit", found),
        "may_verify": may_decide,
        "may_settle": settles and may(account, "settle_point", found),
        "may_withdraw": not waits and state != VisitState.WITHDRAWN and may(account, "withdraw_visit", found),
        "keyed": Keyed(),
        "return_form": RemarkForm() if may_decide else None,
    }


@require_safe
def leaders(request: HttpRequest) -> HttpResponse:
    """List the leaders whose unit the reader may see, with how often and when they last travelled."""
    account = reader(request)
    text = request.GET.get("q", "").strip()[:60]
    found = lists.leaders(account, timezone.localdate(), text)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    names = queries.leader_names(account, page, timezone.localdate())
    rows = [{"leader": one, "name": names[one.pk], "rank": RANK_WORDS[one.rank]} for one in page]
    context = {"page": page, "rows": rows, "q": text, "may_register": may(account, "register_leader")}
    return render(request, "leadership/leaders.html", context)


@require_safe
def leader(request: HttpRequest, key: int) -> HttpResponse:
    """Show one leader with their visits."""
    account, found = readable_leader(request, key)
    mine = _visible(account).filter(leader=found).order_by("-arrived_on", "-pk")
    page = Paginator(mine, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "leader": found,
        "name": queries.leader_names(account, [found], timezone.localdate())[found.pk],
        "rank": RANK_WORDS[found.rank],
        "page": page,
        "rows": rows_of(account, page),
        "may_revise": may(account, "revise_leader", found),
    }
    return render(request, "leadership/leader.html", context)
