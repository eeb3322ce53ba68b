"""Statements: each order line once, to the fen, none with open returns; corrected by later ones; the growers' share."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.shop.models import CouponBatch, Order
from bangfu.livelihoods.shop.operations import (
    agree_return,
    ask_return,
    close_orders,
    deliver_orders,
    refund_line,
    refund_return,
    ship_orders,
)
from bangfu.livelihoods.suppliers import settlement
from bangfu.livelihoods.suppliers.models import SUMS, Statement, StatementLine
from bangfu.livelihoods.suppliers.operations import (
    UnableToIssue,
    UnableToSupport,
    confirm_statement,
    correct_line,
    issue_statement,
    object_to_statement,
    pay_statement,
    reply_to_objection,
)
from bangfu.livelihoods.suppliers.reckoning import Rates, correction, due_of, shared_by
from bangfu.livelihoods.suppliers.settlement import UNDER_WAY, held_up
from bangfu.livelihoods.suppliers.sharing import bins, share_of_order
from bangfu.reporting.facts import trust_in
from bangfu.reporting.queries import figure
from tests.cast import CEHENG, NOW, Cast
from tests.livelihoods.shop.bought import agreed
from tests.livelihoods.shop.bought import issued as issued_coupons
from tests.livelihoods.shop.bought import paid as received
from tests.livelihoods.shop.sold import FLOOR_FEN, PRICE_FEN
from tests.livelihoods.suppliers.supplied import FILES, FIRST, Market, facts, market, refuses, termed

AUGUST = NOW + timedelta(days=5)
END = date(2020, 8, 1)


@pytest.fixture
def sold(cast: Cast) -> Market:
    found = market(cast)
    termed(cast, found.supplier)
    return found


def issued(sold: Market, starts_on: date = FIRST, ends_on: date = END) -> Statement:
    """Issue a statement, as the clerk, in August."""
    return issue_statement(
        supplier=sold.supplier, starts_on=starts_on, ends_on=ends_on, act=sold.by_clerk(AUGUST)
    )


def confirmed(sold: Market, grower_fen: int | None = None, words: str = "") -> Statement:
    """Issue a statement and confirm it, as the supplier."""
    found = issued(sold)
    said = found.floor_fen if grower_fen is None else grower_fen
    return confirm_statement(
        statement=found, grower_fen=said, words=words, files=FILES, act=sold.by_own(AUGUST)
    )


def paid(sold: Market, grower_fen: int | None = None, words: str = "") -> Statement:
    """Issue a statement, confirm it and pay it."""
    found = confirmed(sold, grower_fen, words)
    return pay_statement(
        statement=found, paid_on=date(2020, 8, 4), receipt="ICBC-1", files=FILES,
        act=sold.cast.act(sold.cast.verifier, at=AUGUST),
    )  # fmt: skip


def sums_of(found: Statement) -> dict[str, int]:
    """Return the sums of a statement's lines."""
    return found.lines.aggregate(**{name: Sum(name) for name in SUMS})


