"""Rolling up: the facts of sealed blocks summed into cells, off the writers' path and after the seal.

A cell is a measure, a month, a county, a unit and a line. What of sealed blocks is in no cell yet stands in
``ledger_unrolled``; taking it out of there and adding it to the cells is one transaction, a step of so many facts, so that
whoever reads cells, what waits and what is not sealed, all in one snapshot, finds every fact once: never stale, never twice,
whatever is reversed or back-dated. Cells are derived: they prove nothing and can be built anew from the
facts at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from bangfu.foundation.ledger import distinct
from bangfu.foundation.ledger.comparing import different_counts
from bangfu.foundation.ledger.models import Block
from bangfu.foundation.ledger.party_cells import IS_WAITING, OF_PARTS
from bangfu.foundation.operations import system_writes

ROLLUP_LOCK = 0x6261_726F
STEP = 50_000
"""How many facts one transaction adds: seconds of work, whatever waits, and its sums fit into memory."""
BLOCKS_AT_ONCE = 1_000
COUNTY = 1_000_000
"""How many places of the finest kind a county holds."""
_SUMMED = f"""
SELECT fact.measure_id, date_trunc('month', fact.happened_on)::date, fact.place_id / {COUNTY} * {COUNTY}, fact.unit_id,
       fact.line_id, sum(fact.quantity), count(*), count(fact.reverses_id), max(fact.id)
"""
_COLUMNS = "measure_id, month, place_id, unit_id, line_id, total, facts, reversed, latest"
ROLL = f"""
WITH grown AS (
    {_SUMMED} {OF_PARTS}
     GROUP BY 1, 2, 3, 4, 5
)
INSERT INTO ledger_cell AS cell ({_COLUMNS}) SELECT * FROM grown
ON CONFLICT (measure_id, month, place_id, unit_id, line_id) DO UPDATE
   SET total = cell.total + excluded.total, facts = cell.facts + excluded.facts,
       reversed = cell.reversed + excluded.reversed, latest = greatest(cell.latest, excluded.latest)
"""
LATER = """
SELECT fact.*
  FROM ledger_unrolled waiting
 CROSS JOIN LATERAL (
    SELECT fact_id FROM ledger_member WHERE block_id = waiting.block_id AND position >= waiting.position OFFSET 0
 ) member
 CROSS JOIN LATERAL (SELECT * FROM ledger_fact WHERE id = member.fact_id OFFSET 0) fact
UNION ALL
SELECT fact.*
  FROM (
    SELECT DISTINCT entered.id FROM ledger_unsealed waiting
     CROSS JOIN LATERAL (
        SELECT id FROM ledger_fact WHERE id BETWEEN waiting.first_fact AND waiting.last_fact OFFSET 0
     ) entered
     WHERE (SELECT member.block_id FROM ledger_member member WHERE member.fact_id = entered.id) IS NULL
  ) later CROSS JOIN LATERAL (SELECT * FROM ledger_fact WHERE id = later.id OFFSET 0) fact
"""
"""The facts that are in no cell yet, each once: those of blocks that wait, and those of no block.

Ranges of writers at the same time overlap, hence the DISTINCT. What waits is little beside the ledger, which no statistics tell:
each OFFSET 0 keeps the planner from reading the whole of it in search of a few rows."""
CELLS_AND_LATER = f"""
SELECT latest AS id, measure_id, total AS quantity, unit_id, place_id, line_id, month AS happened_on, facts, reversed
  FROM ledger_cell
UNION ALL
SELECT id, measure_id, quantity, unit_id, place_id, line_id, happened_on, 1,
       CASE WHEN reverses_id IS NULL THEN 0 ELSE 1 END
  FROM ({LATER}) later
"""
"""Everything that counts, each fact once: the cells, and each fact that is in none yet as a cell of its own."""
WAITING = """
SELECT waiting.block_id, waiting.position, coalesce(block.fact_count, 0)
  FROM ledger_unrolled waiting LEFT JOIN ledger_block block ON block.number = waiting.block_id
 ORDER BY waiting.block_id LIMIT %s
"""
TAKEN = """
DELETE FROM ledger_unrolled waiting USING unnest(%(blocks)s::bigint[], %(ends)s::int[]) taken(block_id, until)
 WHERE waiting.block_id = taken.block_id AND taken.until >= coalesce(
       (SELECT block.fact_count FROM ledger_block block WHERE block.number = taken.block_id), 0)
"""
BEGUN = "UPDATE ledger_unrolled SET position = %s WHERE block_id = %s"
STILL = """
SELECT coalesce(sum(block.fact_count - waiting.position), 0)
  FROM ledger_unrolled waiting JOIN ledger_block block ON block.number = waiting.block_id
"""
MEASURES = "SELECT id FROM ledger_cataloguemeasure ORDER BY id"
ANEW = (
    "DELETE FROM ledger_cell WHERE measure_id = %(measure)s",
    f"""
