"""Several at the same moment on what is scarce: the lock decides, and without it the database does."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import nullcontext
from unittest.mock import patch

import pytest
from django.db import connection

from bangfu.livelihoods.shop.models import Order, OrderLine, Stock
from bangfu.livelihoods.shop.operations import (
    UnableToPlace,
    locking,
    pay_orders,
    place_orders,
    placing,
    release_unpaid,
)
from tests.at_once import both, waiting
from tests.cast import enter_cast
from tests.livelihoods.shop.sold import check_books, frame_of, opened, payments


class TestTheLastPack:
    """One pack is left, and two calls want it."""

    @pytest.mark.parametrize("locks", [True, False])
    def test_is_sold_once(self, own_database: str, locks: bool) -> None:
        shop = opened(enter_cast())
        offer, act = shop.offered(1), shop.act()
        one, other = shop.buyers(2)

        def buy(buyer: str) -> Callable[[], object]:
            frame = frame_of(("k", buyer, offer, 1))

            def carry_out() -> None:
                (placed,) = place_orders(frame=frame, act=act)
                if placed.code:
                    raise UnableToPlace(placed.code)

            return carry_out

        unlocked = locking.LOCKED.replace("FOR NO KEY UPDATE OF stock", "")
        off = nullcontext() if locks else patch.object(locking, "LOCKED", unlocked)
        with off, patch.object(placing, "_write", waiting(placing._write, 2 if locks else 20)):
            outcomes = both((buy(one), buy(other)))
        assert outcomes == (["done", "sold_out"] if locks else ["clash", "done"])
        assert Order.objects.count() == 1
        check_books()


def test_many_calls_leave_nothing_unsold_that_somebody_wanted_and_pay_or_lapse(own_database: str) -> None:
    shop = opened(enter_cast())
    offers = [shop.offered(60, code=f"CH-{number}") for number in range(3)]
    act, late = shop.act(), shop.act(31)
    chance, buyers = random.Random(7), shop.buyers(24)
    refused: list[tuple[int, int]] = []
    wanted = [
        [(f"k{call}-{row}", buyers[(call * 6 + row) % 24], chance.choice(offers), chance.randint(1, 3)) for row in range(30)]
        for call in range(8)
    ]  # fmt: skip

    def buy(calls: list[int]) -> None:
        for call in calls:
            answers = place_orders(frame=frame_of(*wanted[call]), act=act)
            refused.extend(
                (offer.pk, quantity)
                for (_, _, offer, quantity), one in zip(wanted[call], answers, strict=True)
                if one.code
            )
        connection.close()

    threads = [threading.Thread(target=buy, args=([number, number + 4],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    check_books()
    for offer in offers:
        left = Stock.objects.get(pk=offer.stock_id).free
        assert left < min((quantity for key, quantity in refused if key == offer.pk), default=1_000)
    some = list(Order.objects.order_by("pk")[:20])
    pay = payments(*((one, f"T{one.pk}", one.total_fen) for one in some))
    both((lambda: pay_orders(frame=pay, act=late), lambda: release_unpaid(act=late)))
    release_unpaid(act=late)
    states = set(Order.objects.values_list("state", flat=True))
    assert states <= {"PAID", "CANCELLED"}
    check_books()
    paid = OrderLine.objects.filter(order__state="PAID")
    assert sum(Stock.objects.values_list("reserved", flat=True)) == sum(one.quantity for one in paid)