@pytest.mark.django_db
class TestIssueStatement:
    def test_says_to_the_fen_what_is_due(self, sold: Market) -> None:
        """Two packs at 49.90 of which one was refunded, and one: commission 5 %, platform 0.6 %, freight 8.00 an order."""
        order = sold.closed(2)
        refund_line(line=order.lines.get(), quantity=1, reason="QUALITY", act=sold.by_clerk())
        sold.closed(1)
        found = issued(sold)
        assert {name: getattr(found, name) for name in SUMS} == {
            "kept_fen": 9_980, "coupon_fen": 0, "commission_fen": 500, "platform_fen": 60, "freight_fen": 1_600,
            "adjusted_fen": 0, "due_fen": 7_820, "floor_fen": 6_400,
        }  # fmt: skip
        assert sums_of(found) == {name: getattr(found, name) for name in SUMS}
        first = found.lines.order_by("line").first()
        assert first is not None
        assert (first.quantity, first.paid_fen, first.refunded_fen, first.kept_fen) == (
            1,
            9_980,
            4_990,
            4_990,
        )
        assert found.number == f"JS{sold.supplier.pk:04d}-001"

    def test_takes_each_line_once(self, sold: Market) -> None:
        sold.closed()
        issued(sold)
        refuses(UnableToIssue, "nothing", lambda: issued(sold))
        line = StatementLine.objects.get()
        with transaction.atomic(), system_writes("past the operation"):
            other = Statement.objects.create(
                supplier=sold.supplier, number="X", starts_on=FIRST, ends_on=END, issued_at=NOW,
                issued_by=sold.cast.clerk, **{name: getattr(line, name) for name in SUMS},
            )  # fmt: skip
            again = {name: getattr(line, name) for name in (*SUMS, "quantity", "paid_fen", "refunded_fen")}
            with pytest.raises(IntegrityError, match="suppliers_one_statement_a_line"), transaction.atomic():
                StatementLine.objects.create(
                    statement=other, kind="GOODS", line=line.line, terms=line.terms, **again
                )

    def test_the_database_compares_the_sums_and_keeps_them(self, sold: Market) -> None:
        sold.closed()
        wrong = patch("bangfu.livelihoods.suppliers.operations.settling.sum", lambda values: 1, create=True)
        with pytest.raises((IntegrityError, InternalError)), wrong:
            issued(sold)
        found = issued(sold)
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), system_writes("past it"):
            Statement.objects.filter(pk=found.pk).update(due_fen=1, kept_fen=1)

    def test_takes_orders_closed_in_the_period_by_the_terms_of_their_day(self, sold: Market) -> None:
        termed(sold.cast, sold.supplier, date(2020, 7, 31), bp=0, platform=0, freight=0)
        sold.closed()
        sold.closed(days=3)  # closed in August
        found = issued(sold)
        assert (found.kept_fen, found.due_fen) == (PRICE_FEN, PRICE_FEN)
        refuses(
            UnableToSupport,
            "settled_already",
            lambda: termed(sold.cast, sold.supplier, date(2020, 7, 20), bp=100),
        )

    def test_refuses_with_open_returns_and_settles_what_is_left_once_they_ended(self, sold: Market) -> None:
        """Of three packs one goes back: the statement waits for it, and then says two, to the fen."""
        order = sold.closed(3)
        asked = ask_return(line=order.lines.get(), quantity=1, reason="QUALITY", act=sold.shop.act())
        refused = refuses(UnableToIssue, "open_returns", lambda: issued(sold))
        assert order.number in refused.sentence.zh
        assert [(one.order, one.returned) for one in held_up(sold.supplier.pk, ends_on=END)] == [
            (order.pk, asked.pk)
        ]
        agree_return(found=asked, needs_goods=False, act=sold.by_clerk())
        refuses(UnableToIssue, "open_returns", lambda: issued(sold))
        refund_return(found=asked, act=sold.by_clerk())
        assert held_up(sold.supplier.pk, ends_on=END) == []
        found = issued(sold)
        assert {name: getattr(found, name) for name in SUMS} == {
            "kept_fen": 9_980, "coupon_fen": 0, "commission_fen": 499, "platform_fen": 60, "freight_fen": 800,
            "adjusted_fen": 0, "due_fen": 8_621, "floor_fen": 6_400,
        }  # fmt: skip

    def test_says_until_when_a_shorter_period_settles_the_rest(self, sold: Market) -> None:
        early, late = sold.closed(1, days=-3), sold.closed(2)
        ask_return(line=late.lines.get(), quantity=1, reason="QUALITY", act=sold.shop.act())
        refused = refuses(UnableToIssue, "open_returns_later", lambda: issued(sold))
        last = NOW.date() - timedelta(days=1)
        assert last.isoformat() in refused.sentence.zh
        found = issued(sold, ends_on=last + timedelta(days=1))
        assert [one.line.order_id for one in found.lines.all()] == [early.pk]

    def test_a_return_of_what_is_settled_holds_no_statement_up(self, sold: Market) -> None:
        """The correction of a settled line waits for no return: what goes back later comes with a statement of its own."""
        first = sold.closed(2)
        line = issued(sold).lines.get()
        ask_return(line=first.lines.get(), quantity=1, reason="QUALITY", act=sold.shop.act())
        correct_line(line=line, amount_fen=600, reason="自提，不收运费", act=sold.by_clerk(AUGUST))
        found = issued(sold)
        assert [(one.kind, one.due_fen) for one in found.lines.all()] == [("ADJUSTMENT", 600)]

    def test_waits_for_money_that_is_on_its_way(self, sold: Market) -> None:
        order = sold.closed(2)
        line = order.lines.get().pk
        under_way = patch.object(
            settlement, "open_returns", lambda lines: {line: order.pk} if line in lines else {}
        )
        with under_way:
            refuses(UnableToIssue, "open_returns", lambda: issued(sold))
            (one,) = held_up(sold.supplier.pk, ends_on=END)
        assert (one.order, one.returned, one.state) == (order.pk, None, UNDER_WAY)
        issued(sold)

    def test_refuses(self, sold: Market) -> None:
        refuses(UnableToIssue, "nothing", lambda: issued(sold))
        refuses(UnableToIssue, "ends_before_start", lambda: issued(sold, END, FIRST))
        refuses(UnableToIssue, "in_the_future", lambda: issued(sold, ends_on=date(2020, 9, 1)))
        with pytest.raises(NotPermitted):
            issue_statement(supplier=sold.supplier, starts_on=FIRST, ends_on=END, act=sold.by_own(AUGUST))

    def test_needs_terms(self, cast: Cast) -> None:
        bare = market(cast)
        bare.closed()
        refuses(UnableToIssue, "no_terms", lambda: issued(bare))


