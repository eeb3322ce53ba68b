"""That one fact is in the sealed ledger, proved to whoever holds its block's checkpoint."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.ledger.checkpoints import note_of
from bangfu.foundation.ledger.models import Checkpoint, Member, ReferenceMember
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.proofs.tree import Frontier, inclusion_in_last


@dataclass(frozen=True)
class Inclusion:
    """A fact's leaf, its place in the tree, and the hashes that lead from it to the root that was signed."""

    block: int
    index: int
    size: int
    leaf: bytes
    proof: tuple[bytes, ...]
    root: bytes
    note: str
    """The block's checkpoint as it was signed."""


def inclusion_of(fact: int) -> Inclusion | None:
    """Return the proof that a fact is in the ledger, from its own block's entries alone; null while no block holds it."""
    member = Member.objects.filter(fact_id=fact).first()
    if member is None:
        return None
    block = member.block_id
    checkpoint = Checkpoint.objects.get(block_id=block)
    earlier = Checkpoint.objects.filter(block_id=block - 1).first()
    before = Frontier.from_bytes(earlier.size, bytes(earlier.frontier)) if earlier else Frontier()
    leaves = [
        bytes(leaf)
        for kind in (Member, ReferenceMember)
        for leaf in kind.objects.filter(block_id=block).order_by("position").values_list("leaf", flat=True)
    ]
    index = before.size + member.position
    return Inclusion(
        block=block,
        index=index,
        size=checkpoint.size,
        leaf=bytes(member.leaf),
        proof=tuple(inclusion_in_last(before, leaves, index)),
        root=bytes(checkpoint.root),
        note=note_of(block) or "",
    )


def faults_of(
    *, leaf: bytes, index: int, proof: list[bytes], note: str, keys: list[tuple[str, bytes]]
) -> list[str]:
    """Return what does not fit between a leaf, its proof and a signed checkpoint; nothing when all of it does.

    Args:
        keys: names and public keys, one of which must have signed.
    """
    statement = None
    for name, key in keys:
        try:
            statement = verify.check_note(note, name, key)
            break
        except (verify.UnableToVerify, ValueError):
            continue
    if statement is None:
        return ["the checkpoint bears no signature of a key of this ledger"]
    try:
        root = verify.root_from_inclusion(leaf, index, statement.size, proof)
    except verify.UnableToVerify as fault:
        return [str(fault)]
    return [] if root == statement.root else ["the proof leads to another root than the one that was signed"]
