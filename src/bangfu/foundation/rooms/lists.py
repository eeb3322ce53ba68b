"""Lists as files that say where they come from: who took them out, when and narrowed to what."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any, Protocol, TypeVar

import xlsxwriter
from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, override

from bangfu.foundation.rooms.marks import marked_rows
from bangfu.foundation.rooms.words import Words, both

ROWS_AT_ONCE = 2000
LONGEST_AT_ONCE = 20_000
"""A list of more rows is not written while a reader waits, if there is somebody else to write it."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it the offices' spreadsheet programs read UTF-8 as GBK."""
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Opening:
    """A number or text that opens at an address: a workbook links it, other files say the value alone."""

    value: str | Decimal
    address: str
    """Absolute."""


Cell = str | Decimal | Opening
"""A text, or a number of ours; either may open. A workbook takes a number as one, and a text that is a day or a moment as the
house writes them as a date, which looks the same and can be sorted and counted with."""
_DAY, _MINUTE, _SECOND = len("2020-07-31"), len("2020-07-31 12:00"), len("2020-07-31 12:00:00")
_MOMENT = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?")
_SHOWN_AS = {_DAY: "yyyy-mm-dd", _MINUTE: "yyyy-mm-dd hh:mm", _SECOND: "yyyy-mm-dd hh:mm:ss"}
"""How a workbook shows a moment, by the length of its text."""
MOST_LINKS = 65_000
"""In one sheet: past 65,530 the offices' spreadsheet programs drop them."""
LONGEST_LINK = 2079
LONGEST_PRINTED = 220
"""A head or foot of a printed sheet holds 255 characters."""
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Origin:
    """Where an exported list comes from; written beside the rows, so that a file that travels still says so."""

    what: Words
    taken_by: str
    taken_at: datetime
    address: str
    narrowed_to: str = ""
    """Empty: the list as it is, whole."""
    sheet: Words | None = None
    """What the sheet of rows is called; null: 清单."""
    watermark: str = ""
    """What a file with personal data says of itself wherever it is read or printed; empty for a file without any."""

    def rows(self) -> list[tuple[str, str]]:
        """Return label and value, in reading order."""
        return [
            *marked_rows(),
            *([(str(both("水印", "Watermark")), self.watermark)] if self.watermark else []),
            (str(both("内容", "What")), str(self.what)),
            (str(both("筛选", "Narrowed to")), self.narrowed_to or str(both("全部", "everything"))),
            (str(both("导出人", "Taken by")), self.taken_by),
            (str(both("截至（导出时间）", "As of (taken at)")), f"{self.taken_at:%Y-%m-%d %H:%M}"),
            (str(both("来源", "From")), self.address),
        ]


def origin_of(
    request: HttpRequest, page: str, what: Words, *, taken_by: str, narrowed_to: Iterable[object] = ()
) -> Origin:
    """Return where the file of a page's list comes from: the page, narrowed as the request is.

    Args:
        page: the address of the list, without a query.
        narrowed_to: the filters in words; empty ones are left out.
    """
    query = request.GET.urlencode()
    return Origin(
        what=what,
        taken_by=taken_by,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(f"{page}?{query}" if query else page),
        narrowed_to=" · ".join(text for one in narrowed_to if (text := str(one))),
    )


def not_figures(noun: Words) -> Words:
    """Return what a list of records is of: 基站清单（记录，不是数字）."""
    return both("{noun}清单（记录，不是数字）", "{noun} (records, not figures)").filled(noun=noun)


def in_batches(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """Return the rows a few thousand at a time, so that names are looked up for many at once."""
    batch: list[Row] = []
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def has_many(rows: QuerySet[Any]) -> bool:
    """Return whether a list has more rows than are written while a reader waits; it is counted no further, and not sorted."""
    return rows.order_by()[: LONGEST_AT_ONCE + 1].count() > LONGEST_AT_ONCE


def inert(cell: Cell) -> str:
    """Return a cell that no spreadsheet program takes for a formula; a number's minus is none.

    >>> inert("=HYPERLINK(1)"), inert("GZ-CH-0417"), inert(Decimal("-2.50"))
    ("'=HYPERLINK(1)", 'GZ-CH-0417', '-2.50')
    """
    if isinstance(cell, Opening):
        return inert(cell.value)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_BEGINS) else str(cell)


def as_csv(headings: Iterable[Words], rows: Iterable[Sequence[Cell]], origin: Origin) -> Iterator[str]:
    """Return a list as CSV in pieces, in the language of now; its origin stands below the rows."""
    pieces, language = _csv_pieces(headings, rows, origin), get_language()

    def spoken() -> Iterator[str]:
        while True:
            # Pieces are sent when the request, and its language, is over.
            with override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    return spoken()


def _csv_pieces(headings: Iterable[Words], rows: Iterable[Sequence[Cell]], origin: Origin) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)

    def written() -> str:
        text = line.getvalue()
        line.seek(0)
        line.truncate()
        return text

    writer.writerow(str(heading) for heading in headings)
    yield BYTE_ORDER_MARK + written()
    for number, row in enumerate(rows, 1):
        writer.writerow(map(inert, row))
        if number % ROWS_AT_ONCE == 0:
            yield written()
    writer.writerow([])
    writer.writerows((label, inert(value)) for label, value in origin.rows())
    yield written()


@dataclass(frozen=True)
class Sheet:
    """A further sheet of a workbook."""

    title: Words
    headings: tuple[Words, ...]
    rows: Iterable[Sequence[Cell]]


