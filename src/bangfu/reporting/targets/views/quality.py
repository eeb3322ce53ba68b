"""The quality of the numbers, as page and file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.organisation.models import KIND_WORDS, Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Origin, list_file
from bangfu.reporting.targets.completion import percent
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.quality import quality_of
from bangfu.reporting.targets.quality_listing import QUALITY_HEADINGS, quality_cells, sorted_quality
from bangfu.reporting.targets.views.reading import ROWS_A_PAGE, may, reader
from bangfu.reporting.targets.years import present_year


def _asked_quality(request: HttpRequest) -> tuple[Account, int, str, list[Any], dict[str, Any]]:
    account, units = reader(request)
    today = timezone.localdate()
    text = request.GET.get("year", "")
    usual = present_year(today)
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else usual
    levels = [kind for kind in Unit.Kind.values if kind not in (Unit.Kind.SUPPORTED, Unit.Kind.AUDIT)]
    level = request.GET.get("level", "")
    level = level if level in levels else Unit.Kind.PROVINCE.value
    listed = Unit.objects.filter(pk__in=units, kind=level).order_by("path")
    for word in request.GET.get("q", "").split():
        listed = listed.filter(name_zh__icontains=word) | listed.filter(name_en__icontains=word)
    lights = lights_on(today)
    found = sorted_quality(
        quality_of(listed, year=year, on=today, lights=lights), request.GET.get("sort", "")
    )
    shared = {
        "year": year,
        "this_year": today.year if year == usual < today.year else None,
        "level": level,
        "levels": [(kind, KIND_WORDS[kind]) for kind in levels],
        "q": request.GET.get("q", ""),
        "sort": request.GET.get("sort", ""),
        "lights": lights,
        "query": request.GET.urlencode(),
    }
    return account, year, level, found, shared


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Show how complete and how timely the numbers of each unit are."""
    account, _, _, found, shared = _asked_quality(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "one": one,
            "submitted_late": percent(one.submitted_late_share),
            "verified_late": percent(one.verified_late_share),
        }
        for one in page
    ]
    context = {**shared, "page": page, "rows": rows, "may_nil": may(account, "declare_nil")}
    return render(request, "targets/quality.html", context)


@require_safe
def quality_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the table of quality as a file that says where it comes from."""
    account, year, level, found, shared = _asked_quality(request)
    origin = Origin(
        what=both("{year} 年数据质量", "Quality of the numbers of {year}").filled(year=year),
        sheet=both("数据质量", "Quality"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" · ".join(one for one in (str(KIND_WORDS[level]), shared["q"]) if one),
        address=request.build_absolute_uri(f"{reverse('targets:quality')}?{shared['query']}"),
    )
    return list_file(f"quality-{year}", form, QUALITY_HEADINGS, quality_cells(found), origin)
