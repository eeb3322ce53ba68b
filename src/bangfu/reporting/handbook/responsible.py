"""Who answers for a place: the units that own facts there, the pairings among them, the county's own office and its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars
from django.db.models import Q

from bangfu.foundation.operations.authority import granted_rows
from bangfu.foundation.organisation.models import Holding, Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.queries import ancestor_id
from bangfu.foundation.rooms import Words
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.handbook.owning import Owned, last_days, paired_with

VIEW_PEOPLE = "organisation.view"
MOST_UNITS, MOST_OFFICES = 12, 6


@dataclass(frozen=True)
class Responsible:
    """A unit that does something in a place."""

    key: int
    name: Words
    paired_since: date | None
    """Since when it is paired with the place or with places in it; null when it is not."""
    is_paired_here: bool
    """Whether it is paired with the place itself."""
    facts: int
    last: date


@dataclass(frozen=True)
class Official:
    """Who holds a post there, as far as the reader may know."""

    post: str
    name: str
    since: date


@dataclass(frozen=True)
class Office:
    """A unit of the place itself, or the one paired with it, with its people."""

    unit: Unit
    people: tuple[Official, ...]


@dataclass(frozen=True)
class Answerable:
    """Everybody who answers for a place."""

    units: tuple[Responsible, ...]
    """Paired ones first, then those with the most facts."""
    more: int
    """Units that are not among them."""
    offices: tuple[Office, ...]
    own: frozenset[int]
    """Units whose seat lies in the place."""
    paired: frozenset[int]


def answerable_in(question: Question, owned: Sequence[Owned]) -> Answerable:
    """Return who answers for a place on the question's day."""
    units = _units(question, owned)
    first, end = question.span
    here = {one.key for one in units if one.is_paired_here}
    there = Q(place_id__gte=first, place_id__lt=end) | Q(place_id__in=_own_places(question))
    known = list(Unit.objects.filter((in_force(question.on) & there) | Q(pk__in=here)).order_by("path"))
    open_now = [one for one in known if _is_open(one, question.on)]
    seated = frozenset(one.pk for one in open_now if one.place_id and first <= one.place_id < end)
    own = [
        one for one in open_now if one.kind == Unit.Kind.SUPPORTED and one.place_id in _own_places(question)
    ]
    return Answerable(
        units=tuple(units[:MOST_UNITS]),
        more=max(0, len(units) - MOST_UNITS),
        offices=_offices(question, [*own, *(one for one in known if one.pk in here)][:MOST_OFFICES]),
        own=seated,
        paired=frozenset(one.key for one in units if one.paired_since is not None),
    )


def _units(question: Question, owned: Sequence[Owned]) -> list[Responsible]:
    sums: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    facts: dict[int, int] = defaultdict(int)
    for one in owned:
        sums[one.unit, one.measure] += one.quantity
        facts[one.unit] += one.facts
    owners = {unit for (unit, _), quantity in sums.items() if quantity}
    names = question.selection.unit_names(owners)
    paired, last = paired_with(question), last_days(question, owned)
    found = [
        Responsible(
            key=unit,
            name=names[unit],
            paired_since=paired[unit].since if unit in paired else None,
            is_paired_here=unit in paired and paired[unit].is_here,
            facts=facts[unit],
            last=last[unit],
        )
        for unit in sorted(owners)
    ]
    return sorted(found, key=lambda one: (not one.is_paired_here, one.paired_since is None, -one.facts))


def _own_places(question: Question) -> set[int]:
    """Return the place and the county in which it lies."""
    return {one for one in (question.place.pk, ancestor_id(question.place.pk, COUNTY)) if one is not None}


def _is_open(unit: Unit, on: date) -> bool:
    return unit.starts_on <= on and (unit.ends_on is None or unit.ends_on > on)


def _offices(question: Question, units: Sequence[Unit]) -> tuple[Office, ...]:
    """Return units with who holds posts there."""
    holdings = list(
        Holding.objects.filter(in_force(question.on), post__unit__in=units)
        .select_related("post", "account__person__key")
        .order_by("post_id", "starts_on")
    )
    names = {one.account_id: one.account.display_name for one in holdings}
    rows = polars.DataFrame(
        {"unit": [one.pk for one in units], "place": [one.place_id for one in units]},
        schema={"unit": polars.Int64, "place": polars.Int64},
    )
    may = granted_rows(question.account, VIEW_PEOPLE, rows, question.today)
    found = []
    for unit, is_open in zip(units, may, strict=True):
        people = tuple(
            Official(
                post=one.post.title,
                name=names[one.account_id] if is_open else f"{names[one.account_id][:1]} *",
                since=one.starts_on,
            )
            for one in holdings
            if one.post.unit_id == unit.pk
        )
        found.append(Office(unit, people))
    return tuple(found)
