"""The periods that a schedule asks for: half-open, one after the other, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bangfu.foundation.rooms import Words, both

MONTHS: dict[str, int] = {"MONTH": 1, "QUARTER": 3, "HALF_YEAR": 6, "YEAR": 12}
"""How many months a period has, by how often it is asked."""
EVERY_WORDS: dict[str, Words] = {
    "MONTH": both("每月", "Every month"),
    "QUARTER": both("每季度", "Every quarter"),
    "HALF_YEAR": both("每半年", "Every half-year"),
    "YEAR": both("每年", "Every year"),
}
_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def period_at(every: str, on: date) -> tuple[date, date]:
    """Return the period that holds a day, as its first day and the first day after it.

    >>> period_at("QUARTER", date(2020, 5, 17))
    (datetime.date(2020, 4, 1), datetime.date(2020, 7, 1))
    """
    months = MONTHS[every]
    first = (on.month - 1) // months * months
    starts_on = date(on.year, first + 1, 1)
    return starts_on, following(starts_on, months)


def following(starts_on: date, months: int) -> date:
    """Return the first day of the month so many months later; earlier if the number is negative."""
    count = starts_on.year * 12 + starts_on.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def before(every: str, starts_on: date) -> date:
    """Return the first day of the period before the one that starts on a day."""
    return following(starts_on, -MONTHS[every])


def ended_periods(every: str, starts_on: date, ends_on: date | None, on: date) -> Iterator[date]:
    """Give the first days of the periods that begin within a stretch and are over on a day.

    Args:
        ends_on: the first day that is not asked for any more; null is open.
    """
    first, end = period_at(every, starts_on)
    if first < starts_on:
        first, end = period_at(every, end)
    while end <= on and (ends_on is None or first < ends_on):
        yield first
        first, end = period_at(every, end)


def period_words(every: str, starts_on: date) -> Words:
    """Return what a period is called.

    >>> period_words("HALF_YEAR", date(2020, 7, 1)).zh, period_words("MONTH", date(2020, 6, 1)).en
    ('2020年下半年', 'June 2020')
    """
    year, month = starts_on.year, starts_on.month
    if every == "MONTH":
        return both(f"{year}年{month}月", f"{_NAMES[month - 1]} {year}")
    if every == "QUARTER":
        number = (month + 2) // 3
        return both(f"{year}年第{number}季度", f"quarter {number} of {year}")
    if every == "HALF_YEAR":
        is_first = month == 1
        return both(
            f"{year}年{'上' if is_first else '下'}半年",
            f"the {'first' if is_first else 'second'} half of {year}",
        )
    return both(f"{year}年", f"{year}")
