"""What others may read of the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.operations.prepared import ask, together
from bangfu.foundation.organisation.models import Holding, Line, RoleGrant, Unit, UnitVersion
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.rooms import Words, both, role_permissions, roles


def in_force(on: date, prefix: str = "") -> Q:
    """Return the condition that a half-open period contains the day."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gt": on})
    )


@once_a_request
def path_of(unit: int) -> str | None:
    """Return a unit's path from the root; null when there is no such unit."""
    found = ask("SELECT path FROM organisation_unit WHERE id = %s::bigint", [unit])()
    return str(found[0][0]) if found else None


@once_a_request
def paths_of(units: frozenset[int]) -> dict[int, str]:  # by unit; unknown ones are absent
    """Return the paths of several units from the root."""
    return dict(Unit.objects.filter(pk__in=units).values_list("pk", "path"))


@once_a_request
def units_under(path: str) -> frozenset[int]:
    """Return the units whose path begins with a path: a unit and everything below it, whatever its period."""
    return frozenset(Unit.objects.filter(path__startswith=path).values_list("pk", flat=True))


def unit_subtree(unit: int) -> QuerySet[Unit]:
    """Return a unit and everything below it, whatever its period; empty when there is no such unit."""
    root = path_of(unit)
    return Unit.objects.filter(path__startswith=root) if root else Unit.objects.none()


def units_under_each(units: Iterable[int]) -> dict[int, list[int]]:  # by unit; an unknown one is absent
    """Return for each of several units itself and everything below it, ascending, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_EACH, {"units": sorted(set(units))})
        return dict(cursor.fetchall())


_UNDER_EACH = """
SELECT asked.id, array_agg(member.id ORDER BY member.id)
  FROM organisation_unit asked JOIN organisation_unit member ON starts_with(member.path, asked.path)
 WHERE asked.id = ANY(%(units)s) GROUP BY asked.id
"""
EXAMPLE_ROOT = "EXAMPLE"
"""The root's code in the example programme, which never shares a database with a real one."""


def root_unit() -> Unit | None:
    """Return the group at the root of all units; null before the house is founded."""
    return Unit.objects.filter(parent__isnull=True).first()


@once_a_request
def is_example() -> bool:
    """Return whether this database holds the example programme."""
    return unit_with_code(EXAMPLE_ROOT) is not None


def lines_in_force(on: date) -> QuerySet[Line]:
    """Return the professional lines that are in use on a day."""
    begun = Q(starts_on__isnull=True) | Q(starts_on__lte=on)
    return Line.objects.filter(begun, Q(ends_on__isnull=True) | Q(ends_on__gt=on)).order_by("id")


@dataclass(frozen=True)
class UnitThen:
    """What a unit was on a day."""

    key: int
    code: str
    name: Words
    parent: int | None


def tree_on(on: date) -> dict[int, UnitThen]:
    """Return the tree as it was on a day: every unit that was open, by key, with its name and parent of that day."""
    then = {
        version.unit_id: version
        for version in UnitVersion.objects.filter(in_force(on)).only("unit", "name_zh", "name_en", "parent")
    }
    found = {}
    for unit in Unit.objects.filter(in_force(on)).order_by("id"):
        was = then.get(unit.pk, unit)
        found[unit.pk] = UnitThen(unit.pk, unit.code, both(was.name_zh, was.name_en), was.parent_id)
    return found


def subtree_on(unit: int, on: date) -> frozenset[int]:
    """Return a unit and everything that stood below it on a day; empty when it was not open then."""
    tree = tree_on(on)
    children: dict[int | None, list[int]] = {}
    for one in tree.values():
        children.setdefault(one.parent, []).append(one.key)
    found, waiting = set(), [unit] if unit in tree else []
    while waiting:
        found.add(waiting[-1])
        waiting.extend(children.get(waiting.pop(), []))
    return frozenset(found)


