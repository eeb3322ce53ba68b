"""A table as a file: typed cells, units in the headings, and a sheet that says what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import MOST_LINKS, Cell, Opening, Origin, list_file
from bangfu.foundation.rooms.lists import Sheet as FileSheet
from bangfu.reporting.display import plain_text
from bangfu.reporting.tables.asking import AXIS_WORDS, Axis, Question
from bangfu.reporting.tables.reading import asked_in
from bangfu.reporting.tables.sheet import Item, Row, Sheet

ADDRESSES = both("打开", "Opens at")
CELLS_AT_ONCE = 40_000
"""Of a table, worked out and written before the next ones are asked: that bounds the memory."""
LONGEST_AT_ONCE = 20_000
"""A table of more cells is not worked out while a reader waits, if there is somebody else to do so."""
NOT_SEEN = both("无权查看", "not for you")


@require_safe
def file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole table that the address asks, as far as the reader may see it."""
    account, question = asked_in(request, {name: list(several) for name, several in request.GET.lists()})
    sheet = Sheet(question, account, timezone.localdate())
    is_mixed = Axis.INDICATOR is question.rows
    headings = [AXIS_WORDS[question.rows], *([both("单位", "Unit")] if is_mixed else [])]
    heads = [_heading(sheet, column) for column in sheet.columns]
    has_codes = form == "csv" and request.GET.get("codes") == "1"
    headings += [one for head in heads for one in ([head, _opens(head)] if has_codes else [head])]
    origin = Origin(
        what=both("制表：{rows} × {columns}", "Table: {rows} by {columns}").filled(
            rows=AXIS_WORDS[question.rows],
            columns=both(*(" · ".join(words) for words in _columns(question))),
        ),
        sheet=both("表格", "Table"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=str(narrowed(sheet)),
        address=request.build_absolute_uri(f"{reverse('tables:new')}?{question.query}"),
    )
    site = request.build_absolute_uri("/").rstrip("/")
    rows = _rows(sheet, site, is_mixed=is_mixed, has_codes=has_codes)
    more = []
    if sheet.cell_count > MOST_LINKS:
        more.append(FileSheet(ADDRESSES, (AXIS_WORDS[question.rows], *heads), _addresses(sheet, site)))
    is_long = sheet.cell_count > LONGEST_AT_ONCE
    return list_file("table", form, headings, rows, origin, more, is_long=is_long)


def _opens(head: Words) -> Words:
    return both("{head} 打开", "{head}, opens at").filled(head=head)


def _addresses(sheet: Sheet, site: str) -> Iterator[list[Cell]]:
    """Return where each cell opens, for a table of more cells than a sheet has links."""
    for item in sheet.rows_of:
        yield [str(item.title), *(site + sheet.address_of((item, *column)) for column in sheet.columns)]


def _columns(question: Question) -> tuple[list[str], list[str]]:
    words = [AXIS_WORDS[axis] for axis in question.axes[1:]]
    return [one.zh for one in words], [one.en for one in words]


def _titled(item: Item) -> Words:
    return item.title if isinstance(item.title, Words) else Words(item.title, item.title)


def _heading(sheet: Sheet, column: tuple[Item, ...]) -> Words:
    """Return a column's heading, with the unit in which its numbers stand."""
    titles = [_titled(one) for one in column]
    unit = Words("", "")
    if sheet.question.rows is not Axis.INDICATOR:
        unit = sheet.unit_of(next((one.key for one in column if one.axis is Axis.INDICATOR), None))
    zh, en = " · ".join(one.zh for one in titles), " · ".join(one.en for one in titles)
    return Words(f"{zh}（{unit.zh}）" if unit.zh else zh, f"{en} ({unit.en})" if unit.en else en)


def narrowed(sheet: Sheet) -> Words:
    """Return what narrows every cell, and as of when it stands."""
    question, selection = sheet.question, sheet.question.selection
    titles = [sheet.indicator(code, selection.period).title for code in question.codes]
    zh, en = ["、".join(one.zh for one in titles)], [", ".join(one.en for one in titles)]
    if question.has(Axis.PERIOD):
        span = sheet.whole_period
        zh.append(span.title("zh"))
        en.append(span.title("en"))
    else:
        zh.append(selection.period.title("zh"))
        en.append(selection.period.title("en"))
    scope = selection.scope_words
    as_of = (
        both("截至区块 {block}", "as of block {block}").filled(block=selection.as_of)
        if selection.as_of is not None
        else both(
            "现在（最新区块 {block} 及尚未封存的）", "now (newest block {block}, and what is not sealed yet)"
        ).filled(block=sheet.newest_block)
    )
    return both("；".join([*zh, scope.zh, as_of.zh]), "; ".join([*en, scope.en, as_of.en]))


def _rows(sheet: Sheet, site: str, *, is_mixed: bool, has_codes: bool) -> Iterator[list[Cell]]:
    rows_at_once = max(1, CELLS_AT_ONCE // max(1, len(sheet.columns)))
    for start in range(0, len(sheet.rows_of), rows_at_once):
        for row in sheet.rows(sheet.rows_of[start : start + rows_at_once]):
            yield [
                str(row.item.title),
                *([str(sheet.unit_of(row.item.key))] if is_mixed else []),
                *_cells(row, site, has_codes=has_codes),
            ]


def _cells(row: Row, site: str, *, has_codes: bool) -> Iterator[Cell]:
    for cell in row.cells:
        if cell.figure is None:
            yield str(NOT_SEEN)
            opens = ""
        else:
            opens = site + cell.figure.address
            yield "" if cell.value is None else Opening(Decimal(plain_text(cell.value)), opens)
        if has_codes:
            yield (cell.figure and cell.figure.code) or opens
