"""Where is sold and from where goods go: the lists of channels and of warehouses, and their forms."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.fields import place_written
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import in_batches, list_file, not_figures, origin_of
from bangfu.livelihoods.shop import forms, operations, queries
from bangfu.livelihoods.shop.models import CHANNEL_KIND_WORDS, Channel, Warehouse
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.cataloguing import CHANGED, offers_of_places
from bangfu.livelihoods.shop.views.gate import (
    READ_AND_WRITE,
    ROWS_A_PAGE,
    carried_out,
    form_page,
    may,
    reader,
    refuse_strangers,
    sections,
    units_for,
)

CHANNEL_SORTS = {
    "code": "code", "name": "name_zh", "kind": "kind", "unit": "unit__path", "opened": "opened_on", "closed": "closed_on",
    "minutes": "pay_within_min",
}  # fmt: skip
CHANNEL_COLUMNS = (
    both("编码", "Code"), both("渠道", "Channel"), both("类别", "Kind"), both("单位", "Unit"), both("开设", "Opened"),
    both("关闭", "Closed"), both("限时支付（分钟）", "Minutes to pay"), both("平台", "Platform"), both("店铺", "Shop there"),
    both("运营团队", "Team"),
)  # fmt: skip
SHELF_SORTS = {
    "code": "stock__variant__code", "product": "stock__variant__product__name_zh", "price": "price_fen", "left": "left",
    "opens": "opens_at", "closes": "closes_at",
}  # fmt: skip
SHELF_COLUMNS = (
    both("规格编码", "Code"), both("商品", "Product"), both("规格", "Pack"), both("直播", "Live sale"),
    both("价格（元）", "Price (yuan)"), both("剩余", "Left"), both("上架", "On sale from"), both("下架", "Until"),
)  # fmt: skip
WAREHOUSE_SORTS = {"code": "code", "name": "name_zh", "place": "place_id", "unit": "unit__path"}
WAREHOUSE_COLUMNS = (
    both("编码", "Code"), both("仓库", "Warehouse"), both("所在地", "Where"), both("单位", "Unit"),
)  # fmt: skip
SAID_OF_A_CHANNEL = ("name_zh", "name_en", "pay_within_min", "platform", "shop", "team")
ON_ACCOUNT = both("记账", "on account")


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:60]


def _named(text: str) -> Q:
    return Q(code__istartswith=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text)


def _at(text: str) -> Q:
    """Return which channels a text may mean besides by name: by platform, shop or team."""
    return Q(platform__icontains=text) | Q(shop__icontains=text) | Q(team__icontains=text)


def _channels(account: Account, request: HttpRequest) -> QuerySet[Channel]:
    found = queries.channels().filter(unit__in=queries.units_read(account, timezone.localdate()))
    text = _text(request)
    found = found.filter(_named(text) | _at(text)) if text else found
    return in_order(request, found, CHANNEL_SORTS, "code", "pk")


def _warehouses(account: Account, request: HttpRequest) -> QuerySet[Warehouse]:
    units = queries.units_read(account, timezone.localdate())
    found, text = Warehouse.objects.filter(unit__in=units).select_related("unit"), _text(request)
    found = found.filter(_named(text)) if text else found
    return in_order(request, found, WAREHOUSE_SORTS, "code", "pk")


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """List the channels of the units whose goods the reader may see."""
    account = reader(request)
    page = Paginator(_channels(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("channels"),
        "page": page,
        "text": _text(request),
        "rows": [
            {
                "channel": one,
                "kind": CHANNEL_KIND_WORDS[one.kind],
                "may_revise": one.closed_on is None and may(account, "revise_channel", one.scope),
            }
            for one in page
        ],
        "may_open": may(account, "open_channel"),
    }
    return render(request, "shop/channels.html", context)


@require_safe
def export_channels(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of channels as a file, narrowed as the page is."""
    account = reader(request)
    origin = origin_of(
        request, reverse("shop:channels"), not_figures(both("渠道", "Channels")), taken_by=account.username,
        narrowed_to=(_text(request),),
    )  # fmt: skip
    rows = (
        [
            one.code, str(one.name), str(CHANNEL_KIND_WORDS[one.kind]), str(one.unit.name), one.opened_on.isoformat(),
            one.closed_on.isoformat() if one.closed_on else "", str(one.pay_within_min or ON_ACCOUNT), one.platform,
            one.shop, one.team,
        ]
        for batch in in_batches(_channels(account, request))
        for one in batch
    )  # fmt: skip
    return list_file("channels", form, list(CHANNEL_COLUMNS), rows, origin)


