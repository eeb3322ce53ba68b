"""Sheets written: the template to fill in, and the refused rows given back with their reasons."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Sequence

import polars as pl
import xlsxwriter

from bangfu.foundation.intake.explaining import ColumnExplanation, explained_columns, rules
from bangfu.foundation.intake.headings import EXPLANATION, REASON, ROW_NUMBER
from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.marks import example_mark

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_COMMENTED = 5_000
"""Rows whose cells have their reasons as comments too: of more, a spreadsheet program would open no longer."""
_PREPARED_ROWS = 20_000
_LONGEST_INLINE_LIST = 255
_OF_PLACES = (ColumnKind.COUNTY, ColumnKind.PLACE, ColumnKind.COUNTY_OR_VILLAGE)
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_AS_DATE = "yyyy-mm-dd"
_AS_TEXT = "@"
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with when another program reads it as a formula."""
EXAMPLE = both("示例：", "Example: ")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def template(
    layout: Layout, *, counties: Sequence[str] = (), known: pl.DataFrame | None = None, about: str = ""
) -> bytes:
    """Return the template of a layout as xlsx: headings in both languages, drop-downs, notes, an example, a guide.

    Args:
        counties: names of the counties of whoever fills it in, to choose from where a place is asked.
        known: rows to begin with, as texts under ``Layout.known_columns``.
        about: what these rows are of, for the second sheet: unit and period.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    sheet = book.add_worksheet(_title(layout.title.zh))
    heading = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#EEEBE2"}
    )
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 1)
    choices = _Choices(book)
    for position, (column, explained) in enumerate(
        zip(layout.columns, explained_columns(layout), strict=True)
    ):
        sheet.write_string(0, position, _heading(column), heading)
        sheet.write_comment(
            0, position, _comment(explained), {"x_scale": 2, "y_scale": 1.4, "author": "bangfu"}
        )
        sheet.set_column(position, position, _width(column), book.add_format({"num_format": _form(column)}))
        if column.kind == ColumnKind.CHOICE:
            sheet.data_validation(1, position, _PREPARED_ROWS, position, choices.validation(column))
        elif column.kind in _OF_PLACES and counties:
            sheet.data_validation(1, position, _PREPARED_ROWS, position, choices.offer(list(counties)))
        mark = EXAMPLE if position == 0 else ""
        example = book.add_format({"italic": True, "font_color": "#8A8578", "num_format": _AS_TEXT})
        if mark or column.example:
            sheet.write_string(1, position, str(mark) + _example(column), example)
    if known is not None:
        texts = book.add_format({"num_format": _AS_TEXT})
        at = {column.name: position for position, column in enumerate(layout.columns)}
        for line, cells in enumerate(known.iter_rows(named=True), start=2):
            for name, cell in cells.items():
                sheet.write_string(line, at[name], cell or "", texts)
    _explain(book, layout, about)
    choices.write()
    book.close()
    return out.getvalue()


def refused_rows(layout: Layout, texts: pl.DataFrame, refusals: list[RowRefusal]) -> bytes:
    """Return the refused rows as the same sheet, each with its number and the reasons beside it.

    Cells are written as the texts they were, never as formulas; the sheet can be corrected and uploaded as it is.

    Args:
        texts: ``row`` and every column of the layout as it was typed.
    """
    reasons: dict[int, list[RowRefusal]] = defaultdict(list)
    for refusal in refusals:
        reasons[refusal.row].append(refusal)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    _mark(book)
    sheet = book.add_worksheet(_title(layout.title.zh))
    heading = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#EEEBE2"})
    plain = {"num_format": _AS_TEXT, "valign": "top"}
    formats = {
        (wrong, active): book.add_format(
            plain | ({"bg_color": "#F6E7C8"} if wrong else {}) | ({"quote_prefix": True} if active else {})
        )
        for wrong in (False, True)
        for active in (False, True)
    }
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for position, column in enumerate(layout.columns):
        sheet.write_string(0, position, _heading(column), heading)
        sheet.set_column(position, position, _width(column))
    at_row, at_reason = len(layout.columns), len(layout.columns) + 1
    sheet.write_string(0, at_row, f"{ROW_NUMBER.zh}\n{ROW_NUMBER.en}", heading)
    sheet.write_string(0, at_reason, f"{REASON.zh}\n{REASON.en}", heading)
    sheet.set_column(at_row, at_row, 10)
    sheet.set_column(at_reason, at_reason, 70)
    sheet.freeze_panes(1, 1)
    names = [column.name for column in layout.columns]
    refused = texts.filter(pl.col("row").is_in(list(reasons))).select("row", *names)
    for line, (row, *cells) in enumerate(refused.iter_rows(), start=1):
        wrong = {refusal.column for refusal in reasons[row]}
        for position, (name, cell) in enumerate(zip(names, cells, strict=True)):
            text = cell or ""
            sheet.write_string(line, position, text, formats[name in wrong, text.startswith(_ACTIVE)])
            if name in wrong and line <= _MOST_COMMENTED:
                said = "\n".join(_both_lines(one) for one in reasons[row] if one.column == name)
                sheet.write_comment(line, position, said, {"x_scale": 2, "author": "bangfu"})
        sheet.write_number(line, at_row, row)
        sheet.write_string(
            line, at_reason, "\n".join(str(refusal.sentence) for refusal in reasons[row]), wrapped
        )
    book.close()
    return out.getvalue()


def _both_lines(refusal: RowRefusal) -> str:
    return "\n".join(_in_both(refusal.sentence))


def typed_rows(layout: Layout, texts: pl.DataFrame) -> bytes:
    """Return rows as the sheet they were typed in, each with its number; cells are texts, never formulas.

    Args:
        texts: ``row`` and every column of the layout.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    _mark(book)
    sheet = book.add_worksheet(_title(layout.title.zh))
    heading = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#EEEBE2"})
    plain = book.add_format({"num_format": _AS_TEXT})
    active = book.add_format({"num_format": _AS_TEXT, "quote_prefix": True})
    sheet.write_string(0, 0, f"{ROW_NUMBER.zh}\n{ROW_NUMBER.en}", heading)
    for position, column in enumerate(layout.columns, start=1):
        sheet.write_string(0, position, _heading(column), heading)
        sheet.set_column(position, position, _width(column))
    sheet.freeze_panes(1, 1)
    for line, (row, *cells) in enumerate(
        texts.select("row", *(c.name for c in layout.columns)).iter_rows(), 1
    ):
        sheet.write_number(line, 0, row)
        for position, cell in enumerate(cells, start=1):
            text = cell or ""
            sheet.write_string(line, position, text, active if text.startswith(_ACTIVE) else plain)
    book.close()
    return out.getvalue()


