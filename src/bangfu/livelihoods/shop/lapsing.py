"""What the shop does by itself: orders whose time to pay is over lapse, and their stock is free again."""

from __future__ import annotations

from datetime import datetime

from bangfu.foundation.operations import Act
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models import Order, OrderState
from bangfu.livelihoods.shop.operations import release_unpaid
from bangfu.livelihoods.shop.queries import door_account


def some_lapse(now: datetime) -> bool:
    """Return whether an order waits to be paid and its time is over."""
    return Order.objects.filter(state=OrderState.PLACED, pay_by_at__lte=now).exists()


def let_lapse(now: datetime) -> Words | None:
    """Cancel the orders whose time is over, and say how many."""
    count = release_unpaid(act=Act(actor=door_account(), at=now))
    return both(
        "取消了 {count} 个超时未付的订单。", "Cancelled {count} orders that were not paid in time."
    ).filled(count=count)
