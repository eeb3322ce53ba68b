"""The question of a page: which place, as of which day, and how much of it the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest
from django.utils import timezone

from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_for_code, subtree_range
from bangfu.reporting.access import own_corner, require_sight
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.counting import period_until


@dataclass(frozen=True)
class Question:
    """A place as of the end of a day, for a reader."""

    account: Account
    place: Place
    on: date
    today: date
    """The day on which the reader's grants are asked."""
    selection: Selection
    """The place from the first day of the year to the day, narrowed to the reader's own unit; as the ledger stands now."""
    block: int
    """The newest block; 0 for none."""

    @property
    def span(self) -> tuple[int, int]:
        """The numbers of the place and of all that lies in it, half-open."""
        return subtree_range(self.place.pk)

    def in_year(self, year: int) -> Selection:
        """Return the same place in a whole year, or up to the day in the year of a day that is past."""
        is_cut = year == self.on.year and self.on < self.today
        period = period_until(year, self.on) if is_cut else read_period(str(year))
        return self.selection.having(period=period)


def day_asked(request: HttpRequest, today: date) -> date:
    """Return the day that is asked for, never later than today; today for what is no day."""
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), today)
    except ValueError:
        return today


def question_of(request: HttpRequest, code: str) -> Question:
    """Return what a reader asks about a place.

    Raises: Http404: there is no such place. NotPermitted: ``out_of_scope``.
    """
    account, today = reader_of(request), timezone.localdate()
    unit, _ = own_corner(account, today)
    try:
        place = place_for_code(code)
    except Place.DoesNotExist:
        raise Http404(code) from None
    on, sealed = day_asked(request, today), latest_block()
    selection = Selection(period_until(on.year, on), place=place.pk, unit=unit)
    require_sight(account, selection, today)
    return Question(account, place, on, today, selection, sealed.number if sealed else 0)
