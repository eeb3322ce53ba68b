"""The pages of the public map: published figures at county level and above, without sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY, PREFECTURE, PROVINCE, code_text, id_from_code, level_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Origin, list_file
from bangfu.reporting.maps.asking import (
    DRAWING_WORDS,
    LEVEL_WORDS,
    METHOD_WORDS,
    Drawing,
    UnableToDraw,
    usual_drawing,
)
from bangfu.reporting.maps.boundaries import Frame, frame_of
from bangfu.reporting.maps.classing import Method
from bangfu.reporting.maps.outlines import outlined
from bangfu.reporting.maps.published import PublishedMap, published_map, published_maps, undivided
from bangfu.reporting.maps.published import published_values as values_of
from bangfu.reporting.maps.sending import as_json
from bangfu.reporting.maps.sheet import Sheet, Stop, sheet_as_json, sheet_of
from bangfu.reporting.maps.values import Values, above, divisions
from bangfu.reporting.selection import UnableToOpen

ROWS_A_PAGE = 40


@dataclass(frozen=True)
class PublicRow:
    """One division in the public list."""

    place: int
    name: str
    text: str
    mark: str

    @property
    def code(self) -> str:
        """The place's code."""
        return code_text(self.place)


@dataclass(frozen=True)
class PublicAnswer:
    """What the public map shows."""

    shown: PublishedMap
    level: int
    place: int | None
    drawing: Drawing
    method: Method
    values: Values
    sheet: Sheet
    frame: Frame
    names: dict[int, str]

    def query(self, **changes: str) -> dict[str, str]:
        """Return the fields of the address with some changed."""
        parts = {
            "figure": self.shown.key, "level": str(self.level), "drawing": self.drawing.value, "method": self.method.value,
            "place": code_text(self.place) if self.place is not None else "",
        }  # fmt: skip
        return {name: value for name, value in {**parts, **changes}.items() if value}

    def rows(self, text: str = "") -> list[PublicRow]:
        """Return the divisions with a value, the largest first."""
        found = divisions(self.values, self.level)
        ordered = sorted(
            ((place, one.value) for place, one in found.items() if place and one.value is not None),
            key=lambda pair: (-pair[1], pair[0]),
        )
        rows = [
            PublicRow(
                place, self.names.get(place, ""), self.shown.shown.text_of(value), self.sheet.mark_of(value)
            )
            for place, value in ordered
        ]
        return [row for row in rows if text in row.name or row.code.startswith(text)] if text else rows


def _levels(frame: Frame, place: int | None) -> tuple[int, ...]:
    """Return the levels that may be drawn: without a review number provinces and counties only."""
    levels = (PROVINCE, PREFECTURE, COUNTY) if place is None else (PREFECTURE, COUNTY)
    return levels if frame.review_number else tuple(level for level in levels if level != PREFECTURE)


def _place(text: str) -> int | None:
    if not text:
        return None
    number = id_from_code(text)
    if (
        number is None
        or level_of(number) not in (PROVINCE, PREFECTURE)
        or number not in outlined(level_of(number))
    ):
        raise UnableToOpen("unknown_place", text=text)
    return number


