"""A counted pairing turns out wrong: it is corrected and reviewed again, or withdrawn; its facts are taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.coordination.pairing import queries
from bangfu.coordination.pairing.models import STATE_WORDS, Correction, Pairing, PairingState
from bangfu.coordination.pairing.operations import storing
from bangfu.coordination.pairing.operations.proposing import PairingDetails
from bangfu.coordination.pairing.rules import judged
from bangfu.foundation.ledger.operations import ReversalReason, reverse_many
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.review.operations import submit_corrected
from bangfu.foundation.rooms import both

CORRECTION_REASONS = (ReversalReason.WRONG_PLACE, ReversalReason.WRONG_DATE)
"""What can be wrong about a pairing that is otherwise true; everything else is a withdrawal."""


class UnableToCorrect(Refusal):
    """Codes: ``not_counted``, ``nothing_changed``, ``remark_missing``, ``unknown_reason``, ``reason_not_changed``,
    ``end_removed``."""

    sentences = {
        "not_counted": both(
            "这条结对目前是“{state}”，不能更正。未核验的请直接修改。",
            "This pairing is “{state}” and cannot be corrected. Change it directly while it is not verified.",
        ),
        "nothing_changed": both(
            "地点和日期都没有改动。请填写正确的值。", "Neither place nor dates differ. Enter the right ones."
        ),
        "remark_missing": both(
            "请写明更正的依据，例如哪份文件或谁的来函。",
            "Say what the correction rests on: which document, whose letter.",
        ),
        "unknown_reason": both(
            "更正的原因只能是地点有误或日期有误；其他情况请撤回。",
            "A correction is for a wrong place or a wrong date; otherwise withdraw the pairing.",
        ),
        "reason_not_changed": both(
            "原因与改动不符：所选原因对应的内容没有变化。",
            "The reason does not fit: what it names did not change.",
        ),
        "end_removed": both(
            "更正不能新增或取消结束。还在结对的请用“结束”；误办结束的请另行登记新的结对。",
            "A correction neither adds nor removes an end. Use “end” for an active one; after a wrong end propose anew.",
        ),
    }


class UnableToWithdraw(Refusal):
    """Codes: ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``."""

    sentences = {
        "withdrawn_already": both("这条结对已经撤回。", "This pairing is withdrawn already."),
        "under_review": both(
            "这条结对正在等待核验。请先请核验人退回，再撤回。",
            "This pairing waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both(
            "请写明撤回的原因和依据，它会保留在记录上。",
            "Say why it is withdrawn; the words stay on the record.",
        ),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
    }


@dataclass(frozen=True)
class _Change:
    moved: bool
    dated: bool


def _scopes_of_correction(*, pairing: Pairing, place: Place, **arguments: object) -> list[Scope]:
    return [pairing.scope, Scope(unit=pairing.unit_id, place=place.pk)]


@operation("pairing.correct_pairing", scope=_scopes_of_correction)
def correct_pairing(
    *,
    pairing: Pairing,
    place: Place,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    remark: str,
    act: Act,
) -> Pairing:
    """Correct where or when a counted pairing was, take its facts back, and submit it for review again.

    Raises: UnableToCorrect, UnableToPair: see their codes; nothing was written.
    Posts: the reversals of the pairing's facts; the next revision is counted once it is verified.
    Locks: the places, then the pairing.
    """
    storing.lock_places([pairing.place_id, place.pk])
    pairing = storing.pairing_for_update(pairing)
    state = queries.state_of(pairing)
    if state not in (PairingState.ACTIVE, PairingState.ENDED):
        raise UnableToCorrect("not_counted", state=STATE_WORDS[state])
    change = _Change(
        moved=place.pk != pairing.place_id,
        dated=(starts_on, ends_on) != (pairing.starts_on, pairing.ends_on),
    )
    _refuse_wrong_reason(change, reason, remark)
    if (ends_on is None) != (pairing.ends_on is None):
        raise UnableToCorrect("end_removed")
    details = PairingDetails(
        place=place,
        kind=pairing.kind,
        role=pairing.role,
        level=pairing.level,
        assigned_by=pairing.assigned_by,
        document=pairing.document,
        leader_post=pairing.leader_post,
        starts_on=starts_on,
        ends_on=ends_on,
        agreed_until=pairing.agreed_until,
    )
    found = judged(details.row(pairing.unit), today=act.on, of=pairing.pk)
    if found.faults:
        raise found.faults[0].refusal

    Correction.objects.create(
        pairing=pairing,
        revision=pairing.revision,
        place_id=pairing.place_id,
        starts_on=pairing.starts_on,
        ends_on=pairing.ends_on,
        reason=reason,
        remark=remark.strip(),
        corrected_at=act.at,
        corrected_by=act.actor,
    )
    storing.replace_pairings(found.rows, upload=pairing.upload_id)
    Pairing.objects.filter(pk=pairing.pk).update(revision=pairing.revision + 1, confirmed_at=None)
    reverse_many(storing.standing_facts_of(pairing), reason=reason, act=act)
    submit_corrected(pairing, unit=pairing.unit, title=f"更正结对 {place_label(place.pk)}", act=act)
    pairing.refresh_from_db()
    return pairing


def _refuse_wrong_reason(change: _Change, reason: str, remark: str) -> None:
    if not (change.moved or change.dated):
        raise UnableToCorrect("nothing_changed")
    if reason not in CORRECTION_REASONS:
        raise UnableToCorrect("unknown_reason")
    if not (change.moved if reason == ReversalReason.WRONG_PLACE else change.dated):
        raise UnableToCorrect("reason_not_changed")
    if not remark.strip():
        raise UnableToCorrect("remark_missing")


@operation("pairing.withdraw_pairing", scope=scope_of("pairing"))
def withdraw_pairing(*, pairing: Pairing, reason: str, remark: str, act: Act) -> Pairing:
    """Withdraw a pairing that never was: it counts no more, its place is free, its record stays with the reason.

    Raises: UnableToWithdraw: see its codes; nothing was written.
    Posts: the reversals of the pairing's facts, if it was counted.
    Locks: the place, then the pairing.
    """
    storing.lock_places([pairing.place_id])
    pairing = storing.pairing_for_update(pairing)
    state = queries.state_of(pairing)
    if state == PairingState.WITHDRAWN:
        raise UnableToWithdraw("withdrawn_already")
    if state in (PairingState.ASSIGNED, PairingState.ENDING):
        raise UnableToWithdraw("under_review")
    if reason not in ReversalReason.values:
        raise UnableToWithdraw("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToWithdraw("remark_missing")

    pairing.withdrawn_at, pairing.withdrawn_by = act.at, act.actor
    pairing.withdrawal_reason, pairing.withdrawal_remark = reason, remark.strip()
    pairing.confirmed_at = None
    pairing.save(
        update_fields=[
            "withdrawn_at",
            "withdrawn_by",
            "withdrawal_reason",
            "withdrawal_remark",
            "confirmed_at",
        ]
    )
    reverse_many(storing.standing_facts_of(pairing), reason=reason, act=act)
    return pairing
