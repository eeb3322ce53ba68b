"""When what was built is due to be looked at again, one and two years after acceptance. Pure.

The days after which a check is overdue are the room's own choice: no rule of the state's gives them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bangfu.livelihoods.projects.models import Acceptance, Check

DAYS_OVERDUE = 60
"""How long after its day a check is overdue."""


def due_on(accepted_on: date, year: int) -> date:
    """Return the day from which a check is due, so many years after acceptance.

    >>> due_on(date(2020, 2, 29), 1).isoformat()
    '2021-02-28'
    """
    day = 28 if (accepted_on.month, accepted_on.day) == (2, 29) else accepted_on.day
    return accepted_on.replace(year=accepted_on.year + year, day=day)


def last_day_accepted(today: date, year: int) -> date:
    """Return the latest day of acceptance whose check is due on a day: the other way round of ``due_on``.

    >>> last_day_accepted(date(2021, 2, 28), 1).isoformat(), last_day_accepted(date(2024, 2, 29), 1).isoformat()
    ('2020-02-29', '2023-02-28')
    """
    day = today - timedelta(days=366 * year)
    while due_on(day + timedelta(days=1), year) <= today:
        day += timedelta(days=1)
    return day


@dataclass(frozen=True)
class Due:
    """A check that is due or was made."""

    acceptance: Acceptance
    year: int
    check: Check | None
    """The latest; null: not made yet."""

    @property
    def due_on(self) -> date:
        """The day from which it is due."""
        return due_on(self.acceptance.accepted_on, self.year)

    def days_late(self, today: date) -> int:
        """Return how many days it is overdue on a day; 0: it is not."""
        if self.check is not None:
            return 0
        return max((today - self.due_on).days - DAYS_OVERDUE, 0)
