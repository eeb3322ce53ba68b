"""Lists of records as files: streamed, with a note of who took them out, when and narrowed to what."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import xlsxwriter
from django.db.models import QuerySet

from bangfu.connectivity.network.models import STATE_WORDS, Station
from bangfu.foundation.places.queries import code_text, place_labels
from bangfu.foundation.rooms import Words, both

BATCH_ROWS = 2000
BYTE_ORDER_MARK = "\ufeff"
"""Without it the offices' spreadsheet programs read UTF-8 as GBK."""

HEADINGS: tuple[Words, ...] = (
    both("基站编码", "Station code"),
    both("站址编码", "Site code"),
    both("站址名称", "Site name"),
    both("区划代码", "Place code"),
    both("所在地", "Place"),
    both("上报单位", "Unit"),
    both("制式", "Technology"),
    both("频段", "Band"),
    both("承建方", "Builder"),
    both("共享方", "Sharer"),
    both("开通日期", "On air on"),
    both("验收日期", "Accepted on"),
    both("转固日期", "Capitalised on"),
    both("付款日期", "Paid on"),
    both("状态", "State"),
    both("修订", "Revision"),
)


@dataclass(frozen=True)
class Origin:
    """Where an exported list comes from; written beside it, so that a file that travels still says so."""

    what: Words
    """What the list is of: 基站."""
    taken_by: str
    taken_at: datetime
    narrowed_to: str
    address: str

    def rows(self) -> list[tuple[str, str]]:
        """Return label and value, in reading order."""
        return [
            (
                str(both("内容", "What")),
                str(
                    both("{what}清单（记录，不是数字）", "{what} (records, not figures)").filled(
                        what=self.what
                    )
                ),
            ),
            (str(both("筛选", "Narrowed to")), self.narrowed_to),
            (str(both("导出人", "Taken by")), self.taken_by),
            (str(both("导出时间", "Taken at")), self.taken_at.strftime("%Y-%m-%d %H:%M")),
            (str(both("来源", "From")), self.address),
        ]


def station_rows(stations: QuerySet[Station]) -> Iterator[list[str]]:
    """Return the cells of each station, a few thousand in memory at a time."""
    batch: list[Station] = []
    for station in stations.iterator(chunk_size=BATCH_ROWS):
        batch.append(station)
        if len(batch) == BATCH_ROWS:
            yield from _cells(batch)
            batch = []
    yield from _cells(batch)


def _cells(batch: list[Station]) -> Iterator[list[str]]:
    labels = place_labels({station.place_id for station in batch})
    for station in batch:
        days = (station.on_air_on, station.accepted_on, station.capitalised_on, station.paid_on)
        yield [
            station.code,
            station.site.code,
            station.site.name,
            code_text(station.place_id),
            labels[station.place_id],
            station.unit.name,
            station.technology,
            station.band,
            station.builder,
            station.sharer,
            *(day.isoformat() if day else "" for day in days),
            str(STATE_WORDS[station.state]),  # type: ignore[attr-defined]
            str(station.revision),
        ]


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula.

    >>> inert("=HYPERLINK(1)"), inert("GZ-CH-0417")
    ("'=HYPERLINK(1)", 'GZ-CH-0417')
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


def as_xlsx(headings: Sequence[Words], rows: Iterable[list[str]], origin: Origin) -> IO[bytes]:
    """Return a list as a workbook in an open file: one sheet of records, one that says where it comes from."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    workbook = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = workbook.add_format({"bold": True})
    sheet = workbook.add_worksheet(str(origin.what))
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(headings) - 1, 16)
    sheet.write_row(0, 0, [str(heading) for heading in headings], bold)
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
