"""Each operation on courses and single attendees: whole and exact, refusals with nothing written, who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.people.queries import masked_persons, persons_with
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.operations import UnableToReview
from bangfu.livelihoods.training.models import Correction, Course, Enrolment, Session
from bangfu.livelihoods.training.operations import (
    UnableToCorrect,
    UnableToOpen,
    UnableToRecord,
    UnableToSetRule,
    UnableToSubmit,
    UnableToVerify,
    UnableToWithdraw,
    attach_evidence,
    correct_completion,
    enrol_attendee,
    open_course,
    record_attendance,
    return_completion,
    return_completions,
    revise_course,
    set_mode_rule,
    submit_completions,
    verify_completion,
    withdraw_enrolment,
)
from bangfu.livelihoods.training.queries import attended_text, state_of
from bangfu.livelihoods.training.rules import UnableToEnrol
from tests.cast import CEHENG, GUYUAN, Cast
from tests.livelihoods.training.trained import (
    END,
    FIRST,
    LAST,
    SHEET,
    attendee,
    counts,
    details,
    enrolled,
    facts,
    number,
    opened,
    part,
    submitted,
    verified,
)

DURING = datetime(2019, 9, 11, 9, 0, tzinfo=UTC)


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> None:
    """Check that a call is refused with a code in both languages and nothing is written."""
    before = counts()
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.sentence.zh
    assert refused.value.sentence.en
    assert counts() == before


@pytest.mark.django_db
class TestOpenCourse:
    def test_keeps_the_course_and_numbers_its_sessions_by_day(self, cast: Cast) -> None:
        parts = (part("PARK", LAST), part("LECTURE", FIRST, date(2019, 9, 11)))
        course = opened(cast, parts=parts, co_organiser="县委组织部", budget_fen=123_456)
        assert (course.unit, course.co_organiser, course.last_day) == (cast.guizhou, "县委组织部", LAST)
        assert course.budget_fen == 123_456
        names = ("number", "held_on", "module__mode", "module__place")
        assert list(Session.objects.filter(course=course).order_by("number").values_list(*names)) == [
            (1, FIRST, "LECTURE", CEHENG),
            (2, date(2019, 9, 11), "LECTURE", CEHENG),
            (3, LAST, "PARK", CEHENG),
        ]
        assert facts() == []

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("not_described", {"title": " "}),
            ("ends_before_start", {"ends_on": FIRST}),
            ("too_early", {"starts_on": date(1980, 1, 1)}),
            ("budget_negative", {"budget_fen": -1}),
            ("no_sessions", {"parts": ()}),
            ("requires_too_many", {"required_sessions": 4}),
        ],
    )
    def test_refuses(self, cast: Cast, code: str, changes: dict[str, object]) -> None:
        refuses(UnableToOpen, code, lambda: opened(cast, **changes))

    def test_refuses_a_session_outside_and_a_code_of_another_unit(self, cast: Cast) -> None:
        refuses(UnableToOpen, "session_outside", lambda: opened(cast, parts=(part("LECTURE", END),)))
        opened(cast)
        refuses(UnableToOpen, "code_taken", lambda: opened(cast, unit=cast.yunnan))

    def test_who_may(self, cast: Cast) -> None:
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                open_course(details=details(), unit=cast.guizhou, act=cast.act(account))
        assert Course.objects.count() == 0

    def test_the_same_key_opens_once(self, cast: Cast) -> None:
        act = cast.act(cast.clerk, key="once")
        first = open_course(details=details(), unit=cast.guizhou, act=act)
        assert open_course(details=details(), unit=cast.guizhou, act=act) == first


@pytest.mark.django_db
class TestReviseCourse:
    def test_changes_the_plan_until_somebody_attended(self, cast: Cast) -> None:
        course, act = opened(cast), cast.act(cast.officer)
        refuses(
            UnableToOpen, "nothing_changed", lambda: revise_course(course=course, details=details(), act=act)
        )
        shorter = details(parts=(part("LECTURE", FIRST),), required_sessions=1)
        revise_course(course=course, details=shorter, act=act)
        assert Session.objects.filter(course=course).count() == 1
        enrolled(cast, course)
        refuses(UnableToOpen, "attended", lambda: revise_course(course=course, details=details(), act=act))
        revise_course(
            course=course,
            details=details(parts=shorter.parts, required_sessions=1, title="新名称"),
            act=act,
        )
        assert Course.objects.get().title == "新名称"


@pytest.mark.django_db
class TestSetModeRule:
    def test_holds_from_its_day_on(self, cast: Cast) -> None:
        act = cast.act(cast.officer)
        trip = {"required_sessions": 1, "parts": (part("OBSERVATION", FIRST),)}
        course = opened(cast, **trip)
        refuses(UnableToEnrol, "mode_does_not_count", lambda: enrolled(cast, course))
        set_mode_rule(
            mode="OBSERVATION",
            valid_from=date(2019, 9, 11),
            counts=True,
            source="会议纪要〔2019〕9号",
            act=act,
        )
        refuses(UnableToEnrol, "mode_does_not_count", lambda: enrolled(cast, course))
        later = opened(cast, "GM-2", **{**trip, "parts": (part("OBSERVATION", LAST),)})
        assert enrolled(cast, later).result == "COMPLETED"

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("rule_there", {"valid_from": date(2015, 1, 1)}),
            ("source_missing", {"source": " "}),
            ("unknown_mode", {"mode": "HEARSAY"}),
        ],
    )
    def test_refuses(self, cast: Cast, code: str, changes: dict[str, object]) -> None:
        said = {"mode": "ONLINE", "valid_from": FIRST, "counts": False, "source": "文件", **changes}
        refuses(UnableToSetRule, code, lambda: set_mode_rule(**said, act=cast.act(cast.officer)))

    def test_who_may(self, cast: Cast) -> None:
        for account in (cast.clerk, cast.verifier, cast.auditor):
            with pytest.raises(NotPermitted):
                set_mode_rule(
                    mode="ONLINE", valid_from=FIRST, counts=False, source="文件", act=cast.act(account)
                )


@pytest.mark.django_db
class TestEnrolAttendee:
    def test_enters_the_person_sealed_and_finds_them_again(self, cast: Cast) -> None:
        first = enrolled(cast, opened(cast), sessions="1-2")
        second = enrolled(cast, opened(cast, "PX-2"))
        assert first.person_id == second.person_id == persons_with([number(1)])[number(1)]
        shown = masked_persons([first.person_id])[first.person_id]
        assert (shown.name, shown.identity_number) == ("学*", f"****{number(1)[-4:]}")
        assert (first.place_id, first.post, attended_text(first)) == (CEHENG, "村支书", "1,2")
        assert facts() == []

    def test_of_whoever_is_known_the_number_is_enough(self, cast: Cast) -> None:
        first = enrolled(cast, opened(cast))
        known = replace(attendee(1), name="")
        again = enrol_attendee(course=opened(cast, "PX-2"), attendee=known, act=cast.act(cast.officer))
        assert again.person_id == first.person_id
        assert masked_persons([again.person_id])[again.person_id].name == "学*"
        third, nobody = opened(cast, "PX-3"), replace(attendee(2), name=" ")
        act = cast.act(cast.officer)
        refuses(UnableToEnrol, "name_missing", lambda: enrol_attendee(course=third, attendee=nobody, act=act))

    def test_refuses(self, cast: Cast) -> None:
        course, act = opened(cast), cast.act(cast.officer)
        enrolled(cast, course)
        refuses(UnableToEnrol, "enrolled_already", lambda: enrolled(cast, course))
        refuses(UnableToEnrol, "unknown_session", lambda: enrolled(cast, course, 2, sessions="4"))
        refuses(UnableToEnrol, "attendance_short", lambda: enrolled(cast, course, 2, sessions="1"))
        early = cast.act(cast.officer, at=DURING)
        refuses(
            UnableToEnrol,
            "course_running",
            lambda: enrol_attendee(course=course, attendee=attendee(2), act=early),
        )
        wrong = attendee(2)
        object.__setattr__(wrong, "identity_number", "110105194912310021")
        refuses(
            UnableToEnrol,
            "identity_number",
            lambda: enrol_attendee(course=course, attendee=wrong, act=act),
        )

    def test_the_database_refuses_a_person_twice(self, cast: Cast) -> None:
        one = enrolled(cast, opened(cast))
        with (
            pytest.raises(IntegrityError, match="training_person_once_a_course"),
            system_writes("an attack"),
            transaction.atomic(),
        ):
            Enrolment.objects.create(
                course=one.course, person=one.person, place=one.place, post="村支书", result="COMPLETED",
                enrolled_at=one.enrolled_at, enrolled_by=cast.officer,
            )  # fmt: skip

    def test_who_may(self, cast: Cast) -> None:
        course = opened(cast)
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                enrol_attendee(course=course, attendee=attendee(), act=cast.act(account))
        assert Enrolment.objects.count() == 0


@pytest.mark.django_db
class TestCompletion:
    def test_is_recorded_day_by_day_submitted_and_counted(self, cast: Cast) -> None:
        course, during = opened(cast), cast.act(cast.officer, at=DURING)
        one = enrol_attendee(course=course, attendee=attendee(sessions=""), act=during)
        record_attendance(enrolment=one, sessions="1", act=during)
        refuses(
            UnableToRecord,
            "nothing_changed",
            lambda: record_attendance(enrolment=one, sessions="1", act=during),
        )
        refuses(UnableToSubmit, "course_running", lambda: submit_completions(course=course, act=during))
        refuses(UnableToSubmit, "attendance", lambda: submitted(cast, course))
        record_attendance(enrolment=one, sessions="1、3", act=cast.act(cast.officer))
        refuses(UnableToSubmit, "evidence_missing", lambda: submitted(cast, course))
        refuses(
            UnableToRecord,
            "no_file",
            lambda: attach_evidence(course=course, files=(), act=cast.act(cast.officer)),
        )
        attach_evidence(course=course, files=(SHEET,), act=cast.act(cast.officer))
        submitted(cast, course)
        assert state_of(one) == "SUBMITTED"
        refuses(UnableToSubmit, "nobody", lambda: submitted(cast, course))
        with pytest.raises(NotPermitted):
            verify_completion(enrolment=one, act=cast.act(cast.officer))
        verify_completion(enrolment=one, act=cast.act(cast.verifier))
        sessions = dict(Session.objects.values_list("number", "pk"))
        unit = cast.guizhou.pk
        assert facts() == [
            ("training.attendances", 1, unit, CEHENG, FIRST, f"{one.pk} {sessions[1]}", 1, None),
            ("training.attendances", 1, unit, CEHENG, LAST, f"{one.pk} {sessions[3]}", 1, None),
            ("training.cadres", 1, unit, CEHENG, LAST, str(one.pk), 1, None),
            ("training.persons", 1, unit, CEHENG, LAST, str(one.pk), 1, None),
        ]
        refuses(
            UnableToReview,
            "decided_already",
            lambda: verify_completion(enrolment=one, act=cast.act(cast.verifier)),
        )

    def test_is_not_verified_when_the_rule_no_longer_carries_it(self, cast: Cast) -> None:
        course = opened(cast, required_sessions=1, parts=(part("ONLINE", FIRST),))
        one = enrolled(cast, course)
        submitted(cast, course)
        set_mode_rule(
            mode="ONLINE", valid_from=FIRST, counts=False, source="文件", act=cast.act(cast.officer)
        )
        refuses(
            UnableToVerify,
            "attendance_short",
            lambda: verify_completion(enrolment=one, act=cast.act(cast.verifier)),
        )

    def test_is_returned_and_submitted_again(self, cast: Cast) -> None:
        course = opened(cast)
        one, two = enrolled(cast, course), enrolled(cast, course, 2)
        paper = submitted(cast, course)
        return_completion(enrolment=one, remark="签到表缺页", act=cast.act(cast.verifier))
        return_completions(batch=paper, remark="签到表缺页", act=cast.act(cast.verifier))
        assert state_of(one) == state_of(two) == "RETURNED"
        verified(cast, submitted(cast, course))
        assert state_of(two) == "VERIFIED"
        assert len(facts("training.cadres")) == 2


@pytest.mark.django_db
class TestCorrectAndWithdraw:
    def counted(self, cast: Cast) -> Enrolment:
        course = opened(cast)
        one = enrolled(cast, course)
        verified(cast, submitted(cast, course))
        return one

    def test_a_correction_takes_back_and_counts_again(self, cast: Cast) -> None:
        one = self.counted(cast)
        said = {"place": Place.objects.get(pk=GUYUAN), "sessions": "全部", "result": "COMPLETED"}
        why = {"reason": "wrong_place", "remark": "签到表上是沽源", "act": cast.act(cast.officer)}
        correct_completion(enrolment=one, **said, **why)
        assert Correction.objects.values_list("revision", "place", "attended").get() == (1, CEHENG, "1,2,3")
        assert [row[1] for row in facts()] == [1] * 5 + [-1] * 5
        verify_completion(enrolment=one, act=cast.act(cast.verifier))
        assert facts("training.cadres")[-1] == (
            "training.cadres", 1, cast.guizhou.pk, GUYUAN, LAST, str(one.pk), 2, None,
        )  # fmt: skip
        assert sum(row[1] for row in facts("training.attendances")) == 3

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("nothing_changed", {"sessions": "1-3"}),
            ("unknown_reason", {"reason": "wrong_date"}),
            ("reason_not_changed", {"reason": "wrong_place"}),
            ("remark_missing", {"remark": " "}),
        ],
    )
    def test_refuses_a_correction(self, cast: Cast, code: str, changes: dict[str, object]) -> None:
        one = self.counted(cast)
        said = {
            "place": one.place, "sessions": "1-2", "result": "COMPLETED", "reason": "wrong_quantity",
            "remark": "缺第三课次", **changes,
        }  # fmt: skip
        refuses(
            UnableToCorrect,
            code,
            lambda: correct_completion(enrolment=one, **said, act=cast.act(cast.officer)),
        )

    def test_a_withdrawal_takes_back_and_frees_the_place(self, cast: Cast) -> None:
        one, act = self.counted(cast), cast.act(cast.verifier)
        refuses(
            UnableToWithdraw,
            "remark_missing",
            lambda: withdraw_enrolment(enrolment=one, reason="withdrawn", remark="", act=act),
        )
        withdraw_enrolment(enrolment=one, reason="evidence_failed", remark="签到表不符", act=act)
        assert state_of(one) == "WITHDRAWN"
        assert sum(row[1] for row in facts()) == 0
        assert {row[7] for row in facts() if row[1] < 0} == {"evidence_failed"}
        refuses(
            UnableToWithdraw,
            "withdrawn_already",
            lambda: withdraw_enrolment(enrolment=one, reason="withdrawn", remark="再次", act=act),
        )
        assert enrolled(cast, one.course).pk != one.pk