def as_xlsx(
    headings: Iterable[Words],
    rows: Iterable[Sequence[Cell]],
    origin: Origin,
    more: Sequence[Sheet] = (),
) -> IO[bytes]:
    """Return a list as a workbook in an open file: one sheet of rows, further ones, one that says where it comes from."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    sheets = [Sheet(origin.sheet or both("清单", "List"), tuple(headings), rows), *more]
    with xlsxwriter.Workbook(file, options) as workbook:
        bold = workbook.add_format({"bold": True})
        moments = {length: workbook.add_format({"num_format": shown}) for length, shown in _SHOWN_AS.items()}
        for one in sheets:
            sheet = _marked_sheet(workbook, str(one.title), origin)
            _fill(sheet, one, bold, moments, origin.watermark)
        notes = _marked_sheet(workbook, str(both("来源", "Source")), origin)
        notes.set_column(0, 0, 14)
        notes.set_column(1, 1, 80)
        for number, (label, value) in enumerate(origin.rows()):
            notes.write_string(number, 0, label, bold)
            notes.write_string(number, 1, value)
    file.seek(0)
    return file


def _marked_sheet(workbook: Any, title: str, origin: Origin) -> Any:
    """Return a new sheet, of which every printed page carries the watermark at its head and foot."""
    sheet = workbook.add_worksheet(title)
    if origin.watermark:
        printed = origin.watermark.replace("&", "&&")[:LONGEST_PRINTED]
        sheet.set_header(f"&C{printed}")
        sheet.set_footer(f"&L{printed}&R&P / &N")
    return sheet


def _fill(sheet: Any, one: Sheet, bold: Any, moments: dict[int, Any], watermark: str) -> None:
    titles = [str(heading) for heading in one.headings]
    first = 1 if watermark else 0
    sheet.freeze_panes(first + 1, 1)
    sheet.set_column(0, len(titles) - 1, 16)
    if watermark:
        sheet.write_string(0, 0, watermark, bold)
    sheet.write_row(first, 0, titles, bold)
    links = 0
    for number, row in enumerate(one.rows, first + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Opening):
                if links < MOST_LINKS and len(cell.address) <= LONGEST_LINK:
                    # The link comes first: what is written after it keeps its type.
                    sheet.write_url(number, column, cell.address, None, "")
                    links += 1
                _write(sheet, number, column, cell.value, moments)
            else:
                _write(sheet, number, column, cell, moments)


def _write(sheet: Any, row: int, column: int, cell: str | Decimal, moments: dict[int, Any]) -> None:
    if not isinstance(cell, str):
        sheet.write_number(row, column, float(cell))
        return
    moment = moment_said(cell)
    if moment is None:
        sheet.write_string(row, column, cell)
    else:
        sheet.write_datetime(row, column, moment, moments[len(cell)])


def moment_said(text: str) -> datetime | None:
    """Return the day or moment that a text is, written as the house writes them; null for any other text.

    >>> moment_said("2020-07-31"), moment_said("2020-02-30"), moment_said("GZ-2020-07-31")
    (datetime.datetime(2020, 7, 31, 0, 0), None, None)
    """
    if len(text) not in _SHOWN_AS or _MOMENT.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


class Scribe(Protocol):
    """Who else writes a list that is long, or is told how far one is."""

    def put_aside(self, what: Words) -> HttpResponseBase | None:
        """Take a long list over, and return what its reader gets instead; null to have it written now."""

    def written(self, rows: int) -> None:
        """Take note of how many rows were written."""


_scribe: ContextVar[Scribe | None] = ContextVar("scribe", default=None)


@contextmanager
def written_by(scribe: Scribe) -> Iterator[None]:
    """Let somebody else have the long lists for a while."""
    token = _scribe.set(scribe)
    try:
        yield
    finally:
        _scribe.reset(token)


def _told(rows: Iterable[Sequence[Cell]], scribe: Scribe) -> Iterator[Sequence[Cell]]:
    number = 0
    for number, row in enumerate(rows, 1):
        if number % ROWS_AT_ONCE == 0:
            scribe.written(number)
        yield row
    scribe.written(number)


def list_file(
    name: str,
    form: str,
    headings: Iterable[Words],
    rows: Iterable[Sequence[Cell]],
    origin: Origin,
    more: Sequence[Sheet] = (),
    *,
    is_long: bool = False,
) -> HttpResponseBase:
    """Return a list as a file to download, or what its reader gets when somebody else writes it.

    Args:
        name: what the file is called, before the time at which it was taken out.
        form: ``csv`` or ``xlsx``.
        more: further sheets of a workbook; a CSV has none.
        is_long: it takes long whatever the number of its rows, so that none is worked out while a reader waits.
    """
    scribe = _scribe.get()
    if scribe is not None:
        rows = iter(rows)
        first = [] if is_long else list(islice(rows, LONGEST_AT_ONCE + 1))
        is_long = is_long or len(first) > LONGEST_AT_ONCE
        taken_over = scribe.put_aside(origin.what) if is_long else None
        if taken_over is not None:
            return taken_over
        rows = _told(chain(first, rows), scribe)
    file_name = f"{name}-{origin.taken_at:%Y%m%d-%H%M}.{form}"
    if form == "xlsx":
        return FileResponse(as_xlsx(headings, rows, origin, more), as_attachment=True, filename=file_name)
    answer = StreamingHttpResponse(as_csv(headings, rows, origin), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
