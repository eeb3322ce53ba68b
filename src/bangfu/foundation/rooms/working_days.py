"""Working days: Monday to Friday, less public holidays, with the weekends that are made up. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5


def is_working(day: date, rest_days: Collection[date], made_up_days: Collection[date]) -> bool:
    """Return whether offices work on a day."""
    if day in made_up_days:
        return True
    return day.weekday() < SATURDAY and day not in rest_days


def day_after(
    day: date, working_days: int, rest_days: Collection[date] = (), made_up_days: Collection[date] = ()
) -> date:
    """Return the last of so many working days after a day, which itself does not count.

    >>> day_after(date(2026, 11, 26), 3)
    datetime.date(2026, 12, 1)
    """
    left = working_days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working(day, rest_days, made_up_days)
    return day
