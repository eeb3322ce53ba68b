"""How many records of a paper are looked at, and which: pure, and repeatable by whoever knows the paper's nonce.

The size follows GB/T 2828.1-2012 (identical with ISO 2859-1:1999), table 1, special inspection level S-4, and the sample
sizes of table 2-A. The level for small samples fits: a single false record is not to be accepted or rejected by
number, the reviewer is to have looked.
"""

from __future__ import annotations

import hashlib

SIZE_RULE = "GB/T 2828.1-2012 S-4"

_SIZES = (
    (15, 2),
    (25, 3),
    (90, 5),
    (150, 8),
    (500, 13),
    (1200, 20),
    (10_000, 32),
    (35_000, 50),
    (500_000, 80),
)
"""Lot up to, sample."""
_LARGEST = 125


def sample_size(population: int) -> int:
    """Return how many of a paper's records are looked at.

    >>> [sample_size(lot) for lot in (1, 8, 90, 91, 3900)]
    [1, 2, 5, 8, 32]
    """
    size = next((size for lot, size in _SIZES if population <= lot), _LARGEST)
    return min(population, size)


def drawn(records: list[int], *, paper: int, nonce: str) -> list[int]:
    """Return the records of a paper that are looked at, in the order drawn.

    Each record is ranked by the SHA-256 of paper, nonce and record: the submitter, who knows no nonce, cannot tell
    which come first, and whoever is told it later draws the same.
    """

    def rank(record: int) -> str:
        return hashlib.sha256(f"{paper}:{nonce}:{record}".encode()).hexdigest()

    return sorted(records, key=rank)[: sample_size(len(records))]
