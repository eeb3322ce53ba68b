"""The map for readers in their scope, and the public map of what was published: each as page, values and list."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, Scope, allows, granted_units
from bangfu.foundation.organisation.queries import is_example, lines_in_force
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import COUNTY, code_text
from bangfu.foundation.places.queries import areas, search
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Origin, list_file
from bangfu.reporting.access import may_see, may_see_terms, own_corner, require_sight, scope_of_selection
from bangfu.reporting.definitions import IndicatorKind
from bangfu.reporting.display import plain_text
from bangfu.reporting.indicators import indicators
from bangfu.reporting.maps import asking
from bangfu.reporting.maps.answering import (
    CHANGE_RULE,
    SORTS,
    Answer,
    Row,
    answer,
    exit_years,
    known_places,
    members_then,
    seats,
)
from bangfu.reporting.maps.asking import Question, read_question
from bangfu.reporting.maps.boundaries import frame_of
from bangfu.reporting.maps.pages import choices_of, path_of, stops_of
from bangfu.reporting.maps.photographs import EVIDENCE, photographs
from bangfu.reporting.maps.points import kinds_with_points, record_points
from bangfu.reporting.maps.positions import LOAD
from bangfu.reporting.maps.public import published, published_csv, published_values
from bangfu.reporting.maps.sending import as_json
from bangfu.reporting.maps.sheet import sheet_as_json
from bangfu.reporting.queries import usual_period
from bangfu.reporting.room import VIEW, VIEW_FACTS
from bangfu.reporting.selection import read_selection

__all__ = [
    "drawn",
    "photographs_taken",
    "places_csv",
    "published",
    "published_csv",
    "published_values",
    "records_placed",
    "values",
]

ROWS_A_PAGE = 40
LIST = "map-list"


def _asked(request: HttpRequest) -> tuple[Account, Question]:
    """Return who reads, and what they ask or start from.

    Raises: NotPermitted: ``out_of_scope``. UnableToOpen, UnableToDraw: a field means nothing.
    """
    account, on = reader_of(request), timezone.localdate()
    unit, corner = own_corner(account, on)
    given = request.GET.dict()
    given.pop("term", None)
    if named := given.pop("place_name", "").strip():
        found = search(named, limit=1)
        given["place"] = found[0].code if found else named
        given.pop("level", None)
    code = _indicator_code(given.pop("indicator", "").strip())
    if unit is not None:
        given.setdefault("unit", unit.code)
    selection = read_selection(given, period=usual_period(code))
    if selection.place is None and corner is not None:
        selection = selection.having(place=corner)
    require_sight(account, selection, on)
    question = read_question(code, given, selection)
    if not may_see_terms(account, question.indicator, selection, on):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, question


def _indicator_code(text: str) -> str:
    """Return the code of the indicator that a text names by code or title; the text itself when none is."""
    known = indicators()
    if not text and known:
        return known[0].code
    for one in known:
        if text in (one.code, one.title.zh, one.title.en):
            return one.code
    return next((one.code for one in known if text.lower() in f"{one.title.zh} {one.title.en}".lower()), text)


def _sorted(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in SORTS else SORTS[0]


@require_safe
def drawn(request: HttpRequest) -> HttpResponse:
    """Show the map with its list; to htmx the list alone."""
    account, question = _asked(request)
    if request.GET.get("place_name") or request.GET.get("indicator", question.code) != question.code:
        return redirect(f"{reverse('map:map')}?{question.query()}")
    is_list = request.headers.get("HX-Target") == LIST
    found = answer(question, all_stops=not is_list)
    context = _list_context(request, found)
    if is_list:
        response = render(request, "map/list.html", context)
    else:
        response = render(request, "map/map.html", {**context, **_page_context(request, account, found)})
    patch_vary_headers(response, ["HX-Target"])
    return response


def _list_context(request: HttpRequest, found: Answer) -> dict[str, Any]:
    text, sort = request.GET.get("q", "").strip(), _sorted(request)
    rows = found.rows(sort=sort, text=text)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "answer": found,
        "question": found.question,
        "figure": found.figure,
        "selection": found.question.selection,
        "page": page,
        "rows": page.object_list,
        "row_count": len(rows),
        "q": text,
        "sort": sort,
        "base": found.question.query(),
        "level_words": asking.LEVEL_WORDS[found.question.level],
        "fields": parse_qsl(found.question.query()),
    }


def _page_context(request: HttpRequest, account: Account, found: Answer) -> dict[str, Any]:
    question, selection = found.question, found.question.selection
    frame = frame_of(selection.place, is_public=False)
    query = question.query()
    may_see_photographs = allows(account, EVIDENCE, scope_of_selection(selection), timezone.localdate())
    return {
        "frame": frame,
        "values": f"{reverse('map:values')}?{query}",
        "photographs": f"{reverse('map:photographs')}?{query}" if question.shows_photographs else "",
        "may_see_photographs": may_see_photographs,
        "records": f"{reverse('map:records')}?{query}" if question.shows_records else "",
        "may_see_records": bool(kinds_with_points())
        and bool(granted_units(account, VIEW_FACTS, timezone.localdate())),
        "is_of_points": question.level > COUNTY,
        "may_load": allows(account, LOAD, Scope(), timezone.localdate()),
        "csv": f"{reverse('map:places_csv')}?{query}",
        "indicators": indicators(),
        "areas": areas(),
        "path": path_of(
            question, lambda place: may_see(account, selection.having(place=place), timezone.localdate())
        ),
        "stops": stops_of(found),
        "choices": choices_of(question),
        "circles": found.sheet.circles if question.drawing is asking.Drawing.CIRCLE else [],
        "keys": found.sheet.keys if question.drawing is asking.Drawing.SHADE else [],
        "zero": found.sheet.zero,
        "exit_years": sorted(set(exit_years(question).values())) if question.shows_poor else [],
        "change_rule": CHANGE_RULE[question.indicator.kind is IndicatorKind.RATIO] if question.versus else "",
        "is_quotient": question.usual_drawing is asking.Drawing.SHADE,
        "is_example": is_example(),
        "lines": lines_in_force(timezone.localdate()),
        "plates": [stop.title for stop in found.sheet.stops]
        if found.is_beside
        else [str(question.indicator.title)],
        "is_beside": found.is_beside,
        "place_code": selection.place_code,
        "unit_words": found.figure.part_unit,
        "goes_into": True,
        "versus_words": question.versus.title(get_language() or "zh") if question.versus else "",
    }


@require_safe
def values(request: HttpRequest) -> HttpResponse:
    """Send what the browser draws: the values at every stop, the frame, and the layers that are asked for."""
    _, question = _asked(request)
    found = answer(question)
    told: dict[str, Any] = {
        "sheet": sheet_as_json(found.sheet, found.names, known_places(found.sheet.drawn)),
        "frame": frame_of(question.selection.place, is_public=False).as_json,
        "beside": found.is_beside,
        "opens": {"base": f"/f/{question.code}/", "more": question.figure_query},
    }
    if question.shows_poor:
        told["poor"] = _poor(question)
    if question.outline is not None:
        told["list"] = [code_text(place) for place in members_then(question)]
    if question.selection.area is not None and question.level == COUNTY:
        members = set(members_then(question.having(outline=question.selection.area)))
        told["inside"] = [at for at, place in enumerate(sorted(found.sheet.drawn)) if place in members]
    if question.shows_units:
        told["ties"] = seats(question)
    return as_json(told)


def _poor(question: Question) -> dict[str, Any]:
    years = exit_years(question)
    return {
        "codes": [code_text(place) for place in years],
        "years": list(years.values()),
        "first": min(years.values(), default=0),
    }


@require_safe
def photographs_taken(request: HttpRequest) -> HttpResponse:
    """Send where the photographs under the figure were taken, as far as the reader may see evidence."""
    account, question = _asked(request)
    found = photographs(question, account, timezone.localdate())
    return as_json({"x": found.x, "y": found.y, "facts": found.facts})


@require_safe
def records_placed(request: HttpRequest) -> HttpResponse:
    """Send where the records under the figure stand, as far as the reader may see their facts."""
    account, question = _asked(request)
    found = record_points(question, account, timezone.localdate())
    return as_json({"x": found.x, "y": found.y, "facts": found.facts})


@require_safe
def places_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the list beside the map as a file, whole."""
    account, question = _asked(request)
    found = answer(question, all_stops=False)
    text = request.GET.get("q", "").strip()
    headings: tuple[Words, ...] = (
        both("区划代码", "Code"), both("地区", "Place"), both("省", "Province"), both("数值", "Value"), both("单位", "Unit"),
        both("对比期数值", "Value then"), both("变化", "Change"), both("数字地址", "Figure"),
    )  # fmt: skip
    if question.level > COUNTY:
        headings += (
            both("经度（GCJ-02）", "Longitude (GCJ-02)"), both("纬度（GCJ-02）", "Latitude (GCJ-02)"),
            both("换算自坐标系", "Converted from datum"),
        )  # fmt: skip
    rows = (_cells(request, found, row) for row in found.rows(sort=_sorted(request), text=text))
    origin = Origin(
        what=both("地图：{title}，{period}", "Map: {title}, {period}").filled(
            title=question.indicator.title, period=question.selection.period_words
        ),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(),
        narrowed_to="，".join(part for part in (str(question.selection.scope_words), text) if part),
    )
    return list_file("map", "csv", headings, rows, origin)


def _cells(request: HttpRequest, found: Answer, row: Row) -> tuple[str, ...]:
    now = plain_text(row.value) if row.text != "—" else ""
    change = "" if row.change is None else plain_text(row.change)
    before = found.before.get(row.place)
    then = "" if before is None or before.value is None else plain_text(before.value)
    address = request.build_absolute_uri(row.address)
    cells = (row.code, row.name, row.within, now, str(found.figure.part_unit), then, change, address)
    if found.question.level <= COUNTY:
        return cells
    point = found.sheet.points.get(row.place)
    if point is None:
        return (*cells, "", "", "")
    return (*cells, f"{point.longitude:.7f}", f"{point.latitude:.7f}", point.datum)
