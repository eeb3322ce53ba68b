"""What units own in a place, and since when they are paired with it.

A county and what lies above it is read from the cells into which sealed facts are rolled up, and from the few facts that are
in none yet; a place below the county from its own facts, which have an index by place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.rollups import CELLS_AND_LATER
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.places.codes import COUNTY, level_of
from bangfu.reporting.handbook.asking import Question

PAIRING = "pairing."
_OWNED = """
SELECT unit_id, measure_id, date_trunc('month', happened_on)::date, sum(quantity), sum({facts})::bigint
  FROM ({relation}) owned
 WHERE place_id >= %(first)s AND place_id < %(end)s AND happened_on < %(before)s {units}
 GROUP BY 1, 2, 3
"""
_PART = """
SELECT unit_id, measure_id, date_trunc('month', happened_on)::date, sum(quantity), count(*)
  FROM ledger_fact
 WHERE measure_id = ANY(%(measures)s) AND place_id >= %(first)s AND place_id < %(end)s
   AND happened_on >= %(since)s AND happened_on < %(before)s {units}
 GROUP BY 1, 2, 3
"""
_PAIRED = """
SELECT unit_id, sum(quantity) > 0, coalesce(sum(quantity) FILTER (WHERE place_id = %(first)s), 0) > 0, min(happened_on)
  FROM ledger_fact
 WHERE measure_id = ANY(%(measures)s) AND place_id >= %(first)s AND place_id < %(end)s AND happened_on < %(before)s {units}
 GROUP BY unit_id, measure_id
"""
_LAST = """
SELECT wanted.unit, max(found.happened_on)
  FROM unnest(%(owners)s::bigint[], %(measures)s::int[], %(months)s::date[]) AS wanted (unit, measure, month)
 CROSS JOIN LATERAL (
    SELECT max(happened_on) AS happened_on FROM ledger_fact fact
     WHERE fact.measure_id = wanted.measure AND fact.unit_id = wanted.unit
       AND fact.happened_on >= wanted.month AND fact.happened_on < wanted.month + interval '1 month'
       AND fact.happened_on < %(before)s AND fact.place_id >= %(first)s AND fact.place_id < %(end)s
 ) found
 GROUP BY 1
"""


@dataclass(frozen=True)
class Owned:
    """What of one measure one unit owns in a place, of what happened in one month."""

    unit: int
    measure: int
    month: date
    """Its first day."""
    quantity: Decimal
    facts: int


@dataclass(frozen=True)
class PairedUnit:
    """A unit that is paired with a place or with places in it."""

    since: date
    is_here: bool
    """Whether it is paired with the place itself."""


def pairing_measures() -> frozenset[int]:
    """Return the numbers of the measures that say who is paired with what."""
    return frozenset(measure_number(code) for code in declared_measures() if code.startswith(PAIRING))


def owned_in(question: Question) -> list[Owned]:
    """Return what units own in a place by measure and month, up to the day."""
    if level_of(question.place.pk) > COUNTY:
        return _asked(question, _OWNED, relation="SELECT * FROM ledger_fact", facts="1")
    before = _values(question)["before"]
    whole = before.replace(day=1)
    found = _asked(question, _OWNED, relation=CELLS_AND_LATER, facts="facts", before=whole)
    if before > whole:
        # Cells know months: what happened in the one that the day cuts is read from the facts.
        numbers = [measure_number(code) for code in declared_measures()]
        found += _asked(question, _PART, since=whole, measures=numbers)
    return found


def _values(question: Question) -> dict[str, Any]:
    first, end = question.span
    found: dict[str, Any] = {"first": first, "end": end, "before": question.on + timedelta(days=1)}
    if question.selection.unit is not None:
        found["own"] = list(unit_subtree(question.selection.unit.pk).values_list("pk", flat=True))
    return found


def _rows(question: Question, statement: str, values: dict[str, Any], **parts: str) -> list[tuple[Any, ...]]:
    units = "" if question.selection.unit is None else "AND unit_id = ANY(%(own)s)"
    with connection.cursor() as cursor:
        cursor.execute(statement.format(units=units, **parts), values)
        return cursor.fetchall()


def _asked(question: Question, statement: str, **given: Any) -> list[Owned]:
    parts = {name: given.pop(name) for name in ("relation", "facts") if name in given}
    rows = _rows(question, statement, {**_values(question), **given}, **parts)
    return [Owned(*row) for row in sorted(rows)]


def paired_with(question: Question) -> dict[int, PairedUnit]:
    """Return the units that are paired with a place or with places in it, by key."""
    rows = _rows(question, _PAIRED, {**_values(question), "measures": sorted(pairing_measures())})
    found: dict[int, PairedUnit] = {}
    for unit, stands, is_here, since in rows:
        if stands:
            before = found.get(unit, PairedUnit(since, is_here=False))
            found[unit] = PairedUnit(min(since, before.since), is_here or before.is_here)
    return found


def last_days(question: Question, owned: Sequence[Owned]) -> dict[int, date]:
    """Return the day of each unit's newest fact in a place."""
    months: dict[int, date] = {}
    for one in owned:
        months[one.unit] = max(one.month, months.get(one.unit, one.month))
    newest = [one for one in owned if one.month == months[one.unit]]
    values = {
        "owners": [one.unit for one in newest],
        "measures": [one.measure for one in newest],
        "months": [one.month for one in newest],
    }
    return dict(_rows(question, _LAST, {**_values(question), **values}))
