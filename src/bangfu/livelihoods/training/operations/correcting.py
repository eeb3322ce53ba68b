"""A counted completion turns out wrong: it is corrected and reviewed again, or withdrawn; its facts are taken back."""

from __future__ import annotations

import polars
from django.db import connection

from bangfu.foundation.ledger.operations import ReversalReason
from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation, scope_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.operations import submit_corrected
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training import queries
from bangfu.livelihoods.training.models import STATE_WORDS, Correction, Enrolment, EnrolmentState
from bangfu.livelihoods.training.operations import storing
from bangfu.livelihoods.training.rules import UnableToEnrol

CORRECTION_REASONS = (ReversalReason.WRONG_PLACE, ReversalReason.WRONG_QUANTITY)
"""The county was wrong, or what was attended and made of it; everything else is a withdrawal."""


class UnableToCorrect(Refusal):
    """Codes: ``not_counted``, ``reason_not_changed``, ``nothing_changed``, ``remark_missing``, ``unknown_reason``."""

    sentences = {
        "not_counted": both(
            "这条记录目前是“{state}”，不能更正。未核验的请直接修改。",
            "This record is “{state}” and cannot be corrected. Change it directly while it is not verified.",
        ),
        "nothing_changed": both(
            "县、课次和结果都没有改动。请填写正确的值。",
            "County, sessions and result are as before. Enter the right ones.",
        ),
        "unknown_reason": both(
            "更正的原因只能是地点有误或数量有误；其他情况请撤回。",
            "A correction is for a wrong place or a wrong quantity; otherwise withdraw the record.",
        ),
        "reason_not_changed": both(
            "原因与改动不符：所选原因对应的内容没有变化。",
            "The reason does not fit: what it names did not change.",
        ),
        "remark_missing": both(
            "请写明更正的依据，例如哪张签到表或谁的来函。",
            "Say what the correction rests on: which sign-in sheet, whose letter.",
        ),
    }


class UnableToWithdraw(Refusal):
    """Codes: ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``."""

    sentences = {
        "withdrawn_already": both("这条记录已经撤回。", "This record is withdrawn already."),
        "under_review": both(
            "这条记录正在等待核验。请先请核验人退回，再撤回。",
            "This record waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both(
            "请写明撤回的原因和依据，它会保留在记录上。不要写个人信息。",
            "Say why it is withdrawn; the words stay on the record. No personal details.",
        ),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
    }


def _scopes_of_correction(*, enrolment: Enrolment, place: Place, **arguments: object) -> list[Scope]:
    return [enrolment.scope, Scope(unit=enrolment.course.unit_id, place=place.pk)]


