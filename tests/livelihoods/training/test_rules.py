"""What is laid down and changed is shown with its dates: rules of modes, and the versions of a course."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.livelihoods.training.models import CourseRevision, ModeRule
from bangfu.livelihoods.training.operations import revise_course
from tests.cast import Cast
from tests.livelihoods.training.test_pages import client_of
from tests.livelihoods.training.trained import FIRST, details, enrolled, opened, part


@pytest.mark.django_db
class TestModeRules:
    def test_show_today_and_every_version(self, cast: Cast) -> None:
        client = client_of("zhoumin")
        page = client.get("/training/rules/")
        now = {str(one["title"].en): one["now"] and one["now"].counts for one in page.context["modes"]}
        assert now["Lecture"] is True
        assert not now["Observation trip"]
        said = {
            "key": "r", "mode": "ONLINE", "valid_from": "2019-01-01", "counts": "no", "source": "示例〔2019〕1号",
        }  # fmt: skip
        assert client.get("/training/rules/set").status_code == 200
        assert client.post("/training/rules/set", said).status_code == 302
        assert client.post("/training/rules/set", {**said, "key": "s"}).status_code == 409
        text = client.get("/training/rules/").content.decode()
        assert "示例〔2019〕1号" in text
        assert "已被取代" in text

    def test_ahead_do_not_hold_yet(self, cast: Cast) -> None:
        client = client_of("zhoumin")
        said = {"key": "r", "mode": "ONLINE", "valid_from": "2999-01-01", "counts": "no", "source": "草案"}
        assert client.post("/training/rules/set", said).status_code == 302
        online = next(
            one for one in client.get("/training/rules/").context["modes"] if one["title"].en == "Online"
        )
        assert online["now"].counts is True
        assert [one["standing"] for one in online["rules"]] == ["ahead", "now"]

    def test_are_laid_down_by_the_office(self, cast: Cast) -> None:
        said = {"key": "r", "mode": "ONLINE", "valid_from": "2019-01-01", "counts": "no", "source": "x"}
        before = ModeRule.objects.count()
        client = client_of("weilan")
        assert client.post("/training/rules/set", said).status_code in (403, 409)
        assert ModeRule.objects.count() == before
        assert "规定形式" not in client.get("/training/rules/").content.decode()


@pytest.mark.django_db
class TestCourseChanges:
    def test_tell_who_changed_what(self, cast: Cast) -> None:
        course = opened(cast, budget_fen=100)
        client = client_of("weilan")
        first = client.get(f"/training/courses/{course.pk}/revise").context["form"].initial
        assert first["parts"].count("\n") == 2
        assert "册亨县" in first["parts"]
        said = {
            "key": "c", "title": "新名称", "trainees": "CADRE", "first_day": "2019-09-10", "last_day": "2019-09-12",
            "required_sessions": "1", "budget_yuan": "2.00", "co_organiser": "",
            "parts": "讲授 | 开班 | 示例学院 | 礼堂 | 册亨县 | 2019-09-10",
        }  # fmt: skip
        assert client.post(f"/training/courses/{course.pk}/revise", said).status_code == 302
        assert CourseRevision.objects.get().said["title"] == "脱贫攻坚基层干部培训班"
        rows = client.get(f"/training/courses/{course.pk}/changes").context["rows"]
        changed = {str(one["title"].en): (one["before"], one["after"]) for one in rows[0]["changed"]}
        assert changed["Title"] == ("脱贫攻坚基层干部培训班", "新名称")
        assert changed["Budget (yuan)"] == ("1.00", "2.00")
        assert [len(lines) for lines in changed["Sessions"]] == [3, 1]
        assert rows[0]["who"] == "韦兰"

    def test_are_each_measured_against_the_next(self, cast: Cast) -> None:
        course = opened(cast)
        enrolled(cast, course)
        act = cast.act(cast.clerk)
        for title in ("甲", "乙"):
            revise_course(course=course, details=details(title=title), act=act)
        rows = client_of("weilan").get(f"/training/courses/{course.pk}/changes").context["rows"]
        assert [(one["changed"][0]["before"], one["changed"][0]["after"]) for one in rows] == [
            ("甲", "乙"), ("脱贫攻坚基层干部培训班", "甲"),
        ]  # fmt: skip

    def test_of_the_plan_are_refused_on_the_page_once_somebody_attended(self, cast: Cast) -> None:
        course = opened(cast, required_sessions=1, parts=(part("LECTURE", FIRST),), ends_on=date(2019, 9, 11))
        enrolled(cast, course)
        client = client_of("weilan")
        said = {
            "key": "c", "title": course.title, "trainees": "LEADER", "first_day": "2019-09-10",
            "last_day": "2019-09-10", "required_sessions": "1", "budget_yuan": "", "co_organiser": "",
            "parts": client.get(f"/training/courses/{course.pk}/revise").context["form"].initial["parts"],
        }  # fmt: skip
        answer = client.post(f"/training/courses/{course.pk}/revise", said)
        assert (answer.status_code, "已有人参加" in answer.content.decode()) == (409, True)
        assert client_of("duanqing").get(f"/training/courses/{course.pk}/changes").status_code == 403
