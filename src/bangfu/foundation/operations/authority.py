"""Who may do what, where. ``organisation`` provides the answer; everything below it only asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars

    from bangfu.foundation.people.models import Account


@dataclass(frozen=True)
class Scope:
    """Where something happens: an organisation unit, and the place and line if it has one.

    A scope without a unit is the whole programme: only a grant at the root covers it.
    """

    unit: int | None = None
    place: int | None = None
    line: int | None = None


class Authority(Protocol):
    """What ``organisation`` answers about grants."""

    def allows(self, account: Account, permission: str, scope: Scope, on: date) -> bool:
        """Return whether a grant in force on the day covers the permission in the scope."""

    def granted_units(self, account: Account, permission: str, on: date) -> frozenset[int]:
        """Return the units in which some grant carries the permission, whatever its place and line."""

    def granted_rows(
        self, account: Account, permission: str, rows: polars.DataFrame, on: date
    ) -> polars.Series:
        """Return one boolean a row of a frame with ``unit`` and, if they matter, ``place`` and ``line``."""


_authority: list[Authority] = []


def install(authority: Authority) -> None:
    """Make an authority the one that is asked; ``organisation`` does this when it is ready."""
    _authority[:] = [authority]


def _installed() -> Authority:
    if not _authority:
        raise RuntimeError("no authority is installed: is bangfu.foundation.organisation in INSTALLED_APPS?")
    return _authority[0]


def allows(account: Account, permission: str, scope: Scope, on: date) -> bool:
    """Return whether the account holds the permission in the scope on the day."""
    return account.is_active and _installed().allows(account, permission, scope, on)


def granted_units(account: Account, permission: str, on: date) -> frozenset[int]:
    """Return the units in which the account holds the permission on the day."""
    return _installed().granted_units(account, permission, on) if account.is_active else frozenset()


def granted_rows(account: Account, permission: str, rows: polars.DataFrame, on: date) -> polars.Series:
    """Return for each row (``unit``, optional ``place`` and ``line``) whether the permission covers it."""
    return _installed().granted_rows(account, permission, rows, on)
