"""What the law has disclosed of a campaign, and by when: plain computation.

Charity fundraising: more than six months of raising are disclosed every three months; within three months after its end comes
the full report and what becomes of a surplus; the charity reports each year by 31 May. DOMAIN §6 names the sources.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

PROGRESS, FINAL, YEARLY, SURPLUS = "PROGRESS", "FINAL", "YEARLY", "SURPLUS"
LONG_MONTHS, EVERY_MONTHS, AFTER_MONTHS = 6, 3, 3


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last.

    >>> months_after(date(2020, 11, 30), 3), months_after(date(2020, 1, 15), 12)
    (datetime.date(2021, 2, 28), datetime.date(2021, 1, 15))
    """
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def duties_while_open(starts_on: date, ends_on: date) -> list[tuple[str, date]]:
    """Return kind and day of what is due while a campaign runs: progress where it is long, and each year's report.

    Args:
        ends_on: the day after the last one.

    >>> duties_while_open(date(2020, 1, 1), date(2020, 9, 1))[:2]
    [('PROGRESS', datetime.date(2020, 4, 1)), ('PROGRESS', datetime.date(2020, 7, 1))]
    """
    found: list[tuple[str, date]] = []
    if ends_on > months_after(starts_on, LONG_MONTHS):
        number = 1
        while (due := months_after(starts_on, EVERY_MONTHS * number)) < ends_on:
            found.append((PROGRESS, due))
            number += 1
    return found + [(YEARLY, date(year + 1, 5, 31)) for year in range(starts_on.year, ends_on.year + 1)]


def duties_at_closing(closed_on: date) -> list[tuple[str, date]]:
    """Return kind and day of what is due after a campaign closed.

    >>> duties_at_closing(date(2020, 11, 30))
    [('FINAL', datetime.date(2021, 2, 28)), ('SURPLUS', datetime.date(2021, 2, 28))]
    """
    due = months_after(closed_on, AFTER_MONTHS)
    return [(FINAL, due), (SURPLUS, due)]
