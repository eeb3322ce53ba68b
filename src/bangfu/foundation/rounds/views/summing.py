"""Pages to read of what a round comes to: its sums by unit, and the records and facts behind each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import REPORTED_STATE_WORDS
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.organisation.queries import unit_names
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import quantity_words
from bangfu.foundation.rooms import both, record_type
from bangfu.foundation.rounds import consolidating, listing, queries
from bangfu.foundation.rounds.models import STATE_WORDS, Round
from bangfu.foundation.rounds.rows import measure_called
from bangfu.foundation.rounds.sheets import sheet_measures
from bangfu.foundation.rounds.views.reading import ROWS_A_PAGE, round_file, seen_round


def _units_seen(account: Account, asked: Round, today: date) -> list[int]:
    found = queries.returns_seen_by(account, today).filter(round=asked).order_by("unit__path")
    return list(found.values_list("unit", flat=True))


@require_safe
def sums(request: HttpRequest, key: int) -> HttpResponse:
    """Show a round's sums by unit and for the whole: verified, waiting, not submitted, each apart."""
    account, asked = seen_round(request, key)
    today = timezone.localdate()
    found = consolidating.sums_of(asked, _units_seen(account, asked, today))
    returns = queries.returns_seen_by(account, today).filter(round=asked).order_by("unit__path")
    page = Paginator(returns, ROWS_A_PAGE).get_page(request.GET.get("page"))
    columns = consolidating.columns_of(asked)
    whole = consolidating.whole_of(found, [measure.code for measure, _ in columns])
    context = {
        "round": asked,
        "columns": [
            (measure, [consolidating.STATES_WORDS[state] for state in states]) for measure, states in columns
        ],
        "sheets": [measure_called(code) for code in asked.measures],
        "moved": _moved_since_locked(asked, whole),
        "page": page,
        "rows": [
            {
                "it": one,
                "state": STATE_WORDS[one.state],
                "cells": [
                    _cell(asked, measure, state, found.get((one.unit_id, measure.code, state)), one.unit_id)
                    for measure, states in columns
                    for state in states
                ],
            }
            for one in page
        ],
        "whole": [
            _cell(asked, measure, state, whole[measure.code, state], None)
            for measure, states in columns
            for state in states
        ],
    }
    return render(request, "rounds/sums.html", context)


def _moved_since_locked(
    asked: Round, whole: dict[tuple[str, str], consolidating.Standing]
) -> list[dict[str, Any]]:
    """Return what rooms' sheets come to that is not what it was when the round was locked."""
    found = []
    for measure in sheet_measures(asked):
        then, now = asked.locked_sums.get(measure.code), whole[measure.code, "VERIFIED"].quantity
        if then is not None and Decimal(then) != now:
            said = quantity_words(Decimal(then), measure), quantity_words(now, measure)
            found.append({"measure": measure, "then": said[0], "now": said[1]})
    return found


def _cell(
    asked: Round, measure: Any, state: str, standing: consolidating.Standing | None, unit: int | None
) -> dict[str, Any]:
    """Return one sum of the table: nothing is a dash, never a zero."""
    label = both("{measure}，{state}", "{measure}, {state}").filled(
        measure=measure.title, state=consolidating.STATES_WORDS[state]
    )
    if standing is None or not standing.count:
        return {"label": label, "quantity": "", "address": ""}
    address = f"{reverse('rounds:records', args=[asked.pk])}?measure={measure.code}&state={state}"
    return {
        "label": label,
        "quantity": quantity_words(standing.quantity, measure),
        "count": standing.count,
        "address": f"{address}&unit={unit}" if unit is not None else address,
    }


@require_safe
def export_sums(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send a round's sums by unit as a file."""
    account, asked = seen_round(request, key)
    today = timezone.localdate()
    found = consolidating.sums_of(asked, _units_seen(account, asked, today))
    returns = queries.returns_seen_by(account, today).filter(round=asked).order_by("unit__path")
    return round_file(
        request, asked, form, name="sums", what=both("汇总", "Sums"), headings=listing.sums_headings(asked),
        rows=listing.sums_cells(returns, asked, found), address="rounds:sums",
    )  # fmt: skip


@require_safe
def records(request: HttpRequest, key: int) -> HttpResponse:
    """List the records behind a sum."""
    account, asked = seen_round(request, key)
    units = _units_seen(account, asked, timezone.localdate())
    unit = request.GET.get("unit", "")
    if unit:
        units = [one for one in units if str(one) == unit]
    measure = request.GET.get("measure", "")
    for one in sheet_measures(asked):
        if one.code == measure:
            return _facts(request, asked, units, one)
    state = request.GET.get("state", "")
    found = consolidating.records_of(asked, units, measure=measure, state=state)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    labels = place_labels({one.place_id for one in shown})
    context = {
        "round": asked,
        "page": page,
        "rows": [
            {
                "it": one,
                "measure": (counted := measure_called(one.measure)),
                "quantity": quantity_words(one.quantity, counted),
                "place": labels[one.place_id],
                "state": REPORTED_STATE_WORDS[one.state],  # type: ignore[attr-defined]
            }
            for one in shown
        ],
        "measure": measure_called(measure) if measure in asked.measures else None,
        "state": consolidating.STATES_WORDS.get(state),
    }
    return render(request, "rounds/records.html", context)


def _facts(request: HttpRequest, asked: Round, units: list[int], measure: Measure) -> HttpResponse:
    """List the facts behind what rooms' sheets come to, each with the record that it leads to."""
    found = consolidating.facts_behind(asked, units, measure.code)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    labels = place_labels({one.place_id for one in shown})
    keys: dict[int, list[int]] = {}
    for one in shown:
        keys.setdefault(one.subject_type, []).append(one.subject_id)
    names = unit_names(list({one.unit_id for one in shown}))
    titles = {kind: record_type(kind).summaries(records) for kind, records in keys.items()}
    context = {
        "round": asked,
        "page": page,
        "facts": [
            {
                "it": one,
                "address": record_type(one.subject_type).address(one.subject_id),
                "unit": names[one.unit_id],
                "title": summary.title if (summary := titles[one.subject_type].get(one.subject_id)) else "",
                "quantity": quantity_words(one.quantity, measure),
                "place": labels[one.place_id],
            }
            for one in shown
        ],
        "measure": measure,
        "state": consolidating.STATES_WORDS["VERIFIED"],
    }
    return render(request, "rounds/facts.html", context)


@require_safe
def export_sheet(request: HttpRequest, key: int, measure: str, form: str) -> HttpResponseBase:
    """Send all units' rows of one measure as the layout's own sheet."""
    account, asked = seen_round(request, key)
    if measure not in asked.measures:
        raise Http404(measure)
    units = _units_seen(account, asked, timezone.localdate())
    rows: Any = consolidating.sheet_rows(consolidating.records_of(asked, units, measure=measure), measure)
    return round_file(
        request, asked, form, name=measure, what=layout_with_code(measure).title,
        headings=consolidating.sheet_headings(measure), rows=rows, address="rounds:sums",
    )  # fmt: skip
