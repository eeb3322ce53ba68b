"""Where a figure comes from: its total and its parts by place, month and unit.

The parts of a sum are folded from one scan. Those of a distinct count cannot be: a party that stands in two places is one of
the whole, so each kind of part is counted by itself, in a scan of its own. The parts of a ratio or target are worked out
from those of its two terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bangfu.foundation.places.codes import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    SIZE_OF_LEVEL,
    TOWN,
    VILLAGE,
    level_of,
)
from bangfu.reporting.definitions import Indicator, Term, TermKind
from bangfu.reporting.figures import NOTHING, Sum, asked, joined, read_sum, registered_sum, scanned
from bangfu.reporting.kept import Question, kept_rows
from bangfu.reporting.registered import registered_for, registered_in
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain
from bangfu.reporting.together import rows_together

_GROUPS = (Grain.PLACE, Grain.MONTH, Grain.UNIT)
_LEVEL_BELOW = {
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
    """A figure's sum and its parts, the largest first, months in order.

    Parts of a kind add up to the whole of a flow or stock, and of nothing else. Months of what stands hold what stood at
    each month's end.
    """

    sum: Sum
    sums: tuple[Sum, ...]
    """Those of the terms, in their order."""
    place_level: int
    places: tuple[Part, ...]
    """Places of ``place_level``; what was counted higher up stands at the higher place itself."""
    above_level: int | None
    """Prefecture when the places are the counties of a province, province when they are those of an area; else null."""
    above: tuple[Part, ...]
    """The same at ``above_level``; empty without one."""
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


def level_below(selection: Selection) -> int:
    """Return the level at which a selection is broken down: an area by its counties, wherever they lie."""
    if selection.place is None:
        return PROVINCE if selection.area is None else COUNTY
    return _LEVEL_BELOW[level_of(selection.place)]


def level_above(selection: Selection) -> int | None:
    """Return the level between a selection and its parts at which it is broken down too; null for none."""
    if selection.place is None:
        return None if selection.area is None else PROVINCE
    return PREFECTURE if level_of(selection.place) == PROVINCE else None


@dataclass(frozen=True)
class _Broken:
    """One term with its parts, in no order but the months'."""

    sum: Sum
    places: list[Part]
    above: list[Part]
    months: list[Part]
    units: list[Part]


def breakdown_of(indicator: Indicator, selection: Selection) -> Breakdown:
    """Return the figure's sum and parts: one scan for each term that is a sum, a few for each that counts parties."""
    broken: list[_Broken] = []
    for term in indicator.terms:
        own = asks(term, selection)
        if own is None:
            broken.append(_without(NOTHING, selection))
        elif term.kind is TermKind.REGISTERED:
            broken.append(_registered(term, own, broken[0] if broken else _without(NOTHING, own)))
        else:
            one = (_counted if term.counts_parties else _added)(term, own)
            broken.append(_as_whole(one, broken[0]) if term.whole else _later(one, term.years_back))
    sums = tuple(one.sum for one in broken)

    def parts_of(name: str) -> list[Part]:
        kinds: list[list[Part]] = [getattr(one, name) for one in broken]
        return kinds[0] if len(kinds) == 1 else _related(indicator, *kinds)

    return Breakdown(
        sum=joined(indicator, sums),
        sums=sums,
        place_level=level_below(selection),
        places=_largest_first(parts_of("places")),
        above_level=level_above(selection),
        above=_largest_first(parts_of("above")),
        months=_monthly(indicator, [one.months for one in broken]),
        units=_largest_first(parts_of("units")),
    )


def _without(total: Sum, selection: Selection) -> _Broken:
    """Return a term that has no parts but the same number in each month."""
    value = total.value or Decimal(0)
    months = [Part(first.toordinal(), value, 0) for first in selection.period.months()]
    return _Broken(total, [], [], months, [])


def _as_whole(whole: _Broken, reached: _Broken) -> _Broken:
    """Return the term of which shares are: all of it for each part of what was reached, and for each month its own."""
    if whole.sum.value is None:
        return whole
    value = whole.sum.value

    def against(parts: list[Part]) -> list[Part]:
        return [Part(part.key, value, 0) for part in parts]

    return replace(
        whole, places=against(reached.places), above=against(reached.above), units=against(reached.units)
    )


def _later(broken: _Broken, years: int) -> _Broken:
    """Return a term counted so many years before, its months named as those that they are held against."""
    if not years:
        return broken
    months = []
    for part in broken.months:
        first = part.month
        months.append(replace(part, key=first.replace(year=first.year + years).toordinal()))
    return replace(broken, months=months)


def _registered(term: Term, selection: Selection, reached: _Broken) -> _Broken:
    """Return a number of a register with that of each place in which something was reached; units have none."""
    found = _without(registered_sum(registered_in(term, selection)), selection)

    def of_each(parts: list[Part]) -> list[Part]:
        rows = ((part.key, registered_for(term, selection, [part.key])) for part in parts)
        return [Part(key, Decimal(one[0].value), 0) for key, one in rows if one]

    return replace(found, places=of_each(reached.places), above=of_each(reached.above))


