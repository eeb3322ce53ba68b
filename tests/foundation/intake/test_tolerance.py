"""Tolerant where the meaning is certain, strict where it is not: one row a case, from a file to typed rows."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from bangfu.foundation.intake.cells import Context
from bangfu.foundation.intake.examining import Reading, open_sheet, read_sheet
from bangfu.foundation.intake.grids import UnableToReadSheet, read_grids
from bangfu.foundation.intake.layouts import Column, ColumnKind
from bangfu.foundation.rooms import both
from tests.foundation.intake.test_files import rezipped
from tests.foundation.intake.toy import toy_room, workbook, xlsx

CEHENG, GUIZHOU = 522327000000, 520000000000
COLUMNS = (
    Column("code", both("编号", "Code"), ColumnKind.CODE, longest=20),
    Column("place", both("县", "County"), ColumnKind.COUNTY),
    Column("on", both("日期", "Date"), ColumnKind.DATE, past=True, whole_month=True),
    Column("money", both("金额（元）", "Amount (CNY)"), ColumnKind.DECIMAL, decimals=2, highest=10**15 - 1, aliases=("总额",)),
)  # fmt: skip
HEADINGS = ("编号", "县", "日期", "金额（元）")


def read(content: bytes, province: int | None = GUIZHOU) -> Reading:
    """Return a file's rows for the layout of these tests."""
    with toy_room(columns=COLUMNS, key="code", check=None, posts=None) as layout:
        sheet = open_sheet(layout, content)
        return read_sheet(sheet, Context(on=date(2020, 7, 31), province_id=province))


def row(**changes: Any) -> list[Any]:
    return list(({"code": "A1", "place": "册亨县", "on": "2019-03-05", "money": "1"} | changes).values())


def one(heading: str = HEADINGS[3], **changes: Any) -> tuple[Any, ...] | str:
    """Return place, day and money of one row, or the sentence it is refused with."""
    found = read(xlsx(row(**changes), headings=[*HEADINGS[:3], heading]))
    return (
        found.frame.select("place", "on", "money").row(0)
        if not found.refusals
        else found.refusals[0].sentence.zh
    )


@pytest.mark.django_db
class TestWhatIsCertain:
    @pytest.mark.parametrize(
        ("typed", "column", "value"),
        [
            ({"money": "１２３４．５"}, 2, Decimal("1234.50")),  # full-width digits
            ({"money": "1,234,567.8"}, 2, Decimal("1234567.80")),  # thousands apart
            ({"money": "1，234"}, 2, Decimal(1234)),  # the Chinese comma
            ({"heading": "金额（万元）", "money": "12.345678"}, 2, Decimal("123456.78")),
            ({"heading": "金额(亿元)", "money": "0.1"}, 2, Decimal(10_000_000)),
            ({"heading": "总额（亿元）", "money": "2,345"}, 2, Decimal(234_500_000_000)),
            ({"heading": "总额（元）", "money": "5"}, 2, Decimal(5)),
            ({"heading": "金额（万元）", "money": 0.1 + 0.2}, 2, Decimal(3000)),
            ({"money": "3.5万"}, 2, Decimal(35_000)),  # in how many of the column's unit, in the cell itself
            ({"money": "１．２ 亿元"}, 2, Decimal(120_000_000)),
            ({"money": "-1,200.5万元"}, 2, Decimal(-12_005_000)),
            ({"money": "12.50元"}, 2, Decimal("12.50")),
            ({"heading": "总额", "money": "3.5万"}, 2, Decimal(35_000)),
            ({"heading": "金额（万元）", "money": "-0.5"}, 2, Decimal(-5000)),
            ({"on": "2019年3月"}, 1, date(2019, 3, 31)),  # a month alone, where the column takes its last day
            ({"on": "２０２０年２月"}, 1, date(2020, 2, 29)),
            ({"on": "2019-3"}, 1, date(2019, 3, 31)),
            ({"on": 43529}, 1, date(2019, 3, 5)),  # the spreadsheet's serial number
            ({"place": "册亨"}, 0, CEHENG),  # without its suffix
            ({"place": "贵州册亨"}, 0, CEHENG),
            ({"place": "522327"}, 0, CEHENG),
        ],
    )  # fmt: skip
    def test_is_read_as_meant(self, typed: dict[str, Any], column: int, value: object) -> None:
        found = one(**typed)
        assert not isinstance(found, str), found
        assert found[column] == value

    def test_a_county_is_known_by_a_code_it_had(self) -> None:
        found = read(xlsx(row(place="520522"), headings=HEADINGS), province=None)  # 黔西县 before 2021
        assert [found.frame["place"].to_list(), found.refusals] == [[520581000000], []]

    def test_a_merged_heading_of_two_rows(self) -> None:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            page = book.add_worksheet()
            page.merge_range(0, 0, 0, 3, "2019年明细表")
            page.merge_range(1, 0, 2, 0, "编号")
            page.merge_range(1, 1, 1, 2, "何时何地")
            page.write_row(2, 1, ("县", "日期"))
            page.merge_range(1, 3, 2, 3, "金额（万元）")
            page.write_row(3, 0, row(money=1.5))
            page.write_row(4, 0, ["合计", "", "", 1.5])
        found = read(out.getvalue())
        assert found.frame.rows() == [(4, "A1", CEHENG, date(2019, 3, 5), Decimal(15_000))]
        assert [note.zh for note in found.notes] == ["「金额（元）」的表头写的是万，各行已乘以 10,000。"]

    def test_csv_in_gb18030_with_totals_at_its_end(self) -> None:
        text = '编号,县,日期,金额（元）\r\nA1,册亨,2019年3月,"1,000"\r\n总计,,,1000\r\n'
        found = read(text.encode("gb18030"))
        assert found.frame.rows() == [(2, "A1", CEHENG, date(2019, 3, 31), Decimal(1000))]
        assert [note.en for note in found.notes] == [
            "“Date” names a month alone in 1 rows: its last day was taken."
        ]


