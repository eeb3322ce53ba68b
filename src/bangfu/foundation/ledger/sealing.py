"""Sealing: committed facts that no block holds are put into the next block, after commit, without locking writers.

A late commit goes into the next block. Blocks are complete by construction: the statement that posts facts leaves its
range in ``ledger_unsealed``, and the sealer empties that queue in the transaction that fills the block.
"""

from __future__ import annotations

from django.db import connection, transaction

from bangfu.foundation.operations import system_writes

SEALER_LOCK = 0x6261_6E67

SEAL = """
WITH taken AS (
    DELETE FROM ledger_unsealed RETURNING first_fact, last_fact
), pending AS MATERIALIZED (
    SELECT DISTINCT fact.id FROM taken
      JOIN ledger_fact fact ON fact.id BETWEEN taken.first_fact AND taken.last_fact
     WHERE NOT EXISTS (SELECT 1 FROM ledger_member member WHERE member.fact_id = fact.id)
), block AS (
    INSERT INTO ledger_block (number, fact_count)
    SELECT (SELECT coalesce(max(number), 0) + 1 FROM ledger_block), count(*) FROM pending HAVING count(*) > 0
    RETURNING number
)
INSERT INTO ledger_member (fact_id, block_id, position)
SELECT pending.id, block.number, row_number() OVER (ORDER BY pending.id) - 1 FROM pending CROSS JOIN block
"""


def seal_pending() -> int | None:
    """Seal every committed fact that is in no block, and return the new block's number; null if there was none.

    Locks: one sealer at a time; a second one returns null at once. Writers are never waited for.
    """
    with (
        transaction.atomic(),
        system_writes("the sealer fills the next block"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s), EXISTS (SELECT 1 FROM ledger_unsealed)", [SEALER_LOCK]
        )
        has_lock, has_work = cursor.fetchone()
        if not (has_lock and has_work):
            return None
        cursor.execute(SEAL)
        if cursor.rowcount == 0:
            return None
        cursor.execute("SELECT max(number) FROM ledger_block")
        return int(cursor.fetchone()[0])
