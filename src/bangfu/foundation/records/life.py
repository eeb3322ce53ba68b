"""What a record's page tells of its life: entered, reviewed, corrected, withdrawn, with its facts, for people.

``partials/life.html`` shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.apps import apps
from django.db.models import Model

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.ledger.models import Fact, Member
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.operations import granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records.gate import room_opens
from bangfu.foundation.review import queries as reviews
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.rooms import RecordType, Words, both, mentions_of, record_doors, record_type_of

_DECIDED = {
    ReviewState.VERIFIED: (both("核验通过并计入", "Verified and counted"), "verified"),
    ReviewState.RETURNED: (both("退回", "Returned"), "back"),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened to a record."""

    at: datetime
    who: str
    words: Words
    remark: str = ""
    look: str = ""
    """``verified``, ``back`` or empty: how the trail marks it."""


REPORTING = "reporting"
"""The room in which a fact opens."""


@dataclass(frozen=True)
class FactRow:
    """One fact that the record proves or proved."""

    fact: Fact
    measure: Words
    quantity: str
    """With its unit of measure."""
    place: str
    block: int | None
    """Null: not sealed yet."""
    reason: Words | None
    is_reversed: bool


class Correction(Protocol):
    """What a room keeps of one correction."""

    corrected_at: datetime
    reason: str
    remark: str

    @property
    def corrected_by(self) -> Account:
        """Who corrected."""


class Withdrawable(Protocol):
    """A record that may have been withdrawn."""

    withdrawn_at: datetime | None
    withdrawal_reason: str
    withdrawal_remark: str

    @property
    def withdrawn_by(self) -> Account | None:
        """Who withdrew it."""


def reason_words(reason: str) -> Words | None:
    """Return what a reason is called; null for none."""
    return REASON_WORDS.get(reason) if reason else None  # type: ignore[call-overload]


def quantity_words(quantity: Decimal, measure: Measure | None) -> str:
    """Return a quantity with its unit, thousands apart, with the measure's decimals; null: a measure that is gone."""
    if measure is None:
        return f"{quantity.normalize():,f}"
    return f"{quantity:,.{measure.decimals}f} {measure.unit}"


def review_of(record: Model) -> Review | None:
    """Return the record's review, or null if it was never submitted."""
    return reviews.review_of(record_type_of(record).number, record.pk)


def evidence_of(record: Model) -> list[Attachment]:
    """Return the files that hang on a record, in the order attached."""
    return list(attachments_of(record_type_of(record).number, [record.pk]))


def facts_of_record(record: Model) -> list[FactRow]:
    """Return the record's facts with their blocks, what was reversed and why, in the order posted."""
    facts = list(facts_of(record_type_of(record).number, record.pk))
    members = Member.objects.filter(fact_id__in=[fact.pk for fact in facts])
    blocks = dict(members.values_list("fact_id", "block_id"))
    measures = {measure_number(code): measure for code, measure in declared_measures().items()}
    taken_back = {fact.reverses_id for fact in facts}
    labels = place_labels({fact.place_id for fact in facts}, short=True)
    return [
        FactRow(
            fact=fact,
            measure=measures[fact.measure_id].title,
            quantity=quantity_words(fact.quantity, measures[fact.measure_id]),
            place=labels[fact.place_id],
            block=blocks.get(fact.pk),
            reason=reason_words(fact.reason or ""),
            is_reversed=fact.pk in taken_back,
        )
        for fact in facts
    ]


@dataclass(frozen=True)
class Door:
    """What another room offers about this record, such as to raise a finding, or a record of its own that speaks of it."""

    title: Words
    address: str


def doors_of(kind: RecordType, key: int, reader: Account, on: date) -> list[Door]:
    """Return what rooms offer a reader about a record: their own records that speak of it first."""
    offered = [
        Door(one.title, one.address(kind.code, key))
        for one in record_doors()
        if granted_units(reader, one.permission, on)
    ]
    return [*(Door(*found) for found in mentions_of(kind.code, key, reader, on)), *offered]


def life_shown(record: Model, trail: list[Step], *, reader: Account, on: date) -> dict[str, Any]:
    """Return what ``partials/life.html`` shows of a record to a reader."""
    return {
        "evidence": evidence_of(record),
        "trail": trail,
        "facts": facts_of_record(record),
        "are_facts_closed": not room_opens(reader, REPORTING),
        "doors": doors_of(record_type_of(record), record.pk, reader, on),
    }


def entered(at: datetime, by: Account, *, sheet: str | None, by_hand: Words) -> Step:
    """Return how a record came in.

    Args:
        sheet: the name of the spreadsheet that brought it; null = by hand.
    """
    words = both("从表格《{name}》导入", "Imported from {name}").filled(name=sheet) if sheet else by_hand
    return Step(at, by.display_name, words)


def corrected(corrections: Iterable[Correction]) -> list[Step]:
    """Return the corrections of a record, each of which submitted it again."""
    words = both("{reason}，更正并重新提交", "Corrected ({reason}) and submitted again")
    return [
        Step(
            one.corrected_at,
            one.corrected_by.display_name,
            words.filled(reason=reason_words(one.reason)),
            one.remark,
            "back",
        )
        for one in corrections
    ]


def withdrawn(record: Withdrawable) -> list[Step]:
    """Return the withdrawal of a record, or nothing."""
    if record.withdrawn_at is None or record.withdrawn_by is None:
        return []
    words = both("{reason}，撤回", "Withdrawn: {reason}").filled(
        reason=reason_words(record.withdrawal_reason)
    )
    who = record.withdrawn_by.display_name
    return [Step(record.withdrawn_at, who, words, record.withdrawal_remark, "back")]


def life_of(record: Model, *steps: Step) -> list[Step]:
    """Return everything that happened to a record, in order: its reviews, and the steps that its room tells."""
    # A correction submits again at the same moment: it is told once, as what it is.
    told = {step.at for step in steps if step.look == "back"}
    reviewed = [step for step in _reviewed(record) if step.at not in told]
    return sorted([*steps, *reviewed], key=lambda step: step.at)


def _reviewed(record: Model) -> list[Step]:
    """Return the submissions and decisions, from the history that the database keeps of the review."""
    review = review_of(record)
    if review is None:
        return []
    kept = list(apps.get_model("review", "ReviewEvent").objects.filter(pgh_obj=review.pk).order_by("pgh_id"))
    accounts = {key for event in kept for key in (event.submitted_by_id, event.decided_by_id) if key}
    names = names_of(Account.objects.filter(pk__in=accounts))
    steps: dict[tuple[str, datetime], Step] = {}
    for event in kept:
        submitted = Step(
            event.submitted_at, names[event.submitted_by_id], both("提交核验", "Submitted for review")
        )
        steps.setdefault(("submitted", event.submitted_at), submitted)
        if event.state in _DECIDED:
            words, look = _DECIDED[event.state]
            decided = Step(event.decided_at, names[event.decided_by_id], words, event.remark, look)
            steps.setdefault((event.state, event.decided_at), decided)
    return list(steps.values())
