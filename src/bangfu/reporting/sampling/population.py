"""The population of an audit: the facts that stand under a figure as of a block, and who answers for their records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import record_type
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.facts import facts_in, reversals_in
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.sampling.models import Announcement, Method
from bangfu.reporting.selection import Selection, read_selection

STEP = Decimal("0.0001")
"""The ledger's smallest step of a quantity; selection counts in it, in whole numbers."""


@dataclass(frozen=True)
class Population:
    """What can be drawn from, and what no sample of it speaks for."""

    count: int
    total: Decimal
    apart: int
    """Standing facts with a negative quantity."""
    apart_total: Decimal


def question_of(selection: Selection) -> str:
    """Return the question of a figure as its address has it, without the block: the same question is the same text."""
    return selection.having(as_of=None).query()


def selection_of(announcement: Announcement) -> Selection:
    """Return the question that an announcement asks, as of its block."""
    asked = dict(parse_qsl(announcement.question))
    return read_selection({**asked, "as_of": str(announcement.block)})


def indicator_of_audit(announcement: Announcement) -> Indicator:
    """Return the version of the indicator, or the term of it, that an announcement is about."""
    return indicator_of(announcement.indicator, selection_of(announcement))


def methods_for(indicator: Indicator) -> tuple[Method, ...]:
    """Return how a figure can be audited: quantities only where they are summed, nothing for one of two terms."""
    if indicator.against is not None:
        return ()
    if indicator.kind is IndicatorKind.DISTINCT:
        return (Method.ATTRIBUTES,)
    return (Method.MONETARY, Method.ATTRIBUTES)


def standing_facts(indicator: Indicator, selection: Selection) -> QuerySet[Fact]:
    """Return the facts that stand: reversals, and what they take back, are netted away before anything is drawn."""
    back = reversals_in(selection).filter(reverses_id=OuterRef("pk"))
    return facts_in(indicator, selection).filter(~Exists(back), reverses_id__isnull=True)


def population_of(indicator: Indicator, selection: Selection) -> Population:
    """Return how many facts can be drawn from and what they come to, and the same of the negative ones."""
    above, below = Q(quantity__gt=0), Q(quantity__lt=0)
    found = standing_facts(indicator, selection).aggregate(
        count=Count("pk", filter=above),
        total=Sum("quantity", filter=above),
        apart=Count("pk", filter=below),
        apart_total=Sum("quantity", filter=below),
    )
    zero = Decimal(0)
    return Population(found["count"], found["total"] or zero, found["apart"], found["apart_total"] or zero)


def positive_facts(indicator: Indicator, selection: Selection) -> Iterable[tuple[int, Decimal]]:
    """Return number and quantity of the facts that are drawn from, in the order of their numbers."""
    above = standing_facts(indicator, selection).filter(quantity__gt=0).order_by("pk")
    return above.values_list("pk", "quantity").iterator(chunk_size=10_000)


def steps_in(quantity: Decimal) -> int:
    """Return a quantity in whole steps.

    >>> steps_in(Decimal("12.5"))
    125000
    """
    return int(quantity / STEP)


def answering_for(facts: Iterable[int]) -> dict[int, set[int]]:  # accounts by fact; absent: nobody known
    """Return who submitted or verified the records behind facts, or those on whose strength such records count."""
    subjects: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for key, kind, record in Fact.objects.filter(pk__in=list(facts)).values_list(
        "pk", "subject_type", "subject_id"
    ):
        subjects[kind][record].append(key)
    found: dict[int, set[int]] = defaultdict(set)
    for kind, records in subjects.items():
        proved_by = record_type(kind).proved_by
        others = proved_by(list(records)) if proved_by else {}
        on_whom = {record: others.get(record, (kind, [record])) for record in records}
        behind: dict[int, set[int]] = defaultdict(set)
        for number, keys in on_whom.values():
            behind[number].update(keys)
        accounts: dict[tuple[int, int], set[int]] = defaultdict(set)
        for number, wanted in behind.items():
            reviews = Review.objects.filter(record_type=number, record_id__in=wanted)
            for one in reviews:
                accounts[number, one.record_id] = {
                    who for who in (one.submitted_by_id, one.decided_by_id) if who is not None
                }
        for record, (number, keys) in on_whom.items():
            for fact in records[record]:
                for key in keys:
                    found[fact] |= accounts[number, key]
    return dict(found)