@pytest.mark.django_db
class TestWhatIsNot:
    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"on": "03/04/2019"}, "03/04/2019 可能是 2019-03-04 或 2019-04-03。请按年-月-日写"),
            ({"on": "３/４/２０１９"}, "可能是 2019-03-04 或 2019-04-03。"),
            ({"on": "19-3-5"}, "19-3-5 可能是 2005-03-19 或 2019-03-05。"),
            ({"on": "13/04/2019"}, "13/04/2019 可能是 2019-04-13。"),
            ({"on": "31/31/2019"}, "没有这一天：31/31/2019"),
            ({"on": "2019"}, "只写到了年月"),
            ({"on": "201903"}, "只写到了年月"),
            ({"on": "2019年13月"}, "没有这一天"),
            ({"on": "2020年7月底"}, "看不出是哪一天"),
            ({"on": "2020年8月"}, "未来的日期"),
            ({"money": "1.2万人"}, "不是数字"),  # not the column's unit
            ({"money": "1.2万多"}, "不是数字"),
            ({"money": "1.2万亿元"}, "不是数字"),
            ({"money": "5人"}, "不是数字"),
            ({"money": "0.0000001万"}, "最多 2 位小数"),
            ({"heading": "金额（万元）", "money": "1.2万"}, "1.2万可能是 12000、120000000。请只写数字"),
            ({"heading": "金额（万元）", "money": "2亿元"}, "2亿元可能是 200000000、2000000000000。"),
            ({"money": "1.234,5"}, "不是数字"),
            ({"money": "12,34"}, "不是数字"),
            ({"heading": "金额（万元）", "money": "0.0000001"}, "最多 2 位小数"),
            ({"heading": "金额（亿元）", "money": "99999999"}, "超出范围"),
            ({"heading": "金额（万元）", "money": "约3"}, "不是数字"),
            ({"place": "没有的县"}, "找不到区县"),
            ({"place": "铜山区"}, "不在本单位所在的省"),
        ],
    )
    def test_is_refused_with_its_remedy(self, typed: dict[str, Any], words: str) -> None:
        found = one(**typed)
        assert isinstance(found, str), found
        assert words in found

    def test_a_name_of_several_counties_is_refused_with_all_of_them(self) -> None:
        found = read(xlsx(row(place="鼓楼区"), headings=HEADINGS), province=None)
        (refusal,) = found.refusals
        named = re.findall(r"[\u4e00-\u9fff]+鼓楼区", refusal.sentence.zh)
        assert len(set(named)) > 1
        assert refusal.sentence.zh.endswith("请写明是哪一个（省市加县名，或六位代码）。")

    def test_two_columns_that_may_both_be_meant(self) -> None:
        content = xlsx([*row(), "2"], headings=[*HEADINGS, "总额（万元）"])
        with pytest.raises(UnableToReadSheet) as refused:
            read(content)
        assert refused.value.code == "repeated_columns"

    def test_a_bare_number_in_a_workbook_that_counts_from_1904(self) -> None:
        content = rezipped(
            xlsx(row(on=43529), headings=HEADINGS),
            lambda name, part: (
                part.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
                if name == "xl/workbook.xml"
                else part
            ),
        )
        assert "从 1904 年起计日" in read(content).refusals[0].sentence.zh


