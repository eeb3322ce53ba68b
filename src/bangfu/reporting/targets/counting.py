"""Values of many units at once: one question of the ledger for an indicator, folded along the tree of units.

Parts of a sum are added up below each unit. A distinct count is exact where one unit alone owns the facts below; where several
do, that unit's count is asked for by itself, and so is every quotient: neither is the sum of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bangfu.foundation.organisation.models import Unit
from bangfu.reporting import queries
from bangfu.reporting.breakdown import Part
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.figures import NOTHING, Figure, Sum
from bangfu.reporting.periods import Period, read_period
from bangfu.reporting.selection import Selection


def period_until(year: int, last: date) -> Period:
    """Return the period from a year's first day to a day of it: the year itself when that is its last day."""
    if (last.month, last.day) == (12, 31):
        return read_period(str(year))
    return read_period(f"{year}-01-01/{last.isoformat()}")


def quarter_end(year: int, quarter: int) -> date:
    """Return the last day of a quarter. Args: quarter: 1 to 4."""
    return read_period(f"{year}-Q{quarter}").last_on


def quarter_first(year: int, quarter: int) -> date:
    """Return the first day of a quarter. Args: quarter: 1 to 4."""
    return read_period(f"{year}-Q{quarter}").starts_on


def of_unit(selection: Selection, unit: Unit) -> Selection:
    """Return a selection narrowed to a unit and all below it; the root is the whole programme and needs no narrowing."""
    return selection.having(unit=None if unit.parent_id is None else unit)


def figures_by_unit(
    code: str, selection: Selection, units: Iterable[Unit]
) -> dict[int, Figure]:  # by unit's key
    """Return the figure of each unit with all below it; one without facts has no value.

    Args:
        selection: without a unit.

    Raises: UnableToOpen: ``unknown_indicator``.
    """
    asked = list(units)
    indicator = queries.indicator_of(code, selection)
    if selection.as_of is not None or not carries_on(indicator):
        # As of a block the tree of units is that block's, which each figure looks up for itself.
        return {unit.pk: queries.figure_in(code, of_unit(selection, unit)) for unit in asked}
    opened = queries.opened(code, selection)
    whole, parts = opened.figure, opened.breakdown.units
    below = _below(asked, parts)
    found = {}
    for unit in asked:
        mine = below[unit.pk]
        if unit.parent_id is None:
            found[unit.pk] = whole
        elif len(mine) > 1 and not indicator.is_additive:
            found[unit.pk] = queries.figure_in(code, of_unit(selection, unit))
        else:
            total = sum((part.value for part in mine), Decimal(0))
            counted = Sum(total, sum(part.facts for part in mine), 0, None) if mine else NOTHING
            found[unit.pk] = replace(whole, selection=of_unit(selection, unit), sum=counted, unsealed=0)
    return found


def _below(units: list[Unit], parts: Iterable[Part]) -> dict[int, list[Part]]:
    """Return for each unit the parts that it, or a unit below it, owns."""
    found: dict[int, list[Part]] = {unit.pk: [] for unit in units}
    owned = {part.key: part for part in parts}
    for key, path in Unit.objects.filter(pk__in=owned).values_list("pk", "path"):
        for step in path.rstrip(".").split("."):
            if int(step) in found:
                found[int(step)].append(owned[key])
    return found


def carries_on(indicator: Indicator) -> bool:
    """Return whether more of it is counted as time passes: a quotient is not carried on."""
    return indicator.kind in (IndicatorKind.FLOW, IndicatorKind.STOCK, IndicatorKind.DISTINCT)
