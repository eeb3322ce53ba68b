"""Distinct counts read from what is kept of them (``ledger/distinct``), with the parties of what came in since.

A question is answered here when it is as of now, over a calendar month, quarter, half-year, year or several years (of a stock:
up to the end of a month), and about everything, a province, prefecture, county or unit; by month, by unit, or by place where it
is about places. One statement answers many. It reads the kept rows and what is in none of them yet in one snapshot: of the
parties in facts that came later, and of them alone, it looks up what they came to before. So a figure costs the same whatever
the number of facts. All other questions are the facts' (``compiling``), as are those whose rows are not kept: a unit that moved
a moment ago, a measure of which no party is known.
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
from bangfu.foundation.ledger.rollups import COUNTY as IN_COUNTY
from bangfu.foundation.ledger.rollups import LATER
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
from bangfu.reporting.compiling import Grain
from bangfu.reporting.definitions import Term
from bangfu.reporting.periods import month_after
from bangfu.reporting.selection import Selection

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


@dataclass(frozen=True)
class _Count:
    """One count, or those of a kind side by side, over one period."""

    measure: int
    scope: _Scope
    months: int
    starts_on: date
    ends_on: date


def _own_key(alias: str) -> str:
    """Return to which of the counts side by side a row belongs."""

    def whole(level: int) -> str:
        return f"{alias}.place_id / {SIZE_OF_LEVEL[level]} * {SIZE_OF_LEVEL[level]}"

    return f"""CASE asked.scope WHEN {CountScope.PROVINCE} THEN {whole(PROVINCE)}
        WHEN {CountScope.PREFECTURE} THEN {whole(PREFECTURE)} WHEN {CountScope.COUNTY} THEN {alias}.place_id
        WHEN {CountScope.UNIT} THEN {alias}.unit_id ELSE asked.branch END"""


def _plain(limit: str, kept: str = "ledger_plaincount kept") -> str:
    """Return the plain counts that a condition limits to those of a kind of question, so that an index fits it."""
    return f"""
        SELECT {_own_key("kept")} AS key, counted, appeared, facts, reversed, latest, quantity, nameless
          FROM {kept}
         WHERE kept.measure_id = asked.measure_id AND {limit}
           AND kept.place_id >= asked.first_place AND kept.place_id < asked.end_place"""


_FLOW = "asked.months BETWEEN 1 AND 12 AND kept.months = asked.months AND kept.starts_on = asked.starts_on"
_YEARS = "asked.months > 12 AND kept.months = span.months AND kept.starts_on = span.starts_on"
_STOCK = "asked.months = 0 AND kept.months = 0 AND kept.starts_on < asked.ends_on"
_EVERY_UNIT, _UNITS = "asked.units IS NULL", "kept.unit_id = ANY(asked.units)"
_WITHIN = """(
            SELECT ((until - since + 1) * 12)::smallint AS months, make_date(since, 1, 1) AS starts_on
              FROM generate_series(extract(year FROM asked.starts_on)::int, extract(year FROM asked.ends_on)::int - 1) since
             CROSS JOIN LATERAL generate_series(since, extract(year FROM asked.ends_on)::int - 1) until
             WHERE asked.months > 12 OFFSET 0) span"""
"""The spans of years within the one that is asked about, single years among them: what is kept of them adds up to it."""
_PLAIN = " UNION ALL".join(
    [_plain(f"{when} AND {whose}") for when in (_FLOW, _STOCK) for whose in (_EVERY_UNIT, _UNITS)]
    + [
        _plain(f"{_YEARS} AND {whose}", f"{_WITHIN}, ledger_plaincount kept")
        for whose in (_EVERY_UNIT, _UNITS)
    ]
)


def _shared(limit: str, kept: str = "ledger_sharedcount shared") -> str:
    """Return the shared counts that a condition limits to those of a kind of question."""
    return f"""
        SELECT key, counted, appeared, 0, 0, 0, 0, 0 FROM {kept}
         WHERE shared.measure_id = asked.measure_id AND shared.scope = asked.scope AND {limit}
           AND CASE asked.scope WHEN {CountScope.ALL} THEN true WHEN {CountScope.BRANCH} THEN shared.key = asked.branch
               WHEN {CountScope.UNIT} THEN asked.units IS NULL OR shared.key = ANY(asked.units)
               ELSE shared.key >= asked.first_place AND shared.key < asked.end_place END"""


_SHARED = " UNION ALL".join(
    (
        _shared(
            "asked.months <= 12 AND shared.months = asked.months"
            " AND shared.starts_on >= asked.starts_on AND shared.starts_on < asked.ends_on"
        ),
        _shared(
            "asked.months > 12 AND shared.months = span.months AND shared.starts_on = span.starts_on",
            f"{_WITHIN}, ledger_sharedcount shared",
        ),
    )
)
SENT = f"""
WITH given (number, measure_id, scope, first_place, end_place, units, branch, months, starts_on, ends_on) AS (
    SELECT * FROM unnest(%(number)s::int[], %(measure)s::smallint[], %(scope)s::smallint[], %(first_place)s::bigint[],
                         %(end_place)s::bigint[], %(units)s::text[], %(branch)s::bigint[], %(months)s::smallint[],
                         %(starts_on)s::date[], %(ends_on)s::date[])
), asked AS MATERIALIZED (
    SELECT number, measure_id, scope, first_place, end_place, units::bigint[], branch, months, starts_on, ends_on FROM given
), later AS MATERIALIZED (
    SELECT measure_id, party, date_trunc('month', happened_on)::date AS month,
           place_id / {IN_COUNTY} * {IN_COUNTY} AS place_id, unit_id, quantity, reverses_id, id
      FROM ({LATER}) entered WHERE measure_id = ANY(%(measure)s::smallint[])
), added AS MATERIALIZED (
    SELECT asked.number, {_own_key("later")} AS key, later.party, sum(later.quantity) AS quantity, count(*) AS facts,
           count(later.reverses_id) AS reversed, max(later.id) AS latest
      FROM later
      JOIN asked ON asked.measure_id = later.measure_id AND later.month >= asked.starts_on AND later.month < asked.ends_on
                AND later.place_id >= asked.first_place AND later.place_id < asked.end_place
                AND (asked.units IS NULL OR later.unit_id = ANY(asked.units))
     GROUP BY asked.number, 2, later.party
), moved AS MATERIALIZED (
    SELECT added.number, added.key,
           sum(CASE WHEN added.party IS NULL THEN 0
                    ELSE (before.quantity + added.quantity > 0)::int - (before.quantity > 0)::int END) AS counted,
           sum((added.party IS NOT NULL AND before.facts = 0)::int) AS appeared, sum(added.facts) AS facts,
           sum(added.reversed) AS reversed, max(added.latest) AS latest,
           coalesce(sum(added.quantity) FILTER (WHERE added.party IS NOT NULL), 0) AS quantity,
           coalesce(sum(added.facts) FILTER (WHERE added.party IS NULL), 0) AS nameless
      FROM added JOIN asked USING (number)
     CROSS JOIN LATERAL (
        SELECT coalesce(sum(cell.quantity), 0) AS quantity, count(*) AS facts FROM ledger_partycell cell
         WHERE cell.measure_id = asked.measure_id AND cell.party = added.party
           AND cell.month >= asked.starts_on AND cell.month < asked.ends_on
           AND cell.place_id >= asked.first_place AND cell.place_id < asked.end_place
           AND (asked.units IS NULL OR cell.unit_id = ANY(asked.units)) AND {_own_key("cell")} = added.key
     ) before GROUP BY added.number, added.key
)
SELECT asked.number, known.is_kept, found.*
  FROM asked
 CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT 1 FROM ledger_countedmeasure counted WHERE counted.measure_id = asked.measure_id)
           AND (asked.scope <> {CountScope.BRANCH}
                OR EXISTS (SELECT 1 FROM ledger_branch branch
                            WHERE branch.unit_id = asked.branch AND branch.units = asked.units)) AS is_kept
 ) known
  LEFT JOIN LATERAL (
    SELECT key, sum(counted) AS total, sum(facts) AS facts, sum(reversed) AS reversed, max(latest) AS latest,
           sum(quantity) AS quantity, sum(nameless) AS nameless, sum(appeared) - sum(counted) AS cancelled
      FROM ({_PLAIN}
        UNION ALL {_SHARED}
        UNION ALL
        SELECT key, counted, appeared, facts, reversed, latest, quantity, nameless FROM moved
         WHERE moved.number = asked.number
      ) either GROUP BY key
  ) found ON known.is_kept
