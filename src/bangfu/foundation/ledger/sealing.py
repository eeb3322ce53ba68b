"""Sealing: what is committed and in no block is put into the next block, after commit, without locking writers.

A late commit goes into the next block. Blocks are complete by construction: the statement that posts facts leaves its
range in ``ledger_unsealed``, one that changes reference data leaves that of its versions in ``ledger_unsealedversions``, and
the sealer empties both queues in the transaction that fills the block. A fact never comes before the versions of what it
refers to: those were committed earlier, and one snapshot shows both.
"""

from __future__ import annotations

from django.db import connection, transaction

from bangfu.foundation.operations import system_writes

SEALER_LOCK = 0x6261_6E67

SEAL = """
WITH taken AS (
    DELETE FROM ledger_unsealed RETURNING first_fact, last_fact
), taken_versions AS (
    DELETE FROM ledger_unsealedversions RETURNING first_version, last_version
), pending AS MATERIALIZED (
    SELECT DISTINCT fact.id FROM taken
      JOIN ledger_fact fact ON fact.id BETWEEN taken.first_fact AND taken.last_fact
     WHERE NOT EXISTS (SELECT 1 FROM ledger_member member WHERE member.fact_id = fact.id)
), pending_versions AS MATERIALIZED (
    SELECT DISTINCT version.id FROM taken_versions
      JOIN ledger_referenceversion version
        ON version.id BETWEEN taken_versions.first_version AND taken_versions.last_version
     WHERE NOT EXISTS (SELECT 1 FROM ledger_referencemember member WHERE member.version_id = version.id)
), counted AS (
    SELECT (SELECT count(*) FROM pending) AS facts, (SELECT count(*) FROM pending_versions) AS versions
), block AS (
    INSERT INTO ledger_block (number, fact_count, version_count)
    SELECT (SELECT coalesce(max(number), 0) + 1 FROM ledger_block), facts, versions FROM counted
     WHERE facts + versions > 0
    RETURNING number, fact_count
), members AS (
    INSERT INTO ledger_member (fact_id, block_id, position)
    SELECT pending.id, block.number, row_number() OVER (ORDER BY pending.id) - 1 FROM pending CROSS JOIN block
), version_members AS (
    INSERT INTO ledger_referencemember (version_id, block_id, position)
    SELECT version.id, block.number, block.fact_count + row_number() OVER (ORDER BY version.id) - 1
      FROM pending_versions version CROSS JOIN block
)
SELECT number FROM block
"""


def seal_pending() -> int | None:
    """Seal everything committed that is in no block, and return the new block's number; null if there was nothing.

    Locks: one sealer at a time; a second one returns null at once. Writers are never waited for.
    """
    with (
        transaction.atomic(),
        system_writes("the sealer fills the next block"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s), EXISTS (SELECT 1 FROM ledger_unsealed)"
            " OR EXISTS (SELECT 1 FROM ledger_unsealedversions)",
            [SEALER_LOCK],
        )
        has_lock, has_work = cursor.fetchone()
        if not (has_lock and has_work):
            return None
        cursor.execute(SEAL)
        sealed = cursor.fetchone()
        return int(sealed[0]) if sealed else None
