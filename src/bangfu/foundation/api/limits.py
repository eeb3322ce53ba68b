"""How many requests a token may send: so many a minute, counted in the memory of each server process.

A house of two processes lets through at most twice as many. The answer says what is left, in the fields of the IETF draft
on RateLimit headers: ``RateLimit-Policy`` and ``RateLimit``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

SECONDS = 60


@dataclass(frozen=True)
class Rate:
    """What is left to a caller in the present stretch."""

    most: int
    left: int
    ends_in: int
    """Seconds."""

    @property
    def is_spent(self) -> bool:
        """Whether this request was one too many."""
        return self.left < 0

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says of it."""
        return {
            "RateLimit-Policy": f'"default";q={self.most};w={SECONDS}',
            "RateLimit": f'"default";r={max(self.left, 0)};t={self.ends_in}',
        }


def counted(who: str) -> Rate:
    """Count one request of a caller and return what is left to it."""
    now = int(time.time())
    stretch, most = now // SECONDS, settings.API_REQUESTS_A_MINUTE
    key = f"api:{who}:{stretch}"
    cache.add(key, 0, timeout=2 * SECONDS)
    try:
        sent = cache.incr(key)
    except ValueError:  # it was thrown out between the two
        sent = 1
    return Rate(most, most - sent, SECONDS - now % SECONDS)
