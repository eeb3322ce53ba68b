"""What lies in stock, whatever becomes of orders: packs leave with their parcel and come back when they arrive, never before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.foundation.operations import Refusal
from bangfu.livelihoods.shop.history import trail_of
from bangfu.livelihoods.shop.models import Offer, Order, OrderLine, Return, Stock
from bangfu.livelihoods.shop.operations import (
    agree_return,
    ask_return,
    cancel_order,
    decline_return,
    pay_orders,
    receive_return,
    refund_line,
    refund_return,
    ship_orders,
)
from bangfu.livelihoods.suppliers.operations import ParcelDetails, UnableToShip, ship_parcels
from bangfu.livelihoods.suppliers.toship import lines_to_ship
from tests.cast import Cast
from tests.livelihoods.shop.bought import refused
from tests.livelihoods.shop.sold import check_books, payments
from tests.livelihoods.suppliers.supplied import Market, market, refuses

LIES = 12


@pytest.fixture
def sold(cast: Cast) -> Market:
    return market(cast)


def lies(offer: Offer) -> tuple[int, int]:
    """Return how many packs lie there and how many of them are promised."""
    stock = Stock.objects.get(pk=offer.stock_id)
    return stock.physical, stock.reserved


def waybill(number: int) -> str:
    return f"SF{number:013d}"


def parcel(sold: Market, order: Order, packs: int, number: int = 1) -> int:
    """Send so many packs of an order's one line, as its supplier; return of how many orders all went."""
    details = ParcelDetails(order.pk, waybill(number), packs={order.lines.get().pk: packs})
    return ship_parcels(supplier=sold.supplier, parcels=[details], act=sold.by_own())


def state_of(order: Order) -> str:
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


@pytest.mark.django_db
class TestAPart:
    def test_leaves_the_stock_as_it_goes_and_refunding_it_frees_nothing(self, sold: Market) -> None:
        offer = sold.shop.offered(5, code="CH-XX")
        order, act = sold.shop.paid(sold.offer, 3), sold.by_clerk()
        assert lies(sold.offer) == (1000, 3)
        parcel(sold, order, 2)
        assert (lies(sold.offer), state_of(order)) == ((998, 1), "PAID")
        line = order.lines.get()
        refund_line(line=line, quantity=1, reason="LOST", act=act)
        assert lies(sold.offer) == (998, 1)
        assert [(one.left, one.gone, one.stands) for one in lines_to_ship([sold.supplier.pk])] == [(1, 2, 3)]
        for quantity, reason, code in (
            (2, "QUALITY", "too_much"), (2, "NOT_SHIPPED", "sent_already"), (0, "QUALITY", "too_much"),
        ):  # fmt: skip
            assert refused(refund_line, line=line, quantity=quantity, reason=reason, act=act) == code
        refund_line(line=line, quantity=1, reason="QUALITY", is_restocked=True, act=act)
        assert lies(sold.offer) == (999, 1)
        assert parcel(sold, order, 1, 2) == 1
        assert (lies(sold.offer), state_of(order)) == ((998, 0), "SHIPPED")
        assert order.steps.get(state="SHIPPED").waybill == f"{waybill(1)} {waybill(2)}"
        assert [str(one.words.zh) for one in trail_of(order) if one.about == waybill(1)] == ["部分发货"]
        assert lies(offer) == (5, 0)
        check_books()

    def test_of_an_order_whose_rest_is_refunded_ships_it(self, sold: Market) -> None:
        order, act = sold.shop.paid(sold.offer, 3), sold.by_clerk()
        parcel(sold, order, 2)
        refund_line(line=order.lines.get(), quantity=1, reason="NOT_SHIPPED", act=act)
        assert (lies(sold.offer), state_of(order)) == ((998, 0), "SHIPPED")
        assert order.steps.get(state="SHIPPED").waybill == waybill(1)
        refuses(UnableToShip, "shipped_already", lambda: parcel(sold, order, 1, 2))
        check_books()

    def test_the_seller_may_send_the_rest(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer, 3)
        parcel(sold, order, 2)
        ship_orders(waybills={order.pk: "REST"}, act=sold.by_clerk())
        assert (lies(sold.offer), state_of(order)) == ((997, 0), "SHIPPED")
        assert order.steps.get(state="SHIPPED").waybill == f"{waybill(1)} REST"

    def test_cannot_be_asked_back_as_if_it_had_not_left(self, sold: Market) -> None:
        order, act = sold.shop.paid(sold.offer, 3), sold.shop.act()
        line = order.lines.get()
        said: dict[str, Any] = {"line": line, "words": "", "act": act}
        assert refused(ask_return, quantity=1, reason="LOST", **said) == "not_shipped"
        parcel(sold, order, 2)
        assert refused(ask_return, quantity=2, reason="NOT_SHIPPED", **said) == "too_much"
        assert refused(ask_return, quantity=3, reason="LOST", **said) == "too_much"
        asked = ask_return(quantity=1, reason="NOT_SHIPPED", **said)
        agree_return(found=asked, needs_goods=False, act=sold.by_clerk())
        parcel(sold, order, 1, 2)
        assert refused(refund_return, found=asked, act=sold.by_clerk()) == "sent_already"
        assert refused(ask_return, quantity=1, reason="NOT_SHIPPED", **said) == "shipped_already"


