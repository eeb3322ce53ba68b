"""A school stops having lessons over the line, goes on after a stop that was returned, or is withdrawn."""

from __future__ import annotations

from datetime import date

from bangfu.connectivity.schooling import queries
from bangfu.connectivity.schooling.models import STATE_WORDS, School, SchoolState
from bangfu.connectivity.schooling.operations import storing
from bangfu.foundation.ledger.operations import ReversalReason, reverse_many
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.operations import submit_corrected, submit_many
from bangfu.foundation.rooms import both, record_type


class UnableToStopSchool(Refusal):
    """Codes: ``not_in_use``, ``too_early``, ``in_future``, ``document_missing``, ``no_returned_stop``."""

    sentences = {
        "not_in_use": both(
            "学校「{code}」目前是“{state}”，不在用，不能停用。",
            "School {code} is “{state}” and not in use, so it cannot stop.",
        ),
        "too_early": both(
            "停用日期须晚于验收日期 {accepted_on}。",
            "It was accepted on {accepted_on}; it can stop only after that day.",
        ),
        "in_future": both("停用日期在今天之后。", "The day lies in the future."),
        "document_missing": both(
            "请写明停用的依据：文件或通知。", "Say what the stop rests on: a document or a notice."
        ),
        "no_returned_stop": both(
            "学校「{code}」没有被退回的停用，不用恢复。",
            "No stop of school {code} was returned; there is nothing to resume.",
        ),
    }


class UnableToWithdrawSchool(Refusal):
    """Codes: ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``."""

    sentences = {
        "withdrawn_already": both("学校「{code}」已经撤回。", "School {code} is withdrawn already."),
        "under_review": both(
            "学校「{code}」正在等待核验。请先请核验人退回，再撤回。",
            "School {code} waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both(
            "请写明撤回的原因和依据，它会保留在记录上。",
            "Say why it is withdrawn; the words stay on the record.",
        ),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
    }


@operation("schooling.stop_school", scope=scope_of("school"))
def stop_school(*, school: School, on: date, document: str, files: storing.Files = (), act: Act) -> School:
    """End the use of a counted school from a day on, and submit the end for review; it counts down once that is verified.

    Raises: UnableToStopSchool: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the school.
    """
    school = storing.school_for_update(school)
    state = queries.state_of(school)
    is_returned = state == SchoolState.RETURNED and school.confirmed_at is not None
    if state != SchoolState.SERVED and not is_returned:
        raise UnableToStopSchool("not_in_use", code=school.code, state=STATE_WORDS[state])
    if on <= school.accepted_on:
        raise UnableToStopSchool("too_early", accepted_on=school.accepted_on.isoformat())
    if on > act.on:
        raise UnableToStopSchool("in_future")
    if not document.strip():
        raise UnableToStopSchool("document_missing")
    school.stopped_on, school.stop_document = on, document.strip()
    school.save(update_fields=["stopped_on", "stop_document"])
    storing.attach_files(school, files, act=act)
    _submit_again(school, f"停用 {school.name} {school.code}", act, was_returned=is_returned)
    return school


@operation("schooling.resume_school", scope=scope_of("school"))
def resume_school(*, school: School, act: Act) -> School:
    """Take back a stop that was returned; the school counts as before once another person has seen that.

    Raises: UnableToStopSchool: ``no_returned_stop``; nothing was written.
    Locks: the school.
    """
    school = storing.school_for_update(school)
    if queries.state_of(school) != SchoolState.RETURNED or school.confirmed_at is None:
        raise UnableToStopSchool("no_returned_stop", code=school.code)
    school.stopped_on, school.stop_document = None, ""
    school.save(update_fields=["stopped_on", "stop_document"])
    _submit_again(school, f"恢复使用 {school.name} {school.code}", act, was_returned=True)
    return school


def _submit_again(school: School, title: str, act: Act, *, was_returned: bool) -> None:
    if was_returned:
        kind = record_type("schooling.school")
        submit_many([school.pk], record_type=kind, unit=school.unit, title=title, act=act)
    else:
        submit_corrected(school, unit=school.unit, title=title, act=act)


@operation("schooling.withdraw_school", scope=scope_of("school"))
def withdraw_school(*, school: School, reason: str, remark: str, act: Act) -> School:
    """Withdraw a school that never was in use or was entered wrongly: it counts no more, its code is free again.

    Raises: UnableToWithdrawSchool: see its codes; nothing was written.
    Posts: the reversals of the school's facts, if it was counted.
    Locks: the school's code, then the school.
    """
    storing.lock_codes([school.code])
    school = storing.school_for_update(school)
    state = queries.state_of(school)
    if state == SchoolState.WITHDRAWN:
        raise UnableToWithdrawSchool("withdrawn_already", code=school.code)
    if state in (SchoolState.SUBMITTED, SchoolState.STOPPING):
        raise UnableToWithdrawSchool("under_review", code=school.code)
    if reason not in ReversalReason.values:
        raise UnableToWithdrawSchool("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToWithdrawSchool("remark_missing")
    school.withdrawn_at, school.withdrawn_by, school.confirmed_at = act.at, act.actor, None
    school.withdrawal_reason, school.withdrawal_remark = reason, remark.strip()
    school.save(
        update_fields=[
            "withdrawn_at",
            "withdrawn_by",
            "withdrawal_reason",
            "withdrawal_remark",
            "confirmed_at",
        ]
    )
    reverse_many(storing.standing_facts_of(school), reason=reason, act=act)
    return school
