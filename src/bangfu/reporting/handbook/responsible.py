"""Who answers for a place: the units that own facts there, the pairings among them, the county's own office and its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.organisation.models import Holding, Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.people.queries import names_of
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
    seated = frozenset(
        Unit.objects.filter(in_force(question.on), place_id__gte=first, place_id__lt=end).values_list(
            "pk", flat=True
        )
    )
    here = [one.key for one in units if one.is_paired_here]
    return Answerable(
        units=tuple(units[:MOST_UNITS]),
        more=max(0, len(units) - MOST_UNITS),
        offices=_offices(question, here),
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


def _offices(question: Question, paired: list[int]) -> tuple[Office, ...]:
    """Return the county's own office and the units paired with the place itself, with who holds posts there."""
    place = question.place.pk
    county = ancestor_id(place, COUNTY)
    places = {place} if county is None else {place, county}
    own = Unit.objects.filter(in_force(question.on), kind=Unit.Kind.SUPPORTED, place_id__in=places)
    units = [*own.order_by("path"), *Unit.objects.filter(pk__in=paired).order_by("path")][:MOST_OFFICES]
    holdings = list(
        Holding.objects.filter(in_force(question.on), post__unit__in=units)
        .select_related("post", "account")
        .order_by("post_id", "starts_on")
    )
    names = names_of({one.account for one in holdings})
    found = []
    for unit in units:
        scope = Scope(unit=unit.pk, place=unit.place_id)
        is_open = allows(question.account, VIEW_PEOPLE, scope, question.today)
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