@pytest.mark.django_db
class TestCorrections:
    def test_a_refund_after_settlement_is_taken_up_by_the_next_and_both_say_what_one_would_have(
        self, sold: Market
    ) -> None:
        order = sold.closed(3)
        first = issued(sold)
        refund_line(line=order.lines.get(), quantity=1, reason="QUALITY", act=sold.by_clerk(AUGUST))
        refund_line(line=order.lines.get(), quantity=1, reason="QUALITY", act=sold.by_clerk(AUGUST))
        second = issued(sold, END, date(2020, 8, 5))
        assert [one.kind for one in second.lines.order_by("pk")] == ["REFUND", "REFUND"]
        whole = due_of(PRICE_FEN, Rates(500, 60, 800), bears_freight=True)
        assert first.due_fen + second.due_fen == whole.due_fen
        assert first.floor_fen + second.floor_fen == FLOOR_FEN
        refuses(UnableToIssue, "nothing", lambda: issued(sold, END, date(2020, 8, 5)))

    def test_a_line_is_corrected_by_the_next_statement_once(self, sold: Market) -> None:
        sold.closed()
        first = issued(sold)
        line = first.lines.get()
        act = sold.by_clerk(AUGUST)
        refuses(UnableToIssue, "amount", lambda: correct_line(line=line, amount_fen=0, reason="x", act=act))
        refuses(
            UnableToIssue, "words_missing", lambda: correct_line(line=line, amount_fen=1, reason=" ", act=act)
        )
        correct_line(line=line, amount_fen=-120, reason="运费算少了", act=act)
        second = issued(sold, END, date(2020, 8, 5))
        assert (second.due_fen, second.adjusted_fen, second.kept_fen) == (-120, -120, 0)
        taken = second.lines.get()
        refuses(
            UnableToIssue, "not_goods", lambda: correct_line(line=taken, amount_fen=1, reason="x", act=act)
        )
        first.refresh_from_db()
        assert first.due_fen == 4_990 - 250 - 30 - 800

    @given(
        kept=st.integers(1, 10**7),
        parts=st.lists(st.integers(1, 10**5), max_size=6),
        bp=st.integers(0, 10_000),
    )
    def test_refunds_in_any_order_leave_what_one_statement_would_say(
        self, kept: int, parts: list[int], bp: int
    ) -> None:
        rates, left = Rates(bp, 0, 0), kept
        due = due_of(kept, rates, bears_freight=False).due_fen
        for part in parts:
            if part > left:
                break
            due += correction(left, part, rates).due_fen
            left -= part
        assert due == due_of(left, rates, bears_freight=False).due_fen

    @given(
        total=st.integers(-(10**9), 10**9),
        weights=st.dictionaries(st.integers(1, 99), st.integers(1, 10**6), min_size=1),
    )
    def test_parts_sum_to_the_whole(self, total: int, weights: dict[int, int]) -> None:
        assert sum(shared_by(total, weights).values()) == total


