"""Working findings off: assigned, answered, accepted or returned by another, dismissed, re-opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, keep
from bangfu.foundation.evidence.sniffing import PICTURES
from bangfu.foundation.findings.models import (
    TO_ANSWER,
    Done,
    Finding,
    FindingObject,
    FindingState,
    FindingStep,
    Outcome,
)
from bangfu.foundation.findings.notices import tell_assigned, tell_returned
from bangfu.foundation.operations import Act, Refusal, Scope, allows, inside_operation, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.permissions import holds_from_above
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both


class UnableToWorkOn(Refusal):
    """Codes: ``closed_already``, ``not_closed``, ``not_assigned``, ``not_answered``, ``due_passed``, ``cannot_answer``,
    ``somebody_elses``, ``words_missing``, ``same_person``, ``concerns_you``, ``not_above``.
    """

    sentences = {
        "closed_already": both(
            "这个疑点已经办结。如有新情况，请先重新打开。",
            "This finding is closed. Re-open it first if there is something new.",
        ),
        "not_closed": both(
            "这个疑点还没有办结，不用重新打开。", "This finding is open; there is nothing to re-open."
        ),
        "not_assigned": both(
            "现在不是答复的时候：须先分派，或等复核退回。请刷新后查看。",
            "There is nothing to answer now: it must be assigned or returned first. Reload to see how it stands.",
        ),
        "not_answered": both(
            "还没有答复可供复核。请等承办单位答复。",
            "There is no answer to decide on yet. Wait for the unit's answer.",
        ),
        "due_passed": both(
            "期限 {due_on} 已经过去。请写今天或以后的日期。",
            "{due_on} has passed. Give today or a later day.",
        ),
        "cannot_answer": both(
            "{name}不能为「{unit}」答复疑点。请另选一人，或只分派到单位。",
            "{name} may not answer for {unit}. Choose somebody else, or assign it to the unit only.",
        ),
        "somebody_elses": both(
            "这个疑点分派给了{name}，须由本人答复。需要换人时请重新分派。",
            "This finding is assigned to {name}, who answers it. Assign it again to change that.",
        ),
        "words_missing": both("请写明理由或说明。", "Say why, or what you found."),
        "same_person": both(
            "答复由您本人作出，须由另一人复核。请转交上级单位或审计。",
            "You gave this answer yourself; another person decides on it. Pass it to the unit above or to audit.",
        ),
        "concerns_you": both(
            "这个疑点说的是您本人，须由别人办理。请转交审计。",
            "This finding is about yourself; somebody else decides on it. Pass it to audit.",
        ),
        "not_above": both(
            "须由承办单位的上级或审计来决定。请转交上级单位。",
            "A person of the unit above, or of audit, decides on this. Pass it to the unit above.",
        ),
    }


def _on_both(**arguments: object) -> list[Scope]:
    """Ask in the finding's own unit and in the one it goes to."""
    finding, unit = arguments["finding"], arguments["unit"]
    assert isinstance(finding, Finding)
    assert isinstance(unit, Unit)
    return [finding.scope, unit.scope]


def _duty(**arguments: object) -> Scope:
    finding = arguments["finding"]
    assert isinstance(finding, Finding)
    return finding.duty


@operation("findings.assign_finding", scope=_on_both)
def assign_finding(
    *, finding: Finding, unit: Unit, account: Account | None = None, due_on: date, remark: str = "", act: Act
) -> Finding:
    """Assign a finding to a unit, and perhaps one person of it, to be answered by a day.

    Raises: UnableToWorkOn: ``closed_already``, ``concerns_you``, ``due_passed``, ``cannot_answer``; nothing was written.
    Locks: the finding.
    """
    held = _held(finding)
    if held.is_closed:
        raise UnableToWorkOn("closed_already")
    _require_not_about(held, act)
    if due_on < act.on:
        raise UnableToWorkOn("due_passed", due_on=due_on)
    if account is not None and not allows(account, "findings.answer_finding", unit.scope, act.on):
        raise UnableToWorkOn(
            "cannot_answer", name=account.display_name, unit=both(unit.name_zh, unit.name_en)
        )
    held.state = FindingState.ASSIGNED
    held.assigned_unit, held.assigned_to, held.due_on = unit, account, due_on
    held.outcome, held.answered_by = "", None
    held.save(update_fields=["state", "assigned_unit", "assigned_to", "due_on", "outcome", "answered_by"])
    _tell(held, Done.ASSIGNED, act, remark=remark, unit=unit, account=account, due_on=due_on)
    tell_assigned(held, act=act)
    return held


@operation("findings.answer_finding", scope=_duty)
def answer_finding(
    *, finding: Finding, outcome: str, words: str, files: Sequence[tuple[str, bytes]] = (), act: Act
) -> Finding:
    """Answer a finding with what became of the matter and, if there is some, evidence, which hangs on the finding.

    Raises:
        UnableToWorkOn: ``not_assigned``, ``somebody_elses``, ``words_missing``; nothing was written.
        UnableToKeep: see its codes; nothing was written.
    Locks: the finding.
    """
    if outcome not in Outcome.values:
        raise ValueError(f"no outcome is called {outcome}")
    held = _held(finding)
    if held.state not in TO_ANSWER:
        raise UnableToWorkOn("not_assigned")
    if held.assigned_to is not None and held.assigned_to_id != act.actor.pk:
        raise UnableToWorkOn("somebody_elses", name=held.assigned_to.display_name)
    words = _said(words)
    for name, content in files:
        file = keep(content, name=name, act=act)
        kind = EvidenceKind.PHOTO if file.media_type in PICTURES else EvidenceKind.DOCUMENT
        attach(file, to=held, kind=kind, name=name, act=act)
    held.state, held.outcome, held.answered_by = FindingState.ANSWERED, outcome, act.actor
    held.save(update_fields=["state", "outcome", "answered_by"])
    _tell(held, Done.ANSWERED, act, remark=words, outcome=outcome)
    return held