INSERT INTO ledger_cell ({_COLUMNS})
{_SUMMED} FROM ledger_fact fact JOIN ledger_member member ON member.fact_id = fact.id
 WHERE fact.measure_id = %(measure)s AND NOT {IS_WAITING}
 GROUP BY 1, 2, 3, 4, 5
""",
)
SETTINGS = (
    # Nobody waits for the disk: lost with its queue in a power cut, it is done again.
    "SET LOCAL synchronous_commit = off",
    # No statistics tell how many rows the facts of a step become on their way: hashed, the sums stay in memory.
    "SET LOCAL enable_sort = off",
    "SET LOCAL work_mem = '64MB'",
)
DIFFERENT = f"""
WITH counted AS (
    {_SUMMED} FROM ledger_member member JOIN ledger_fact fact ON fact.id = member.fact_id
     WHERE NOT {IS_WAITING}
     GROUP BY 1, 2, 3, 4, 5
)
SELECT count(*) FROM (
    (SELECT * FROM counted EXCEPT SELECT {_COLUMNS} FROM ledger_cell)
    UNION ALL (SELECT {_COLUMNS} FROM ledger_cell EXCEPT SELECT * FROM counted)
) different
"""


class Step(NamedTuple):
    """What one step came to."""

    blocks: int
    """How many blocks are whole in the cells since."""
    facts: int
    still: int
    """How many sealed facts wait."""


def roll_up_step() -> Step | None:
    """Add the oldest of what was sealed meanwhile to the cells, ``STEP`` facts at most; null when nothing waits.

    A step is a transaction, and the next goes on where it ended: stopped at any moment, no more than one is lost.

    Locks: one at a time; a second one returns at once. Writers and the sealer are never waited for.
    """
    with _rolling("sealed facts are summed into cells") as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s), EXISTS (SELECT 1 FROM ledger_unrolled)", [ROLLUP_LOCK]
        )
        has_lock, has_work = cursor.fetchone()
        return _step(cursor) if has_lock and has_work else None


def roll_up(tell: Callable[[Step], None] = lambda _: None) -> int:
    """Add everything that was sealed meanwhile to the cells, step by step, and return how many blocks that was.

    Args:
        tell: is told of each step.
    """
    blocks = 0
    while (step := roll_up_step()) is not None:
        blocks += step.blocks
        tell(step)
    return blocks


def roll_up_anew(tell: Callable[[Step], None] = lambda _: None) -> int:
    """Sum all sealed facts again, measure by measure, and return in how many blocks they are.

    What was kept of a measure stands until what replaces it does: figures stay right and quick meanwhile.

    Args:
        tell: is told of each measure.

    Locks: waits for a rolling up that is at work; between measures others may.
    """
    blocks = Block.objects.filter(fact_count__gt=0).count()
    with connection.cursor() as cursor:
        cursor.execute(MEASURES)
        measures = [measure for (measure,) in cursor.fetchall()]
    with _rolling("the branches are listed anew") as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        distinct.follow_tree(cursor)
    for measure in measures:
        with _rolling("the cells of a measure are built anew") as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
            for statement in ANEW:
                cursor.execute(statement, {"measure": measure})
            facts = cursor.rowcount
            distinct.make_anew(cursor, measure)
        if facts:
            tell(Step(0, facts, 0))
    roll_up(tell)
    return blocks


@contextmanager
def _rolling(reason: str) -> Iterator[CursorWrapper]:
    """Open a transaction that may write what is kept."""
    with transaction.atomic(), system_writes(reason), connection.cursor() as cursor:
        for setting in SETTINGS:
            cursor.execute(setting)
        yield cursor


def _step(cursor: CursorWrapper) -> Step:
    """Add the oldest facts that wait to what is kept."""
    cursor.execute(WAITING, [BLOCKS_AT_ONCE])
    blocks, firsts, ends, room = [], [], [], STEP
    for block, first, count in cursor.fetchall():
        if room == 0:
            break
        blocks.append(block)
        firsts.append(first)
        ends.append(min(count, first + room))
        room -= ends[-1] - first
    parts = {"blocks": blocks, "firsts": firsts, "ends": ends}
    cursor.execute(TAKEN, parts)
    whole = cursor.rowcount
    if whole < len(blocks):
        cursor.execute(BEGUN, [ends[-1], blocks[-1]])
    cursor.execute("SELECT EXISTS (SELECT 1 FROM ledger_cell)")
    (goes_on,) = cursor.fetchone()
    if not goes_on:
        distinct.follow_tree(cursor)
    distinct.advance(cursor, parts)
    cursor.execute(ROLL, parts)
    cursor.execute(STILL)
    return Step(whole, STEP - room, int(cursor.fetchone()[0]))


def different_cells() -> int:
    """Return how many cells and kept counts say something else than their facts; each side's own counts."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT)
        return int(cursor.fetchone()[0]) + different_counts(cursor)
