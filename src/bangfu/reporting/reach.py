"""How far what is kept reaches where a period ends within a month; the facts between the two are its edge.

Cells and counts are kept by month. A period that ends within one is read to the beginning or the end of that month, whichever is
nearer, and the facts between are added, or taken out again. Where today is in the period, it is read to the end of its year,
half-year, quarter or month: of days to come there are no facts, so that the year so far costs what a year does.
"""

from __future__ import annotations

from datetime import date

from django.utils.timezone import localdate

from bangfu.reporting.definitions import Term
from bangfu.reporting.periods import month_after
from bangfu.reporting.selection import Selection


def reach_of(term: Term, selection: Selection) -> date | None:
    """Return the day up to which what is kept is read for a term, the first of a month; null when the facts are asked instead.

    A period shorter than its edge would be is its facts' own.
    """
    first = term.starts_on(selection.period) if term.has_start else None
    end, today = selection.period.ends_on, localdate()
    if first is not None and first.day != 1:
        return None
    if end.day == 1:
        return end
    if end > today:
        return _until_nothing_comes(first, end)
    month, after = end.replace(day=1), month_after(end.replace(day=1))
    near = month if end - month < after - end and (first is None or first < month) else after
    return near if first is None or end - first > 2 * abs(near - end) else None


def _until_nothing_comes(first: date | None, end: date) -> date:
    """Return the end of the longest period of the calendar that begins with the first day and is not over yet."""
    after = month_after(end.replace(day=1))
    if first is None:
        return after
    if first.month == 1:
        return date(end.year + 1, 1, 1)
    for months in (6, 3):
        last = first.month + months
        if (first.month - 1) % months == 0 and after <= (
            until := date(first.year + last // 13, (last - 1) % 12 + 1, 1)
        ):
            return until
    return after
