"""How many requests a caller may send: so many a minute, counted by the database for all processes and machines together.

The table writes no log, so that a count costs one statement and waits for no disk; a crash of the server forgets the counts of
that minute. The answer says what is left, in the fields of the IETF draft on RateLimit headers: ``RateLimit-Policy`` and
``RateLimit``.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from bangfu.foundation.operations import system_writes

SECONDS = 60
KEPT = 60
"""Stretches after which a caller's row is dropped."""
_LONGEST = 80
_COUNT = """
INSERT INTO api_sent AS known (who, stretch, count) VALUES (%s, %s, 1)
    ON CONFLICT (who) DO UPDATE
   SET stretch = EXCLUDED.stretch, count = CASE WHEN known.stretch = EXCLUDED.stretch THEN known.count + 1 ELSE 1 END
RETURNING count
"""


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
    known_as = who if len(who) <= _LONGEST else hashlib.sha256(who.encode()).hexdigest()
    with system_writes("a request of the API is counted, which is no act"), connection.cursor() as cursor:
        cursor.execute(_COUNT, [known_as, stretch])
        (sent,) = cursor.fetchone()
        if sent == 1:
            cursor.execute("DELETE FROM api_sent WHERE stretch < %s", [stretch - KEPT])
    return Rate(most, most - sent, SECONDS - now % SECONDS)
