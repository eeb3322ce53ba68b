"""The tree of units as its page shows it, and who reads which unit and account."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import polars
from django.db.models import Count, Q, QuerySet

from bangfu.foundation.operations.authority import granted_rows
from bangfu.foundation.organisation.models import Holding, RoleGrant, Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.people.models import Account

OPEN_LEVELS = 2
"""Levels of the tree that stand open when the page is opened."""
WHOLE_TREE = 300
"""A tree of more units is sent as far as it stands open; a branch fetches its rows when it is unfolded."""


@dataclass(frozen=True)
class Branch:
    """One unit as a row of the tree."""

    unit: Unit
    above: str
    """The names of the units above it, root first."""
    below: int
    """Units below it, at any depth."""
    holders: int
    """Posts of the unit that somebody holds."""
    grants: int
    """Grants in force in the unit itself."""
    is_open: bool
    is_waiting: bool
    """Whether its rows are fetched when it is unfolded."""
    closes: range
    """How many branches end with this row."""


def readable_units(account: Account, permission: str, on: date) -> list[Unit]:
    """Return the units in which the account has the permission on the day, in the order of the tree."""
    units = sorted(Unit.objects.select_related("place"), key=lambda unit: keys_of(unit.path))
    frame = polars.DataFrame(
        {"unit": [unit.pk for unit in units], "place": [unit.place_id for unit in units]},
        schema={"unit": polars.Int64, "place": polars.Int64},
    )
    if not account.is_active or not units:
        return []
    granted = granted_rows(account, permission, frame, on)
    return [unit for unit, is_granted in zip(units, granted, strict=True) if is_granted]


def keys_of(path: str) -> tuple[int, ...]:
    """Return the keys of a path, root first.

    >>> keys_of("1.12.")
    (1, 12)
    """
    return tuple(int(key) for key in path.split(".") if key)


def branches(
    units: list[Unit], on: date, *, names: dict[int, str], levels: int | None = None
) -> list[Branch]:
    """Return the rows of a tree of units that stand in the tree's order.

    Args:
        units: one whose parent is missing stands at the top.
        names: of the units that may be named above another, by key.
        levels: how many levels from the top become rows; null is all. What lies deeper is counted.
    """
    known = {unit.pk for unit in units}
    depths = [sum(key in known for key in keys_of(unit.path)) for unit in units]
    below = Counter(key for unit in units for key in keys_of(unit.path)[:-1])
    holders = _counted(Holding.objects.filter(in_force(on)), "post__unit")
    grants = _counted(RoleGrant.objects.filter(in_force(on)), "unit")
    shown = [
        (unit, depth) for unit, depth in zip(units, depths, strict=True) if levels is None or depth <= levels
    ]
    rows = []
    for number, (unit, depth) in enumerate(shown):
        after = shown[number + 1][1] if number + 1 < len(shown) else 1
        rows.append(
            Branch(
                unit=unit,
                above=" › ".join(names[key] for key in keys_of(unit.path)[:-1] if key in names),
                below=below[unit.pk],
                holders=holders.get(unit.pk, 0),
                grants=grants.get(unit.pk, 0),
                is_open=depth < OPEN_LEVELS,
                is_waiting=depth == levels and below[unit.pk] > 0,
                closes=range(max(depth - after, 0)),
            )
        )
    return rows


def _counted(rows: QuerySet[Holding] | QuerySet[RoleGrant], unit: str) -> dict[int, int]:
    return {row[unit]: row["n"] for row in rows.order_by().values(unit).annotate(n=Count("pk"))}


def accounts_in(units: list[Unit]) -> QuerySet[Account]:
    """Return the accounts that hold or held a post, or have or had a grant, in one of the units."""
    keys = [unit.pk for unit in units]
    return Account.objects.filter(
        Q(pk__in=Holding.objects.filter(post__unit__in=keys).values("account"))
        | Q(pk__in=RoleGrant.objects.filter(unit__in=keys).values("account"))
    )
