"""What others may read of the household register."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import polars
from django.db.models import Q, QuerySet

from bangfu.foundation.operations.authority import granted_rows, granted_units
from bangfu.foundation.people.households.models import Household, Membership, Relation, Standing
from bangfu.foundation.people.models import Account


def in_force(on: date) -> Q:
    """Return the condition that a half-open period contains the day."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def members_of(household: Household, on: date) -> QuerySet[Membership]:
    """Return who belongs to a household on a day, in the order they joined."""
    return Membership.objects.filter(in_force(on), household=household).order_by("starts_on", "id")


def households_of(persons: Collection[UUID], on: date) -> dict[UUID, Household]:
    """Return which household each person belongs to on a day, with one query; absent = none."""
    found = Membership.objects.filter(in_force(on), person__in=persons).select_related("household")
    return {one.person_id: one.household for one in found}


def standings_on(households: Collection[int], on: date) -> dict[int, Standing]:
    """Return what each household is registered and monitored as on a day, with one query; absent = not registered."""
    found = Standing.objects.filter(in_force(on), household__in=households)
    return {one.household_id: one for one in found}


def heads_of(households: Collection[int], on: date) -> dict[int, UUID]:
    """Return each household's head on a day, with one query; absent = it has none."""
    found = Membership.objects.filter(in_force(on), household__in=households, relation=Relation.HEAD)
    return dict(found.values_list("household_id", "person_id"))


def registering_units(account: Account, on: date) -> QuerySet[Any]:
    """Return the units in force for which an account may register households, in the order of the tree."""
    units = Household.unit.field.related_model._default_manager.filter(in_force(on))
    return units.filter(pk__in=granted_units(account, "people.register_household", on)).order_by("path")


def within_reach(account: Account, on: date) -> QuerySet[Household]:
    """Return the households that an account may read on a day, by the units and places that have some."""
    schema = {"unit": polars.Int64, "place": polars.Int64}
    pairs = polars.DataFrame(
        list(Household.objects.order_by().values_list("unit_id", "place_id").distinct()),
        schema=schema,
        orient="row",
    )
    allowed = pairs.filter(granted_rows(account, "people.view", pairs, on))
    reached = Q(pk__in=[])
    for (unit,), places in allowed.group_by("unit", maintain_order=True):
        reached |= Q(unit_id=unit, place_id__in=places["place"].to_list())
    return Household.objects.filter(reached).select_related("unit")
