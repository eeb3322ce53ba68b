"""Grades: a unit assesses itself, the evaluation returns its own, both stay by year; and this year stands beside the last."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import InternalError, ProgrammingError

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.reporting.targets.differences import differences_of
from bangfu.reporting.targets.grades import grade_address, grade_summaries, grades_of, units_of_grades
from bangfu.reporting.targets.models import Grade
from bangfu.reporting.targets.operations import assess_self, record_grade
from bangfu.reporting.targets.rules import UnableToGrade
from tests.cast import Cast
from tests.reporting.story import Story
from tests.reporting.targets.pledged import CADRES, PDF, STATIONS, act, approved, drafted, entered, in_force
from tests.reporting.targets.test_pages import door, text_of


def own(cast: Cast, *, key: str | None = None, **said: Any) -> Grade:
    given: dict[str, Any] = {
        "unit": cast.group, "year": 2019, "mark": "GOOD", "document": "自评报告", "given_on": date(2020, 1, 10),
        "statement": "六项均完成；比上年多培训 40 人", **said,
    }  # fmt: skip
    return assess_self(**given, act=act(cast.officer, key=key))


def returned(cast: Cast, *, key: str | None = None, **said: Any) -> Grade:
    given: dict[str, Any] = {
        "unit": cast.group, "year": 2019, "mark": "FAIR", "given_by": "考核评价领导小组", "document": "考〔2020〕3号",
        "given_on": date(2020, 4, 20), "files": (("returned.pdf", PDF),), **said,
    }  # fmt: skip
    return record_grade(**given, act=act(cast.officer, key=key))


class TestAssessSelf:
    def test_keeps_the_grade_with_what_it_rests_on(self, cast: Cast) -> None:
        found = own(cast)
        assert (found.kind, found.number, found.mark, found.given_by, found.statement, found.reason) == (
            "SELF", 1, "GOOD", cast.group.name_zh, "六项均完成；比上年多培训 40 人", "",
        )  # fmt: skip
        assert AuditEntry.objects.filter(operation="targets.assess_self").count() == 1

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"year": 1999}, "year"),
            ({"mark": "BEST"}, "mark"),
            ({"document": " "}, "document_missing"),
            ({"statement": " "}, "statement_missing"),
            ({"given_on": date(2020, 7, 6)}, "in_future"),
            ({"given_on": date(2018, 12, 31)}, "too_early"),
        ],
    )
    def test_refuses_what_is_missing(self, cast: Cast, said: dict[str, Any], code: str) -> None:
        with pytest.raises(UnableToGrade) as refused:
            own(cast, **said)
        assert refused.value.code == code
        assert not Grade.objects.exists()

    def test_is_corrected_with_a_reason_and_the_old_one_stays(self, cast: Cast) -> None:
        own(cast)
        with pytest.raises(UnableToGrade) as refused:
            own(cast, mark="AVERAGE")
        assert refused.value.code == "reason_missing"
        own(cast, mark="AVERAGE", reason="漏计两项")
        found = grades_of([cast.group.pk])
        assert [(one.number, one.mark, one.reason) for one in found[0].by_itself] == [
            (1, "GOOD", ""), (2, "AVERAGE", "漏计两项"),
        ]  # fmt: skip

    def test_the_same_key_records_once_and_others_may_not(self, cast: Cast) -> None:
        assert own(cast, key="k") == own(cast, key="k")
        for account in (cast.clerk, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                assess_self(
                    unit=cast.group, year=2019, mark="GOOD", document="x", given_on=date(2020, 1, 1), statement="x",
                    act=act(account),
                )  # fmt: skip

    def test_the_database_keeps_them(self, cast: Cast) -> None:
        found = own(cast)
        with (
            system_writes("somebody meddles"),
            pytest.raises((ProgrammingError, InternalError)),
            transaction.atomic(),
        ):
            Grade.objects.filter(pk=found.pk).update(mark="POOR")


class TestRecordGrade:
    def test_keeps_it_with_its_document(self, cast: Cast) -> None:
        own(cast)
        found = returned(cast)
        graded = grades_of([cast.group.pk], year=2019)[0]
        assert (graded.own.mark, graded.given, graded.steps_apart) == ("GOOD", found, 1)
        summary = grade_summaries([found.pk])[found.pk]
        assert [text for _, text in summary.rows] == [
            "较好",
            "考核评价领导小组",
            "考〔2020〕3号",
            "2020-04-20",
        ]
        assert units_of_grades([found.pk]) == {found.pk: cast.group.pk}
        assert grade_address(found.pk) == f"/targets/grades/?year=2019#unit-{cast.group.pk}"

    @pytest.mark.parametrize(
        ("said", "code"), [({"given_by": " "}, "given_by_missing"), ({"files": ()}, "evidence_missing")]
    )
    def test_refuses_one_without_who_and_proof(self, cast: Cast, said: dict[str, Any], code: str) -> None:
        with pytest.raises(UnableToGrade) as refused:
            returned(cast, **said)
        assert refused.value.code == code
        assert not Grade.objects.exists()

    def test_the_same_key_records_once_and_others_may_not(self, cast: Cast) -> None:
        assert returned(cast, key="k") == returned(cast, key="k")
        with pytest.raises(NotPermitted):
            record_grade(
                unit=cast.group, year=2019, mark="GOOD", given_by="x", document="x", given_on=date(2020, 1, 1),
                files=(("a.pdf", PDF),), act=act(cast.verifier),
            )  # fmt: skip


class TestDifferences:
    def test_sets_this_year_beside_the_last(self, story: Story) -> None:
        cast = story.cast
        story.stations(10, on=date(2019, 2, 1))
        story.stations(30, on=date(2019, 9, 1))
        story.stations(18, on=date(2020, 3, 1))
        before = drafted(cast, year=2019, signed_on=date(2019, 1, 10))
        entered(cast, before, STATIONS, 50)
        approved(cast, before)
        version = in_force(cast)
        found = differences_of(cast.officer, version.pledge, date(2020, 6, 30), date(2020, 7, 5))
        said = {one.now.indicator.code: one for one in found}
        stations = said[STATIONS]
        assert (stations.before.quantity, stations.target.quantity, stations.raised) == (50, 100, 50)
        assert (stations.whole.value, stations.by_then.value, stations.now.value, stations.change, stations.growth) == (
            Decimal(40), Decimal(10), Decimal(18), Decimal(8), "+80.0%",
        )  # fmt: skip
        assert (said[CADRES].before, said[CADRES].change, said[CADRES].growth) == (None, None, "—")

    def test_on_a_page_and_as_a_file(self, story: Story) -> None:
        cast = story.cast
        story.stations(10, on=date(2019, 2, 1))
        story.stations(18, on=date(2020, 3, 1))
        version = in_force(cast)
        own(cast, year=2020, given_on=date(2020, 7, 1))
        home = f"/targets/{version.pledge_id}/differences"
        text = text_of(cast.officer, f"{home}/?on=2020-06-30")
        assert "/f/network.base_stations/?period=2019-01-01/2019-06-30" in text
        assert "+80.0%" in text
        assert "自评 好，考核 —" in text
        answer: Any = door(cast.officer).get(f"{home}.csv?on=2020-06-30")
        content = b"".join(answer.streaming_content).decode()
        assert (
            "新建无线基站,network.base_stations,个,,100.0000,10.0000,10.0000,18.0000,8.0000,80.0,http://testserver/f/"
            in content
        )
        assert door(cast.outsider).get(f"{home}/").status_code == 403


class TestPages:
    def test_grades_are_entered_corrected_and_listed(self, cast: Cast) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        officer = door(cast.officer)
        assert "还没有等次" in officer.get("/targets/grades/").content.decode()
        said: dict[str, Any] = {
            "key": "a", "unit": cast.group.pk, "year": "2019", "mark": "GOOD", "document": "自评报告", "given_on": "2020-01-10",
            "statement": "六项均完成",
        }  # fmt: skip
        assert officer.post("/targets/grades/self", said).status_code == 302
        assert officer.post("/targets/grades/self", {**said, "key": "b", "mark": "FAIR"}).status_code == 409
        assert (
            officer.post(
                "/targets/grades/self", {**said, "key": "c", "mark": "FAIR", "reason": "更正"}
            ).status_code
            == 302
        )
        paper = {
            "key": "d", "unit": cast.group.pk, "year": "2019", "mark": "AVERAGE", "given_by": "考核组", "document": "3号",
            "given_on": "2020-04-20", "evidence": SimpleUploadedFile("returned.pdf", PDF),
        }  # fmt: skip
        assert officer.post("/targets/grades/returned", paper).status_code == 302
        text = text_of(cast.officer, "/targets/grades/?year=2019")
        assert '<del class="restated" title="自评报告">好</del>' in text
        assert "考核低 1 等" in text
        assert "returned.pdf" in text
        answer: Any = officer.get("/targets/grades.csv")
        assert (
            "2019,GROUP,集团,较好,自评报告,2020-01-10,六项均完成,一般,考核组,3号,2020-04-20,,1"
            in b"".join(answer.streaming_content).decode()
        )
        assert "没有符合条件的等次" in text_of(cast.officer, "/targets/grades/?q=月球")
        assert "Record the returned grade" not in text_of(cast.auditor, "/targets/grades/", "en")
        assert door(cast.outsider).get("/targets/grades/").status_code == 403
