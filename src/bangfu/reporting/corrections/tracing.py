"""Who stands behind a cause, for those who work here: the facts with the accounts that entered, verified or took them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.rooms import Words, both, permission_words, record_types
from bangfu.reporting.corrections.causes import Cause, cause_words
from bangfu.reporting.selection import Selection

ROWS_A_PAGE = 50

LONGEST = "interval '1 hour'"
"""An operation writes its trail last: the first entry that names a record within this time after a fact is that of the fact."""

_TRACED = f"""
SELECT fact.id, fact.happened_on, fact.place_id, fact.unit_id, fact.quantity, fact.reverses_id, member.block_id,
       block.sealed_at, fact.subject_type, fact.subject_id, review.submitted_by_id, review.decided_by_id,
       done.actor_id, done.operation, done.acted_at
  FROM unnest(%(facts)s::bigint[]) WITH ORDINALITY AS asked (fact, place)
  JOIN ledger_fact fact ON fact.id = asked.fact
  JOIN ledger_member member ON member.fact_id = fact.id
  JOIN ledger_block block ON block.number = member.block_id
  LEFT JOIN review_review review
    ON review.record_type = fact.subject_type AND review.record_id = fact.subject_id AND review.state = 'VERIFIED'
  LEFT JOIN unnest(%(types)s::smallint[], %(models)s::text[]) AS kind (number, model) ON kind.number = fact.subject_type
  LEFT JOIN LATERAL (
       SELECT entry.actor_id, entry.operation, entry.acted_at FROM operations_auditentry entry
        WHERE entry.objects_named @> ARRAY[kind.model || ':' || fact.subject_id]::varchar[]
          AND entry.recorded_at BETWEEN fact.recorded_at AND fact.recorded_at + {LONGEST}
        ORDER BY entry.recorded_at, entry.id LIMIT 1
  ) done ON true
 ORDER BY asked.place
"""
_MOVES = f"""
SELECT changed.about, changed.before, changed.after, changed.block, block.sealed_at, done.actor_id, done.acted_at
  FROM (
    SELECT version.about, version.recorded_at, member.block_id AS block,
           (version.content ->> 'parent')::bigint AS after,
           lag((version.content ->> 'parent')::bigint) OVER (PARTITION BY version.key ORDER BY version.id) AS before
      FROM ledger_referenceversion version
      JOIN ledger_referencemember member ON member.version_id = version.id
     WHERE version.kind = {Kind.UNIT:d} AND member.block_id <= %(block)s
  ) changed
  JOIN ledger_block block ON block.number = changed.block
  LEFT JOIN LATERAL (
       SELECT entry.actor_id, entry.acted_at FROM operations_auditentry entry
        WHERE entry.objects_named @> ARRAY['organisation.unit:' || changed.about]::varchar[]
          AND entry.recorded_at BETWEEN changed.recorded_at AND changed.recorded_at + {LONGEST}
        ORDER BY entry.recorded_at, entry.id LIMIT 1
  ) done ON true
 WHERE changed.block > %(since)s AND changed.before IS DISTINCT FROM changed.after
 ORDER BY changed.block, changed.about
"""


@dataclass(frozen=True)
class Trace:
    """One fact that entered or left a figure, and who did it."""

    fact: int
    cause: Words
    happened_on: date
    place: str
    unit: Words
    quantity: Decimal
    reverses: int | None
    block: int
    sealed_at: datetime
    record_type: int
    record: int
    who: tuple[tuple[Words, str], ...]
    """What somebody did, and their name."""


@dataclass(frozen=True)
class Move:
    """A unit that was placed under another since."""

    unit: Words
    before: Words | None
    after: Words | None
    block: int
    sealed_at: datetime
    who: str
    """Empty where no operation names the unit."""


def traced(causes: Sequence[Cause], selection: Selection, page: int) -> tuple[list[Trace], int]:
    """Return a page of the facts under causes with who stands behind each, and how many pages there are.

    Args:
        page: from 1.
    """
    facts = [(fact, one) for one in causes for fact in one.facts]
    shown = facts[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    rows = _rows([fact for fact, _ in shown])
    names = _names({key for row in rows for key in (row[10], row[11], row[12]) if key})
    labels = selection.place_labels({row[2] for row in rows}, short=True)
    units = selection.unit_names({row[3] for row in rows})
    told = [
        Trace(
            fact=row[0],
            cause=cause_words(cause.kind, cause.reason),
            happened_on=row[1],
            place=labels.get(row[2], str(row[2])),
            unit=units[row[3]],
            quantity=row[4],
            reverses=row[5],
            block=row[6],
            sealed_at=row[7],
            record_type=row[8],
            record=row[9],
            who=_who(row, names),
        )
        for row, (_, cause) in zip(rows, shown, strict=True)
    ]
    return told, max(1, -(-len(facts) // ROWS_A_PAGE))


def _rows(facts: list[int]) -> list[Any]:
    kinds = record_types()
    values: dict[str, Any] = {
        "facts": facts,
        "types": [kind.number for kind in kinds],
        "models": [kind.model.lower() for kind in kinds],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRACED, values)
        return cursor.fetchall()


def _names(accounts: set[int]) -> dict[int, str]:
    return names_of(Account.objects.filter(pk__in=accounts))


def _who(row: Sequence[Any], names: dict[int, str]) -> tuple[tuple[Words, str], ...]:
    """Return who entered and verified a fact's record; of one that takes another back, who did what to it."""
    submitted, decided, actor, operation = row[10], row[11], row[12], row[13]
    if row[5] is not None:
        return ((permission_words(operation), names[actor]),) if actor else ()
    pairs = ((both("报送", "submitted"), submitted), (both("核验", "verified"), decided))
    told = tuple((words, names[key]) for words, key in pairs if key)
    return told or (((permission_words(operation), names[actor]),) if actor else ())


def moves(selection: Selection, *, since: int, block: int) -> list[Move]:
    """Return the units that were placed under another unit after one block, up to another."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, {"since": since, "block": block})
        rows = cursor.fetchall()
    names = _names({row[5] for row in rows if row[5]})
    units = selection.unit_names({key for row in rows for key in row[:3] if key})
    return [
        Move(
            unit=units[unit],
            before=units.get(before),
            after=units.get(after),
            block=number,
            sealed_at=sealed_at,
            who=names.get(actor, ""),
        )
        for unit, before, after, number, sealed_at, actor, _ in rows
    ]
