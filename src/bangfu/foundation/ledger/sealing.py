"""Sealing: what is committed and in no block is put into the next block, after commit, without locking writers.

A late commit goes into the next block. Blocks are complete by construction: the statement that posts facts leaves its
range in ``ledger_unsealed``, one that changes reference data leaves that of its versions in ``ledger_unsealedversions``, and
the sealer empties both queues in the transaction that fills the block. A fact never comes before the versions of what it
refers to: those were committed earlier, and one snapshot shows both.

The same statement hashes every entry into its leaf where it lies; the tree grows from the frontier of the block before,
and a signed checkpoint says what came out. A block without its checkpoint cannot be committed.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from bangfu.foundation.ledger import keys
from bangfu.foundation.ledger.leaves import hashed_facts, hashed_versions
from bangfu.foundation.ledger.models import Checkpoint, Fact, Member
from bangfu.foundation.ledger.proofs.notes import checkpoint_text, signature_line
from bangfu.foundation.ledger.proofs.tree import Frontier
from bangfu.foundation.ledger.proofs.verify import ALGORITHM
from bangfu.foundation.ledger.proofs.verify import Checkpoint as Statement
from bangfu.foundation.operations import system_writes
from bangfu.foundation.webhooks.announcing import Happened, announce
from bangfu.foundation.webhooks.kinds import BLOCK_SEALED

SEALER_LOCK = 0x6261_6E67

SEAL = f"""
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
    RETURNING number, fact_count, version_count
), members AS (
    INSERT INTO ledger_member (fact_id, block_id, position, secret, leaf)
    SELECT fact_id, block.number, row_number() OVER (ORDER BY fact_id) - 1, secret, leaf
      FROM ({hashed_facts("pending")}) hashed CROSS JOIN block
), version_members AS (
    INSERT INTO ledger_referencemember (version_id, block_id, position, secret, leaf)
    SELECT version_id, block.number, block.fact_count + row_number() OVER (ORDER BY version_id) - 1, secret, leaf
      FROM ({hashed_versions("pending_versions")}) hashed CROSS JOIN block
), unrolled AS (
    INSERT INTO ledger_unrolled (block_id) SELECT number FROM block
)
SELECT number, fact_count + version_count FROM block
"""
LEAVES = """
SELECT leaf FROM (
    SELECT position, leaf FROM ledger_member WHERE block_id = %(block)s
    UNION ALL
    SELECT position, leaf FROM ledger_referencemember WHERE block_id = %(block)s
) entered ORDER BY position
"""


def seal_pending() -> int | None:
    """Seal everything committed that is in no block, and return the new block's number; null if there was nothing.

    Raises: UnableToSign: the signing key is gone or is another; everything goes on waiting.
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
        return _seal(cursor, [keys.signer()])


def rotate_key(*, is_lost: bool) -> int:
    """Let a new key sign from now on, and return the block that holds its entering.

    The checkpoint of that block is signed by the key before it too, unless that is lost, which the ledger then says.

    Raises: UnableToSign: the present key is gone or is another and was not said to be lost, or is there and was.
    Locks: waits for a sealer that is at work.
    """
    with (
        transaction.atomic(),
        system_writes("a new key signs the ledger"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
        before = _signer_before(is_lost=is_lost)
        name = before.name if before else keys.newest_name()
        entered = keys.enter(name, keys.make_next(), is_replacement_of_lost=before is None)
        block = _seal(cursor, [signer for signer in (before, entered) if signer])
    keys.take_over()
    assert block is not None
    return block


def _signer_before(*, is_lost: bool) -> keys.Signer | None:
    try:
        signer = keys.signer()
    except keys.UnableToSign:
        if is_lost:
            return None
        raise
    if is_lost:
        raise keys.UnableToSign("key_is_there")
    return signer


def _seal(cursor: CursorWrapper, signers: list[keys.Signer]) -> int | None:
    cursor.execute(SEAL)
    sealed = cursor.fetchone()
    if sealed is None:
        return None
    block, entries = sealed
    before = Checkpoint.objects.filter(block_id=block - 1).first()
    frontier = Frontier.from_bytes(before.size, bytes(before.frontier)) if before else Frontier()
    cursor.execute(LEAVES, {"block": block})
    frontier = frontier.extended(_leaves(cursor, entries))
    text = checkpoint_text(
        Statement(
            signers[0].name,
            frontier.size,
            frontier.root,
            (f"block {block}", f"time {timezone.now():%Y-%m-%dT%H:%M:%SZ}", ALGORITHM),
        )
    )
    Checkpoint.objects.create(
        block_id=block,
        size=frontier.size,
        root=frontier.root,
        frontier=frontier.as_bytes(),
        note=f"{text}\n{''.join(signature_line(text, name=one.name, key=one.key) for one in signers)}",
    )
    announce(BLOCK_SEALED, lambda: [Happened(_told(int(block)))], at=timezone.now())
    return int(block)


def _told(block: int) -> dict[str, int]:
    """Return what subscribers are told of a block: how many facts it holds, and how many of them take others back."""
    facts = Fact.objects.filter(pk__in=Member.objects.filter(block_id=block).values("fact_id"))
    back = facts.filter(reverses_id__isnull=False).count()
    return {"block": block, "facts": facts.count(), "reversals": back}


def _leaves(cursor: CursorWrapper, entries: int) -> Iterator[bytes]:
    found = 0
    while rows := cursor.fetchmany(10_000):
        found += len(rows)
        yield from (bytes(leaf) for (leaf,) in rows)
    assert found == entries, "a block's members are its entries"
