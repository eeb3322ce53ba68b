"""The fund's position for whoever follows a gift: summing the books of a big fund takes longer than all else on the page.

What was summed is kept by the process and shown again while no entry was made anywhere since, and for some seconds in any case.
Nothing but this page reads it: awards and payments are checked against the books themselves.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection

from bangfu.foundation.money.models import Fund
from bangfu.giving.grants.books import Position, position

FRESH_S = 5.0
"""So old a position may be while entries are made, as hundreds a second are on a campaign's first day."""
LONGEST_S = 600.0
"""So old it may be in any case: an entry may become visible after a younger one."""


@dataclass(frozen=True)
class _Kept:
    """A position, and when and after which leg it was summed."""

    position: Position
    at_s: float
    newest_leg: int


_kept: dict[tuple[str, int], _Kept] = {}


def glanced_position(fund: Fund, *, fresh_s: float | None = None) -> Position:
    """Return what became of a fund's money, a few seconds old at most while its books move.

    Args:
        fresh_s: another age than ``FRESH_S``.
    """
    key, now = (str(connection.settings_dict["NAME"]), fund.pk), time.monotonic()
    known = _kept.get(key)
    fresh = FRESH_S if fresh_s is None else fresh_s
    if known is not None and now - known.at_s < fresh:
        return known.position
    newest = _newest_leg()
    if known is not None and known.newest_leg == newest and now - known.at_s < LONGEST_S:
        return known.position
    found = position(fund)
    _kept[key] = _Kept(found, now, newest)
    return found


def _newest_leg() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM money_leg")
        return int(cursor.fetchone()[0])