"""


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
    first, end = term.starts_on(selection.period), selection.period.ends_on
    return not (
        not term.counts_parties
        or term.also
        or term.area
        or term.line
        or term.owner
        or selection.as_of is not None
        or selection.area is not None
        or selection.line is not None
        or end.day != 1
        or len(groups) > 1
        or (term.has_start and _months_between(first, end) is None)
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


def _below(units: Collection[Unit]) -> dict[Unit, list[int] | None]:
    """Return for each unit itself and all below it, in order; null of the root when that is every unit."""
    if not units:
        return {}
    under = units_under_each(unit.pk for unit in units)
    everyone = Unit.objects.count() if any(unit.parent_id is None for unit in units) else None
    return {unit: None if len(under[unit.pk]) == everyone else under[unit.pk] for unit in units}


def _months_between(first: date, end: date) -> int | None:
    """Return how many months a calendar month, quarter, half-year or year has, or a span of years; null for any other span."""
    months = (end.year - first.year) * 12 + end.month - first.month
    is_calendar = months in LENGTHS and (first.month - 1) % months == 0
    is_years = first.month == end.month == 1 and 1 < end.year - first.year <= MOST_YEARS
    return months if first.day == end.day == 1 and (is_calendar or is_years) else None


def _counts_of(question: Question, scope: _Scope) -> list[_Count]:
    """Return the counts that answer a question: one, or one for each month."""
    term, selection = question.term, question.selection
    measure = measure_number(term.measure.code)
    first, end = term.starts_on(selection.period), selection.period.ends_on
    if question.groups == (Grain.MONTH,):
        firsts = selection.period.months()
        if term.has_start:
            return [_Count(measure, scope, 1, month, month_after(month)) for month in firsts]
        return [_Count(measure, scope, 0, BEGINNING, day) for day in [firsts[0], *map(month_after, firsts)]]
    if term.has_start:
        return [_Count(measure, scope, _months_between(first, end) or 0, first, end)]
    return [_Count(measure, scope, 0, BEGINNING, end)]


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
    return [(int(key) // size if groups == (Grain.PLACE,) else key, *row) for key, *row in rows]


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
        given["months"].append(count.months)
        given["starts_on"].append(count.starts_on)
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
