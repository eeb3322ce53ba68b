"""The page of villages' and towns' positions: what is loaded, county by county, and the form that loads a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Func, IntegerField, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows
from bangfu.foundation.organisation.queries import is_example
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL, VILLAGE, code_text
from bangfu.foundation.places.models import Place, PlacePosition
from bangfu.foundation.places.positions.datums import DATUMS
from bangfu.foundation.places.positions.files import positions_in_file
from bangfu.foundation.places.positions.operations import load_positions
from bangfu.foundation.places.positions.queries import standing_positions
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.foundation.rooms.lists import Origin, in_batches, list_file
from bangfu.reporting.access import own_corner

LOAD = "places.load_positions"
ROWS_A_PAGE = 50
HEADINGS = (
    both("区划代码", "Place code"),
    both("地方", "Place"),
    both("原经度", "Longitude as given"),
    both("原纬度", "Latitude as given"),
    both("原坐标系", "Datum as given"),
    both("经度（GCJ-02）", "Longitude (GCJ-02)"),
    both("纬度（GCJ-02）", "Latitude (GCJ-02)"),
    both("来源", "Source"),
    both("载入时间", "Loaded"),
)


class PositionsForm(Keyed):
    """A file of points, the datum it is in, and where it comes from."""

    file = forms.FileField(
        label=said("文件（CSV 或 GeoPackage）", "File (CSV or GeoPackage)"),
        help_text=said(
            "三列：区划代码、经度、纬度（十进制的度）；GeoPackage 用点图层，要有区划代码一列。",
            "Three columns: code, longitude, latitude in decimal degrees; of a GeoPackage a layer of points with a code.",
        ),
    )
    datum = forms.ChoiceField(
        label=said("坐标系", "Datum"),
        choices=[("", "—"), *((one, one) for one in DATUMS)],
        help_text=said(
            "按数据来源的说明选，不要猜：选错会偏几百米。载入时换算为 GCJ-02 一次，原值保留。",
            "As the source states it, never a guess: the wrong one is some hundred metres off. Converted to GCJ-02 once.",
        ),
    )
    source = forms.CharField(
        label=said("来源", "Source"),
        max_length=300,
        help_text=said("哪个单位、哪一版、哪一天。", "Which office, which edition, which day."),
    )


def _reader(request: HttpRequest) -> tuple[Account, int | None]:
    """Return who reads, and the place that bounds what they see.

    Raises: NotPermitted: ``out_of_scope``.
    """
    account = reader_of(request)
    return account, own_corner(account, timezone.localdate())[1]


def _asked(request: HttpRequest, within: int | None) -> tuple[str, QuerySet[PlacePosition]]:
    text = request.GET.get("q", "").strip()
    found = standing_positions(within)
    if text.isascii() and text.isdigit() and len(text) <= 12:
        size = 10 ** (12 - len(text))
        return text, found.filter(place_id__gte=int(text) * size, place_id__lt=(int(text) + 1) * size)
    return text, found.filter(Q(place__name__contains=text) | Q(source__contains=text)) if text else found


@require_safe
def positions(request: HttpRequest) -> HttpResponse:
    """List the counties whose villages have positions, with how many of them, or the points that a text names."""
    account, within = _reader(request)
    text, found = _asked(request, within)
    if text:
        page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
        labels = place_labels({one.place_id for one in page})
        rows: list[dict[str, Any]] = [
            {
                "label": labels[one.place_id],
                "code": code_text(one.place_id),
                "drawn": f"{one.longitude}, {one.latitude}",
                "given": f"{one.given_longitude}, {one.given_latitude} {one.datum}",
                "source": one.source,
            }
            for one in page
        ]
    else:
        page = Paginator(_counties(found), ROWS_A_PAGE).get_page(request.GET.get("page"))
        rows = _counted(list(page))
    return render(
        request,
        "map/positions.html",
        {
            "page": page,
            "rows": rows,
            "q": text,
            "count": standing_positions(within).count(),
            "is_example": is_example(),
            "may_load": allows(account, LOAD, Scope(), timezone.localdate()),
        },
    )


def _counties(found: QuerySet[PlacePosition]) -> QuerySet[Any]:
    """Return the counties of positions with how many points each has."""
    county = Func(
        F("place_id"),
        template=f"(%(expressions)s / {SIZE_OF_LEVEL[COUNTY]})",
        output_field=IntegerField(),
    )
    return (
        found.order_by()
        .annotate(county=county)
        .values("county")
        .annotate(points=Count("pk"))
        .order_by("county")
    )


def _counted(counties: list[Any]) -> list[dict[str, Any]]:
    """Return counties with their names, their points and their villages."""
    size = SIZE_OF_LEVEL[COUNTY]
    numbers = [one["county"] * size for one in counties]
    labels = place_labels(numbers)
    rows = []
    for one, number in zip(counties, numbers, strict=True):
        below = Place.objects.filter(
            pk__gte=number, pk__lt=number + size, level=VILLAGE, ends_on__isnull=True
        )
        rows.append(
            {
                "label": labels.get(number, code_text(number)),
                "code": code_text(number),
                "points": one["points"],
                "villages": below.count(),
            }
        )
    return rows


@require_safe
def positions_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the positions, as given and in GCJ-02, each with its datum and source."""
    account, within = _reader(request)
    text, found = _asked(request, within)
    origin = Origin(
        what=both("村和乡镇的位置", "Positions of villages and towns"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(),
        narrowed_to=text,
    )
    return list_file("positions", "csv", HEADINGS, _cells(found), origin)


def _cells(found: QuerySet[PlacePosition]) -> Iterator[list[str]]:
    for batch in in_batches(found):
        labels = place_labels({one.place_id for one in batch})
        for one in batch:
            yield [
                code_text(one.place_id), labels[one.place_id], str(one.given_longitude), str(one.given_latitude),
                one.datum, str(one.longitude), str(one.latitude), one.source, one.recorded_at.isoformat(),
            ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Load a file of positions."""
    account = reader_of(request)
    if not allows(account, LOAD, Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=LOAD)
    form = PositionsForm(request.POST or None, request.FILES or None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        try:
            changed = load_positions(
                rows=positions_in_file(asked["file"].read()),
                datum=asked["datum"],
                source=asked["source"],
                act=Act.now(account, key=asked["key"]),
            )
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            done = both(
                "已载入，新增或更正 {count} 个位置。", "Loaded: {count} positions are new or changed."
            )
            messages.success(request, str(done.filled(count=changed)))
            return redirect("map:positions")
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "map/load_positions.html", {"form": form, "refusal": refusal}, status=status)