@operation("training.correct_completion", scope=_scopes_of_correction)
def correct_completion(
    *, enrolment: Enrolment, place: Place, sessions: str, result: str, reason: str, remark: str, act: Act
) -> Enrolment:
    """Correct county, sessions or result of a counted completion, take its facts back, and submit it again.

    Raises: UnableToCorrect, UnableToEnrol: see their codes; nothing was written.
    Posts: the reversals of its facts; the next revision is counted once it is verified.
    Locks: the course, then the enrolment.
    """
    storing.lock_courses([enrolment.course.code])
    enrolment = storing.enrolment_for_update(enrolment)
    state = queries.state_of(enrolment)
    if state != EnrolmentState.VERIFIED:
        raise UnableToCorrect("not_counted", state=STATE_WORDS[state])
    plan = queries.plan_of(enrolment.course)
    fault = plan.fault_of(sessions, result)
    if fault is not None:
        raise UnableToEnrol(fault[0], **fault[1])
    before = queries.attended_text(enrolment)
    attended = ",".join(map(str, plan.attended(sessions) or []))
    moved = place.pk != enrolment.place_id
    recounted = (attended, result) != (before, enrolment.result)
    if not (moved or recounted):
        raise UnableToCorrect("nothing_changed")
    if reason not in CORRECTION_REASONS:
        raise UnableToCorrect("unknown_reason")
    if not (moved if reason == ReversalReason.WRONG_PLACE else recounted):
        raise UnableToCorrect("reason_not_changed")
    if not remark.strip():
        raise UnableToCorrect("remark_missing")

    Correction.objects.create(
        enrolment=enrolment,
        revision=enrolment.revision,
        place_id=enrolment.place_id,
        result=enrolment.result,
        attended=before,
        reason=reason,
        remark=remark.strip(),
        corrected_at=act.at,
        corrected_by=act.actor,
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(revision=enrolment.revision + 1, confirmed_at=None)
    storing.uncount([enrolment.pk], reason=reason, act=act)
    said = {"enrolment": enrolment.pk, "place": place.pk, "post": enrolment.post, "result": result}
    storing.replace_enrolments(polars.DataFrame([said | {"attended": attended}]), upload=enrolment.upload_id)
    submit_corrected(enrolment, unit=enrolment.course.unit, title=f"更正 {enrolment.course.code}", act=act)
    enrolment.refresh_from_db()
    return enrolment


def correct_completions(rows: polars.DataFrame, *, act: Act) -> None:
    """Keep what counted completions said, raise their revisions and take their facts back; the rows are written over them next.

    The reason is a wrong place where the county differs, else a wrong quantity; ``basis`` is what the correction rests on.

    Posts: the reversals of their facts, and of trips on which nobody is left who counts.
    """
    inside_operation()
    moved = polars.col("place") != polars.col("was_place")
    reason = polars.when(moved).then(polars.lit(ReversalReason.WRONG_PLACE.value))
    said = rows.select(
        "enrolment",
        "basis",
        "was_attended",
        reason=reason.otherwise(polars.lit(ReversalReason.WRONG_QUANTITY.value)),
    )
    lists = [said[name].to_list() for name in ("enrolment", "was_attended", "reason", "basis")]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO training_correction"
            " (enrolment_id, revision, place_id, result, attended, reason, remark, corrected_at, corrected_by_id)"
            " SELECT enrolment.id, enrolment.revision, enrolment.place_id, enrolment.result, said.attended, said.reason,"
            " said.basis, %s, %s"
            "  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS said (enrolment, attended, reason, basis)"
            "  JOIN training_enrolment enrolment ON enrolment.id = said.enrolment ORDER BY enrolment.id",
            [act.at, act.actor.pk, *lists],
        )
        cursor.execute(
            "UPDATE training_enrolment SET revision = revision + 1, confirmed_at = NULL WHERE id = ANY(%s)",
            lists[:1],
        )
    for (why,), some in said.group_by("reason", maintain_order=True):
        storing.uncount(some["enrolment"].to_list(), reason=str(why), act=act)


@operation("training.withdraw_enrolment", scope=scope_of("enrolment"))
def withdraw_enrolment(*, enrolment: Enrolment, reason: str, remark: str, act: Act) -> Enrolment:
    """Withdraw an attendee from a course: they count no more, the record stays with the reason.

    Raises: UnableToWithdraw: see its codes; nothing was written.
    Posts: the reversals of the enrolment's facts, if it was counted.
    Locks: the course, then the enrolment.
    """
    storing.lock_courses([enrolment.course.code])
    enrolment = storing.enrolment_for_update(enrolment)
    state = queries.state_of(enrolment)
    if state == EnrolmentState.WITHDRAWN:
        raise UnableToWithdraw("withdrawn_already")
    if state == EnrolmentState.SUBMITTED:
        raise UnableToWithdraw("under_review")
    if reason not in ReversalReason.values:
        raise UnableToWithdraw("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToWithdraw("remark_missing")
    enrolment.withdrawn_at, enrolment.withdrawn_by = act.at, act.actor
    enrolment.withdrawal_reason, enrolment.withdrawal_remark = reason, remark.strip()
    enrolment.confirmed_at = None
    enrolment.save(
        update_fields=[
            "withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawal_remark", "confirmed_at",
        ]
    )  # fmt: skip
    storing.uncount([enrolment.pk], reason=reason, act=act)
    return enrolment
