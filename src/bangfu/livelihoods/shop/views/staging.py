"""How a live sale is prepared: the staff's page of it, and its forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop import forms, operations, queries, sale_forms
from bangfu.livelihoods.shop.models import Channel, LiveSale, RunItem
from bangfu.livelihoods.shop.operations.counting import REST
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.cataloguing import CHANGED
from bangfu.livelihoods.shop.views.gate import (
    READ_AND_WRITE,
    carried_out,
    form_page,
    may,
    refuse_strangers,
    sections,
    units_for,
)
from bangfu.livelihoods.shop.views.stocking import stock_address, stock_for


def staging_address(key: int) -> str:
    """Return the staff's page of the live sale with this key."""
    return reverse("shop:staging", args=[key])


def sale_for(request: HttpRequest, key: int) -> tuple[Account, LiveSale]:
    """Return who reads and a live sale of a unit whose goods the reader may see."""
    account = reader_of(request)
    found = get_object_or_404(queries.sales(), pk=key)
    refuse_strangers(account, found.scope)
    return account, found


@require_safe
def staging(request: HttpRequest, key: int) -> HttpResponse:
    """Show how a live sale is prepared: what is set apart for it and on offer in it."""
    account, found = sale_for(request, key)
    return render(request, "shop/staging.html", staging_context(account, found))


def staging_context(account: Account, found: LiveSale) -> dict[str, Any]:
    """Return what the staff's page of a live sale shows."""
    now = timezone.now()
    offers = {one.stock_id: one for one in queries.offers(now).filter(stock__sale=found)}
    stocks = queries.stocks().filter(sale=found).order_by("variant__code", "pk")
    is_over = found.ends_at <= now
    return {
        "sections": sections("sales"),
        "sale": found,
        "is_on": found.starts_at <= now < found.ends_at,
        "is_over": is_over,
        "stocks": [stock_row(one, offers.get(one.pk)) for one in stocks],
        "may_revise": not is_over and may(account, "revise_sale", found.scope),
        "may_set_apart": may(account, "set_apart", found.scope),
        "may_offer": not is_over and may(account, "offer_stock", found.channel.scope),
        "sessions": list(
            found.sessions.select_related("host")
            .prefetch_related(Prefetch("items", RunItem.objects.order_by("starts_at")))
            .order_by("starts_at")
        ),
        "may_session": not is_over and may(account, "enter_session", found.scope),
        "ambassadors": list(queries.ambassadors().filter(sale=found)),
        "may_ambassador": not is_over and may(account, "enter_ambassador", found.scope),
        "may_stream": may(account, "set_stream", found.scope),
        "may_end": found.starts_at < now < found.ends_at and may(account, "end_sale", found.scope),
        "may_count": now >= found.ends_at + REST
        and found.counted_at is None
        and may(account, "count_sale", found.scope),
    }


def stock_row(stock: Any, offer: Any) -> dict[str, Any]:
    """Return what the page shows of a stock set apart and its offer, if there is one."""
    price = offer.price_fen if offer is not None else None
    return {
        "stock": stock,
        "offer": offer,
        "price": yuan(price) if price is not None else "",
    }


