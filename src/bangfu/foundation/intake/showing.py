"""What the preview page shows of a sheet: refused rows first, then a sample of the good ones, and the effect."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.core.paginator import Page, Paginator

from bangfu.foundation.intake.layouts import Column, ColumnKind, Effect, Layout, RowRefusal
from bangfu.foundation.intake.queries import Preview
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both

SAMPLE = 10
REFUSED_A_PAGE = 50
PLACES = (ColumnKind.COUNTY, ColumnKind.PLACE, ColumnKind.COUNTY_OR_VILLAGE)
"""Kinds whose value is a place's number."""
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


def refusals_on_page(preview: Preview, number: str | None) -> Page[ShownRefusal]:
    """Return one page of the refused rows."""
    page = Paginator(preview.checked.refusals, REFUSED_A_PAGE).get_page(number)
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
    good = preview.checked.frame
    if standing in STANDING and "standing" in good.columns:
        good = good.filter(pl.col("standing") == standing)
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


def effects(preview: Preview) -> list[Effect]:
    """Return what confirming would do to figures, empty when the layout does not say or nothing can be taken in."""
    effect, frame = preview.layout.effect, preview.checked.frame
    return effect(frame) if effect is not None and not frame.is_empty() else []


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
