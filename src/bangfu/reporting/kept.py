"""Distinct counts read from what is kept of them (``ledger/distinct``), with the parties of what came in since.

A question is answered here when it is as of now, over a calendar month, quarter, half-year, year or from a year's beginning to
the end of any month (of a stock: up to the end of a month), or up to a day not far from there (``reach``), and about everything,
a province, prefecture, county or unit; by month, by unit, or by place where it is about places. One statement answers many. It
reads the kept rows and what is in none of them yet in one snapshot: of the parties in facts that came later, and of them alone,
it looks up what they came to before. So a figure costs the same whatever the number of facts. All other questions are the facts'
(``compiling``), as are those whose rows are not kept: a unit that moved a moment ago, a measure of which no party is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import CountScope
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import units_under_each
from bangfu.foundation.places.codes import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    SIZE_OF_LEVEL,
    level_of,
    subtree_range,
)
from bangfu.reporting.definitions import Term
from bangfu.reporting.kept_statement import SENT, SPAN
from bangfu.reporting.periods import month_after
from bangfu.reporting.reach import reach_of
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain

Row = tuple[Any, ...]
BEGINNING = date(1, 1, 1)
"""Before everything that happened: what stands is counted from there."""
LENGTHS = (1, 3, 6, 12)
MOST_YEARS = 20
SCOPE_OF_LEVEL = {PROVINCE: CountScope.PROVINCE, PREFECTURE: CountScope.PREFECTURE, COUNTY: CountScope.COUNTY}
SCOPE_OF_SIZE = {SIZE_OF_LEVEL[level]: scope for level, scope in SCOPE_OF_LEVEL.items()}
EVERYWHERE = (0, 2**62)
EMPTY: Row = (None, 0, 0, None, None, 0, 0)


class Question(NamedTuple):
    """A term for a selection, and by what it is broken down."""

    term: Term
    selection: Selection
    groups: tuple[Grain, ...] = ()
    size: int = 1
    stands: bool = False
    """By month: whether a month tells by how much what stands changed in it."""


@dataclass(frozen=True)
class _Scope:
    """Which parties are counted: of some places or some units, together or side by side."""

    kind: CountScope
    places: tuple[int, int] = EVERYWHERE
    units: tuple[int, ...] | None = None
    """Null is every unit."""
    branch: int = 0
    """The unit at the root of a branch."""
    counties: tuple[int, ...] | None = None
    """Those of a list; null is every one."""
    is_crossed: bool = False
    """Whether it is a place and units at once, or a list: kept only where no party is shared."""


@dataclass(frozen=True)
class _Count:
    """One count, or those of a kind side by side, over one period."""

    measure: int
    scope: _Scope
    months: int
    starts_on: date
    reach: date
    """Up to which day it is kept."""
    ends_on: date
    """Up to which day it is asked about: the facts between are counted as well, or not (``reach``)."""


def kept_rows(questions: Iterable[Question]) -> dict[Question, list[Row]]:
    """Return the rows of the questions that kept counts answer, as the facts would: the groups, then ``COLUMNS``."""
    asked = [one for one in dict.fromkeys(questions) if _may_be_kept(one)]
    below = _below({one.selection.unit for one in asked if one.selection.unit is not None})
    wanted: dict[Question, list[_Count]] = {}
    for question in asked:
        scope = _scope_of(question, below)
        if scope is not None:
            wanted[question] = _counts_of(question, scope)
    answers = _read({count for counts in wanted.values() for count in counts})
    return {
        question: _rows_of(question, [answers[count] for count in counts])
        for question, counts in wanted.items()
        if all(count in answers for count in counts)
    }


def _may_be_kept(question: Question) -> bool:
    """Return whether counts of the question's kind are kept, for whichever places and units."""
    term, selection, groups, _, _ = question
    first, reach = term.starts_on(selection.period), reach_of(term, selection)
    return not (
        not term.counts_parties
        or term.also
        or term.area
        or term.line
        or term.owner
        or selection.as_of is not None
        or selection.line is not None
        or reach is None
        or len(groups) > 1
        or (term.has_start and _length_of(first, reach) is None)
    )


def _scope_of(question: Question, below: Mapping[Unit, list[int] | None]) -> _Scope | None:
    """Return whose counts answer a question; null when none do."""
    term, selection, groups, size, stands = question
    place, unit = selection.place, selection.unit
    if term.place is not None:
        if place is not None:
            return None
        place = term.place
    units = below[unit] if unit is not None else None
    if selection.area is not None or (place is not None and units is not None):
        return None if groups else _crossed(selection, place, units)
    match groups:
        case (Grain.PLACE,):
            is_within = place is None or size <= SIZE_OF_LEVEL[level_of(place)]
            if units is not None or size not in SCOPE_OF_SIZE or not is_within:
                return None
            return _Scope(SCOPE_OF_SIZE[size], EVERYWHERE if place is None else subtree_range(place))
        case (Grain.UNIT,):
            if place is not None:
                return None
            return _Scope(CountScope.UNIT, units=None if units is None else tuple(units))
        case (Grain.MONTH,) if stands == term.has_start:
            return None
        case () | (Grain.MONTH,):
            pass
        case _:
            return None
    if place is not None:
        is_kept = units is None and level_of(place) in SCOPE_OF_LEVEL
        return _Scope(SCOPE_OF_LEVEL[level_of(place)], subtree_range(place)) if is_kept else None
    if unit is None or units is None:
        return _Scope(CountScope.ALL)
    if units == [unit.pk]:
        return _Scope(CountScope.UNIT, units=(unit.pk,))
    return _Scope(CountScope.BRANCH, units=tuple(units), branch=unit.pk)


