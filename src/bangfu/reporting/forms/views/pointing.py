"""Cells are pointed at figures and texts: the form as a grid, and what is said of the cells that are chosen."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.places.queries import areas
from bangfu.foundation.rooms import both
from bangfu.reporting.forms import operations, queries
from bangfu.reporting.forms.documents import Document, document_of
from bangfu.reporting.forms.engines.grids import At, Block, read_block
from bangfu.reporting.forms.grid_pages import ShownCell, shown_grid
from bangfu.reporting.forms.models import Form, Version
from bangfu.reporting.forms.naming import indicator_names, suggested
from bangfu.reporting.forms.pointing import (
    AXIS_WORDS,
    NOTHING_WORDS,
    PERIOD_WORDS,
    SCALE_WORDS,
    TEXT_WORDS,
    Pointing,
    pointed_at,
    pointings_of,
)
from bangfu.reporting.forms.views.common import act_of, fields_of, form_for, may_keep, reader, version_for
from bangfu.reporting.forms.views.keeping import pointed_cell
from bangfu.reporting.indicators import indicators

TEXTS = ("indicator", "period", "unit", "place", "area", "nothing", "text", "down", "across")
DEFAULTS = Pointing(0, "A1")


def _block(text: str) -> Block | None:
    try:
        return read_block(text)
    except ValueError:
        return None


def _sheet(text: str, document: Document) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return number if number < len(document.grids) else 0


@require_http_methods(["GET", "POST"])
def point(request: HttpRequest, key: int) -> HttpResponse:
    """Show a form whose cells are pointed, and take one pointing."""
    account = reader(request)
    found = form_for(account, key)
    version = version_for(found)
    document = document_of(version)
    if not may_keep(account, found):
        raise NotPermitted("out_of_scope", permission="forms.point_cells")
    said = fields_of(request, "sheet", "cells", "kind", "scale", "decimals", *TEXTS)
    sheet = _sheet(said["sheet"], document)
    if request.method == "GET":
        return render(
            request, "forms/point.html", _page(found, version, document, sheet, said["cells"], None)
        )
    pointing = Pointing(
        sheet=sheet,
        cells=said["cells"],
        kind=said["kind"] or "figure",
        scale=int(said["scale"]) if said["scale"].isdigit() else 1,
        decimals=int(said["decimals"]) if said["decimals"].isdigit() else 0,
        **{name: said[name] for name in TEXTS},
    )
    try:
        revision = operations.point_cells(version=version, pointing=pointing, act=act_of(request, account))
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = _page(found, version, document, sheet, said["cells"], pointing)
        return render(request, "forms/point.html", context | {"refusal": refusal}, status=409)
    messages.success(request, str(_told(pointings_of(revision.pointings)[-1])))
    return redirect(_address(found, sheet, said["cells"]))


def _told(one: Pointing) -> Any:
    missed = sum(not key for key in (*one.rows, *one.columns))
    if missed:
        return both(
            "已指定 {cells}；有 {missed} 行（列）的文字没有认出，留空，可以逐格指定。",
            "{cells} is pointed; the words of {missed} rows or columns were not recognised and are left blank.",
        ).filled(cells=one.cells, missed=missed)
    return both("已指定 {cells}。", "{cells} is pointed.").filled(cells=one.cells)


def _address(form: Form, sheet: int, cells: str) -> str:
    return f"{reverse('forms:point', args=[form.pk])}?{urlencode([('sheet', str(sheet)), ('cells', cells)])}"


@require_POST
def unpoint(request: HttpRequest, key: int) -> HttpResponse:
    """Undo what some cells are pointed at."""
    account = reader(request)
    found = form_for(account, key)
    version = version_for(found)
    said = fields_of(request, "sheet", "cells")
    sheet = _sheet(said["sheet"], document_of(version))
    try:
        operations.unpoint_cells(
            version=version, sheet=sheet, cells=said["cells"], act=act_of(request, account)
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(both("已取消指定。", "Undone.")))
    return redirect(_address(found, sheet, said["cells"]))


def _page(
    form: Form, version: Version, document: Document, sheet: int, cells: str, sent: Pointing | None
) -> dict[str, Any]:
    revision = queries.newest_revision(version)
    pointings = pointings_of(revision.pointings) if revision else []
    known, titles = pointed_at(pointings), indicator_names()
    grid = document.grids[sheet]
    block = _block(cells)
    if block is not None and not grid.holds(block.first):
        block = None
    chosen = set(block) if block else set()

    def dress(at: At, cell: ShownCell) -> ShownCell:
        one = known.get((sheet, at))
        shown = cell if one is None else pointed_cell(cell, one, at, titles)
        return replace(
            shown,
            address="" if cell.kind == "label" else _address(form, sheet, cell.at),
            opens=at in chosen,
        )

    existing = known.get((sheet, grid.seen_at(block.first))) if block else None
    hints: dict[str, Any] = suggested(grid, block) if block and grid.holds(block.last) else {}
    likely = [
        {"code": code, "title": str(both(*titles[code]))}
        for code in hints.get("indicators", ())
        if code in titles
    ]
    start = sent or existing or _start(hints)
    return {
        "form": form,
        "version": version,
        "sheet": sheet,
        "sheets": [(number, one.title) for number, one in enumerate(document.grids)],
        "grid": shown_grid(sheet, grid, dress),
        "cells": cells,
        "picked": block,
        "existing": existing,
        "start": start,
        "start_title": str(both(*titles[start.indicator])) if start.indicator in titles else start.indicator,
        "labels": hints.get("labels"),
        "likely": likely,
        "offers": indicators(),
        "periods": list(PERIOD_WORDS.items()),
        "is_fixed": start.period not in PERIOD_WORDS,
        "scales": list(SCALE_WORDS.items()),
        "nothings": list(NOTHING_WORDS.items()),
        "texts": list(TEXT_WORDS.items()),
        "axes": list(AXIS_WORDS.items()),
        "areas": areas(),
        "left_over": pointings_of(revision.left_over) if revision else [],
        "key": str(uuid.uuid4()),
    }


def _start(hints: dict[str, Any]) -> Pointing:
    """Return what the form starts from: what the words around the cells suggest."""
    likely = hints.get("indicators") or [""]
    scale = int(hints.get("scale", 1))
    return replace(
        DEFAULTS,
        indicator=str(likely[0]),
        period=str(hints.get("period", "this")),
        scale=scale,
        decimals=2 if scale > 1 else 0,
    )
