"""Facts as rows of a list: named, with their verifier, each reversal behind what it took back."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Review
from bangfu.foundation.review.queries import reviews_of
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.facts import reversals_of
from bangfu.reporting.figures import Figure


@dataclass(frozen=True)
class FactRow:
    """One fact, and the reversal that took it back."""

    fact: Fact
    place: str
    verifier: str | None
    reversal: Fact | None
    reason: Words | None
    address: str


@dataclass(frozen=True)
class Mirror:
    """The other half of a reversal: what took a fact back, or what a reversal took back."""

    fact: Fact
    reason: Words
    is_reversal: bool
    """Whether the other half is the reversal."""


def reason_words(reason: str | None) -> Words:
    """Return why a fact was taken back, in words; a code that no version knows stands for itself."""
    known = {str(code): words for code, words in REASON_WORDS.items()}
    if reason is None:
        return both("冲正", "Reversed")
    return known.get(reason, Words(reason, reason))


def masked(account: Account | None) -> str | None:
    """Return an account's name as a reader of figures sees it: a person's first sign, a system's title."""
    if account is None:
        return None
    if account.kind == Account.Kind.SYSTEM:
        return account.display_name
    return f"{account.display_name[:1]} *"


def fact_rows(facts: list[Fact], figure: Figure) -> list[FactRow]:
    """Return rows for facts that are no reversals, in their order."""
    labels = figure.selection.place_labels({fact.place_id for fact in facts}, short=True)
    taken_back = reversals_of(facts, figure.selection)
    verifiers = _verifiers(facts)
    trail = figure.selection.query(figure=figure.indicator.code)
    return [
        FactRow(
            fact=fact,
            place=labels.get(fact.place_id, str(fact.place_id)),
            verifier=verifiers.get((fact.subject_type, fact.subject_id)),
            reversal=taken_back.get(fact.pk),
            reason=reason_words(taken_back[fact.pk].reason) if fact.pk in taken_back else None,
            address=f"/fact/{fact.pk}/?{trail}",
        )
        for fact in facts
    ]


def _verifiers(facts: list[Fact]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    names: dict[int, str | None] = {}
    for kind in {fact.subject_type for fact in facts}:
        records = [fact.subject_id for fact in facts if fact.subject_type == kind]
        reviews = (
            reviews_of(kind, records)
            .filter(decided_by__isnull=False)
            .select_related("decided_by__person__key")
        )
        for review in reviews:
            found[kind, review.record_id] = _name(review, names) or ""
    return found


def _name(review: Review, names: dict[int, str | None]) -> str | None:
    """Return the decider's name, opened once an account and not once a row."""
    key = review.decided_by_id or 0
    if key not in names:
        names[key] = masked(review.decided_by)
    return names[key]


def mirror_of(fact: Fact) -> Mirror | None:
    """Return the other half of a reversal; null for a fact that stands."""
    if fact.reverses_id is not None:
        return Mirror(Fact.objects.get(pk=fact.reverses_id), reason_words(fact.reason), is_reversal=False)
    back = Fact.objects.filter(reverses_id=fact.pk).first()
    return Mirror(back, reason_words(back.reason), is_reversal=True) if back else None
