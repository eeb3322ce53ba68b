"""Grants as the authority that operations and pages ask."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache

from bangfu.foundation.operations import Scope
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.queries import (
    grants_of,
    is_within_token,
    path_of,
    paths_of,
    units_under,
)
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.rooms import role_permissions


def _carrying(account: Account, permission: str, on: date) -> list[RoleGrant]:
    if not is_within_token(account, permission):
        return []
    return [grant for grant in grants_of(account, on) if permission in role_permissions(grant.role)]


def _covers(grant: RoleGrant, scope: Scope, path: str | None) -> bool:
    in_unit = grant.unit.parent_id is None if path is None else path.startswith(grant.unit.path)
    in_line = grant.line_id is None or grant.line_id == scope.line
    in_place = True
    if grant.place_id is not None:
        low, high = subtree_range(grant.place_id)
        in_place = scope.place is not None and low <= scope.place < high
    return in_unit and in_line and in_place


def holds_from_above(account: Account, permission: str, scope: Scope, on: date) -> bool:
    """Return whether a grant that covers the scope sits above the scope's unit, or on an audit unit.

    Nobody is above the root: in its own affairs another person's grant on the root itself counts.
    """
    if scope.unit is None:
        return False
    path = path_of(scope.unit)
    if path is None:
        return False
    return any(
        _covers(grant, scope, path) and _is_above(grant, path) for grant in _carrying(account, permission, on)
    )


def units_below(account: Account, permission: str, on: date) -> frozenset[int]:
    """Return the units that some grant of the account covers from above, whatever its place and line."""
    return units_below_each(account, [permission], on)[permission]


def units_below_each(
    account: Account, permissions: Collection[str], on: date
) -> dict[str, frozenset[int]]:  # by permission
    """Return for each of several permissions what ``units_below`` says, reading grants and units once."""
    found: dict[str, set[int]] = {name: set() for name in permissions}
    for grant in grants_of(account, on):
        carried = role_permissions(grant.role) & found.keys()
        if not carried:
            continue
        below = set(units_under(grant.unit.path))
        if not _is_above(grant, grant.unit.path):
            below.discard(grant.unit_id)
        for name in carried:
            found[name] |= below
    return {name: frozenset(units) for name, units in found.items()}


def _is_above(grant: RoleGrant, path: str) -> bool:
    is_root = grant.unit.parent_id is None
    return is_root or grant.unit.kind == Unit.Kind.AUDIT or grant.unit.path != path


class Grants:
    """Answers from the grants in force on a day; see ``operations.authority``."""

    def allows(self, account: Account, permission: str, scope: Scope, on: date) -> bool:
        """Return whether one grant covers unit, line and place together."""
        grants = _carrying(account, permission, on)
        if not grants:
            return False
        path = None
        if scope.unit is not None:
            path = path_of(scope.unit)
            if path is None:
                return False
        return any(_covers(grant, scope, path) for grant in grants)

    def granted_units(self, account: Account, permission: str, on: date) -> frozenset[int]:
        """Return the units in which some grant carries the permission, whatever its place and line."""
        paths = {grant.unit.path for grant in _carrying(account, permission, on)}
        return frozenset[int]().union(*(units_under(path) for path in paths))

    def granted_scopes(
        self, account: Account, permission: str, scopes: Sequence[Scope], on: date
    ) -> list[bool]:
        """Return for each scope whether one grant covers unit, line and place together; none does without a unit."""
        grants = _carrying(account, permission, on)
        if not grants:
            return [False] * len(scopes)
        paths = paths_of(frozenset(scope.unit for scope in scopes if scope.unit is not None))

        @cache
        def is_covered(scope: Scope) -> bool:
            path = paths.get(scope.unit) if scope.unit is not None else None
            return path is not None and any(_covers(grant, scope, path) for grant in grants)

        return [is_covered(scope) for scope in scopes]
