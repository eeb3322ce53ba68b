"""The sealed ledger for programs: checkpoints, keys and the check of a proof; open to everybody, as at the pages."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import BaseModel, ConfigDict, Field

from bangfu.foundation.api.answering import Answer, Listed, page_of
from bangfu.foundation.api.asking import count
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.api.paging import Cursor, Limit
from bangfu.foundation.api.problems import Failed, not_found
from bangfu.foundation.api.writing import whole
from bangfu.foundation.ledger.checkpoints import consistency, note_of, signing_keys
from bangfu.foundation.ledger.inclusion import faults_of
from bangfu.foundation.ledger.models import Block, Checkpoint
from bangfu.foundation.rooms import both

router = Router(tags=["ledger"], auth=None)
BlockNumber = Path(..., ge=0, le=2**63 - 1)
BlockAsked = Query(..., ge=0, le=2**63 - 1)
MOST_BETWEEN = 100_000
"""Entries that are read for one proof of consistency, which anybody may ask for."""
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="32 bytes in hexadecimal.")]
MOST_HASHES = 64
Position: Any = whole(0)


class BlockTold(Answer):
    """One sealed block and what was signed over it."""

    number: int
    sealed_at: datetime
    facts: int
    versions: int = Field(description="Of reference data.")
    size: int = Field(description="Entries of the ledger up to and with it.")
    root: Hash


class CheckpointTold(Answer):
    """A checkpoint as it was signed."""

    block: int
    size: int
    root: Hash
    note: str = Field(description="The signed note, with all cosignatures; keep it, and compare it later.")


class ConsistencyTold(Answer):
    """Two checkpoints, and the proof that the ledger of the later one begins with that of the earlier."""

    old: CheckpointTold
    new: CheckpointTold
    proof: list[str] = Field(
        description="Hashes of RFC 6962 section 2.1.2, in hexadecimal; none where both are of one size."
    )


class KeyTold(Answer):
    """A key that signs or signed checkpoints."""

    name: str
    public_key: str = Field(description="Ed25519, in base64.")


class Proved(BaseModel):
    """A leaf, its proof and the checkpoint it leads to."""

    model_config = ConfigDict(extra="forbid", strict=True)
    leaf: Hash
    index: Position
    proof: Annotated[list[Hash], Field(max_length=MOST_HASHES)]
    note: Annotated[str, Field(max_length=settings.API_LONGEST_TEXT, pattern=r"^[^\x00]*$")]


class Verdict(Answer):
    """Whether it fits together."""

    fits: bool
    faults: list[str]


def _stranger(request: HttpRequest) -> None:
    count(request, f"address {request.META.get('REMOTE_ADDR', '')}")


def _blocks_told(blocks: list[Block]) -> list[dict[str, Any]]:
    checkpoints = Checkpoint.objects.in_bulk([one.pk for one in blocks])
    return [
        {
            "number": one.number,
            "sealed_at": one.sealed_at,
            "facts": one.fact_count,
            "versions": one.version_count,
            "size": checkpoints[one.pk].size,
            "root": bytes(checkpoints[one.pk].root).hex(),
        }
        for one in blocks
    ]


@router.get("/blocks", response=Listed[BlockTold], operation_id="blocks", summary="区块 · Blocks")
def blocks(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """The ledger's blocks, oldest first."""
    _stranger(request)
    return page_of(Block.objects.all(), cursor, limit, _blocks_told)


def _checkpoint(block: int) -> dict[str, Any]:
    found = Checkpoint.objects.filter(pk=block).first()
    if found is None:
        raise not_found(both("区块", "block"), block)
    return {"block": block, "size": found.size, "root": bytes(found.root).hex(), "note": note_of(block) or ""}


@router.get(
    "/checkpoint",
    response=CheckpointTold,
    operation_id="newest_checkpoint",
    summary="最新检查点 · Newest checkpoint",
)
def newest_checkpoint(request: HttpRequest) -> dict[str, Any]:
    """The newest signed checkpoint."""
    _stranger(request)
    newest = Block.objects.order_by("-number").first()
    return _checkpoint(newest.number if newest else 0)


@router.get(
    "/checkpoint/{block}",
    response=CheckpointTold,
    operation_id="checkpoint",
    summary="检查点 · Checkpoint of a block",
)
def checkpoint(request: HttpRequest, block: int = BlockNumber) -> dict[str, Any]:
    """The signed checkpoint of one block."""
    _stranger(request)
    return _checkpoint(block)


@router.get(
    "/consistency",
    response=ConsistencyTold,
    operation_id="consistency",
    summary="一致性证明 · Proof of consistency",
)
def consistency_between(request: HttpRequest, old: int = BlockAsked, new: int = BlockAsked) -> dict[str, Any]:
    """The proof that nothing of an earlier block's ledger was rewritten by a later block's.

    Between blocks that are more than a hundred thousand entries apart it is asked in steps, from block to block; neighbours are
    always proved.
    """
    _stranger(request)
    earlier, later = _checkpoint(old), _checkpoint(new)
    if old > new:
        raise Failed.of(409, "wrong_order")
    if later["size"] - earlier["size"] > MOST_BETWEEN and new != old + 1:
        raise Failed.of(409, "too_far_apart", most=MOST_BETWEEN)
    return {"old": earlier, "new": later, "proof": [one.hex() for one in consistency(old, new)]}


@router.get("/keys", response=list[KeyTold], operation_id="ledger_keys", summary="公钥 · Public keys")
def keys(request: HttpRequest) -> list[dict[str, Any]]:
    """The public keys that ever signed, the newest first."""
    _stranger(request)
    return [{"name": one.name, "public_key": one.public_key} for one in signing_keys()]


@router.post("/verify", response=Verdict, operation_id="verify", summary="验证 · Verify a proof")
def verify_proof(request: HttpRequest, body: Proved) -> dict[str, Any]:
    """Say whether a leaf, its proof and a signed checkpoint fit together; whoever trusts nothing runs verify.py instead."""
    _stranger(request)
    faults = faults_of(
        leaf=bytes.fromhex(body.leaf),
        index=body.index,
        proof=[bytes.fromhex(one) for one in body.proof],
        note=body.note,
        keys=[(one.name, base64.b64decode(one.public_key)) for one in signing_keys()],
    )
    return {"fits": not faults, "faults": faults}


_root = Router()
_root.add_router("/ledger", router)
API = RoomApi(router=_root)
