"""Submitting completions, and the second person's decision: verified ones are counted, returned ones mended."""

from __future__ import annotations

from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide, decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.training import queries
from bangfu.livelihoods.training.models import Course, Enrolment
from bangfu.livelihoods.training.operations import storing
from bangfu.livelihoods.training.register import ENROLMENT_TYPE
from bangfu.livelihoods.training.rules import UnableToEnrol


class UnableToSubmit(Refusal):
    """Codes: ``course_running``, ``nobody``, ``evidence_missing``, ``attendance``."""

    sentences = {
        "course_running": both(
            "课程到 {last_day} 才结束，届时再提交。",
            "The course runs until {last_day}. Submit it after that day.",
        ),
        "nobody": both(
            "这门课程没有待提交的学员。", "There is no attendee of this course who waits to be submitted."
        ),
        "evidence_missing": both(
            "有 {count} 名学员没有佐证。请先上传签到表。",
            "{count} attendees have no evidence. Upload the sign-in sheet first.",
        ),
        "attendance": both(
            "有 {count} 名学员不能提交。首先是学员 {enrolment}：{first}",
            "{count} attendees cannot be submitted. The first is attendee {enrolment}: {first}",
        ),
    }


class UnableToVerify(Refusal):
    """Codes: ``course_running``, ``attendance_short``."""

    sentences = {
        "course_running": both(
            "课程到 {last_day} 才结束，届时再核验。",
            "The course runs until {last_day}. Verify it after that day.",
        ),
        "attendance_short": both(
            "有 {count} 名学员的出勤不足以得到所报的结果。请退回。",
            "The attendance of {count} attendees does not carry the result they are given. Return them.",
        ),
    }


@operation("training.submit_completions", scope=scope_of("course"))
def submit_completions(*, course: Course, act: Act) -> Batch:
    """Submit every attendee of a course who is enrolled or was returned, on one paper.

    Raises: UnableToSubmit: see its codes; nothing was written.
    Locks: the course.
    """
    storing.lock_courses([course.code])
    course = Course.objects.select_related("unit").get(pk=course.pk)
    if act.on < course.ends_on:
        raise UnableToSubmit("course_running", last_day=course.last_day.isoformat())
    keys = [enrolment.pk for enrolment in queries.open_enrolments(course)]
    if not keys:
        raise UnableToSubmit("nobody")
    faults = queries.faults_of(keys)
    if faults:
        enrolment, (code, details) = next(iter(faults.items()))
        first = UnableToEnrol.sentences[code].filled(**details)
        raise UnableToSubmit("attendance", count=len(faults), enrolment=enrolment, first=first)
    bare = set(keys) - has_evidence(ENROLMENT_TYPE, keys)
    if bare:
        raise UnableToSubmit("evidence_missing", count=len(bare))
    kind = record_type("training.enrolment")
    return submit_many(
        keys, record_type=kind, unit=course.unit, title=f"{course.code} {course.title}", act=act
    )


def _refuse_unready(keys: list[int], act: Act) -> None:
    running = Course.objects.filter(enrolments__in=keys, ends_on__gt=act.on).order_by("ends_on").first()
    if running is not None:
        raise UnableToVerify("course_running", last_day=running.last_day.isoformat())
    short = queries.faults_of(keys)
    if short:
        raise UnableToVerify("attendance_short", count=len(short))


@operation("training.verify_completions", scope=scope_of("batch"))
def verify_completions(*, batch: Batch, act: Act) -> Batch:
    """Verify every attendee who waits on a paper, and count each once.

    Raises: UnableToVerify, UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: see ``storing.count_completions``.
    Locks: the paper, then its reviews.
    """
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    _refuse_unready(keys, act)
    storing.count_completions(keys, act=act)
    return batch


@operation("training.return_completions", scope=scope_of("batch"))
def return_completions(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give every attendee who waits on a paper back to the course's unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("training.verify_completion", scope=scope_of("enrolment"))
def verify_completion(*, enrolment: Enrolment, act: Act) -> Enrolment:
    """Confirm what one attendee made of a course, and count it.

    Raises: UnableToVerify, UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: see ``storing.count_completions``.
    Locks: the enrolment, then its review.
    """
    enrolment = storing.enrolment_for_update(enrolment)
    decide(enrolment, ReviewState.VERIFIED, act=act)
    _refuse_unready([enrolment.pk], act)
    storing.count_completions([enrolment.pk], act=act)
    enrolment.refresh_from_db()
    return enrolment


@operation("training.return_completion", scope=scope_of("enrolment"))
def return_completion(*, enrolment: Enrolment, remark: str, act: Act) -> Enrolment:
    """Give one attendee's completion back to the course's unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the enrolment, then its review.
    """
    enrolment = storing.enrolment_for_update(enrolment)
    decide(enrolment, ReviewState.RETURNED, remark=remark, act=act)
    return enrolment
