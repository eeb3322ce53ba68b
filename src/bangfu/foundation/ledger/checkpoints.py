"""Checkpoints as others keep and witness them, and the proofs between them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from bangfu.foundation.ledger.models import Block, Checkpoint, Cosignature, SigningKey
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.proofs.notes import cosigned
from bangfu.foundation.ledger.proofs.tree import Frontier, Tree, consistency_in_last
from bangfu.foundation.operations import Refusal, system_writes
from bangfu.foundation.rooms import both

LEAVES_UNTIL = """
SELECT leaf FROM (
    SELECT block_id, position, leaf FROM ledger_member WHERE block_id > %(after)s AND block_id <= %(block)s
    UNION ALL
    SELECT block_id, position, leaf FROM ledger_referencemember WHERE block_id > %(after)s AND block_id <= %(block)s
) entered ORDER BY block_id, position
"""
LAG = """
SELECT block.number, block.sealed_at - min(fact.recorded_at) FROM ledger_block block
  JOIN ledger_member member ON member.block_id = block.number
  JOIN ledger_fact fact ON fact.id = member.fact_id
 WHERE block.number = ANY(%s) GROUP BY block.number
"""


class UnableToWitness(Refusal):
    """Codes: ``unknown_checkpoint``, ``no_key``, ``not_signed``."""

    sentences = {
        "unknown_checkpoint": both(
            "这不是本账册发出的检查点。请用 bangfu ledger checkpoint 取出检查点，交见证方签名后原样交回。",
            "This is no checkpoint that this ledger issued. Take one with bangfu ledger checkpoint, have it signed and bring it"
            " back unchanged.",
        ),
        "no_key": both(
            "见证方的公钥应是 32 个字节的 Base64。请向见证方索取 Ed25519 公钥。",
            "A witness's public key is 32 bytes in base64. Ask the witness for the Ed25519 public key.",
        ),
        "not_signed": both(
            "检查点上没有这位见证方的有效签名。请核对名称和公钥。",
            "The checkpoint bears no valid signature of this witness. Check the name and the public key.",
        ),
    }


@dataclass(frozen=True)
class SealedBlock:
    """A block as its page shows it."""

    number: int
    sealed_at: datetime
    facts: int
    versions: int
    size: int
    root: str
    """In hexadecimal."""
    waited: timedelta | None
    """From the entering of its first fact to the seal, the writer's own transaction included; null without facts."""
    witnesses: tuple[str, ...]

    @property
    def seconds(self) -> str:
        """How long its first fact waited, in seconds to the tenth."""
        return f"{self.waited.total_seconds():.1f}" if self.waited is not None else ""


def note_of(block: int) -> str | None:
    """Return the checkpoint of a block as a signed note with all cosignatures; null if there is no such block."""
    found = Checkpoint.objects.filter(pk=block).values_list("note", flat=True).first()
    if found is None:
        return None
    for line in Cosignature.objects.filter(block_id=block).order_by("id").values_list("line", flat=True):
        found = cosigned(found, line)
    return found


def add_cosignature(note: str, *, witness: str, public_key: str) -> int:
    """Keep a witness's signature that a note bears, and return the block it stands under; twice is once.

    Raises: UnableToWitness: see its codes; nothing was kept.
    """
    try:
        parsed = verify.parse_note(note)
        statement = verify.parse_checkpoint(parsed.text)
    except verify.UnableToVerify:
        raise UnableToWitness("unknown_checkpoint") from None
    ours = Checkpoint.objects.filter(size=statement.size).first()
    if ours is None or verify.parse_note(ours.note).text != parsed.text:
        raise UnableToWitness("unknown_checkpoint")
    try:
        key = base64.b64decode(public_key, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise UnableToWitness("no_key")
    wanted = verify.key_id(witness, key)
    for one in parsed.signatures:
        signed = verify.is_signed(key, parsed.text.encode(), one.content)
        if (one.name, one.key_id) == (witness, wanted) and signed:
            line = f"— {one.name} {base64.b64encode(one.key_id + one.content).decode()}\n"
            with system_writes("a witness signed a checkpoint"):
                Cosignature.objects.get_or_create(
                    block_id=ours.pk, witness=witness, public_key=public_key, defaults={"line": line}
                )
            return int(ours.pk)
    raise UnableToWitness("not_signed")


def consistency(old: int, new: int) -> list[bytes]:
    """Return the proof that the ledger after block ``new`` begins with the ledger after block ``old``.

    It reads the entries between the two, once, and keeps none of them.

    Raises: LookupError: there is no such block, or the later one is the earlier.
    """
    known = Checkpoint.objects.in_bulk([old, new])
    if not {old, new} <= set(known) or old > new:
        raise LookupError(f"{old}..{new}")
    before = Frontier.from_bytes(known[old].size, bytes(known[old].frontier))
    return consistency_in_last(before, _leaves(new, after=old), known[new].size)


def tree_until(block: int) -> Tree:
    """Return the tree over all entries up to a block. Holds 64 bytes an entry."""
    return Tree(_leaves(block))


def _leaves(block: int, *, after: int = -1) -> Iterator[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(LEAVES_UNTIL, {"block": block, "after": after})
        while rows := cursor.fetchmany(10_000):
            yield from (bytes(leaf) for (leaf,) in rows)


def sealed_blocks(before: int | None, count: int) -> list[SealedBlock]:
    """Return blocks, the newest first. Args: before: only those before this number; null is from the newest on."""
    blocks = Block.objects.order_by("-number")
    if before is not None:
        blocks = blocks.filter(number__lt=before)
    found = list(blocks[:count])
    numbers = [one.number for one in found]
    checkpoints = Checkpoint.objects.in_bulk(numbers)
    witnesses: dict[int, list[str]] = {}
    for block, name in Cosignature.objects.filter(block_id__in=numbers).values_list("block_id", "witness"):
        witnesses.setdefault(block, []).append(name)
    with connection.cursor() as cursor:
        cursor.execute(LAG, [numbers])
        waited = dict(cursor.fetchall())
    return [
        SealedBlock(
            number=one.number,
            sealed_at=one.sealed_at,
            facts=one.fact_count,
            versions=one.version_count,
            size=checkpoints[one.number].size,
            root=bytes(checkpoints[one.number].root).hex(),
            waited=waited.get(one.number),
            witnesses=tuple(witnesses.get(one.number, ())),
        )
        for one in found
    ]


def signing_keys() -> list[SigningKey]:
    """Return the keys that ever signed, the newest first."""
    return list(SigningKey.objects.order_by("-id"))
