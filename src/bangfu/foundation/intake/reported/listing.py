"""A list as a file: streamed, with a note of who took it out, when and narrowed to what."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import xlsxwriter
from django.db.models import QuerySet

from bangfu.foundation.intake.models import REPORTED_STATE_WORDS, ReportedRecord
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.places.queries import code_text, place_labels
from bangfu.foundation.rooms import Words, both

ROWS_AT_ONCE = 2000
BYTE_ORDER_MARK = "\ufeff"
"""Offices' spreadsheet programs read UTF-8 without it as GBK."""
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")

HEADINGS: tuple[Words, ...] = (
    both("编号", "Reference"),
    both("名称", "What it is"),
    both("区划代码", "Place code"),
    both("地点", "Place"),
    both("日期", "Date"),
    both("数量", "Quantity"),
    both("计量单位", "Unit of measure"),
    both("专业线", "Line"),
    both("报送单位", "Reported by"),
    both("备注", "Remark"),
    both("状态", "State"),
    both("修订", "Revision"),
)
QUANTITY_AT = 5


@dataclass(frozen=True)
class Origin:
    """Where a file comes from; written beside the rows, so that a file that travels still says so."""

    content: str
    taken_by: str
    taken_at: datetime
    narrowed_to: str
    address: str

    def rows(self) -> list[tuple[str, str]]:
        """Return label and value, in reading order."""
        labelled = (
            (both("内容", "What"), self.content),
            (both("筛选", "Narrowed to"), self.narrowed_to),
            (both("导出人", "Taken by"), self.taken_by),
            (both("导出时间", "Taken at"), f"{self.taken_at:%Y-%m-%d %H:%M}"),
            (both("来源", "From"), self.address),
        )
        return [(str(label), value) for label, value in labelled]


def record_cells(records: QuerySet[ReportedRecord], measure: Measure) -> Iterator[list[str]]:
    """Return the cells of each record, a few thousand in memory at a time."""
    batch: list[ReportedRecord] = []
    for record in records.iterator(chunk_size=ROWS_AT_ONCE):
        batch.append(record)
        if len(batch) == ROWS_AT_ONCE:
            yield from _cells(batch, measure)
            batch.clear()
    yield from _cells(batch, measure)


def _cells(batch: list[ReportedRecord], measure: Measure) -> Iterator[list[str]]:
    labels = place_labels({record.place_id for record in batch})
    for record in batch:
        yield [
            record.reference,
            record.title,
            code_text(record.place_id),
            labels[record.place_id],
            record.happened_on.isoformat(),
            f"{record.quantity:.{measure.decimals}f}",
            str(measure.unit),
            record.line.name if record.line else "",
            record.unit.name,
            record.remark,
            str(REPORTED_STATE_WORDS[record.state]),  # type: ignore[attr-defined]
            str(record.revision),
        ]


def as_csv(rows: Iterable[list[str]], origin: Origin) -> Iterator[str]:
    """Return rows as CSV in pieces, with their origin below them; no cell is taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def piece() -> str:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    writer.writerow(str(heading) for heading in HEADINGS)
    yield BYTE_ORDER_MARK + piece()
    for number, row in enumerate(rows, 1):
        # A quantity is a number of ours, whose minus is no formula.
        writer.writerow(
            f"'{cell}" if at != QUANTITY_AT and cell.startswith(_FORMULA_BEGINS) else cell
            for at, cell in enumerate(row)
        )
        if number % ROWS_AT_ONCE == 0:
            yield piece()
    writer.writerows([[], *origin.rows()])
    yield piece()


def as_xlsx(rows: Iterable[list[str]], origin: Origin) -> IO[bytes]:
    """Return rows as a workbook in an open file: one sheet of records, one that says where they come from."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(str(both("记录", "Records")))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(HEADINGS) - 1, 16)
        sheet.write_row(0, 0, [str(heading) for heading in HEADINGS], bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if column == QUANTITY_AT:
                    sheet.write_number(line, column, float(cell))
                else:
                    sheet.write_string(line, column, cell)
        notes = book.add_worksheet(str(both("来源", "Source")))
        notes.set_column(0, 0, 14)
        notes.set_column(1, 1, 80)
        for line, (label, value) in enumerate(origin.rows()):
            notes.write_string(line, 0, label, bold)
            notes.write_string(line, 1, value)
    file.seek(0)
    return file
