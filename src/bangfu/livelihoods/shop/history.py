"""What became of an order, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangfu.foundation.people.queries import names_of
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models import (
    ORDER_STATE_WORDS,
    REFUND_REASON_WORDS,
    Order,
    OrderState,
    Refund,
)
from bangfu.livelihoods.shop.telling import yuan

LOOKS = {OrderState.CANCELLED: "back", OrderState.REFUNDED: "back", OrderState.DELIVERED: "verified"}


@dataclass(frozen=True)
class OrderHappening:
    """One thing that happened to an order."""

    at: datetime
    words: Words
    about: str
    who: str
    look: str = ""


def trail_of(order: Order) -> list[OrderHappening]:
    """Return what happened to an order, the first thing first."""
    steps = list(order.steps.select_related("taken_by").order_by("pk"))
    refunds = list(Refund.objects.filter(line__order=order).select_related("refunded_by").order_by("pk"))
    parts = list(order.parts.select_related("shipped_by").order_by("pk"))
    names = names_of(
        [
            *(one.taken_by for one in steps),
            *(one.refunded_by for one in refunds),
            *(one.shipped_by for one in parts),
        ]
    )
    found = [OrderHappening(order.placed_at, both("下单", "Placed"), "", str(order.channel.name))]
    found += [
        OrderHappening(
            one.taken_at, ORDER_STATE_WORDS[one.state], one.waybill, names[one.taken_by_id], LOOKS.get(OrderState(one.state), "")
        )
        for one in steps
    ]  # fmt: skip
    found += [
        OrderHappening(
            one.refunded_at, both("退款 {yuan} 元", "{yuan} yuan refunded").filled(yuan=yuan(one.amount_fen + one.freight_fen)),
            str(REFUND_REASON_WORDS[one.reason]), names[one.refunded_by_id], "back",
        )
        for one in refunds
    ]  # fmt: skip
    found += [
        OrderHappening(
            one.shipped_at, both("部分发货", "A part was shipped"), one.waybill, names[one.shipped_by_id]
        )
        for one in parts
    ]
    return sorted(found, key=lambda one: one.at)
