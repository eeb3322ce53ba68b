"""Which year is shown, and up to which day of it."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.operations.once import once_a_request
from bangfu.reporting.queries import usual_period
from bangfu.reporting.targets.models import Pledge


def present_year(on: date) -> int:
    """Return the year that is shown when none is asked for: this year, or the newest before it that has pledges.

    A house without pledges has the year that its reports tell of.
    """
    newest = _newest_with_pledges(on.year)
    if newest is not None:
        return newest
    return min(on.year, usual_period().last_on.year)


@once_a_request
def _newest_with_pledges(year: int) -> int | None:
    return Pledge.objects.filter(year__lte=year).order_by("-year").values_list("year", flat=True).first()


def last_day(year: int, on: date) -> date:
    """Return the day up to which a year is counted: its last, or today."""
    return min(on, date(year, 12, 31))
