"""What a dashboard is asked about: a unit with all below it, a year, and the indicator by which units are ranked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.http import urlencode

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import ancestors, root_unit, unit_with_code
from bangfu.foundation.people.models import Account
from bangfu.reporting.access import own_corner, require_sight
from bangfu.reporting.dashboard.standing import units_directly_below
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection, UnableToOpen
from bangfu.reporting.targets.counting import of_unit
from bangfu.reporting.targets.years import last_day, present_year

YEARS_OFFERED = 6


@dataclass(frozen=True)
class Asked:
    """What one page of the dashboard is about."""

    account: Account
    unit: Unit
    """The root is the whole programme."""
    below: tuple[Unit, ...]
    """The units directly below it that are open, in the tree's order."""
    year: int
    on: date
    """The day up to which it is counted."""
    today: date
    ranked_by: str
    """The indicator's code that was asked for; empty for the first there is."""
    years: tuple[int, ...]
    choices: tuple[Unit, ...]
    """Units that can be chosen: those above this one as far as the reader sees, itself, and those below."""

    @property
    def selection(self) -> Selection:
        """The year and the unit as the question of a figure."""
        return of_unit(Selection(read_period(str(self.year))), self.unit)

    def query(self, **changed: str) -> str:
        """Return the query of the same page with something changed."""
        said = {"unit": self.unit.code, "year": str(self.year), "by": self.ranked_by, **changed}
        return urlencode({name: value for name, value in said.items() if value})


def asked_in(account: Account, request: HttpRequest, today: date) -> Asked:
    """Return what a request asks for; what cannot be read is left out.

    Raises: NotPermitted: ``out_of_scope``. UnableToOpen: ``unknown_unit``.
    """
    corner, place = own_corner(account, today)
    root = root_unit()
    assert root is not None
    code = request.GET.get("unit", "").strip()
    unit = unit_with_code(code) if code else (corner or root)
    if unit is None:
        raise UnableToOpen("unknown_unit", text=code)
    text = request.GET.get("year", "")
    is_year = text.isascii() and text.isdecimal() and len(text) == 4 and 1986 <= int(text) <= today.year
    year = int(text) if is_year else present_year(today)
    # Whoever reads figures of a place alone reads none of a unit as a whole.
    require_sight(account, of_unit(Selection(read_period(str(year)), place=None), unit), today)
    below = units_directly_below(unit, today)
    highest = (corner or root).path
    above = [one for one in ancestors(unit) if one.path.startswith(highest)] if place is None else [unit]
    newest = max(year, present_year(today))
    return Asked(
        account=account,
        unit=unit,
        below=tuple(below),
        year=year,
        on=last_day(year, today),
        today=today,
        ranked_by=request.GET.get("by", "").strip(),
        years=tuple(sorted({year, *range(newest, newest - YEARS_OFFERED, -1)}, reverse=True)),
        choices=(*above, *below),
    )
