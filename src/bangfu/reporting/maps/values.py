"""Values by place: one grouped question of the figures for each period, or one by month for all of them where months add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.foundation.places.codes import SIZE_OF_LEVEL, level_of
from bangfu.reporting.definitions import Indicator, Term
from bangfu.reporting.figures import asked
from bangfu.reporting.maps.outlines import has_outline
from bangfu.reporting.periods import Period
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain

MOST_UNITS = 5


@dataclass(frozen=True)
class PlaceValue:
    """What an indicator comes to in one division; ``value`` is null where there is nothing to divide by."""

    value: Decimal | None
    facts: int


Values = Mapping[int, PlaceValue]  # by place; without facts: absent


def values_at(code: str, selection: Selection, level: int) -> Values:
    """Return the values of an indicator in the divisions of a level.

    What was counted above the level stands at the higher division itself: a fact of a province is in no county.

    Raises: UnableToOpen: ``unknown_indicator``, ``unknown_term``.
    """
    indicator = indicator_of(code, selection)
    return joined_terms(indicator, [_by_place(term, selection, level) for term in indicator.terms])


def values_along(code: str, selection: Selection, level: int, periods: Sequence[Period]) -> list[Values]:
    """Return the values for each of several periods, in their order.

    Sums are folded from one scan by place and month, which has to serve for all periods: months of what stands run on. Parties
    are counted for each period by itself, since who was counted in two months is one in their quarter.

    Raises: UnableToOpen: ``unknown_indicator``, ``unknown_term``.
    """
    known = [indicator_of(code, selection.having(period=period)) for period in periods]
    is_one_scan = all(
        one == known[0] and period.is_months for one, period in zip(known, periods, strict=True)
    )
    is_one_scan = is_one_scan and not any(term.counts_parties or term.until for term in known[0].terms)
    if not periods or not is_one_scan:
        return [values_at(code, selection.having(period=period), level) for period in periods]
    whole = Period("", min(one.starts_on for one in periods), max(one.ends_on for one in periods))
    if selection.area is not None and len({_members(selection.having(period=one)) for one in periods}) > 1:
        return [values_at(code, selection.having(period=period), level) for period in periods]
    folded = [_by_month(term, selection.having(period=whole), level) for term in known[0].terms]
    return [
        joined_terms(
            known[0],
            [_within(term, months, period) for term, months in zip(known[0].terms, folded, strict=True)],
        )
        for period in periods
    ]


def units_at(code: str, selection: Selection, level: int) -> dict[int, list[int]]:
    """Return the units that own the facts of an indicator in each division, those of the most facts first, five at most.

    Raises: UnableToOpen: ``unknown_indicator``, ``unknown_term``.
    """
    size, found = SIZE_OF_LEVEL[level], defaultdict(list)
    term = indicator_of(code, selection).term
    for place, unit, *row in asked(term, selection, (Grain.PLACE, Grain.UNIT), size):
        if row[0]:
            found[int(place) * size].append((-int(row[1]), unit))
    return {place: [unit for _, unit in sorted(units)[:MOST_UNITS]] for place, units in found.items()}


def divisions(values: Values, level: int) -> dict[int, PlaceValue]:
    """Return those values that stand at divisions of a level, and at cities that stand for their own county."""
    return {place: one for place, one in values.items() if not stands_above(place, level)}


def above(values: Values, level: int) -> dict[int, PlaceValue]:
    """Return those values that were counted above the level and stand in none of its divisions."""
    return {place: one for place, one in values.items() if stands_above(place, level)}


def stands_above(place: int, level: int) -> bool:
    """Return whether a place lies above a level: a city without counties stands for its own county."""
    return level_of(place) < level and not has_outline(level, place)


def _members(selection: Selection) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple((size, tuple(parts)) for size, parts in sorted(selection.area_members.items()))


_Terms = dict[int, tuple[Decimal, int]]  # value and facts by place


def _by_place(term: Term, selection: Selection, level: int) -> _Terms:
    size = SIZE_OF_LEVEL[level]
    if asks(term, selection) is None:
        return {}
    rows = asked(term, selection, (Grain.PLACE,), size)
    return {int(place) * size: (Decimal(total), int(facts)) for place, total, facts, *_ in rows if facts}


_Months = dict[int, list[tuple[date, Decimal, int]]]


def _by_month(term: Term, selection: Selection, level: int) -> _Months:
    size, found = SIZE_OF_LEVEL[level], defaultdict(list)
    for place, month, total, facts, *_ in asked(term, selection, (Grain.PLACE, Grain.MONTH), size):
        found[int(place) * size].append((date(month.year, month.month, 1), Decimal(total), int(facts)))
    return found


def _within(term: Term, months: _Months, period: Period) -> _Terms:
    first = period.starts_on if term.has_start else date.min
    found: _Terms = {}
    for place, rows in months.items():
        inside = [(total, facts) for month, total, facts in rows if first <= month < period.ends_on]
        if inside:
            found[place] = (
                sum((total for total, _ in inside), Decimal(0)),
                sum(facts for _, facts in inside),
            )
    return found


def joined_terms(indicator: Indicator, terms: Sequence[_Terms]) -> Values:
    """Return the values of an indicator from value and facts of each of its terms, by place."""
    if len(terms) == 1:
        return {place: PlaceValue(value, facts) for place, (value, facts) in terms[0].items()}
    found = {}
    for place in _places(terms):
        pair = [term.get(place) for term in terms]
        value = indicator.value_of(tuple(None if one is None else one[0] for one in pair))
        found[place] = PlaceValue(value, sum(one[1] for one in pair if one is not None))
    return found


def _places(terms: Iterable[_Terms]) -> list[int]:
    return sorted({place for term in terms for place in term})
