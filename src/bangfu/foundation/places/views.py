"""Pages of the places room: search, one place, and the outlines of counties for maps."""

from __future__ import annotations

import gzip
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from bangfu.foundation.places import codes, queries, shapes
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import Words, both

LEVEL_NAMES: dict[int, Words] = {
    codes.PROVINCE: both("省级", "Province"),
    codes.PREFECTURE: both("地级", "Prefecture"),
    codes.COUNTY: both("县级", "County"),
    codes.TOWN: both("乡级", "Town"),
    codes.VILLAGE: both("村级", "Village"),
}
_MOST_ANSWERS = 100


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
