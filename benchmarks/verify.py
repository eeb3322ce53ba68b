"""Verifying a ledger of 100,000 facts on one core, against bare hashing of the same bytes.

Ours is the whole: rows read out of the database, every leaf from its fields, every root, every signature. Target: 0.15.
"""

from __future__ import annotations

from functools import partial

from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.ledger.verifying import verify_ledger
from benchmarks._hashing import FACTS, bare_hashing, hashed_bytes, post_facts
from benchmarks._scratch import report, scratch_database, seconds
from benchmarks.open import house

ROUNDS = 5


def _verify(address: str) -> None:
    verdict = verify_ledger(address)
    assert verdict.faults == ()
    assert verdict.entries > FACTS


def run() -> None:
    """Measure and print the ratio."""
    with scratch_database("verify") as address:
        house()
        post_facts(address)
        seal_pending()
        content = hashed_bytes(address)
        ours, bare = [], []
        for _ in range(ROUNDS + 1):
            bare.append(bare_hashing(content))
            ours.append(seconds(partial(_verify, address)))
        report("verify", baseline=bare[1:], ours=ours[1:])
