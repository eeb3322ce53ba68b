"""Pasting: what a spreadsheet program puts on the clipboard becomes cells, read as a sheet's are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from bangfu.foundation.intake.cells import Context, read_column
from bangfu.foundation.intake.grids import UnableToReadSheet
from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout
from bangfu.foundation.intake.pasting import pasted, sheet_of
from bangfu.foundation.intake.stored import TEXT
from bangfu.foundation.rooms import both

LAYOUT = Layout(
    code="toy.sums",
    title=both("合计", "Sums"),
    columns=(
        Column("code", both("编号", "Code"), ColumnKind.CODE),
        Column("title", both("名称", "Name")),
        Column("amount", both("金额（元）", "Amount (yuan)"), ColumnKind.DECIMAL, decimals=2),
    ),
    confirm=lambda **arguments: None,
    permission="toy.import",
)
NAMES = ["code", "title", "amount"]


def test_a_range_is_laid_from_one_cell_on() -> None:
    found = pasted(LAYOUT, columns=NAMES, text="学校\t１,２００\r\n\r\n医院\t3\r\n", at="title")
    assert found.rows == [{"title": "学校", "amount": "１,２００"}, {"title": "医院", "amount": "3"}]
    assert found.notes == []


def test_headings_decide_where_cells_go_and_say_how_many_they_are() -> None:
    text = "金额（万元）\t名称\n3.205\t学校\n约2\t医院\n"
    found = pasted(LAYOUT, columns=NAMES, text=text, at="code")
    assert found.rows == [{"amount": "32050", "title": "学校"}, {"amount": "约2", "title": "医院"}]
    assert [note.zh for note in found.notes] == ["「金额（元）」的表头写的是万，各行已乘以 10,000。"]


def test_a_cell_in_wan_keeps_its_word_and_under_a_heading_in_wan_is_no_number() -> None:
    assert pasted(LAYOUT, columns=NAMES, text="3.5万", at="amount").rows == [{"amount": "3.5万"}]
    found = pasted(LAYOUT, columns=NAMES, text="金额（万元）\t名称\n3.5万\t学校\n", at="code")
    assert found.rows == [{"amount": "3.5万（万）", "title": "学校"}]
    column = LAYOUT.column("amount")
    for typed, read in (("3.5万", (Decimal("35000.00"), None)), ("3.5万（万）", (None, "not_a_number"))):
        cells = pl.DataFrame({"text": [typed], "form": [TEXT]})
        assert read_column(column, cells, Context(on=date(2020, 1, 1))).row(0)[:2] == read


def test_html_is_read_when_there_is_no_text() -> None:
    html = "<table><tr><td colspan=2>A</td><td>5</td></tr><tr><td>B<td>学&amp;校<td> 6 </table>"
    assert pasted(LAYOUT, columns=NAMES, html=html).rows == [
        {"code": "A", "title": "", "amount": "5"},
        {"code": "B", "title": "学&校", "amount": "6"},
    ]


def test_cells_with_tabs_and_lines_inside_stay_one_cell() -> None:
    assert pasted(LAYOUT, columns=NAMES, text='A\t"两行\n名称"\t5').rows == [
        {"code": "A", "title": "两行\n名称", "amount": "5"}
    ]


def test_what_reaches_past_the_last_column_is_said_to_be_lost() -> None:
    found = pasted(LAYOUT, columns=NAMES, text="5\t6", at="amount")
    assert found.rows == [{"amount": "5"}]
    assert [note.en for note in found.notes] == ["1 column had nowhere to go and was not pasted."]


@pytest.mark.parametrize(
    ("text", "code"), [("编号\t名称\t金额", "no_rows"), ("1\t" * 20_001, "too_many_cells")]
)
def test_nothing_and_too_much_are_refused(text: str, code: str) -> None:
    with pytest.raises(UnableToReadSheet) as refused:
        pasted(LAYOUT, columns=NAMES, text=text)
    assert refused.value.code == code


def test_typed_rows_are_a_sheet() -> None:
    sheet = sheet_of(LAYOUT, [{"code": "A"}, {"amount": "5"}])
    assert sheet.texts.rows() == [(1, "A", "", ""), (2, "", "", "5")]
