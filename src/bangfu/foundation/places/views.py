"""Pages of the places room: search, one place, special areas, and the outlines of counties for maps."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bangfu.foundation.places import codes, queries, shapes
from bangfu.foundation.places.models import Area, AreaMembership, Place
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.marks import marked_rows

LEVEL_NAMES: dict[int, Words] = {
    codes.PROVINCE: both("省级", "Province"),
    codes.PREFECTURE: both("地级", "Prefecture"),
    codes.COUNTY: both("县级", "County"),
    codes.TOWN: both("乡级", "Town"),
    codes.VILLAGE: both("村级", "Village"),
}
_MOST_ANSWERS = 100
_MEMBERS_A_PAGE = 50


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the search, with its answers when something was asked."""
    return render(request, "places/search.html", _answers(request) | {"provinces": queries.children(None)})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer a search as a list of rows for htmx, or as JSON for who accepts only that."""
    answers = _answers(request)
    if request.accepts("text/html"):
        response: HttpResponse = render(request, "places/answers.html", answers)
    else:
        rows = [
            {
                "id": found.place_id,
                "name": found.name,
                "label": found.label,
                "code": found.code,
                "level": found.level,
                "former_name": found.former_name,
            }
            for found, _ in answers["answers"]
        ]
        response = JsonResponse({"places": rows})
    patch_vary_headers(response, ["Accept"])
    return response


def _answers(request: HttpRequest) -> dict[str, Any]:
    """Return what the templates of a search need.

    Raises: Http404: a number in the address is none, or there is no such place to search in.
    """
    text = request.GET.get("q", "").strip()
    level = _number(request, "level")
    within = _number(request, "within")
    if level is not None and level not in LEVEL_NAMES:
        raise Http404
    if within is not None:
        get_object_or_404(Place, pk=within)
    limit = min(_number(request, "limit") or 20, _MOST_ANSWERS)
    found = queries.search(text, levels=[level] if level else None, within=within, limit=limit)
    return {
        "q": text,
        "level": level,
        "within": within,
        "within_label": queries.place_label(within) if within is not None else None,
        "levels": LEVEL_NAMES.items(),
        "answers": [(place, LEVEL_NAMES[place.level]) for place in found],
    }


def _number(request: HttpRequest, name: str) -> int | None:
    written = request.GET.get(name)
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= 12):
        raise Http404
    return int(written)


@require_safe
def place(request: HttpRequest, place_id: int) -> HttpResponse:
    """Show one place: what it is called and was called, where it lies and what lies in it."""
    shown = get_object_or_404(Place, pk=place_id)
    above = [number for number in _above(place_id) if number != place_id]
    names = queries.place_labels(above, short=True)
    return render(
        request,
        "places/place.html",
        {
            "place": shown,
            "level_name": LEVEL_NAMES[shown.level],
            "stands_for": [LEVEL_NAMES[level] for level in range(shown.level + 1, shown.through_level + 1)],
            "code": queries.code_on(place_id),
            "label": queries.place_label(place_id),
            "above": [(number, names[number]) for number in above],
            "children": queries.children(place_id),
            "names": queries.names_of(place_id),
            "successions": shown.successions.select_related("successor"),
            "origins": shown.origins.select_related("predecessor"),
            "memberships": queries.memberships_of(place_id),
            "today": timezone.localdate(),
            "map": _small_map(shown),
        },
    )


def _above(place_id: int) -> list[int]:
    above = (codes.ancestor_id(place_id, level) for level in codes.LEVELS)
    return list(dict.fromkeys(number for number in above if number is not None))


def _small_map(shown: Place) -> queries.ProvinceMap | None:
    """Return the map of the province that a place lies in, down to the county; null where there is none."""
    province = codes.ancestor_id(shown.pk, codes.PROVINCE)
    if shown.level > codes.COUNTY or province is None:
        return None
    try:
        return queries.province_map(province)
    except LookupError:
        return None


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """List the special areas, each with how many places and entries of its list it has."""
    counts = {
        row["area"]: row
        for row in AreaMembership.objects.filter(superseded_at__isnull=True)
        .order_by()
        .values("area")
        .annotate(places=Count("place", distinct=True), entries=Sum("entries"))
    }
    nothing = {"places": 0, "entries": 0}
    return render(
        request,
        "places/areas.html",
        {"areas": [(area, counts.get(area.pk, nothing)) for area in queries.areas()]},
    )


def _asked_members(request: HttpRequest, code: str) -> tuple[Area, dict[str, Any], QuerySet[AreaMembership]]:
    """Return the area, what its list is narrowed to, and the memberships that this leaves.

    Raises: Http404: there is no such area, or what the address narrows by cannot be read.
    """
    area = get_object_or_404(Area, code=code)
    text, province, day = request.GET.get("q", "").strip(), _number(request, "province"), None
    written = request.GET.get("on", "")
    if written:
        try:
            day = parse_date(written)
        except ValueError as no_day:
            raise Http404 from no_day
        if day is None:
            raise Http404
    found = queries.memberships(code, on=day)
    if text:
        found = found.filter(Q(place__name__contains=text) | Q(listed_as__contains=text))
    if province is not None:
        first, end = codes.subtree_range(province)
        found = found.filter(place_id__gte=first, place_id__lt=end)
    return area, {"q": text, "province": province, "on": day}, found


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Show one area: its places on a day or over all time, narrowed by name and province."""
    found_area, asked, found = _asked_members(request, code)
    page = Paginator(found, _MEMBERS_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    everywhere = queries.memberships(code).order_by().values_list("place_id", flat=True)
    provinces = sorted({place_id // 10**10 * 10**10 for place_id in everywhere})
    names = queries.place_labels(provinces, short=True)
    labels = queries.place_labels({row.place_id for row in rows})
    return render(
        request,
        "places/area.html",
        {
            "area": found_area,
            "page": page,
            "rows": [(row, labels[row.place_id]) for row in rows],
            "entries": found.aggregate(n=Sum("entries"))["n"] or 0,
            "asked": asked,
            "is_narrowed": any(asked.values()),
            "provinces": [(province, names[province]) for province in provinces],
        },
    )


@require_safe
def area_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Send the narrowed list of an area's places as CSV, with where it comes from below the rows."""
    found_area, asked, found = _asked_members(request, code)
    labels = queries.place_labels(found.values_list("place_id", flat=True))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(str(heading) for heading in _HEADINGS)
    for row in found:
        writer.writerow(
            (
                queries.code_text(row.place_id), labels[row.place_id], row.listed_as, row.starts_on,
                row.ends_on or "", _inert(row.source),
            )
        )  # fmt: skip
    writer.writerow(())
    writer.writerows(marked_rows())
    writer.writerow((str(both("名单", "List")), _inert(found_area.title), _inert(found_area.source)))
    writer.writerow((str(both("来源", "From")), request.build_absolute_uri()))
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    day = f"-{asked['on']:%Y%m%d}" if isinstance(asked["on"], date) else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{found_area.code}{day}.csv"'
    return response


def _inert(cell: str) -> str:
    """Return a typed cell that no spreadsheet program takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


_HEADINGS = (
    both("区划代码", "Place code"),
    both("所在地", "Place"),
    both("名单上的名称", "Listed as"),
    both("自", "From"),
    both("至（不含）", "Until (not incl.)"),
    both("依据", "Source"),
)


@require_safe
def county_shapes(request: HttpRequest) -> HttpResponse:
    """Send the outlines of all counties, GeoJSON in GCJ-02; for ever the same below one ``?v=`` digest."""
    packed, digest = shapes.packed_file()
    etag = f'"{digest}"'
    if request.headers.get("If-None-Match") in (etag, f"W/{etag}"):
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type="application/geo+json")
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(packed), content_type="application/geo+json")
    response.headers["ETag"] = etag
    lasting = "max-age=31536000, immutable" if request.GET.get("v") == digest else "no-cache"
    response.headers["Cache-Control"] = f"private, {lasting}"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
