"""The grid: a form of rows that is saved as one types, takes paste, and works without scripts as well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.evidence.operations import UnableToKeep
from bangfu.foundation.intake.layouts import Layout, layout_with_code
from bangfu.foundation.intake.pasting import pasted
from bangfu.foundation.ledger.measures import MeasureKind
from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rounds import operations
from bangfu.foundation.rounds.models import Return
from bangfu.foundation.rounds.rows import (
    MOST_ROWS,
    GridRow,
    Problem,
    checked_grid,
    cleaned,
    has_grid,
    is_evidence,
    measure_called,
    more_rows,
    rows_of,
)
from bangfu.foundation.rounds.views.reading import seen_return

_CELL = re.compile(r"c-(\d{1,6})-([a-z_]{1,40})")
ROWS_ADDED = 3


def posted_rows(request: HttpRequest, base: Sequence[GridRow], layout: Layout) -> list[GridRow]:
    """Return the rows that a page sent, in its order, with what the server filled in beforehand."""
    names = {column.name for column in layout.columns}
    cells: dict[int, dict[str, str]] = {}
    for field, value in request.POST.items():
        found = _CELL.fullmatch(field)
        if found and found[2] in names:
            cells.setdefault(int(found[1]), {})[found[2]] = str(value)
    known = {row.id: row for row in base}
    return [
        replace(known[key], cells=said) if key in known else GridRow(key, said) for key, said in cells.items()
    ]


def _with_pasted(
    request: HttpRequest, unit_return: Return, layout: Layout, rows: list[GridRow], today: date
) -> tuple[list[GridRow], list[Words]]:
    """Return rows with a pasted rectangle laid over them from one cell on; further rows are added for what reaches below."""
    names = [column.name for column in layout.columns]
    at_row, at_column = request.POST.get("at_row", ""), request.POST.get("at_column", "")
    found = pasted(
        layout,
        columns=names,
        text=request.POST.get("text", ""),
        html=request.POST.get("html", ""),
        at=at_column if at_column in names else None,
    )
    keys = [str(row.id) for row in rows]
    if at_row in keys:
        first = keys.index(at_row)
    else:
        first = next((place for place, row in enumerate(rows) if not row.is_filled), len(rows))
    lacking = first + len(found.rows) - len(rows)
    if lacking > 0:
        if len(rows) + lacking > MOST_ROWS:
            raise operations.UnableToFill("too_many_rows", most=MOST_ROWS)
        rows = [*rows, *more_rows(unit_return, layout.code, rows, lacking, today)]
    laid = list(rows)
    for place, said in enumerate(found.rows, first):
        laid[place] = replace(laid[place], cells={**laid[place].cells, **said})
    return laid, found.notes


def _context(
    unit_return: Return,
    layout: Layout,
    rows: Sequence[GridRow],
    revision: int,
    *,
    may_fill: bool,
    dropped: Sequence[Problem] = (),
    notes: Sequence[Words] = (),
) -> dict[str, Any]:
    grid = checked_grid(unit_return, layout.code, rows, timezone.now())
    problems = [*dropped, *grid.problems]
    said: dict[tuple[int, str | None], Problem] = {}
    for problem in problems:
        said.setdefault((problem.row, problem.column), problem)
    measure = measure_called(layout.code)
    files = [file.name for file in unit_return.files.order_by("pk")]
    return {
        "it": unit_return,
        "round": unit_return.round,
        "measure": measure,
        "is_stock": measure.kind is MeasureKind.STOCK,
        "layout": layout,
        "columns": layout.columns,
        "revision": revision,
        "rows": [
            {
                "row": row,
                "number": number,
                "is_filled": row.is_filled,
                "whole": said.get((row.id, None)),
                "cells": [
                    {
                        "column": column,
                        "value": row.cells.get(column.name, ""),
                        "is_carried": column.name in row.carried,
                        "level": row.level if column.name == "quantity" else "",
                        "problem": said.get((row.id, column.name)),
                        "choices": files if is_evidence(column) else (),
                        "is_evidence": is_evidence(column),
                    }
                    for column in layout.columns
                ],
            }
            for number, row in enumerate(rows, 1)
        ],
        "problems": problems,
        "filled": len(grid.filled),
        "files": files,
        "notes": notes,
        "may_fill": may_fill,
        "keyed": Keyed(),
        "most": MOST_ROWS,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, key: int, measure: str) -> HttpResponse:
    """Show the rows of one measure of a return, or keep them as they were typed, pasted, added or removed."""
    account, found = seen_return(request, key)
    if measure not in found.round.measures:
        raise Http404(measure)
    layout = layout_with_code(measure)
    if not has_grid(layout):
        raise Http404(measure)
    today = timezone.localdate()
    may_fill = allows(account, "rounds.save_rows", found.scope, today) and (
        found.is_owed or found.round.is_locked
    )
    base, revision = rows_of(found, measure, today)
    if request.method != "POST":
        context = _context(found, layout, base, revision, may_fill=may_fill)
        return render(request, "rounds/grid.html", context)
    wants_json = "application/json" in request.headers.get("Accept", "")
    rows = posted_rows(request, base, layout)
    notes: list[Words] = []
    refusal: Refusal | None = None
    does = request.POST.get("do", "save")
    sent = request.POST.get("revision", "")
    try:
        if does == "paste":
            rows, notes = _with_pasted(request, found, layout, rows, today)
        elif does == "add":
            rows = [*rows, *more_rows(found, measure, rows, ROWS_ADDED, today)]
        elif does.startswith("remove-"):
            rows = [row for row in rows if does != f"remove-{row.id}"]
        draft = operations.save_rows(
            unit_return=found,
            measure=measure,
            rows=rows,
            revision=int(sent) if sent.isascii() and sent.isdigit() else 0,
            act=Act.now(account),
        )
    except NotPermitted:
        raise
    except Refusal as answer:
        refusal = answer
    else:
        revision = draft.revision
        if not wants_json and does != "paste":
            messages.success(request, str(both("已保存。", "Saved.")))
            return redirect(reverse("rounds:grid", args=[key, measure]))
    rows, dropped = cleaned(rows, layout)
    context = _context(found, layout, rows, revision, may_fill=may_fill, dropped=dropped, notes=notes)
    status = 409 if refusal else 200
    if wants_json:
        return JsonResponse(_answer(request, context, refusal, whole=does != "save"), status=status)
    return render(request, "rounds/grid.html", {**context, "refusal": refusal}, status=status)


def _answer(
    request: HttpRequest, context: dict[str, Any], refusal: Refusal | None, *, whole: bool
) -> dict[str, Any]:
    """Return what the page's script needs: problems by cell, and the rows anew when they changed here."""
    told = {
        "revision": context["revision"],
        "filled": context["filled"],
        "refusal": str(refusal) if refusal else "",
        "notes": [str(note) for note in context["notes"]],
        "problems": [
            {"row": one.row, "column": one.column, "words": str(one.words)} for one in context["problems"]
        ],
    }
    if whole and refusal is None:
        told["html"] = render_to_string("rounds/grid_rows.html", context, request)
    return told


@require_POST
def add_file(request: HttpRequest, key: int) -> HttpResponse:
    """Keep a file of evidence for a return."""
    account, found = seen_return(request, key)
    back = request.POST.get("measure", "")
    file = request.FILES.get("file")
    if file is not None:
        act = Act.now(account, key=request.POST.get("key") or None)
        try:
            operations.add_file(unit_return=found, name=file.name or "file", content=file.read(), act=act)
        except (operations.UnableToFill, UnableToKeep) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, str(both("佐证已上传。", "The evidence is kept.")))
    if back in found.round.measures:
        return redirect("rounds:grid", key=key, measure=back)
    return redirect("rounds:return", key=key)
