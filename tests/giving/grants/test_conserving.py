"""Whatever happens to a fund, raised = paid + committed + left, and what givers are shown of it sums to what was paid."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangfu.foundation.money.refusals import UnableToPostEntry
from bangfu.foundation.operations import Refusal
from bangfu.giving.campaigns import operations as giving
from bangfu.giving.campaigns.api import followed
from bangfu.giving.campaigns.models import Gift, Standing
from bangfu.giving.campaigns.operations.placing import place_gifts
from bangfu.giving.grants import operations
from bangfu.giving.grants.attribution import shares
from bangfu.giving.grants.books import position
from bangfu.giving.grants.models import Award, Batch, Payment
from tests.cast import NOW, Cast
from tests.giving.campaigns.given import LATER, balances, opened
from tests.giving.grants.paid import Paying, answers, paying

LATER_STEPS = (
    st.tuples(st.just("bank"), st.integers(1, 200_000)),
    st.tuples(st.just("cash"), st.integers(100, 90_000)),
    st.tuples(st.just("points"), st.integers(1, 300)),
    st.tuples(st.just("refund"), st.integers(0, 5)),
    st.tuples(st.just("award"), st.integers(1, 3)),
    st.tuples(st.just("pay"), st.integers(0, 15)),
    st.tuples(st.just("return"), st.integers(0, 5)),
    st.tuples(st.just("retry"), st.integers(0, 5)),
    st.tuples(st.just("lapse"), st.integers(0, 5)),
    st.tuples(st.just("place"), st.just(0)),
)
STEPS = st.tuples(
    st.tuples(st.just("bank"), st.integers(100, 60_000)),
    st.tuples(st.just("bank"), st.integers(200_000, 400_000)),
    st.tuples(st.just("award"), st.integers(2, 4)),
    st.tuples(st.just("pay"), st.integers(0, 15)),
    st.lists(st.one_of(*LATER_STEPS), min_size=6, max_size=16),
).map(lambda said: [*said[:4], *said[4]])
"""Histories that begin with two gifts, awards and a batch of which some lines fail."""


@pytest.fixture
def story(cast: Cast) -> Paying:
    """A fund, and a programme that grants 333.37 yuan a pupil."""
    return paying(opened(cast), amount_fen=333_37)


def nth(rows: Any, number: int) -> Any:
    """Return one of rows, or null."""
    found = list(rows)
    return found[number % len(found)] if found else None


def carry(story: Paying, number: int, step: tuple[str, int]) -> None:
    """Carry a step out, where it may be; what is refused leaves everything as it was."""
    what, value = step
    try:
        if what == "bank":
            story.bank(value, serial=f"S{number}")
        elif what == "cash":
            story.giving.cash(value)
        elif what == "points":
            story.giving.points(value * 100, source=f"P{number}")
        elif what == "refund":
            gift = nth(
                Gift.objects.filter(state="RECEIVED").exclude(way__in=("CASH", "MATCH")).order_by("pk"), value
            )
            if gift is not None:
                giving.refund_gift(gift=gift, reason="误捐", act=story.act(at=LATER))
        elif what == "award":
            story.award(value, school=value % 3)
        elif what == "pay":
            batch = story.sent()
            failed = {line: ("失败", "户名不符") for line in range(1, 5) if value >> (line - 1) & 1}
            operations.read_results(
                batch=batch, name="a.csv", content=answers(batch, failed), act=story.other()
            )
        elif what == "return":
            payment = nth(Payment.objects.filter(state="PAID").order_by("pk"), value)
            if payment is not None:
                operations.return_payment(payment=payment, on=NOW.date(), reason="CLOSED", act=story.other())
        elif what in ("retry", "lapse"):
            award = nth(Award.objects.filter(state="RETURNED").order_by("pk"), value)
            if award is not None and what == "retry":
                operations.retry_awards(programme=story.programme, awards=[award.pk], act=story.act())
            elif award is not None:
                operations.lapse_awards(
                    programme=story.programme, awards=[award.pk], reason="OTHER", act=story.act()
                )
        else:
            place_gifts(act=story.giving.door(at=NOW + timedelta(minutes=number)))
    except Refusal:
        pass


def check(story: Paying) -> None:
    """Books, records and what givers are shown agree to the fen."""
    found = position(story.giving.fund)
    by_state: dict[str, int] = defaultdict(int)
    for state, fen in Award.objects.values_list("state", "amount_fen"):
        by_state[state] += fen
    assert found.raised_fen == found.paid_fen + found.committed_fen + found.left_fen
    assert found.other_fen == 0
    assert found.left_fen >= 0
    assert found.paid_fen == by_state["PAID"]
    assert found.committed_fen == by_state["AWARDED"] + by_state["PAYING"] + by_state["RETURNED"]
    standing = Gift.objects.filter(state__in=("RECEIVED", "REFUNDING"))
    assert found.raised_fen == sum(standing.values_list("amount_fen", flat=True))
    assert balances(story.giving.cast.office).get("Expenses:Grants:Paid", 0) == found.paid_fen
    shown: dict[str, int] = defaultdict(int)
    taken: dict[int, int] = defaultdict(int)
    spans = []
    for number in standing.values_list("number", flat=True):
        gift = followed(number)
        assert gift is not None
        assert gift.span is not None
        spans.append(gift.span)
        parts = shares(story.giving.fund.pk, gift.span)
        assert sum(part.fen for part in parts) <= gift.amount_fen
        assert all(part.fen > 0 for part in parts)
        for part in parts:
            shown[part.state] += part.fen
            taken[part.award] += part.fen
    assert shown["PAID"] == found.paid_fen
    assert sum(shown.values()) == found.paid_fen + found.committed_fen
    assert taken == dict(Award.objects.exclude(state="LAPSED").values_list("pk", "amount_fen"))
    spans.sort()
    assert [start for start, _ in spans] == [0, *(until for _, until in spans)][: len(spans)]


class TestConserving:
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS)
    def test_every_fen_is_paid_committed_or_left_and_every_giver_is_told_which(
        self, story: Paying, steps: list[tuple[str, int]]
    ) -> None:
        point = transaction.savepoint()
        try:
            for number, step in enumerate(steps):
                carry(story, number, step)
            check(story)
        finally:
            transaction.savepoint_rollback(point)

    def test_the_reference_is_what_the_books_say(self, story: Paying) -> None:
        story.bank(3_670_000_00)
        story.award(5, fen=669_800_00)
        operations.read_results(
            batch=(batch := story.sent()), name="a.csv", content=answers(batch), act=story.other()
        )
        found = position(story.giving.fund)
        assert (found.raised_fen, found.paid_fen, found.committed_fen, found.left_fen) == (
            3_670_000_00, 3_349_000_00, 0, 321_000_00,
        )  # fmt: skip


class TestStanding:
    def test_a_gift_that_is_paid_later_stands_behind_those_that_were_there(self, story: Paying) -> None:
        late = story.giving.cash(40_000, is_paid=False)
        story.bank(33_337)
        (award,) = story.award(1)
        story.giving.pay(late)
        story.award(1)
        numbers = {one.way: one.number for one in Gift.objects.all()}
        first, second = followed(numbers["BANK"]), followed(numbers["CASH"])
        assert first is not None
        assert second is not None
        assert (first.span, second.span) == ((0, 33_337), (33_337, 73_337))
        assert [part.award for part in shares(story.giving.fund.pk, (0, 33_337))] == [award.pk]

    def test_what_goes_back_moves_everybody_behind_it_up(self, story: Paying) -> None:
        for serial, fen in (("S1", 10_000), ("S2", 20_000), ("S3", 30_000)):
            story.bank(fen, serial=serial)
        place_gifts(act=story.giving.door())
        first, second, third = Gift.objects.order_by("pk")
        giving.refund_gift(gift=first, reason="误捐", act=story.act(at=LATER))
        spans = [found.span for one in (first, second, third) if (found := followed(one.number)) is not None]
        assert spans == [None, (0, 20_000), (20_000, 50_000)]
        assert list(Standing.objects.order_by("before_fen").values_list("before_fen", flat=True)) == [
            0,
            10_000,
            30_000,
        ]
        assert followed("nobody") is None

    def test_places_are_given_once(self, story: Paying) -> None:
        story.bank(10_000)
        assert place_gifts(act=story.giving.door()) == 1
        assert place_gifts(act=story.giving.door()) == 0
        with pytest.raises(UnableToPostEntry):
            story.award(1)
        assert Batch.objects.count() == 0
