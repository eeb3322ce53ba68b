"""Workbooks opened safely: the zip is examined and rewritten before the spreadsheet reader sees it.

The reader is given a copy that holds only the text parts that were examined here, at the size they really have. So a
directory that lies about sizes, a part that is there twice or an unusual encoding cannot tell the two apart.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
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
_OTHER_FORMATS = {"xl/workbook.bin": ".xlsb", "content.xml": ".ods", "index/document.iwa": ".numbers"}
"""What tells the sheets of other programs, by a part that they have."""
_PIECE_BYTES = 4 * 1024 * 1024

_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NOT_UTF8 = re.compile(rb"""^[^>]{0,200}encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_FAR = rb"""(?:(?:[A-Za-z]{3,}|[D-Zd-z][A-Za-z])[0-9]+|[A-Za-z]{1,3}(?:[0-9]{7,}|[2-9][0-9]{5}))["'](?![^<>]*/>)"""
_FAR_CELL = re.compile(rb"""["']""" + _FAR)
"""A cell with contents beyond column CZ or row 199,999: the reader would lay out everything before it."""
_FAR_USUAL_CELL = re.compile(rb"""<c r=\"""" + _FAR)
"""The same, where every cell is written as spreadsheet programs write it; several times as fast."""
_USUAL_CELL = b'<c r="'
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


class UnsafeFile(Exception):  # noqa: N818 - says what the file is
    """An office file is not opened: ``code`` is one of ``UnableToReadSheet``, ``details`` what its sentence names."""

    def __init__(self, code: str, details: dict[str, Any]) -> None:
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
    """Return a zip of the parts that were examined, a few megabytes held at a time, and the part that names the worksheets."""
    clean, workbook_part = io.BytesIO(), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
    ):
        for member in _wanted(archive):
            name = member.filename.lower()
            pieces = partial(_pieces, archive, member)
            with copy.open(member.filename, "w") as out:
                for piece in _examined(name, pieces):
                    out.write(piece)
                    if name == "xl/workbook.xml":
                        workbook_part.write(piece)
    clean.seek(0)
    return clean, workbook_part.getvalue()


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part piece by piece, each of which ends before the beginning of a tag: no tag is cut in two."""
    held: list[bytes] = []
    with archive.open(member) as part:
        while some := part.read(_PIECE_BYTES):
            cut = some.rfind(b"<")
            if cut <= 0:
                held.append(some)
                continue
            yield b"".join([*held, some[:cut]])
            held = [some[cut:]]
    yield b"".join(held)


def examined_parts(content: bytes, *, main: str) -> dict[str, bytes]:
    """Return the text parts of an office file by name, each examined as those of a sheet are before it is read.

    Args:
        main: the part without which it is no such file, in lower case: ``xl/workbook.xml``, ``word/document.xml``.

    Raises: UnsafeFile: ``not_a_sheet``, ``encrypted``, ``macros``, ``external_links``, ``expands``, ``damaged``, ``entities``,
        ``too_many_cells``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {
                member.filename: b"".join(
                    _examined(member.filename.lower(), partial(_pieces, archive, member))
                )
                for member in _wanted(archive, main)
            }
    except _Trouble as trouble:
        raise UnsafeFile(trouble.code, trouble.details) from None
    except BROKEN_ZIP:
        raise UnsafeFile("damaged", {}) from None


def _wanted(archive: zipfile.ZipFile, main: str = "xl/workbook.xml") -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    names = [member.filename.replace("\\", "/").lower() for member in members]
    if main not in names:
        other = next((kind for part, kind in _OTHER_FORMATS.items() if part in names), None)
        raise _Trouble("not_a_sheet") if other is None else _Trouble("other_format", kind=other)
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


def _examined(name: str, pieces: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    """Yield the pieces of a part once each was examined.

    Args:
        pieces: gives them anew each time, since a worksheet that is written in an unusual way is examined twice.
    """
    is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
    usual = every = 0
    for number, piece in enumerate(pieces()):
        if b"\x00" in piece:
            raise _Trouble("entities")
        if number == 0 and (piece.startswith((b"\xff\xfe", b"\xfe\xff")) or _NOT_UTF8.match(piece)):
            raise _Trouble("entities")
        if b"<!" in piece and _ENTITIES.search(piece):
            raise _Trouble("entities")
        if name == "[content_types].xml" and b"macroenabled" in piece.lower():
            raise _Trouble("macros")
        if not is_sheet:
            yield piece
            continue
        if _FAR_USUAL_CELL.search(piece) is not None:
            raise _Trouble("too_many_cells", rows=MOST_ROWS, columns=MOST_COLUMNS)
        here = piece.count(_USUAL_CELL)
        usual, every = usual + here, every + _cells_in(piece, here)
        yield _ERROR_CELL.sub(rb'\1t="str"', piece) if b'"e"' in piece or b"'e'" in piece else piece
    if usual != every and _reaches_far(pieces()):
        raise _Trouble("too_many_cells", rows=MOST_ROWS, columns=MOST_COLUMNS)


def _cells_in(piece: bytes, usual: int) -> int:
    """Return how many cells begin in a piece, however they are written, when so many are written as usual."""
    if piece.count(b"<c") == usual and b":c" not in piece:
        return usual
    return sum(piece.count(tag) for tag in _CELL_TAGS)


def _reaches_far(pieces: Iterable[bytes]) -> bool:
    """Return whether cells reach further than a sheet may, also where they do not say where they stand.

    Those stand one after the other.
    """
    rows = cells = 0
    for piece in pieces:
        if _FAR_CELL.search(piece) is not None or _FAR_ROW.search(piece) is not None:
            return True
        for tag in _ROW_OR_CELL.finditer(piece):
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
