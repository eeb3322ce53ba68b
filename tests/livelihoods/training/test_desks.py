"""Attendees answer for themselves: once, in time, by a code of their own, and nobody learns anything of anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.livelihoods.training import operations, queries, signing
from bangfu.livelihoods.training.models import Attendance, Checkin, Course, Desk, Enrolment, Feedback, Session
from bangfu.livelihoods.training.operations import (
    Opinion,
    UnableToCheckIn,
    UnableToGiveFeedback,
    UnableToOpenDesk,
    UnableToTick,
    check_in,
    give_feedback,
    open_desk,
    record_attendance,
    tick_attendance,
)
from tests.cast import Cast
from tests.livelihoods.training.test_pages import client_of
from tests.livelihoods.training.trained import FIRST, enrolled, opened, part, submitted, verified

MORNING = datetime(2019, 9, 10, 1, 0, tzinfo=UTC)
"""Nine o'clock in Beijing, on the first day of the course."""
GOOD = Opinion(5, 4, 3, 5, "讲得好")


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Let no test count towards another's limit."""
    cache.clear()
    yield
    cache.clear()


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> None:
    """Check that a call is refused with a code in both languages and nothing is written."""
    tables = (Checkin, Attendance, Feedback, Desk, AuditEntry)
    before = [table.objects.count() for table in tables]
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.sentence.zh
    assert refused.value.sentence.en
    assert [table.objects.count() for table in tables] == before


def desk_of(cast: Cast, course: Course, at: datetime = MORNING) -> Desk:
    return open_desk(course=course, session=course.sessions.get(number=1), act=cast.act(cast.clerk, at=at))


def let_in(cast: Cast, desk: Desk, one: Enrolment, at: datetime = MORNING, **changes: str) -> Checkin:
    said = {
        "ticket": signing.ticket(desk.pk, MORNING),
        "code": signing.attendee_code(one.course_id, one.pk),
        **changes,
    }
    return check_in(desk=desk, act=cast.act(cast.clerk, at=at), **said)


def early(cast: Cast, course: Course, order: int = 1) -> Enrolment:
    """Enrol somebody who has attended nothing yet."""
    return enrolled(cast, course, order, sessions="")


@pytest.mark.django_db
class TestOpenDesk:
    def test_opens_for_four_hours_and_again_is_the_same(self, cast: Cast) -> None:
        course = opened(cast)
        desk = desk_of(cast, course)
        assert desk.closes_at - desk.opened_at == timedelta(hours=4)
        assert desk_of(cast, course, MORNING + timedelta(hours=1)) == desk
        assert desk_of(cast, course, MORNING + timedelta(hours=5)) != desk

    def test_opens_on_the_day_only(self, cast: Cast) -> None:
        course = opened(cast)
        refuses(UnableToOpenDesk, "not_today", lambda: desk_of(cast, course, MORNING - timedelta(days=1)))

    def test_takes_no_session_of_another_course(self, cast: Cast) -> None:
        course, other = opened(cast), opened(cast, "PX-2019-04")
        call = lambda: open_desk(  # noqa: E731
            course=course, session=other.sessions.first(), act=cast.act(cast.clerk, at=MORNING)
        )
        refuses(UnableToOpenDesk, "not_of_the_course", call)

    def test_takes_feedback_from_the_last_day_on(self, cast: Cast) -> None:
        course = opened(cast)
        refuses(
            UnableToOpenDesk, "course_running", lambda: open_desk(course=course, act=cast.act(cast.clerk, at=MORNING))
        )  # fmt: skip
        assert open_desk(course=course, act=cast.act(cast.clerk)).session is None

    def test_is_for_who_keeps_the_course(self, cast: Cast) -> None:
        course = opened(cast)
        for other in (cast.clerk_of_yunnan, cast.verifier, cast.auditor):
            with pytest.raises(NotPermitted):
                open_desk(course=course, act=cast.act(other))

    def test_fixes_the_plan(self, cast: Cast) -> None:
        from tests.livelihoods.training.trained import details

        course = opened(cast)
        desk_of(cast, course)
        plan = details(required_sessions=1, parts=(part("LECTURE", FIRST),))
        with pytest.raises(operations.UnableToOpen) as refused:
            operations.revise_course(course=course, details=plan, act=cast.act(cast.officer))
        assert refused.value.code == "attended"