def unit_names(
    units: list[int], *, on: date | None = None
) -> dict[int, Words]:  # by key; unknown ones are absent
    """Return what units are called, or were called on a day."""
    names = {unit.pk: both(unit.name_zh, unit.name_en) for unit in Unit.objects.filter(pk__in=units)}
    if on is not None:
        for version in UnitVersion.objects.filter(in_force(on), unit__in=units):
            names[version.unit_id] = both(version.name_zh, version.name_en)
    return names


def versions_of(unit: int) -> QuerySet[UnitVersion]:
    """Return the dated names and parents of a unit, oldest first; none when it never changed."""
    return UnitVersion.objects.filter(unit=unit).select_related("parent").order_by("starts_on")


def unit_with_code(code: str) -> Unit | None:
    """Return the unit with this code, or null."""
    return Unit.objects.filter(code=code).first()


def unit_asked(text: str) -> Unit | None:
    """Return the unit that an address asks for: by its code, or by its key as older addresses have it; null for none."""
    found = unit_with_code(text) if text else None
    if found is None and text.isascii() and text.isdigit() and len(text) < 18:
        return Unit.objects.filter(pk=int(text)).first()
    return found


def named_units() -> dict[str, tuple[str, ...]]:
    """Return the codes of the units that bear each name, in either language; the root is left out."""
    found: dict[str, list[str]] = {}
    for code, zh, en in Unit.objects.filter(parent__isnull=False).values_list("code", "name_zh", "name_en"):
        for name in {zh, en}:
            found.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in found.items() if len(name) > 1}


def ancestors(unit: Unit) -> QuerySet[Unit]:
    """Return the unit's ancestors and itself, root first."""
    keys = [int(key) for key in unit.path.split(".") if key]
    return Unit.objects.filter(pk__in=keys).order_by("path")


def supported_places(on: date) -> dict[int, int]:
    """Return the places of the assisted counties' own offices in force on a day: ``dict[unit, place]``."""
    offices = Unit.objects.filter(in_force(on), kind=Unit.Kind.SUPPORTED, place__isnull=False)
    return {unit: place for unit, place in offices.values_list("pk", "place_id") if place is not None}


def grants_of(account: Account, on: date) -> tuple[RoleGrant, ...]:
    """Return the grants of an account that are in force on the day, with their units."""
    return grants_of_account(account.pk, on)


_OF_GRANT = [field.attname for field in RoleGrant._meta.concrete_fields]
_OF_UNIT = [field.attname for field in Unit._meta.concrete_fields]
_GRANTS = f"""
SELECT {", ".join(f"held.{name}" for name in _OF_GRANT)}, {", ".join(f"unit.{name}" for name in _OF_UNIT)}
  FROM organisation_rolegrant held
 CROSS JOIN LATERAL (SELECT * FROM organisation_unit WHERE id = held.unit_id OFFSET 0) unit
 WHERE held.account_id = %(account)s::bigint AND held.starts_on <= %(on)s::date
   AND (held.ends_on IS NULL OR held.ends_on > %(on)s::date) ORDER BY held.id
"""


@once_a_request
def grants_of_account(account: int, on: date) -> tuple[RoleGrant, ...]:
    """Return what ``grants_of`` does, by the account's key; every operation asks it, by a statement that is planned once."""
    with together():  # with the beginning of a transaction, where it is the first that is asked
        found = ask(_GRANTS, {"account": account, "on": on})
    return tuple(_grant_of(row) for row in found())


def _grant_of(row: tuple[Any, ...]) -> RoleGrant:
    grant = RoleGrant.from_db(connection.alias, _OF_GRANT, row[: len(_OF_GRANT)])
    grant.unit = Unit.from_db(connection.alias, _OF_UNIT, row[len(_OF_GRANT) :])
    return grant


def home_unit(account: Account, on: date) -> Unit | None:
    """Return the unit in which the account works: of its post, or else of its widest grant; null if neither."""
    unit = _unit_of_post(account.pk, on)
    if unit is not None:
        return unit
    return min((grant.unit for grant in grants_of(account, on)), key=lambda one: one.path, default=None)


