"""Visits are submitted, decided by a second person, withdrawn; what was found and promised on them is settled by another."""

from __future__ import annotations

from datetime import date

from bangfu.coordination.leadership import queries
from bangfu.coordination.leadership.models import STATE_WORDS, Outcome, Visit, VisitPoint, VisitState
from bangfu.coordination.leadership.operations import storing
from bangfu.coordination.leadership.queries import RECORD_TYPE
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.ledger.operations import ReversalReason, reverse_many
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide, decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type


class UnableToSubmitVisit(Refusal):
    """Codes: ``evidence_missing``, ``withdrawn``."""

    sentences = {
        "evidence_missing": both(
            "到访「{reference}」没有佐证。请先上传通知、纪要或照片，再提交核验。",
            "Visit {reference} has no evidence. Upload the notice, the minutes or photographs, then submit.",
        ),
        "withdrawn": both(
            "到访「{reference}」已撤回，不能提交。", "Visit {reference} is withdrawn and cannot be submitted."
        ),
    }


class UnableToSettle(Refusal):
    """Codes: ``not_verified``, ``settled_already``, ``same_person``, ``unknown_outcome``, ``remark_missing``, ``too_early``,
    ``in_future``."""

    sentences = {
        "not_verified": both(
            "这次到访目前是“{state}”，核验以后才能销号。",
            "The visit is “{state}”; what was left on it is settled after it is verified.",
        ),
        "settled_already": both("这一条已经销号。", "This point is settled already."),
        "same_person": both(
            "登记这次到访的人不能自己销号。请另一位同事核对后办理。",
            "Whoever registered the visit cannot settle its points. Let a colleague check and settle it.",
        ),
        "unknown_outcome": both("没有「{outcome}」这种结果。", "There is no outcome {outcome}."),
        "remark_missing": both(
            "请写明凭什么销号：做了什么、见哪份材料。",
            "Say what it rests on: what was done, and which paper shows it.",
        ),
        "too_early": both("日期早于到访 {arrived_on}。", "The day lies before the visit of {arrived_on}."),
        "in_future": both("日期在今天之后。", "The day lies in the future."),
    }


class UnableToWithdrawVisit(Refusal):
    """Codes: ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``."""

    sentences = {
        "withdrawn_already": both("这次到访已经撤回。", "This visit is withdrawn already."),
        "under_review": both(
            "这次到访正在等待核验。请先请核验人退回，再撤回。",
            "This visit waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both(
            "请写明撤回的原因，它会保留在记录上。", "Say why it is withdrawn; the words stay on the record."
        ),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
    }


@operation("leadership.submit_visit", scope=scope_of("visit"))
def submit_visit(*, visit: Visit, act: Act) -> Visit:
    """Submit a draft or returned visit for review, on a paper of its own.

    Raises: UnableToSubmitVisit: see its codes; UnableToReview: it was submitted already. Nothing was written.
    Locks: the visit.
    """
    visit = storing.visit_for_update(visit)
    if visit.withdrawn_at is not None:
        raise UnableToSubmitVisit("withdrawn", reference=visit.reference)
    if not has_evidence(RECORD_TYPE, [visit.pk]):
        raise UnableToSubmitVisit("evidence_missing", reference=visit.reference)
    kind = record_type("leadership.visit")
    title = f"{visit.post} {visit.reference}"
    submit_many([visit.pk], record_type=kind, unit=visit.unit, title=title, act=act)
    return visit


@operation("leadership.verify_visits", scope=scope_of("batch"))
def verify_visits(*, batch: Batch, act: Act) -> Batch:
    """Verify every visit that waits on a paper, and count each once.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: see ``storing.count_visits``.
    Locks: the paper, then its reviews.
    """
    storing.count_visits(decide_batch(batch, ReviewState.VERIFIED, act=act), act=act)
    return batch


@operation("leadership.return_visits", scope=scope_of("batch"))
def return_visits(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give every visit that waits on a paper back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("leadership.verify_visit", scope=scope_of("visit"))
def verify_visit(*, visit: Visit, act: Act) -> Visit:
    """Verify one visit and count it.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: see ``storing.count_visits``.
    Locks: the visit, then its review.
    """
    visit = storing.visit_for_update(visit)
    decide(visit, ReviewState.VERIFIED, act=act)
    storing.count_visits([visit.pk], act=act)
    return visit


@operation("leadership.return_visit", scope=scope_of("visit"))
def return_visit(*, visit: Visit, remark: str, act: Act) -> Visit:
    """Give one visit back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the visit, then its review.
    """
    visit = storing.visit_for_update(visit)
    decide(visit, ReviewState.RETURNED, remark=remark, act=act)
    return visit


def _scope_of_point(*, point: VisitPoint, **arguments: object) -> Scope:
    return point.visit.scope


@operation("leadership.settle_point", scope=_scope_of_point)
def settle_point(
    *, point: VisitPoint, outcome: str, on: date, remark: str, files: storing.Files = (), act: Act
) -> VisitPoint:
    """Note that a problem is solved or a commitment kept, or that neither will be; once, by somebody else than who entered it.

    Args:
        outcome: one of ``Outcome``.

    Raises: UnableToSettle: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the visit.
    """
    visit = storing.visit_for_update(point.visit)
    point = VisitPoint.objects.get(pk=point.pk)
    state = queries.state_of(visit)
    if state != VisitState.VERIFIED:
        raise UnableToSettle("not_verified", state=STATE_WORDS[state])
    if point.settled_on is not None:
        raise UnableToSettle("settled_already")
    if visit.registered_by_id == act.actor.pk:
        raise UnableToSettle("same_person")
    if outcome not in Outcome.values:
        raise UnableToSettle("unknown_outcome", outcome=outcome)
    if not remark.strip():
        raise UnableToSettle("remark_missing")
    if on < visit.arrived_on:
        raise UnableToSettle("too_early", arrived_on=visit.arrived_on.isoformat())
    if on > act.on:
        raise UnableToSettle("in_future")
    point.settled_on, point.settled_by = on, act.actor
    point.outcome, point.remark = outcome, remark.strip()
    point.save(update_fields=["settled_on", "settled_by", "outcome", "remark"])
    storing.attach_files(visit, files, act=act)
    return point


@operation("leadership.withdraw_visit", scope=scope_of("visit"))
def withdraw_visit(*, visit: Visit, reason: str, remark: str, act: Act) -> Visit:
    """Withdraw a visit that was not made or was entered wrongly; its number is free again, its words stay.

    Raises: UnableToWithdrawVisit: see its codes; nothing was written.
    Posts: the reversals of the visit's facts.
    Locks: the visit's number, then the visit.
    """
    storing.lock_references([visit.reference])
    visit = storing.visit_for_update(visit)
    state = queries.state_of(visit)
    if state == VisitState.WITHDRAWN:
        raise UnableToWithdrawVisit("withdrawn_already")
    if state == VisitState.SUBMITTED:
        raise UnableToWithdrawVisit("under_review")
    if reason not in ReversalReason.values:
        raise UnableToWithdrawVisit("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToWithdrawVisit("remark_missing")
    visit.withdrawn_at, visit.withdrawn_by = act.at, act.actor
    visit.withdrawal_reason, visit.withdrawal_remark = reason, remark.strip()
    visit.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawal_remark"])
    if facts := storing.standing_facts_of(visit):
        reverse_many(facts, reason=reason, act=act)
    return visit
