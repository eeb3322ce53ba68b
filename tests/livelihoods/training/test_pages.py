"""The room's pages: found, narrowed, masked, closed to others, and leading to the operations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from bangfu.foundation.people.models import Account
from bangfu.livelihoods.training.models import Course, Enrolment
from bangfu.livelihoods.training.operations import correct_completion, verify_completion
from bangfu.livelihoods.training.queries import state_of
from tests.cast import NOW, Cast
from tests.livelihoods.training.trained import enrolled, number, opened, part, submitted


def client_of(username: str) -> Client:
    """Return a browser in which somebody has signed in."""
    client = Client()
    account = Account.objects.get(username=username)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
class TestCourses:
    def test_are_listed_narrowed_and_exported(self, cast: Cast) -> None:
        opened(cast)
        opened(
            cast,
            "PX-ONLINE",
            title="线上班",
            required_sessions=1,
            parts=(part("ONLINE", Course.objects.get().starts_on),),
        )
        client = client_of("weilan")
        page = client.get("/training/courses/").content.decode()
        assert "PX-2019-03" in page
        assert "PX-ONLINE" in page
        page = client.get("/training/courses/", {"mode": "ONLINE", "year": "2019"}).content.decode()
        assert "PX-2019-03" not in page
        assert "PX-ONLINE" in page
        assert "没有符合条件的课程" in client.get("/training/courses/", {"q": "没有"}).content.decode()
        text = client.get("/training/courses.csv").getvalue().decode()
        assert "PX-2019-03,脱贫攻坚基层干部培训班" in text
        assert client.get("/training/courses.xlsx").status_code == 200

    def test_are_empty_at_first_and_closed_to_others(self, cast: Cast) -> None:
        assert "还没有课程" in client_of("weilan").get("/training/courses/").content.decode()
        assert client_of("linyi").get("/training/courses/").status_code == 403
        course = opened(cast)
        assert client_of("duanqing").get(f"/training/courses/{course.pk}/").status_code == 403

    def test_a_course_is_opened_by_form(self, cast: Cast) -> None:
        said = {
            "key": "a", "unit": cast.guizhou.pk, "code": "px-9", "title": "电商班", "trainees": "TECHNICIAN",
            "first_day": "2019-09-10", "last_day": "2019-09-11", "required_sessions": "1", "budget_yuan": "1234.50",
            "parts": "讲授 | 开班 | 示例学院 | 礼堂 | 册亨县 | 2019-09-10、2019-09-11",
        }  # fmt: skip
        client = client_of("weilan")
        assert client.get("/training/courses/open").status_code == 200
        wrong = client.post(
            "/training/courses/open", {**said, "parts": "讲座 | 开班 | 甲 | 乙 | 册亨县 | 2019-09-10"}
        )
        assert wrong.status_code == 422
        assert "讲座" in wrong.content.decode()
        assert client.post("/training/courses/open", said).status_code == 302
        course = Course.objects.get()
        assert (course.code, course.budget_fen, course.sessions.count()) == ("PX-9", 123_450, 2)


@pytest.mark.django_db
class TestAttendees:
    def test_are_shown_masked_with_their_grid(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course, sessions="1-2")
        for address in (f"/training/courses/{course.pk}/", f"/training/attendees/{one.pk}/"):
            page = client_of("weilan").get(address).content.decode()
            assert f"****{number(1)[-4:]}" in page
            assert number(1) not in page
            assert "学员1" not in page
        text = client_of("weilan").get(f"/training/courses/{course.pk}/attendees.csv").getvalue().decode()
        assert f"学*,****{number(1)[-4:]}" in text

    def test_are_submitted_and_verified_by_another(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        officer, verifier = client_of("zhoumin"), client_of("chenli")
        assert officer.post(f"/training/courses/{course.pk}/submit", {"key": "s"}).status_code == 302
        assert officer.post(f"/training/courses/{course.pk}/submit", {"key": "t"}).status_code == 409
        assert verifier.post(f"/training/attendees/{one.pk}/verify", {"key": "v"}).status_code == 302
        assert state_of(one) == "VERIFIED"
        assert verifier.post(f"/training/attendees/{one.pk}/verify", {"key": "w"}).status_code == 409

    def test_forms_lead_to_the_operations(self, cast: Cast) -> None:
        course = opened(cast)
        client = client_of("weilan")
        said = {
            "key": "e", "name": "学员七", "identity_number": number(7), "place": "册亨县", "post": "村支书",
            "sessions": "", "result": "COMPLETED",
        }  # fmt: skip
        assert client.post(f"/training/courses/{course.pk}/enrol", said).status_code == 302
        one = Enrolment.objects.get()
        record = f"/training/attendees/{one.pk}/record"
        assert client.post(record, {"key": "r", "sessions": "9", "result": "COMPLETED"}).status_code == 409
        assert client.post(record, {"key": "q", "sessions": "1-3", "result": "COMPLETED"}).status_code == 302
        for name in ("record", "correct", "withdraw"):
            assert client.get(f"/training/attendees/{one.pk}/{name}").status_code == 200
        for name in ("enrol", "attach"):
            assert client.get(f"/training/courses/{course.pk}/{name}").status_code == 200
        withdraw = {"key": "x", "reason": "withdrawn", "remark": "未到"}
        assert client.post(f"/training/attendees/{one.pk}/withdraw", withdraw).status_code == 302
        assert "已撤回" in client.get(f"/training/attendees/{one.pk}/").content.decode()

    def test_tell_their_life_in_order_and_a_correction_once(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        submitted(cast, course)
        verify_completion(enrolment=one, act=cast.act(cast.verifier, at=NOW + timedelta(hours=1)))
        correct_completion(
            enrolment=one, place=one.place, sessions="1-2", result="COMPLETED", reason="wrong_quantity",
            remark="签到表只有两次", act=cast.act(cast.officer, at=NOW + timedelta(hours=2)),
        )  # fmt: skip
        steps = client_of("weilan").get(f"/training/attendees/{one.pk}/").context["trail"]
        assert [(step.words.en, step.look) for step in steps] == [
            ("Entered by hand", ""), ("Submitted for review", ""), ("Verified and counted", "verified"),
            ("Corrected (Wrong quantity) and submitted again", "back"),
        ]  # fmt: skip
        assert steps[-1].remark == "签到表只有两次"

    def test_a_submitter_waits_for_another(self, cast: Cast) -> None:
        course = opened(cast)
        one = enrolled(cast, course)
        submitted(cast, course)
        assert "须由另一位" in client_of("zhoumin").get(f"/training/attendees/{one.pk}/").content.decode()
        assert "核验并计入" in client_of("chenli").get(f"/training/attendees/{one.pk}/").content.decode()
