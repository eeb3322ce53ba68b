"""Orders placed by everybody who waits: first come, first served, neither oversold nor undersold, each answered by itself."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import polars
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.operations.models import AuditEntry, RequestKey
from bangfu.livelihoods.shop.allocation import LARGEST_QUANTITY, Line, Shelf, Terms, Wanted, allocate
from bangfu.livelihoods.shop.models import Offer, Order, OrderLine, Stock, StockMovement
from bangfu.livelihoods.shop.operations import (
    Placed,
    UnableToPlace,
    close_offer,
    place_orders,
    row_key,
    set_price,
)
from bangfu.livelihoods.shop.queries import orders_by_key
from tests.cast import CEHENG, NOW, Cast
from tests.livelihoods.shop.sold import PRICE_FEN, Shop, check_books, counted, frame_of, opened


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def codes(answers: list[Placed]) -> list[str]:
    return [one.code for one in answers]


def written() -> tuple[int, ...]:
    return (
        Order.objects.count(), OrderLine.objects.count(), StockMovement.objects.filter(kind="RESERVED").count(),
        RequestKey.objects.filter(operation="shop.place_orders[]").count(),
        AuditEntry.objects.filter(operation="shop.place_orders", part_of__isnull=False).count(),
    )  # fmt: skip


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"quantity": 0}, "quantity"), ({"quantity": -1}, "quantity"), ({"quantity": LARGEST_QUANTITY + 1}, "quantity"),
    ({"offer": 999_999}, "unknown_offer"), ({"offer": None}, "unknown_offer"), ({"price_fen": PRICE_FEN - 1}, "price_changed"),
    ({"buyer": str(uuid4())}, "unknown_buyer"), ({"buyer": "罗文"}, "unknown_buyer"), ({"key": ""}, "bad_key"),
    ({"key": "x" * 161}, "bad_key"), ({"key": "a\x00b"}, "bad_key"), ({"quantity": 11}, "sold_out"),
]  # fmt: skip


class TestPlaceOrders:
    def test_writes_order_line_movement_stock_fact_key_and_trail(self, shop: Shop) -> None:
        offer = shop.offered(10, in_sale=True)
        (buyer,) = shop.buyers(1)
        (placed,) = shop.place(("first", buyer, offer, 3))
        assert (placed.code, placed.is_again) == ("", False)
        order = Order.objects.get(pk=placed.order)
        assert (str(order.buyer_id), order.channel, order.sale, order.unit) == (
            buyer,
            shop.channel,
            shop.sale,
            shop.cast.guizhou,
        )
        assert (order.payer, order.label, order.state, order.total_fen) == (
            "PUBLIC",
            "HELPED",
            "PLACED",
            3 * PRICE_FEN,
        )
        assert (order.placed_at, order.pay_by_at) == (NOW, NOW + timedelta(minutes=30))
        line = order.lines.get()
        assert (line.offer, line.quantity, line.unit_price_fen, line.floor_fen, line.place_id) == (
            offer,
            3,
            4990,
            3200,
            CEHENG,
        )
        moved = StockMovement.objects.get(line=line)
        assert (moved.stock_id, moved.kind, moved.physical, moved.reserved) == (
            offer.stock_id,
            "RESERVED",
            0,
            3,
        )
        assert Stock.objects.get(pk=offer.stock_id).free == 7
        assert counted() == {"ordered": "149.70"}
        kept = RequestKey.objects.get(operation="shop.place_orders[]")
        assert (kept.key, json.loads(json.dumps(kept.result))) == (row_key(buyer, "first"), str(order.pk))
        entry = AuditEntry.objects.get(operation="shop.place_orders", part_of__isnull=False)
        assert (entry.objects_named, entry.request_key) == ([f"shop.order:{order.pk}"], kept.key)
        assert entry.scopes == [{"unit": shop.cast.guizhou.pk, "place": CEHENG, "line": None}]
        assert orders_by_key([kept.key, row_key(buyer, "other")]) == {kept.key: order.pk}
        check_books()

    def test_serves_who_came_first_and_passes_nobody_over(self, shop: Shop) -> None:
        offer = shop.offered(5)
        a, b, c, d = shop.buyers(4)
        answers = shop.place(("k", a, offer, 3), ("k", b, offer, 3), ("k", c, offer, 2), ("k", d, offer, 1))
        assert codes(answers) == ["", "sold_out", "", "sold_out"]
        assert Stock.objects.get(pk=offer.stock_id).free == 0
        assert written() == (2, 2, 2, 2, 2)
        check_books()

    def test_a_basket_is_had_whole_or_not_at_all(self, shop: Shop) -> None:
        rice, oil = shop.offered(5), shop.offered(1, code="CH-OIL")
        a, b = shop.buyers(2)
        frame = polars.DataFrame({
            "request": [0, 0, 1, 1, 2], "key": ["k", "k", "k", "k", "l"], "buyer": [a, a, b, b, b],
            "offer": [rice.pk, oil.pk, rice.pk, oil.pk, rice.pk], "quantity": [1, 1, 1, 1, 4], "price_fen": [PRICE_FEN] * 5,
        })  # fmt: skip
        answers = place_orders(frame=frame, act=shop.act())
        assert codes(answers) == ["", "sold_out", ""]
        assert OrderLine.objects.filter(order=answers[0].order).count() == 2
        assert [Stock.objects.get(pk=one.stock_id).free for one in (rice, oil)] == [0, 0]
        check_books()

    def test_labels_follow_the_payer(self, shop: Shop) -> None:
        offer = shop.offered(10)
        labels = {}
        for payer in ("COMPANY", "UNION", "CANTEEN", "SUBSIDIARY", "STAFF", "PUBLIC", "PARTNER"):
            labels[payer] = shop.ordered(offer, payer=payer).label
        assert {payer for payer, label in labels.items() if label == "HELPED"} == {"PUBLIC", "PARTNER"}

    def test_the_same_key_is_answered_with_the_same_order(self, shop: Shop) -> None:
        offer = shop.offered(2)
        a, b = shop.buyers(2)
        first, twin, other = shop.place(("k", a, offer, 1), ("k", a, offer, 1), ("k", b, offer, 1))
        assert twin == Placed(1, first.order, "", is_again=True)
        assert other.order != first.order
        (again,) = shop.place(("k", a, offer, 1), minutes=5)
        assert again == Placed(0, first.order, "", is_again=True)
        assert codes(shop.place(("k", a, offer, 2), ("m", a, offer, 1), ("m", a, offer, 2))) == [
            "key_reused", "sold_out", "key_reused",
        ]  # fmt: skip
        assert written() == (2, 2, 2, 2, 2)
        check_books()

    def test_refused_rows_leave_nothing_and_the_others_stand(self, shop: Shop) -> None:
        offer = shop.offered(10)
        (buyer,) = shop.buyers(1)
        good = {"key": "k", "buyer": buyer, "offer": offer.pk, "quantity": 1, "price_fen": PRICE_FEN}
        rows = [
            {"request": number, **good, "key": f"bad{number}", **change}
            for number, (change, _) in enumerate(REFUSED)
        ]
        frame = polars.DataFrame([*rows, {"request": 99, **good}], infer_schema_length=None)
        answers = place_orders(frame=frame, act=shop.act())
        assert codes(answers) == [*(code for _, code in REFUSED), ""]
        assert all(str(UnableToPlace(code)) for _, code in REFUSED)
        assert written() == (1, 1, 1, 1, 1)
        check_books()

    def test_nothing_is_sold_before_it_opens_or_after_it_closes(self, shop: Shop) -> None:
        offer = shop.offered(10)
        (buyer,) = shop.buyers(1)
        assert codes(shop.place(("k", buyer, offer, 1), minutes=-1)) == ["not_open"]
        close_offer(offer=offer, act=shop.by_clerk(10))
        assert codes(shop.place(("k", buyer, offer, 1), minutes=9)) == [""]
        assert codes(shop.place(("l", buyer, offer, 1), minutes=10)) == ["not_open"]

    def test_a_new_price_holds_from_its_moment_and_one_of_the_channel_goes_first(self, shop: Shop) -> None:
        offer = shop.offered(10)
        (buyer,) = shop.buyers(1)
        later = NOW + timedelta(minutes=10)
        set_price(
            variant=shop.variant,
            price_fen=3_990,
            floor_fen=3_200,
            valid_from=later,
            channel=shop.channel,
            act=shop.by_clerk(),
        )
        set_price(
            variant=shop.variant,
            price_fen=5_990,
            floor_fen=3_200,
            valid_from=later + timedelta(minutes=5),
            act=shop.by_clerk(),
        )
        assert codes(shop.place(("a", buyer, offer, 1), minutes=9)) == [""]
        assert codes(shop.place(("b", buyer, offer, 1), minutes=10)) == ["price_changed"]
        assert codes(shop.place(("b", buyer, offer, 1), price_fen=3_990, minutes=20)) == [""]
        assert counted() == {"ordered": "89.80"}

    def test_a_limit_holds_over_orders_and_within_one_call(self, shop: Shop) -> None:
        offer = shop.offered(10, per_buyer=3)
        a, b = shop.buyers(2)
        assert codes(shop.place(("a", a, offer, 2), ("b", a, offer, 2), ("c", a, offer, 1), ("d", b, offer, 3))) == [
            "", "over_limit", "", "",
        ]  # fmt: skip
        assert codes(shop.place(("e", a, offer, 1), ("f", b, offer, 1))) == ["over_limit", "over_limit"]
        check_books()

    def test_lines_of_two_live_sales_are_no_order(self, shop: Shop) -> None:
        rice, oil = shop.offered(5), shop.offered(5, code="CH-OIL", in_sale=True)
        (buyer,) = shop.buyers(1)
        frame = polars.DataFrame({
            "request": [0, 0], "key": ["k", "k"], "buyer": [buyer] * 2, "offer": [rice.pk, oil.pk], "quantity": [1, 1],
            "price_fen": [PRICE_FEN] * 2,
        })  # fmt: skip
        assert codes(place_orders(frame=frame, act=shop.act())) == ["mixed"]

    def test_more_than_fifty_lines_are_refused(self, shop: Shop) -> None:
        offer = shop.offered(100)
        (buyer,) = shop.buyers(1)
        frame = pl_repeat(frame_of(("k", buyer, offer, 1)), 51)
        assert codes(place_orders(frame=frame, act=shop.act())) == ["too_many_lines"]

    def test_is_only_for_whoever_may_take_orders_of_the_unit(self, shop: Shop) -> None:
        offer = shop.offered(10)
        (buyer,) = shop.buyers(1)
        frame = frame_of(("k", buyer, offer, 1))
        for account in (shop.cast.clerk_of_yunnan, shop.cast.verifier, shop.cast.outsider):
            assert codes(place_orders(frame=frame, act=Act(actor=account, at=NOW))) == ["out_of_scope"]
        assert codes(place_orders(frame=frame, act=shop.by_clerk())) == [""]
        assert written() == (1, 1, 1, 1, 1)

    def test_takes_the_same_statements_however_many_wait(self, shop: Shop) -> None:
        offer = shop.offered(1000)
        buyers = shop.buyers(300)
        taken = []
        for count in (2, 290):
            frame = frame_of(*((f"k{count}", one, offer, 1) for one in buyers[:count]))
            with CaptureQueriesContext(connection) as statements:
                assert set(codes(place_orders(frame=frame, act=shop.act()))) == {""}
            taken.append(len(statements))
        assert taken[0] == taken[1]
        check_books()

    def test_the_database_refuses_an_oversold_stock(self, shop: Shop) -> None:
        offer = shop.offered(1)
        with (
            pytest.raises(IntegrityError, match="shop_stock_is_not_oversold"),
            transaction.atomic(),
            system_writes("a test"),
        ):
            Stock.objects.filter(pk=offer.stock_id).update(reserved=2)


def pl_repeat(frame: polars.DataFrame, times: int) -> polars.DataFrame:
    return polars.concat([frame] * times)


class TestAllocate:
    @settings(max_examples=200)
    @given(
        free=st.integers(0, 30),
        wanted=st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 12)), max_size=25),
        limit=st.none() | st.integers(1, 8),
    )
    def test_neither_oversells_nor_undersells(
        self, free: int, wanted: list[tuple[int, int]], limit: int | None
    ) -> None:
        terms = {1: Terms(7, 1, None, 100, limit, is_open=True)}
        shelf = Shelf(terms, {7: free})
        codes = allocate([Wanted(str(who), (Line(1, count, 100),)) for who, count in wanted], shelf)
        left, had = free, dict.fromkeys(range(5), 0)
        for (who, count), code in zip(wanted, codes, strict=True):
            if count < 1:
                assert code == "quantity"
            elif limit is not None and had[who] + count > limit:
                assert code == "over_limit"
            elif count > left:
                assert code == "sold_out"
            else:
                assert code == ""
                left -= count
                had[who] += count
        assert shelf.free == {7: left}


def test_an_offer_says_where_permissions_are_asked(cast: Cast) -> None:
    shop = opened(cast)
    assert Offer.objects.get(pk=shop.offered(1).pk).scope == shop.channel.scope