@require_safe
def warehouses(request: HttpRequest) -> HttpResponse:
    """List the warehouses of the units whose goods the reader may see."""
    account = reader(request)
    page = Paginator(_warehouses(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({one.place_id for one in page}, short=True)
    context = {
        "sections": sections("warehouses"),
        "page": page,
        "text": _text(request),
        "rows": [
            {
                "warehouse": one,
                "place": labels[one.place_id],
                "may_revise": may(account, "revise_warehouse", one.scope),
            }
            for one in page
        ],
        "may_open": may(account, "open_warehouse"),
    }
    return render(request, "shop/warehouses.html", context)


@require_safe
def export_warehouses(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of warehouses as a file, narrowed as the page is."""
    account = reader(request)
    origin = origin_of(
        request, reverse("shop:warehouses"), not_figures(both("仓库", "Warehouses")), taken_by=account.username,
        narrowed_to=(_text(request),),
    )  # fmt: skip
    found = _warehouses(account, request)
    labels = place_labels(set(found.values_list("place_id", flat=True)), short=True)
    rows = (
        [one.code, str(one.name), str(labels[one.place_id]), str(one.unit.name)]
        for batch in in_batches(found)
        for one in batch
    )
    return list_file("warehouses", form, list(WAREHOUSE_COLUMNS), rows, origin)


def _channel(request: HttpRequest, key: int) -> Channel:
    found = get_object_or_404(queries.channels(), pk=key)
    refuse_strangers(reader_of(request), found.scope)
    return found


def _shelf(channel: Channel, request: HttpRequest) -> QuerySet[Any]:
    """Return what the channel offers, and with ``all`` what it once offered."""
    now, text = timezone.now(), _text(request)
    found: QuerySet[Any] = queries.offers(now).filter(channel=channel)
    if request.GET.get("all") != "1":
        found = found.filter(Q(closes_at=None) | Q(closes_at__gt=now))
    if text:
        product = "stock__variant__product__"
        named = Q(**{f"{product}name_zh__icontains": text}) | Q(**{f"{product}name_en__icontains": text})
        found = found.filter(named | Q(stock__variant__code__istartswith=text))
    return in_order(request, found, SHELF_SORTS, "stock__variant__code", "pk")


@require_safe
def channel(request: HttpRequest, key: int) -> HttpResponse:
    """Show a channel: where it is, who runs it, since when, and its shelf."""
    found = _channel(request, key)
    account = reader_of(request)
    page = Paginator(_shelf(found, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "channel": found,
        "kind": CHANNEL_KIND_WORDS[found.kind],
        "page": page,
        "text": _text(request),
        "with_closed": request.GET.get("all") == "1",
        "rows": [
            {"offer": one, "price": yuan(one.price_fen) if one.price_fen is not None else ""} for one in page
        ],
        "may_revise": found.closed_on is None and may(account, "revise_channel", found.scope),
    }
    return render(request, "shop/channel.html", context)


@require_safe
def export_shelf(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send what a channel offers as a file, narrowed as the page is."""
    account = reader(request)
    found = _channel(request, key)
    origin = origin_of(
        request, reverse("shop:channel", args=[key]), not_figures(both("货架", "Shelf")), taken_by=account.username,
        narrowed_to=(str(found.name), _text(request)),
    )  # fmt: skip
    rows = (
        [
            one.stock.variant.code, str(one.stock.variant.product.name), str(one.stock.variant.spec),
            str(one.stock.sale.name) if one.stock.sale else "", yuan(one.price_fen) if one.price_fen is not None else "",
            str(one.left), *(f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in (one.opens_at, one.closes_at)),
        ]
        for batch in in_batches(_shelf(found, request))
        for one in batch
    )  # fmt: skip
    return list_file("shelf", form, list(SHELF_COLUMNS), rows, origin)


@require_http_methods(READ_AND_WRITE)
def open_channel(request: HttpRequest) -> HttpResponse:
    """Open a channel."""
    form = forms.ChannelForm(request.POST or None, units=units_for(reader_of(request), "open_channel"))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        names = ("unit", "code", "kind", "opened_on", *SAID_OF_A_CHANNEL)
        opened = operations.open_channel(**{name: said[name] for name in names}, act=act)
        return reverse("shop:channel", args=[opened.pk])

    context = form_page(both("开设渠道", "Open a channel"), reverse("shop:channels"))
    return carried_out(request, form, carry_out, both("已开设。", "It is open."), context)


@require_http_methods(READ_AND_WRITE)
def revise_channel(request: HttpRequest, key: int) -> HttpResponse:
    """Change a channel."""
    found = _channel(request, key)
    names = SAID_OF_A_CHANNEL
    form = forms.ChannelRevisionForm(
        request.POST or None, initial={name: getattr(found, name) for name in names}
    )
    back = reverse("shop:channel", args=[key])

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_channel(channel=found, **{name: said[name] for name in names}, act=act)
        return back

    context = form_page(both("修改渠道", "Change the channel"), back, about=found.name)
    return carried_out(request, form, carry_out, CHANGED, context)


@require_http_methods(READ_AND_WRITE)
def close_channel(request: HttpRequest, key: int) -> HttpResponse:
    """Close a channel."""
    found = _channel(request, key)
    form = forms.DayForm(request.POST or None, initial={"on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.close_channel(channel=found, on=said["on"], act=act)
        return reverse("shop:channels")

    warning = both("关闭以后不再开；已有的订单照常办。", "It is not opened again; orders that stand go on.")
    context = form_page(both("关闭渠道", "Close the channel"), reverse("shop:channels"), warning=warning)
    return carried_out(request, form, carry_out, both("已关闭。", "Closed."), context)


@require_http_methods(READ_AND_WRITE)
def open_warehouse(request: HttpRequest) -> HttpResponse:
    """Enter a warehouse."""
    units = units_for(reader_of(request), "open_warehouse")
    form = forms.WarehouseForm(request.POST or None, units=units, offers=offers_of_places())

    def carry_out(said: dict[str, Any], act: Act) -> str:
        names = ("unit", "code", "name_zh", "name_en", "place")
        operations.open_warehouse(**{name: said[name] for name in names}, act=act)
        return reverse("shop:warehouses")

    context = form_page(both("登记仓库", "Enter a warehouse"), reverse("shop:warehouses"))
    return carried_out(request, form, carry_out, both("已登记。", "Entered."), context)


@require_http_methods(READ_AND_WRITE)
def revise_warehouse(request: HttpRequest, key: int) -> HttpResponse:
    """Change a warehouse."""
    found = get_object_or_404(Warehouse.objects.select_related("unit"), pk=key)
    refuse_strangers(reader_of(request), found.scope)
    first = {"name_zh": found.name_zh, "name_en": found.name_en, "place": place_written(found.place_id)}
    form = forms.WarehouseRevisionForm(request.POST or None, offers=offers_of_places(), initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        names = ("name_zh", "name_en", "place")
        operations.revise_warehouse(warehouse=found, **{name: said[name] for name in names}, act=act)
        return reverse("shop:warehouses")

    context = form_page(both("修改仓库", "Change the warehouse"), reverse("shop:warehouses"))
    return carried_out(request, form, carry_out, CHANGED, context)
