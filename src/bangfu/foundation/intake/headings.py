"""Headings: finding the heading row of a grid and which column of it is which column of the layout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.foundation.intake.grids import Grid, Grids, UnableToReadSheet
from bangfu.foundation.intake.layouts import Column, Layout, listed
from bangfu.foundation.rooms import Words, both

EXPLANATION = both("填写说明", "How to fill in")
ROW_NUMBER = both("原行号", "Row in your sheet")
REASON = both("未导入的原因", "Why it was refused")
_PASSED_OVER = {"序号", "no", "no."}
_HEADING_WITHIN = 20
_MOST_MERGED_NAMED = 6
_TOTALS = re.compile(r"^(?:总|合|共|小)计[:：]?$|^(?:grand)?(?:sub)?totals?:?$|^sum:?$")
_EXAMPLE = re.compile(r"^[(\[【]?(?:示例|样例|例如|example)")


@dataclass(frozen=True)
class Found:
    """A layout's columns found in a grid."""

    grid: Grid
    positions: dict[str, int]
    """Position in the grid's rows by column name; optional columns may be absent."""
    rows: list[int]
    """Positions of the rows with data."""
    notes: list[Words]

    def row_number(self, position: int) -> int:
        """Return the number the user sees beside a row."""
        return self.grid.first_row + position


def tidy(text: object) -> str:
    """Return a heading as it is compared: half-width, lower-case, without spaces and stars."""
    return re.sub(r"[\s*_]+", "", unicodedata.normalize("NFKC", str(text))).lower()


def known_headings(column: Column) -> set[str]:
    """Return every way a column's heading may be written, tidied."""
    zh, en = tidy(column.title.zh), tidy(column.title.en)
    return {zh, en, zh + en, f"{zh}/{en}", f"{zh}({en})", tidy(column.name), *map(tidy, column.aliases)}


def find_columns(layout: Layout, grids: Grids) -> Found:
    """Return where the layout's columns are, in the one worksheet that holds rows of it.

    Raises: UnableToReadSheet: see its codes on headings.
    """
    headings = {heading: column for column in layout.columns for heading in known_headings(column)}
    ours = {tidy(EXPLANATION.zh), tidy(EXPLANATION.en)}
    found, empty = [], False
    notes = [note for note in grids.notes if "_choices" not in note.en]
    for grid in grids.grids:
        at = _heading_row(grid, headings)
        if at is None or tidy(grid.title) in ours:
            continue
        rows, left_out = _data_rows(grid, at)
        if rows:
            found.append((grid, at, rows, left_out))
        else:
            empty = True
    if not found:
        if empty:
            raise UnableToReadSheet("no_rows")
        raise UnableToReadSheet("no_heading", columns=listed(c.title for c in layout.columns if c.required))
    if len(found) > 1:
        raise UnableToReadSheet("several_sheets", sheets=listed(grid.title for grid, *_ in found))
    grid, at, rows, left_out = found[0]
    positions = _positions(layout, grid, at, rows, headings)
    return Found(grid, positions, rows, [*notes, *left_out])


def _heading_row(grid: Grid, headings: dict[str, Column]) -> int | None:
    """Return the position of the row near the top with the most headings we know; null when none has any."""
    counts = [
        len({headings[tidy(cell)].name for cell in row if tidy(cell) in headings})
        for row in grid.rows[:_HEADING_WITHIN]
    ]
    most = max(counts, default=0)
    return counts.index(most) if most else None


def _positions(
    layout: Layout, grid: Grid, at: int, rows: list[int], headings: dict[str, Column]
) -> dict[str, int]:
    known: dict[str, int] = {}
    unknown, repeated, unnamed = [], [], []
    passed_over = _PASSED_OVER | {tidy(words.zh) for words in (ROW_NUMBER, REASON)}
    passed_over |= {tidy(words.en) for words in (ROW_NUMBER, REASON)}
    passed_over |= {tidy(words.zh + words.en) for words in (ROW_NUMBER, REASON)}
    for position, cell in enumerate(grid.rows[at]):
        heading = tidy(cell)
        if not heading:
            if any(str(grid.rows[row][position]).strip() for row in rows):
                unnamed.append(_letters(grid.first_column + position))
        elif heading in headings:
            name = headings[heading].name
            if name in known:
                repeated.append(headings[heading].title)
            known[name] = position
        elif heading not in passed_over:
            unknown.append(str(cell).strip())
    if repeated:
        raise UnableToReadSheet("repeated_columns", columns=listed(repeated))
    if unknown:
        raise UnableToReadSheet(
            "unknown_columns", columns=listed(both(f"「{heading}」", f"“{heading}”") for heading in unknown)
        )
    missing = [column.title for column in layout.columns if column.required and column.name not in known]
    if missing:
        raise UnableToReadSheet("missing_columns", columns=listed(missing))
    if unnamed:
        raise UnableToReadSheet("unnamed_columns", columns=listed(unnamed))
    return known


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _first_text(row: Sequence[Any]) -> str:
    return next((tidied for cell in row if cell != "" and (tidied := tidy(cell))), "")


def _data_rows(grid: Grid, at: int) -> tuple[list[int], list[Words]]:
    """Return the positions of rows with data below the heading, and what was left out at the end."""
    firsts = [_first_text(row) for row in grid.rows[at + 1 :]]
    end = len(firsts)
    totals: list[int] = []
    while end and (not firsts[end - 1] or _TOTALS.match(firsts[end - 1])):
        end -= 1
        if firsts[end]:
            totals.append(grid.first_row + at + 1 + end)
    rows, examples = [], []
    for position, first in enumerate(firsts[:end], start=at + 1):
        if _EXAMPLE.match(first):
            examples.append(grid.first_row + position)
        elif first:
            rows.append(position)
    notes = [
        both(f"第 {number} 行是示例行，没有读取。", f"Row {number} is an example and was not read.")
        for number in examples
    ]
    notes += [
        both(f"第 {number} 行是合计行，没有读取。", f"Row {number} is a totals row and was not read.")
        for number in sorted(totals)
    ]
    return rows, [*notes, *_note_on_merged(grid, rows)]


def _note_on_merged(grid: Grid, rows: list[int]) -> list[Words]:
    merged = [number for row in rows if (number := grid.first_row + row) in grid.merged_rows]
    if not merged:
        return []
    named = listed([*merged[:_MOST_MERGED_NAMED], *(["…"] if len(merged) > _MOST_MERGED_NAMED else [])])
    return [
        both(
            f"第 {named.zh} 行有合并的单元格：内容只算在左上角那一格，其余各格按空白读取。请取消合并，逐格填写。",
            f"Cells are merged in row {named.en}: what they say is read in the first of them only, the others are"
            " empty. Take the merge apart and fill in each cell.",
        )
    ]