@pytest.mark.django_db
class TestAnswers:
    def test_the_supplier_confirms_and_another_pays(self, sold: Market) -> None:
        sold.closed(2)
        found = paid(sold)
        assert (found.state, found.grower_fen, found.receipt) == ("PAID", 6_400, "ICBC-1")
        assert facts() == [
            ("suppliers.paid_by_buyers", Decimal("99.8"), CEHENG, date(2020, 8, 4)),
            ("suppliers.paid_to_growers", Decimal(64), CEHENG, date(2020, 8, 4)),
        ]

    def test_the_supplier_objects_and_is_answered(self, sold: Market) -> None:
        sold.closed()
        found = issued(sold)
        refuses(
            UnableToIssue,
            "words_missing",
            lambda: object_to_statement(statement=found, words="", act=sold.by_own(AUGUST)),
        )
        object_to_statement(statement=found, words="少了一单", act=sold.by_own(AUGUST))
        refuses(
            UnableToIssue,
            "wrong_state",
            lambda: confirm_statement(statement=found, grower_fen=0, files=FILES, act=sold.by_own(AUGUST)),
        )
        reply_to_objection(statement=found, words="那一单九月完成", act=sold.by_clerk(AUGUST))
        found.refresh_from_db()
        assert (found.state, found.reply) == ("ISSUED", "那一单九月完成")

    def test_refuses_to_confirm(self, sold: Market) -> None:
        sold.closed()
        found = issued(sold)

        def confirm(grower_fen: int, words: str = "", files: object = FILES, by: object = None) -> object:
            act = by or sold.by_own(AUGUST)
            return confirm_statement(
                statement=found, grower_fen=grower_fen, words=words, files=files, act=act
            )

        refuses(UnableToIssue, "less_than_promised", lambda: confirm(FLOOR_FEN - 1))
        refuses(UnableToIssue, "more_than_paid", lambda: confirm(PRICE_FEN + 1))
        refuses(UnableToIssue, "evidence_missing", lambda: confirm(FLOOR_FEN, files=()))
        refuses(UnableToIssue, "own_statement", lambda: confirm(FLOOR_FEN, by=sold.by_clerk(AUGUST)))
        with pytest.raises(NotPermitted):
            confirm(FLOOR_FEN, by=sold.by_other(AUGUST))
        confirm(FLOOR_FEN - 1, "扣了水分")
        found.refresh_from_db()
        assert (found.grower_fen, found.grower_words) == (FLOOR_FEN - 1, "扣了水分")

    def test_refuses_to_pay(self, sold: Market) -> None:
        sold.closed()
        found = issued(sold)
        by_verifier = sold.cast.act(sold.cast.verifier, at=AUGUST)

        def pay(**changes: object) -> object:
            said = {
                "paid_on": date(2020, 8, 4),
                "receipt": "1",
                "files": FILES,
                "act": by_verifier,
                **changes,
            }
            return pay_statement(statement=found, **said)

        refuses(UnableToIssue, "wrong_state", pay)
        confirm_statement(statement=found, grower_fen=FLOOR_FEN, files=FILES, act=sold.by_own(AUGUST))
        refuses(UnableToIssue, "receipt_missing", lambda: pay(receipt=" "))
        refuses(UnableToIssue, "before_issue", lambda: pay(paid_on=date(2020, 7, 31)))
        refuses(UnableToIssue, "before_issue", lambda: pay(paid_on=date(2020, 9, 1)))
        refuses(UnableToIssue, "evidence_missing", lambda: pay(files=()))
        for account in (sold.own, sold.cast.clerk):
            with pytest.raises(NotPermitted):
                pay(act=sold.cast.act(account, at=AUGUST))
        pay()
        refuses(UnableToIssue, "wrong_state", pay)


@pytest.mark.django_db
class TestShare:
    def test_of_an_order_is_promised_and_then_paid(self, sold: Market) -> None:
        order = sold.closed(2)
        share = share_of_order(order.pk)
        assert (share.kept_fen, share.promised_fen, share.promised_share, share.grower_share) == (
            9_980,
            6_400,
            64,
            None,
        )
        paid(sold, 6_400 - 499, "扣了水分")
        share = share_of_order(order.pk)
        assert (share.grower_fen, share.grower_share, share.left_out_fen) == (5_901, 59, 0)

    def test_everything_kept_stands_in_one_bin(self, sold: Market) -> None:
        settled = sold.closed(2)
        paid(sold)
        sold.closed()
        issued(sold)
        sold.shop.paid(sold.offer)
        sold.shop.paid(sold.shop.offered(9, code="CH-XX"))
        refund_line(line=settled.lines.get(), quantity=1, reason="QUALITY", act=sold.by_clerk(AUGUST))
        found = bins(units=[sold.cast.guizhou.pk], starts_on=FIRST, ends_on=END)
        assert {one.bin: (one.lines, one.kept_fen, one.grower_fen) for one in found} == {
            "COUNTED": (1, 4_990, 3_200), "UNPAID": (1, 4_990, 0), "UNSETTLED": (1, 4_990, 0),
            "NO_SUPPLIER": (1, 4_990, 0),
        }  # fmt: skip
        assert bins(units=[sold.cast.yunnan.pk], starts_on=FIRST, ends_on=END) == []


