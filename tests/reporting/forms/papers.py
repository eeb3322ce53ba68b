"""Forms as a superior would send them, made by code: a workbook of two sheets and a document with a table."""

from __future__ import annotations

import io
from collections.abc import Sequence

import docx
import openpyxl
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

STATIONS, LAMPS = "新建无线基站（个）", "在用路灯（盏）"
_SIDE = Side(style="thin")
_BOX = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


def workbook(
    *, above: int = 0, items: Sequence[str] = (STATIONS, LAMPS), units: Sequence[str] = ("贵州", "云南")
) -> bytes:
    """Return a form: 表一 with items by this and last year, 表二 with units by items.

    Args:
        above: rows more above the table of 表一 than usual.
    """
    book = openpyxl.Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "表一"
    first["A1"] = "定点帮扶情况统计表"
    first["A1"].font = Font(bold=True, size=16)
    first.merge_cells("A1:D1")
    first["A2"], first["C2"] = "填报单位：", "期间："
    head = 4 + above
    for column, text in enumerate(("项目", "本期", "上年同期", "增减"), 1):
        first.cell(head, column, text).fill = PatternFill("solid", fgColor="DDDDDD")
    for number, item in enumerate(items, head + 1):
        first.cell(number, 1, item)
        first.cell(number, 2).border = _BOX
        first.cell(number, 3).border = _BOX
        first.cell(number, 4, f"=B{number}-C{number}")
    last = head + len(items)
    first.cell(last + 1, 1, "合计")
    for name in "BC":
        first[f"{name}{last + 1}"] = f"=SUM({name}{head + 1}:{name}{last})"
    first.print_title_rows = f"1:{head}"
    first.page_setup.orientation = "landscape"
    second = book.create_sheet("表二")
    for column, text in enumerate(("单位", *items), 1):
        second.cell(1, column, text)
    for row, unit in enumerate(units, 2):
        second.cell(row, 1, unit)
        for column in range(2, len(items) + 2):
            second.cell(row, column).border = _BOX
    second.cell(len(units) + 2, 1, "合计")
    second.cell(len(units) + 2, 2, f"=SUM(B2:B{len(units) + 1})")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def document() -> bytes:
    """Return a Word form: a table of items by this year, its last row merged."""
    paper = docx.Document()
    paper.add_paragraph("附表一 帮扶情况")
    table = paper.add_table(3, 3)
    for column, text in enumerate(("项目", "本期", "备注")):
        table.cell(0, column).text = text
    table.cell(1, 0).text = STATIONS
    run = table.cell(1, 1).paragraphs[0].add_run("　")
    run.bold = True
    table.cell(2, 0).text = "填报人"
    table.cell(2, 1).merge(table.cell(2, 2))
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def values_of(content: bytes, sheet: str) -> list[tuple[object, ...]]:
    """Return what stands in a sheet of a filled workbook, formulas by their stored results."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return list(book[sheet].iter_rows(values_only=True))
