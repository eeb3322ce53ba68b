"""Where goods lie: one stock with its journal, and its forms."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop import forms, operations, queries
from bangfu.livelihoods.shop.lying import lying_by_lot
from bangfu.livelihoods.shop.models import (
    MOVEMENT_KIND_WORDS,
    Channel,
    Offer,
    Stock,
    order_number,
)
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.gate import (
    READ_AND_WRITE,
    ROWS_A_PAGE,
    carried_out,
    form_page,
    may,
    refuse_strangers,
    sections,
    units_for,
)


def stock_address(key: int) -> str:
    """Return the page of the stock with this key."""
    return reverse("shop:stock", args=[key])


def stock_for(request: HttpRequest, key: int) -> tuple[Account, Stock]:
    """Return who reads and a stock in a warehouse of a unit whose goods the reader may see."""
    account = reader_of(request)
    found = get_object_or_404(queries.stocks(), pk=key)
    refuse_strangers(account, found.warehouse.scope)
    return account, found


@require_safe
def stock(request: HttpRequest, key: int) -> HttpResponse:
    """Show one stock: what lies there, where it is on offer, and its journal, whose sum it is."""
    account, found = stock_for(request, key)
    now = timezone.now()
    journal = found.movements.select_related("moved_by", "receipt__lot", "line").order_by("-pk")
    page = Paginator(journal, ROWS_A_PAGE).get_page(request.GET.get("page"))
    names = names_of(one.moved_by for one in page)
    summed = found.movements.aggregate(physical=Sum("physical"), reserved=Sum("reserved"))
    context = {
        "sections": sections("stocks"),
        "stock": found,
        "page": page,
        "rows": [
            {
                "movement": one,
                "who": names[one.moved_by_id],
                "kind": MOVEMENT_KIND_WORDS[one.kind],
                "receipt": getattr(one, "receipt", None),
                "order": order_number(one.line.order_id) if one.line else "",
                "order_key": one.line.order_id if one.line else None,
            }
            for one in page
        ],
        "balances": (summed["physical"] or 0, summed["reserved"] or 0) == (found.physical, found.reserved),
        "offers": [
            {
                "offer": one,
                "price": yuan(one.price_fen) if one.price_fen is not None else "",  # type: ignore[attr-defined]
                "is_closed": one.closes_at is not None and one.closes_at <= now,
                "may_close": may(account, "close_offer", one.scope),
            }
            for one in queries.offers(now).filter(stock=found).order_by("pk")
        ],
        "lying": sorted(
            lying_by_lot([found.warehouse.unit_id], variant=found.variant_id, warehouse=found.warehouse_id),
            key=lambda one: one.first_at,
        ),
        "may_count": may(account, "count_stock", found.warehouse.scope),
        "may_offer": may(account, "offer_stock"),
        "may_receive": found.sale is None and may(account, "receive_stock", found.warehouse.scope),
        "may_bring_back": found.sale is not None
        and found.free > 0
        and may(account, "set_apart", found.sale.scope),
    }
    return render(request, "shop/stock.html", context)


@require_http_methods(READ_AND_WRITE)
def count(request: HttpRequest, key: int) -> HttpResponse:
    """Put a stock right by counting."""
    _, found = stock_for(request, key)
    form = forms.CountForm(request.POST or None, initial={"physical": found.physical})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.count_stock(stock=found, physical=said["physical"], act=act)
        return stock_address(key)

    about = f"{found.variant.product.name} {found.variant.spec}"
    context = form_page(both("盘点", "Count the stock"), stock_address(key), about=about)
    return carried_out(request, form, carry_out, both("已按实数调整。", "Put right."), context)


@require_http_methods(READ_AND_WRITE)
def offer(request: HttpRequest, key: int) -> HttpResponse:
    """Offer a stock in a channel."""
    account, found = stock_for(request, key)
    allowed = units_for(account, "offer_stock")
    channels = Channel.objects.filter(unit__in=allowed, closed_on=None).order_by("code")
    if found.sale is not None:
        channels = channels.filter(pk=found.sale.channel_id)
    form = forms.OfferForm(request.POST or None, channels=channels, is_of_sale=found.sale is not None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.offer_stock(
            channel=said["channel"], stock=found, opens_at=said.get("opens_at") or act.at,
            closes_at=said.get("closes_at"), per_buyer=said["per_buyer"], act=act,
        )  # fmt: skip
        return reverse("shop:staging", args=[found.sale_id]) if found.sale_id else stock_address(key)

    about = f"{found.variant.product.name} {found.variant.spec}"
    context = form_page(both("上架", "Put on sale"), stock_address(key), about=about)
    return carried_out(request, form, carry_out, both("已上架。", "It is on sale."), context)


@require_http_methods(READ_AND_WRITE)
def close_offer(request: HttpRequest, key: int) -> HttpResponse:
    """Close an offer."""
    found = get_object_or_404(Offer.objects.select_related("channel", "stock__warehouse"), pk=key)
    refuse_strangers(reader_of(request), found.scope)
    form = forms.ConfirmForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.close_offer(offer=found, act=act)
        return stock_address(found.stock_id)

    warning = both(
        "下架以后不能再下单；已有的订单照常办。", "Nothing more is ordered; orders that stand go on."
    )
    context = form_page(both("下架", "Close the offer"), stock_address(found.stock_id), warning=warning)
    return carried_out(request, form, carry_out, both("已下架。", "Closed."), context)