@require_http_methods(READ_AND_WRITE)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a live sale."""
    allowed = units_for(reader_of(request), "plan_sale")
    channels = Channel.objects.filter(unit__in=allowed, closed_on=None).order_by("code")
    form = sale_forms.SaleForm(request.POST or None, channels=channels)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        names = ("channel", "code", "name_zh", "name_en", "starts_at", "ends_at")
        return staging_address(operations.plan_sale(**{name: said[name] for name in names}, act=act).pk)

    context = form_page(both("安排直播", "Plan a live sale"), reverse("shop:sales"))
    return carried_out(request, form, carry_out, both("已安排。", "Planned."), context)


@require_http_methods(READ_AND_WRITE)
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change a live sale that is not over."""
    _, found = sale_for(request, key)
    names = ("name_zh", "name_en", "starts_at", "ends_at")
    form = sale_forms.SaleRevisionForm(
        request.POST or None, initial={name: getattr(found, name) for name in names}
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_sale(sale=found, **{name: said[name] for name in names}, act=act)
        return staging_address(key)

    context = form_page(both("修改直播", "Change the live sale"), staging_address(key), about=found.name)
    return carried_out(request, form, carry_out, CHANGED, context)


@require_http_methods(READ_AND_WRITE)
def set_apart(request: HttpRequest, key: int) -> HttpResponse:
    """Set stock apart for a live sale."""
    account, found = sale_for(request, key)
    units = queries.units_read(account, timezone.localdate())
    free = queries.stocks().filter(sale=None, physical__gt=F("reserved"), warehouse__unit__in=units)
    form = forms.SetApartForm(request.POST or None, stocks=free.order_by("variant__code", "pk"))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        stock = said["stock"]
        operations.set_apart(
            sale=found, variant=stock.variant, warehouse=stock.warehouse, quantity=said["quantity"], act=act
        )
        return staging_address(key)

    context = form_page(both("预留库存", "Set stock apart"), staging_address(key), about=found.name)
    done = both(
        "已预留。还要上架，直播时才能下单。", "Set apart. Put it on sale too, so that it can be ordered."
    )
    return carried_out(request, form, carry_out, done, context)


@require_http_methods(READ_AND_WRITE)
def bring_back(request: HttpRequest, key: int) -> HttpResponse:
    """Bring back what a live sale did not sell."""
    _, stock = stock_for(request, key)
    sale = get_object_or_404(LiveSale, pk=stock.sale_id)
    form = forms.BringBackForm(request.POST or None, initial={"quantity": stock.free})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.set_apart(
            sale=sale, variant=stock.variant, warehouse=stock.warehouse, quantity=-said["quantity"], act=act
        )
        return stock_address(key)

    title = both("退回总库", "Bring back")
    context = form_page(title, stock_address(key), about=stock.variant.product.name)
    return carried_out(request, form, carry_out, both("已退回。", "Brought back."), context)


@require_http_methods(READ_AND_WRITE)
def stream(request: HttpRequest, key: int) -> HttpResponse:
    """Say where a live sale's picture comes from."""
    _, found = sale_for(request, key)
    form = sale_forms.StreamForm(request.POST or None, initial={"address": found.stream_url})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.set_stream(sale=found, address=said["address"], act=act)
        return staging_address(key)

    context = form_page(both("设置画面", "Set the picture"), staging_address(key), about=found.name)
    return carried_out(request, form, carry_out, CHANGED, context)


def _confirmed(
    request: HttpRequest,
    found: LiveSale,
    title: Words,
    warning: Words,
    done: Words,
    step: Callable[[Act], object],
) -> HttpResponse:
    def carry_out(said: dict[str, Any], act: Act) -> str:
        step(act)
        return staging_address(found.pk)

    context = form_page(title, staging_address(found.pk), about=found.name, warning=warning)
    return carried_out(request, forms.ConfirmForm(request.POST or None), carry_out, done, context)


@require_http_methods(READ_AND_WRITE)
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End a live sale before its time."""
    _, found = sale_for(request, key)
    return _confirmed(
        request, found, both("现在结束", "End it now"),
        both("马上停止下单，不能恢复；已有的订单照常办。", "Nothing more is ordered, for good; orders that stand go on."),
        both("已结束。", "It is over."), lambda act: operations.end_sale(sale=found, act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def count(request: HttpRequest, key: int) -> HttpResponse:
    """Count what was ordered in a live sale."""
    _, found = sale_for(request, key)
    return _confirmed(
        request, found, both("计入直播下单金额", "Count what was ordered"),
        both(
            "按产地县和日期计入“直播下单金额”，只计一次；同一笔不要再报送。",
            "It counts as ordered in live sales by county of origin and day, once; do not report the same money as well.",
        ),
        both("已计入。", "Counted."), lambda act: operations.count_sale(sale=found, act=act),
    )  # fmt: skip
