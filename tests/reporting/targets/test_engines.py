"""Pace, lights, cascades, splits and ranks, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.reporting.targets.engines.cascade import Promise, ranks_of, shares_of, splits_of
from bangfu.reporting.targets.engines.pace import (
    Forecast,
    Light,
    Method,
    PastYear,
    Span,
    Thresholds,
    forecast,
    light_of,
    share_of,
)

YEAR = Span(date(2019, 1, 1), date(2019, 12, 31))
RULE = Thresholds(Decimal(1), Decimal("0.9"), Decimal("0.08"))


class TestSpan:
    def test_counts_both_ends(self) -> None:
        assert YEAR.days == 365
        assert [YEAR.passed(day) for day in (date(2018, 12, 31), date(2019, 1, 1), date(2020, 5, 1))] == [
            0,
            1,
            365,
        ]
        assert YEAR.share_passed(date(2019, 3, 14)) == Decimal("0.2000")


class TestForecast:
    def test_daily_pace(self) -> None:
        found = forecast(Decimal(20), YEAR, date(2019, 3, 14))
        assert found == Forecast(Decimal("100.0000"), Method.LINEAR)

    def test_daily_pace_of_what_stood_already(self) -> None:
        found = forecast(Decimal(120), YEAR, date(2019, 3, 14), base=Decimal(100))
        assert found == Forecast(Decimal("200.0000"), Method.LINEAR)

    def test_shape_of_two_past_years(self) -> None:
        past = (
            PastYear(2018, Decimal(10), Decimal(100)),
            PastYear(2017, Decimal(30), Decimal(100)),
        )
        found = forecast(Decimal(20), YEAR, date(2019, 3, 14), past=past)
        assert found == Forecast(Decimal("100.0000"), Method.SEASONAL, Decimal("0.2000"))

    def test_one_past_year_is_no_shape(self) -> None:
        past = (
            PastYear(2018, Decimal(10), Decimal(100)),
            PastYear(2017, Decimal(0), Decimal(0)),
        )
        assert forecast(Decimal(20), YEAR, date(2019, 3, 14), past=past).method is Method.LINEAR

    def test_a_shape_that_had_nothing_by_then_says_nothing(self) -> None:
        past = (PastYear(2018, Decimal(0), Decimal(9)), PastYear(2017, Decimal(0), Decimal(9)))
        assert forecast(Decimal(20), YEAR, date(2019, 3, 14), past=past).method is Method.LINEAR

    @pytest.mark.parametrize("on", [date(2018, 1, 1), date(2019, 12, 31), date(2021, 1, 1)])
    def test_what_has_not_begun_or_is_over_stands(self, on: date) -> None:
        assert forecast(Decimal(20), YEAR, on) == Forecast(Decimal(20), Method.PRESENT)

    def test_ratios_and_nothing_are_not_carried_on(self) -> None:
        assert forecast(Decimal("0.5"), YEAR, date(2019, 3, 1), carries_on=False).value == Decimal("0.5")
        assert forecast(None, YEAR, date(2019, 3, 1)).value is None


class TestLight:
    def light(self, value: int | None, target: int, on: date, *, at_most: bool = False) -> Light:
        known = None if value is None else Decimal(value)
        ahead = forecast(known, YEAR, on)
        return light_of(known, ahead, Decimal(target), YEAR, on, RULE, at_most=at_most)

    def test_by_the_forecast(self) -> None:
        on = date(2019, 3, 14)  # a fifth of the year
        assert [self.light(value, 100, on) for value in (20, 18, 17)] == [
            Light.GREEN,
            Light.AMBER,
            Light.RED,
        ]

    def test_early_or_empty_is_not_judged(self) -> None:
        assert self.light(1, 100, date(2019, 1, 10)) is Light.GREY
        assert self.light(None, 100, date(2019, 6, 30)) is Light.GREY

    def test_reached_is_green_at_once_and_missed_is_red(self) -> None:
        assert self.light(100, 100, date(2019, 1, 2)) is Light.GREEN
        assert self.light(99, 100, date(2019, 12, 31)) is Light.RED
        assert self.light(None, 100, date(2020, 1, 1)) is Light.RED

    def test_of_a_limit(self) -> None:
        on = date(2019, 3, 14)
        lights = [self.light(value, 100, on, at_most=True) for value in (20, 22, 23, 101)]
        assert lights == [Light.GREEN, Light.AMBER, Light.RED, Light.RED]
        assert self.light(100, 100, date(2019, 12, 31), at_most=True) is Light.GREEN

    def test_share_of_a_target_of_nothing_is_none(self) -> None:
        assert share_of(Decimal(1), Decimal(0)) is None
        assert share_of(Decimal(1), Decimal(4)) == Decimal("0.2500")
        assert share_of(Decimal(8), Decimal(4), at_most=True) == Decimal("0.5000")


def promise(key: int, path: str, quantity: int, **said: object) -> Promise:
    return Promise(key, "stations", path, Decimal(quantity), **said)


class TestSplits:
    def test_parts_are_those_of_the_nearest_units_below(self) -> None:
        promises = [
            promise(1, "1.", 10),
            promise(2, "1.2.", 6),
            promise(3, "1.2.5.", 6),
            promise(4, "1.3.7.", 4),
        ]
        found = {one.whole.key: [part.key for part in one.parts] for one in splits_of(promises)}
        assert found == {1: [2, 4], 2: [3]}
        assert all(one.agrees for one in splits_of(promises))

    def test_says_the_difference_and_takes_a_declared_reserve(self) -> None:
        (short,) = splits_of([promise(1, "1.", 10), promise(2, "1.2.", 9)])
        assert (short.difference, short.agrees) == (Decimal(-1), False)
        (over,) = splits_of([promise(1, "1.", 10, reserve=Decimal(2)), promise(2, "1.2.", 12)])
        assert (over.wanted, over.agrees) == (Decimal(12), True)
        limit = promise(1, "1.", 10, reserve=Decimal(2), at_most=True)
        (under,) = splits_of([limit, promise(2, "1.2.", 8)])
        assert under.agrees

    def test_what_is_not_added_always_agrees(self) -> None:
        (found,) = splits_of([promise(1, "1.", 10, adds_up=False), promise(2, "1.2.", 99)])
        assert found.agrees

    @given(
        total=st.integers(0, 10**9),
        first=st.integers(1, 10**6),
        others=st.lists(st.integers(0, 10**6), max_size=12),
        decimals=st.integers(0, 2),
    )
    def test_shares_come_to_exactly_the_total(
        self, total: int, first: int, others: list[int], decimals: int
    ) -> None:
        weights = [first, *others]
        parts = shares_of(Decimal(total), [Decimal(one) for one in weights], decimals=decimals)
        assert sum(parts) == total
        assert all(part >= 0 for part in parts)
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)

    def test_there_must_be_something_to_divide_by(self) -> None:
        with pytest.raises(ValueError, match="nothing to divide by"):
            shares_of(Decimal(1), [Decimal(0)], decimals=0)


def test_equal_shares_rank_equally_and_leave_a_gap() -> None:
    shares = [Decimal("0.5"), None, Decimal(1), Decimal("0.5"), Decimal(0)]
    assert ranks_of(shares) == [2, None, 1, 2, 4]
