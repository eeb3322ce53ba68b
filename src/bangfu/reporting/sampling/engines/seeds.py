"""From a checkpoint's root to the numbers of chance that a selection uses; anybody can take the same way.

The key of the hash is the root of the block that sealed the announcement, the message is the announcement. Whoever announces
does not know the root: it hashes the announcement itself together with sixteen bytes of chance for every entry of the block.
"""

from __future__ import annotations

import hashlib
import hmac

PREFIX = "bangfu audit sample v1"


def seed_of(root: bytes, message: str) -> bytes:
    """Return the seed: HMAC-SHA-256 of the announcement under the checkpoint's root.

    Args:
        root: the 32 bytes of the root of the block that sealed the announcement.
        message: the announcement, one ``name=value`` a line, as ``Announcement.message`` writes it.
    """
    return hmac.new(root, f"{PREFIX}\n{message}".encode(), hashlib.sha256).digest()


def number_below(seed: bytes, name: str, end: int) -> int:
    """Return a number from 0 to below ``end``; ``name`` says what it is for.

    The whole digest is taken, 256 bits of it, so that no number is likelier than another by more than ``end`` in 2²⁵⁶.
    """
    if end < 1:
        raise ValueError("there is nothing to choose from")
    digest = hmac.new(seed, name.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest) * end >> 256


def rank_of(seed: bytes, fact: int) -> bytes:
    """Return by what a fact is ordered in a simple random sample: the digest of its number."""
    return hmac.new(seed, f"fact {fact}".encode(), hashlib.sha256).digest()
