"""The newest records of a place: what its last facts rest on, as far as the reader may open them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.rooms import Words, record_type
from bangfu.reporting.facts import facts_within, reversals_in
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.room import VIEW_FACTS

SHOWN, LOOKED_AT = 10, 60


@dataclass(frozen=True)
class NewRecord:
    """One record with facts in the place."""

    kind: Words
    title: str
    counts: Words
    """What its newest fact counts."""
    happened_on: date
    address: str
    """Its page in the drawer."""


def newest_in(question: Question) -> list[NewRecord]:
    """Return the records of the newest facts of a place, each once, the newest first."""
    back = reversals_in(question.selection).filter(reverses_id=OuterRef("pk"))
    facts = (
        facts_within(question.selection)
        .filter(within_grants(question.account, VIEW_FACTS, question.today, has_line=True))
        .filter(~Exists(back), reverses_id__isnull=True, happened_on__lte=question.on)
        .order_by("-happened_on", "-id")[:LOOKED_AT]
    )
    once: dict[tuple[int, int], Fact] = {}
    for fact in facts:
        once.setdefault((fact.subject_type, fact.subject_id), fact)
    shown = list(once.values())[:SHOWN]
    keys: dict[int, list[int]] = defaultdict(list)
    for fact in shown:
        keys[fact.subject_type].append(fact.subject_id)
    told = {number: record_type(number).summaries(found) for number, found in keys.items()}
    titles = {measure_number(code): one.title for code, one in declared_measures().items()}
    return [
        NewRecord(
            kind=record_type(fact.subject_type).title,
            counts=titles[fact.measure_id],
            title=summary.title if (summary := told[fact.subject_type].get(fact.subject_id)) else "",
            happened_on=fact.happened_on,
            address=f"/fact/{fact.pk}/",
        )
        for fact in shown
    ]
