"""One return as a page: what is there already, what is typed, and what may be done next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.records import quantity_words
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rounds import consolidating, forms, queries
from bangfu.foundation.rounds.models import STATE_WORDS, Draft, Return, ReturnState
from bangfu.foundation.rounds.rows import has_grid, measure_called, more_rows, open_records
from bangfu.foundation.rounds.sheets import OFFERED, counted_of, returned_with, sheets_offered
from bangfu.foundation.rounds.views.reading import seen_return


def _known(one: Return, measure: str, today: date) -> dict[str, str]:
    """Return what a record of a return that is entered by itself need not be asked for."""
    (row,) = more_rows(one, measure, (), 1, today)
    said = {name: row.cells[name] for name in ("reference", "title", "happened_on") if name in row.cells}
    return {"unit": str(one.unit_id), **said}


def sheet_parts(account: Account, one: Return) -> list[dict[str, Any]]:
    """Return the sheets of rooms that a return asks for: what was returned, what counts already, what may be counted in."""
    if not one.round.layouts:
        return []
    returned, counted = returned_with(one), counted_of(one)
    offered: dict[str, list[Upload]] = {}
    for upload in sheets_offered(one)[:OFFERED]:
        offered.setdefault(upload.layout, []).append(upload)
    today = timezone.localdate()
    return [
        {
            "layout": (layout := layout_with_code(code)),
            "returned": returned.get(code, []),
            "count": counted.get(code, 0),
            "offered": offered.get(code, []),
            "may_import": allows(account, layout.permission, one.scope, today),
            "is_nothing": code in one.nothing_of,
        }
        for code in one.round.layouts
    ]


def return_context(account: Account, one: Return) -> dict[str, Any]:
    """Return what a return's page shows to an account, with what the account may do next."""
    today, asked = timezone.localdate(), one.round
    sums = consolidating.sums_of(asked, [one.unit_id])
    drafts = {draft.measure: draft for draft in Draft.objects.filter(unit_return=one)}
    typed = {code: sum(row["cells"] != row["given"] for row in draft.rows) for code, draft in drafts.items()}
    parts = []
    for code in asked.measures:
        measure = measure_called(code)
        standings = [
            (
                consolidating.STATES_WORDS[state],
                found,
                quantity_words(found.quantity, measure),
                f"{reverse('rounds:records', args=[asked.pk])}?measure={code}&state={state}&unit={one.unit_id}",
            )
            for state in consolidating.STATES
            if (found := sums.get((one.unit_id, code, state))) is not None
        ]
        parts.append(
            {
                "measure": measure,
                "standings": standings,
                "count": sum(found.count for _, found, _, _ in standings),
                "typed": typed.get(code, 0),
                "has_grid": has_grid(layout_with_code(code)),
                "open": open_records(one, code),
                "known": urlencode(_known(one, code, today)),
            }
        )
    sheets = sheet_parts(account, one)
    count = sum(part["count"] for part in parts)
    there = count + sum(len(part["returned"]) + part["count"] for part in sheets)
    returns = allows(account, "rounds.submit_return", one.scope, today)
    decides = queries.may_accept(account, asked, today) and one.returned_by_id != account.pk
    is_locked = asked.is_locked
    return {
        "it": one,
        "round": asked,
        "state": STATE_WORDS[one.state],
        "timing": queries.timing_of(one, asked, today),
        "parts": parts,
        "sheets": sheets,
        "contradicted": there if one.state == ReturnState.NIL else 0,
        "count": count,
        "typed": sum(typed.values()),
        "files": list(one.files.order_by("pk")),
        "may_fill": returns and (one.is_owed or is_locked),
        "may_submit": returns and one.is_owed and not is_locked,
        "may_nil": returns
        and one.is_owed
        and not is_locked
        and not there
        and not any(typed.values())
        and today >= asked.ends_on,
        "may_take_back": returns and not is_locked and one.state in (ReturnState.RETURNED, ReturnState.NIL),
        "may_amend": returns and is_locked,
        "may_accept": decides and not is_locked and one.state == ReturnState.RETURNED,
        "may_send_back": decides and not is_locked and not one.is_owed,
        "may_extend": one.is_owed
        and not is_locked
        and allows(account, "rounds.extend_return", asked.scope, today),
        "amendments": one.amendments.select_related("amended_by__person__key").order_by("-amended_at"),
        "keyed": Keyed(),
        "reason_form": forms.ReasonForm(),
        "send_back_form": forms.SendBackForm(),
        "extension_form": forms.ExtensionForm(),
    }


@require_safe
def return_page(request: HttpRequest, key: int) -> HttpResponse:
    """Show a return: what is there already, what is typed, and what may be done next."""
    account, found = seen_return(request, key)
    return render(request, "rounds/return.html", return_context(account, found))
