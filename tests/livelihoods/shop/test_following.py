"""What becomes of an order: paid once, lapsed, shipped, refunded; and what of it counts where, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import Act, NotPermitted, Refusal, system_writes
from bangfu.livelihoods.shop.history import trail_of
from bangfu.livelihoods.shop.lapsing import let_lapse, some_lapse
from bangfu.livelihoods.shop.models import Order, OrderStep, Payment, Recipient, Stock
from bangfu.livelihoods.shop.operations import (
    UnableToPay,
    admit_buyers,
    cancel_order,
    close_orders,
    count_stock,
    deliver_orders,
    keep_recipient,
    pay_orders,
    receive_stock,
    refund_line,
    release_unpaid,
    set_apart,
    ship_orders,
)
from bangfu.livelihoods.shop.queries import board
from tests.cast import CEHENG, NOW, Cast
from tests.livelihoods.shop.sold import Shop, check_books, counted, opened, payments


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call(**arguments)
    assert str(caught.value)
    return caught.value.code


def lot(order: Order) -> tuple[int, int]:
    stock = Stock.objects.get(pk=order.lines.get().offer.stock_id)
    return stock.physical, stock.reserved


class TestPayOrders:
    def test_counts_paid_kept_and_one_row_of_the_pledge(self, shop: Shop) -> None:
        offer = shop.offered(10)
        shop.paid(offer, 2, payer="PUBLIC")
        assert counted() == {"ordered": "99.80", "paid": "99.80", "kept": "99.80", "helped_to_sell": "99.80"}
        shop.paid(offer, 1, payer="CANTEEN")
        assert counted() == {
            "ordered": "149.70", "paid": "149.70", "kept": "149.70", "helped_to_sell": "99.80", "purchased": "49.90",
        }  # fmt: skip
        fact = Fact.objects.get(measure_id=measure_number("shop.purchased"))
        assert (fact.unit_id, fact.place_id, fact.happened_on) == (shop.cast.guizhou.pk, CEHENG, NOW.date())
        check_books()

    def test_answers_each_payment_by_itself(self, shop: Shop) -> None:
        offer = shop.offered(10)
        a, b, c = (shop.ordered(offer) for _ in range(3))
        cancel_order(order=c, act=shop.by_clerk())
        lost = Order(pk=999_999)
        rows = [
            (a, "T1", 4_990), (a, "T1", 4_990), (a, "T2", 4_990), (b, "T1", 4_990), (b, "T3", 4_989), (c, "T4", 4_990),
            (lost, "T5", 1),
        ]  # fmt: skip
        answers = [one.code for one in pay_orders(frame=payments(*rows), act=shop.act())]
        assert answers == [
            "",
            "",
            "paid_already",
            "reference_used",
            "wrong_amount",
            "lapsed",
            "unknown_order",
        ]
        assert all(str(UnableToPay(code)) for code in answers if code)
        assert [one.code for one in pay_orders(frame=payments((a, "T1", 4_990)), act=shop.act(5))] == [""]
        assert Payment.objects.count() == OrderStep.objects.filter(state="PAID").count() == 1
        assert counted()["paid"] == "49.90"

    def test_is_only_for_whoever_may(self, shop: Shop) -> None:
        order = shop.ordered(shop.offered(1))
        act = Act(actor=shop.cast.clerk_of_yunnan, at=NOW)
        assert [one.code for one in pay_orders(frame=payments((order, "T1", 4_990)), act=act)] == [
            "out_of_scope"
        ]


class TestReleaseUnpaid:
    def test_frees_the_stock_of_what_was_not_paid_in_time(self, shop: Shop) -> None:
        offer = shop.offered(3)
        kept, lapsed = shop.paid(offer), shop.ordered(offer)
        late = shop.ordered(offer, minutes=10)
        assert not some_lapse(NOW + timedelta(minutes=29))
        assert some_lapse(NOW + timedelta(minutes=30))
        assert release_unpaid(act=shop.act(30)) == 1
        assert [Order.objects.get(pk=one.pk).state for one in (kept, lapsed, late)] == [
            "PAID",
            "CANCELLED",
            "PLACED",
        ]
        assert lot(late) == (3, 2)
        assert [
            one.code for one in pay_orders(frame=payments((lapsed, "LATE", 4_990)), act=shop.act(31))
        ] == ["lapsed"]
        assert "1" in str(let_lapse(NOW + timedelta(minutes=40)))
        assert counted()["ordered"] == "149.70"
        check_books()


class TestFollow:
    def test_an_order_goes_its_way(self, shop: Shop) -> None:
        order = shop.paid(shop.offered(5), 2)
        act = shop.by_clerk(1)
        assert refusal(ship_orders, waybills={order.pk: " "}, act=act) == "waybill_missing"
        assert ship_orders(waybills={order.pk: "SF123 "}, act=act) == 1
        assert lot(order) == (3, 0)
        assert refusal(ship_orders, waybills={order.pk: "SF123"}, act=act) == "wrong_state"
        assert refusal(deliver_orders, orders=[order.pk, 999_999], act=act) == "unknown_order"
        assert deliver_orders(orders=[order.pk], act=act) == close_orders(orders=[order.pk], act=act) == 1
        steps = [(one.state, one.waybill) for one in order.steps.order_by("pk")]
        assert steps == [("PAID", ""), ("SHIPPED", "SF123"), ("DELIVERED", ""), ("CLOSED", "")]
        assert refusal(cancel_order, order=order, act=act) == "wrong_state"
        check_books()

    def test_nothing_chosen_is_refused(self, shop: Shop) -> None:
        act = shop.by_clerk(1)
        assert refusal(ship_orders, waybills={}, act=act) == "no_orders"
        assert refusal(deliver_orders, orders=[], act=act) == refusal(close_orders, orders=[], act=act)

    def test_only_whoever_may_ships(self, shop: Shop) -> None:
        order = shop.paid(shop.offered(5))
        with pytest.raises(NotPermitted):
            ship_orders(waybills={order.pk: "SF1"}, act=Act(actor=shop.cast.clerk_of_yunnan, at=NOW))

    def test_the_database_lets_no_order_go_back_or_change_its_terms(self, shop: Shop) -> None:
        order = shop.paid(shop.offered(5))
        for change in ({"state": "PLACED"}, {"state": "DELIVERED"}, {"total_fen": 1}, {"label": "BOUGHT"}):
            with pytest.raises(IntegrityError), transaction.atomic(), system_writes("a test"):
                Order.objects.filter(pk=order.pk).update(**change)


class TestRefundLine:
    def test_takes_back_in_the_month_of_the_refund(self, shop: Shop) -> None:
        order = shop.paid(shop.offered(5), 3)
        line, august = order.lines.get(), shop.by_clerk(60 * 24 * 10)
        refund_line(line=line, quantity=1, reason="NOT_SHIPPED", act=august)
        order.refresh_from_db()
        assert (order.state, order.refunded_fen, lot(order)) == ("PAID", 4_990, (5, 2))
        assert counted() == {
            "ordered": "149.70",
            "paid": "149.70",
            "kept": "99.80",
            "helped_to_sell": "99.80",
        }
        back = Fact.objects.get(measure_id=measure_number("shop.helped_to_sell"), quantity__lt=0)
        assert back.happened_on == (NOW + timedelta(days=10)).date()
        ship_orders(waybills={order.pk: "SF1"}, act=august)
        assert lot(order) == (3, 0)
        assert refusal(refund_line, line=line, quantity=3, reason="QUALITY", act=august) == "too_much"
        assert refusal(refund_line, line=line, quantity=0, reason="QUALITY", act=august) == "too_much"
        assert refusal(refund_line, line=line, quantity=1, reason="MOOD", act=august) == "unknown_reason"
        assert (
            refusal(refund_line, line=line, quantity=1, reason="LOST", is_restocked=True, act=august)
            == "nothing_to_restock"
        )
        refund_line(line=line, quantity=2, reason="NO_REASON", is_restocked=True, act=august)
        order.refresh_from_db()
        assert (order.state, order.refunded_fen, lot(order)) == ("REFUNDED", 14_970, (5, 0))
        assert counted() == {"ordered": "149.70", "paid": "149.70"}
        assert [one.look for one in trail_of(order)] == ["", "", "", "back", "back", "back"]
        check_books()

    def test_there_is_nothing_to_refund_of_what_is_not_paid(self, shop: Shop) -> None:
        order = shop.ordered(shop.offered(5))
        assert (
            refusal(refund_line, line=order.lines.get(), quantity=1, reason="QUALITY", act=shop.by_clerk())
            == "not_refundable"
        )


class TestStock:
    def test_what_is_set_apart_comes_back_and_nothing_reserved_goes(self, shop: Shop) -> None:
        offer = shop.offered(10, in_sale=True)
        shop.ordered(offer, 4)
        act = shop.by_clerk()
        put = {"sale": shop.sale, "variant": shop.variant, "warehouse": shop.warehouse, "act": act}
        assert refusal(set_apart, quantity=-7, **put) == "not_enough"
        assert refusal(set_apart, quantity=1, **put) == "not_enough"
        assert set_apart(quantity=-6, **put).physical == 4
        assert refusal(count_stock, stock=offer.stock, physical=3, act=act) == "not_enough"
        assert (
            refusal(receive_stock, warehouse=shop.warehouse, variant=shop.variant, quantity=0, act=act)
            == "quantity_wrong"
        )
        check_books()
        found = board(shop.sale)
        assert (found.orders, found.ordered_fen, found.paid_fen) == (1, 19_960, 0)
        assert [(one.key, one.packs) for one in found.by_county] == [(CEHENG, 4)]


class TestKeepRecipient:
    def test_seals_who_and_where(self, shop: Shop) -> None:
        (buyer,) = admit_buyers(payer="PUBLIC", act=shop.act())
        said = {"buyer": buyer, "name": "李梅", "phone": "13900000000", "place": None}
        assert refusal(keep_recipient, address=" ", act=shop.act(), **said) == "address_missing"
        kept = keep_recipient(address="者楼街道 1 号", act=shop.act(), **said)
        assert Recipient.objects.get().person == kept.person
        assert "者楼".encode() not in bytes(kept.address_sealed)
        assert kept.person.name == "李梅"
