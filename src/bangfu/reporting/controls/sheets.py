"""The lines of an outside book as a sheet: by month, unit, place or document, adding up to the control total."""

from __future__ import annotations

from decimal import Decimal

import polars

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, RowRefusal
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.controls.books import selection_of
from bangfu.reporting.controls.models import ControlTotal
from bangfu.reporting.controls.operations import import_lines, keys_of
from bangfu.reporting.queries import indicator_of

_NO_TOTAL = both(
    "没有第 {number} 号控制数。请先登记控制数，再导入它的明细。",
    "There is no control total no. {number}. Enter it first, then its lines.",
)
_SEVERAL = both("一份表格只能是一个控制数的明细。", "A sheet holds the lines of one control total.")
_MONTH = both("请写月份，如 2019-05。", "Write a month, such as 2019-05.")
_NO_UNIT = both("没有代码为「{code}」的单位。", "There is no unit with the code {code}.")
_UNEVEN = both(
    "各行须按同样的项目列示：第一行有{keys}，这一行不同。",
    "All lines are kept alike: the first has {keys}, this one differs.",
)
_NO_KEY = both(
    "请至少填月份、单位、地区、单据号中的一项。", "Fill in at least one of month, unit, place and document."
)
_NO_MONTHS = both(
    "这个数字是期末余额，不能按月份列示。",
    "This figure is a balance at the period's end; it is not kept by month.",
)
_SUM = both(
    "各行合计 {sum}，控制数是 {amount}，相差 {gap}。请补齐或更正后再导入。",
    "The lines come to {sum}, the total is {amount}: {gap} apart. Complete or correct them first.",
)
_KEY_WORDS = {
    "month": both("月份", "a month"), "unit": both("单位", "a unit"), "place": both("地区", "a place"),
    "document": both("单据号", "a document"),
}  # fmt: skip


def check(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Read months and units, and refuse lines of several totals, of uneven keys, or that do not add up to the total."""
    months = polars.col("month").str.extract(r"^((?:19|20)\d{2})[-/.年]?(\d{1,2})月?$", 1)
    numbers = polars.col("month").str.extract(r"^(?:19|20)\d{2}[-/.年]?(\d{1,2})月?$", 1)
    codes = frame["unit"].drop_nulls().unique().to_list()
    units = dict(Unit.objects.filter(code__in=codes).values_list("code", "pk"))
    rows = frame.with_columns(
        month_on=polars.concat_str(
            [months, numbers.str.zfill(2), polars.lit("01")], separator="-"
        ).str.to_date("%Y-%m-%d", strict=False),
        unit_key=polars.col("unit").replace_strict(units, default=None, return_dtype=polars.Int64),
        standing=polars.lit("new"),
    )
    refusals = _of_cells(rows) or _of_whole(rows)
    return CheckedRows(rows, refusals, new=0 if refusals else rows.height)


def _of_cells(rows: polars.DataFrame) -> list[RowRefusal]:
    found = []
    first = rows.row(0, named=True)
    keys = _keys_of(first)
    for row in rows.iter_rows(named=True):
        number = row["row"]
        if row["total"] != first["total"]:
            found.append(RowRefusal(number, "total", _SEVERAL))
        if row["month"] is not None and row["month_on"] is None:
            found.append(RowRefusal(number, "month", _MONTH))
        elif row["unit"] is not None and row["unit_key"] is None:
            found.append(RowRefusal(number, "unit", _NO_UNIT.filled(code=row["unit"])))
        elif not _keys_of(row):
            found.append(RowRefusal(number, None, _NO_KEY))
        elif _keys_of(row) != keys:
            words = [_KEY_WORDS[key] for key in keys]
            listed = Words("、".join(one.zh for one in words), ", ".join(one.en for one in words))
            found.append(RowRefusal(number, None, _UNEVEN.filled(keys=listed)))
    return found


def _keys_of(row: dict[str, object]) -> list[str]:
    return [key for key in ("month", "unit", "place", "document") if row[key] is not None]


def _of_whole(rows: polars.DataFrame) -> list[RowRefusal]:
    number, line = rows["total"][0], rows["row"][0]
    total = ControlTotal.objects.filter(number=number).order_by("-revision").first()
    if total is None:
        return [RowRefusal(line, "total", _NO_TOTAL.filled(number=number))]
    indicator = indicator_of(total.indicator, selection_of(total))
    if "month" in keys_of(rows) and not indicator.term.has_start:
        return [RowRefusal(line, "month", _NO_MONTHS)]
    summed = sum(rows["amount"].to_list(), Decimal(0))
    if summed != total.amount:
        words = _SUM.filled(
            sum=f"{summed:,.2f}", amount=f"{total.amount:,.2f}", gap=f"{summed - total.amount:,.2f}"
        )
        return [RowRefusal(line, "amount", words)]
    return []


LINES = Layout(
    code="controls.lines",
    whole=True,
    title=both("控制数明细", "Lines of a control total"),
    columns=(
        Column("total", both("控制数号", "Control total"), ColumnKind.INTEGER, example="1", lowest=1),
        Column("month", both("月份", "Month"), required=False, example="2019-05", longest=20),
        Column("unit", both("单位代码", "Unit"), ColumnKind.CODE, required=False),
        Column("place", both("地区", "Place"), ColumnKind.PLACE, required=False),
        Column("document", both("单据号", "Document"), required=False, longest=120),
        Column("amount", both("金额（元）", "Amount (yuan)"), ColumnKind.DECIMAL, example="12345.67", decimals=2),
    ),
    confirm=import_lines,
    permission="controls.import_lines",
    check=check,
    instead=both(
        "请导入改正后的明细：它成为控制数的下一版，原来的一版留着。",
        "Import the corrected lines: they become the next revision of the total, and the earlier one stays.",
    ),
    about=both(
        "外部账目的明细，合计须等于已登记的控制数。各行按同样的项目列示：月份、单位、地区或单据号，可以几项并用。",
        "The lines of the outside book, which add up to the control total as entered. All lines are kept alike: by month, unit,"
        " place or document, or several of them.",
    ),
)  # fmt: skip
