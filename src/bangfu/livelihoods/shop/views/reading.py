"""What staff read: orders, one order with its history, stock; and the file of orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, Refusal, allows
from bangfu.foundation.payments.queries import payments_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import doors_of
from bangfu.foundation.records.gate import sort_columns
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import has_many, in_batches, list_file, not_figures, origin_of
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.history import trail_of
from bangfu.livelihoods.shop.models import (
    LABEL_WORDS,
    ORDER_STATE_WORDS,
    PAYER_WORDS,
    RETURN_STATE_WORDS,
    Channel,
    LiveSale,
    Offer,
    Order,
    OrderState,
)
from bangfu.livelihoods.shop.narrowing import ORDER_SORTS, OrderFilter
from bangfu.livelihoods.shop.operations.storing import standing_lines
from bangfu.livelihoods.shop.register import VIEW
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.gate import ROWS_A_PAGE, may, reader, sections
from bangfu.livelihoods.shop.views.terms import merchants_for, terms_context

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
STEPS: tuple[tuple[str, str, Words, str], ...] = (
    (OrderState.SHIPPED, "deliver", both("登记签收", "Note the receipt"), "deliver_orders"),
    (OrderState.DELIVERED, "close", both("完成订单", "Close"), "close_orders"),
)
"""What may be done at once to orders of one state: the state, how the form calls it, in words, the operation."""
FOLLOWING: tuple[tuple[str, str, Words, str], ...] = (
    (OrderState.PLACED, "cancel", both("取消订单…", "Cancel…"), "cancel_order"),
    (OrderState.PAID, "ship", both("发货", "Ship"), "ship_orders"),
    (OrderState.SHIPPED, "deliver", both("登记签收", "Note the receipt"), "deliver_orders"),
    (OrderState.DELIVERED, "close", both("完成订单", "Close"), "close_orders"),
)
"""What follows for one order in a state: the page, in words, the operation."""
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


def asked_for(request: HttpRequest) -> OrderFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    said = {name: request.GET.get(name, "").strip() for name in ("q", "state", "label", "sort")}
    sort = said["sort"].lstrip("-")
    numbers = {
        name: _number(request.GET.get(name, "")) for name in ("channel", "sale", "offer", "place", "spoken")
    }
    was = request.GET.get("was", "")
    return OrderFilter(
        text=said["q"][:60],
        state=said["state"] if said["state"] in ORDER_STATE_WORDS else "",
        label=said["label"] if said["label"] in LABEL_WORDS else "",
        was=was if was in WAS_WORDS else "",
        **numbers,
        since=_moment(request.GET.get("since", "")),
        until=_moment(request.GET.get("until", "")),
        sort=sort if sort in ORDER_SORTS else "placed",
        descending=said["sort"].startswith("-") or not said["sort"],
    )


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        return None
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found


WAS_WORDS: dict[str, Words] = {
    "paid": both("付过款的", "were paid"),
    "refunded": both("退过款的", "were refunded"),
}


def narrowed_words(asked: OrderFilter) -> list[str]:
    """Return, in words, to what a figure that was opened narrows the list."""
    found = []
    sale = LiveSale.objects.filter(pk=asked.sale).first() if asked.sale else None
    offer = (
        Offer.objects.select_related("stock__variant__product").filter(pk=asked.offer).first()
        if asked.offer
        else None
    )
    if sale is not None:
        found.append(str(sale.name))
    if offer is not None:
        found.append(f"{offer.stock.variant.product.name} {offer.stock.variant.spec}")
    if asked.place is not None:
        found += [label for label in place_labels({asked.place}).values() if label]
    if asked.spoken:
        spoken = both("{place}代言期间", "while ambassadors of {place} spoke")
        found += [str(spoken.filled(place=label)) for label in place_labels({asked.spoken}).values()]
    elif asked.spoken is not None:
        found.append(str(both("没有人代言时", "while nobody spoke")))
    if asked.since is not None or asked.until is not None:
        ends = [
            f"{timezone.localtime(one):%Y-%m-%d %H:%M}" if one else "" for one in (asked.since, asked.until)
        ]
        found.append(" – ".join(ends))
    if asked.was:
        found.append(str(WAS_WORDS[asked.was]))
    return found


def _sums(found: QuerySet[Order], asked: OrderFilter) -> dict[str, Any]:
    """Return what the orders that are asked for come to, and of lines that are asked for these."""
    summed = found.order_by().aggregate(total=Sum("total_fen"), refunded=Sum("refunded_fen"))
    sums: dict[str, Any] = {"total": yuan(summed["total"] or 0), "refunded": yuan(summed["refunded"] or 0)}
    if asked.has_lines:
        lines = asked.lines().filter(order__in=found.order_by().values("pk"))
        of_lines = lines.aggregate(packs=Sum("quantity"), fen=Sum(F("quantity") * F("unit_price_fen")))
        sums |= {"packs": of_lines["packs"] or 0, "lines": yuan(of_lines["fen"] or 0)}
    return sums


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """List the orders that the reader may see, narrowed, sorted and paged."""
    return orders_page(request)


def orders_page(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    """Return the list of orders, with why something could not be done to those that were chosen."""
    account = reader(request)
    asked = asked_for(request)
    found = asked.apply(queries.orders_read(account, timezone.localdate()))
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("orders"),
        "page": page,
        "rows": [order_row(one) for one in page],
        "asked": asked,
        "is_narrowed": asked != OrderFilter(sort=asked.sort, descending=asked.descending),
        "columns": sort_columns(COLUMNS, asked.sort, descending=asked.descending),
        "states": ORDER_STATE_WORDS.items(),
        "labels": LABEL_WORDS.items(),
        "channels": Channel.objects.order_by("code"),
        "may_ship": may(account, "ship_orders"),
        "steps": [
            (name, title)
            for state, name, title, operation in STEPS
            if state == asked.state and may(account, operation)
        ],
        "kept": [
            (name, request.GET[name])
            for name in ("sale", "offer", "place", "spoken", "since", "until", "was")
            if request.GET.get(name)
        ],
        "narrowed": narrowed_words(asked),
        "sums": _sums(found, asked) if asked.sale is not None else None,
        "keyed": Keyed(),
        "refusal": refusal,
    }
    return render(request, "shop/orders.html", context, status=409 if refusal else 200)


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
        *(one.name for one in Channel.objects.filter(pk=asked.channel or 0)),
        *narrowed_words(asked),
    )
    origin = origin_of(
        request, reverse("shop:orders"), not_figures(both("订单", "Orders")), taken_by=account.username,
        narrowed_to=narrowed,
    )  # fmt: skip
    found = asked.apply(queries.orders_read(account, timezone.localdate()))
    titles = [title for _, title, _ in COLUMNS]
    # Sorting a live sale's orders takes longer than counting that there are many.
    return list_file("orders", form, titles, _cells(found), origin, is_long=has_many(found))


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
    given = {one.line: one for one in standing_lines([found.pk])}
    may_refund = found.state not in (OrderState.PLACED, OrderState.CANCELLED) and may(
        account, "refund_line", found.scope
    )
    return {
        **order_row(found),
        "steps": [
            {
                "address": reverse(f"shop:{name}", args=[found.pk]),
                "title": title,
                "is_back": state == OrderState.PLACED,
            }
            for state, name, title, operation in FOLLOWING
            if state == found.state and may(account, operation, found.scope)
        ],
        "may_refund": may_refund,
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
                "standing": given[one.pk].quantity,
                "sent": given[one.pk].sent if found.state == OrderState.PAID else 0,
            }
            for one in lines
        ],
        "payment": getattr(found, "payment", None),
        **terms_context(account, found),
        "returns": [
            (one, RETURN_STATE_WORDS[one.state]) for one in queries.returns().filter(line__order=found)
        ],
        "trail": trail_of(found),
        "doors": doors_of(record_type("shop.order"), found.pk, account, timezone.localdate()),
    }
