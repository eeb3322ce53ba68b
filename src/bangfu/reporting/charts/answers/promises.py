"""Targets of pledges beside figures: which one is in force for the same indicator, unit, place, area and line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.people.models import Account
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.models import Target
from bangfu.reporting.targets.queries import in_force, seen_by, standings_of

Matter = tuple[int, int, int | None, int | None, int | None]
"""Year, unit, place, area and line of a target."""


def promises_of(
    account: Account | None, code: str, years: Iterable[int], on: date
) -> dict[Matter, Target]:  # absent = nobody promised it, or the reader may not see it
    """Return the targets of an indicator that are in force on a day, as far as an account may see them.

    Where several pledges have one of the same matter it is that of the highest signatory. Without an account there are none.
    """
    if account is None:
        return {}
    found = list(
        Target.objects.filter(indicator=code, version__pledge__year__in=list(years))
        .select_related("version__pledge__unit", "unit", "place", "area", "line")
        .order_by("-version__pledge__unit__path", "version__pledge")
    )
    standings = standings_of(sorted({one.version.pledge_id for one in found}))
    valid = {standing.version.pk for several in standings.values() if (standing := in_force(several, on))}
    seen = seen_by(account, [one for one in found if one.version_id in valid], on)
    return {matter_of(one): one for one in seen}


def matter_of(target: Target) -> Matter:
    """Return what a target is about, in which year."""
    return (target.version.pledge.year, target.unit_id, target.place_id, target.area_id, target.line_id)


def asked_by(selection: Selection, year: int) -> Matter | None:
    """Return the matter that a selection asks about; the whole programme is the root's. Null before the house is founded."""
    unit: Unit | None = selection.unit or root_unit()
    if unit is None:
        return None
    return (
        year, unit.pk, selection.place,
        selection.area.pk if selection.area else None, selection.line.pk if selection.line else None,
    )  # fmt: skip


def address_of(target: Target) -> str:
    """Return the page of the pledge in which a target stands."""
    return reverse("targets:pledge", args=[target.version.pledge_id])