def _mark(book: xlsxwriter.Workbook) -> None:
    """Let a workbook say that it comes from the example: in its properties, since its rows may be uploaded again."""
    if mark := example_mark():
        book.set_properties({"title": str(mark)})


def _title(text: str) -> str:
    return _NOT_IN_TITLES.sub(" ", text)[:31].strip()


def _heading(column: Column) -> str:
    return f"{column.title.zh}{'*' if column.required else ''}\n{column.title.en}"


def _comment(explained: ColumnExplanation) -> str:
    need = both("必填", "Required") if explained.required else both("选填", "Optional")
    lines = [f"{need.zh}。{explained.how.zh}。", explained.note.zh if explained.note else ""]
    lines += [f"{need.en}. {explained.how.en}.", explained.note.en if explained.note else ""]
    return "\n".join(line for line in lines if line)


def _form(column: Column) -> str:
    if column.kind == ColumnKind.DATE:
        return _AS_DATE
    return "General" if column.kind in (ColumnKind.INTEGER, ColumnKind.DECIMAL) else _AS_TEXT


def _example(column: Column) -> str:
    """Return a column's example; that of a choice as the reader's language calls it."""
    titles = {str(option.title.zh): str(option.title) for option in column.options}
    return titles.get(column.example, column.example)


def _width(column: Column) -> int:
    longest = max(len(column.title.zh) * 2 + 3, len(column.title.en) + 2, len(column.example) + 8)
    return min(max(longest, 12), 40)


class _Choices:
    """The lists behind drop-downs: in the cell's rule when short, on a hidden sheet when long."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._long: list[list[str]] = []

    def validation(self, column: Column) -> dict[str, object]:
        """Return the rule that offers a column's choices."""
        source = self._source([str(option.title) for option in column.options])
        wrong = both("请从下拉列表中选择。", "Choose from the list.")
        return {
            "validate": "list",
            "source": source,
            "error_title": "bangfu",
            "error_message": f"{wrong.zh} {wrong.en}",
        }

    def offer(self, texts: list[str]) -> dict[str, object]:
        """Return the rule that offers texts and takes any other as well."""
        return {"validate": "list", "source": self._source(texts), "show_error": False}

    def _source(self, titles: list[str]) -> object:
        if len(",".join(titles)) <= _LONGEST_INLINE_LIST and not any("," in title for title in titles):
            return titles
        if titles not in self._long:
            self._long.append(titles)
        letter = chr(65 + self._long.index(titles))
        return f"=_choices!${letter}$1:${letter}${len(titles)}"

    def write(self) -> None:
        """Write the hidden sheet, if a list needs it."""
        if not self._long:
            return
        sheet = self._book.add_worksheet("_choices")
        sheet.hide()
        for position, titles in enumerate(self._long):
            sheet.write_column(0, position, titles)


def _explain(book: xlsxwriter.Workbook, layout: Layout, about: str = "") -> None:
    sheet = book.add_worksheet(EXPLANATION.zh)
    bold, wrapped = (
        book.add_format({"bold": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 3, 46)
    sheet.set_column(4, 4, 24)
    line = 0
    for text in (*_in_both(layout.title), *([about] if about else [])):
        sheet.write_string(line, 0, text, bold)
        line += 1
    said = ([layout.about] if layout.about else []) + rules(layout)
    for words in said:
        for text in _in_both(words):
            sheet.merge_range(line, 0, line, 4, "", wrapped)
            sheet.write_string(line, 0, text, wrapped)
            sheet.set_row(line, 15 * (1 + len(text.encode("gb18030", "replace")) // 140))
            line += 1
    line += 1
    for position, words in enumerate(
        (
            both("列", "Column"),
            both("必填", "Required"),
            both("写法", "Form"),
            both("说明", "Note"),
            both("例", "Example"),
        )
    ):
        sheet.write_string(line, position, f"{words.zh} {words.en}", bold)
    for explained in explained_columns(layout):
        line += 1
        need = both("是", "yes") if explained.required else both("否", "no")
        cells = (explained.title, need, explained.how, explained.note)
        for position, cell in enumerate(cells):
            sheet.write_string(line, position, "\n".join(_in_both(cell)) if cell else "", wrapped)
        sheet.write_string(line, 4, explained.example, wrapped)


def _in_both(words: Words) -> tuple[str, ...]:
    return (words.zh,) if words.zh == words.en else (words.zh, words.en)
