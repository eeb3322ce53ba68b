"""The pages of registered denominators: what figures per head or household are divided by, with the document of each."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.foundation.places import codes, queries
from bangfu.foundation.places.models import Denominator
from bangfu.foundation.places.registers import REGISTERS
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import inert
from bangfu.foundation.rooms.marks import marked_rows

ROWS_A_PAGE = 50
HEADINGS = (
    both("登记簿", "Register"),
    both("区划代码", "Place code"),
    both("地区", "Place"),
    both("年度", "Year"),
    both("数", "Number"),
    both("单位", "Unit"),
    both("依据", "Source"),
    both("登记时间", "Entered"),
    both("被取代", "Superseded"),
)


def _asked(request: HttpRequest) -> tuple[dict[str, Any], QuerySet[Denominator]]:
    """Return what the list is narrowed to, and the rows that this leaves.

    Raises: Http404: there is no such register, or a number in the address is none.
    """
    register, text = request.GET.get("register", ""), request.GET.get("q", "").strip()
    written = {name: request.GET.get(name, "") for name in ("year", "province")}
    if register and register not in REGISTERS:
        raise Http404
    if any(one and not (one.isascii() and one.isdigit() and len(one) <= 12) for one in written.values()):
        raise Http404
    former = request.GET.get("former") == "1"
    found = Denominator.objects.order_by("register", "place_id", "-year", "-id")
    if not former:
        found = found.filter(superseded_at__isnull=True)
    if register:
        found = found.filter(register=register)
    if written["year"]:
        found = found.filter(year=min(int(written["year"]), 9999))
    if written["province"]:
        first = int(written["province"])
        found = found.filter(place_id__gte=first, place_id__lt=first + codes.SIZE_OF_LEVEL[codes.PROVINCE])
    if text:
        found = found.filter(Q(place__name__contains=text) | Q(source__contains=text))
    return {"register": register, "q": text, "former": former, **written}, found


@require_safe
def denominators(request: HttpRequest) -> HttpResponse:
    """List the registered denominators, narrowed by register, province, year and words."""
    asked, found = _asked(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    labels = queries.place_labels({row.place_id for row in rows})
    everywhere = Denominator.objects.order_by().values_list("place_id", flat=True).distinct()
    provinces = sorted({place // 10**10 * 10**10 for place in everywhere})
    names = queries.place_labels(provinces, short=True)
    return render(
        request,
        "places/denominators.html",
        {
            "page": page,
            "rows": [(row, REGISTERS[row.register], labels[row.place_id]) for row in rows],
            "asked": asked,
            "is_narrowed": any(asked.values()),
            "registers": REGISTERS.values(),
            "provinces": [(str(province), names[province]) for province in provinces],
            "years": list(Denominator.objects.order_by("-year").values_list("year", flat=True).distinct()),
        },
    )


@require_safe
def denominators_csv(request: HttpRequest) -> HttpResponse:
    """Send the narrowed list as a file, with where it comes from below the rows."""
    _, found = _asked(request)
    labels = queries.place_labels(found.values_list("place_id", flat=True))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(str(heading) for heading in HEADINGS)
    for row in found.iterator(chunk_size=2000):
        register = REGISTERS[row.register]
        writer.writerow(
            (
                str(register.title), queries.code_text(row.place_id), labels[row.place_id], row.year, row.value,
                str(register.unit), inert(row.source), row.recorded_at.isoformat(),
                row.superseded_at.isoformat() if row.superseded_at else "",
            )
        )  # fmt: skip
    writer.writerow(())
    writer.writerows(marked_rows())
    writer.writerow((str(both("来源", "From")), request.build_absolute_uri()))
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="denominators.csv"'
    return response