@pytest.mark.django_db
class TestAReturn:
    def arrived(self, sold: Market, packs: int = 2) -> Return:
        """Return a return of packs that arrived and are sold again."""
        order = sold.shop.paid(sold.offer, packs)
        parcel(sold, order, packs)
        asked = ask_return(
            line=order.lines.get(), quantity=packs, reason="QUALITY", words="", act=sold.shop.act()
        )
        agree_return(found=asked, needs_goods=True, act=sold.by_clerk())
        return receive_return(found=asked, is_restocked=True, act=sold.by_clerk())

    def test_is_in_stock_as_it_arrives_and_once(self, sold: Market) -> None:
        back = self.arrived(sold)
        assert lies(sold.offer) == (1000, 0)
        assert (
            refused(refund_line, line=back.line, quantity=1, reason="QUALITY", act=sold.by_clerk())
            == "too_much"
        )
        refund_return(found=back, act=sold.by_clerk())
        assert lies(sold.offer) == (1000, 0)
        check_books()

    def test_that_is_declined_leaves_again_unless_it_is_sold(self, sold: Market) -> None:
        back = self.arrived(sold)
        taken = sold.shop.ordered(sold.offer, 999)
        decline: dict[str, Any] = {"found": back, "answer": "用过了", "act": sold.by_clerk()}
        assert refused(decline_return, **decline) == "sold_again"
        cancel_order(order=taken, act=sold.by_clerk())
        decline_return(**decline)
        assert lies(sold.offer) == (998, 0)
        back.refresh_from_db()
        assert (back.state, back.is_restocked) == ("DECLINED", False)
        check_books()

    def test_of_packs_that_were_refunded_meanwhile_does_not_enter(self, sold: Market) -> None:
        order = sold.shop.paid(sold.offer, 2)
        parcel(sold, order, 2)
        line = order.lines.get()
        asked = ask_return(line=line, quantity=2, reason="QUALITY", words="", act=sold.shop.act())
        agree_return(found=asked, needs_goods=True, act=sold.by_clerk())
        refund_line(line=line, quantity=1, reason="QUALITY", is_restocked=True, act=sold.by_clerk())
        assert refused(receive_return, found=asked, is_restocked=True, act=sold.by_clerk()) == "too_much"
        assert lies(sold.offer) == (999, 0)


@dataclass
class Packs:
    """Where the packs of one order are, kept beside the operations by hand."""

    order: Order
    line: OrderLine
    promised: int
    """Reserved, in stock."""
    out: int = 0
    """At the buyer, on the way, lost, or refunded and not come back."""
    asked: Return | None = None