@pytest.mark.django_db
class TestCheckIn:
    def test_records_the_attendance_in_the_name_of_who_opened(self, cast: Cast) -> None:
        course = opened(cast)
        one = early(cast, course)
        desk = desk_of(cast, course)
        found = let_in(cast, desk, one)
        assert (found.enrolment, found.session, found.desk) == (one, desk.session, desk)
        assert (found.checked_in_at, found.checked_in_by, found.reason) == (MORNING, cast.clerk, "")
        assert queries.attended_text(one) == "1"
        entry = AuditEntry.objects.get(operation="training.check_in")
        assert signing.attendee_code(course.pk, one.pk) not in str(entry.__dict__)

    def test_is_done_once(self, cast: Cast) -> None:
        course = opened(cast)
        one = early(cast, course)
        desk = desk_of(cast, course)
        let_in(cast, desk, one)
        refuses(UnableToCheckIn, "checked_in_already", lambda: let_in(cast, desk, one))
        with (
            pytest.raises(IntegrityError, match="training_checked_in_once"),
            transaction.atomic(),
            system_writes("without the operation's check"),
        ):
            Checkin.objects.create(
                enrolment=one,
                session=desk.session,
                desk=desk,
                checked_in_at=MORNING,
                checked_in_by=cast.clerk,
            )

    def test_refuses_what_is_late_made_up_or_over(self, cast: Cast) -> None:
        course = opened(cast)
        one = early(cast, course)
        desk = desk_of(cast, course)
        later, evening = MORNING + timedelta(minutes=5), MORNING + timedelta(hours=4)
        refuses(UnableToCheckIn, "late", lambda: let_in(cast, desk, one, later))
        refuses(UnableToCheckIn, "not_genuine", lambda: let_in(cast, desk, one, ticket="1.2.X"))
        refuses(UnableToCheckIn, "closed", lambda: let_in(cast, desk, one, evening))
        refuses(UnableToCheckIn, "unknown_code", lambda: let_in(cast, desk, one, code="AAA-AAA"))

    def test_takes_no_code_of_another_course(self, cast: Cast) -> None:
        course, other = opened(cast), opened(cast, "PX-2019-04")
        one = early(cast, other)
        desk = desk_of(cast, course)
        refuses(UnableToCheckIn, "unknown_code", lambda: let_in(cast, desk, one))

    def test_adds_nothing_to_what_is_reported(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course, sessions="2-3")
        submitted(cast, course)
        desk = desk_of(cast, course)
        refuses(UnableToCheckIn, "reported_already", lambda: let_in(cast, desk, one))

    def test_stands_and_falls_with_the_grant_of_who_opened(self, cast: Cast) -> None:
        course = opened(cast)
        one = early(cast, course)
        desk = desk_of(cast, course)
        with system_writes("the grant ends"):
            RoleGrant.objects.filter(account=cast.clerk).update(ends_on=FIRST)
        with pytest.raises(NotPermitted):
            let_in(cast, desk, one)
        assert not Checkin.objects.exists()

    def test_is_no_door_to_feedback(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        desk = open_desk(course=course, act=cast.act(cast.clerk))
        refuses(UnableToCheckIn, "not_genuine", lambda: let_in(cast, desk, one))


@pytest.mark.django_db
class TestTickAttendance:
    def test_keeps_who_and_why(self, cast: Cast) -> None:
        course = opened(cast)
        one = early(cast, course)
        session = course.sessions.get(number=2)
        found = tick_attendance(enrolment=one, session=session, reason=" 手机没电 ", act=cast.act(cast.clerk))
        assert (found.reason, found.checked_in_by, found.desk) == ("手机没电", cast.clerk, None)
        assert queries.attended_text(one) == "2"
        page = client_of("weilan").get(f"/training/attendees/{one.pk}/").content.decode()
        assert "手机没电" in page
        assert "补签第 2 课次" in page

    def test_is_reached_from_whoever_is_missing(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course, sessions="1-2")
        third = course.sessions.get(number=3)
        address = f"/training/attendees/{one.pk}/tick"
        client = client_of("weilan")
        page = client.get(f"/training/courses/{course.pk}/").content.decode()
        assert page.count(f"{address}?session=") == 1
        assert f"{address}?session={third.pk}" in page
        assert address not in client_of("chenli").get(f"/training/courses/{course.pk}/").content.decode()
        form = client.get(f"{address}?session={third.pk}").context["form"]
        assert str(form["session"].value()) == str(third.pk)
        said = {"key": "t", "session": third.pk, "reason": "手机没电"}
        assert client.post(address, said).status_code == 302
        assert queries.attended_text(one) == "1,2,3"
        assert client.post(address, {**said, "key": "u"}).status_code == 409

    def test_refusals(self, cast: Cast) -> None:
        course, other = opened(cast), opened(cast, "PX-2019-04")
        one = early(cast, course)
        first, third = course.sessions.get(number=1), course.sessions.get(number=3)

        def tick(code: str, session: Session, reason: str = "手机没电", at: datetime | None = None) -> None:
            act = cast.act(cast.clerk, at=at) if at else cast.act(cast.clerk)
            refuses(
                UnableToTick,
                code,
                lambda: tick_attendance(enrolment=one, session=session, reason=reason, act=act),
            )

        tick("reason_missing", first, " ")
        tick("session_ahead", third, at=MORNING)
        tick("not_of_the_course", other.sessions.get(number=1))
        let_in(cast, desk_of(cast, course), one)
        tick("there_already", first)
        record_attendance(enrolment=one, sessions="1-2", act=cast.act(cast.clerk))
        submitted(cast, course)
        tick("not_open", third)


@pytest.mark.django_db
class TestGiveFeedback:
    def test_is_kept_once_and_the_trail_does_not_say_whose(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        desk = open_desk(course=course, act=cast.act(cast.clerk))
        code = signing.attendee_code(course.pk, one.pk)
        act = cast.act(cast.clerk)
        assert give_feedback(desk=desk, code=code, opinion=GOOD, act=act) == desk
        kept = Feedback.objects.get()
        assert (kept.enrolment, kept.content, kept.teaching, kept.comment) == (one, 5, 4, "讲得好")
        entry = AuditEntry.objects.get(operation="training.give_feedback")
        assert entry.objects_named == [f"training.desk:{desk.pk}"]
        refuses(
            UnableToGiveFeedback, "given_already", lambda: give_feedback(desk=desk, code=code, opinion=GOOD, act=act)
        )  # fmt: skip

    def test_refusals(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        desk = open_desk(course=course, act=cast.act(cast.clerk))
        code = signing.attendee_code(course.pk, one.pk)

        def give(refusal: str, code: str = code, opinion: Opinion = GOOD, days: int = 0) -> None:
            act = cast.act(cast.clerk, at=desk.opened_at + timedelta(days=days))
            refuses(
                UnableToGiveFeedback,
                refusal,
                lambda: give_feedback(desk=desk, code=code, opinion=opinion, act=act),
            )

        give("closed", days=30)
        give("marks_missing", opinion=Opinion(5, 6, 1, 1))
        give("unknown_code", code="AAA-AAA")

    def test_is_shown_together_and_from_five_on(self, cast: Cast) -> None:
        course = opened(cast)
        desk = open_desk(course=course, act=cast.act(cast.clerk))
        for order in range(1, 6):
            assert queries.opinions_of(course).marks == {}
            one = enrolled(cast, course, order)
            give_feedback(
                desk=desk,
                code=signing.attendee_code(course.pk, one.pk),
                opinion=Opinion(5, order, 3, 4, f"话{order}"),
                act=cast.act(cast.clerk),
            )
            page = client_of("weilan").get(f"/training/courses/{course.pk}/feedback").content.decode()
            assert ("话1" in page) is (order == 5)
        found = queries.opinions_of(course)
        assert (found.answers, found.asked) == (5, 5)
        assert {name: str(mark) for name, mark in found.marks.items()} == {
            "content": "5.0", "teaching": "3.0", "organisation": "3.0", "recommending": "4.0",
        }  # fmt: skip
        # One gave each mark to the teaching: only the mean is shown. All gave the content five.
        assert found.spread == {
            "content": [0, 0, 0, 0, 5], "organisation": [0, 0, 5, 0, 0], "recommending": [0, 0, 0, 5, 0],
        }  # fmt: skip


@pytest.mark.django_db
class TestPages:
    """The doors that are open to everybody, by today's clock."""

    def today(self, cast: Cast) -> tuple[Course, Enrolment, Desk]:
        day = timezone.localdate()
        course = opened(
            cast,
            starts_on=day,
            ends_on=day + timedelta(days=1),
            required_sessions=1,
            parts=(part("LECTURE", day),),
        )
        one = early(cast, course)
        client = client_of("weilan")
        session = course.sessions.get()
        address = f"/training/sessions/{session.pk}/desk"
        assert "开放签到" in client.get(address).content.decode()
        assert client.post(address, {"key": "d"}).status_code == 302
        page = client.get(address).content.decode()
        assert "<svg" in page
        return course, one, Desk.objects.get()

    def test_a_phone_checks_in_once(self, cast: Cast) -> None:
        course, one, desk = self.today(cast)
        phone = Client()
        address = f"/training/in/{signing.square_token(desk.pk, timezone.now())}"
        answer = phone.get(address)
        assert answer.status_code == 200
        ticket = answer.context["form"].initial["ticket"]
        said = {"key": "k", "ticket": ticket, "code": signing.attendee_code(course.pk, one.pk)}
        done = phone.post(address, said)
        assert (done.status_code, "签到成功" in done.content.decode()) == (200, True)
        assert "学" not in done.content.decode().split("签到成功")[1].split("</main>")[0]
        again = phone.post(address, {**said, "key": "l"})
        assert (again.status_code, "不用再签" in again.content.decode()) == (409, True)
        assert Checkin.objects.count() == 1
        square = client_of("weilan").get(f"/training/desks/{desk.pk}/square").content.decode()
        assert "1<small>/ 1" in square

    def test_a_late_square_is_refused_in_both_languages(self, cast: Cast) -> None:
        _, _, desk = self.today(cast)
        old = signing.square_token(desk.pk, timezone.now() - timedelta(seconds=61))
        phone = Client()
        answer = phone.get(f"/training/in/{old}")
        assert (answer.status_code, "二维码已过期" in answer.content.decode()) == (410, True)
        phone.cookies["bangfu_language"] = "en"
        assert "has expired" in phone.get(f"/training/in/{old}").content.decode()

    def test_guessing_is_stopped(self, cast: Cast) -> None:
        _, _, desk = self.today(cast)
        phone = Client()
        address = f"/training/in/{signing.square_token(desk.pk, timezone.now())}"
        said = {"ticket": signing.ticket(desk.pk, timezone.now())}
        answers = [
            phone.post(address, {**said, "key": str(order), "code": f"AAA{order:03d}"}).status_code
            for order in range(31)
        ]
        assert answers == [409] * 30 + [429]

    def test_feedback_comes_in_by_the_link(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        client = client_of("weilan")
        assert client.post(f"/training/courses/{course.pk}/feedback/open", {"key": "o"}).status_code == 302
        desk = Desk.objects.get()
        address = f"/training/say/{signing.desk_token(desk.pk)}"
        assert address in client.get(f"/training/courses/{course.pk}/feedback").content.decode()
        phone = Client()
        said = {"key": "k", "code": signing.attendee_code(course.pk, one.pk), "comment": "好"}
        assert phone.post(address, said).status_code == 422
        marks = {"content": 5, "teaching": 5, "organisation": 5, "recommending": 5}
        assert "谢谢" in phone.post(address, {**said, **marks}).content.decode()
        assert phone.post(address, {**said, **marks, "key": "l"}).status_code == 409
        assert phone.get("/training/say/1.0.AAAA").status_code == 410

    def test_codes_are_for_who_may_open_a_desk(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        code = signing.attendee_code(course.pk, one.pk)
        address = f"/training/courses/{course.pk}/codes"
        assert code in client_of("weilan").get(address).content.decode()
        assert client_of("chenli").get(address).status_code == 302
        assert code not in client_of("chenli").get(f"/training/attendees/{one.pk}/").content.decode()

    def test_who_checked_in_is_marked(self, cast: Cast) -> None:
        course, one, desk = self.today(cast)
        now = timezone.now()
        check_in(
            desk=desk,
            ticket=signing.ticket(desk.pk, now),
            code=signing.attendee_code(course.pk, one.pk),
            act=cast.act(cast.clerk, at=now),
        )
        page = client_of("weilan").get(f"/training/courses/{course.pk}/").content.decode()
        assert "自助签到" in page


@pytest.mark.django_db
def test_a_verified_attendee_is_shown_with_both_ways_in(cast: Cast) -> None:
    course = opened(cast)
    one = early(cast, course)
    let_in(cast, desk_of(cast, course), one)
    record_attendance(enrolment=one, sessions="1-2", act=cast.act(cast.clerk))
    verified(cast, submitted(cast, course))
    page = client_of("weilan").get(f"/training/attendees/{one.pk}/").content.decode()
    assert "自助签到第 1 课次" in page
