"""What a reported record's page tells of its life: reviews, corrections, facts and evidence, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.queries import quantity_words
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.models import Fact, Member
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.review import queries as reviews
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.rooms import Words, both


@dataclass(frozen=True)
class Step:
    """One thing that happened to a record."""

    at: datetime
    who: str
    words: Words
    remark: str = ""
    look: str = ""
    """``verified``, ``back`` or empty: how the trail marks it."""


@dataclass(frozen=True)
class FactRow:
    """One fact that the record proves or proved."""

    fact: Fact
    quantity: str
    place: str
    block: int | None
    """Null: not sealed yet."""
    reason: Words | None
    is_reversed: bool


def review_of(record: ReportedRecord) -> Review | None:
    """Return the record's review, or null if it was never submitted."""
    return reviews.review_of(RECORD_TYPE, record.pk)


def evidence_of(record: ReportedRecord) -> list[Attachment]:
    """Return the files that hang on a record, in the order attached."""
    return list(attachments_of(RECORD_TYPE, [record.pk]))


def reason_words(reason: str) -> Words | None:
    """Return what a reason is called; null for none."""
    return REASON_WORDS.get(reason) if reason else None  # type: ignore[call-overload]


def facts_of_record(record: ReportedRecord) -> list[FactRow]:
    """Return the record's facts with their blocks, what was reversed and why, in the order posted."""
    facts = list(facts_of(RECORD_TYPE, record.pk))
    members = Member.objects.filter(fact_id__in=[fact.pk for fact in facts])
    blocks = dict(members.values_list("fact_id", "block_id"))
    taken_back = {fact.reverses_id for fact in facts}
    labels = place_labels({fact.place_id for fact in facts}, short=True)
    measure = declared_measures().get(record.measure)
    return [
        FactRow(
            fact=fact,
            quantity=quantity_words(fact.quantity, measure),
            place=labels[fact.place_id],
            block=blocks.get(fact.pk),
            reason=reason_words(fact.reason or ""),
            is_reversed=fact.pk in taken_back,
        )
        for fact in facts
    ]


def trail_of(record: ReportedRecord) -> list[Step]:
    """Return everything that happened to a record, in order."""
    steps = [_registered(record), *_reviewed(record)]
    corrections = list(record.corrections.select_related("corrected_by__person"))
    corrected_at = {correction.corrected_at for correction in corrections}
    # A correction submits again at the same moment: it is told once, as what it is.
    steps = [step for step in steps if step.at not in corrected_at]
    for correction in corrections:
        words = both("{reason}，更正并重新提交", "Corrected ({reason}) and submitted again")
        steps.append(
            Step(
                correction.corrected_at,
                correction.corrected_by.display_name,
                words.filled(reason=reason_words(correction.reason)),
                correction.remark,
                "back",
            )
        )
    if record.withdrawn_at is not None and record.withdrawn_by is not None:
        words = both("{reason}，撤回", "Withdrawn: {reason}").filled(
            reason=reason_words(record.withdrawal_reason)
        )
        who = record.withdrawn_by.display_name
        steps.append(Step(record.withdrawn_at, who, words, record.withdrawal_remark, "back"))
    return sorted(steps, key=lambda step: step.at)


def _registered(record: ReportedRecord) -> Step:
    words = both("逐条报送", "Reported by hand")
    if record.upload is not None:
        words = both("从表格《{name}》导入", "Imported from {name}").filled(name=record.upload.name)
    return Step(record.registered_at, record.registered_by.display_name, words)


def _reviewed(record: ReportedRecord) -> list[Step]:
    """Return the submissions and decisions, from the history that the database keeps of the review."""
    review = review_of(record)
    if review is None:
        return []
    kept = list(apps.get_model("review", "ReviewEvent").objects.filter(pgh_obj=review.pk).order_by("pgh_id"))
    accounts = {key for event in kept for key in (event.submitted_by_id, event.decided_by_id) if key}
    people = Account.objects.filter(pk__in=accounts).select_related("person")
    names = {account.pk: account.display_name for account in people}
    decisions = {
        ReviewState.VERIFIED: (both("核验通过并计入", "Verified and counted"), "verified"),
        ReviewState.RETURNED: (both("退回", "Returned"), "back"),
    }
    steps: dict[tuple[str, datetime], Step] = {}
    for event in kept:
        submitted = Step(
            event.submitted_at, names[event.submitted_by_id], both("提交核验", "Submitted for review")
        )
        steps.setdefault(("submitted", event.submitted_at), submitted)
        if event.state in decisions:
            words, look = decisions[event.state]
            decided = Step(event.decided_at, names[event.decided_by_id], words, event.remark, look)
            steps.setdefault((event.state, event.decided_at), decided)
    return list(steps.values())
