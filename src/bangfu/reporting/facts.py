"""The facts under a figure: the exact set, who may see which of them, and one page of it with its reversals."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Block, Fact, Member, Unsealed
from bangfu.foundation.ledger.reference import supported_places_as_of
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.places.codes import subtree_range
from bangfu.foundation.review.models import Answer, Review, ReviewState
from bangfu.foundation.review.queries import answer_of, in_assisted_counties, in_counties
from bangfu.foundation.rooms import record_types
from bangfu.reporting.definitions import Indicator, Term
from bangfu.reporting.figures import line_key
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection

SORTS = {
    "date": ("happened_on", "id"),
    "-date": ("-happened_on", "-id"),
    "place": ("place_id", "id"),
    "-place": ("-place_id", "-id"),
    "source": ("source_id", "id"),
    "-source": ("-source_id", "-id"),
    "quantity": ("quantity", "id"),
    "-quantity": ("-quantity", "-id"),
}


@dataclass(frozen=True)
class Trust:
    """How much of a figure stands on something: counts of the facts that were not taken back."""

    standing: int
    verified: int
    """Their record was verified by a second person."""
    evidenced: int
    """A file hangs on their record."""
    in_counties: int = 0
    """They happened in a county that has an office of its own in the programme."""
    confirmed: int = 0
    """Of those, confirmed by the county itself."""
    disputed: int = 0
    """Of those, disputed by the county, or said otherwise."""


def facts_in(indicator: Indicator, selection: Selection) -> QuerySet[Fact]:
    """Return the facts under the figure, those of every term, reversals included, in no order."""
    asked = [(term, asks(term, selection)) for term in indicator.terms if term.measures]
    if len(asked) > 1 and all(own == selection and not _has_own(term) for term, own in asked):
        # One pass over the selection's facts, where a query a term would have the database collect each set first.
        either = reduce(operator.or_, (_measured(term, selection) for term, _ in asked))
        return facts_within(selection).filter(either, happened_on__lt=selection.period.ends_on)
    under = [_under(term, own) for term, own in asked if own is not None]
    if len(under) == 1:
        return under[0]
    return Fact.objects.filter(
        reduce(operator.or_, (Q(pk__in=one.values("pk")) for one in under), Q(pk__in=()))
    )


def _has_own(term: Term) -> bool:
    return bool(term.line or term.area or term.place or term.owner)


def _measured(term: Term, selection: Selection) -> Q:
    wanted = Q(measure_id__in=[measure_number(one.code) for one in term.measures])
    return wanted & Q(happened_on__gte=term.starts_on(selection.period)) if term.has_start else wanted


def _under(term: Term, selection: Selection) -> QuerySet[Fact]:
    """Return the facts of one term for its own selection."""
    found = _of_term(term, selection).filter(happened_on__lt=selection.period.ends_on)
    return found.filter(happened_on__gte=term.starts_on(selection.period)) if term.has_start else found


def outside_period(term: Term, selection: Selection) -> tuple[int, int]:
    """Return how many facts of a term happened before its period and after it, in the same place, area, unit and line."""
    of_measure = _of_term(term, selection)
    starts_on = term.starts_on(selection.period)
    before = of_measure.filter(happened_on__lt=starts_on).count() if term.has_start else 0
    return before, of_measure.filter(happened_on__gte=selection.period.ends_on).count()


def facts_within(selection: Selection) -> QuerySet[Fact]:
    """Return the facts of a selection's place, area, unit, line and block, of every measure and day."""
    found = Fact.objects.all()
    if selection.place_range is not None:
        first, end = selection.place_range
        found = found.filter(place_id__gte=first, place_id__lt=end)
    if selection.area is not None:
        found = _in_area(found, selection.area_members)
    if selection.unit is not None:
        below: Any = selection.units_then
        if below is None:
            below = unit_subtree(selection.unit.pk).values("pk")
        found = found.filter(unit_id__in=below)
    if selection.line is not None:
        found = found.filter(line_id=selection.line.pk)
    if selection.as_of is not None:
        found = found.filter(_sealed_by(selection.as_of, "pk"))
    return found


def _in_area(facts: QuerySet[Fact], members: dict[int, list[int]]) -> QuerySet[Fact]:
    """Return the facts at places of which one whole part is among the members', as ``Selection.area_members`` has them."""
    parts = {f"part_{size}": F("place_id") / Value(size, BigIntegerField()) for size in members}
    inside = (Q(**{f"part_{size}__in": wanted}) for size, wanted in members.items())
    return facts.alias(**parts).filter(reduce(operator.or_, inside))


def _of_term(term: Term, selection: Selection) -> QuerySet[Fact]:
    """Return the facts of a term's measures that its definition and the selection leave, of every day."""
    found = facts_within(selection).filter(measure_id__in=[measure_number(one.code) for one in term.measures])
    if term.place is not None:
        first, end = subtree_range(term.place)
        found = found.filter(place_id__gte=first, place_id__lt=end)
    if term.area:
        found = _in_area(found, selection.members_of(term.area))
    if term.line:
        found = found.filter(line_id=line_key(term.line))
    if term.owner:
        found = found.filter(unit_id__in=selection.units_of(term.owner))
    return found


