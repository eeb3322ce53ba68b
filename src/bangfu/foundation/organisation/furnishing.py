"""The founding of a house with everything in it: units, people, posts, grants, lines and lists, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars
from django.db import transaction
from django.utils import timezone

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.founding import LINES, found_house
from bangfu.foundation.organisation.models import Holding, Line, Post, RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.places.operations import enter_area


@dataclass(frozen=True)
class NewPerson:
    """Somebody who will sign in."""

    username: str
    name: str
    password: str


@dataclass(frozen=True)
class NewPost:
    """Who holds which post from when on."""

    username: str
    unit: str
    title_zh: str
    title_en: str
    line: str | None
    starts_on: date


@dataclass(frozen=True)
class NewGrant:
    """Who has which role where from when on."""

    username: str
    role: str
    unit: str
    line: str | None
    place: int | None
    starts_on: date


@dataclass(frozen=True)
class NewArea:
    """A list of places of the house's own."""

    code: str
    kind: str
    title_zh: str
    title_en: str
    source: str
    members: polars.DataFrame
    """As ``places.import_area`` takes them."""


@dataclass(frozen=True)
class Plan:
    """Everything that a house begins with."""

    code: str
    name_zh: str
    name_en: str
    starts_on: date
    units: polars.DataFrame
    """All but the root, as ``organisation.open_units`` takes them."""
    people: tuple[NewPerson, ...]
    """The first administrator first, then, somebody else, the first who grants."""
    posts: tuple[NewPost, ...]
    grants: tuple[NewGrant, ...]
    lines: tuple[tuple[int, str, str, str], ...] = LINES
    areas: tuple[NewArea, ...] = ()


def furnish(plan: Plan, *, before_commit: Callable[[], None]) -> Unit:
    """Found the house of a plan in one transaction and return its root.

    Args:
        before_commit: called when all is written and nothing is committed; what it raises takes everything back.

    Raises:
        ValueError: the house is founded already.
        UnableToOpenUnits, UnableToImportArea: see their codes; nothing was written.
    """
    first, second, *others = plan.people
    with transaction.atomic(), system_writes("the founding of the house"):
        root, _ = found_house(
            code=plan.code,
            name_zh=plan.name_zh,
            name_en=plan.name_en,
            administrator=first.username,
            administrator_name=first.name,
            security_administrator=second.username,
            security_administrator_name=second.name,
            password=first.password,
            security_password=second.password,
            on=plan.starts_on,
            lines=plan.lines,
        )
        if plan.units.height:
            enter_units(plan.units)
        for person in others:
            account = Account(username=person.username, person=enter_person(name=person.name))
            account.set_password(person.password)
            account.save()
        _enter_terms(plan)
        for area in plan.areas:
            enter_area(
                code=area.code,
                kind=area.kind,
                title_zh=area.title_zh,
                title_en=area.title_en,
                source=area.source,
                members=area.members,
                at=timezone.now(),
            )
        before_commit()
    return root


def _enter_terms(plan: Plan) -> None:
    units = dict(Unit.objects.values_list("code", "pk"))
    lines: dict[str | None, int | None] = {None: None, **dict(Line.objects.values_list("code", "pk"))}
    accounts = dict(Account.objects.values_list("username", "pk"))
    kinds = {(post.unit, post.title_zh, post.line): post.title_en for post in plan.posts}
    made = Post.objects.bulk_create(
        Post(unit_id=units[unit], title_zh=zh, title_en=en, line_id=lines[line])
        for (unit, zh, line), en in kinds.items()
    )
    posts = dict(zip(kinds, made, strict=True))
    Holding.objects.bulk_create(
        Holding(
            post=posts[post.unit, post.title_zh, post.line],
            account_id=accounts[post.username],
            starts_on=post.starts_on,
        )
        for post in plan.posts
    )
    there = set(RoleGrant.objects.values_list("account__username", "role", "unit__code"))
    RoleGrant.objects.bulk_create(
        RoleGrant(
            account_id=accounts[grant.username],
            role=grant.role,
            unit_id=units[grant.unit],
            line_id=lines[grant.line],
            place_id=grant.place,
            starts_on=grant.starts_on,
        )
        for grant in plan.grants
        if (grant.username, grant.role, grant.unit) not in there or grant.line or grant.place
    )
