"""What a pairing's page tells of its life, and a place's of its supporters: for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps

from bangfu.coordination.pairing.models import KIND_WORDS, ROLE_WORDS, Pairing
from bangfu.coordination.pairing.register import RECORD_TYPE
from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.models import Fact, Member
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import ReviewState
from bangfu.foundation.review.queries import review_of
from bangfu.foundation.rooms import Words, both


@dataclass(frozen=True)
class Step:
    """One thing that happened to a pairing."""

    at: datetime
    who: str
    words: Words
    remark: str = ""
    look: str = ""
    """``verified``, ``back`` or empty: how the trail marks it."""


@dataclass(frozen=True)
class FactRow:
    """One fact that the pairing proves or proved."""

    fact: Fact
    measure: Words
    block: int | None
    """Null: not sealed yet."""
    reason: Words | None
    is_reversed: bool


@dataclass(frozen=True)
class Bar:
    """A pairing on the time line of its place: where it begins and how long it is, in per cent of the line."""

    pairing: Pairing
    begins: int
    length: int
    kind: Words
    role: Words


def reason_words(reason: str) -> Words | None:
    """Return what a reason is called; null for none."""
    return REASON_WORDS.get(reason) if reason else None  # type: ignore[call-overload]


def facts_of_pairing(pairing: Pairing) -> list[FactRow]:
    """Return the pairing's facts with their measures, blocks, what was reversed and why, in the order posted."""
    facts = list(facts_of(RECORD_TYPE, pairing.pk))
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


def trail_of(pairing: Pairing) -> list[Step]:
    """Return everything that happened to a pairing, in order."""
    corrections = list(pairing.corrections.select_related("corrected_by__person"))
    corrected_at = {correction.corrected_at for correction in corrections}
    steps = [_registered(pairing), *(step for step in _reviewed(pairing) if step.at not in corrected_at)]
    for correction in corrections:
        words = both("{reason}，更正并重新提交", "Corrected ({reason}) and submitted again").filled(
            reason=REASON_WORDS[correction.reason]  # type: ignore[index]
        )
        who = correction.corrected_by.display_name
        steps.append(Step(correction.corrected_at, who, words, correction.remark, "back"))
    if pairing.withdrawn_at is not None and pairing.withdrawn_by is not None:
        words = both("{reason}，撤回", "Withdrawn: {reason}").filled(
            reason=REASON_WORDS[pairing.withdrawal_reason]  # type: ignore[index]
        )
        who = pairing.withdrawn_by.display_name
        steps.append(Step(pairing.withdrawn_at, who, words, pairing.withdrawal_remark, "back"))
    return sorted(steps, key=lambda step: step.at)


def _registered(pairing: Pairing) -> Step:
    who = pairing.registered_by.display_name
    if pairing.upload is None:
        return Step(pairing.registered_at, who, both("逐条拟定", "Entered by hand"))
    words = both("从表格《{name}》导入", "Imported from {name}").filled(name=pairing.upload.name)
    return Step(pairing.registered_at, who, words)


def _reviewed(pairing: Pairing) -> list[Step]:
    """Return the submissions and decisions, from the history that the database keeps of the review."""
    review = review_of(RECORD_TYPE, pairing.pk)
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


def time_line(pairings: Iterable[Pairing], today: date) -> list[Bar]:
    """Return the pairings as bars on one line from the first start to today, in the order given."""
    shown = [pairing for pairing in pairings if pairing.starts_on <= today]
    if not shown:
        return []
    first = min(pairing.starts_on for pairing in shown)
    days = max((today - first).days, 1)
    bars = []
    for pairing in shown:
        begins = (pairing.starts_on - first).days * 100 // days
        length = ((pairing.ends_on or today) - pairing.starts_on).days * 100 // days
        bars.append(Bar(pairing, begins, max(length, 1), KIND_WORDS[pairing.kind], ROLE_WORDS[pairing.role]))
    return bars
