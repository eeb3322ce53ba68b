"""Periods: which days they hold, what they are called, which are over."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.foundation.rounds.periods import before, ended_periods, period_at, period_words


@pytest.mark.parametrize(
    ("every", "on", "period", "zh", "en"),
    [
        ("MONTH", date(2020, 12, 31), (date(2020, 12, 1), date(2021, 1, 1)), "2020年12月", "December 2020"),
        ("QUARTER", date(2020, 5, 17), (date(2020, 4, 1), date(2020, 7, 1)), "2020年第2季度", "quarter 2 of 2020"),
        ("HALF_YEAR", date(2020, 7, 1), (date(2020, 7, 1), date(2021, 1, 1)), "2020年下半年", "the second half of 2020"),
        ("YEAR", date(2020, 2, 29), (date(2020, 1, 1), date(2021, 1, 1)), "2020年", "2020"),
    ],
)  # fmt: skip
def test_a_day_lies_in_one_period_with_a_name(
    every: str, on: date, period: tuple[date, date], zh: str, en: str
) -> None:
    assert period_at(every, on) == period
    words = period_words(every, period[0])
    assert (words.zh, words.en) == (zh, en)


def test_the_period_before_crosses_the_year() -> None:
    assert before("QUARTER", date(2020, 1, 1)) == date(2019, 10, 1)
    assert before("HALF_YEAR", date(2020, 1, 1)) == date(2019, 7, 1)


def test_only_whole_periods_that_are_over_are_given() -> None:
    found = ended_periods("MONTH", date(2020, 3, 15), None, date(2020, 7, 1))
    assert list(found) == [date(2020, 4, 1), date(2020, 5, 1), date(2020, 6, 1)]
    assert list(ended_periods("MONTH", date(2020, 3, 1), date(2020, 5, 1), date(2020, 7, 1))) == [
        date(2020, 3, 1), date(2020, 4, 1),
    ]  # fmt: skip
    assert list(ended_periods("QUARTER", date(2020, 4, 1), None, date(2020, 6, 30))) == []
