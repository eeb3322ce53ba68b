"""That a fact is in the sealed ledger, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from bangfu.foundation.api.answering import Answer
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.ledger.inclusion import inclusion_of
from bangfu.foundation.rooms import both
from bangfu.reporting.api.facts import FactId, fact_in_sight

router = Router(tags=["ledger"])


class ProofTold(Answer):
    """A fact's leaf and the way from it to the root that was signed."""

    fact: int
    block: int
    index: int
    size: int
    leaf: str
    proof: list[str] = Field(
        description="Hashes from the leaf upwards (RFC 6962 section 2.1.1), in hexadecimal."
    )
    root: str
    note: str = Field(description="The checkpoint of the fact's own block.")


@router.get(
    "/facts/{id}/proof",
    response=ProofTold,
    operation_id="fact_proof",
    summary="入账证明 · Proof of inclusion",
)
def proof(request: HttpRequest, id: int = FactId) -> dict[str, Any]:
    """The proof that a fact is in the ledger; 404 while no block holds it."""
    found = fact_in_sight(request, id)
    inclusion = inclusion_of(found.pk)
    if inclusion is None:
        raise not_found(both("已封存的事实", "sealed fact"), id)
    return {
        "fact": found.pk,
        "block": inclusion.block,
        "index": inclusion.index,
        "size": inclusion.size,
        "leaf": inclusion.leaf.hex(),
        "proof": [one.hex() for one in inclusion.proof],
        "root": inclusion.root.hex(),
        "note": inclusion.note,
    }
