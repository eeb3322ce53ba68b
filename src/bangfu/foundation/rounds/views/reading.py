"""Pages to read: rounds, and one round as list and file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, Sheet, list_file, not_figures, origin_of
from bangfu.foundation.rounds import consolidating, forms, listing, queries
from bangfu.foundation.rounds.models import OWED, STATE_WORDS, Return, ReturnState, Round
from bangfu.foundation.rounds.operations.opening import KIND_WORDS
from bangfu.foundation.rounds.rows import measure_called
from bangfu.foundation.rounds.sheets import sheet_titles

ROWS_A_PAGE = 50
FORMS = ("csv", "xlsx")
ROUND_STATES: dict[str, Words] = {"OPEN": listing.OPEN, "LOCKED": listing.LOCKED}


def reader(request: HttpRequest) -> Account:
    """Return the reader, who may read rounds somewhere.

    Raises: NotPermitted: ``out_of_scope``.
    """
    account = reader_of(request)
    if not granted_units(account, queries.VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account


def seen_round(request: HttpRequest, key: int) -> tuple[Account, Round]:
    """Return the reader and a round that the reader sees; any other is not found."""
    account = reader(request)
    return account, get_object_or_404(queries.rounds_seen_by(account, timezone.localdate()), pk=key)


def seen_return(request: HttpRequest, key: int) -> tuple[Account, Return]:
    """Return the reader and a return that the reader sees; any other is not found."""
    account = reader(request)
    found = queries.returns_seen_by(account, timezone.localdate())
    return account, get_object_or_404(found.select_related("round__unit"), pk=key)


def _rounds_asked(request: HttpRequest, account: Account, on: date) -> tuple[QuerySet[Round], str]:
    """Return the rounds that the reader sees and asks for, the open ones first, and the state that is asked for."""
    state = request.GET.get("state", "")
    found = queries.rounds_seen_by(account, on)
    if state in ROUND_STATES:
        found = found.filter(state=state)
    return found.order_by("-state", "-ends_on", "schedule__title", "-pk"), state


@require_safe
def export_rounds(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of rounds as a file; a workbook has a further sheet of the returns that are still owed to them."""
    account, today = reader(request), timezone.localdate()
    found, state = _rounds_asked(request, account, today)
    owed = (
        queries.returns_seen_by(account, today)
        .filter(round__in=found.order_by().values("pk"), state__in=OWED)
        .select_related("unit", "round__schedule")
        .order_by("unit__path", "due_on", "pk")
    )
    origin = origin_of(
        request,
        reverse("rounds:rounds"),
        not_figures(both("各期报送", "Rounds")),
        taken_by=account.display_name,
        narrowed_to=[ROUND_STATES.get(state, "")],
    )
    units = granted_units(account, queries.VIEW, today)
    rows = listing.round_cells(found, today, units=units)
    chasing = Sheet(both("未报", "Owed"), listing.OWED_HEADINGS, listing.owed_cells(owed, today))
    return list_file("rounds", form, listing.ROUNDS_HEADINGS, rows, origin, [chasing])


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds that the reader sees, the open ones first, with how far the reader's units are."""
    account, today = reader(request), timezone.localdate()
    found, state = _rounds_asked(request, account, today)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    units = granted_units(account, queries.VIEW, today)
    progress = queries.progress_of(shown, today, units=units)
    own = dict(
        queries.returns_seen_by(account, today)
        .filter(round__in=[one.pk for one in shown])
        .order_by()
        .values_list("round", "pk")
    )
    rows = [
        {
            "round": one,
            "progress": (known := progress.get(one.pk, queries.Progress())),
            "address": queries.return_address(own[one.pk])
            if known.asked == 1 and one.pk in own
            else queries.round_address(one.pk),
        }
        for one in shown
    ]
    context = {
        "page": page,
        "rows": rows,
        "state": state,
        "states": ROUND_STATES.items(),
        "may_ask": bool(granted_units(account, "rounds.make_schedule", today)),
    }
    return render(request, "rounds/rounds.html", context)


def _asked(request: HttpRequest) -> queries.ReturnFilter:
    given = {name: request.GET.get(name, "").strip() for name in ("state", "timing", "q", "sort")}
    sort = given["sort"].lstrip("-")
    return queries.ReturnFilter(
        state=given["state"] if given["state"] in ReturnState.values else "",
        timing=given["timing"] if given["timing"] in queries.TIMING_WORDS else "",
        text=given["q"].replace("\x00", ""),
        sort=sort if sort in queries.SORTS else "unit",
        descending=given["sort"].startswith("-"),
    )


COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("unit", both("单位", "Unit")),
    ("state", both("状态", "State")),
    ("due", both("截止", "Due")),
    ("returned", both("报出", "Handed in")),
    (None, both("记录", "Records")),
    (None, both("催报", "Chased")),
)


def _headings(asked: queries.ReturnFilter) -> list[dict[str, Any]]:
    found = []
    for sort, title in COLUMNS:
        is_sorted = sort == asked.sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        found.append({"title": title, "sort": towards, "direction": direction})
    return found


def round_context(request: HttpRequest, account: Account, asked: Round) -> dict[str, Any]:
    """Return what a round's page shows to an account, with what the account may do."""
    today = timezone.localdate()
    narrowed = _asked(request)
    visible = queries.returns_seen_by(account, today).filter(round=asked)
    page = Paginator(narrowed.apply(visible, asked, today), ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    units = granted_units(account, queries.VIEW, today)
    sums = consolidating.sums_of(asked, [one.unit_id for one in shown])
    counts: dict[int, int] = {}
    for (unit, _, _), standing in sums.items():
        counts[unit] = counts.get(unit, 0) + standing.count
    rows = [
        {
            "it": one,
            "state": STATE_WORDS[one.state],
            "timing": queries.timing_of(one, asked, today),
            "records": counts.get(one.unit_id, 0),
            "may_accept": one.state == ReturnState.RETURNED and one.returned_by_id != account.pk,
        }
        for one in shown
    ]
    may = {
        name: allows(account, f"rounds.{name}", asked.scope, today)
        for name in ("chase_round", "accept_returns", "lock_round", "ask_unlock", "unlock_round")
    }
    unlocking = asked.unlockings.filter(unlocked_at=None).select_related("asked_by__person__key").first()
    return {
        "round": asked,
        "opens_schedule": queries.schedules_seen_by(account, today).filter(pk=asked.schedule_id).exists(),
        "titles": [*(measure_called(code).title for code in asked.measures), *sheet_titles(asked.layouts)],
        "progress": queries.progress_of([asked], today, units=units).get(asked.pk, queries.Progress()),
        "page": page,
        "rows": rows,
        "narrowed": narrowed,
        "columns": _headings(narrowed),
        "states": STATE_WORDS.items(),
        "timings": queries.TIMING_WORDS.items(),
        "chasings": [
            (one, KIND_WORDS[one.kind])
            for one in asked.chasings.select_related("chased_by__person__key").order_by("-chased_at")[:5]
        ],
        "may": may,
        "may_accept": may["accept_returns"]
        and not asked.is_locked
        and any(row["may_accept"] for row in rows),
        "has_ended": today >= asked.ends_on,
        "unlocking": unlocking,
        "may_unlock": unlocking is not None and unlocking.asked_by_id != account.pk and may["unlock_round"],
        "keyed": Keyed(),
        "reason_form": forms.ReasonForm(),
    }


@require_safe
def round_page(request: HttpRequest, key: int) -> HttpResponse:
    """Show a round: who returned, nil, late, missing; with what may be done about it."""
    account, asked = seen_round(request, key)
    return render(request, "rounds/round.html", round_context(request, account, asked))


def round_file(
    request: HttpRequest,
    asked: Round,
    form: str,
    *,
    name: str,
    what: Words,
    headings: Sequence[Words],
    rows: Any,
    narrowed_to: str = "",
    address: str = "rounds:round",
) -> HttpResponseBase:
    """Send rows of a round as a file that says where they come from."""
    if form not in FORMS:
        raise Http404(form)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    origin = Origin(
        what=both("{what}：{title} {period}", "{what}: {title}, {period}").filled(
            what=what, title=asked.schedule.title, period=asked.period
        ),
        taken_by=reader_of(request).display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(reverse(address, args=[asked.pk]) + query),
        narrowed_to=narrowed_to,
    )
    return list_file(name, form, headings, rows, origin)


@require_safe
def export_returns(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the whole narrowed list of a round's returns as a file."""
    account, asked = seen_round(request, key)
    today, narrowed = timezone.localdate(), _asked(request)
    found = narrowed.apply(queries.returns_seen_by(account, today).filter(round=asked), asked, today)
    return round_file(
        request, asked, form, name="returns", what=both("报送情况", "Returns"), headings=listing.HEADINGS,
        rows=listing.return_cells(found, asked, today), narrowed_to=narrowed.words(),
    )  # fmt: skip
