"""Which periods a chart shows when nobody says it, and the periods that run from a year's first day."""

from __future__ import annotations

from datetime import date

from bangfu.reporting.periods import Period, read_period
from bangfu.reporting.tables.asking import Step, step_at


def usual_span(period: Period, step: Step) -> tuple[Period, Period]:
    """Return the first and last period of a step that show a period: twelve months, eight quarters or five years.

    >>> [one.code for one in usual_span(read_period("2019"), Step.QUARTER)]
    ['2018-Q1', '2019-Q4']
    """
    last = step_at(period.last_on, step)
    back = {Step.MONTH: 0, Step.QUARTER: 1, Step.YEAR: 4}[step]
    year = period.last_on.year
    last = step_at(date(year, 12, 31), step) if step is not Step.YEAR else last
    return step_at(date(year - back, 1, 1), step), last


def slots_of(year: int, step: Step) -> list[Period]:
    """Return the months or quarters of a year."""
    if step is Step.QUARTER:
        return [read_period(f"{year}-Q{quarter}") for quarter in (1, 2, 3, 4)]
    return [read_period(f"{year}-{month:02}") for month in range(1, 13)]


def until(slot: Period, on: date) -> date:
    """Return the last day of a slot that counts by the end of a day."""
    return min(slot.last_on, on)


def share_of_year(day: date) -> float:
    """Return which share of its year is over at the end of a day.

    >>> share_of_year(date(2019, 12, 31))
    1.0
    """
    first = date(day.year, 1, 1)
    return ((day - first).days + 1) / (date(day.year + 1, 1, 1) - first).days


def slot_label(period: Period) -> str:
    """Return a period as it stands under an axis, where years and months are known: 19-03, 19Q1, 2019.

    >>> slot_label(read_period("2019-03")), slot_label(read_period("2019-Q3"))
    ('19-03', '19Q3')
    """
    code = period.code
    if len(code) == 7 and code[4:6] == "-Q":
        return f"{code[2:4]}Q{code[-1]}"
    return code[2:] if len(code) == 7 else code


def month_label(number: int, language: str) -> str:
    """Return a month of the year that everybody knows: 3月, Mar."""
    if not language.startswith("en"):
        return f"{number}月"
    return ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[number - 1]
