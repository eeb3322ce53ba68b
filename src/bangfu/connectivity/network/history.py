"""What a record's page tells of its life: reviews, corrections, facts and evidence, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps

from bangfu.connectivity.network.models import Correction, Project, RecordCorrection, Reported, Station
from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.ledger.models import Fact, Member
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.review import queries as reviews
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.rooms import Words, both, record_type_of


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
    place: str
    block: int | None
    """Null: not sealed yet."""
    reason: Words | None
    is_reversed: bool


Record = Station | Reported


def _number(record: Record) -> int:
    return record_type_of(record).number


def review_of(record: Record) -> Review | None:
    """Return the record's review, or null if it was never submitted."""
    return reviews.review_of(_number(record), record.pk)


def evidence_of(record: Record | Project) -> list[Attachment]:
    """Return the files that hang on a record, in the order attached."""
    return list(attachments_of(record_type_of(record).number, [record.pk]))


def reason_words(reason: str) -> Words | None:
    """Return what a reason is called; null for none."""
    return REASON_WORDS.get(reason) if reason else None  # type: ignore[call-overload]


def facts_of_record(record: Record) -> list[FactRow]:
    """Return the record's facts with their blocks, what was reversed and why, in the order posted."""
    facts = list(facts_of(_number(record), record.pk))
    blocks = dict(
        Member.objects.filter(fact_id__in=[fact.pk for fact in facts]).values_list("fact_id", "block_id")
    )
    taken_back = {fact.reverses_id for fact in facts}
    labels = place_labels({fact.place_id for fact in facts}, short=True)
    return [
        FactRow(
            fact=fact,
            place=labels[fact.place_id],
            block=blocks.get(fact.pk),
            reason=reason_words(fact.reason or ""),
            is_reversed=fact.pk in taken_back,
        )
        for fact in facts
    ]


def trail_of(record: Record) -> list[Step]:
    """Return everything that happened to a record, in order."""
    corrections = _corrections(record)
    corrected_at = {correction.corrected_at for correction in corrections}
    steps = [_registered(record), *(step for step in _reviewed(record) if step.at not in corrected_at)]
    for correction in corrections:
        words = both("{reason}，更正并重新提交", "Corrected ({reason}) and submitted again").filled(
            reason=REASON_WORDS[correction.reason]  # type: ignore[index]
        )
        who = correction.corrected_by.display_name
        steps.append(Step(correction.corrected_at, who, words, correction.remark, "back"))
    if record.withdrawn_at is not None and record.withdrawn_by is not None:
        words = both("{reason}，撤回", "Withdrawn: {reason}").filled(
            reason=REASON_WORDS[record.withdrawal_reason]  # type: ignore[index]
        )
        who = record.withdrawn_by.display_name
        steps.append(Step(record.withdrawn_at, who, words, record.withdrawal_remark, "back"))
    return sorted(steps, key=lambda step: step.at)


def _corrections(record: Record) -> list[Correction] | list[RecordCorrection]:
    if isinstance(record, Station):
        return list(record.corrections.select_related("corrected_by__person"))
    kept = RecordCorrection.objects.filter(record_type=_number(record), record_id=record.pk)
    return list(kept.select_related("corrected_by__person"))


def _registered(record: Record) -> Step:
    who = record.registered_by.display_name
    if record.upload is None:
        return Step(record.registered_at, who, both("逐个登记", "Registered by hand"))
    words = both("从表格《{name}》导入", "Imported from {name}").filled(name=record.upload.name)
    return Step(record.registered_at, who, words)


def _reviewed(record: Record) -> list[Step]:
    """Return the submissions and decisions, from the history that the database keeps of the review."""
    review = review_of(record)
    if review is None:
        return []
    kept = apps.get_model("review", "ReviewEvent").objects.filter(pgh_obj=review.pk).order_by("pgh_id")
    names = {
        account.pk: account.display_name
        for account in Account.objects.filter(
            pk__in={key for event in kept for key in (event.submitted_by_id, event.decided_by_id) if key}
        ).select_related("person")
    }
    steps: dict[tuple[str, datetime], Step] = {}
    for event in kept:
        submitted = Step(
            event.submitted_at, names[event.submitted_by_id], both("提交核验", "Submitted for review")
        )
        steps.setdefault(("submitted", event.submitted_at), submitted)
        if event.state == ReviewState.VERIFIED:
            words = both("核验通过并计入", "Verified and counted")
            step = Step(event.decided_at, names[event.decided_by_id], words, event.remark, "verified")
        elif event.state == ReviewState.RETURNED:
            step = Step(
                event.decided_at, names[event.decided_by_id], both("退回", "Returned"), event.remark, "back"
            )
        else:
            continue
        steps.setdefault((event.state, event.decided_at), step)
    return list(steps.values())
