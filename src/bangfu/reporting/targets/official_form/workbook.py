"""The form as a workbook: typed numbers, units in the heads, links that open every figure, and where it comes from."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Origin
from bangfu.reporting.targets.official_form.filling import Form

MONEY, COUNT, SHARE = "#,##0.00####", "#,##0", "0.0%"
"""Money shows every digit that it has: to the fen, however large its unit."""
LONGEST_ADDRESS = 2079
"""Of a link in a workbook, by the format's rules."""

HEADS: tuple[Words, ...] = (
    both("序号", "No."),
    both("指标", "Indicator"),
    both("计量单位", "Unit"),
    both("目标", "Target"),
    both("完成", "So far"),
    both("完成率", "Share of the target"),
    both("时间进度", "Time passed"),
    both("预计年底", "Forecast"),
    both("灯", "Light"),
    both("准确值（元、人）", "Exact (yuan, persons)"),
    both("短码", "Code"),
    both("怎么预测", "How it was forecast"),
    both("口径", "Scope"),
)
OF_EACH: tuple[Words, ...] = (both("目标", "Target"), both("完成", "So far"), both("完成率", "Share"))


def workbook_of(form: Form, origin: Origin) -> bytes:
    """Return the form as an XLSX: the signatory's numbers, the units', and the source."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        looks = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "align": "center"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
            "opens": book.add_format({"border": 1, "font_color": "#0e6f66", "underline": 1}),
            **{
                name: book.add_format({"border": 1, "num_format": name})
                for name in (MONEY, COUNT, SHARE)
            },
            **{
                f"{name} opens": book.add_format({"border": 1, "num_format": name, "font_color": "#0e6f66"})
                for name in (MONEY, COUNT)
            },
        }  # fmt: skip
        _signatory(book.add_worksheet(str(both("完成情况表", "Completion"))), form, looks)
        if form.units:
            _units(book.add_worksheet(str(both("分单位", "By unit"))), form, looks)
        _source(book.add_worksheet(str(both("来源", "Source"))), form, origin, looks)
    return file.getvalue()


def _signatory(sheet: Any, form: Form, looks: dict[str, Any]) -> None:
    sheet.write_string(0, 0, f"{form.heading} · {form.title}", looks["title"])
    said = both(
        "{unit}　{year} 年　截至 {day}　{document}", "{unit}, {year}, at the end of {day}, {document}"
    )
    sheet.write_string(
        1, 0, str(said.filled(unit=form.signatory, year=form.year, day=form.on, document=form.document))
    )
    for column, head in enumerate(HEADS):
        sheet.write_string(2, column, str(head), looks["head"])
    for at, line in enumerate(form.lines, start=3):
        number = MONEY if line.decimals else COUNT
        sheet.write_string(at, 0, line.number, looks["text"])
        sheet.write_string(at, 1, line.title, looks["text"])
        sheet.write_string(at, 2, line.unit, looks["text"])
        _number(sheet, at, 3, line.target, looks[number])
        _opening(sheet, at, 4, line.value, line.address, looks[f"{number} opens"], looks["text"])
        sheet.write_string(at, 5, line.share, looks["text"])
        sheet.write_string(at, 6, line.time, looks["text"])
        _number(sheet, at, 7, line.ahead, looks[number])
        sheet.write_string(at, 8, line.light, looks["text"])
        _number(
            sheet,
            at,
            9,
            line.exact,
            looks[MONEY if line.exact != (line.exact and line.exact.to_integral_value()) else COUNT],
        )
        sheet.write_string(at, 10, line.code, looks["text"])
        sheet.write_string(at, 11, line.method, looks["text"])
        sheet.write_string(at, 12, line.note, looks["text"])
    sheet.freeze_panes(3, 2)
    for first, last, width in ((0, 0, 6), (1, 1, 26), (2, 9, 13), (10, 10, 10), (11, 12, 60)):
        sheet.set_column(first, last, width)


def _units(sheet: Any, form: Form, looks: dict[str, Any]) -> None:
    heads = (both("单位编码", "Unit's code"), both("单位", "Unit"), both("级别", "Level"))
    for column, head in enumerate(heads):
        sheet.merge_range(0, column, 1, column, str(head), looks["head"])
    for at, title in enumerate(form.columns):
        first = len(heads) + at * len(OF_EACH)
        sheet.merge_range(0, first, 0, first + len(OF_EACH) - 1, title, looks["head"])
        for step, head in enumerate(OF_EACH):
            sheet.write_string(1, first + step, str(head), looks["head"])
    money = [line.decimals > 0 for line in form.lines[: len(form.columns)]]
    for row, unit in enumerate(form.units, start=2):
        for column, text in enumerate((unit.code, unit.name, unit.level)):
            sheet.write_string(row, column, text, looks["text"])
        for at, cell in enumerate(unit.cells):
            first, number = len(heads) + at * len(OF_EACH), MONEY if money[at] else COUNT
            _number(sheet, row, first, cell.target, looks[number])
            _opening(sheet, row, first + 1, cell.value, cell.address, looks[f"{number} opens"], looks["text"])
            _number(sheet, row, first + 2, cell.share, looks[SHARE])
    sheet.freeze_panes(2, 3)
    sheet.set_row(0, 32)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, len(heads) + len(OF_EACH) * len(form.columns) - 1, 12)


def _source(sheet: Any, form: Form, origin: Origin, looks: dict[str, Any]) -> None:
    said: list[tuple[str, str]] = [
        *origin.rows(),
        (str(both("截至", "At the end of")), form.on.isoformat()),
        (str(both("账册区块", "Ledger block")), str(form.block)),
        (str(both("未封存的事实", "Facts not sealed yet")), str(form.unsealed)),
        (str(both("责任书版本", "Version of the pledge")), f"{form.version} · {form.document}"),
        *((name, when) for name, when in form.lights),
        (str(both("灯的依据", "Lights laid down by")), form.lights_origin),
    ]
    bold = looks["head"]
    for at, (label, value) in enumerate(said):
        sheet.write_string(at, 0, label, bold)
        sheet.write_string(at, 1, value, looks["text"])
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)


def _number(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, float(value), look)


def _opening(sheet: Any, row: int, column: int, value: Any, address: str, look: Any, blank: Any) -> None:
    """Write a number whose cell links to its figure: the number stays a number."""
    if value is None:
        sheet.write_string(row, column, "—" if address else "", blank)
        return
    if address and len(address) <= LONGEST_ADDRESS:
        sheet.write_url(row, column, address, look)
    sheet.write_number(row, column, float(value), look)
