"""A fixed table made as a workbook for an occasion, with its cells pointed: from there on it is a form like any other."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import xlsxwriter
from django.db.models import Sum

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.codes import code_text
from bangfu.foundation.places.models import Area
from bangfu.foundation.places.queries import members_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.facts import facts_within
from bangfu.reporting.forms.documents import Document, opened
from bangfu.reporting.forms.fixed.declared import FixedColumn, FixedTable
from bangfu.reporting.forms.layout import Occasion, units_below
from bangfu.reporting.forms.pointing import SCALE_WORDS, Axis, Pointing
from bangfu.reporting.indicators import versions_of

MADE_ON = datetime(2000, 1, 1, tzinfo=UTC)
"""Written into every file, so that the same table is the same bytes."""
TOTAL = both("合计", "Total")
PAIRED = "pairing.designated_counties"
"""The measure that counts a county from when the centre assigned it to the group."""
_PARTS = {"quarters": both("季度", "quarter"), "months": both("月", "month")}
"""Lines that are parts of a year."""
HEAD, FIRST = 4, 5
"""Rows of the heads and of the first line."""


class UnableToMakeTable(Refusal):
    """Codes: ``not_a_year``."""

    sentences = {
        "not_a_year": both(
            "「{table}」按{lines}列，只能看一个年度。请把期间写成年份，如 2019。",
            "“{table}” has a line for each {lines}: give it a year, as 2019.",
        )
    }


def lines_of(table: FixedTable, occasion: Occasion) -> list[tuple[str, str]]:
    """Return code and name of each line.

    Raises: UnableToMakeTable: ``not_a_year``: lines that are parts of a year are asked of something else.
    """
    if table.rows in _PARTS and occasion.period.code != str(occasion.period.starts_on.year):
        raise UnableToMakeTable("not_a_year", table=table.title, lines=_PARTS[table.rows])
    if table.rows == "quarters":
        return [(str(number), f"{'一二三四'[number - 1]}季度") for number in range(1, 5)]
    if table.rows == "months":
        return [(str(number), f"{number}月") for number in range(1, 13)]
    selection = occasion.selection
    if table.rows == "units":
        units = units_below(occasion.unit) or ([occasion.unit] if occasion.unit else [])
        names = selection.unit_names([one.pk for one in units])
        return [(one.code, names[one.pk].in_language(occasion.language)) for one in units]
    places = _designated(occasion)
    if selection.place_range is not None:
        first, end = selection.place_range
        places = [place for place in places if first <= place < end]
    labels = selection.place_labels(places)
    return [(code_text(place), labels.get(place, "")) for place in places]


def _designated(occasion: Occasion) -> list[int]:
    """Return the designated counties at a period's end: those of the lists that the house keeps of them, else those that the
    ledger knows as paired with the group.
    """
    on = occasion.period.last_on
    lists = list(Area.objects.filter(kind=Area.Kind.DESIGNATED).values_list("code", flat=True))
    if lists:
        return sorted({place for code in lists for place in members_of(code, on=on)})
    if PAIRED not in declared_measures():
        return []
    paired = (
        facts_within(occasion.selection.having(unit=None))
        .filter(measure_id=measure_number(PAIRED), happened_on__lte=on)
        .values("place_id")
        .annotate(pairings=Sum("quantity"))
        .filter(pairings__gt=0)
    )
    return sorted(paired.values_list("place_id", flat=True))


def column_title(column: FixedColumn) -> str:
    """Return what stands over a column: the indicator's title, and its unit in the scale."""
    known = versions_of(column.indicator)[-1]
    scale = SCALE_WORDS[column.scale].zh if column.scale > 1 else ""
    return f"{known.title.zh}（{scale}{known.unit.zh}）"


_AXES = {"quarters": Axis.QUARTER, "months": Axis.MONTH, "units": Axis.UNIT, "designated": Axis.PLACE}


def made(table: FixedTable, occasion: Occasion) -> tuple[Document, list[Pointing]]:
    """Return a fixed table as a form, and what its cells are pointed at."""
    lines = lines_of(table, occasion)
    pointings = [Pointing(0, "B2", "text", text="unit"), Pointing(0, "B3", "text", text="period")]
    last = FIRST + len(lines) - 1
    for number, column in enumerate(table.columns):
        letter = chr(ord("B") + number)
        one = Pointing(
            0,
            f"{letter}{FIRST}:{letter}{last}",
            indicator=column.indicator,
            period=table.period,
            scale=column.scale,
            decimals=column.decimals,
            down=_AXES[table.rows],
            rows=tuple(code for code, _ in lines),
        )
        if lines:
            pointings.append(one)
        pointings.append(
            Pointing(
                0,
                f"{letter}{last + 1}",
                indicator=column.indicator,
                period="cumulative" if table.rows in ("quarters", "months") else table.period,
                scale=column.scale,
                decimals=column.decimals,
            )
        )
    return opened(_workbook(table, lines, occasion)), pointings


def _workbook(table: FixedTable, lines: list[tuple[str, str]], occasion: Occasion) -> bytes:
    file = io.BytesIO()
    width = len(table.columns)
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        workbook.set_properties({"title": table.title.zh, "created": MADE_ON})
        sheet = workbook.add_worksheet(table.title.zh[:31])
        title = workbook.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        head = workbook.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
        line, plain = workbook.add_format({"border": 1}), workbook.add_format({})
        sheet.merge_range(0, 0, 0, max(width, 1), table.title.zh, title)
        sheet.write_string(1, 0, "填报单位：", plain)
        sheet.write_string(2, 0, "期间：", plain)
        mark = example_mark()
        if mark is not None and width > 1:
            sheet.merge_range(2, 2, 2, width, mark.zh, plain)
        sheet.write_string(HEAD - 1, 0, table.head.zh, head)
        for number, column in enumerate(table.columns, 1):
            sheet.write_string(HEAD - 1, number, column_title(column), head)
            form = workbook.add_format(
                {
                    "border": 1,
                    "num_format": "#,##0" + ("." + "0" * column.decimals if column.decimals else ""),
                }
            )
            for row in range(len(lines) + 1):
                sheet.write_blank(FIRST - 1 + row, number, None, form)
        for number, (_, name) in enumerate(lines):
            sheet.write_string(FIRST - 1 + number, 0, name, line)
        sheet.write_string(FIRST - 1 + len(lines), 0, TOTAL.zh, line)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, width, 18)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, HEAD - 1)
        sheet.write_string(FIRST + len(lines), 0, f"依据：{table.basis.zh}；截至区块 {occasion.block}", plain)
    return file.getvalue()
