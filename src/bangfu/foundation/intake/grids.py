"""Files as grids of cells: what is dangerous or unreadable is refused before anything is interpreted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import polars as pl

from bangfu.foundation.intake.stored import columns_of
from bangfu.foundation.intake.workbooks import MOST_COLUMNS, MOST_ROWS, Merge, read_workbook
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import Words, both

LARGEST_BYTES = 20 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""What an .xlsx with a password holds: an old file around it."""
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_FIRST_LINE = re.compile(r"[^\r\n]*[^\s][^\r\n]*")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|table|meta|\?xml|workbook)", re.IGNORECASE)


class UnableToReadSheet(Refusal):
    """Codes: ``empty``, ``too_large``, ``old_format``, ``other_format``, ``web_page``, ``not_a_sheet``, ``damaged``,
    ``encrypted``, ``macros``, ``external_links``, ``expands``, ``entities``, ``too_many_cells``, ``encoding``; and of the
    headings ``no_heading``, ``several_sheets``, ``unknown_columns``, ``missing_columns``, ``repeated_columns``,
    ``unnamed_columns``, ``no_rows``.
    """

    sentences = {
        "empty": both(
            "文件是空的。请选择填好的表格。", "The file is empty. Choose the sheet that was filled in."
        ),
        "too_large": both(
            "文件超过 {megabytes} MB。请按县、月份或编号段分成几份，每份不超过 {rows} 行，逐份上传；由别的系统产生的，"
            "可由程序经接口逐份送来。",
            "The file is larger than {megabytes} MB. Split its rows by county, month or range of numbers into sheets of at most"
            " {rows} rows and upload each; what another system wrote, a program may send part by part through the API.",
        ),
        "old_format": both(
            "这是旧版的 .xls（或 .et）文件，不予读取。请用电子表格软件打开，另存为 .xlsx 后再上传。",
            "This is an old .xls (or .et) file and is not read. Open it in a spreadsheet program, save it as .xlsx and upload"
            " again.",
        ),
        "other_format": both(
            "这是 {kind} 文件，不予读取。请另存为 .xlsx 后再上传。",
            "This is an {kind} file and is not read. Save it as .xlsx and upload again.",
        ),
        "web_page": both(
            "这其实是网页或 XML，不是表格，只是叫作 .xls。请用电子表格软件打开，另存为 .xlsx 后再上传。",
            "This is a web page or XML that is only called .xls. Open it in a spreadsheet program, save it as .xlsx and upload"
            " again.",
        ),
        "not_a_sheet": both(
            "这不是 .xlsx 或 .csv 表格。请下载模板，填写后上传。",
            "This is no .xlsx or .csv sheet. Download the template, fill it in and upload it.",
        ),
        "damaged": both(
            "文件已损坏，无法读取。请用电子表格软件打开并重新保存为 .xlsx。",
            "The file is damaged. Open it in a spreadsheet program and save it as .xlsx again.",
        ),
        "encrypted": both(
            "文件加了打开密码，读不了。请打开文件，去掉密码，保存后再上传。",
            "The file is locked by a password. Open it, remove the password, save it and upload again.",
        ),
        "macros": both(
            "文件带有宏或控件，不予读取。请另存为不带宏的 .xlsx 后再上传。",
            "The file carries macros or controls and is not read. Save it as .xlsx without macros and upload again.",
        ),
        "external_links": both(
            "文件链接了别的工作簿，数值可能已过时。请把公式粘贴为数值，断开外部链接后再上传。",
            "The file links to other workbooks, whose values may be out of date. Paste them as values, break the "
            "links and upload again.",
        ),
        "expands": both(
            "文件解压后超过 {megabytes} MB，不予读取。请删去多余的工作表和格式，或把数据分成几份。",
            "The file unpacks to more than {megabytes} MB and is not read. Remove spare sheets and formats, or "
            "split the rows.",
        ),
        "entities": both(
            "文件内部含有实体定义或非 UTF-8 内容，正常的表格没有这些。请用电子表格软件重新保存后再上传。",
            "The file defines entities inside or is not UTF-8, which no ordinary sheet does. Save it again in a "
            "spreadsheet program.",
        ),
        "too_many_cells": both(
            "工作表超过 {rows} 行或 {columns} 列。如果远处有多余的单元格，请删去；数据确有这么多的，"
            "请按县、月份或编号段分成几份，逐份上传。",
            "The sheet has more than {rows} rows or {columns} columns. Delete stray cells far away; if there really are so many"
            " rows, split them by county, month or range of numbers into several sheets and upload each.",
        ),
        "encoding": both(
            "文字编码无法识别。请把 CSV 另存为 UTF-8 或 GB18030，或改用 .xlsx。",
            "The text's encoding is not known. Save the CSV as UTF-8 or GB18030, or use .xlsx.",
        ),
        "no_heading": both(
            "找不到表头。表头应有这些列：{columns}。请使用模板，不要改动表头；表里叫法不同的，在“列名对照”登记一次。",
            "There is no heading row. It should have these columns: {columns}. Use the template and leave its "
            "heading as it is; where your sheet calls them otherwise, say so once under “Headings”.",
        ),
        "several_sheets": both(
            "有几张工作表都填了数据：{sheets}。请合并为一张，或分开上传。",
            "Several worksheets hold rows: {sheets}. Put them into one, or upload them one by one.",
        ),
        "unknown_columns": both(
            "表头中有不认识的列：{columns}。请删去这些列，或按模板改正名称；叫法不同的，在“列名对照”登记一次。",
            "The heading has unknown columns: {columns}. Delete them, or correct their names as in the template; where"
            " they only bear another name, say so once under “Headings”.",
        ),
        "missing_columns": both(
            "缺少必填的列：{columns}。请按模板补上；表里叫法不同的，在“列名对照”登记一次。",
            "Required columns are missing: {columns}. Add them as in the template; where your sheet calls them"
            " otherwise, say so once under “Headings”.",
        ),
        "repeated_columns": both(
            "这些列出现了不止一次：{columns}。请各保留一列。",
            "These columns appear more than once: {columns}. Keep one of each.",
        ),
        "unnamed_columns": both(
            "第 {columns} 列有内容但没有表头。请补上表头，或清空这些列。",
            "Column {columns} has contents but no heading. Give it one, or clear the column.",
        ),
        "no_rows": both(
            "表头下没有数据行（示例行和合计行不算）。请填写后上传；如本期没有，不必上传。",
            "There are no rows below the heading (the example row and totals do not count). Fill them in first; "
            "if there is nothing to report, do not upload.",
        ),
    }


