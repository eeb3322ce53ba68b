"""Periods of figures: a year, a half-year, a quarter, a month, a day, or from one day to another. Pure.

What is cumulative has a declared start, and so is a span: 截至 2020-07-31 of a programme that began with 2019 is
``2019-01-01/2020-07-31``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?))?",
    re.ASCII,
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1949, 2199


@dataclass(frozen=True)
class Period:
    """A half-open span of days; ``code`` is how it is written in addresses and indicators."""

    code: str
    starts_on: date
    ends_on: date
    """The first day that is no longer in it."""

    @property
    def last_on(self) -> date:
        """The last day in it."""
        return self.ends_on - timedelta(days=1)

    @property
    def is_months(self) -> bool:
        """Whether it begins and ends with a month."""
        return self.starts_on.day == 1 and self.ends_on.day == 1

    def title(self, language: str) -> str:
        """Return the period as it is read: ``2019年第三季度``, ``the third quarter of 2019``."""
        english = language.startswith("en")
        found = _FORM.fullmatch(self.code)
        if found is None:
            return self._span_title(english=english)
        if found["day"]:
            return day_title(self.starts_on, language)
        year = found["year"]
        if found["quarter"]:
            if english:
                ordinal = ("first", "second", "third", "fourth")[int(found["quarter"]) - 1]
                return f"the {ordinal} quarter of {year}"
            return f"{year}年第{'一二三四'[int(found['quarter']) - 1]}季度"
        if found["half"]:
            if english:
                return f"the {('first', 'second')[int(found['half']) - 1]} half of {year}"
            return f"{year}年{'上下'[int(found['half']) - 1]}半年"
        if found["month"]:
            return (
                f"{_MONTHS[int(found['month']) - 1]} {year}"
                if english
                else f"{year}年{int(found['month'])}月"
            )
        return year if english else f"{year}年"

    def _span_title(self, *, english: bool) -> str:
        """Return a span as it is read, to the month where it begins and ends with one."""
        first, last = self.starts_on, self.last_on
        if english:
            one, other = (f"{first.day} {_MONTHS[first.month - 1]}", f"{last.day} {_MONTHS[last.month - 1]}")
            if self.is_months:
                one, other = _MONTHS[first.month - 1], _MONTHS[last.month - 1]
            began = "" if first.year == last.year else f" {first.year}"
            return f"{one}{began} to {other} {last.year}"
        one, other = f"{first.month}月{first.day}日", f"{last.month}月{last.day}日"
        if self.is_months:
            one, other = f"{first.month}月", f"{last.month}月"
        ended = "" if first.year == last.year else f"{last.year}年"
        return f"{first.year}年{one}至{ended}{other}"

    def before(self) -> Period | None:
        """Return the period of the same length before this one; null for a span of days."""
        found = _FORM.fullmatch(self.code)
        if found is None:
            return None
        if found["day"]:
            return day_period(self.starts_on - timedelta(days=1))
        year = int(found["year"])
        if found["quarter"]:
            quarter = int(found["quarter"])
            return read_period(f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4")
        if found["half"]:
            return read_period(f"{year}-H1" if found["half"] == "2" else f"{year - 1}-H2")
        if found["month"]:
            month = int(found["month"])
            return read_period(f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12")
        return read_period(str(year - 1))

    def years_before(self, years: int) -> Period:
        """Return the same period so many years before; 29 February is 28 February of a year without it.

        >>> read_period("2020-02").years_before(1).last_on
        datetime.date(2019, 2, 28)
        """
        starts_on = _in_year(self.starts_on, self.starts_on.year - years, leap=(2, 28))
        ends_on = _in_year(self.ends_on, self.ends_on.year - years, leap=(3, 1))
        if _FORM.fullmatch(self.code) and self.code.count("-") < 2:
            return Period(f"{starts_on.year}{self.code[4:]}", starts_on, ends_on)
        if ends_on - starts_on == timedelta(days=1):
            return Period(starts_on.isoformat(), starts_on, ends_on)
        last_on = ends_on - timedelta(days=1)
        return Period(f"{starts_on.isoformat()}/{last_on.isoformat()}", starts_on, ends_on)

    def months(self) -> list[date]:
        """Return the first days of the months it touches, in order."""
        first = self.starts_on.replace(day=1)
        found = []
        while first < self.ends_on:
            found.append(first)
            first = month_after(first)
        return found


def _in_year(day: date, year: int, *, leap: tuple[int, int]) -> date:
    """Return a day in another year. Args: leap: month and day that stand for 29 February where the year has none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, *leap)


def day_title(day: date, language: str) -> str:
    """Return a day as it is read in running text: ``2019年3月5日``, ``5 March 2019``."""
    if language.startswith("en"):
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def month_after(first: date) -> date:
    """Return the first day of the month after the one that begins on this day."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_period(first: date) -> Period:
    """Return the month that begins on this day."""
    return Period(f"{first:%Y-%m}", first, month_after(first))


def day_period(day: date) -> Period:
    """Return the period of one day."""
    return Period(day.isoformat(), day, day + timedelta(days=1))


def read_period(text: str) -> Period:
    """Return the period that a text writes: ``2019``, ``2019-H1``, ``2019-Q3``, ``2019-03``, ``2020-05-17``, or
    ``2019-01-01/2019-06-30``, both days included; a span of one day is that day.

    Raises: ValueError: it is none of these, its days do not exist, or it ends before it begins.

    >>> read_period("2019-Q3").ends_on
    datetime.date(2019, 10, 1)
    """
    if "/" in text:
        first_text, _, last_text = text.partition("/")
        first, last = date.fromisoformat(first_text), date.fromisoformat(last_text)
        if last < first or not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
            raise ValueError(f"the period {text!r} ends before it begins, or lies too far away")
        if first == last:
            return day_period(first)
        return Period(f"{first.isoformat()}/{last.isoformat()}", first, last + timedelta(days=1))
    found = _FORM.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        raise ValueError(
            f"{text!r} is not a period: 2019, 2019-H1, 2019-Q3, 2019-03, 2019-03-05 or 2019-01-01/2019-06-30"
        )
    if found["day"]:
        return day_period(date.fromisoformat(text))
    year = int(found["year"])
    if found["quarter"]:
        first_month, count = int(found["quarter"]) * 3 - 2, 3
    elif found["half"]:
        first_month, count = int(found["half"]) * 6 - 5, 6
    elif found["month"]:
        first_month, count = int(found["month"]), 1
    else:
        first_month, count = 1, 12
    first = last = date(year, first_month, 1)
    for _ in range(count):
        last = month_after(last)
    return Period(text, first, last)
