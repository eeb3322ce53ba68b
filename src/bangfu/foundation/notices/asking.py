"""What notices ask the organisation, which stands above them: who holds a permission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

_asked: list[Callable[[str, date], list[int]]] = []


def install(holders: Callable[[str, date], list[int]]) -> None:
    """Let a function say which accounts hold a permission; ``organisation`` does this when it is ready."""
    _asked[:] = [holders]


def holders_of(permission: str, on: date) -> list[int]:
    """Return the keys of the accounts that hold a permission in some unit on a day."""
    return _asked[0](permission, on) if _asked else []
