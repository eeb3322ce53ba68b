"""Programmes: listed, shown with criteria, quotas, committee and meetings, and acted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.intake.writing import MEDIA_TYPE, typed_rows
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import masked_persons
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import doors_of
from bangfu.foundation.records.gate import sort_asked, sort_columns
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.giving.grants import books, operations, queries
from bangfu.giving.grants.models import (
    APPLICATION_STATE_WORDS,
    PROGRAMME_STATE_WORDS,
    Programme,
    ProgrammeState,
    School,
)
from bangfu.giving.grants.paying_telling import yuan
from bangfu.giving.grants.register import VIEW
from bangfu.giving.grants.sheets import CLASS_SHEET
from bangfu.giving.grants.terms import term_words
from bangfu.giving.grants.views.gate import (
    LOOKS,
    ROWS_A_PAGE,
    may,
    may_read,
    readable,
    reader,
    require,
    sections,
)

PAGES = ["GET", "HEAD", "POST"]
FULL = Programme.objects.select_related("unit", "fund")
SORTS = {"name": "name_zh", "term": "term", "opens": "opens_on", "state": "state"}
COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("name", both("项目", "Programme"), False), ("term", both("学期", "Term"), False),
    ("opens", both("受理", "Applications"), False), (None, both("每人（元）", "For each (yuan)"), True),
    (None, both("名额", "Quota"), True), (None, both("申请", "Applied"), True), (None, both("已核定", "Awarded"), True),
    ("state", both("状态", "State"), False),
)  # fmt: skip
PARTS = both("项目", "Programmes")
MOST_SHARING = 200
BLANK_ROWS = 60
"""Rows of a blank sheet without a quota of the school's own."""


def at(one: Programme) -> str:
    """Return the page of a programme."""
    return reverse("grants:programme", args=[one.pk])


def _programmes(request: HttpRequest, account: Account) -> tuple[QuerySet[Programme], dict[str, Any]]:
    found = queries.programmes_seen_by(account, timezone.localdate())
    text, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    state = state if state in PROGRAMME_STATE_WORDS else ""
    if text:
        found = found.filter(
            Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__istartswith=text) | Q(term__startswith=text)
        )  # fmt: skip
    if state:
        found = found.filter(state=state)
    sort, descending = sort_asked(request, SORTS, "opens")
    found = found.annotate(
        applied=Count("applications", distinct=True),
        granted=Count("applications", distinct=True, filter=Q(applications__state="AWARDED")),
    )
    asked = {
        "text": text,
        "state": state,
        "sort": sort,
        "descending": descending,
        "is_narrowed": bool(text or state),
    }
    return found.order_by(f"{'-' if descending else ''}{SORTS[sort]}", "pk"), asked


def _seats(keys: list[int]) -> dict[int, int]:
    rows = Programme.objects.filter(pk__in=keys).values_list("pk", "quotas__pupils")
    found: dict[int, int] = {}
    for key, pupils in rows:
        found[key] = found.get(key, 0) + (pupils or 0)
    return found


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """List the programmes that the reader may see, narrowed, sorted and paged."""
    account = reader(request)
    found, asked = _programmes(request, account)
    shown = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    seats = _seats([one.pk for one in shown])
    context = {
        "sections": sections("programmes"), "page": shown, **asked, "states": PROGRAMME_STATE_WORDS.items(),
        "columns": sort_columns(COLUMNS, asked["sort"], descending=asked["descending"]),
        "rows": [
            {"it": one, "look": LOOKS[one.state], "term": str(term_words(one.term)), "amount": yuan(one.amount_fen),
             "seats": seats[one.pk]}
            for one in shown
        ],
        "may_draft": may(account, "draft_programme"), "may_bring": may(account, "import_class"),
    }  # fmt: skip
    return render(request, "grants/programmes.html", context)