def _crossed(selection: Selection, place: int | None, units: list[int] | None) -> _Scope | None:
    """Return the scope of a place or a list of counties and some units; null below the county."""
    counties = None
    if selection.area is not None:
        members = selection.area_members
        if set(members) != {SIZE_OF_LEVEL[COUNTY]}:
            return None
        counties = tuple(part * SIZE_OF_LEVEL[COUNTY] for part in members[SIZE_OF_LEVEL[COUNTY]])
    if place is not None and level_of(place) not in SCOPE_OF_LEVEL:
        return None
    places = EVERYWHERE if place is None else subtree_range(place)
    return _Scope(
        CountScope.ALL, places, None if units is None else tuple(units), counties=counties, is_crossed=True
    )


def _below(units: Collection[Unit]) -> dict[Unit, list[int] | None]:
    """Return for each unit itself and all below it, in order; null of the root when that is every unit."""
    if not units:
        return {}
    under = units_under_each(unit.pk for unit in units)
    everyone = Unit.objects.count() if any(unit.parent_id is None for unit in units) else None
    return {unit: None if len(under[unit.pk]) == everyone else under[unit.pk] for unit in units}


def _length_of(first: date, end: date) -> int | None:
    """Return how many months a calendar month, quarter, half-year or year has, or ``SPAN``; null where nothing is kept."""
    if first.day != 1 or end.day != 1:
        return None
    months = (end.year - first.year) * 12 + end.month - first.month
    if months in LENGTHS and (first.month - 1) % months == 0:
        return months
    return SPAN if first.month == 1 and 0 < months <= MOST_YEARS * 12 else None


def _counts_of(question: Question, scope: _Scope) -> list[_Count]:
    """Return the counts that answer a question: one, or one for each month."""
    term, selection = question.term, question.selection
    measure = measure_number(term.measure.code)
    first, end = term.starts_on(selection.period), selection.period.ends_on
    reach = reach_of(term, selection) or end
    if question.groups == (Grain.MONTH,):
        firsts = selection.period.months()
        if term.has_start:
            return [
                _Count(measure, scope, 1, month, month_after(month), min(end, month_after(month)))
                for month in firsts
            ]
        days = [firsts[0], *map(month_after, firsts)]
        return [_Count(measure, scope, 0, BEGINNING, day, min(day, end)) for day in days]
    if term.has_start:
        return [_Count(measure, scope, _length_of(first, reach) or 0, first, reach, end)]
    return [_Count(measure, scope, 0, BEGINNING, reach, end)]


def _rows_of(question: Question, answers: list[list[Row]]) -> list[Row]:
    """Return the rows of a question from those of its counts, each behind its key."""
    term, selection, groups, size, _ = question
    if groups == (Grain.MONTH,):
        alone = [rows[0][1:] if rows else EMPTY for rows in answers]
        firsts = selection.period.months()
        if term.has_start:
            return [(month, *row) for month, row in zip(firsts, alone, strict=True) if row[1]]
        return _changes(firsts, alone)
    (rows,) = answers
    if not groups:
        return [row[1:] for row in rows] or [EMPTY]
    return [(int(key) // size if groups == (Grain.PLACE,) else key, *row) for key, *row in rows if row[1]]


def _changes(firsts: list[date], standing: list[Row]) -> list[Row]:
    """Return by how much what stands changed in each month, from what stood before the first and at the end of each.

    What changed before the first is said of a day before it.
    """
    found, before = [], EMPTY
    for month, row in zip([BEGINNING, *firsts], standing, strict=True):
        if row[1] != before[1]:
            total, facts, back = (row[at] - (before[at] or 0) for at in range(3))
            quantity, nameless = row[4] - (before[4] or 0), row[5] - before[5]
            found.append((month, total, facts, back, row[3], quantity, nameless, 0))
        before = row
    return found


def _read(counts: Collection[_Count]) -> dict[_Count, list[Row]]:
    """Return the rows of the counts that are kept, each behind its key: one statement."""
    if not counts:
        return {}
    listed = list(counts)
    given: dict[str, list[Any]] = defaultdict(list)
    for number, count in enumerate(listed):
        given["number"].append(number)
        given["measure"].append(count.measure)
        given["scope"].append(int(count.scope.kind))
        given["first_place"].append(count.scope.places[0])
        given["end_place"].append(count.scope.places[1])
        given["units"].append(_as_array(count.scope.units))
        given["branch"].append(count.scope.branch)
        given["counties"].append(_as_array(count.scope.counties))
        given["is_crossed"].append(count.scope.is_crossed)
        given["months"].append(count.months)
        given["starts_on"].append(count.starts_on)
        given["reach"].append(count.reach)
        given["ends_on"].append(count.ends_on)
    with connection.cursor() as cursor:
        cursor.execute(SENT, given)
        rows = cursor.fetchall()
    found: dict[_Count, list[Row]] = {}
    for number, is_kept, key, *row in rows:
        if is_kept:
            answers = found.setdefault(listed[number], [])
            if key is not None:
                answers.append((key, *row))
    return found


def _as_array(keys: tuple[int, ...] | None) -> str | None:
    """Return keys as the database writes an array: arrays of arrays would all have to be of one length."""
    return None if keys is None else "{" + ",".join(map(str, keys)) + "}"
