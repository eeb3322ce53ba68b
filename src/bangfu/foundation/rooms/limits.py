"""How often one caller may try something at a page that is open to everybody.

Counted in the memory of each server process: a house of two processes lets through at most twice as many.
"""

from __future__ import annotations

from django.core.cache import cache


def is_over_limit(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one try, and return whether this caller has tried more often than allowed since the first of them.

    Args:
        who: an address, or whatever tells callers apart; kept no longer than the stretch.
        seconds: how long a stretch is.
    """
    key = f"limit:{what}:{who}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # the stretch ended between the two
        return False