@dataclass(frozen=True)
class Grid:
    """One worksheet, or a CSV file, as a rectangle of cells, a column a position: ``0``, ``1`` …"""

    title: str
    texts: pl.DataFrame
    """What each cell says, empty for an empty one."""
    forms: pl.DataFrame
    """How each cell was stored; see ``stored``."""
    first_row: int = 1
    """The sheet's number of the first row."""
    first_column: int = 1
    merges: tuple[Merge, ...] = ()
    counts_from_1904: bool = False
    """Whether the workbook counts days from 1904, so that a bare number is no certain date."""


@dataclass(frozen=True)
class Grids:
    """The worksheets of a file, with what was passed over."""

    grids: list[Grid]
    notes: list[Words] = field(default_factory=list)


def read_grids(content: bytes) -> Grids:
    """Return the visible worksheets of an xlsx, or the one grid of a CSV file, told apart by their contents.

    Raises: UnableToReadSheet: see its codes.
    """
    if not content:
        raise UnableToReadSheet("empty")
    if len(content) > LARGEST_BYTES:
        raise UnableToReadSheet("too_large", megabytes=LARGEST_BYTES // 1024**2, rows=MOST_ROWS)
    if content.startswith(_OLE):
        raise UnableToReadSheet("encrypted" if _LOCKED in content else "old_format")
    if content.startswith(_ZIP):
        return _grids_of_workbook(content)
    return Grids([_grid_of_text(_decoded(content))])


def _grids_of_workbook(content: bytes) -> Grids:
    book = read_workbook(content)
    if book.trouble is not None:
        raise UnableToReadSheet(book.trouble, **book.details)
    notes = [
        both(f"隐藏的工作表「{title}」没有读取。", f"The hidden worksheet “{title}” was not read.")
        for title in book.hidden
    ]
    grids = [
        Grid(
            sheet.title,
            sheet.texts,
            sheet.forms,
            sheet.first_row,
            sheet.first_column,
            sheet.merges,
            book.counts_from_1904,
        )
        for sheet in book.sheets
    ]
    return Grids(grids, notes)


def _decoded(content: bytes) -> str:
    if content.startswith(_WIDE_BOMS):
        attempts: Iterable[str] = ("utf-16",)  # what spreadsheet programs call Unicode text
    elif b"\x00" in content:
        raise UnableToReadSheet("not_a_sheet")
    elif _MARKUP.match(content.removeprefix(_BOM)):
        raise UnableToReadSheet("web_page")
    elif content.startswith(_BOM):
        attempts = ("utf-8-sig",)
    else:
        attempts = ("utf-8", "gb18030")
    for encoding in attempts:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnableToReadSheet("encoding")


def _grid_of_text(text: str) -> Grid:
    found = _FIRST_LINE.search(text)
    heading = found[0] if found else ""
    delimiter = max((",", "\t", ";"), key=heading.count)
    if not heading.count(delimiter):
        raise UnableToReadSheet("not_a_sheet")

    def rows() -> Iterator[list[str]]:
        return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)

    width = 0
    try:
        # Once to see how far it reaches, so that no more than a few thousand rows are ever held.
        for number, row in enumerate(rows(), 1):
            width = max(width, len(row))
            if number > MOST_ROWS or width > MOST_COLUMNS:
                raise UnableToReadSheet("too_many_cells", rows=MOST_ROWS, columns=MOST_COLUMNS)
    except csv.Error as error:
        raise UnableToReadSheet("damaged") from error
    texts, forms = columns_of(
        (row if len(row) == width else row + [""] * (width - len(row)) for row in rows()), width
    )
    return Grid("csv", texts, forms)
