"""Rolling up: the facts of sealed blocks summed into cells, off the writers' path and after the seal.

A cell is a measure, a month, a county, a unit and a line. Sealed blocks that are in no cell yet stand in
``ledger_unrolled``; taking them out of it and adding them to the cells is one statement, so that whoever reads cells,
those blocks and what is not sealed, all in one snapshot, finds every fact once: never stale, never twice, whatever is
reversed or back-dated. Cells are derived: they prove nothing and can be built anew from the facts at any time.
"""

from __future__ import annotations

from django.db import connection, transaction

from bangfu.foundation.operations import system_writes

ROLLUP_LOCK = 0x6261_726F
COUNTY = 1_000_000
"""How many places of the finest kind a county holds."""
_SUMMED = f"""
SELECT fact.measure_id, date_trunc('month', fact.happened_on)::date, fact.place_id / {COUNTY} * {COUNTY}, fact.unit_id,
       fact.line_id, sum(fact.quantity), count(*), count(fact.reverses_id), max(fact.id)
"""
_COLUMNS = "measure_id, month, place_id, unit_id, line_id, total, facts, reversed, latest"
ROLL = f"""
WITH taken AS (
    DELETE FROM ledger_unrolled RETURNING block_id
), grown AS (
    {_SUMMED} FROM taken
      JOIN ledger_member member ON member.block_id = taken.block_id
      JOIN ledger_fact fact ON fact.id = member.fact_id
     GROUP BY 1, 2, 3, 4, 5
), written AS (
    INSERT INTO ledger_cell AS cell ({_COLUMNS}) SELECT * FROM grown
    ON CONFLICT (measure_id, month, place_id, unit_id, line_id) DO UPDATE
       SET total = cell.total + excluded.total, facts = cell.facts + excluded.facts,
           reversed = cell.reversed + excluded.reversed, latest = greatest(cell.latest, excluded.latest)
    RETURNING 1
)
SELECT count(*) FROM taken
"""
CELLS_AND_LATER = """
SELECT latest AS id, measure_id, total AS quantity, unit_id, place_id, line_id, month AS happened_on, facts, reversed
  FROM ledger_cell
UNION ALL
SELECT fact.id, fact.measure_id, fact.quantity, fact.unit_id, fact.place_id, fact.line_id, fact.happened_on, 1,
       CASE WHEN fact.reverses_id IS NULL THEN 0 ELSE 1 END
  FROM ledger_unrolled waiting
 CROSS JOIN LATERAL (SELECT fact_id FROM ledger_member WHERE block_id = waiting.block_id OFFSET 0) member
 CROSS JOIN LATERAL (SELECT * FROM ledger_fact WHERE id = member.fact_id OFFSET 0) fact
UNION ALL
SELECT fact.id, fact.measure_id, fact.quantity, fact.unit_id, fact.place_id, fact.line_id, fact.happened_on, 1,
       CASE WHEN fact.reverses_id IS NULL THEN 0 ELSE 1 END
  FROM (
    SELECT DISTINCT entered.id FROM ledger_unsealed waiting
     CROSS JOIN LATERAL (
        SELECT id FROM ledger_fact WHERE id BETWEEN waiting.first_fact AND waiting.last_fact OFFSET 0
     ) entered
     WHERE (SELECT member.block_id FROM ledger_member member WHERE member.fact_id = entered.id) IS NULL
  ) later CROSS JOIN LATERAL (SELECT * FROM ledger_fact WHERE id = later.id OFFSET 0) fact
"""
"""Everything that counts, each fact once: the cells, and each fact that is in none yet as a cell of its own.

Ranges of writers at the same time overlap, hence the DISTINCT. What waits is little beside the ledger, which no statistics tell:
each OFFSET 0 keeps the planner from reading the whole of it in search of a few rows."""
ANEW = (
    "DELETE FROM ledger_cell",
    "DELETE FROM ledger_unrolled",
    "INSERT INTO ledger_unrolled (block_id) SELECT number FROM ledger_block WHERE fact_count > 0",
)
DIFFERENT = f"""
WITH counted AS (
    {_SUMMED} FROM ledger_member member JOIN ledger_fact fact ON fact.id = member.fact_id
     WHERE NOT EXISTS (SELECT 1 FROM ledger_unrolled waiting WHERE waiting.block_id = member.block_id)
     GROUP BY 1, 2, 3, 4, 5
)
SELECT count(*) FROM (
    (SELECT * FROM counted EXCEPT SELECT {_COLUMNS} FROM ledger_cell)
    UNION ALL (SELECT {_COLUMNS} FROM ledger_cell EXCEPT SELECT * FROM counted)
) different
"""


def roll_up() -> int:
    """Add what was sealed meanwhile to the cells, and return how many blocks that was.

    Locks: one at a time; a second one returns at once. Writers and the sealer are never waited for.
    """
    with (
        transaction.atomic(),
        system_writes("sealed facts are summed into cells"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s), EXISTS (SELECT 1 FROM ledger_unrolled)", [ROLLUP_LOCK]
        )
        has_lock, has_work = cursor.fetchone()
        if not (has_lock and has_work):
            return 0
        # Nobody waits for the disk: lost with its queue in a power cut, it is done again.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(ROLL)
        return int(cursor.fetchone()[0])


def roll_up_anew() -> int:
    """Empty the cells and sum all sealed facts again; return how many blocks that was. Figures stay right meanwhile.

    Locks: waits for a rolling up that is at work.
    """
    with (
        transaction.atomic(),
        system_writes("the cells are built anew"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        for statement in ANEW:
            cursor.execute(statement)
        cursor.execute(ROLL)
        return int(cursor.fetchone()[0])


def different_cells() -> int:
    """Return how many cells say something else than their facts; each side's own counts."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT)
        return int(cursor.fetchone()[0])
