"""The newest records of a place: what its last facts rest on, as far as the reader may open them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.rooms import Words, record_type
from bangfu.reporting.facts import facts_within, reversals_in
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.handbook.owning import Owned
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


def newest_in(question: Question, owned: Sequence[Owned]) -> list[NewRecord]:
    """Return the records of the newest facts of a place, each once, the newest first.

    Args:
        owned: what units own there: by its months only the newest facts are looked at.
    """
    since = _month_of_newest(owned)
    facts = _newest_facts(question, [] if since is None else [one for one in owned if one.month >= since])
    if since is not None and len(facts) < LOOKED_AT:
        facts = _newest_facts(question, [])
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


def _month_of_newest(owned: Sequence[Owned]) -> date | None:
    """Return the month from which on there are facts enough to look at, taken back ones among them; null for none so many."""
    count = 0
    for one in sorted(owned, key=lambda one: one.month, reverse=True):
        count += one.facts
        if count >= 4 * LOOKED_AT:
            return one.month
    return None


def _newest_facts(question: Question, among: Sequence[Owned]) -> list[Fact]:
    """Return the newest standing facts that the reader may see.

    Args:
        among: the months and measures to look in; empty for all of them.
    """
    back = reversals_in(question.selection).filter(reverses_id=OuterRef("pk"))
    facts = facts_within(question.selection).filter(happened_on__lte=question.on)
    if among:
        since = min(one.month for one in among)
        facts = facts.filter(measure_id__in={one.measure for one in among}, happened_on__gte=since)
    return list(
        facts.filter(within_grants(question.account, VIEW_FACTS, question.today, has_line=True))
        .filter(~Exists(back), reverses_id__isnull=True)
        .order_by("-happened_on", "-id")[:LOOKED_AT]
    )
