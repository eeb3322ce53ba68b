"""Lists of what lies in stock and of live sales, and their files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.people.models import Account
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import in_batches, list_file, not_figures, origin_of
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.models import LiveSale, Stock
from bangfu.livelihoods.shop.views.gate import ROWS_A_PAGE, may, reader, sections


@require_safe
def stocks(request: HttpRequest) -> HttpResponse:
    """List what lies in which warehouse, how much of it is promised, and what is left."""
    account = reader(request)
    page = Paginator(_stocks(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("stocks"),
        "page": page,
        "text": request.GET.get("q", "").strip()[:60],
        "may_import": may(account, "import_receipts"),
    }
    return render(request, "shop/stocks.html", context)


def _stocks(account: Account, request: HttpRequest) -> QuerySet[Stock]:
    found = queries.stocks().filter(warehouse__unit__in=queries.units_read(account, timezone.localdate()))
    text = request.GET.get("q", "").strip()[:60]
    found = found.filter(stock_named(text)) if text else found
    return in_order(request, found, STOCK_SORTS, "variant__code", "warehouse__code", "pk")


def stock_named(text: str) -> Q:
    """Return which stocks a text may mean: by the pack's code, the product, or the warehouse."""
    return (
        Q(variant__code__istartswith=text)
        | Q(variant__product__name_zh__contains=text)
        | Q(variant__product__name_en__icontains=text)
        | Q(warehouse__code__istartswith=text)
    )


STOCK_SORTS = {
    "code": "variant__code", "product": "variant__product__name_zh", "warehouse": "warehouse__code", "physical": "physical",
    "reserved": "reserved",
}  # fmt: skip
STOCK_COLUMNS = (
    both("规格编码", "Code"), both("商品", "Product"), both("规格", "Pack"), both("仓库", "Warehouse"),
    both("预留给", "Set apart for"), both("在库", "Physical"), both("已占用", "Reserved"), both("可售", "Free"),
)  # fmt: skip


@require_safe
def export_stocks(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of stocks as a file."""
    account = reader(request)
    origin = origin_of(
        request, reverse("shop:stocks"), not_figures(both("库存", "Stock")), taken_by=account.username,
        narrowed_to=(request.GET.get("q", "").strip()[:60],),
    )  # fmt: skip
    rows = (
        [
            one.variant.code, str(one.variant.product.name), str(one.variant.spec), str(one.warehouse.name),
            str(one.sale.name) if one.sale else "", str(one.physical), str(one.reserved), str(one.free),
        ]
        for batch in in_batches(_stocks(account, request))
        for one in batch
    )  # fmt: skip
    return list_file("stock", form, list(STOCK_COLUMNS), rows, origin)


SALE_SORTS = {
    "name": "name_zh", "channel": "channel__code", "unit": "channel__unit__path", "starts": "starts_at", "ends": "ends_at",
}  # fmt: skip
SALE_COLUMNS = (
    both("编码", "Code"), both("直播", "Live sale"), both("渠道", "Channel"), both("单位", "Unit"), both("开始", "Begins"),
    both("结束", "Ends"),
)  # fmt: skip


def _sales(request: HttpRequest) -> tuple[str, QuerySet[LiveSale]]:
    found, text = queries.sales(), request.GET.get("q", "").strip()[:60]
    if text:
        named = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__istartswith=text)
        found = found.filter(named)
    return text, in_order(request, found, SALE_SORTS, "-starts_at", "pk")


@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """List the live sales, usually the latest first."""
    account = reader(request)
    text, found = _sales(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("sales"),
        "page": page,
        "text": text,
        "units": queries.units_read(account, timezone.localdate()),
        "may_plan": may(account, "plan_sale"),
    }
    return render(request, "shop/sales.html", context)


@require_safe
def export_sales(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of live sales as a file."""
    account = reader(request)
    text, found = _sales(request)
    origin = origin_of(
        request, reverse("shop:sales"), not_figures(both("直播", "Live sales")), taken_by=account.username,
        narrowed_to=(text,),
    )  # fmt: skip
    rows = (
        [
            one.code, str(one.name), str(one.channel.name), str(one.channel.unit.name),
            *(f"{timezone.localtime(at):%Y-%m-%d %H:%M}" for at in (one.starts_at, one.ends_at)),
        ]
        for batch in in_batches(found)
        for one in batch
    )  # fmt: skip
    return list_file("live-sales", form, list(SALE_COLUMNS), rows, origin)
