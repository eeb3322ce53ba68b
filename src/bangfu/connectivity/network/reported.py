"""What others may read of the room's reported records, whatever their kind."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from bangfu.connectivity.network.kinds import RecordKind, kind_of
from bangfu.connectivity.network.models import STATE_WORDS, Reported, StationState
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import Words


def records(kind: RecordKind) -> QuerySet[Any]:
    """Return every record of a kind, withdrawn ones too, with its ``state`` and what its columns name."""
    named = [name.removesuffix("_id") for name in kind.columns if name.endswith("_id")]
    review = Review.objects.filter(record_type=kind.number, record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    return kind.model._default_manager.annotate(
        state=Case(
            When(withdrawn_at__isnull=False, then=Value(StationState.WITHDRAWN.value)),
            default=Coalesce(reviewed, Value(StationState.DRAFT.value)),
        )
    ).select_related("unit", *named)


def state_of(record: Reported) -> StationState:
    """Return how far a record is."""
    return StationState(records(kind_of(record)).values_list("state", flat=True).get(pk=record.pk))


def state_words(kind: RecordKind, key: int) -> Words:
    """Return how far the record with this key is, in words."""
    return STATE_WORDS[records(kind).values_list("state", flat=True).get(pk=key)]


def standing_facts_of(record: Reported) -> list[int]:
    """Return the keys of the facts that the record proves and that are not taken back."""
    facts = list(facts_of(kind_of(record).number, record.pk))
    taken_back = {fact.reverses_id for fact in facts}
    return [fact.pk for fact in facts if fact.reverses_id is None and fact.pk not in taken_back]


def paper_address(key: int) -> str:
    """Return the page of a paper."""
    return reverse("review:paper", args=[key])
