"""Lists of the trail as files, which say who took them out, when and narrowed to what."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone

from bangfu.connectivity.network.exports import BATCH_ROWS, BYTE_ORDER_MARK, inert
from bangfu.foundation.accounts.models import KIND_WORDS, SignIn
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.rooms import Words, both

MOST_ROWS = 1_000_000
"""A worksheet holds 1,048,576."""
ENTRY_HEADINGS: tuple[Words, ...] = (
    both("编号", "Entry"),
    both("时间", "Time"),
    both("操作", "Operation"),
    both("登录名", "User name"),
    both("何人", "Who"),
    both("对象", "Objects"),
    both("参数摘要", "Arguments' digest"),
    both("请求号", "Request key"),
    both("所属批量操作", "Part of"),
)
SIGN_IN_HEADINGS: tuple[Words, ...] = (
    both("时间", "Time"),
    both("情况", "What"),
    both("登录名", "User name"),
    both("何人", "Who"),
    both("第二因素", "Second factor"),
    both("地址", "Address"),
    both("浏览器", "Browser"),
)


def _time(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def entry_rows(found: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    """Return the cells of each operation, with each account named once."""
    names: dict[int, str] = {}
    for one in found[:MOST_ROWS].iterator(chunk_size=BATCH_ROWS):
        if one.actor_id not in names:
            names.update(names_of([one.actor]))
        yield [
            str(one.pk),
            _time(one.recorded_at),
            one.operation,
            one.actor.username,
            names[one.actor_id],
            " ".join(one.objects_named),
            one.payload_digest,
            one.request_key or "",
            str(one.part_of_id or ""),
        ]


def sign_in_rows(found: QuerySet[SignIn]) -> Iterator[list[str]]:
    """Return the cells of each line of the log of sign-ins."""
    names: dict[int, str] = {}
    for one in found[:MOST_ROWS].iterator(chunk_size=BATCH_ROWS):
        if one.account is not None and one.account.pk not in names:
            names.update(names_of([one.account]))
        yield [
            _time(one.recorded_at),
            str(KIND_WORDS[one.kind]),
            one.account.username if one.account else "",
            names[one.account.pk] if one.account else "",
            str(both("有", "yes")) if one.with_second_factor else "",
            one.address or "",
            one.browser,
        ]


def as_csv(
    headings: Iterable[Words], rows: Iterable[list[str]], origin: list[tuple[str, str]]
) -> Iterator[str]:
    """Return the list as CSV in pieces; its origin stands below the rows."""
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
    writer.writerows((label, inert(value)) for label, value in origin)
    yield written()


def as_xlsx(
    headings: tuple[Words, ...], rows: Iterable[list[str]], origin: list[tuple[str, str]]
) -> IO[bytes]:
    """Return the list as a workbook in an open file: one sheet of rows, one that says where it comes from."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    workbook = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = workbook.add_format({"bold": True})
    sheet = workbook.add_worksheet(str(both("留痕", "Trail")))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 20)
    sheet.write_row(0, 0, [str(heading) for heading in headings], bold)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
    notes = workbook.add_worksheet(str(both("来源", "Source")))
    notes.set_column(0, 0, 14)
    notes.set_column(1, 1, 80)
    for number, (label, value) in enumerate(origin):
        notes.write_string(number, 0, label, bold)
        notes.write_string(number, 1, value)
    workbook.close()
    file.seek(0)
    return file
