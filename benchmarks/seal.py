"""Sealing 100,000 facts, leaves, tree and signed checkpoint, against bare hashing of the same bytes in one process.

Ours is the whole transaction: members written, every field salted and hashed by the database, the root grown and signed.
"""

from __future__ import annotations

from bangfu.foundation.ledger.sealing import seal_pending
from benchmarks._hashing import bare_hashing, hashed_bytes, post_facts
from benchmarks._scratch import report, scratch_database, seconds
from benchmarks.open import house

ROUNDS = 3


def run() -> None:
    """Measure and print the ratio."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        with scratch_database("seal") as address:
            house()
            seal_pending()
            post_facts(address)
            ours.append(seconds(seal_pending))
            bare.append(bare_hashing(hashed_bytes(address)))
    report("seal", baseline=bare, ours=ours)
