"""What an attendee's page tells of the record's life: for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.models import Fact, Member
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import ReviewState
from bangfu.foundation.review.queries import review_of
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.training.models import Enrolment
from bangfu.livelihoods.training.register import ENROLMENT_TYPE


@dataclass(frozen=True)
class Step:
    """One thing that happened to an enrolment."""

    at: datetime
    who: str
    words: Words
    remark: str = ""
    look: str = ""
    """``verified``, ``back`` or empty: how the trail marks it."""


@dataclass(frozen=True)
class FactRow:
    """One fact that the enrolment proves or proved."""

    fact: Fact
    measure: Words
    block: int | None
    """Null: not sealed yet."""
    reason: Words | None
    is_reversed: bool


def reason_words(reason: str) -> Words | None:
    """Return what a reason is called; null for none."""
    return REASON_WORDS.get(reason) if reason else None  # type: ignore[call-overload]


def facts_of_enrolment(enrolment: Enrolment) -> list[FactRow]:
    """Return an enrolment's facts with their measures, blocks, what was reversed and why, in the order posted."""
    facts = list(facts_of(ENROLMENT_TYPE, enrolment.pk))
    blocks = dict(
        Member.objects.filter(fact_id__in=[fact.pk for fact in facts]).values_list("fact_id", "block_id")
    )
    titles = {measure_number(code): measure.title for code, measure in declared_measures().items()}
    taken_back = {fact.reverses_id for fact in facts}
    return [
        FactRow(
            fact=fact,
            measure=titles[fact.measure_id],
            block=blocks.get(fact.pk),
            reason=reason_words(fact.reason or ""),
            is_reversed=fact.pk in taken_back,
        )
        for fact in facts
    ]


def trail_of(enrolment: Enrolment) -> list[Step]:
    """Return everything that happened to an enrolment, in order."""
    corrections = list(enrolment.corrections.select_related("corrected_by__person"))
    corrected_at = {correction.corrected_at for correction in corrections}
    steps = [_registered(enrolment), *(step for step in _reviewed(enrolment) if step.at not in corrected_at)]
    for correction in corrections:
        words = both("{reason}，更正并重新提交", "Corrected ({reason}) and submitted again").filled(
            reason=REASON_WORDS[correction.reason]  # type: ignore[index]
        )
        who = correction.corrected_by.display_name
        steps.append(Step(correction.corrected_at, who, words, correction.remark, "back"))
    if enrolment.withdrawn_at is not None and enrolment.withdrawn_by is not None:
        words = both("{reason}，撤回", "Withdrawn: {reason}").filled(
            reason=REASON_WORDS[enrolment.withdrawal_reason]  # type: ignore[index]
        )
        who = enrolment.withdrawn_by.display_name
        steps.append(Step(enrolment.withdrawn_at, who, words, enrolment.withdrawal_remark, "back"))
    return sorted(steps, key=lambda step: step.at)


def _registered(enrolment: Enrolment) -> Step:
    who = enrolment.enrolled_by.display_name
    if enrolment.upload is None:
        return Step(enrolment.enrolled_at, who, both("逐人登记", "Entered by hand"))
    words = both("从表格《{name}》导入", "Imported from {name}").filled(name=enrolment.upload.name)
    return Step(enrolment.enrolled_at, who, words)


def _reviewed(enrolment: Enrolment) -> list[Step]:
    """Return the submissions and decisions, from the history that the database keeps of the review."""
    review = review_of(ENROLMENT_TYPE, enrolment.pk)
    if review is None:
        return []
    kept = list(apps.get_model("review", "ReviewEvent").objects.filter(pgh_obj=review.pk).order_by("pgh_id"))
    people = {key for event in kept for key in (event.submitted_by_id, event.decided_by_id) if key}
    accounts = Account.objects.filter(pk__in=people).select_related("person")
    names = {account.pk: account.display_name for account in accounts}
    decided = {
        ReviewState.VERIFIED: (both("核验通过", "Verified"), "verified"),
        ReviewState.RETURNED: (both("退回", "Returned"), "back"),
    }
    steps: dict[tuple[str, datetime], Step] = {}
    for event in kept:
        words = both("提交核验", "Submitted for review")
        submitted = Step(event.submitted_at, names[event.submitted_by_id], words)
        steps.setdefault(("submitted", event.submitted_at), submitted)
        if event.state in decided:
            words, look = decided[event.state]
            step = Step(event.decided_at, names[event.decided_by_id], words, event.remark, look)
            steps.setdefault((event.state, event.decided_at), step)
    return list(steps.values())