def _asked(request: HttpRequest) -> PublicAnswer | None:
    """Return the answer to what is asked; null when nothing is published yet.

    Raises: UnableToOpen: ``unknown_indicator``, ``unknown_place``. UnableToDraw: ``unknown_choice``.
    """
    given = request.GET
    if not given.get("figure") and not published_maps():
        return None
    shown = published_map(given.get("figure", ""))
    place = _place(given.get("place", ""))
    frame = frame_of(place, is_public=True)
    levels = _levels(frame, place)
    usual = PROVINCE if place is None else COUNTY
    written = given.get("level") or str(usual)
    if written not in {str(level) for level in levels}:
        raise UnableToDraw("unknown_choice", text=written)
    try:
        drawing = Drawing(given.get("drawing") or usual_drawing(shown.shown.indicator))
        method = Method(given.get("method") or Method.NATURAL)
    except ValueError as unknown:
        raise UnableToDraw("unknown_choice", text=str(unknown)) from None
    level = int(written)
    values = values_of(shown, level, place)
    inside = {
        key: one.value for key, one in divisions(values, level).items() if key and one.value is not None
    }
    stop = Stop(shown.period.code, str(shown.title), inside)
    sheet = sheet_of(
        level=level, place=place, stops=[stop], drawing=drawing, method=method, text_of=shown.shown.text_of
    )
    names = shown.shown.selection.place_labels({*sheet.drawn, *inside}, short=True)
    return PublicAnswer(shown, level, place, drawing, method, values, sheet, frame, names)


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Show the public map with its list to everybody."""
    found = _asked(request)
    if found is None:
        return render(request, "map/nothing.html")
    text = request.GET.get("q", "").strip()
    page = Paginator(found.rows(text), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "map/published.html",
        {**_context(found), "page": page, "q": text, "is_reader": isinstance(request.user, Account)},
    )


def _context(found: PublicAnswer) -> dict[str, Any]:
    def chips(name: str, words: dict[Any, Any], chosen: Any, allowed: Any) -> list[dict[str, Any]]:
        return [
            {
                "label": words[one],
                "address": _address(found.query(**{name: str(one)})),
                "chosen": one == chosen,
            }
            for one in allowed
        ]

    aside = undivided(found.values)
    higher = above({place: one for place, one in found.values.items() if place}, found.level)
    higher_names = found.shown.shown.selection.place_labels(higher)
    return {
        "found": found,
        "plates": [found.shown.title],
        "place_code": code_text(found.place) if found.place is not None else "",
        "unit_words": found.shown.shown.part_unit,
        "goes_into": found.place is None,
        "frame": found.frame,
        "maps": published_maps(),
        "values": f"{reverse('map:published_values')}?{_query(found.query())}",
        "csv": f"{reverse('map:published_csv')}?{_query(found.query())}",
        "levels": chips("level", LEVEL_WORDS, found.level, _levels(found.frame, found.place)),
        "drawings": chips("drawing", DRAWING_WORDS, found.drawing, Drawing),
        "methods": chips("method", METHOD_WORDS, found.method, Method),
        "keys": found.sheet.keys if found.drawing is Drawing.SHADE else [],
        "circles": found.sheet.circles if found.drawing is Drawing.CIRCLE else [],
        "zero": found.sheet.zero,
        "whole": _address({name: value for name, value in found.query(level="").items() if name != "place"}),
        "place_name": found.shown.shown.selection.place_labels([found.place]).get(found.place)
        if found.place
        else "",
        "of_place": _of_place(found),
        "aside": None if aside is None or not aside.value else found.shown.shown.text_of(aside.value),
        "unstated": [
            (higher_names.get(place, ""), found.shown.shown.text_of(one.value))
            for place, one in sorted(higher.items())
            if one.value
        ],
        "is_quotient": usual_drawing(found.shown.shown.indicator) is Drawing.SHADE,
    }


def _of_place(found: PublicAnswer) -> str:
    """Return the published value of the place that is looked into; empty of the whole country, or where none is told."""
    if found.place is None:
        return ""
    value = values_of(found.shown, level_of(found.place), None).get(found.place)
    return "" if value is None or value.value is None else found.shown.shown.text_of(value.value)


def _query(parts: dict[str, str]) -> str:
    return urlencode(parts)


def _address(parts: dict[str, str]) -> str:
    return f"{reverse('map:published')}?{_query(parts)}"


@require_safe
def published_values(request: HttpRequest) -> HttpResponse:
    """Send what the browser draws of the public map."""
    found = _asked(request)
    if found is None:
        return as_json({"sheet": None})
    may_go = [place for place in found.sheet.drawn if place in found.names]
    return as_json(
        {
            "sheet": sheet_as_json(found.sheet, found.names, may_go),
            "frame": found.frame.as_json,
            "beside": False,
            "opens": {"fixed": found.shown.address},
        }
    )


@require_safe
def published_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the public list as a file, whole."""
    found = _asked(request)
    headings = (both("区划代码", "Code"), both("地区", "Place"), both("数值", "Value"), both("单位", "Unit"))
    unit = "" if found is None else str(found.shown.shown.part_unit)
    rows = ((row.code, row.name, row.text, unit) for row in ([] if found is None else found.rows()))
    origin = Origin(
        what=both("还没有发布", "Nothing is published yet") if found is None else found.shown.title,
        taken_by=str(both("公众", "the public")),
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(),
        narrowed_to="" if found is None or found.place is None else found.names.get(found.place, ""),
    )
    return list_file("map-published", "csv", headings, rows, origin)
