"""Attendees answer for themselves: they check in at a session and give feedback, at a desk that a clerk opened.

What is done at a desk is done in the name of whoever opened it (decision 34): their grant is asked each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from bangfu.foundation.operations import Act, Refusal, operation, require, scope_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training import queries
from bangfu.livelihoods.training.models import (
    HIGHEST,
    LOWEST,
    STATE_WORDS,
    Attendance,
    Checkin,
    Course,
    Desk,
    Enrolment,
    EnrolmentState,
    Feedback,
    Session,
)
from bangfu.livelihoods.training.operations import storing
from bangfu.livelihoods.training.signing import Standing, code_typed, read_ticket

CHECKIN_HOURS = 4
FEEDBACK_DAYS = 30
LONGEST_COMMENT = 1000


class UnableToOpenDesk(Refusal):
    """Codes: ``not_today``, ``course_running``, ``too_long_over``, ``not_of_the_course``."""

    sentences = {
        "not_today": both(
            "这个课次在 {held_on}。签到只在当天开放；事后请逐人补签并写明原因。",
            "The session is on {held_on}, and one checks in on that day only. Afterwards tick attendees one by one, with"
            " a reason.",
        ),
        "not_of_the_course": both("这个课次不属于这门课程。", "The session is not one of this course."),
        "course_running": both(
            "课程到 {last_day} 才结束，最后一天起才能收集反馈。",
            "The course runs until {last_day}; feedback is taken from that day on.",
        ),
    }


class UnableToCheckIn(Refusal):
    """Codes: ``not_genuine``, ``late``, ``closed``, ``unknown_code``, ``checked_in_already``, ``reported_already``."""

    sentences = {
        "not_genuine": both(
            "这个二维码不是本次课的签到码。请扫描屏幕上的二维码。",
            "This is no code of the session. Scan the one on the screen.",
        ),
        "late": both(
            "二维码已过期，每三十秒换一次。请重新扫描屏幕上的二维码。",
            "The code has expired; it changes every thirty seconds. Scan the one on the screen again.",
        ),
        "closed": both(
            "签到已经结束。请找会务人员补签。", "Check-in is over. Ask the staff to tick you by hand."
        ),
        "unknown_code": both(
            "没有这个学员码。请核对通知上的六位学员码，或找会务人员。",
            "There is no such attendee code. Compare it with your invitation, or ask the staff.",
        ),
        "checked_in_already": both(
            "您已在 {at} 签到，不用再签。", "You checked in at {at} already; nothing more is needed."
        ),
        "reported_already": both(
            "这门课程的名册已经上报，不能再签到。请找会务人员。",
            "The attendees of this course are reported already. Ask the staff.",
        ),
    }


class UnableToTick(Refusal):
    """Codes: ``reason_missing``, ``session_ahead``, ``not_of_the_course``, ``there_already``, ``not_open``."""

    sentences = {
        "reason_missing": both(
            "请写明为什么补签，例如手机没电。", "Say why it is ticked by hand: a flat battery, say."
        ),
        "session_ahead": both(
            "这个课次在 {held_on}，还没有到。", "The session is on {held_on}, which is still ahead."
        ),
        "not_of_the_course": both("这个课次不属于这门课程。", "The session is not one of this course."),
        "there_already": both(
            "此人在这个课次已经签到。", "This attendee is recorded at the session already."
        ),
        "not_open": both(
            "这条记录目前是“{state}”，不能补签。待核验的请核验人退回；已核验的请用“更正”。",
            "This record is “{state}”, so nothing is ticked. Have it returned, or use “correct” once it is verified.",
        ),
    }


class UnableToGiveFeedback(Refusal):
    """Codes: ``not_genuine``, ``closed``, ``unknown_code``, ``given_already``, ``marks_missing``."""

    sentences = {
        "not_genuine": both(
            "这个链接不对。请重新扫描通知上的二维码。",
            "This link is wrong. Scan the code you were given again.",
        ),
        "closed": both("反馈已经截止，谢谢。", "The time for feedback is over. Thank you."),
        "unknown_code": UnableToCheckIn.sentences["unknown_code"],
        "given_already": both("您已经提交过反馈，谢谢。", "You have given your feedback already. Thank you."),
        "marks_missing": both("请每一项选 1 到 5 分。", "Give each question a mark from 1 to 5."),
    }


@dataclass(frozen=True)
class Opinion:
    """What one attendee says of a course."""

    content: int
    teaching: int
    organisation: int
    recommending: int
    comment: str = ""

    @property
    def marks(self) -> tuple[int, ...]:
        """The four marks."""
        return (self.content, self.teaching, self.organisation, self.recommending)


@operation("training.open_desk", scope=scope_of("course"))
def open_desk(*, course: Course, session: Session | None = None, act: Act) -> Desk:
    """Open a desk at which attendees check in at a session of today or, without one, give feedback on the course.

    A desk of the same kind that the same person opened and that is still open is returned, so that a screen may be
    opened again.

    Raises: UnableToOpenDesk: see its codes; nothing was written.
    """
    if session is not None:
        if session.course_id != course.pk:
            raise UnableToOpenDesk("not_of_the_course")
        if session.held_on != act.on:
            raise UnableToOpenDesk("not_today", held_on=session.held_on.isoformat())
        closes_at = act.at + timedelta(hours=CHECKIN_HOURS)
    else:
        if act.on < course.last_day:
            raise UnableToOpenDesk("course_running", last_day=course.last_day.isoformat())
        closes_at = act.at + timedelta(days=FEEDBACK_DAYS)
    standing = queries.open_desks(act.at).filter(course=course, session=session, opened_by=act.actor).first()
    return standing or Desk.objects.create(
        course=course, session=session, opened_at=act.at, opened_by=act.actor, closes_at=closes_at
    )


@operation("training.check_in", scope=scope_of("desk"), unrecorded=("code", "ticket"))
def check_in(*, desk: Desk, ticket: str, code: str, act: Act) -> Checkin:
    """Let an attendee in at a desk's session by their own code, once.

    Args:
        ticket: what the page of a fresh square gave out: see ``signing.ticket``.
        code: the attendee's code, as typed.

    Raises: UnableToCheckIn: see its codes; nothing was written.
    Locks: the enrolment.
    """
    if desk.session_id is None:
        raise UnableToCheckIn("not_genuine")
    if not desk.opened_at <= act.at < desk.closes_at:
        raise UnableToCheckIn("closed")
    standing = read_ticket(ticket, desk.pk, act.at)
    if standing != Standing.GENUINE:
        raise UnableToCheckIn("late" if standing == Standing.LATE else "not_genuine")
    found = queries.enrolment_with_code(desk.course_id, code_typed(code))
    if found is None:
        raise UnableToCheckIn("unknown_code")
    enrolment = storing.enrolment_for_update(found)
    require(act, "training.check_in", enrolment.scope)
    known = Checkin.objects.filter(enrolment=enrolment, session=desk.session_id).first()
    if known is not None:
        at = timezone.localtime(known.checked_in_at).strftime("%H:%M")
        raise UnableToCheckIn("checked_in_already", at=at)
    if queries.state_of(enrolment) not in (EnrolmentState.DRAFT, EnrolmentState.RETURNED):
        raise UnableToCheckIn("reported_already")
    return _enter(enrolment, desk.session_id, desk=desk, reason="", act=act)


@operation("training.tick_attendance", scope=scope_of("enrolment"))
def tick_attendance(*, enrolment: Enrolment, session: Session, reason: str, act: Act) -> Checkin:
    """Note by hand that an attendee was at a session, saying why they did not check in themselves.

    Raises: UnableToTick: see its codes; nothing was written.
    Locks: the enrolment.
    """
    enrolment = storing.enrolment_for_update(enrolment)
    if session.course_id != enrolment.course_id:
        raise UnableToTick("not_of_the_course")
    if session.held_on > act.on:
        raise UnableToTick("session_ahead", held_on=session.held_on.isoformat())
    if not reason.strip():
        raise UnableToTick("reason_missing")
    state = queries.state_of(enrolment)
    if state not in (EnrolmentState.DRAFT, EnrolmentState.RETURNED):
        raise UnableToTick("not_open", state=STATE_WORDS[state])
    if (
        Checkin.objects.filter(enrolment=enrolment, session=session).exists()
        or Attendance.objects.filter(enrolment=enrolment, session=session).exists()
    ):
        raise UnableToTick("there_already")
    return _enter(enrolment, session.pk, desk=None, reason=reason.strip(), act=act)


def _enter(enrolment: Enrolment, session: int, *, desk: Desk | None, reason: str, act: Act) -> Checkin:
    Attendance.objects.get_or_create(enrolment=enrolment, session_id=session)
    return Checkin.objects.create(
        enrolment=enrolment,
        session_id=session,
        desk=desk,
        reason=reason,
        checked_in_at=act.at,
        checked_in_by=act.actor,
    )


@operation("training.give_feedback", scope=scope_of("desk"), unrecorded=("code", "opinion"))
def give_feedback(*, desk: Desk, code: str, opinion: Opinion, act: Act) -> Desk:
    """Keep what an attendee, known by their own code, thinks of a course; once.

    The desk is returned, not the answer: the trail does not say who answered what.

    Raises: UnableToGiveFeedback: see its codes; nothing was written.
    Locks: the enrolment.
    """
    if desk.session_id is not None:
        raise UnableToGiveFeedback("not_genuine")
    if not desk.opened_at <= act.at < desk.closes_at:
        raise UnableToGiveFeedback("closed")
    if not all(LOWEST <= mark <= HIGHEST for mark in opinion.marks):
        raise UnableToGiveFeedback("marks_missing")
    found = queries.enrolment_with_code(desk.course_id, code_typed(code))
    if found is None:
        raise UnableToGiveFeedback("unknown_code")
    enrolment = storing.enrolment_for_update(found)
    require(act, "training.give_feedback", enrolment.scope)
    if Feedback.objects.filter(enrolment=enrolment).exists():
        raise UnableToGiveFeedback("given_already")
    Feedback.objects.create(
        enrolment=enrolment,
        desk=desk,
        content=opinion.content,
        teaching=opinion.teaching,
        organisation=opinion.organisation,
        recommending=opinion.recommending,
        comment=opinion.comment.strip()[:LONGEST_COMMENT],
        given_at=act.at,
    )
    return desk
