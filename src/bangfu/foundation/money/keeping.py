"""What rooms say about a fund that somebody wants to close: that money still comes in for it, or that somebody waits for it."""

from __future__ import annotations

from collections.abc import Callable

from bangfu.foundation.money.models import Fund
from bangfu.foundation.rooms import Words

Keeper = Callable[[Fund], Words | None]
"""Says for what a fund is needed; null: for nothing that the room knows."""

_keepers: list[Keeper] = []


def enter_keeper(keeper: Keeper) -> None:
    """Let a room be asked before a fund is closed; it is asked once."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def needed_by(fund: Fund) -> Words | None:
    """Return what the first room says that still needs a fund; null: none does."""
    return next((words for keeper in _keepers if (words := keeper(fund)) is not None), None)
