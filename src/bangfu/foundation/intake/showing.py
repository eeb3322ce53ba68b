"""What the preview page shows of a sheet: refused rows first, then a sample of the good ones, and the effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.core.paginator import Page, Paginator

from bangfu.foundation.intake.layouts import Column, ColumnKind, Effect, Layout, RowRefusal
from bangfu.foundation.intake.queries import Preview
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import ROWS_AT_ONCE, Cell

SAMPLE = 10
REFUSED_A_PAGE = 50
PLACES = (ColumnKind.COUNTY, ColumnKind.PLACE, ColumnKind.COUNTY_OR_VILLAGE)
"""Kinds whose value is a place's number."""
WHOLE_ROW = "row"
"""Stands for the column of a refusal that is of a row as a whole; no column is called so."""
_WHOLE_ROW_WORDS = both("整行", "whole row")
STANDING = {
    "new": both("新增", "new"),
    "same": both("已登记，不变", "recorded already"),
    "changed": both("更正", "changed"),
}


@dataclass(frozen=True)
class ShownRefusal:
    """One line of the table of refused rows."""

    row: int
    key: str
    """What tells the row apart; empty when the layout has no key."""
    title: Words | None
    typed: str
    sentence: Words


@dataclass(frozen=True)
class ShownCorrection:
    """A counted row that the sheet changes: what is taken back, and what is counted instead."""

    row: int
    key: str
    before: list[ShownCell]
    after: list[ShownCell]


@dataclass(frozen=True)
class ShownCell:
    """One cell of the sample."""

    title: Words
    text: str
    numeric: bool


@dataclass(frozen=True)
class ShownRow:
    """One row of the sample."""

    row: int
    standing: Words | None
    cells: list[ShownCell]


def refused_columns(preview: Preview) -> list[tuple[str, Words, int]]:
    """Return the columns in which something is refused, in their order, each with how often; rows as a whole come last."""
    times = Counter(refusal.column or WHOLE_ROW for refusal in preview.checked.refusals)
    titles = {column.name: column.title for column in preview.layout.columns}
    named = [*(name for name in titles if times[name]), *(name for name in times if name not in titles)]
    return [(name, titles.get(name, _WHOLE_ROW_WORDS), times[name]) for name in named]


def refusals_on_page(preview: Preview, number: str | None, *, column: str = "") -> Page[ShownRefusal]:
    """Return one page of the refused rows.

    Args:
        column: the column whose refusals are wanted, ``WHOLE_ROW`` for those of rows as a whole; empty for all.
    """
    refusals = preview.checked.refusals
    if column:
        refusals = [refusal for refusal in refusals if (refusal.column or WHOLE_ROW) == column]
    page = Paginator(refusals, REFUSED_A_PAGE).get_page(number)
    page.object_list = _shown(preview, list(page))  # type: ignore[assignment]
    return page  # type: ignore[return-value]


def first_refusals(preview: Preview, most: int) -> list[tuple[ShownRefusal, str | None]]:
    """Return the first refused rows, each with the name of the column that is wrong; null for the row as a whole."""
    first = preview.checked.refusals[:most]
    return list(zip(_shown(preview, first), (one.column for one in first), strict=True))


def _shown(preview: Preview, refusals: list[RowRefusal]) -> list[ShownRefusal]:
    rows = preview.texts.filter(pl.col("row").is_in([refusal.row for refusal in refusals]))
    typed = {row["row"]: row for row in rows.iter_rows(named=True)}
    return [_refusal(preview.layout, refusal, typed[refusal.row]) for refusal in refusals]


def _refusal(layout: Layout, refusal: RowRefusal, typed: dict[str, str]) -> ShownRefusal:
    known = {column.name: column for column in layout.columns}
    column = known.get(refusal.column or "")
    return ShownRefusal(
        row=refusal.row,
        key=(typed[layout.key] or "") if layout.key else "",
        title=column.title if column else None,
        typed=_masked(column, typed[column.name] or "") if column else "",
        sentence=refusal.sentence,
    )


def sample(
    preview: Preview, *, standing: str = "", number: str | None = None
) -> tuple[list[Column], Page[ShownRow]]:
    """Return one page of the good rows, with the columns in which any of them has something.

    Args:
        standing: one of ``STANDING`` to see those rows alone; empty for all.
    """
    good = good_rows(preview, standing=standing)
    page = Paginator(range(good.height), SAMPLE).get_page(number)
    frame = good.slice(page.start_index() - 1, SAMPLE) if good.height else good
    columns = [
        column
        for column in preview.layout.columns
        if column.name in frame.columns
        and any(value is not None and value != "" for value in frame[column.name])
    ]
    placed = [column.name for column in columns if column.kind in PLACES]
    labels = place_labels({place for name in placed for place in frame[name] if place is not None})
    rows = [
        ShownRow(
            row["row"],
            STANDING.get(row.get("standing", "")),
            [_cell(column, row, labels) for column in columns],
        )
        for row in frame.iter_rows(named=True)
    ]
    page.object_list = rows  # type: ignore[assignment]
    return columns, page  # type: ignore[return-value]


