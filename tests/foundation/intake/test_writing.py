"""What intake writes can be read back: the template, and the refused rows."""

import io

import openpyxl
import polars as pl
import pytest

from bangfu.foundation.intake.examining import open_sheet
from bangfu.foundation.intake.explaining import explained_columns, rules
from bangfu.foundation.intake.grids import UnableToReadSheet
from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout, RowRefusal, layouts
from bangfu.foundation.intake.writing import refused_rows, template
from bangfu.foundation.rooms import both
from tests.foundation.intake.toy import COLUMNS, row, toy_room, xlsx


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


class TestTemplate:
    def test_has_headings_in_both_languages_and_marks_what_is_required(self, toy: Layout) -> None:
        sheet = opened(template(toy)).worksheets[0]
        assert [cell.value for cell in sheet[1]] == [
            "岗位编码*\nPost code", "所在县*\nCounty", "设立日期*\nOpened on", "人数*\nSeats", "费用（元）\nCost (CNY)",
            "类别*\nKind", "照片\nPhotograph", "备注\nRemark",
        ]  # fmt: skip

    def test_explains_each_column_beside_its_heading(self, toy: Layout) -> None:
        sheet = opened(template(toy)).worksheets[0]
        comment = sheet["C1"].comment
        assert comment is not None
        assert comment.text == (
            "必填。日期，写到日：2019-03-05、2019/3/5 或 2019年3月5日；不得晚于上传当日。\n"
            "Required. A whole date: 2019-03-05 or 2019/3/5; not after the day of the upload."
        )

    def test_offers_choices(self, toy: Layout) -> None:
        (rule,) = opened(template(toy)).worksheets[0].data_validations.dataValidation
        assert (str(rule.sqref), rule.formula1) == ("F2:F20001", '"4G,空缺"')

    def test_offers_long_lists_from_a_hidden_sheet(self) -> None:
        names = tuple(f"{number} 号机房和它的全部附属设备" for number in range(40))
        column = Column("room", both("机房", "Room"), ColumnKind.CHOICE, choices=names)
        with toy_room(columns=(column,), key=None, check=None, posts=None) as layout:
            book = opened(template(layout))
            (rule,) = book.worksheets[0].data_validations.dataValidation
            assert rule.formula1 == "_choices!$A$1:$A$40"
            assert [cell.value for cell in book["_choices"]["A"]] == list(names)
            assert book["_choices"].sheet_state == "hidden"
            with pytest.raises(UnableToReadSheet) as caught:
                open_sheet(layout, template(layout))
        assert caught.value.code == "no_rows"

    def test_holds_an_example_row_that_is_not_imported(self, toy: Layout) -> None:
        book = opened(template(toy))
        assert [cell.value for cell in book.worksheets[0][2]] == [
            "示例：GZ-1", "册亨县", "2019-03-05", "3", None, "4G", "1.jpg", None,
        ]  # fmt: skip
        with pytest.raises(UnableToReadSheet) as caught:
            open_sheet(toy, template(toy))
        assert caught.value.code == "no_rows"

    def test_explains_the_layout_on_its_second_sheet(self, toy: Layout) -> None:
        book = opened(template(toy))
        assert book.sheetnames == ["岗位表", "填写说明"]
        said = {cell.value for line in book["填写说明"] for cell in line if cell.value}
        assert {
            "填报岗位。",
            "Posts of a unit.",
            *(rule.zh for rule in rules(toy)),
            *(rule.en for rule in rules(toy)),
        } <= said

    def test_can_be_filled_in_and_read(self, toy: Layout) -> None:
        book = opened(template(toy))
        for position, cell in enumerate(row("GZ-7"), start=1):
            book.worksheets[0].cell(3, position).value = cell
        out = io.BytesIO()
        book.save(out)
        sheet = open_sheet(toy, out.getvalue())
        assert sheet.texts.select("row", "code", "county").rows() == [(3, "GZ-7", "册亨县")]
        assert [note.en for note in sheet.notes] == ["Row 2 is an example and was not read."]

    def test_reads_back_for_every_layout_of_every_room(self) -> None:
        for layout in layouts():
            with pytest.raises(UnableToReadSheet) as caught:
                open_sheet(layout, template(layout))
            assert caught.value.code == "no_rows", layout.code

    def test_explains_every_column_in_both_languages(self, toy: Layout) -> None:
        for explained in explained_columns(toy):
            assert explained.how.zh, explained.name
            assert explained.how.en, explained.name
            assert "{" not in explained.how.zh + explained.how.en


class TestRefusedRows:
    TEXTS = pl.DataFrame(
        [[4, *row("=HYPERLINK(1)", remark="@SUM(1)")], [5, *row("GZ-2")], [9, *row("GZ-3", seats="x")]],
        schema=["row", *[column.name for column in COLUMNS]],
        orient="row",
    ).cast({"row": pl.Int64, "seats": pl.String}, strict=False)
    REFUSALS = [
        RowRefusal(9, "seats", both("不是数字。", "Not a number.")),
        RowRefusal(4, "code", both("写法不对。", "Not well written.")),
        RowRefusal(4, None, both("整行不行。", "The whole row.")),
    ]

    def test_gives_the_rows_back_with_their_reasons(self, toy: Layout) -> None:
        sheet = opened(refused_rows(toy, self.TEXTS, self.REFUSALS)).worksheets[0]
        lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
        assert [(line[0], line[8], line[9]) for line in lines] == [
            ("=HYPERLINK(1)", 4, "写法不对。\n整行不行。"),
            ("GZ-3", 9, "不是数字。"),
        ]

    def test_writes_no_formula(self, toy: Layout) -> None:
        sheet = opened(refused_rows(toy, self.TEXTS, self.REFUSALS)).worksheets[0]
        assert {cell.data_type for line in sheet.iter_rows(max_col=8) for cell in line} <= {
            "s",
            "n",
            "inlineStr",
        }
        assert [sheet[at].quotePrefix for at in ("A2", "H2", "A3")] == [True, True, False]

    def test_can_be_corrected_and_uploaded_as_it_is(self, toy: Layout) -> None:
        book = opened(refused_rows(toy, self.TEXTS, self.REFUSALS))
        book.worksheets[0]["D3"].value = 3
        out = io.BytesIO()
        book.save(out)
        assert open_sheet(toy, out.getvalue()).texts["seats"].to_list() == ["3", "3"]


class TestLayout:
    def test_refuses_a_key_that_is_no_column(self) -> None:
        with pytest.raises(ValueError, match="no column"), toy_room(key="nothing"):
            pass

    def test_refuses_two_columns_of_one_name(self) -> None:
        with pytest.raises(ValueError, match="same name"), toy_room(columns=(*COLUMNS, COLUMNS[0])):
            pass

    def test_refuses_choices_without_a_choice_column(self) -> None:
        with pytest.raises(ValueError, match="choices"):
            Column("it", both("它", "It"), choices=("a",))

    def test_reads_its_own_spelling(self, toy: Layout) -> None:
        assert open_sheet(toy, xlsx(row())).texts.height == 1
