"""A measure's sheet from upload to facts: what is read as meant, each refused row with its remedy, all or nothing."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from bangfu.foundation.intake.layouts import UnknownLayout, layout_with_code, layouts
from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.posting import coming, effects
from bangfu.foundation.intake.queries import layouts_for, preview
from bangfu.foundation.intake.reported.operations import (
    import_reported,
    return_reported_paper,
    verify_reported_paper,
)
from bangfu.foundation.intake.reported.parties import party_of
from bangfu.foundation.intake.reported.reportable import reportable_measures, reporting_permission
from bangfu.foundation.intake.writing import template
from bangfu.foundation.ledger.measures import Party
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.organisation.models import Line
from bangfu.foundation.rooms import role_permissions, roles, rooms
from tests.cast import CEHENG, GUIZHOU, Cast
from tests.foundation.intake.reported.reporting import (
    HOSPITALS,
    RELIEF,
    STUDENTS,
    Row,
    Sheet,
    counts,
    facts,
    imported,
    parties,
    received,
    record,
)
from tests.foundation.review.looking import looked_at

TOWN, PREFECTURE = 522327103000, 522300000000


def refusals(sheet: Sheet, cast: Cast, folder: Path) -> list[tuple[int, str | None, str]]:
    """Return row, column and sentence of each refused row."""
    upload = received(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=folder)
    return [(one.row, one.column, one.sentence.zh) for one in preview(upload).checked.refusals]


class TestLayouts:
    def test_every_reported_measure_has_one_under_its_own_code(self) -> None:
        codes = {layout.code for layout in layouts()}
        assert set(reportable_measures()) <= codes
        assert len(codes) == len(layouts())

    def test_follow_the_declaration(self) -> None:
        def columns(code: str) -> list[tuple[str, str, bool]]:
            return [(one.name, str(one.kind), one.required) for one in layout_with_code(code).columns]

        assert columns(RELIEF) == [
            ("reference", "CODE", True),
            ("title", "TEXT", True),
            ("place", "PLACE", True),
            ("happened_on", "DATE", True),
            ("quantity", "DECIMAL", True),
            ("line", "TEXT", False),
            ("remark", "TEXT", False),
            ("evidence", "EVIDENCE", True),
        ]
        assert ("party_number", "CODE", True) in columns(STUDENTS)
        assert ("quantity", "INTEGER", True) in columns(STUDENTS)
        quantity = layout_with_code(RELIEF).column("quantity")
        assert (quantity.title.zh, quantity.decimals, quantity.lowest) == ("数量（元）", 2, 0)
        assert layout_with_code(HOSPITALS).column("quantity").lowest == -(10**15) + 1

    def test_a_measure_of_a_room_with_daily_work_has_none(self) -> None:
        with pytest.raises(UnknownLayout):
            layout_with_code("network.base_stations")

    @pytest.mark.parametrize("code", sorted(reportable_measures()))
    def test_the_template_holds_its_columns(self, code: str) -> None:
        layout = layout_with_code(code)
        book = CalamineWorkbook.from_filelike(io.BytesIO(template(layout)))
        heading = book.get_sheet_by_index(0).to_python()[0]
        expected = [f"{one.title.zh}{'*' if one.required else ''}\n{one.title.en}" for one in layout.columns]
        assert heading == expected

    def test_each_room_lets_somebody_report_it(self) -> None:
        for measure in reportable_measures().values():
            permission = reporting_permission(measure)
            holders = {code for code, role in roles().items() if permission in role.permissions}
            assert holders == {"officer", "clerk", f"{measure.code.split('.')[0]}_reporter"}

    @pytest.mark.django_db
    def test_are_offered_to_whoever_may_report_them(self, cast: Cast) -> None:
        offered = {layout.code for layout in layouts_for(cast.act(cast.clerk))}
        may = role_permissions("clerk")
        of_rooms = {layout.code for room in rooms() for layout in room.sheets if layout.permission in may}
        assert "network.stations" in of_rooms
        assert offered == {*reportable_measures(), *of_rooms}
        of_audit = {layout.code for layout in layouts_for(cast.act(cast.auditor))}
        assert of_audit == {"sampling.worksheet", "controls.lines"}


@pytest.mark.django_db
class TestImport:
    def test_rows_become_records_and_facts(self, cast: Cast, tmp_path: Path) -> None:
        with system_writes("a line of the test"):
            line, _ = Line.objects.get_or_create(
                id=4, defaults={"code": "finance", "name_zh": "财务", "name_en": "Finance"}
            )
        rows = [
            Row("GZ-1", "1,000.50", line=line.name_zh),
            Row("gz - 2", "2000", place="贵州省", remark="全省"),
            Row("GZ-3", "3.1", place="黔西南州", happened_on="2019年10月1日"),
            Row("GZ-4", "4", place="522327103"),
            Row("GZ-5", "5", place="522327103000"),
        ]
        act = cast.act(cast.clerk)
        paper = imported(Sheet(rows), unit=cast.guizhou, act=act, folder=tmp_path)
        assert (paper.record_count, paper.title, facts()) == (5, "减免.xlsx", [])
        verify_reported_paper(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        unit, source, day = cast.guizhou.pk, "intake.reported", date(2019, 9, 30)
        assert facts() == [
            (Decimal("1000.5"), unit, CEHENG, "GZ-1", day, source, "GZ-1", 1, None),
            (Decimal(2000), unit, GUIZHOU, "GZ-2", day, source, "GZ-2", 1, None),
            (Decimal("3.1"), unit, PREFECTURE, "GZ-3", date(2019, 10, 1), source, "GZ-3", 1, None),
            (Decimal(4), unit, TOWN, "GZ-4", day, source, "GZ-4", 1, None),
            (Decimal(5), unit, TOWN, "GZ-5", day, source, "GZ-5", 1, None),
        ]
        assert (record("GZ-1").line_id, record("GZ-2").line_id) == (line.pk, None)

    def test_persons_are_known_by_digests_and_their_numbers_are_in_no_table(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        rows = [
            Row(f"ZX-{number}", "1", title="助学金发放", party_number=f"XJ-{pupil:04d}")
            for number, pupil in enumerate((1, 2, 1))
        ]
        paper = imported(Sheet(rows, STUDENTS), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        verify_reported_paper(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        first, second = (party_of(f"XJ-{pupil:04d}", Party.PERSON) for pupil in (1, 2))
        assert parties() == [first, second, first]
        tables = (
            "intake_reportedrecord", "intake_reportedrecordevent", "ledger_fact", "review_batch",
            "operations_auditentry",
        )  # fmt: skip
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%XJ-000%'")
                assert cursor.fetchone() == (0,), table

    def test_says_what_it_will_do_to_the_figure(self, cast: Cast, tmp_path: Path) -> None:
        rows = [Row("GZ-1", "10.25"), Row("GZ-2", "20"), Row("GZ-3", "7", happened_on=date(2020, 1, 31))]
        upload = received(Sheet(rows), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        shown = preview(upload)
        facts = coming(shown.layout, shown.checked, upload)
        told = [(one.period, one.quantity, one.unit.zh) for one in effects(shown.layout, facts)]
        assert told == [("2019", Decimal("30.25"), "元"), ("2020", Decimal(7), "元")]

    @pytest.mark.parametrize(
        ("typed", "column", "words"),
        [
            ({"quantity": ""}, "quantity", "必填"),
            ({"quantity": "-1"}, "quantity", "超出范围"),
            ({"quantity": "0"}, "quantity", "数量为零"),
            ({"quantity": "1.005"}, "quantity", "最多 2 位小数"),
            ({"quantity": "一万"}, "quantity", "不是数字"),
            ({"place": "沽源县"}, "place", "不在本单位所在的省"),
            ({"place": "不存在县"}, "place", "找不到地点"),
            ({"place": "522327999"}, "place", "找不到地点"),
            ({"happened_on": date(2020, 8, 1)}, "happened_on", "未来的日期"),
            ({"happened_on": date(1985, 1, 1)}, "happened_on", "早于 1986-01-01"),
            ({"line": "炼金"}, "line", "没有叫「炼金」的专业线"),
            ({"file": None}, "evidence", "必填"),
            ({"title": ""}, "title", "必填"),
            ({"title": "张某522327201003070018"}, "title", "身份证号码"),
            ({"reference": "52232720100307001X"}, "reference", "身份证号码"),
        ],
    )
    def test_refuses_a_row_with_a_remedy_and_imports_nothing(
        self, cast: Cast, tmp_path: Path, typed: dict[str, Any], column: str, words: str
    ) -> None:
        sheet = Sheet([Row("GZ-1"), Row("GZ-2").but(**typed)])
        ((row, where, sentence),) = refusals(sheet, cast, tmp_path)
        assert (row, where) == (3, column)
        assert words in sentence
        upload = received(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            import_reported(upload=upload, act=cast.act(cast.clerk))
        assert refused.value.code == "rows_refused"
        assert counts() == before

    def test_refuses_an_identity_number_as_a_persons_number(self, cast: Cast, tmp_path: Path) -> None:
        rows = [Row("ZX-1", "1", party_number="522327201003070018"), Row("ZX-2", "1")]
        told = refusals(Sheet(rows, STUDENTS), cast, tmp_path)
        assert [(row, column) for row, column, _ in told] == [(2, "party_number"), (3, "party_number")]
        assert "身份证号码" in told[0][2]
        assert "必填" in told[1][2]

    def test_refuses_the_same_reference_twice_and_of_another_unit(self, cast: Cast, tmp_path: Path) -> None:
        twice = refusals(Sheet([Row("GZ-1"), Row("GZ-1", "5")]), cast, tmp_path)
        assert [row for row, *_ in twice] == [2, 3]
        imported(
            Sheet([Row("X-1")], name="集团.xlsx"),
            unit=cast.group,
            act=cast.act(cast.officer),
            folder=tmp_path,
        )
        ((_, column, sentence),) = refusals(Sheet([Row("X-1", "6")]), cast, tmp_path)
        assert column == "reference"
        assert "集团" in sentence

    def test_the_same_again_is_no_change_and_a_change_of_what_waits_is_refused(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        act = cast.act(cast.clerk)
        paper = imported(Sheet([Row("GZ-1")]), unit=cast.guizhou, act=act, folder=tmp_path)
        assert "正在等待核验" in refusals(Sheet([Row("GZ-1", "5")]), cast, tmp_path)[0][2]
        more = received(Sheet([Row("GZ-1"), Row("GZ-2")]), unit=cast.guizhou, act=act, folder=tmp_path)
        checked = preview(more).checked
        assert (checked.new, checked.same, checked.changed) == (1, 1, 0)
        return_reported_paper(batch=paper, remark="金额有误", act=cast.act(cast.verifier))
        again = imported(Sheet([Row("GZ-1", "5")]), unit=cast.guizhou, act=act, folder=tmp_path)
        verify_reported_paper(batch=looked_at(again, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        assert [fact[0] for fact in facts()] == [Decimal(5)]
        assert "更正" in refusals(Sheet([Row("GZ-1", "6")]), cast, tmp_path)[0][2]

    def test_refuses_whoever_may_not_report_the_room(self, cast: Cast, tmp_path: Path) -> None:
        sheet = Sheet([Row("GZ-1")])
        for actor in (cast.clerk_of_yunnan, cast.auditor):
            with pytest.raises(NotPermitted):
                received(sheet, unit=cast.guizhou, act=cast.act(actor), folder=tmp_path)
        assert ReportedRecord.objects.count() == 0

    def test_a_sheet_of_a_thousand_rows_sums_exactly(self, cast: Cast, tmp_path: Path) -> None:
        rows = [Row(f"GZ-{number}", f"{number}.25") for number in range(1, 1001)]
        paper = imported(Sheet(rows), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        verify_reported_paper(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        assert sum(fact[0] for fact in facts()) == Decimal(1000 * 1001 // 2 + 250)