def good_rows(preview: Preview, *, standing: str = "") -> pl.DataFrame:
    """Return the rows that can be imported: all, or those of one of ``STANDING``."""
    good = preview.checked.frame
    if standing in STANDING and "standing" in good.columns:
        return good.filter(pl.col("standing") == standing)
    return good


def headings_of(preview: Preview) -> list[Words]:
    """Return the headings of a file of the rows that can be imported."""
    columns = _in_frame(preview)
    return [both("行", "Row"), both("结果", "What it does"), *(column.title for column in columns)]


def cells_of(preview: Preview, *, standing: str = "") -> Iterator[list[Cell]]:
    """Return the cells of each row that can be imported, as read, a few thousand at a time; personal data masked."""
    columns = _in_frame(preview)
    placed = [column.name for column in columns if column.kind in PLACES]
    for some in good_rows(preview, standing=standing).iter_slices(ROWS_AT_ONCE):
        labels = place_labels({place for name in placed for place in some[name] if place is not None})
        for row in some.iter_rows(named=True):
            said = STANDING.get(row.get("standing", ""), "")
            yield [Decimal(row["row"]), str(said), *(_file_cell(column, row, labels) for column in columns)]


def _in_frame(preview: Preview) -> list[Column]:
    return [column for column in preview.layout.columns if column.name in preview.checked.frame.columns]


def _file_cell(column: Column, row: dict[str, Any], labels: dict[int, str]) -> Cell:
    value = row[column.name]
    if value is not None and column.kind in (ColumnKind.INTEGER, ColumnKind.DECIMAL):
        return Decimal(value)
    return _cell(column, row, labels).text


def corrections_on_page(preview: Preview, number: str | None) -> Page[ShownCorrection]:
    """Return one page of the counted rows that change: each becomes a reversal and, once verified, a new fact.

    A room says which with ``counted``, and what its record says so far with ``was_`` before a column's name.
    """
    frame = preview.checked.frame
    counts = pl.col("counted") if "counted" in frame.columns else pl.lit(False)
    changes = pl.col("standing") == "changed" if "standing" in frame.columns else pl.lit(False)
    frame = frame.filter(counts & changes)
    page = Paginator(range(frame.height), REFUSED_A_PAGE).get_page(number)
    rows = frame[list(page)] if frame.height else frame
    layout = preview.layout
    compared = [column for column in layout.columns if f"was_{column.name}" in frame.columns]
    placed = [
        name for column in compared if column.kind in PLACES for name in (column.name, f"was_{column.name}")
    ]
    labels = place_labels({place for name in placed for place in rows[name] if place is not None})
    shown = [
        ShownCorrection(
            row["row"],
            str(row[layout.key]) if layout.key else "",
            [_cell(column, {column.name: row[f"was_{column.name}"]}, labels) for column in compared],
            [_cell(column, row, labels) for column in compared],
        )
        for row in rows.iter_rows(named=True)
    ]
    page.object_list = shown  # type: ignore[assignment]
    return page  # type: ignore[return-value]


def _cell(column: Column, row: dict[str, Any], labels: dict[int, str]) -> ShownCell:
    value = row[column.name]
    numeric = column.kind in (ColumnKind.INTEGER, ColumnKind.DECIMAL)
    if value is None:
        text = ""
    elif column.kind in PLACES:
        text = labels.get(value, str(value))
    elif column.kind == ColumnKind.CHOICE:
        text = next((str(option.title) for option in column.options if option.value == value), str(value))
    else:
        text = grouped(value) if numeric else _masked(column, str(value))
    return ShownCell(column.title, text, numeric)


def _masked(column: Column, text: str) -> str:
    """Return a value as screens show it: personal data masked."""
    return column.masked(text) if column.masked is not None and text else text


def effect_line(effect: Effect) -> Words:
    """Return one effect as a line: ``2019：+1,052 个新建无线基站``."""
    sign = "+" if effect.quantity >= 0 else "−"
    number = sign + grouped(effect.quantity if effect.quantity >= 0 else -effect.quantity)
    return both(
        f"{effect.period}：{number} {effect.unit.zh}{effect.title.zh}",
        f"{effect.period}: {number} {effect.title.en} ({effect.unit.en})",
    )


def grouped(number: int | Decimal) -> str:
    """Return a number with its thousands apart and no zeros at its end."""
    text = f"{number:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text
