"""One attendee entered by hand, and what they attended, until it is submitted."""

from __future__ import annotations

from dataclasses import dataclass

import polars

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.training import queries
from bangfu.livelihoods.training.models import STATE_WORDS, Course, Enrolment, EnrolmentState, Result
from bangfu.livelihoods.training.operations import storing
from bangfu.livelihoods.training.rules import COLUMNS, UnableToEnrol, judged

Files = tuple[tuple[str, bytes], ...]


class UnableToRecord(Refusal):
    """Codes: ``not_open``, ``nothing_changed``, ``no_file``, ``nobody_open``."""

    sentences = {
        "not_open": both(
            "这条记录目前是“{state}”，不能直接修改。待核验的请核验人退回；已核验的请用“更正”。",
            "This record is “{state}” and cannot be changed directly. If it waits for review have it returned; if it is"
            " verified use “correct”.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
        "nobody_open": both(
            "这门课程没有待提交的学员，签到表没有可挂的记录。请先登记学员。",
            "No attendee of this course waits to be submitted, so the sheet hangs on nothing. Enrol somebody first.",
        ),
        "no_file": both("请选择签到表或照片。", "Choose the sign-in sheet or a photograph."),
    }


@dataclass(frozen=True)
class Attendee:
    """Who is enrolled: the name and number are sealed in the household of persons, the rest stays on the record."""

    name: str
    identity_number: str
    place: Place
    """The county the attendee works in."""
    post: str
    sessions: str = ""
    """Numbers such as ``1, 2`` or ``1-3``, or 全部; empty: not yet."""
    result: str = Result.COMPLETED

    def row(self, course: Course) -> polars.DataFrame:
        """Return the attendee as a sheet of one row."""
        said = {
            "row": 1, "course_code": course.code, "name": self.name, "identity_number": self.identity_number,
            "place": self.place.pk, "post": self.post.strip(), "sessions": self.sessions, "result": self.result,
        }  # fmt: skip
        return polars.DataFrame([said], schema=COLUMNS)


def _scope_of_attendee(*, course: Course, attendee: Attendee, **arguments: object) -> Scope:
    return Scope(unit=course.unit_id, place=attendee.place.pk)


@operation("training.enrol_attendee", scope=_scope_of_attendee, unrecorded=("attendee",))
def enrol_attendee(*, course: Course, attendee: Attendee, files: Files = (), act: Act) -> Enrolment:
    """Enrol one person in a course, found or entered by identity number, with what they attended if it is known.

    Raises: UnableToEnrol, UnableToEnterPerson: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the course, then the identity number.
    """
    storing.lock_courses([course.code])
    row = attendee.row(course)
    found = judged(row, today=act.on, units=[course.unit_id], is_over=bool(attendee.sessions))
    if found.faults:
        raise found.faults[0].refusal
    if found.rows["enrolment"][0] is not None:
        raise UnableToEnrol("enrolled_already")
    entered = storing.enter_enrolments(found.rows, upload=None, act=act)
    enrolment = Enrolment.objects.get(pk=entered["enrolment"][0])
    hang([enrolment.pk], files, record_type=record_type("training.enrolment"), act=act)
    return enrolment


def _open_enrolment(enrolment: Enrolment) -> Enrolment:
    enrolment = storing.enrolment_for_update(enrolment)
    state = queries.state_of(enrolment)
    if state not in (EnrolmentState.DRAFT, EnrolmentState.RETURNED):
        raise UnableToRecord("not_open", state=STATE_WORDS[state])
    return enrolment


@operation("training.record_attendance", scope=scope_of("enrolment"))
def record_attendance(
    *, enrolment: Enrolment, sessions: str, result: str = Result.COMPLETED, act: Act
) -> Enrolment:
    """Record which sessions an attendee was at, instead of what was recorded, and what they made of the course.

    Attendance may be recorded day by day while the course runs; whether it suffices is asked when it is submitted.

    Raises: UnableToRecord: see its codes; UnableToEnrol: ``unknown_session``. Nothing was written.
    Locks: the enrolment.
    """
    enrolment = _open_enrolment(enrolment)
    plan = queries.plan_of(enrolment.course)
    numbers = plan.attended(sessions)
    if numbers is None:
        raise UnableToEnrol("unknown_session", text=sessions, code=plan.code, last=max(plan.counts))
    attended = ",".join(map(str, numbers))
    if (attended, result) == (queries.attended_text(enrolment), enrolment.result):
        raise UnableToRecord("nothing_changed")
    storing.write_attendances(polars.DataFrame({"enrolment": [enrolment.pk], "attended": [attended]}))
    enrolment.result = result
    enrolment.save(update_fields=["result"])
    return enrolment


@operation("training.attach_evidence", scope=scope_of("course"))
def attach_evidence(*, course: Course, files: Files, act: Act) -> Course:
    """Hang a sign-in sheet or photographs on every attendee of a course who is not submitted yet.

    Raises: UnableToRecord: ``no_file``, ``nobody_open``; UnableToKeep: a file is refused. Nothing was written.
    """
    if not files:
        raise UnableToRecord("no_file")
    keys = [enrolment.pk for enrolment in queries.open_enrolments(course)]
    if not keys:
        raise UnableToRecord("nobody_open")
    hang(keys, files, record_type=record_type("training.enrolment"), act=act)
    return course
