"""What cells of a form are pointed at: a figure by rules, or a text; and how that is written and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.forms.engines.grids import Block, read_block
from bangfu.reporting.periods import Period, day_period, month_period, read_period


class UnableToPoint(Refusal):
    """Codes: ``unknown_cells``, ``unknown_sheet``, ``is_label``, ``unknown_kind``, ``unknown_indicator``, ``unknown_period``,
    ``unknown_unit``, ``unknown_place``, ``unknown_area``, ``unknown_axis``, ``same_axis``, ``unknown_scale``,
    ``unknown_decimals``, ``text_alone``, ``nothing_named``, ``nothing_pointed``, ``not_pointed_yet``, ``withdrawn``."""

    sentences = {
        "unknown_cells": both(
            "「{text}」不是表里的单元格。请写 B5，或一片 B5:M34。",
            "{text} is no cell of the form. Write B5, or a range as B5:M34.",
        ),
        "unknown_sheet": both(
            "表样里没有第 {text} 页。请重新选择。", "The form has no sheet {text}. Choose again."
        ),
        "is_label": both(
            "{cell} 是表头文字“{text}”，不填数。请点空白格或公式格。",
            "{cell} holds the words “{text}” and takes no figure. Choose an empty cell or a formula.",
        ),
        "unknown_kind": both(
            "不认识「{text}」。请选“数字”或“文字”。", "{text} is not known. Choose a figure or a text."
        ),
        "unknown_indicator": both(
            "没有叫「{text}」的指标。请从列表里选，或在“指标”页查名称。",
            "No indicator is called {text}. Choose one of the list, or look it up under Indicators.",
        ),
        "unknown_period": both(
            "「{text}」不是期间。请从列表里选，或写 2019、2019-Q3、2019-03。",
            "{text} is no period. Choose one of the list, or write 2019, 2019-Q3 or 2019-03.",
        ),
        "unknown_unit": both(
            "没有叫「{text}」的单位。请写名称或代码。", "No unit is called {text}. Write its name or code."
        ),
        "unknown_place": both(
            "没有叫「{text}」的地区，或不止一个。请写区划代码。",
            "No place is called {text}, or several are. Write its code.",
        ),
        "unknown_area": both(
            "没有代码为「{text}」的名单。请从列表里选。",
            "There is no list {text}. Choose one of those offered.",
        ),
        "unknown_axis": both(
            "行或列不能按「{text}」重复。请从列表里选。",
            "Rows or columns cannot repeat by {text}. Choose one offered.",
        ),
        "same_axis": both(
            "行和列不能按同一样重复。请改一个。",
            "Rows and columns cannot repeat by the same thing. Change one.",
        ),
        "unknown_scale": both(
            "不能按「{text}」换算。请从列表里选。", "Numbers cannot be divided by {text}. Choose one offered."
        ),
        "unknown_decimals": both("小数位数请写 0 到 4。", "Decimals are 0 to 4."),
        "text_alone": both(
            "文字只填一格。请只选一个单元格。", "A text fills one cell. Choose one cell alone."
        ),
        "nothing_named": both(
            "这片的行、列文字里认不出一个{what}。请核对选的范围，或逐格指定。",
            "No {what} was recognised in the words of these rows or columns. Check the range, or point cell by cell.",
        ),
        "nothing_pointed": both(
            "{cells} 还没有指定，没有可以取消的。", "{cells} is pointed at nothing; there is nothing to undo."
        ),
        "not_pointed_yet": both(
            "这张表还没有一格指定了数字。请先指定单元格，再填报。",
            "No cell of this form is pointed at a figure. Point cells first, then fill it.",
        ),
        "withdrawn": both(
            "这一版表样已经撤下。请用现行的一版，或重新上传。",
            "This version of the form was withdrawn. Use the one in force, or upload it again.",
        ),
    }


class Axis(StrEnum):
    """What the rows or columns of a block are."""

    INDICATOR = "indicator"
    UNIT = "unit"
    PLACE = "place"
    MONTH = "month"
    QUARTER = "quarter"


AXIS_WORDS: dict[str, Words] = {
    "": both("不重复", "they do not repeat"),
    Axis.INDICATOR: both("指标（按表头文字）", "indicators, by their headings"),
    Axis.UNIT: both(
        "单位（按文字；空白则依次列下级单位）", "units, by their words; those below in order where blank"
    ),
    Axis.PLACE: both(
        "地区（按文字；空白则依次列名单成员）", "places, by their words; the list’s members where blank"
    ),
    Axis.MONTH: both("月份（1—12 月）", "months, January to December"),
    Axis.QUARTER: both("季度（1—4 季度）", "quarters, the first to the fourth"),
}
PERIOD_WORDS: dict[str, Words] = {
    "this": both("本期", "the period filled"),
    "last_year": both("上年同期", "the same period of the year before"),
    "cumulative": both("年初累计", "from January to its end"),
    "year_before": both("上一年全年", "the whole year before"),
}
TEXT_WORDS: dict[str, Words] = {
    "unit": both("填报单位名称", "name of the unit"),
    "period": both("期间（2019年第三季度）", "period in words"),
    "day": both("填报日期", "day of filling"),
    "preparer": both("填报人", "who fills it"),
}
SCALE_WORDS: dict[int, Words] = {
    1: both("原单位", "as it is"),
    10_000: both("万", "in 10 000"),
    100_000_000: both("亿", "in 100 million"),
}
NOTHING_WORDS: dict[str, Words] = {
    "—": both("填“—”", "“—”"),
    "…": both("填“…”", "“…”"),
    "": both("留空", "blank"),
    "0": both("填 0（明知没有记录也填 0）", "0 although there are no records"),
}
PARTS = {Axis.MONTH: 12, Axis.QUARTER: 4}


@dataclass(frozen=True)
class Pointing:
    """One rule for one cell, or for a block of cells whose rows or columns repeat."""

    sheet: int
    """Number of the grid, from 0."""
    cells: str
    """``B5`` or ``B5:M34``."""
    kind: str = "figure"
    """``figure`` or ``text``."""
    indicator: str = ""
    period: str = "this"
    """A rule of ``PERIOD_WORDS``, or the code of a fixed period."""
    unit: str = ""
    """Code; empty: the unit for which the form is filled."""
    place: str = ""
    """Code; empty: the place for which the form is filled, if any."""
    area: str = ""
    """Code of a list of places."""
    scale: int = 1
    decimals: int = 0
    nothing: str = "—"
    """What is written where there are no records."""
    text: str = ""
    down: str = ""
    """What the rows are; empty: they do not repeat."""
    across: str = ""
    rows: tuple[str, ...] = ()
    """Code of each row, empty for one that is left alone; none at all: in their order when the form is filled."""
    columns: tuple[str, ...] = ()

    @property
    def block(self) -> Block:
        """Its cells."""
        return read_block(self.cells)

    @property
    def fields(self) -> dict[str, Any]:
        """What is kept of it."""
        return {**asdict(self), "rows": list(self.rows), "columns": list(self.columns)}

    def moved(self, sheet: int, block: Block) -> Pointing:
        """Return the same rule for cells elsewhere."""
        return replace(self, sheet=sheet, cells=str(block))

    @property
    def words(self) -> Words:
        """Its period and what it repeats by, in words."""
        if self.kind == "text":
            return TEXT_WORDS[self.text]
        period = PERIOD_WORDS.get(self.period) or both(
            *(read_period(self.period).title(language) for language in ("zh", "en"))
        )
        scale = both("，按{scale}", ", {scale}").filled(scale=SCALE_WORDS[self.scale])
        return Words(
            period.zh + (scale.zh if self.scale > 1 else ""),
            period.en + (scale.en if self.scale > 1 else ""),
        )


def pointings_of(kept: Sequence[Mapping[str, Any]]) -> list[Pointing]:
    """Return pointings as they were kept."""
    return [Pointing(**{**one, "rows": tuple(one["rows"]), "columns": tuple(one["columns"])}) for one in kept]


def pointed_at(pointings: Sequence[Pointing]) -> dict[tuple[int, tuple[int, int]], Pointing]:
    """Return the pointing that counts for each cell: of several that meet, the latest."""
    found = {}
    for one in pointings:
        for at in one.block:
            found[one.sheet, at] = one
    return found


def period_by(rule: str, filled: Period, part: int | None = None, parts: int = 12) -> Period | None:
    """Return the period that a rule means for the period that is filled; null for a part that is not over by its end.

    Args:
        part: which month or quarter of the filled year, from 1; null: the period itself.
        parts: into how many the year is divided.
    """
    last = filled.last_on
    if part is not None:
        first = last.replace(month=1 + (part - 1) * (12 // parts), day=1)
        filled = month_period(first) if parts == 12 else read_period(f"{last.year}-Q{part}")
        if filled.last_on > last:
            return None
        last = filled.last_on
    if rule == "this":
        return filled
    if rule == "last_year":
        return filled.years_before(1)
    if rule == "year_before":
        return read_period(str(last.year - 1))
    if rule == "cumulative":
        return year_to(filled)
    return read_period(rule)


def year_to(filled: Period) -> Period:
    """Return the time from January of a period's last year to the period's end, under its shortest name.

    >>> year_to(read_period("2019-Q2")).code, year_to(read_period("2019-11")).code
    ('2019-H1', '2019-01-01/2019-11-30')
    """
    last = filled.last_on
    first = last.replace(month=1, day=1)
    for code in (f"{last.year}", f"{last.year}-H1", f"{last.year}-Q1", f"{last.year}-01"):
        if read_period(code).last_on == last:
            return read_period(code)
    return day_period(first) if first == last else read_period(f"{first.isoformat()}/{last.isoformat()}")