@pytest.mark.django_db
def test_a_multiple_in_a_column_without_a_unit_is_refused_with_what_it_may_be() -> None:
    column = Column("heads", both("人头", "Heads"), ColumnKind.INTEGER)
    with toy_room(columns=(COLUMNS[0], column), key="code", check=None, posts=None) as layout:
        content = xlsx(["A1", "3.5万"], ["A2", "12"], headings=["编号", "人头"])
        found = read_sheet(open_sheet(layout, content), Context(on=date(2020, 7, 31)))
    assert found.frame.rows() == [(3, "A2", 12)]
    assert [(refusal.row, refusal.sentence.zh) for refusal in found.refusals] == [
        (
            2,
            "「人头」写着万或亿，而这一列没有写明单位，或者表头已经写了万、亿：3.5万可能是 35000、3.5。请只写数字。",
        )
    ]


@pytest.mark.django_db
def test_what_a_cell_said_in_wan_is_told() -> None:
    found = read(xlsx(row(money="3.5万"), row(code="A2", money="2亿"), row(code="A3"), headings=HEADINGS))
    assert [note.zh for note in found.notes] == ["「金额（元）」有 2 格写着万或亿，已换成元。"]
    assert found.frame["money"].to_list() == [Decimal(35_000), Decimal(200_000_000), Decimal(1)]


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("part", "code"),
        [
            (b'<row r="1048576"><c><v>1</v></c></row>', "too_many_cells"),
            (b'<row r="999999"><c r="A999999"><v>1</v></c></row>', "too_many_cells"),
            (b'<row><c  r="XFD5"><v>1</v></c></row>', "too_many_cells"),
            (b"<row>" + b"<c><v>1</v></c>" * 200 + b"</row>", "too_many_cells"),
            (b"<row><c><v>1</v></c></row>" * 200_001, "too_many_cells"),
            (b"<row><c r='A999999'><v>1</v></c></row>", "too_many_cells"),
        ],
        ids=[
            "by its row",
            "by itself",
            "to the right",
            "in a wide row",
            "below many rows",
            "in other quotes",
        ],
    )
    def test_a_cell_far_away_however_it_is_written(self, part: bytes, code: str) -> None:
        content = rezipped(
            workbook({"数据": [list(HEADINGS), row()]}),
            lambda name, old: (
                old.replace(b"</sheetData>", part + b"</sheetData>")
                if name.startswith("xl/worksheets/")
                else old
            ),
        )
        with pytest.raises(UnableToReadSheet) as refused:
            read_grids(content)
        assert refused.value.code == code

    def test_a_billion_laughs(self) -> None:
        laughs = b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">]>'
        content = rezipped(
            xlsx(row(), headings=HEADINGS),
            lambda name, old: laughs + old if name.startswith("xl/worksheets/") else old,
        )
        with pytest.raises(UnableToReadSheet) as refused:
            read_grids(content)
        assert refused.value.code == "entities"

    def test_merged_cells_without_end_cost_nothing(self) -> None:
        many = b"<mergeCells>" + b'<mergeCell ref="A3:XFD1048576"/>' * 20_000 + b"</mergeCells>"
        content = rezipped(
            xlsx(row(), headings=HEADINGS),
            lambda name, old: (
                old.replace(b"</sheetData>", b"</sheetData>" + many)
                if name.startswith("xl/worksheets/")
                else old
            ),
        )
        (grid,) = read_grids(content).grids
        assert (grid.texts.height, len(grid.merges)) == (2, 20_000)