def _related(indicator: Indicator, reached: list[Part], measured_by: list[Part]) -> list[Part]:
    """Return the parts of two terms held against each other; where the second has none there is nothing to hold against."""
    counted = {part.key: part for part in reached}
    found = []
    for part in measured_by:
        mine = counted.get(part.key)
        value = indicator.value_of((mine.value if mine else None, part.value))
        if value is not None:
            found.append(Part(part.key, value, part.facts + (mine.facts if mine else 0)))
    return found


def _monthly(indicator: Indicator, terms: list[list[Part]]) -> tuple[Part, ...]:
    """Return one part for each month of the period; months without a value have no facts."""
    if len(terms) == 1:
        return tuple(terms[0])
    found = []
    for reached, measured_by in zip(*terms, strict=True):
        is_known = measured_by.facts > 0 or measured_by.value != 0
        value = indicator.value_of((reached.value, measured_by.value if is_known else None))
        facts = 0 if value is None else reached.facts + measured_by.facts
        found.append(Part(reached.key, value or Decimal(0), facts))
    return tuple(found)


def _added(term: Term, selection: Selection) -> _Broken:
    """Return a sum and its parts from one scan."""
    size, above_level = SIZE_OF_LEVEL[level_below(selection)], level_above(selection)
    above_size = size if above_level is None else SIZE_OF_LEVEL[above_level]
    places, above, months, units = _Folded(), _Folded(), _Folded(), _Folded()
    total, facts, reversed_, latest = Decimal(0), 0, 0, 0
    for place, month, unit, value, count, back, newest, *_ in asked(term, selection, _GROUPS, size):
        number, how_many = int(place) * size, int(count)
        places.add(number, value, how_many)
        above.add(number - number % above_size, value, how_many)
        months.add(_first_day(month), value, how_many)
        units.add(unit, value, how_many)
        total += value
        facts += how_many
        reversed_ += int(back)
        latest = max(latest, newest)
    return _Broken(
        sum=Sum(total, facts, reversed_, latest, quantity=total) if facts else NOTHING,
        places=places.parts(),
        above=[] if above_level is None else above.parts(),
        months=_months(term, selection, months.parts()),
        units=units.parts(),
    )


def _counted(term: Term, selection: Selection) -> _Broken:
    """Return a distinct count and its parts: from kept counts together, or each kind of part from a scan of its own."""
    size, above_level = SIZE_OF_LEVEL[level_below(selection)], level_above(selection)
    above_size = size if above_level is None else SIZE_OF_LEVEL[above_level]
    whole, places, above, months, units = (
        Question(term, selection),
        Question(term, selection, (Grain.PLACE,), size),
        Question(term, selection, (Grain.PLACE,), above_size),
        Question(term, selection, (Grain.MONTH,), stands=not term.has_start),
        Question(term, selection, (Grain.UNIT,)),
    )
    kept = kept_rows([whole, places, above, months, units])

    def rows(question: Question) -> list[tuple[Any, ...]]:
        return kept[question] if question in kept else scanned(question)

    def by(question: Question) -> list[Part]:
        found = []
        for key, *row in rows(question):
            counted = read_sum(row)
            number = _first_day(key) if question is months else int(key) * question.size
            found.append(Part(number, counted.value or Decimal(0), counted.facts))
        return found

    total = read_sum(rows(whole)[0])
    if not total.facts:
        return _Broken(NOTHING, [], [], _months(term, selection, []), [])
    return _Broken(
        sum=total,
        places=by(places),
        above=[] if above_level is None else by(above),
        months=_months(term, selection, by(months)),
        units=by(units),
    )


def months_together(
    asked: Sequence[tuple[Term, Selection]],
) -> dict[tuple[Term, Selection], list[Part]]:
    """Return the months of many terms that are sums, asked together: one part for each month of a term's period.

    Args:
        asked: terms with the selections that they are counted for.
    """
    found = {}
    for (term, selection), rows in rows_together(asked, (Grain.MONTH,)).items():
        parts = [Part(_first_day(month), Decimal(value), int(count)) for month, value, count, *_ in rows]
        found[term, selection] = _months(term, selection, parts)
    return found


def _first_day(month: date) -> int:
    return date(month.year, month.month, 1).toordinal()


def _months(term: Term, selection: Selection, parts: list[Part]) -> list[Part]:
    """Return one part for each month of the period; a month in which nothing happened has no facts."""
    by_month = {part.key: part for part in parts}
    firsts = [first.toordinal() for first in selection.period.months()]
    if not term.runs:
        return [by_month.get(key, Part(key, Decimal(0), 0)) for key in firsts]
    standing = sum((part.value for part in parts if part.key < firsts[0]), Decimal(0))
    found = []
    for key in firsts:
        part = by_month.get(key, Part(key, Decimal(0), 0))
        standing += part.value
        found.append(Part(key, standing, part.facts))
    return found