@require_safe
def programmes_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list of programmes as a file that says where it comes from."""
    account = reader(request)
    found, _ = _programmes(request, account)

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            seats = _seats([one.pk for one in batch])
            for one in batch:
                yield [
                    one.name, str(term_words(one.term)), f"{one.opens_on} – {one.last_day}",
                    Decimal(one.amount_fen).scaleb(-2), Decimal(seats[one.pk]),
                    Decimal(one.applied), Decimal(one.granted),  # type: ignore[attr-defined]
                    str(one.state_words),
                ]  # fmt: skip

    origin = origin_of(
        request, reverse("grants:programmes"), not_figures(both("助学项目", "Programmes")),
        taken_by=account.display_name, narrowed_to=[request.GET.get(one, "") for one in ("q", "state")],
    )  # fmt: skip
    return list_file("grants-programmes", form, tuple(title for _, title, _ in COLUMNS), cells(), origin)


@require_safe
def programme(request: HttpRequest, key: int) -> HttpResponse:
    """Show one programme: its money, criteria, quotas, committee, and what may be done next."""
    account, one = _listed_one(request, key)
    return render(request, "grants/programme.html", programme_context(account, one))


def _listed_one(request: HttpRequest, key: int) -> tuple[Account, Programme]:
    """Return who reads, and a programme of their list: also of whoever may read one county of it.

    Raises: Http404: there is none; NotPermitted: it is not in their list.
    """
    account, one = reader(request), get_object_or_404(FULL, pk=key)
    if not queries.programmes_seen_by(account, timezone.localdate()).filter(pk=one.pk).exists():
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, one


PRESSES: dict[str, tuple[str, str, Words]] = {
    "DRAFTED": ("open_programme", "open", both("开放受理", "Open")),
    "OPEN": ("begin_vetting", "vetting", both("停止受理，开始评议", "Stop applications")),
    "VETTING": ("display_shortlist", "display", both("生成公示名单", "Make lists for display")),
    "DISPLAYED": ("award_grants", "award", both("核定到期的", "Award who is due")),
    "AWARDED": ("award_grants", "award", both("核定到期的", "Award who is due")),
}


def programme_context(account: Account, one: Programme) -> dict[str, Any]:
    """Return what a programme's page shows; whoever reads one county of it sees that county's quotas and applications."""
    today = timezone.localdate()
    is_whole = may_read(account, VIEW, one.scope)
    uses = [
        use for use in queries.use_of_quotas(one)
        if is_whole or may_read(account, VIEW, replace(one.scope, place=use.place))
    ]  # fmt: skip
    labels = place_labels({use.place for use in uses}, short=True)
    counts = queries.counts_by_state(one, account, today)
    press = PRESSES.get(one.state)
    position = books.position(one.fund)
    members = list(one.members.select_related("account").order_by("left_on", "pk"))
    names = masked_persons([member.person_id for member in members])
    is_decided = one.state in ("VETTING", "DISPLAYED", "AWARDED")
    return {
        "programme": one, "look": LOOKS[one.state], "term": str(term_words(one.term)), "amount": yuan(one.amount_fen),
        "fund": {name: yuan(getattr(position, f"{name}_fen")) for name in ("raised", "committed", "paid", "left")},
        "is_whole": is_whole, "may_read_books": may_read(account, "money.view", one.scope),
        "enough": max(position.left_fen, 0) // one.amount_fen,
        "criteria": one.criteria.order_by("-points", "pk"), "steps": one.steps.select_related("by").order_by("pk"),
        "uses": [{"use": use, "place": labels[use.place]} for use in uses],
        "seats": sum(use.pupils for use in uses), "sharing": _sharing(uses),
        "states": [(words, counts[state], state) for state, words in APPLICATION_STATE_WORDS.items() if state in counts],
        "members": [{"it": member, "name": names[member.person_id].name} for member in members],
        "meetings": one.meetings.order_by("number"), "notices": one.notices.count(),
        "press": press if press and _is_next(press[1], counts) and may(account, press[0], one.scope) else None,
        "more": _more(account, one, counts),
        "may_plan": one.state == ProgrammeState.DRAFTED and may(account, "enter_criterion", one.scope),
        "may_revise": one.state in ("DRAFTED", "OPEN", "VETTING") and may(account, "revise_programme", one.scope),
        "may_quota": one.state in ("DRAFTED", "OPEN", "VETTING") and may(account, "set_quota", one.scope),
        "may_appoint": one.state != ProgrammeState.CLOSED and may(account, "appoint_member", one.scope),
        "may_meet": is_decided and may(account, "hold_meeting", one.scope),
        "may_apply": one.state == ProgrammeState.OPEN and any(
            may(account, "apply_for_pupil", replace(one.scope, place=use.place)) for use in uses
        ),
        "may_bring": one.state == ProgrammeState.OPEN and may(account, "import_class"),
        "may_match": counts.get("ENTERED") and may(account, "match_papers", one.scope),
        "may_close": one.state not in ("DRAFTED", "CLOSED") and may(account, "close_programme", one.scope),
        "doors": doors_of(record_type("grants.programme"), one.pk, account, timezone.localdate()), "keyed": Keyed(),
    }  # fmt: skip


def _sharing(uses: list[queries.Use]) -> list[School]:
    """Return the schools that share the quota of their county, for whom there are blank sheets too."""
    counties = {use.place for use in uses if use.school is None}
    own_quota = [use.school.pk for use in uses if use.school is not None]
    rows = School.objects.filter(place__in=counties).exclude(pk__in=own_quota)
    return list(rows.order_by("place", "name")[:MOST_SHARING])


NEEDS = {"display": ("SHORTLISTED",), "award": ("DISPLAYED", "DECIDED")}
"""States of applications without which a step has nothing to do."""


def _is_next(to: str, counts: dict[str, int]) -> bool:
    return to not in NEEDS or any(counts.get(state) for state in NEEDS[to])


def _more(account: Account, one: Programme, counts: dict[str, int]) -> list[tuple[str, Words]]:
    """Return what may be done beside the next step: lists for those shortlisted late."""
    is_late = one.state in ("DISPLAYED", "AWARDED") and counts.get("SHORTLISTED")
    if is_late and may(account, "display_shortlist", one.scope):
        return [("display", both("生成公示名单", "Make lists for display"))]
    return []


MOVES: dict[str, tuple[Any, Words]] = {
    "open": (operations.open_programme, both("已开放受理。", "It is open.")),
    "vetting": (operations.begin_vetting, both("已停止受理。", "Applications are stopped.")),
    "display": (
        operations.display_shortlist,
        both("公示名单已生成。请打印并在学校张贴。", "The lists are made. Print them and put them up."),
    ),
    "award": (operations.award_grants, both("已核定。", "Awarded.")),
    "close": (operations.close_programme, both("已结项。", "It is closed.")),
}


@require_POST
def move(request: HttpRequest, key: int, to: str) -> HttpResponse:
    """Move a programme on."""
    if to not in MOVES:
        raise Http404(to)
    account, one = readable(request, FULL, key)
    operation, done = MOVES[to]
    return pressed(
        request, account, lambda act: operation(programme=one, act=act), done, back=("grants:programme", key),
        template="grants/programme.html", context=lambda: programme_context(account, FULL.get(pk=key)),
    )  # fmt: skip


@require_safe
def blank(request: HttpRequest, key: int, school: int) -> HttpResponse:
    """Send a school's blank sheet, with programme and school filled in."""
    account, one = _listed_one(request, key)
    found = get_object_or_404(School, pk=school)
    require(account, "import_class", replace(one.scope, place=found.place_id))
    quota_ = one.quotas.filter(school=found).first()
    lines = quota_.pupils if quota_ else BLANK_ROWS
    texts = {column.name: [""] * lines for column in CLASS_SHEET.columns}
    texts |= {"programme_code": [one.code] * lines, "school_code": [found.code] * lines}
    frame = polars.DataFrame({"row": range(2, lines + 2), **texts})
    response = HttpResponse(typed_rows(CLASS_SHEET, frame), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{one.code}-{found.code}.xlsx"'
    return response