def _sealed_by(block: int, key: str) -> Exists:
    return Exists(Member.objects.filter(fact_id=OuterRef(key), block_id__lte=block))


def reversals_in(selection: Selection) -> QuerySet[Fact]:
    """Return the reversals that a selection knows of: all of them, or those sealed by its block."""
    back = Fact.objects.filter(reverses_id__isnull=False)
    return back if selection.as_of is None else back.filter(_sealed_by(selection.as_of, "pk"))


def unsealed_in(facts: QuerySet[Fact]) -> int:
    """Return how many of the facts no block holds yet."""
    ranges = list(Unsealed.objects.values_list("first_fact", "last_fact"))
    if not ranges:
        return 0
    waiting: Q = reduce(operator.or_, (Q(id__gte=first, id__lte=last) for first, last in ranges))
    sealed = Member.objects.filter(fact_id=OuterRef("pk"))
    return facts.filter(waiting).filter(~Exists(sealed)).count()


def trust_in(indicator: Indicator, selection: Selection) -> Trust:
    """Return how many of the standing facts were verified by a second person, and how many have evidence."""
    return _trust_of(_standing(indicator, selection), selection.as_of)


def trust_together(questions: Sequence[tuple[Indicator, Selection]]) -> Trust:
    """Return the trust of all facts that stand under any of several figures as of the same block, each fact once."""
    if not questions:
        return Trust(0, 0, 0)
    first, *others = (_standing(*question).values("pk") for question in questions)
    return _trust_of(Fact.objects.filter(pk__in=first.union(*others)), questions[0][1].as_of)


def _standing(indicator: Indicator, selection: Selection) -> QuerySet[Fact]:
    back = reversals_in(selection).filter(reverses_id=OuterRef("pk"))
    return facts_in(indicator, selection).filter(~Exists(back), reverses_id__isnull=True)


def _trust_of(standing: QuerySet[Fact], block: int | None) -> Trust:
    same_record = {"record_type": OuterRef("subject_type"), "record_id": OuterRef("subject_id")}
    inside = _in_counties(block) or Q(pk__in=())
    said = answer_of(OuterRef("subject_type"), OuterRef("subject_id"))
    counts: dict[str, Any] = standing.annotate(
        is_verified=Exists(Review.objects.filter(state=ReviewState.VERIFIED, **same_record)),
        has_evidence=Exists(Attachment.objects.filter(**same_record)),
        answer=Case(When(inside, then=said), default=None),
    ).aggregate(
        standing=Count("pk"),
        verified=Count("pk", filter=Q(is_verified=True)),
        evidenced=Count("pk", filter=Q(has_evidence=True)),
        in_counties=Count("pk", filter=inside),
        confirmed=Count("pk", filter=Q(answer=Answer.CONFIRMED)),
        disputed=Count("pk", filter=Q(answer__in=(Answer.DISPUTED, Answer.CORRECTED))),
    )
    if counts["verified"] < counts["standing"]:
        counts["verified"] += _verified_through_others(standing)
    return Trust(**counts)


def _verified_through_others(standing: QuerySet[Fact]) -> int:
    """Return how many of the facts are of kinds that are never reviewed by themselves, and rest on verified records alone."""
    found = 0
    for kind in record_types():
        if kind.proved_by is None:
            continue
        keys = list(standing.filter(subject_type=kind.number).values_list("subject_id", flat=True))
        for key, (number, others) in kind.proved_by(keys).items() if keys else ():
            reviewed = Review.objects.filter(record_type=number, record_id__in=others)
            if others and reviewed.filter(state=ReviewState.VERIFIED).count() == len(set(others)):
                found += keys.count(key)
    return found


def _in_counties(block: int | None) -> Q | None:
    """Return what lies in the assisted counties: those with an office today, or on the day of a block as far as it knew."""
    sealed = None if block is None else Block.objects.filter(number=block).first()
    if sealed is None:
        return in_assisted_counties(timezone.localdate())
    day = timezone.localdate(sealed.sealed_at)
    return in_counties(supported_places_as_of(day, sealed.number).values())


def searched(facts: QuerySet[Fact], text: str) -> QuerySet[Fact]:
    """Return the facts whose thing or source begins with a text, whatever its case; all for no text."""
    text = text.strip()
    if not text:
        return facts
    return facts.filter(Q(identity__istartswith=text) | Q(source_id__istartswith=text))


def reversals_of(facts: list[Fact], selection: Selection) -> dict[int, Fact]:  # by the fact taken back
    """Return the reversals of facts that the selection knows of."""
    back = reversals_in(selection).filter(reverses_id__in=[fact.pk for fact in facts])
    return {fact.reverses_id: fact for fact in back if fact.reverses_id is not None}
