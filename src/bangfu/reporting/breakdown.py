"""Where a figure comes from: its total and its parts by place, month and unit, folded from one scan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.foundation.ledger.measures import MeasureKind
from bangfu.foundation.places.codes import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    SIZE_OF_LEVEL,
    TOWN,
    VILLAGE,
    level_of,
)
from bangfu.reporting.compiling import Grain
from bangfu.reporting.figures import NOTHING, Sum, asked
from bangfu.reporting.indicators import Indicator
from bangfu.reporting.selection import Selection

_GROUPS = (Grain.PLACE, Grain.MONTH, Grain.UNIT)
_LEVEL_BELOW = {
    None: PROVINCE,
    PROVINCE: COUNTY,
    PREFECTURE: COUNTY,
    COUNTY: TOWN,
    TOWN: VILLAGE,
    VILLAGE: VILLAGE,
}


@dataclass(frozen=True)
class Part:
    """One part of a figure: of a place, a month or a unit."""

    key: int
    """The place's number, the unit's key, or the month's days since year 1 (``date.toordinal``)."""
    value: Decimal
    facts: int

    @property
    def month(self) -> date:
        """The first day of the month, of a part by month."""
        return date.fromordinal(self.key)


@dataclass(frozen=True)
class Breakdown:
    """A figure's sum and its parts, the largest first, months in order. Parts of a kind add up to the whole.

    Months of a stock hold what stood at each month's end.
    """

    sum: Sum
    place_level: int
    places: tuple[Part, ...]
    """Places of ``place_level``; what was counted higher up stands at the higher place itself."""
    prefectures: tuple[Part, ...]
    """The same by prefecture, when the places are the counties of a province; else empty."""
    months: tuple[Part, ...]
    units: tuple[Part, ...]


class _Folded(dict[int, list[Decimal | int]]):
    def add(self, key: int, value: Decimal, facts: int) -> None:
        entry = self.get(key)
        if entry is None:
            self[key] = [value, facts]
        else:
            entry[0] += value
            entry[1] += facts

    def parts(self) -> list[Part]:
        return [Part(key, Decimal(value), int(facts)) for key, (value, facts) in self.items()]


def _largest_first(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (-part.value, part.key)))


def level_below(place: int | None) -> int:
    """Return the level at which a place, or the whole programme, is broken down."""
    return _LEVEL_BELOW[None if place is None else level_of(place)]


def breakdown_of(indicator: Indicator, selection: Selection) -> Breakdown:
    """Return the figure's sum and parts from one scan of its facts."""
    level = level_below(selection.place)
    size = SIZE_OF_LEVEL[level]
    places, prefectures, months, units = _Folded(), _Folded(), _Folded(), _Folded()
    total, facts, reversed_, latest = Decimal(0), 0, 0, 0
    for place, month, unit, value, count, back, newest in asked(indicator, selection, _GROUPS, size):
        number, how_many = int(place) * size, int(count)
        places.add(number, value, how_many)
        prefectures.add(number - number % SIZE_OF_LEVEL[PREFECTURE], value, how_many)
        months.add(date(month.year, month.month, 1).toordinal(), value, how_many)
        units.add(unit, value, how_many)
        total += value
        facts += how_many
        reversed_ += int(back)
        latest = max(latest, newest)
    in_province = selection.place is not None and level_of(selection.place) == PROVINCE
    return Breakdown(
        sum=Sum(total, facts, reversed_, latest) if facts else NOTHING,
        place_level=level,
        places=_largest_first(places.parts()),
        prefectures=_largest_first(prefectures.parts()) if in_province else (),
        months=_months(indicator, selection, months.parts()),
        units=_largest_first(units.parts()),
    )


def _months(indicator: Indicator, selection: Selection, parts: list[Part]) -> tuple[Part, ...]:
    """Return one part for each month of the period; a month in which nothing happened has no facts."""
    by_month = {part.key: part for part in parts}
    firsts = [first.toordinal() for first in selection.period.months()]
    if indicator.term.kind is MeasureKind.FLOW:
        return tuple(by_month.get(key, Part(key, Decimal(0), 0)) for key in firsts)
    standing = sum((part.value for part in parts if part.key < firsts[0]), Decimal(0))
    found = []
    for key in firsts:
        part = by_month.get(key, Part(key, Decimal(0), 0))
        standing += part.value
        found.append(Part(key, standing, part.facts))
    return tuple(found)
