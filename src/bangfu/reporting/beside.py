"""The records beside the one that a fact proves: those of the same work, as far as the reader may see their facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import record_type
from bangfu.reporting.room import VIEW_FACTS

MOST_BESIDE = 6


def beside_of(fact: Fact, reader: Account, on: date) -> list[dict[str, Any]]:
    """Return the records of the same work whose facts the reader may see, each with its photograph where it has one."""
    kind = record_type(fact.subject_type)
    named = list(kind.beside(fact.subject_id))[:MOST_BESIDE] if kind.beside else []
    if not named:
        return []
    sight = within_grants(reader, VIEW_FACTS, on, has_line=True)
    facts: dict[tuple[int, int], Fact] = {}
    photographs: dict[tuple[int, int], str] = {}
    for number in {one.record_type for one in named}:
        keys = [one.key for one in named if one.record_type == number]
        posted = Fact.objects.filter(
            sight, subject_type=number, subject_id__in=keys, reverses_id__isnull=True
        )
        facts |= {(number, one.subject_id): one for one in posted.order_by("id")}
        for one in attachments_of(number, keys).filter(kind=EvidenceKind.PHOTO):
            photographs.setdefault((number, one.record_id), one.file_id)
    return [
        {
            "it": one,
            "photograph": photographs.get((one.record_type, one.key)),
            "address": reverse("reporting:evidence", args=[facts[one.record_type, one.key].pk]),
        }
        for one in named
        if (one.record_type, one.key) in facts
    ]
