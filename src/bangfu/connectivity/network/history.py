"""What a station's page tells of its life: reviews, corrections, facts and evidence, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps

from bangfu.connectivity.network.measures import STATIONS
from bangfu.connectivity.network.models import Station
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import attachments_of
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
    """One thing that happened to a station."""

    at: datetime
    who: str
    words: Words
    remark: str = ""
    look: str = ""
    """``verified``, ``back`` or empty: how the trail marks it."""


@dataclass(frozen=True)
class FactRow:
    """One fact that the station proves or proved."""

    fact: Fact
    place: str
    block: int | None
    """Null: not sealed yet."""
    reason: Words | None
    is_reversed: bool


def review_of(station: Station) -> Review | None:
    """Return the station's review, or null if it was never submitted."""
    return reviews.review_of(RECORD_TYPE, station.pk)


def evidence_of(station: Station) -> list[Attachment]:
    """Return the files that hang on a station, in the order attached."""
    return list(attachments_of(RECORD_TYPE, [station.pk]))


def reason_words(reason: str) -> Words | None:
    """Return what a reason is called; null for none."""
    return REASON_WORDS.get(reason) if reason else None  # type: ignore[call-overload]


def facts_of_station(station: Station) -> list[FactRow]:
    """Return the station's facts with their blocks, what was reversed and why, in the order posted."""
    facts = list(facts_of(RECORD_TYPE, station.pk))
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


def trail_of(station: Station) -> list[Step]:
    """Return everything that happened to a station, in order."""
    corrections = list(station.corrections.select_related("corrected_by__person"))
    corrected_at = {correction.corrected_at for correction in corrections}
    steps = [_registered(station), *(step for step in _reviewed(station) if step.at not in corrected_at)]
    for correction in corrections:
        words = both("{reason}，更正并重新提交", "Corrected ({reason}) and submitted again").filled(
            reason=REASON_WORDS[correction.reason]  # type: ignore[index]
        )
        who = correction.corrected_by.display_name
        steps.append(Step(correction.corrected_at, who, words, correction.remark, "back"))
    if station.withdrawn_at is not None and station.withdrawn_by is not None:
        words = both("{reason}，撤回", "Withdrawn: {reason}").filled(
            reason=REASON_WORDS[station.withdrawal_reason]  # type: ignore[index]
        )
        who = station.withdrawn_by.display_name
        steps.append(Step(station.withdrawn_at, who, words, station.withdrawal_remark, "back"))
    return sorted(steps, key=lambda step: step.at)


def _registered(station: Station) -> Step:
    who = station.registered_by.display_name
    if station.upload is None:
        return Step(station.registered_at, who, both("逐个登记", "Registered by hand"))
    words = both("从表格《{name}》导入", "Imported from {name}").filled(name=station.upload.name)
    return Step(station.registered_at, who, words)


def _reviewed(station: Station) -> list[Step]:
    """Return the submissions and decisions, from the history that the database keeps of the review."""
    review = review_of(station)
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
            words = both("核验通过，计入{measure}", "Verified; counts as {measure}").filled(
                measure=STATIONS.title
            )
            step = Step(event.decided_at, names[event.decided_by_id], words, event.remark, "verified")
        elif event.state == ReviewState.RETURNED:
            step = Step(
                event.decided_at, names[event.decided_by_id], both("退回", "Returned"), event.remark, "back"
            )
        else:
            continue
        steps.setdefault((event.state, event.decided_at), step)
    return list(steps.values())