@pytest.mark.django_db
class TestCoupon:
    def closed(self, sold: Market, batch: CouponBatch | None, quantity: int = 3) -> Order:
        """Return a closed order of a buyer who had a coupon, or none."""
        order, terms = agreed(sold.shop, sold.offer, quantity, batch=batch)
        received(sold.shop, order, order.total_fen - terms.discount_fen + terms.freight_fen)
        act = sold.by_clerk()
        ship_orders(waybills={order.pk: "SF1"}, act=act)
        deliver_orders(orders=[order.pk], act=act)
        close_orders(orders=[order.pk], act=act)
        return order

    def test_is_borne_by_the_seller_the_supplier_is_due_as_of_the_price(self, sold: Market) -> None:
        """Three packs at 49.90, 20 yuan off for the buyer; one is refunded before the statement, one after it."""
        order = self.closed(sold, issued_coupons(sold.shop))
        line, act = order.lines.get(), sold.by_clerk(AUGUST)
        refund_line(line=line, quantity=1, reason="QUALITY", act=sold.by_clerk())
        first = issued(sold)
        assert first.kept_fen + first.coupon_fen == 2 * PRICE_FEN
        assert first.coupon_fen == 2_000 - (PRICE_FEN - line.refunds.get().amount_fen) > 0
        assert first.due_fen == due_of(2 * PRICE_FEN, Rates(500, 60, 800), bears_freight=True).due_fen
        refund_line(line=line, quantity=1, reason="QUALITY", act=act)
        second = issued(sold, END, date(2020, 8, 5))
        assert (
            first.due_fen + second.due_fen
            == due_of(PRICE_FEN, Rates(500, 60, 800), bears_freight=True).due_fen
        )
        assert first.kept_fen + second.kept_fen == order.total_fen - 2_000 - sum(
            one.amount_fen for one in line.refunds.all()
        )
        assert sums_of(second) == {name: getattr(second, name) for name in SUMS}

    def test_changes_nothing_of_what_an_order_without_one_brings(self, sold: Market) -> None:
        self.closed(sold, issued_coupons(sold.shop))
        self.closed(sold, None)
        one, other = issued(sold).lines.order_by("line")
        assert (one.due_fen, one.floor_fen) == (other.due_fen, other.floor_fen)
        assert (one.coupon_fen, other.coupon_fen) == (2_000, 0)

    @given(
        prices=st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
        off=st.integers(0, 10**6),
        bp=st.integers(0, 10_000),
    )
    def test_leaves_what_is_due_whatever_goes_back(self, prices: list[int], off: int, bp: int) -> None:
        rates, whole = Rates(bp, 0, 0), sum(prices)
        off = min(off, whole - 1)
        due = due_of(whole - off, rates, bears_freight=False, coupon_fen=off).due_fen
        left, left_off = whole, off
        for price in prices[:-1]:
            part_off = min(left_off, price)
            due += correction(left, price - part_off, rates, coupon_fen=part_off).due_fen
            left, left_off = left - price, left_off - part_off
        assert due == due_of(prices[-1], rates, bears_freight=False).due_fen


@pytest.mark.django_db
class TestVerified:
    def test_a_paid_statement_was_verified_by_who_paid_it(self, sold: Market) -> None:
        sold.closed(2)
        waits = confirmed(sold)
        (review,) = Review.objects.filter(record_type=record_type("suppliers.statement").number)
        assert (review.record_id, review.state, review.submitted_by) == (waits.pk, "SUBMITTED", sold.own)
        pay_statement(
            statement=waits, paid_on=date(2020, 8, 4), receipt="ICBC-1", files=FILES,
            act=sold.cast.act(sold.cast.verifier, at=AUGUST),
        )  # fmt: skip
        review.refresh_from_db()
        assert (review.state, review.decided_by) == ("VERIFIED", sold.cast.verifier)
        share = figure("suppliers.grower_share", period="2020-08")
        trust = trust_in(share.indicator, share.selection)
        assert (trust.verified, trust.evidenced, trust.standing) == (2, 2, 2)