@once_a_request
def _unit_of_post(account: int, on: date) -> Unit | None:
    holding = Holding.objects.filter(in_force(on), account=account).select_related("post__unit").first()
    return None if holding is None else holding.post.unit


def permissions_of(account: Account, on: date) -> frozenset[str]:
    """Return every permission that the account holds somewhere on the day; for menus, never for answers."""
    held = {permission for grant in grants_of(account, on) for permission in role_permissions(grant.role)}
    return frozenset(held) if account.limited_to is None else frozenset(held) & account.limited_to


def holders_of(permission: str, on: date) -> list[int]:
    """Return the keys of the accounts that hold a permission somewhere on the day."""
    found = _grants_of_permission(permission, on)
    return list(found.order_by("account_id").values_list("account_id", flat=True).distinct())


def holders_at(permission: str, unit: int, on: date) -> list[int]:
    """Return the keys of the accounts that were granted a permission in the unit itself, not above it."""
    found = _grants_of_permission(permission, on).filter(unit=unit)
    return list(found.order_by("account_id").values_list("account_id", flat=True).distinct())


def _grants_of_permission(permission: str, on: date) -> QuerySet[RoleGrant]:
    carrying = [code for code, role in roles().items() if permission in role.permissions]
    return RoleGrant.objects.filter(in_force(on), role__in=carrying, account__is_active=True)


def is_within_token(account: Account, permission: str) -> bool:
    """Return whether the token through which an account acts, if it does, lets it use a permission."""
    return account.limited_to is None or permission in account.limited_to


def grants_carrying(account: Account, permission: str, on: date) -> list[RoleGrant]:
    """Return the account's grants that carry a permission on the day; none when its token leaves the permission out."""
    if not is_within_token(account, permission):
        return []
    return [grant for grant in grants_of(account, on) if permission in role_permissions(grant.role)]


def in_granted_units(account: Account, permission: str, on: date, unit: str = "unit_id") -> Q:
    """Return the condition on rows that they are of units in which some grant carries the permission, whatever its place
    and line: ``granted_units`` without their keys, of which there can be thousands.

    Args:
        unit: the rows' column, or the way to it.
    """
    return _in_subtrees(account, grants_carrying(account, permission, on), unit)


def in_whole_units(account: Account, permission: str, on: date, unit: str = "unit_id") -> Q:
    """Return the condition on rows of units, without place and line, that a grant covers them: one that names a place or a
    line covers none.

    Args:
        unit: the rows' column, or the way to it.
    """
    grants = grants_carrying(account, permission, on)
    return _in_subtrees(
        account, [one for one in grants if one.place_id is None and one.line_id is None], unit
    )


def _in_subtrees(account: Account, grants: Iterable[RoleGrant], unit: str) -> Q:
    covered = Q(pk__in=[])
    if not account.is_active:
        return covered
    for grant in grants:
        if grant.unit.parent_id is None:
            return Q()
        covered |= Q(**{f"{unit}__in": unit_subtree(grant.unit_id).values("pk")})
    return covered


def within_grants(
    account: Account, permission: str, on: date, *, has_line: bool = False, unit: str = "unit_id"
) -> Q:
    """Return the condition on rows with ``unit_id`` and ``place_id`` that one of the account's grants covers them.

    Args:
        has_line: the rows have a ``line_id`` too; rows without one lie outside every grant that names a line.
        unit: the rows' column of units, where it is another.
    """
    covered = Q(pk__in=[])
    if not account.is_active:
        return covered
    for grant in grants_carrying(account, permission, on):
        if grant.line_id is not None and not has_line:
            continue
        one = Q()
        if grant.unit.parent_id is not None:
            one &= Q(**{f"{unit}__in": unit_subtree(grant.unit_id).values("pk")})
        if grant.line_id is not None:
            one &= Q(line_id=grant.line_id)
        if grant.place_id is not None:
            first, end = subtree_range(grant.place_id)
            one &= Q(place_id__gte=first, place_id__lt=end)
        if one == Q():
            return one
        covered |= one
    return covered
