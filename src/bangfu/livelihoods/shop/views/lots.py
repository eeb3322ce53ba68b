"""What lies in warehouses by lot, as a page and as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.lying import LotLying, lying_by_lot
from bangfu.livelihoods.shop.views.gate import ROWS_A_PAGE, reader, sections

SORTS: dict[str, Callable[[LotLying], Any]] = {
    "lot": lambda one: (one.lot is None, one.lot.code if one.lot else ""),
    "code": lambda one: one.variant.code,
    "product": lambda one: one.variant.product.name_zh,
    "warehouse": lambda one: one.warehouse.code,
    "first": lambda one: one.first_at,
    "in": lambda one: one.came_in,
    "gone": lambda one: one.gone,
    "lies": lambda one: one.lies,
}
COLUMNS = (
    both("批次", "Lot"), both("规格编码", "Code"), both("商品", "Product"), both("规格", "Pack"), both("仓库", "Warehouse"),
    both("最早入库", "First came in"), both("入库件数", "Came in"), both("已出库", "Gone"), both("在库", "Lies there"),
    both("在库净重（千克）", "Net weight there (kg)"),
)  # fmt: skip


def _found(account: Account, request: HttpRequest) -> list[LotLying]:
    text = request.GET.get("q", "").strip()[:60].casefold()
    found = lying_by_lot(queries.units_read(account, timezone.localdate()))
    if text:
        found = [one for one in found if text in _said(one)]
    if request.GET.get("all") != "1":
        found = [one for one in found if one.lies]
    found.sort(key=lambda one: (one.variant.code, one.warehouse.code, -one.first_at.timestamp()))
    asked = request.GET.get("sort", "")
    if sort := SORTS.get(asked.removeprefix("-")):
        found.sort(key=sort, reverse=asked.startswith("-"))
    return found


def _said(one: LotLying) -> str:
    """Return the words by which a row is found."""
    product = one.variant.product
    lot = one.lot.code if one.lot else ""
    words = (
        lot,
        one.variant.code,
        product.name_zh,
        product.name_en,
        one.warehouse.code,
        one.warehouse.name_zh,
    )
    return "\n".join(words).casefold()


@require_safe
def lots(request: HttpRequest) -> HttpResponse:
    """List what lies in which warehouse by lot, first in first out."""
    account = reader(request)
    context = {
        "sections": sections("stocks"),
        "page": Paginator(_found(account, request), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "text": request.GET.get("q", "").strip()[:60],
        "with_gone": request.GET.get("all") == "1",
    }
    return render(request, "shop/lots.html", context)


@require_safe
def export_lots(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send what lies by lot as a file."""
    account = reader(request)
    origin = origin_of(
        request, reverse("shop:lots"), not_figures(both("按批次的库存", "Stock by lot")), taken_by=account.username,
        narrowed_to=(request.GET.get("q", "").strip()[:60],),
    )  # fmt: skip
    rows = (
        [
            one.lot.code if one.lot else "", one.variant.code, str(one.variant.product.name), str(one.variant.spec),
            str(one.warehouse.name), f"{timezone.localtime(one.first_at):%Y-%m-%d}", str(one.came_in), str(one.gone),
            str(one.lies), str(one.lies_kg),
        ]
        for one in _found(account, request)
    )  # fmt: skip
    return list_file("stock-by-lot", form, list(COLUMNS), rows, origin)
