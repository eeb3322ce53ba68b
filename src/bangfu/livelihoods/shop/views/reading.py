"""What staff read: orders, one order with its history, stock; and the file of orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.payments.models import MerchantAccount
from bangfu.foundation.payments.queries import open_merchants, payments_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import in_batches, list_file, not_figures, origin_of
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.history import trail_of
from bangfu.livelihoods.shop.models import (
    LABEL_WORDS,
    ORDER_STATE_WORDS,
    PAYER_WORDS,
    Channel,
    Order,
    OrderState,
)
from bangfu.livelihoods.shop.register import VIEW
from bangfu.livelihoods.shop.telling import yuan

ROWS_A_PAGE = 50
LOOKS = {
    OrderState.PLACED: "draft",
    OrderState.PAID: "submitted",
    OrderState.SHIPPED: "submitted",
    OrderState.DELIVERED: "verified",
    OrderState.CLOSED: "verified",
    OrderState.CANCELLED: "withdrawn",
    OrderState.REFUNDED: "returned",
}
"""How each state looks; see docs/look."""
TITLES: dict[str, Words] = {
    "orders": both("订单", "Orders"),
    "stocks": both("库存", "Stock"),
    "sales": both("直播", "Live sales"),
    "catalogue": both("商品", "Products"),
}
COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("number", both("订单号", "Order"), False),
    ("placed", both("下单时间", "Placed"), False),
    ("channel", both("渠道", "Channel"), False),
    (None, both("付款人", "Payer"), False),
    (None, both("计入", "Counts as"), False),
    ("total", both("下单金额（元）", "Ordered (yuan)"), True),
    ("refunded", both("已退（元）", "Refunded (yuan)"), True),
    (None, both("状态", "State"), False),
)
"""Sort, title, and whether numbers stand in it."""


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return [
        {"title": title, "address": reverse(f"shop:{name}"), "is_here": name == here}
        for name, title in TITLES.items()
    ]


def asked_for(request: HttpRequest) -> queries.OrderFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    said = {name: request.GET.get(name, "").strip() for name in ("q", "state", "label", "channel", "sort")}
    sort, channel = said["sort"].lstrip("-"), said["channel"]
    return queries.OrderFilter(
        text=said["q"][:60],
        state=said["state"] if said["state"] in ORDER_STATE_WORDS else "",
        label=said["label"] if said["label"] in LABEL_WORDS else "",
        channel=int(channel) if channel.isascii() and channel.isdigit() and len(channel) < 12 else None,
        sort=sort if sort in queries.ORDER_SORTS else "placed",
        descending=said["sort"].startswith("-") or not said["sort"],
    )


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """List the orders that the reader may see, narrowed, sorted and paged."""
    account = reader(request)
    asked = asked_for(request)
    page = Paginator(asked.apply(queries.orders_read(account, timezone.localdate())), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    columns = []
    for sort, title, is_number in COLUMNS:
        is_sorted = sort == asked.sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        columns.append(
            {
                "title": title,
                "sort": towards if sort else None,
                "direction": direction,
                "is_number": is_number,
            }
        )
    context = {
        "sections": sections("orders"),
        "page": page,
        "rows": [order_row(one) for one in page],
        "asked": asked,
        "is_narrowed": asked != queries.OrderFilter(sort=asked.sort, descending=asked.descending),
        "columns": columns,
        "states": ORDER_STATE_WORDS.items(),
        "labels": LABEL_WORDS.items(),
        "channels": Channel.objects.order_by("code"),
    }
    return render(request, "shop/orders.html", context)


def order_row(one: Order) -> dict[str, Any]:
    """Return what a list shows of an order; nobody is named."""
    return {
        "order": one,
        "payer": PAYER_WORDS[one.payer],
        "label": LABEL_WORDS[one.label],
        "total": yuan(one.total_fen),
        "refunded": yuan(one.refunded_fen) if one.refunded_fen else "—",
        "state": ORDER_STATE_WORDS[one.state],
        "look": LOOKS[OrderState(one.state)],
    }


@require_safe
def export_orders(request: HttpRequest, form: str) -> HttpResponseBase:
    """Answer the list of orders, narrowed as asked, as a file that says where it comes from; nobody is named."""
    account = reader(request)
    asked = asked_for(request)
    narrowed = (
        asked.text,
        ORDER_STATE_WORDS.get(asked.state, ""),
        LABEL_WORDS.get(asked.label, ""),
        Channel.objects.get(pk=asked.channel).name if asked.channel else "",
    )
    origin = origin_of(
        request, reverse("shop:orders"), not_figures(both("订单", "Orders")), taken_by=account.username,
        narrowed_to=narrowed,
    )  # fmt: skip
    return list_file(
        "orders",
        form,
        [title for _, title, _ in COLUMNS],
        _cells(asked.apply(queries.orders_read(account, timezone.localdate()))),
        origin,
    )


def _cells(found: QuerySet[Order]) -> Iterator[list[str]]:
    for batch in in_batches(found):
        for one in batch:
            yield [
                one.number,
                f"{timezone.localtime(one.placed_at):%Y-%m-%d %H:%M:%S}",
                str(one.channel.name),
                str(PAYER_WORDS[one.payer]),
                str(LABEL_WORDS[one.label]),
                f"{one.total_fen / 100:.2f}",
                f"{one.refunded_fen / 100:.2f}",
                str(ORDER_STATE_WORDS[one.state]),
            ]


@require_safe
def order(request: HttpRequest, key: int) -> HttpResponse:
    """Show one order: its lines with their county of origin and the grower's floor, and what became of it, step by step."""
    account = reader_of(request)
    found = get_object_or_404(queries.orders(), pk=key)
    if not allows(account, VIEW, found.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return render(request, "shop/order.html", order_context(account, found))


def order_context(account: Account, found: Order) -> dict[str, Any]:
    """Return what an order's page shows."""
    lines = list(
        found.lines.select_related("offer__stock__variant__product", "offer__stock__warehouse").order_by("pk")
    )
    labels = place_labels({one.place_id for one in lines})
    may_pay = found.state == OrderState.PLACED and allows(
        account, "shop.check_out", found.scope, timezone.localdate()
    )
    return {
        **order_row(found),
        "intents": [(one, yuan(one.amount_fen)) for one in payments_of(found)],
        "merchants": merchants_for(found) if may_pay else [],
        "keyed": Keyed(),
        "lines": [
            {
                "line": one,
                "variant": one.offer.stock.variant,
                "origin": labels[one.place_id],
                "price": yuan(one.unit_price_fen),
                "amount": yuan(one.amount_fen),
                "floor_pct": round(one.floor_fen * 100 / one.unit_price_fen),
            }
            for one in lines
        ],
        "payment": getattr(found, "payment", None),
        "trail": trail_of(found),
    }


def merchants_for(order: Order) -> list[MerchantAccount]:
    """Return the accounts into which an order may be paid: its unit's, or of one above it."""
    found = open_merchants().select_related("unit")
    return [one for one in found if order.unit.path.startswith(one.unit.path)]


@require_safe
def stocks(request: HttpRequest) -> HttpResponse:
    """List what lies in which warehouse, how much of it is promised, and what is left."""
    account = reader(request)
    found = (
        queries.stocks()
        .filter(warehouse__unit__in=queries.units_read(account, timezone.localdate()))
        .order_by("variant__code", "warehouse__code", "pk")
    )
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "shop/stocks.html", {"sections": sections("stocks"), "page": page})


@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """List the live sales, the latest first."""
    reader(request)
    page = Paginator(queries.sales(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "shop/sales.html", {"sections": sections("sales"), "page": page})