@dataclass
class History:
    """What happens to one stock."""

    sold: Market
    offer: Offer
    parcels: int = 0
    orders: list[Packs] = field(default_factory=list)

    def happens(self, what: str, which: int, count: int, *, comes: bool) -> None:
        """Let one thing happen, or be refused."""
        if what == "order":
            if count <= LIES - sum(one.promised + one.out for one in self.orders):
                order = self.sold.shop.ordered(self.offer, count)
                self.orders.append(Packs(order, order.lines.get(), count))
        elif self.orders:
            one = self.orders[which % len(self.orders)]
            step: Callable[[Packs, int, bool], None] = getattr(self, what)
            with suppress(Refusal):
                step(one, count, comes)

    def pay(self, one: Packs, count: int, comes: bool) -> None:
        frame = payments((one.order, f"T{one.order.pk}", one.order.total_fen))
        pay_orders(frame=frame, act=self.sold.shop.act())

    def cancel(self, one: Packs, count: int, comes: bool) -> None:
        cancel_order(order=one.order, act=self.sold.by_clerk())
        one.promised = 0

    def ship_part(self, one: Packs, count: int, comes: bool) -> None:
        self.parcels += 1
        parcel(self.sold, one.order, count, one.order.pk * 100 + self.parcels)
        one.promised, one.out = one.promised - count, one.out + count

    def ship_rest(self, one: Packs, count: int, comes: bool) -> None:
        ship_orders(waybills={one.order.pk: "REST"}, act=self.sold.by_clerk())
        one.promised, one.out = 0, one.out + one.promised

    def refund_unsent(self, one: Packs, count: int, comes: bool) -> None:
        refund_line(line=one.line, quantity=count, reason="NOT_SHIPPED", act=self.sold.by_clerk())
        one.promised -= count

    def refund_sent(self, one: Packs, count: int, comes: bool) -> None:
        never_left = one.out == 0 and not one.order.parts.exists() and state_of(one.order) == "PAID"
        refund_line(
            line=one.line, quantity=count, reason="QUALITY", is_restocked=comes, act=self.sold.by_clerk()
        )
        if never_left:
            one.promised -= count
        elif comes:
            one.out -= count

    def ask(self, one: Packs, count: int, comes: bool) -> None:
        asked = ask_return(
            line=one.line,
            quantity=count,
            reason="QUALITY" if comes else "NOT_SHIPPED",
            act=self.sold.shop.act(),
        )
        one.asked = agree_return(found=asked, needs_goods=comes, act=self.sold.by_clerk())

    def arrive(self, one: Packs, count: int, comes: bool) -> None:
        if one.asked is not None:
            receive_return(found=one.asked, is_restocked=comes, act=self.sold.by_clerk())
            one.out -= one.asked.quantity if comes else 0

    def decline(self, one: Packs, count: int, comes: bool) -> None:
        if one.asked is not None:
            one.asked.refresh_from_db()
            decline_return(found=one.asked, answer="不符", act=self.sold.by_clerk())
            one.out += one.asked.quantity if one.asked.is_restocked else 0

    def money_back(self, one: Packs, count: int, comes: bool) -> None:
        if one.asked is not None:
            refund_return(found=one.asked, act=self.sold.by_clerk())
            one.promised -= one.asked.quantity if one.asked.reason == "NOT_SHIPPED" else 0


HAPPENS = (
    "order", "pay", "pay", "ship_part", "ship_part", "ship_rest", "refund_unsent", "refund_sent", "cancel", "ask", "arrive",
    "decline", "money_back",
)  # fmt: skip


@pytest.mark.django_db
class TestWhateverHappens:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(HAPPENS), st.integers(0, 2), st.integers(1, 4), st.booleans()),
            min_size=8,
            max_size=30,
        )
    )
    def test_what_lies_there_is_what_came_less_what_is_out(
        self, sold: Market, steps: list[tuple[str, int, int, bool]]
    ) -> None:
        history, (physical, reserved) = History(sold, sold.offer), lies(sold.offer)
        for what, which, count, comes in [("order", 0, 4, True), ("pay", 0, 1, True), *steps]:
            history.happens(what, which, count, comes=comes)
            out, promised = (
                sum(one.out for one in history.orders),
                sum(one.promised for one in history.orders),
            )
            assert lies(sold.offer) == (physical - out, reserved + promised)
            assert all(min(one.promised, one.out) >= 0 for one in history.orders)
        unsent = {one.order: one.left for one in lines_to_ship([sold.supplier.pk])}
        for one in history.orders:
            if state_of(one.order) in ("PAID", "SHIPPED"):
                assert unsent.get(one.order.pk, 0) == one.promised
        check_books()
