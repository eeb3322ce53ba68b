"""Each operation on schools: whole and exact, every refusal with nothing written, who may, two at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction

from bangfu.connectivity.schooling.models import School
from bangfu.connectivity.schooling.operations import (
    UnableToReviseSchool,
    UnableToStopSchool,
    UnableToSubmitSchool,
    UnableToWithdrawSchool,
    count_pupils,
    register_school,
    resume_school,
    return_school,
    return_schools,
    revise_school,
    stop_school,
    storing,
    submit_school,
    verify_school,
    verify_schools,
    withdraw_school,
)
from bangfu.connectivity.schooling.queries import points, state_of, summaries
from bangfu.connectivity.schooling.rules import UnableToRegisterSchool
from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import UnableToReview
from bangfu.foundation.rooms.subjects import SitePoint
from tests.at_once import both, waiting
from tests.cast import CEHENG, GUYUAN, Cast, enter_cast
from tests.connectivity.schooling.served import (
    ACCEPTED,
    FIRST,
    PAPER,
    SECOND,
    ZHELOU,
    Row,
    counts,
    details,
    drafted,
    facts,
    imported,
    received,
    served,
    submitted,
)
from tests.foundation.review.looking import looked_at

STOP = date(2020, 7, 1)


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> Refusal:
    """Check that a call is refused with a code in both languages and nothing is written; return the refusal."""
    before = counts()
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.sentence.zh
    assert refused.value.sentence.en
    assert counts() == before
    return refused.value


def start(cast: Cast, place: int = CEHENG) -> tuple[Any, ...]:
    return (1, cast.guizhou.pk, place, ACCEPTED, FIRST, f"{FIRST} start", 1, None)


def stop(cast: Cast) -> tuple[Any, ...]:
    return (-1, cast.guizhou.pk, CEHENG, STOP, None, f"{FIRST} stop", 1, None)


@pytest.mark.django_db
class TestRegisterSchool:
    def test_keeps_a_draft_with_its_acceptance_record(self, cast: Cast) -> None:
        kept = drafted(
            cast, place=ZHELOU, longitude=Decimal("105.81"), latitude=Decimal("24.98"), datum="WGS-84"
        )
        kept.refresh_from_db()
        assert (
            kept.unit, kept.place_id, kept.code, kept.name, kept.kind, kept.pupils, kept.classes, kept.counted_on,
            kept.bandwidth_mbps, kept.accepted_on, kept.stopped_on, kept.revision, kept.registered_by, kept.confirmed_at,
        ) == (
            cast.guizhou, ZHELOU, FIRST, "者楼第一小学", "PRIMARY", 612, 18, date(2019, 9, 1), 100, ACCEPTED, None, 1,
            cast.clerk, None,
        )  # fmt: skip
        assert (state_of(kept), facts()) == ("DRAFT", [])
        assert points([kept.pk]) == {kept.pk: SitePoint(105.81, 24.98, "WGS-84")}
        assert [value for _, value in summaries([kept.pk])[kept.pk].positions] == ["105.81, 24.98 WGS-84"]
        attached = list(Attachment.objects.values_list("record_type", "record_id", "kind", "name"))
        assert attached == [(143, kept.pk, "DOCUMENT", PAPER[0])]

    @pytest.mark.parametrize(
        ("place", "changes", "code"),
        [
            (CEHENG, {"code": "52232700"}, "code_form"),
            (520000000000, {}, "above_county"),
            (GUYUAN, {}, "outside_unit"),
            (CEHENG, {"accepted_on": date(1999, 1, 1)}, "too_early"),
            (CEHENG, {"accepted_on": date(2020, 8, 1)}, "in_future"),
            (CEHENG, {"counted_on": None}, "pupils_without_day"),
            (CEHENG, {"pupils": None, "classes": None}, "pupils_without_day"),
            (CEHENG, {"datum": "WGS-84"}, "half_a_position"),
            (CEHENG, {"longitude": Decimal(25), "latitude": Decimal(25), "datum": "GCJ-02"}, "not_in_china"),
        ],
    )
    def test_refuses_what_cannot_be(self, cast: Cast, place: int, changes: dict[str, Any], code: str) -> None:
        refuses(UnableToRegisterSchool, code, lambda: drafted(cast, place=place, **changes))

    def test_refuses_a_code_that_is_taken_or_counted(self, cast: Cast) -> None:
        school = served(cast)
        refuses(UnableToRegisterSchool, "registered_already", lambda: drafted(cast))
        elsewhere = {"details": details(), "unit": cast.office, "act": cast.act(cast.officer)}
        refusal = refuses(
            UnableToRegisterSchool, "registered_elsewhere", lambda: register_school(**elsewhere)
        )
        assert "贵州省分公司" in refusal.sentence.zh
        withdraw_school(
            school=school, reason="evidence_failed", remark="没有这所学校", act=cast.act(cast.officer)
        )
        assert drafted(cast).revision == 2

    def test_who_may(self, cast: Cast) -> None:
        for account in (cast.verifier, cast.auditor, cast.county_official, cast.outsider):
            with pytest.raises(NotPermitted):
                register_school(details=details(), unit=cast.guizhou, act=cast.act(account))

    def test_the_same_key_twice_registers_once(self, cast: Cast) -> None:
        act = cast.act(cast.clerk, key="once")
        first, again = (register_school(details=details(), unit=cast.guizhou, act=act) for _ in range(2))
        assert (first.pk, School.objects.count()) == (again.pk, 1)


@pytest.mark.django_db
class TestReviseSchool:
    def test_changes_a_draft_and_keeps_its_code(self, cast: Cast) -> None:
        school = drafted(cast)
        changed = revise_school(
            school=school, details=details("9999999999", place=ZHELOU, pupils=613), act=cast.act(cast.clerk)
        )
        changed.refresh_from_db()
        assert (changed.code, changed.place_id, changed.pupils) == (FIRST, ZHELOU, 613)

    def test_refuses_what_waits_or_counts_or_does_not_change(self, cast: Cast) -> None:
        def revise(school: School, **changes: Any) -> object:
            return revise_school(school=school, details=details(**changes), act=cast.act(cast.clerk))

        school = drafted(cast)
        refuses(UnableToReviseSchool, "nothing_changed", lambda: revise(school))
        submit_school(school=school, act=cast.act(cast.clerk))
        refuses(UnableToReviseSchool, "not_open", lambda: revise(school, pupils=1))
        verify_school(school=school, act=cast.act(cast.verifier))
        refuses(UnableToReviseSchool, "not_open", lambda: revise(school, pupils=1))


@pytest.mark.django_db
class TestCountPupils:
    def test_brings_a_counted_school_up_to_date_without_a_fact(self, cast: Cast) -> None:
        school = served(cast)
        count_pupils(school=school, pupils=640, classes=None, on=date(2020, 3, 1), act=cast.act(cast.clerk))
        school.refresh_from_db()
        assert (school.pupils, school.classes, school.counted_on) == (640, None, date(2020, 3, 1))
        assert facts() == [start(cast)]

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"pupils": None, "classes": None, "on": date(2020, 3, 1)}, "nothing_counted"),
            ({"pupils": 1, "classes": 1, "on": date(2020, 8, 1)}, "in_future"),
            ({"pupils": 1, "classes": 1, "on": date(2019, 8, 1)}, "before_last_count"),
            ({"pupils": 612, "classes": 18, "on": date(2019, 9, 1)}, "nothing_changed"),
        ],
    )
    def test_refuses_what_cannot_be(self, cast: Cast, said: dict[str, Any], code: str) -> None:
        school = served(cast)
        refuses(
            UnableToReviseSchool, code, lambda: count_pupils(school=school, act=cast.act(cast.clerk), **said)
        )

    def test_refuses_a_withdrawn_school(self, cast: Cast) -> None:
        school = served(cast)
        withdraw_school(school=school, reason="withdrawn", remark="误报", act=cast.act(cast.officer))
        said = {"school": school, "pupils": 1, "classes": 1, "on": STOP, "act": cast.act(cast.clerk)}
        refuses(UnableToReviseSchool, "withdrawn", lambda: count_pupils(**said))


@pytest.mark.django_db
class TestReview:
    def test_a_verified_school_counts_once_at_its_place(self, cast: Cast) -> None:
        school = served(cast, place=ZHELOU)
        school.refresh_from_db()
        assert (state_of(school), facts()) == ("SERVED", [start(cast, ZHELOU)])
        assert school.confirmed_at is not None
        refuses(
            UnableToReview,
            "decided_already",
            lambda: verify_school(school=school, act=cast.act(cast.verifier)),
        )

    def test_a_paper_counts_every_school_on_it(self, cast: Cast, tmp_path: Path) -> None:
        paper = imported(cast, [Row(), Row(code=SECOND, name="者楼第一中学", kind="初级中学")], tmp_path)
        verifier = cast.act(cast.verifier)
        verify_schools(batch=looked_at(paper, verifier), act=verifier)
        assert [(one[0], one[4]) for one in facts()] == [(1, FIRST), (1, SECOND)]

    def test_a_returned_paper_counts_nothing(self, cast: Cast) -> None:
        school = submitted(cast)
        paper = Batch.objects.get()
        return_schools(batch=paper, remark="验收单看不清", act=cast.act(cast.verifier))
        assert (state_of(school), facts()) == ("RETURNED", [])
        assert submit_school(school=school, act=cast.act(cast.clerk)).pk == school.pk

    def test_nobody_verifies_what_they_submitted(self, cast: Cast) -> None:
        school = drafted(cast)
        submit_school(school=school, act=cast.act(cast.officer))
        with pytest.raises(NotPermitted):
            verify_school(school=school, act=cast.act(cast.officer))

    def test_refuses_to_submit_what_is_not_whole(self, cast: Cast) -> None:
        bare = register_school(details=details(), unit=cast.guizhou, act=cast.act(cast.clerk))
        refuses(
            UnableToSubmitSchool,
            "evidence_missing",
            lambda: submit_school(school=bare, act=cast.act(cast.clerk)),
        )
        withdraw_school(school=bare, reason="withdrawn", remark="误报", act=cast.act(cast.clerk))
        refuses(
            UnableToSubmitSchool, "withdrawn", lambda: submit_school(school=bare, act=cast.act(cast.clerk))
        )
        counted = served(cast, SECOND)
        refuses(
            UnableToSubmitSchool, "counted", lambda: submit_school(school=counted, act=cast.act(cast.clerk))
        )


@pytest.mark.django_db
class TestStopSchool:
    def stopped(self, cast: Cast, school: School, **changes: Any) -> School:
        said = {"on": STOP, "document": "册教发〔2020〕8号", **changes}
        return stop_school(school=school, act=cast.act(cast.clerk), **said)

    def test_counts_down_once_another_person_verified_it(self, cast: Cast) -> None:
        school = served(cast)
        self.stopped(cast, school)
        assert (state_of(school), facts()) == ("STOPPING", [start(cast)])
        verify_school(school=school, act=cast.act(cast.verifier))
        assert (state_of(school), facts()) == ("STOPPED", [start(cast), stop(cast)])

    def test_a_returned_stop_is_given_again_or_taken_back(self, cast: Cast) -> None:
        school = served(cast)
        self.stopped(cast, school, on=date(2020, 6, 1))
        return_school(school=school, remark="日期不对", act=cast.act(cast.verifier))
        self.stopped(cast, school)
        return_school(school=school, remark="还在上课", act=cast.act(cast.verifier))
        resume_school(school=school, act=cast.act(cast.clerk))
        verify_school(school=school, act=cast.act(cast.verifier))
        school.refresh_from_db()
        assert (state_of(school), school.stopped_on, facts()) == ("SERVED", None, [start(cast)])

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"on": ACCEPTED}, "too_early"),
            ({"on": date(2020, 8, 1)}, "in_future"),
            ({"document": " "}, "document_missing"),
        ],
    )
    def test_refuses_what_cannot_be(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        school = served(cast)
        refuses(UnableToStopSchool, code, lambda: self.stopped(cast, school, **changes))

    def test_refuses_what_is_not_in_use(self, cast: Cast) -> None:
        school = drafted(cast)
        refuses(UnableToStopSchool, "not_in_use", lambda: self.stopped(cast, school))
        resume = {"school": school, "act": cast.act(cast.clerk)}
        refuses(UnableToStopSchool, "no_returned_stop", lambda: resume_school(**resume))


@pytest.mark.django_db
class TestWithdrawSchool:
    def test_reverses_what_was_counted(self, cast: Cast) -> None:
        school = served(cast)
        withdraw_school(
            school=school, reason="duplicate_report", remark="与云南重复", act=cast.act(cast.verifier)
        )
        back = (-1, *start(cast)[1:-1], "duplicate_report")
        assert (state_of(school), facts()) == ("WITHDRAWN", [start(cast), back])

    @pytest.mark.parametrize(
        ("reason", "remark", "code"),
        [("unknown", "x", "unknown_reason"), ("withdrawn", " ", "remark_missing")],
    )
    def test_refuses_what_says_nothing(self, cast: Cast, reason: str, remark: str, code: str) -> None:
        said = {"school": served(cast), "reason": reason, "remark": remark, "act": cast.act(cast.officer)}
        refuses(UnableToWithdrawSchool, code, lambda: withdraw_school(**said))

    def test_refuses_what_waits_or_is_gone(self, cast: Cast) -> None:
        said = {
            "school": submitted(cast), "reason": "withdrawn", "remark": "误报", "act": cast.act(cast.officer)
        }  # fmt: skip
        refuses(UnableToWithdrawSchool, "under_review", lambda: withdraw_school(**said))
        return_school(school=said["school"], remark="看不清", act=cast.act(cast.verifier))
        withdraw_school(**said)
        refuses(UnableToWithdrawSchool, "withdrawn_already", lambda: withdraw_school(**said))


@pytest.mark.django_db
class TestImportSchools:
    def test_writes_schools_evidence_and_one_paper(self, cast: Cast, tmp_path: Path) -> None:
        rows = [
            Row(longitude="105.81", latitude="24.98", datum="CGCS2000"),
            Row(
                code=SECOND,
                place="册亨县者楼街道者楼村",
                kind="教学点",
                pupils="",
                classes="",
                counted_on=None,
            ),
        ]
        paper = imported(cast, rows, tmp_path)
        names = ("unit", "place", "code", "kind", "pupils", "classes", "longitude", "datum", "registered_by")
        assert list(School.objects.order_by("code").values_list(*names)) == [
            (
                cast.guizhou.pk,
                CEHENG,
                FIRST,
                "PRIMARY",
                612,
                18,
                Decimal("105.81"),
                "CGCS2000",
                cast.clerk.pk,
            ),
            (cast.guizhou.pk, ZHELOU, SECOND, "TEACHING_POINT", None, None, None, "", cast.clerk.pk),
        ]
        assert (paper.title, paper.record_count, paper.submitted_by) == ("学校.xlsx", 2, cast.clerk)
        assert (Attachment.objects.filter(record_type=143).count(), facts()) == (2, [])

    def test_the_same_again_is_new_to_nobody_and_a_returned_one_is_replaced(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        paper = imported(cast, [Row()], tmp_path)
        with pytest.raises(UnableToImport) as refused:
            imported(cast, [Row()], tmp_path, name="再来.xlsx")
        assert refused.value.code in ("nothing_new", "duplicate_file")
        return_schools(batch=paper, remark="人数不对", act=cast.act(cast.verifier))
        imported(cast, [Row(pupils="600")], tmp_path, name="改.xlsx")
        assert list(School.objects.values_list("pupils", flat=True)) == [600]

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (Row(code="123"), "学校标识码"),
            (Row(place="沽源县"), "沽源县"),
            (Row(counted_on=None), "统计日期"),
            (Row(datum="WGS-84"), "坐标系"),
            (Row(evidence="没有.pdf"), "没有.pdf"),
        ],
    )
    def test_refuses_a_row_that_cannot_be(self, cast: Cast, tmp_path: Path, row: Row, says: str) -> None:
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            imported(cast, [Row(code=SECOND), row], tmp_path)
        assert [one.row for one in refused.value.rows] == [3]
        assert says in refused.value.rows[0].sentence.zh
        assert {**counts(), "operations_auditentry": 0} == {**before, "operations_auditentry": 0}

    def test_who_may(self, cast: Cast, tmp_path: Path) -> None:
        with pytest.raises(NotPermitted):
            received([Row()], unit=cast.guizhou, act=cast.act(cast.clerk_of_yunnan), folder=tmp_path)


class TestTwoAtOnce:
    @pytest.mark.parametrize("is_locked", [True, False])
    def test_a_code_is_registered_once(self, own_database: str, is_locked: bool) -> None:
        cast = enter_cast()
        unlocked = nullcontext() if is_locked else patch.object(storing, "lock_codes", lambda codes: None)
        slowly = patch.object(storing, "enter_schools", waiting(storing.enter_schools, 2))
        with unlocked, slowly:
            found = both((lambda: drafted(cast), lambda: drafted(cast)))
        assert found == ["done", "registered_already" if is_locked else "registered_elsewhere"]
        assert School.objects.count() == 1


@pytest.mark.django_db
class TestDatabase:
    @pytest.mark.parametrize(
        "changes",
        [
            {"code": "12345"}, {"stopped_on": STOP}, {"counted_on": None}, {"datum": "WGS-84"},
            {"accepted_on": date(1990, 1, 1)}, {"kind": "UNIVERSITY"},
        ],
    )  # fmt: skip
    def test_refuses_what_the_rules_forbid(self, cast: Cast, changes: dict[str, Any]) -> None:
        school = drafted(cast)
        with pytest.raises(IntegrityError), transaction.atomic(), system_writes("a test's attack"):
            School.objects.filter(pk=school.pk).update(**changes)
