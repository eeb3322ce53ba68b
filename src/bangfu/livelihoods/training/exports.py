"""Lists as files that say where they come from: who took them out, when and narrowed to what; persons masked."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet

from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.training.models import TRAINEE_WORDS, Course

BYTE_ORDER_MARK = "\ufeff"
"""Without it the offices' spreadsheet programs read UTF-8 as GBK."""

COURSE_HEADINGS: tuple[Words, ...] = (
    both("编号", "Code"),
    both("课程", "Course"),
    both("对象", "Trainees"),
    both("开课单位", "Unit"),
    both("合办单位", "Second organiser"),
    both("第一天", "First day"),
    both("最后一天", "Last day"),
    both("学员", "Attendees"),
    both("已核验结业", "Verified completions"),
    both("费用（元）", "Cost (yuan)"),
)
ATTENDEE_HEADINGS: tuple[Words, ...] = (
    both("姓名（遮盖）", "Name, masked"),
    both("身份证号码（遮盖）", "Identity number, masked"),
    both("所在县", "County"),
    both("职务", "Post"),
    both("参加课次", "Sessions attended"),
    both("结果", "Result"),
    both("状态", "State"),
)


@dataclass(frozen=True)
class Origin:
    """Where an exported list comes from; written below it, so that a file that travels still says so."""

    what: Words
    taken_by: str
    taken_at: datetime
    address: str

    def rows(self) -> list[tuple[str, str]]:
        """Return label and value, in reading order."""
        return [
            (str(both("内容", "What")), str(self.what)),
            (str(both("导出人", "Taken by")), self.taken_by),
            (str(both("导出时间", "Taken at")), self.taken_at.strftime("%Y-%m-%d %H:%M")),
            (str(both("来源", "From")), self.address),
        ]


def course_rows(courses: QuerySet[Course]) -> Iterator[list[str]]:
    """Return the cells of each course."""
    for one in courses:
        yield [
            one.code,
            one.title,
            str(TRAINEE_WORDS[one.trainees]),
            one.unit.name,
            one.co_organiser,
            one.starts_on.isoformat(),
            one.last_day.isoformat(),
            str(one.people),  # type: ignore[attr-defined]
            str(one.counted),  # type: ignore[attr-defined]
            "" if one.cost_fen is None else f"{one.cost_fen // 100}.{one.cost_fen % 100:02d}",
        ]


def attendee_cells(rows: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    """Return the cells of each attendee from what the page shows of them."""
    for row in rows:
        yield [
            row["person"].name,
            row["person"].identity_number,
            row["place"],
            row["enrolment"].post,
            str(row["enrolment"].attended),
            str(row["result"]),
            str(row["state"]),
        ]


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula.

    >>> inert("=HYPERLINK(1)"), inert("PX-1")
    ("'=HYPERLINK(1)", 'PX-1')
    """
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_csv(headings: Iterable[Words], rows: Iterable[list[str]], origin: Origin) -> str:
    """Return a list as CSV; its origin stands below the rows."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(str(heading) for heading in headings)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    writer.writerow([])
    writer.writerows(origin.rows())
    return BYTE_ORDER_MARK + text.getvalue()


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
    sheet.set_column(0, len(titles) - 1, 18)
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
