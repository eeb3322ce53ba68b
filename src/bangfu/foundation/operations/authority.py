"""Who may do what, where. ``organisation`` provides the answer; everything below it only asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

import polars

if TYPE_CHECKING:
    from bangfu.foundation.people.models import Account


@dataclass(frozen=True)
class Scope:
    """Where something happens: an organisation unit, and the place and line if it has one.

    A scope without a unit is the whole programme: only a grant at the root covers it.
    """

    unit: int | None = None
    place: int | None = None
    line: int | None = None


PARTS = ("unit", "place", "line")
"""A scope's parts, and the columns in which rows name theirs."""


class Authority(Protocol):
    """What ``organisation`` answers about grants."""

    def allows(self, account: Account, permission: str, scope: Scope, on: date) -> bool:
        """Return whether a grant in force on the day covers the permission in the scope."""

    def granted_units(self, account: Account, permission: str, on: date) -> frozenset[int]:
        """Return the units in which some grant carries the permission, whatever its place and line."""

    def granted_scopes(
        self, account: Account, permission: str, scopes: Sequence[Scope], on: date
    ) -> list[bool]:
        """Return for each scope whether a grant covers it; none covers a scope without a unit."""


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
    """Return for each row (``unit``, optional ``place`` and ``line``) whether the permission covers it.

    A row without ``place`` or ``line`` is outside grants that name one.
    """
    columns = [rows[name].to_list() if name in rows.columns else [None] * rows.height for name in PARTS]
    wanted = list(zip(*columns, strict=True))
    scopes = {cells: Scope(*cells) for cells in wanted}
    may = dict(zip(scopes, granted_scopes(account, permission, list(scopes.values()), on), strict=True))
    return polars.Series([may[cells] for cells in wanted], dtype=polars.Boolean)


def granted_scopes(account: Account, permission: str, scopes: Sequence[Scope], on: date) -> list[bool]:
    """Return what ``granted_rows`` does, for a few scopes of which there is no frame."""
    return _installed().granted_scopes(account, permission, scopes, on)
