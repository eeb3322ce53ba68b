"""Sums of many figures at once: one statement for a term and a level of places, whatever the number of cells.

The statement is the figure's own, asked side by side for each unit and period and grouped by place, so that a cell is what
its figure says, to the last digit, for whatever kind of indicator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bangfu.foundation.ledger.reference import denominators_as_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import LEVELS, SIZE_OF_LEVEL, level_of
from bangfu.foundation.places.queries import denominators_of
from bangfu.foundation.places.registers import Registered, newest_of
from bangfu.reporting.definitions import Indicator, Term, TermKind
from bangfu.reporting.figures import (
    NOTHING,
    Sum,
    joined,
    read_sum,
    registered_sum,
    rolled,
    shape_of,
    values_of,
)
from bangfu.reporting.kept import Question, kept_rows
from bangfu.reporting.periods import Period
from bangfu.reporting.registered import places_of
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain, Shape, statement
from bangfu.reporting.together import MOST_AT_ONCE, side_by_side

OF_UNIT = ("path", "units")
"""Which values of a statement depend on the unit; all others depend on the period at most."""


def sums_of_many(cells: Sequence[tuple[Indicator, Selection]]) -> list[Sum]:
    """Return what each of many figures comes to, in their order; those of one block, line and area."""
    owns = [[asks(term, selection) for term in indicator.terms] for indicator, selection in cells]
    wanted: dict[Term, dict[Selection, None]] = {}
    for (indicator, _), selections in zip(cells, owns, strict=True):
        for term, own in zip(indicator.terms, selections, strict=True):
            if own is not None:
                wanted.setdefault(term, {})[own] = None
    found = {term: _sums_of_term(term, list(selections)) for term, selections in wanted.items()}
    return [
        joined(
            indicator,
            [
                NOTHING if own is None else found[term].get(own, NOTHING)
                for term, own in zip(indicator.terms, selections, strict=True)
            ],
        )
        for (indicator, _), selections in zip(cells, owns, strict=True)
    ]


def _sums_of_term(term: Term, selections: Sequence[Selection]) -> dict[Selection, Sum]:
    if term.kind is TermKind.REGISTERED:
        return _registered(term, selections)
    by_level: dict[tuple[Any, int | None], list[Selection]] = defaultdict(list)
    for one in selections:
        size = None if one.place is None else SIZE_OF_LEVEL[level_of(one.place)]
        by_level[(one.area, size)].append(one)
    found: dict[Selection, Sum] = {}
    for (_, size), alike in by_level.items():
        found.update(_at_level(term, alike, size))
    return found


def _at_level(term: Term, selections: Sequence[Selection], size: int | None) -> dict[Selection, Sum]:
    """Return the sums of selections whose places are of one level, or that have none."""
    places = {one.place for one in selections if one.place is not None}
    within = common_place(places) if places else None
    whole = [one.having(place=within) for one in selections]
    asked = list(dict.fromkeys(whole))
    groups = () if size is None else (Grain.PLACE,)
    sums: dict[tuple[Selection, int | None], Sum] = {}
    for question, row in rows_of(term, asked, groups, size or 1):
        if size is None:
            sums[question, None] = read_sum(row)
        else:
            sums[question, int(row[0]) * size] = read_sum(row[1:])
    return {
        one: sums.get((its_whole, one.place), NOTHING)
        for one, its_whole in zip(selections, whole, strict=True)
    }


def common_place(places: Iterable[int]) -> int | None:
    """Return the smallest place that holds all of several; null when only the country does.

    >>> common_place([522327000000, 522301000000])
    522300000000
    """
    wanted = list(places)
    for level in sorted(LEVELS, reverse=True):
        parts = {place // SIZE_OF_LEVEL[level] for place in wanted}
        if len(parts) == 1:
            return parts.pop() * SIZE_OF_LEVEL[level]
    return None


_Row = tuple[Selection, Sequence[Any]]


def rows_of(term: Term, asked: Sequence[Selection], groups: tuple[Grain, ...], size: int) -> list[_Row]:
    """Return the rows of the statement for each of several selections that differ in unit and period only.

    Each row is what was asked and the groups of it with ``COLUMNS``; kept counts and sums over cells where they answer.
    """
    kept = kept_rows([Question(term, one, groups, size) for one in asked])
    found: list[_Row] = [(question.selection, row) for question, rows in kept.items() for row in rows]
    asked = [one for one in asked if Question(term, one, groups, size) not in kept]
    values = _values(term, asked)
    by_shape: dict[Shape, list[int]] = defaultdict(list)
    for at, one in enumerate(asked):
        members = _members(values[at], "area_") if one.area is not None else None
        own = _members(values[at], "own_area_") if term.area else None
        by_shape[shape_of(term, one, groups, size, members=members, own=own)].append(at)
    for shape, alike in by_shape.items():
        over_cells = [rolled(term, asked[at], shape) for at in alike]
        if all(one.is_rolled for one in over_cells):
            shape = replace(shape, is_rolled=True, has_edge=any(one.has_edge for one in over_cells))
        for start in range(0, len(alike), MOST_AT_ONCE):
            part = alike[start : start + MOST_AT_ONCE]
            rows = side_by_side(statement(shape), [values[at] for at in part])
            found += [(asked[part[number]], row) for number, *row in rows]
    return found


def _members(values: Mapping[str, Any], prefix: str) -> dict[int, list[int]]:
    named = {name.removeprefix(prefix): inside for name, inside in values.items() if name.startswith(prefix)}
    return {int(size): inside for size, inside in named.items() if size.isdecimal()}


def _values(term: Term, asked: Sequence[Selection]) -> list[dict[str, Any]]:
    """Return what fills the statement for each selection; looked up once a unit and once a period."""
    by_unit: dict[Unit | None, dict[str, Any]] = {}
    by_period: dict[Period, dict[str, Any]] = {}
    for one in asked:
        if one.period not in by_period:
            by_period[one.period] = values_of(term, one.having(unit=None))
        if one.unit not in by_unit:
            by_unit[one.unit] = {
                "path": one.unit.path if one.unit else None,
                "units": one.units_then,
            }
    return [{**by_period[one.period], **by_unit[one.unit]} for one in asked]


def _registered(term: Term, selections: Sequence[Selection]) -> dict[Selection, Sum]:
    """Return numbers of a register for each selection: those of all places looked up at once."""
    members: dict[Period, Mapping[int, list[int]]] = {}
    places: dict[Selection, list[int]] = {}
    for one in selections:
        if one.area is not None and one.period not in members:
            members[one.period] = one.area_members
        inside = None if one.area is None else members[one.period]
        places[one] = places_of(one.place, inside)
    wanted = sorted({place for named in places.values() for place in named})
    block = selections[0].as_of
    rows = (
        denominators_of(term.register, wanted)
        if block is None
        else denominators_as_of(term.register, wanted, block=block)
    )
    by_place: dict[int, list[Registered]] = defaultdict(list)
    for row in rows:
        by_place[row.place].append(row)
    found = {}
    for one, named in places.items():
        mine = [row for place in named for row in by_place[place]]
        newest = newest_of(mine, named, year=one.period.last_on.year) if named else None
        found[one] = registered_sum(newest)
    return found
