"""The facts under a figure: the exact set, who may see which of them, and one page of it with its reversals."""

from __future__ import annotations

import operator
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Block, Fact, Member, Unsealed
from bangfu.foundation.ledger.reference import supported_places_as_of
from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.places.codes import subtree_range
from bangfu.foundation.review.models import Answer, Review, ReviewState
from bangfu.foundation.review.queries import answer_of, in_assisted_counties, in_counties
from bangfu.foundation.rooms import record_type, record_types
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
    "-entered": ("-id",),
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


def _unsealed_of(facts: QuerySet[Fact], ranges: Iterable[tuple[int, int]]) -> int:
    """Return how many of the facts no block holds yet."""
    waiting: Q = reduce(operator.or_, (Q(id__gte=first, id__lte=last) for first, last in ranges))
    sealed = Member.objects.filter(fact_id=OuterRef("pk"))
    return facts.filter(waiting).filter(~Exists(sealed)).count()


@dataclass(frozen=True)
class Waiting:
    """What waits for the sealer, read once for many figures."""

    ranges: tuple[tuple[int, int], ...]
    """First and last number of facts among which some are in no block yet."""
    measures: frozenset[int]
    """The measures of those that are in none."""

    def of(self, indicator: Indicator, selection: Selection) -> int:
        """Return how many of the facts under a figure no block holds yet; 0 as of a block."""
        counted = {measure_number(one.code) for term in indicator.terms for one in term.measures}
        if selection.as_of is not None or not counted & self.measures:
            return 0
        return _unsealed_of(facts_in(indicator, selection), self.ranges)


WAITING_MEASURES = """
SELECT DISTINCT entered.measure_id
  FROM ledger_unsealed waiting
 CROSS JOIN LATERAL (
    SELECT id, measure_id FROM ledger_fact WHERE id BETWEEN waiting.first_fact AND waiting.last_fact OFFSET 0) entered
 WHERE (SELECT member.block_id FROM ledger_member member WHERE member.fact_id = entered.id) IS NULL
"""
"""As ``CELLS_AND_LATER`` reads them: along the few ranges, never the whole ledger."""


@once_a_request
def waiting_now() -> Waiting:
    """Return what no block holds yet."""
    ranges = tuple(Unsealed.objects.values_list("first_fact", "last_fact"))
    if not ranges:
        return Waiting((), frozenset())
    with connection.cursor() as cursor:
        cursor.execute(WAITING_MEASURES)
        return Waiting(ranges, frozenset(number for (number,) in cursor.fetchall()))


def trust_in(indicator: Indicator, selection: Selection) -> Trust:
    """Return how many of the standing facts were verified by a second person, and how many have evidence."""
    return _trust_of(_standing(indicator, selection), selection.as_of)


@dataclass(frozen=True)
class Verified:
    """How many of the facts under figures a second person verified; of the facts that were not taken back."""

    standing: int
    verified: int


STANDING_BY_KIND = """
WITH entered AS MATERIALIZED ({entered}), back AS ({back}),
standing AS (SELECT * FROM entered WHERE NOT EXISTS (SELECT FROM back WHERE back.reverses_id = entered.id))
SELECT standing.subject_type, count(*), count(review.id),
       array_agg(standing.subject_id) FILTER (WHERE standing.subject_type = ANY(%s))
  FROM standing
  LEFT JOIN review_review review
         ON review.record_type = standing.subject_type AND review.record_id = standing.subject_id
        AND review.state = %s
 GROUP BY standing.subject_type
"""
"""A join, for an EXISTS of each fact is asked for one after the other."""


def verified_together(questions: Sequence[tuple[Indicator, Selection]]) -> Verified:
    """Return how many of all facts that stand under any of several figures as of the same block were verified, each once."""
    if not questions:
        return Verified(0, 0)
    first, *others = (
        facts_in(*one).filter(reverses_id__isnull=True).values("id", "subject_type", "subject_id")
        for one in questions
    )
    entered, values = first.union(*others).query.sql_with_params()
    back, more = reversals_in(questions[0][1]).values("reverses_id").query.sql_with_params()
    proved = [kind.number for kind in record_types() if kind.proved_by is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            STANDING_BY_KIND.format(entered=entered, back=back),
            [*values, *more, proved, ReviewState.VERIFIED.value],
        )
        rows = cursor.fetchall()
    others_by_kind = {kind: keys for kind, _, _, keys in rows if keys}
    return Verified(
        sum(count for _, count, _, _ in rows),
        sum(count for _, _, count, _ in rows) + _verified_through_others(others_by_kind),
    )


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
        proved = [kind.number for kind in record_types() if kind.proved_by is not None]
        subjects: dict[int, list[int]] = defaultdict(list)
        for number, key in standing.filter(subject_type__in=proved).values_list("subject_type", "subject_id"):
            subjects[number].append(key)
        counts["verified"] += _verified_through_others(subjects)
    return Trust(**counts)


def _verified_through_others(subjects: Mapping[int, Sequence[int]]) -> int:
    """Return how many facts of kinds that are never reviewed by themselves rest on verified records alone.

    Args:
        subjects: of each such kind the records of its facts, as often as there are facts of them.
    """
    resting: list[
        tuple[int, set[int], int]
    ] = []  # kind and keys of what a record rests on, and how many facts it has
    for number, keys in subjects.items():
        proved_by = record_type(number).proved_by
        facts = Counter(keys)
        found = proved_by(list(facts)) if proved_by is not None and keys else {}
        resting += [(kind, set(others), facts[key]) for key, (kind, others) in found.items() if others]
    wanted: dict[int, set[int]] = defaultdict(set)
    for kind, others, _ in resting:
        wanted[kind] |= others
    reviewed = Review.objects.filter(state=ReviewState.VERIFIED)
    verified = {
        kind: set(reviewed.filter(record_type=kind, record_id__in=keys).values_list("record_id", flat=True))
        for kind, keys in wanted.items()
    }
    return sum(count for kind, others, count in resting if others <= verified[kind])


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
