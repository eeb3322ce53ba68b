"""Rates of points, and the files by which the operator was told: lists that are narrowed and sorted, and the same as files."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.money.amounts import written
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.points import queries
from bangfu.foundation.points.models import Confirmation, Rate
from bangfu.foundation.points.views import ROWS_A_PAGE, may, reader, sections
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, list_file, not_figures, origin_of
from bangfu.foundation.rooms.picking import unit_said

RATE_COLUMNS: tuple[Words, ...] = (
    both("单位", "Unit"), both("积分", "Points"), both("折合（元）", "Worth (yuan)"), both("生效", "From"), both("至", "Until"),
    both("起折", "Least"), both("宽限（天）", "Grace (days)"), both("依据", "Rests on"),
)  # fmt: skip
CONFIRMATION_COLUMNS: tuple[Words, ...] = (
    both("文件", "File"), both("单位", "Unit"), both("生成", "Made"), both("行数", "Rows"), both("净使用积分", "Points, net"),
    both("受理号", "Taken under"),
)  # fmt: skip
RATE_SORTS = {
    "unit": "unit__path", "points": "points", "yuan": "fen", "from": "valid_from", "until": "valid_until",
    "least": "least_points", "grace": "grace_days", "document": "document",
}  # fmt: skip
CONFIRMATION_SORTS = {
    "name": "pk", "unit": "unit__path", "made": "made_at", "rows": "rows", "points": "points", "reference": "reference",
}  # fmt: skip
WAITS, ANSWERED = both("等回执", "not answered"), both("已受理", "taken")


def _asked(request: HttpRequest, found: QuerySet[Any]) -> dict[str, Any]:
    """Return by what words and unit a list is narrowed, and the units that it is of."""
    units = list(Unit.objects.filter(pk__in=found.order_by().values("unit")).order_by("path"))
    text = request.GET.get("q", "").strip()[:60]
    return {"text": text, "unit": unit_said(request.GET.get("unit", ""), units), "units": units}


def _rates(request: HttpRequest, account: Account) -> tuple[QuerySet[Rate], dict[str, Any]]:
    """Return the rates that are asked for, in order, and what is asked."""
    found = queries.rates_seen_by(account, timezone.localdate())
    asked = _asked(request, found)
    for word in asked["text"].split():
        found = found.filter(Q(document__icontains=word) | Q(unit__name_zh__icontains=word))
    if asked["unit"]:
        found = found.filter(unit=asked["unit"])
    asked["is_narrowed"] = bool(asked["text"] or asked["unit"])
    return in_order(request, found, RATE_SORTS, "unit__path", "-valid_from"), asked


@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """Show every version of what points are worth, of each unit the newest first."""
    account, today = reader(request), timezone.localdate()
    found, asked = _rates(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    now = {unit: queries.rate_of(unit, today) for unit in {one.unit for one in page}}
    rows = [{"rate": one, "yuan": written(one.fen, "CNY"), "is_now": now[one.unit] == one} for one in page]
    context = {
        **asked, "sections": sections("rates"), "page": page, "rows": rows, "may_enter": may(account, "enter_rate"),
    }  # fmt: skip
    return render(request, "points/rates.html", context)


@require_safe
def rates_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed rates as a file that says where it comes from."""
    account = reader(request)
    found, asked = _rates(request, account)
    cells: Iterator[list[Cell]] = (
        [
            one.unit.name, Decimal(one.points), Decimal(one.fen).scaleb(-2), str(one.valid_from), str(one.valid_until or ""),
            Decimal(one.least_points), Decimal(one.grace_days), one.document,
        ]
        for one in found
    )  # fmt: skip
    what = not_figures(both("积分比率", "Rates of points"))
    narrowed = [asked["text"], asked["unit"].name if asked["unit"] else ""]
    origin = origin_of(
        request, reverse("points:rates"), what, taken_by=account.display_name, narrowed_to=narrowed
    )
    return list_file("rates", form, RATE_COLUMNS, cells, origin)


def _confirmations(request: HttpRequest, account: Account) -> tuple[QuerySet[Confirmation], dict[str, Any]]:
    """Return the files that are asked for, in order, and what is asked."""
    found = queries.confirmations_seen_by(account, timezone.localdate())
    asked = _asked(request, found)
    show = request.GET.get("show", "")
    asked["show"] = show if show in ("waits", "answered") else ""
    for word in asked["text"].split():
        number = word.upper().removeprefix("POINTS-")
        is_number = number.isascii() and number.isdecimal() and len(number) < 10
        is_named = Q(pk=int(number)) if is_number else Q(digest__startswith=word.lower())
        found = found.filter(is_named | Q(reference__icontains=word))
    if asked["unit"]:
        found = found.filter(unit=asked["unit"])
    if asked["show"]:
        found = found.filter(acknowledged_at__isnull=asked["show"] == "waits")
    asked["is_narrowed"] = bool(asked["text"] or asked["unit"] or asked["show"])
    return in_order(request, found, CONFIRMATION_SORTS, "-pk"), asked


@require_safe
def confirmations(request: HttpRequest) -> HttpResponse:
    """List the files by which the operator was told, the newest first."""
    account = reader(request)
    found, asked = _confirmations(request, account)
    context = {
        **asked,
        "sections": sections("confirmations"),
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "may_make": may(account, "make_confirmation"),
    }
    return render(request, "points/confirmations.html", context)


@require_safe
def confirmations_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of confirmations as a file that says where it comes from."""
    account = reader(request)
    found, asked = _confirmations(request, account)
    cells: Iterator[list[Cell]] = (
        [
            one.name, one.unit.name, f"{timezone.localtime(one.made_at):%Y-%m-%d %H:%M}", Decimal(one.rows), Decimal(one.points),
            one.reference,
        ]
        for one in found
    )  # fmt: skip
    what = not_figures(both("积分回传文件", "Confirmations of points"))
    narrowed = [
        asked["text"], asked["unit"].name if asked["unit"] else "",
        {"waits": WAITS, "answered": ANSWERED}.get(asked["show"], ""),
    ]  # fmt: skip
    origin = origin_of(
        request, reverse("points:confirmations"), what, taken_by=account.display_name, narrowed_to=narrowed
    )
    return list_file("confirmations", form, CONFIRMATION_COLUMNS, cells, origin)
