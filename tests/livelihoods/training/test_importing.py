"""The sheet of attendees: whole and exact, refused whole, never twice, and thousands of rows at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.queries import preview
from bangfu.foundation.intake.showing import corrections_on_page, refusals_on_page, sample
from bangfu.foundation.operations import NotPermitted
from bangfu.livelihoods.training.models import Correction, Enrolment
from bangfu.livelihoods.training.operations import import_attendees
from bangfu.livelihoods.training.queries import attended_text
from bangfu.reporting.queries import figure
from tests.cast import CEHENG, NOW, Cast
from tests.livelihoods.training.trained import (
    FIRST,
    Row,
    counts,
    enrolled,
    facts,
    imported,
    number,
    opened,
    part,
    received,
    verified,
)


@pytest.mark.django_db
class TestImportAttendees:
    def test_writes_attendees_attendances_evidence_and_one_paper(self, cast: Cast, tmp_path: Path) -> None:
        opened(cast)
        rows = [Row(), Row(identity_number=number(2), sessions="1、3", post="镇长")]
        paper = imported(rows, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        names = ("place", "post", "result", "revision", "enrolled_by", "enrolled_at", "confirmed_at")
        assert list(Enrolment.objects.order_by("pk").values_list(*names)) == [
            (CEHENG, "村支书", "COMPLETED", 1, cast.clerk.pk, NOW, None),
            (CEHENG, "镇长", "COMPLETED", 1, cast.clerk.pk, NOW, None),
        ]
        assert [attended_text(one) for one in Enrolment.objects.order_by("pk")] == ["1,2,3", "1,3"]
        assert (paper.record_count, paper.submitted_by) == (2, cast.clerk)
        assert Attachment.objects.filter(record_type=31).count() == 2
        assert facts() == []

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (Row("PX-0"), "没有编号为「PX-0」的课程"),
            (Row("PX-RUNS"), "2020-08-31 才结束"),
            (Row(identity_number="110105194912310021"), "末位校验码不符"),
            (Row(identity_number="110105491231002"), "十五位旧号码"),
            (Row(identity_number=number(2), sessions="1"), "参加了 1 个"),
            (Row(identity_number=number(2), sessions="1-9"), "第 1 至 3 课次"),
            (Row("GM-1", identity_number=number(2)), "不算培训的形式"),
            (Row(), "与第 2 行是同一人"),
            (Row(identity_number=number(2), evidence="没有.pdf"), "没有.pdf"),
        ],
    )
    def test_refuses_a_row_that_cannot_be(self, cast: Cast, tmp_path: Path, row: Row, says: str) -> None:
        opened(cast)
        opened(cast, "GM-1", required_sessions=1, parts=(part("OBSERVATION", FIRST),))
        runs = FIRST.replace(year=2020, month=9, day=1)
        days = (FIRST.replace(year=2020, month=7, day=1),)
        opened(
            cast,
            "PX-RUNS",
            starts_on=days[0],
            ends_on=runs,
            required_sessions=1,
            parts=(part("LECTURE", *days),),
        )
        act = cast.act(cast.clerk)
        upload = received([Row(), row], unit=cast.guizhou, act=act, folder=tmp_path)
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            import_attendees(upload=upload, act=act)
        assert [one.row for one in refused.value.rows] == [3]
        assert says in refused.value.rows[0].sentence.zh
        assert counts() == before

    def test_the_preview_shows_nobody(self, cast: Cast, tmp_path: Path) -> None:
        opened(cast)
        rows = [Row(name="欧阳某某"), Row(identity_number="110105194912310021")]
        upload = received(rows, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        found = preview(upload)
        _, shown = sample(found)
        cells = [cell.text for row in shown for cell in row.cells]
        assert "欧*" in cells
        assert f"****{number(1)[-4:]}" in cells
        assert [one.typed for one in refusals_on_page(found, None)] == ["****0021"]

    def test_leaves_what_is_there_and_replaces_what_was_enrolled(self, cast: Cast, tmp_path: Path) -> None:
        course = opened(cast)
        one = enrolled(cast, course, 1, sessions="1-2")
        act = cast.act(cast.clerk)
        first = imported([Row(identity_number=number(2))], unit=cast.guizhou, act=act, folder=tmp_path)
        verified(cast, first)
        rows = [Row(identity_number=number(1)), Row(identity_number=number(2))]
        imported(rows, unit=cast.guizhou, act=act, folder=tmp_path, name="二.xlsx")
        one.refresh_from_db()
        assert attended_text(one) == "1,2,3"
        assert one.upload is not None
        outcome = one.upload.outcome or {}
        assert (outcome["new"], outcome["changed"], outcome["same"]) == (0, 1, 1)
        changed = received(
            [Row(identity_number=number(2), sessions="1-2")],
            unit=cast.guizhou,
            act=act,
            folder=tmp_path,
            name="三.xlsx",
        )
        with pytest.raises(UnableToImport) as refused:
            import_attendees(upload=changed, act=act)
        assert (refused.value.rows[0].column, "更正依据" in refused.value.rows[0].sentence.zh) == (
            "basis",
            True,
        )

    def test_takes_back_what_a_row_corrects_and_counts_it_anew(self, cast: Cast, tmp_path: Path) -> None:
        opened(cast)
        act, rows = cast.act(cast.clerk), [Row(), Row(identity_number=number(2))]
        verified(cast, imported(rows, unit=cast.guizhou, act=act, folder=tmp_path))
        first = len(facts())
        basis = "签到表 2019-03 复核"
        moved = [
            Row(place="望谟县", sessions="1-2", basis=basis),
            Row(identity_number=number(2), post="镇长", basis=basis),
        ]
        upload = received(moved, unit=cast.guizhou, act=act, folder=tmp_path, name="更正.xlsx")
        (refusal,) = preview(upload).checked.refusals
        assert (refusal.row, "已核验" in refusal.sentence.zh) == (3, True)
        upload = received(moved[:1], unit=cast.guizhou, act=act, folder=tmp_path, name="更正二.xlsx")
        (shown,) = corrections_on_page(preview(upload), None)
        assert shown.before[0].text.endswith("册亨县")
        assert shown.after[0].text.endswith("望谟县")

        paper = import_attendees(upload=upload, act=act)

        back = facts()[first:]
        assert len(back) == 5
        assert {fact[1] for fact in back} == {-1}
        (kept,) = Correction.objects.values_list(
            "revision", "place", "result", "attended", "reason", "remark"
        )
        assert kept == (1, CEHENG, "COMPLETED", "1,2,3", "wrong_place", basis)
        verified(cast, paper)
        anew = facts()[first + 5 :]
        assert len(anew) == 4
        assert {fact[1] for fact in anew} == {1}
        assert Enrolment.objects.order_by("pk").values_list("revision", flat=True)[0] == 2

    def test_corrects_nothing_without_the_permission_to(self, cast: Cast, tmp_path: Path) -> None:
        opened(cast)
        act = cast.act(cast.clerk)
        verified(cast, imported([Row()], unit=cast.guizhou, act=act, folder=tmp_path))
        moved = [Row(place="望谟县", basis="复核")]
        upload = received(moved, unit=cast.guizhou, act=act, folder=tmp_path, name="更正.xlsx")
        cast.clerk.limited_to = frozenset({"training.import_attendees"})
        before = counts()
        with pytest.raises(NotPermitted):
            import_attendees(upload=upload, act=cast.act(cast.clerk))
        assert counts() == before

    def test_who_may(self, cast: Cast, tmp_path: Path) -> None:
        opened(cast)
        upload = received([Row()], unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                import_attendees(upload=upload, act=cast.act(account))
        assert Enrolment.objects.count() == 0

    def test_four_hundred_people_in_five_courses_come_in_and_count_in_seconds(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        codes = [f"PX-{order}" for order in range(5)]
        for code in codes:
            opened(cast, code)
        rows = [Row(code, identity_number=number(order)) for code in codes for order in range(400)]
        act = cast.act(cast.clerk)
        upload = received(rows, unit=cast.guizhou, act=act, folder=tmp_path)
        started = time.monotonic()
        paper = import_attendees(upload=upload, act=act)
        verified(cast, paper)
        assert time.monotonic() - started < 60
        people = len({number(order) for order in range(400)})
        assert figure("training.cadres", period="2019").value == people == 400
        assert figure("training.participations", period="2019").value == 6000
