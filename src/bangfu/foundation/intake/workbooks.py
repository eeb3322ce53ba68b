"""Workbooks opened safely: the zip is examined and rewritten before the spreadsheet reader sees it.

The reader is given a copy that holds only the text parts that were examined here, at the size they really have. So a
directory that lies about sizes, a part that is there twice or an unusual encoding cannot tell the two apart.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from bangfu.foundation.evidence.zips import BROKEN_ZIP
from bangfu.foundation.intake.stored import columns_of

MOST_ROWS = 200_000
MOST_COLUMNS = 104
_LARGEST_UNPACKED = 256 * 1024 * 1024
_MOST_PARTS = 2_000

_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NOT_UTF8 = re.compile(rb"""^[^>]{0,200}encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_FAR = rb"""(?:(?:[A-Z]{3,}|[D-Z][A-Z])[0-9]+|[A-Z]{1,3}(?:[0-9]{7,}|[2-9][0-9]{5}))["'](?![^<>]*/>)"""
_FAR_CELL = re.compile(rb"""["']""" + _FAR, re.IGNORECASE)
"""A cell with contents beyond column CZ or row 199,999: the reader would lay out everything before it."""
_FAR_USUAL_CELL = re.compile(rb"""<c r=\"""" + _FAR, re.IGNORECASE)
"""The same, where every cell is written as spreadsheet programs write it; several times as fast."""
_FAR_ROW = re.compile(
    rb"""<(?:\w+:)?row\b[^<>]*\sr\s*=\s*["'](?:[0-9]{7,}|[2-9][0-9]{5})["']""", re.IGNORECASE
)
"""A row far away, whose cells may stand in it without saying so."""
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])")
_CELL_TAGS = (
    b"<c ",
    b"<c>",
    b"<c/",
    b"<c\t",
    b"<c\n",
    b"<c\r",
    b":c ",
    b":c>",
    b":c/",
    b":c\t",
    b":c\n",
    b":c\r",
)
_ERROR_CELL = re.compile(rb"""(<c\b[^>]*\s)t=["']e["']""")
_DATES_FROM_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true)["']""")


Merge = tuple[int, int, int, int]
"""First row, first column, last row and last column of merged cells, as positions in the rectangle."""


@dataclass(frozen=True)
class Worksheet:
    """A visible worksheet's used rectangle."""

    title: str
    texts: pl.DataFrame
    """A column a position, as ``stored.columns_of`` gives them."""
    forms: pl.DataFrame
    first_row: int
    first_column: int
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """A workbook's visible worksheets, or what is wrong with it."""

    sheets: list[Worksheet] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    counts_from_1904: bool = False
    trouble: str | None = None
    """A code of ``UnableToReadSheet``; null: the workbook was read."""
    details: dict[str, Any] = field(default_factory=dict)


class _Trouble(Exception):  # noqa: N818 - carries a code to the one place that answers with it
    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def read_workbook(content: bytes) -> Workbook:
    """Return the visible worksheets of an xlsx file, formulas by their values, error cells as ``#DIV/0!`` and alike."""
    try:
        clean, workbook_part = _examined_copy(content)
    except _Trouble as trouble:
        return Workbook(trouble=trouble.code, details=trouble.details)
    except BROKEN_ZIP:
        return Workbook(trouble="damaged")
    try:
        return _read(clean, workbook_part)
    except (CalamineError, OSError, ValueError):
        return Workbook(trouble="damaged")


def _examined_copy(content: bytes) -> tuple[io.BytesIO, bytes]:
    """Return a zip of the parts that were examined, one held at a time, and the part that names the worksheets."""
    clean, workbook_part = io.BytesIO(), b""
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
    ):
        for member in _wanted(archive):
            part = _examined(member.filename.lower(), archive.read(member))
            copy.writestr(member.filename, part)
            if member.filename.lower() == "xl/workbook.xml":
                workbook_part = part
    clean.seek(0)
    return clean, workbook_part


def _wanted(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    names = [member.filename.replace("\\", "/").lower() for member in members]
    if "xl/workbook.xml" not in names:
        raise _Trouble("not_a_sheet")
    if any(member.flag_bits & 1 for member in members):
        raise _Trouble("encrypted")
    if any(re.search(r"vbaproject|/macrosheets/|/activex/|/ctrlprops/", name) for name in names):
        raise _Trouble("macros")
    if any(name.startswith("xl/externallinks/") for name in names):
        raise _Trouble("external_links")
    if sum(member.file_size for member in members) > _LARGEST_UNPACKED or len(members) > _MOST_PARTS:
        raise _Trouble("expands", megabytes=_LARGEST_UNPACKED // 1024**2)
    if len(set(names)) != len(names):
        raise _Trouble("damaged")
    return [member for member, name in zip(members, names, strict=True) if name.endswith((".xml", ".rels"))]


def _examined(name: str, part: bytes) -> bytes:
    if b"\x00" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")) or _NOT_UTF8.match(part):
        raise _Trouble("entities")
    if _ENTITIES.search(part):
        raise _Trouble("entities")
    if name == "[content_types].xml" and b"macroenabled" in part.lower():
        raise _Trouble("macros")
    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
        if _has_far_cell(part):
            raise _Trouble("too_many_cells", rows=MOST_ROWS, columns=MOST_COLUMNS)
        if b'"e"' in part or b"'e'" in part:
            return _ERROR_CELL.sub(rb'\1t="str"', part)
    return part


def _has_far_cell(part: bytes) -> bool:
    if part.count(b'<c r="') == sum(part.count(tag) for tag in _CELL_TAGS):
        return _FAR_USUAL_CELL.search(part) is not None
    return _FAR_CELL.search(part) is not None or _FAR_ROW.search(part) is not None or _is_too_wide(part)


def _is_too_wide(part: bytes) -> bool:
    """Return whether cells that do not say where they stand, one after the other, reach further than a sheet may."""
    rows = cells = 0
    for tag in _ROW_OR_CELL.finditer(part):
        if tag[1] == b"row":
            rows, cells = rows + 1, 0
        else:
            cells += 1
        if rows > MOST_ROWS or cells > MOST_COLUMNS:
            return True
    return False


def _read(clean: io.BytesIO, workbook_part: bytes) -> Workbook:
    book = CalamineWorkbook.from_filelike(clean)
    clean.close()
    sheets, hidden = [], []
    for index, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        if about.visible != SheetVisibleEnum.Visible:
            hidden.append(about.name)
            continue
        sheet = book.get_sheet_by_index(index)
        row, column = sheet.start or (0, 0)
        merges = tuple(
            (first_row - row, first_column - column, last_row - row, last_column - column)
            for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ()
        )
        # The rows come from the very first one on, the cells of each from the first column that is used.
        texts, forms = columns_of(islice(sheet.iter_rows(), row, None), sheet.width)
        sheets.append(Worksheet(about.name, texts, forms, row + 1, column + 1, merges))
    return Workbook(sheets, hidden, counts_from_1904=bool(_DATES_FROM_1904.search(workbook_part)))
