"""What others may read of the ledger."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import BooleanField, Exists, F, Field, Func, OuterRef, QuerySet, Value
from django.utils import timezone

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Block, Fact, Member, Unsealed
from bangfu.foundation.operations.once import once_a_request


def facts_of(record_type: int, record: int) -> QuerySet[Fact]:
    """Return the facts that one record proves, reversals included, in the order they were posted."""
    return Fact.objects.filter(subject_type=record_type, subject_id=record).order_by("id")


def standing_facts(measure: str, identities: list[str]) -> QuerySet[Fact]:
    """Return the unreversed facts of a measure that count these identities."""
    back = Fact.objects.filter(reverses_id=OuterRef("pk"))
    # One array, not a parameter for each: of a hundred thousand these cost more than the search.
    is_asked = Func(
        F("identity"), Value(identities, output_field=Field()), arg_joiner=" = ANY(", template="%(expressions)s)",
        output_field=BooleanField(),
    )  # fmt: skip
    counting = Fact.objects.filter(
        is_asked, measure_id=measure_number(measure), identity__isnull=False, reverses_id=None
    ).values("pk")
    # Wholes and leading shares, and the other shares, have an index each by identity.
    leading, others = counting.filter(leads=True), counting.filter(share__isnull=False, leads=False)
    return Fact.objects.filter(~Exists(back), pk__in=leading.union(others, all=True))


@once_a_request
def latest_block() -> Block | None:
    """Return the newest block, or null while nothing is sealed."""
    return Block.objects.order_by("-number").first()


def block_on(day: date) -> Block | None:
    """Return the last block that was sealed by the end of a day in the house's time zone; null if none was."""
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return Block.objects.filter(sealed_at__lt=midnight).order_by("-number").first()


def block_of(fact: int) -> int | None:
    """Return the number of the block that holds a fact; null while it is unsealed."""
    return Member.objects.filter(fact_id=fact).values_list("block_id", flat=True).first()


def blocks_of_measure(measure: int, *, most: int) -> list[int]:
    """Return the newest blocks that hold facts of a measure, newest first.

    Args:
        measure: its number in the ledger's catalogue.
        most: how many blocks.
    """
    facts = Fact.objects.filter(measure_id=measure, pk=OuterRef("fact_id"))
    holding = Member.objects.filter(Exists(facts))
    return list(holding.values_list("block_id", flat=True).distinct().order_by("-block_id")[:most])


def unsealed_facts() -> int:
    """Return how many committed facts wait for the sealer."""
    return sum(Unsealed.objects.values_list("fact_count", flat=True))


def standing_facts_of(record_type: int, records: list[int]) -> list[int]:
    """Return the keys of the facts that these records prove and that are not taken back, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fact.id FROM ledger_fact fact WHERE fact.subject_type = %s AND fact.subject_id = ANY(%s)"
            " AND fact.reverses_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM ledger_fact back WHERE back.reverses_id = fact.id) ORDER BY fact.id",
            [record_type, records],
        )
        return [key for (key,) in cursor.fetchall()]
