"""Lists as files that say where they come from: who took them out, when and narrowed to what."""

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

from bangfu.coordination.pairing.models import KIND_WORDS, LEVEL_WORDS, ROLE_WORDS, STATE_WORDS, Pairing
from bangfu.foundation.places.queries import code_text, place_labels
from bangfu.foundation.rooms import Words, both

BATCH_ROWS = 2000
BYTE_ORDER_MARK = "\ufeff"
"""Without it the offices' spreadsheet programs read UTF-8 as GBK."""

PAIRING_HEADINGS: tuple[Words, ...] = (
    both("帮扶单位编码", "Supporter's code"),
    both("帮扶单位", "Supporter"),
    both("区划代码", "Place code"),
    both("结对县或村", "Place"),
    both("结对类型", "Kind"),
    both("角色", "Role"),
    both("指派层级", "Level"),
    both("指派单位", "Assigned by"),
    both("文号", "Document"),
    both("责任领导职务", "Leader's post"),
    both("开始日期", "From"),
    both("结束日期", "To"),
    both("约定至", "Agreed until"),
    both("状态", "State"),
)
GAP_HEADINGS: tuple[Words, ...] = (
    both("区划代码", "Place code"),
    both("县或村", "Place"),
    both("无人负责自", "Without an owner from"),
    both("至（不含）", "Until (not included)"),
    both("天数", "Days"),
)


@dataclass(frozen=True)
class Origin:
    """Where an exported list comes from; written below it, so that a file that travels still says so."""

    what: Words
    taken_by: str
    taken_at: datetime
    narrowed_to: str
    address: str

    def rows(self) -> list[tuple[str, str]]:
        """Return label and value, in reading order."""
        return [
            (str(both("内容", "What")), str(self.what)),
            (str(both("筛选", "Narrowed to")), self.narrowed_to),
            (str(both("导出人", "Taken by")), self.taken_by),
            (str(both("导出时间", "Taken at")), self.taken_at.strftime("%Y-%m-%d %H:%M")),
            (str(both("来源", "From")), self.address),
        ]


def pairing_rows(pairings: QuerySet[Pairing]) -> Iterator[list[str]]:
    """Return the cells of each pairing, a few thousand in memory at a time."""
    batch: list[Pairing] = []
    for pairing in pairings.iterator(chunk_size=BATCH_ROWS):
        batch.append(pairing)
        if len(batch) == BATCH_ROWS:
            yield from _cells(batch)
            batch = []
    yield from _cells(batch)


def _cells(batch: list[Pairing]) -> Iterator[list[str]]:
    labels = place_labels({pairing.place_id for pairing in batch})
    for one in batch:
        days = (one.starts_on, one.ends_on, one.agreed_until)
        yield [
            one.unit.code,
            one.unit.name,
            code_text(one.place_id),
            labels[one.place_id],
            str(KIND_WORDS[one.kind]),
            str(ROLE_WORDS[one.role]),
            str(LEVEL_WORDS[one.level]),
            one.assigned_by,
            one.document,
            one.leader_post,
            *(day.isoformat() if day else "" for day in days),
            str(STATE_WORDS[one.state]),  # type: ignore[attr-defined]
        ]


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula.

    >>> inert("=HYPERLINK(1)"), inert("P52")
    ("'=HYPERLINK(1)", 'P52')
    """
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_csv(headings: Iterable[Words], rows: Iterable[list[str]], origin: Origin) -> Iterator[str]:
    """Return a list as CSV in pieces; its origin stands below the rows."""
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
        if number % BATCH_ROWS == 0:
            yield written()
    writer.writerow([])
    writer.writerows(origin.rows())
    yield written()


def as_xlsx(headings: Iterable[Words], rows: Iterable[list[str]], origin: Origin) -> IO[bytes]:
    """Return a list as a workbook in an open file: one sheet of rows, one that says where it comes from."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    workbook = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = workbook.add_format({"bold": True})
    sheet = workbook.add_worksheet(str(both("清单", "List")))
    titles = [str(heading) for heading in headings]
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(titles) - 1, 16)
    sheet.write_row(0, 0, titles, bold)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
    notes = workbook.add_worksheet(str(both("来源", "Source")))
    notes.set_column(0, 0, 14)
    notes.set_column(1, 1, 80)
    for number, (label, value) in enumerate(origin.rows()):
        notes.write_string(number, 0, label, bold)
        notes.write_string(number, 1, value)
    workbook.close()
    file.seek(0)
    return file
