"""What others may read of the organisation."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from bangfu.foundation.organisation.models import Holding, RoleGrant, Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.rooms import role_permissions


def in_force(on: date, prefix: str = "") -> Q:
    """Return the condition that a half-open period contains the day."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gt": on})
    )


def unit_subtree(unit: int) -> QuerySet[Unit]:
    """Return a unit and everything below it, whatever its period; empty when there is no such unit."""
    root = Unit.objects.filter(pk=unit).values_list("path", flat=True).first()
    return Unit.objects.filter(path__startswith=root) if root else Unit.objects.none()


def unit_with_code(code: str) -> Unit | None:
    """Return the unit with this code, or null."""
    return Unit.objects.filter(code=code).first()


def ancestors(unit: Unit) -> QuerySet[Unit]:
    """Return the unit's ancestors and itself, root first."""
    keys = [int(key) for key in unit.path.split(".") if key]
    return Unit.objects.filter(pk__in=keys).order_by("path")


def supported_places(on: date) -> dict[int, int]:
    """Return the places of the assisted counties' own offices in force on a day: ``dict[unit, place]``."""
    offices = Unit.objects.filter(in_force(on), kind=Unit.Kind.SUPPORTED, place__isnull=False)
    return {unit: place for unit, place in offices.values_list("pk", "place_id") if place is not None}


def grants_of(account: Account, on: date) -> QuerySet[RoleGrant]:
    """Return the grants of an account that are in force on the day, with unit and place."""
    return RoleGrant.objects.filter(in_force(on), account=account).select_related("unit", "place", "line")


def home_unit(account: Account, on: date) -> Unit | None:
    """Return the unit in which the account works: of its post, or else of its widest grant; null if neither."""
    holding = Holding.objects.filter(in_force(on), account=account).select_related("post__unit").first()
    if holding is not None:
        return holding.post.unit
    grant = grants_of(account, on).order_by("unit__path").first()
    return grant.unit if grant else None


def permissions_of(account: Account, on: date) -> frozenset[str]:
    """Return every permission that the account holds somewhere on the day; for menus, never for answers."""
    held = {permission for grant in grants_of(account, on) for permission in role_permissions(grant.role)}
    return frozenset(held)


def within_grants(account: Account, permission: str, on: date, *, has_line: bool = False) -> Q:
    """Return the condition on rows with ``unit_id`` and ``place_id`` that one of the account's grants covers them.

    Args:
        has_line: the rows have a ``line_id`` too; rows without one lie outside every grant that names a line.
    """
    covered = Q(pk__in=[])
    if not account.is_active:
        return covered
    for grant in grants_of(account, on):
        if permission not in role_permissions(grant.role) or (grant.line_id is not None and not has_line):
            continue
        one = Q()
        if grant.unit.parent_id is not None:
            one &= Q(unit_id__in=unit_subtree(grant.unit_id).values("pk"))
        if grant.line_id is not None:
            one &= Q(line_id=grant.line_id)
        if grant.place_id is not None:
            first, end = subtree_range(grant.place_id)
            one &= Q(place_id__gte=first, place_id__lt=end)
        if one == Q():
            return one
        covered |= one
    return covered
