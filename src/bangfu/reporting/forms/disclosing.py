"""What a filled form holds back beside small groups of people: numbers from which such a group could be worked out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from decimal import Decimal

from bangfu.reporting.charts.disclosing import counts_people
from bangfu.reporting.figures import Figure
from bangfu.reporting.forms.engines.withholding import Counted, held_back
from bangfu.reporting.forms.layout import Asked, Where
from bangfu.reporting.forms.pointing import Axis
from bangfu.reporting.publications.disclosing import FEWEST
from bangfu.reporting.selection import Selection


def held_beside(asked: Sequence[Asked], figures: Mapping[Where, Figure], small: Set[Where]) -> set[Where]:
    """Return the cells of a form that are held back beside its small ones.

    Parts are the rows and columns of a block along units, places, months and other parts of the year; what contains a cell is any
    cell of the same indicator, wherever in the form, that asks about the same or more.
    """
    found: set[Where] = set()
    by_indicator: dict[str, list[Asked]] = {}
    for one in asked:
        figure = figures.get(one.where)
        if figure is not None and figure.value and figure.value > 0 and counts_people(figure.indicator):
            by_indicator.setdefault(one.indicator, []).append(one)
    for group in by_indicator.values():
        if small.isdisjoint(one.where for one in group):
            continue
        cells: dict[Hashable, Counted] = {
            one.where: Counted(
                figures[one.where].value or Decimal(0),
                _lines(one),
                frozenset(other.where for other in group if other is not one and _is_within(one, other)),
                is_small=one.where in small,
            )
            for one in group
        }
        held = held_back(cells, fewest=FEWEST)
        found |= {one.where for one in group if one.where in held and one.where not in small}
    return found


def _lines(one: Asked) -> frozenset[Hashable]:
    """Return the row and the column of a cell's block along which parts stand; indicators beside each other are no parts."""
    sheet, (row, column) = one.where
    block = (sheet, one.pointing.cells)
    found: set[Hashable] = set()
    if one.pointing.down and one.pointing.down != Axis.INDICATOR:
        found.add((*block, "down", column))
    if one.pointing.across and one.pointing.across != Axis.INDICATOR:
        found.add((*block, "across", row))
    return frozenset(found)


def _is_within(part: Asked, whole: Asked) -> bool:
    """Return whether a cell asks about no more than another; of two that ask the same the later is held to be the whole."""
    inner, outer = part.selection, whole.selection
    if inner is None or outer is None or not _covers(outer, inner):
        return False
    return not _covers(inner, outer) or part.where < whole.where


def _covers(outer: Selection, inner: Selection) -> bool:
    if not (
        outer.period.starts_on <= inner.period.starts_on and inner.period.ends_on <= outer.period.ends_on
    ):
        return False
    if outer.line not in (None, inner.line) or outer.area not in (None, inner.area):
        return False
    if outer.unit is not None and (inner.unit is None or not inner.unit.path.startswith(outer.unit.path)):
        return False
    if outer.place is None:
        return True
    if inner.place_range is None or outer.place_range is None:
        return False
    return outer.place_range[0] <= inner.place_range[0] and inner.place_range[1] <= outer.place_range[1]
