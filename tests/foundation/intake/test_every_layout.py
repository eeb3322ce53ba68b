"""The same tolerance for every layout of every room: whatever an office makes of the sheet, the same rows come out of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from django.utils import translation
from polars.testing import assert_frame_equal

from bangfu.foundation.intake.cells import Context
from bangfu.foundation.intake.examining import Reading, open_sheet, read_sheet
from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout, layouts
from bangfu.foundation.intake.writing import template

FULL_WIDTH = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)} | {ord("."): "．", ord("-"): "－"}
NUMBERS = (ColumnKind.INTEGER, ColumnKind.DECIMAL)
DIGITS = (*NUMBERS, ColumnKind.DATE)
TYPED = {
    ColumnKind.TEXT: "文字",
    ColumnKind.CODE: "A1",
    ColumnKind.COUNTY: "册亨县",
    ColumnKind.PLACE: "册亨县",
    ColumnKind.COUNTY_OR_VILLAGE: "册亨县",
    ColumnKind.DATE: "2019-03-05",
    ColumnKind.EVIDENCE: "a.pdf",
}
Office = Callable[[Layout, Sequence[str]], bytes]


def typed(column: Column) -> str:
    """Return a cell as the template's own example writes it, or as its kind is written."""
    if column.kind == ColumnKind.CHOICE:
        return column.example or str(column.options[0].title.zh)
    if column.kind in NUMBERS and not column.example:
        return str(max(column.lowest or 0, 1))
    return column.example or TYPED[column.kind]


def headings(layout: Layout) -> list[str]:
    return [column.title.zh for column in layout.columns]


def as_workbook(
    layout: Layout, cells: Sequence[str], *, titles: Sequence[str] | None = None, after: Sequence[str] = ()
) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for line, row in enumerate((titles or headings(layout), cells, after)):
            for position, cell in enumerate(row):
                page.write_string(line, position, cell)
    return out.getvalue()


def as_text(layout: Layout, cells: Sequence[str], encoding: str, separator: str = ",") -> bytes:
    quoted = [separator.join(f'"{cell}"' for cell in row) for row in (headings(layout), cells)]
    return "\r\n".join(quoted).encode(encoding)


def in_full_width(layout: Layout, cells: Sequence[str]) -> bytes:
    wide = [
        cell.translate(FULL_WIDTH) if column.kind in DIGITS else cell
        for column, cell in zip(layout.columns, cells, strict=True)
    ]
    return as_workbook(layout, wide)


def with_serial_days(layout: Layout, cells: Sequence[str]) -> bytes:
    def serial(cell: str) -> str:
        return str((date.fromisoformat(cell) - date(1899, 12, 30)).days)

    days = [
        serial(cell) if column.kind == ColumnKind.DATE else cell
        for column, cell in zip(layout.columns, cells, strict=True)
    ]
    return as_workbook(layout, days)


def with_merged_headings(layout: Layout, cells: Sequence[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, len(cells) - 1, "一览表")
        for position, title in enumerate(headings(layout)):
            page.merge_range(1, position, 2, position, title)
            page.write_string(3, position, cells[position])
    return out.getvalue()


OFFICES: dict[str, Office] = {
    "full-width digits": in_full_width,
    "days as serial numbers": with_serial_days,
    "merged headings": with_merged_headings,
    "a total below": lambda layout, cells: as_workbook(layout, cells, after=["合计"]),
    "GB18030": lambda layout, cells: as_text(layout, cells, "gb18030"),
    "UTF-8 with a mark": lambda layout, cells: as_text(layout, cells, "utf-8-sig", ";"),
    "Unicode text": lambda layout, cells: as_text(layout, cells, "utf-16", "\t"),
    "English headings": lambda layout, cells: as_workbook(
        layout, cells, titles=[column.title.en for column in layout.columns]
    ),
    "spaces around": lambda layout, cells: as_workbook(layout, [f" {cell}\u3000" for cell in cells]),
}


def read(layout: Layout, content: bytes) -> Reading:
    sheet = open_sheet(layout, content)
    names = dict.fromkeys(sheet.file_names(), "0" * 64)
    return read_sheet(sheet, Context(on=date(2020, 12, 31), digests=names))


@pytest.mark.django_db
class TestEveryLayout:
    def test_reads_its_own_example(self) -> None:
        wrong = {
            layout.code: [(one.column, one.sentence.zh) for one in found.refusals]
            for layout in layouts()
            if (found := read(layout, as_workbook(layout, [typed(one) for one in layout.columns]))).refusals
        }
        assert wrong == {}

    @pytest.mark.parametrize("office", OFFICES)
    def test_reads_the_same_rows_from(self, office: str) -> None:
        for layout in {one.columns[:6]: one for one in layouts()}.values():
            cells = [typed(one) for one in layout.columns]
            plain, other = (
                read(layout, as_workbook(layout, cells)),
                read(layout, OFFICES[office](layout, cells)),
            )
            assert other.refusals == [], (office, layout.code)
            assert_frame_equal(other.frame.drop("row"), plain.frame.drop("row"))

    def test_multiplies_columns_of_money_in_ten_thousands(self) -> None:
        money = {
            layout.code: column
            for layout in layouts()
            for column in layout.columns
            if column.kind == ColumnKind.DECIMAL and column.title.zh.endswith("（元）")
        }
        assert len(money) > 3
        for layout in layouts():
            if layout.code not in money:
                continue
            column = money[layout.code]
            titles = [
                one.title.zh.replace("（元）", "（万元）") if one is column else one.title.zh
                for one in layout.columns
            ]
            cells = ["1.5" if one is column else typed(one) for one in layout.columns]
            found = read(layout, as_workbook(layout, cells, titles=titles))
            assert found.frame[column.name].to_list() == [15_000], layout.code


@pytest.mark.parametrize(("language", "example"), [("zh-hans", "示例："), ("en", "Example: ")])
def test_each_template_has_notes_drop_downs_and_an_example(language: str, example: str) -> None:
    for layout in {one.columns[:6]: one for one in layouts()}.values():
        with translation.override(language):
            content = template(layout, counties=["册亨县"])
            offered = [str(one.title) for column in layout.columns for one in column.options]
        page, guide = openpyxl.load_workbook(io.BytesIO(content)).worksheets[:2]
        assert str(page["A2"].value).startswith(example), layout.code
        assert all(page.cell(1, n).comment for n in range(1, len(layout.columns) + 1)), layout.code
        kinds = {ColumnKind.CHOICE, *(kind for kind, cell in TYPED.items() if cell == "册亨县")}
        asked = [one for one in layout.columns if one.kind in kinds]
        assert len(page.data_validations.dataValidation) == len(asked), layout.code
        rules = " ".join(str(one.formula1) for one in page.data_validations.dataValidation)
        assert all(title in rules for title in offered) or "_choices" in rules, layout.code
        assert guide.title == "填写说明"
