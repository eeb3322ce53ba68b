"""All indicators with their values for a chosen period and place; the same as a file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import areas, children, place_label, search
from bangfu.foundation.rooms import Words, rooms
from bangfu.foundation.rooms.marks import marked_rows
from bangfu.reporting import queries
from bangfu.reporting.access import may_see_terms, own_corner, require_sight
from bangfu.reporting.display import plain_text
from bangfu.reporting.figures import Figure
from bangfu.reporting.indicators import indicators
from bangfu.reporting.selection import Selection, read_selection

COLUMNS = (
    "indicator",
    "title_zh",
    "title_en",
    "period",
    "place",
    "area",
    "unit_of_measure",
    "value",
    "facts",
    "block",
    "address",
)
YEARS_BACK = 6


@dataclass(frozen=True)
class RoomFigures:
    """The figures of one room."""

    title: Words
    figures: tuple[Figure, ...]


def _asked(request: HttpRequest) -> tuple[Selection, str]:
    """Return the selection that the reader asks for, or starts from, and the words they search for."""
    account, on = reader_of(request), timezone.localdate()
    unit, place = own_corner(account, on)
    given = request.GET.dict()
    given.pop("term", None)
    if named := given.pop("place_name", "").strip():
        found = search(named, levels=(1, 2, 3), limit=1)
        given["place"] = given.get("place") or (found[0].code if found else named)
    if unit is not None:
        given.setdefault("unit", unit.code)
    selection = read_selection(given, period=queries.usual_period())
    if selection.place is None and place is not None:
        selection = selection.having(place=place)
    require_sight(account, selection, on)
    return selection, given.get("q", "").strip()


def _figures(request: HttpRequest, selection: Selection, text: str, room: str) -> list[Figure]:
    """Return the figures that the reader searches for and may see."""
    account, on = reader_of(request), timezone.localdate()
    wanted = [
        one
        for one in indicators()
        if (not room or one.code.startswith(f"{room}."))
        and (not text or text.lower() in f"{one.code} {one.title.zh} {one.title.en}".lower())
        and may_see_terms(account, one, selection, on)
    ]
    return queries.figures_together([(one.code, selection) for one in wanted])


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """List every indicator with its value; filtered by room and words, for a period, a place and a block."""
    selection, text = _asked(request)
    room = request.GET.get("room", "")
    found = _figures(request, selection, text, room)
    grouped = [
        RoomFigures(one.title, tuple(f for f in found if f.indicator.code.startswith(f"{one.code}.")))
        for one in rooms()
    ]
    provinces = list(children(None))
    year = queries.usual_period().last_on.year
    return render(
        request,
        "reporting/figures.html",
        {
            "selection": selection,
            "q": text,
            "room": room,
            "rooms": [one for one in rooms() if any(i.code.startswith(f"{one.code}.") for i in indicators())],
            "groups": [group for group in grouped if group.figures],
            "count": len(found),
            "years": [str(number) for number in range(year, year - YEARS_BACK, -1)],
            "provinces": provinces,
            "narrow_place": _narrow_place(selection, provinces),
            "areas": areas(),
            "query": request.GET.urlencode(),
        },
    )


def _narrow_place(selection: Selection, provinces: list[Place]) -> str | None:
    """Return the name of the selection's place when the list of provinces does not hold it."""
    if selection.place is None or any(one.pk == selection.place for one in provinces):
        return None
    return place_label(selection.place, on=selection.period.last_on)


def _row(figure: Figure, request: HttpRequest) -> list[Any]:
    indicator, selection = figure.indicator, figure.selection
    return [
        indicator.code,
        indicator.title.zh,
        indicator.title.en,
        selection.period.code,
        selection.place_code,
        selection.area.code if selection.area else "",
        indicator.unit.zh,
        "" if figure.value is None else plain_text(figure.value),
        figure.sum.facts,
        figure.block,
        request.build_absolute_uri(figure.address),
    ]


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Send the listed figures as a CSV file or a workbook, exact and without rounding."""
    selection, text = _asked(request)
    rows = [_row(one, request) for one in _figures(request, selection, text, request.GET.get("room", ""))]
    name = f"figures-{selection.period.code.replace('/', '_')}.{form}"
    if form == "csv":
        sheet = io.StringIO()
        sheet.write("\ufeff")
        csv.writer(sheet).writerows([COLUMNS, *rows, *([[], *marked_rows()] if marked_rows() else [])])
        content, kind = sheet.getvalue().encode(), "text/csv; charset=utf-8"
    else:
        content = _workbook(rows)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _workbook(rows: list[list[Any]]) -> bytes:
    """Return the rows as a workbook; values stay texts where a float would lose digits."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("figures")
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                is_value = COLUMNS[column] == "value" and value != "" and len(value) <= 15
                sheet.write(at, column, float(value) if is_value else value)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
        for label, value in marked_rows():
            book.add_worksheet(label).write_string(0, 0, value)
    return file.getvalue()