@operation("findings.accept_answer", scope=_duty)
def accept_answer(*, finding: Finding, remark: str = "", act: Act) -> Finding:
    """Accept an answer and close the finding; never whoever answered, nor whom it is about.

    Raises: UnableToWorkOn: ``not_answered``, ``same_person``, ``concerns_you``, ``not_above``; nothing was written.
    Locks: the finding.
    """
    held = _held(finding)
    _require_another(held, act)
    held.state, held.decided_by, held.decided_at = FindingState.ACCEPTED, act.actor, act.at
    held.save(update_fields=["state", "decided_by", "decided_at"])
    _tell(held, Done.ACCEPTED, act, remark=remark)
    return held


@operation("findings.return_answer", scope=_duty)
def return_answer(*, finding: Finding, remark: str, act: Act) -> Finding:
    """Return an answer that does not do, with what is missing.

    Raises: UnableToWorkOn: ``not_answered``, ``same_person``, ``concerns_you``, ``not_above``, ``words_missing``;
        nothing was written.
    Locks: the finding.
    """
    held = _held(finding)
    _require_another(held, act)
    remark = _said(remark)
    held.state = FindingState.RETURNED
    held.save(update_fields=["state"])
    _tell(held, Done.RETURNED, act, remark=remark)
    tell_returned(held, act=act)
    return held


@operation("findings.dismiss_finding", scope=_duty)
def dismiss_finding(*, finding: Finding, remark: str, act: Act) -> Finding:
    """Dismiss a finding with a reason; seen again unchanged, it stays dismissed.

    Raises: UnableToWorkOn: ``closed_already``, ``same_person``, ``concerns_you``, ``not_above``, ``words_missing``;
        nothing was written.
    Locks: the finding.
    """
    held = _held(finding)
    if held.is_closed:
        raise UnableToWorkOn("closed_already")
    _require_unconcerned(held, act)
    remark = _said(remark)
    held.state, held.decided_by, held.decided_at = FindingState.DISMISSED, act.actor, act.at
    held.save(update_fields=["state", "decided_by", "decided_at"])
    _tell(held, Done.DISMISSED, act, remark=remark)
    return held


@operation("findings.reopen_finding", scope=scope_of("finding"))
def reopen_finding(*, finding: Finding, remark: str, act: Act) -> Finding:
    """Re-open a closed finding because there is something new; it is assigned anew.

    Raises: UnableToWorkOn: ``not_closed``, ``words_missing``; nothing was written.
    Locks: the finding.
    """
    held = _held(finding)
    if not held.is_closed:
        raise UnableToWorkOn("not_closed")
    remark = _said(remark)
    held.state, held.outcome = FindingState.OPEN, ""
    held.assigned_unit = held.assigned_to = held.due_on = None
    held.answered_by = held.decided_by = held.decided_at = None
    held.times_reopened += 1
    held.save()
    _tell(held, Done.REOPENED, act, remark=remark)
    return held


def _held(finding: Finding) -> Finding:
    inside_operation()
    found = Finding.objects.select_related("assigned_to__person__key", "unit", "assigned_unit")
    return found.select_for_update(of=("self",)).get(pk=finding.pk)


def _require_another(held: Finding, act: Act) -> None:
    """Refuse unless there is an answer, and somebody else of above or of audit decides on it."""
    if held.state != FindingState.ANSWERED:
        raise UnableToWorkOn("not_answered")
    _require_unconcerned(held, act)


def _require_unconcerned(held: Finding, act: Act) -> None:
    if held.answered_by_id == act.actor.pk:
        raise UnableToWorkOn("same_person")
    _require_not_about(held, act)
    if not holds_from_above(act.actor, inside_operation(), held.duty, act.on):
        raise UnableToWorkOn("not_above")


def _require_not_about(held: Finding, act: Act) -> None:
    about = held.objects_named.filter(kind=FindingObject.Kind.ACCOUNT, key=str(act.actor.pk))
    if about.exists():
        raise UnableToWorkOn("concerns_you")


def _said(words: str) -> str:
    said = words.strip()
    if not said:
        raise UnableToWorkOn("words_missing")
    return said


def _tell(
    held: Finding,
    done: str,
    act: Act,
    *,
    remark: str = "",
    outcome: str = "",
    unit: Unit | None = None,
    account: Account | None = None,
    due_on: date | None = None,
) -> None:
    FindingStep.objects.create(
        finding=held,
        done=done,
        by=act.actor,
        at=act.at,
        remark=remark.strip(),
        outcome=outcome,
        unit=unit,
        account=account,
        due_on=due_on,
    )
