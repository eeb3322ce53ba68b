"""Headings: finding the heading row of a grid and which column of it is which column of the layout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

import polars as pl

from bangfu.foundation.intake.grids import Grid, Grids, UnableToReadSheet
from bangfu.foundation.intake.layouts import Column, ColumnKind, Layout, listed
from bangfu.foundation.rooms import Words, both

EXPLANATION = both("填写说明", "How to fill in")
ROW_NUMBER = both("原行号", "Row in your sheet")
REASON = both("未导入的原因", "Why it was refused")
_PASSED_OVER = {"序号", "no", "no."}
_HEADING_WITHIN = 20
_MOST_MERGED_NAMED = 6
_TOTALS = r"^(?:总|合|共|小)计[:：]?$|^(?:grand)?(?:sub)?totals?:?$|^sum:?$"
_EXAMPLE = r"^[(\[【]?(?:示例|样例|例如|example)"
_IN_UNIT = re.compile(r"^(.+)\(([^()万亿]+)\)$")
"""A heading with the unit that its numbers are in: 数量(元)."""
MULTIPLES = {"万": 10_000, "亿": 100_000_000}
"""What may stand before a unit, and how many of it that is."""
MULTIPLE_WORDS = {factor: sign for sign, factor in MULTIPLES.items()}


@dataclass(frozen=True)
class Found:
    """A layout's columns found in a grid."""

    grid: Grid
    positions: dict[str, int]
    """Position in the grid's rows by column name; optional columns may be absent."""
    rows: pl.Series
    """Positions of the rows with data, in order."""
    notes: list[Words]
    factors: dict[str, int]
    """By column name, for a heading that names a multiple of the column's unit (万元): what its numbers are times."""


@dataclass(frozen=True)
class _Heading:
    """A row, or two of which cells are merged, as the heading of a grid."""

    cells: list[str]
    last_row: int
    """Position of its last row."""


def tidy(text: object) -> str:
    """Return a heading as it is compared: half-width, lower-case, without spaces and stars."""
    return re.sub(r"[\s*_]+", "", unicodedata.normalize("NFKC", str(text))).lower()


def known_headings(column: Column) -> dict[str, int]:
    """Return every way a column's heading may be written, tidied, and what its numbers are then times: 1, or 10,000 of 万元."""
    zh, en = tidy(column.title.zh), tidy(column.title.en)
    aliases = [tidy(alias) for alias in column.aliases]
    own = [tidy(heading) for heading in column.own]
    known = dict.fromkeys(
        (*own, zh, en, zh + en, f"{zh}/{en}", f"{zh}({en})", tidy(column.name), *aliases), 1
    )
    of = unit_of(column)
    if of is None:
        return known
    bare = zh.removesuffix(f"({of})")
    for called in (bare, *(alias for alias in aliases if "(" not in alias)):
        known |= {f"{called}({sign}{of})": factor for sign, factor in (("", 1), *MULTIPLES.items())}
    return known


def unit_of(column: Column) -> str | None:
    """Return the unit of a column's numbers as its heading says it, tidied: 元 of 金额（元）; null when it says none."""
    if column.kind not in (ColumnKind.INTEGER, ColumnKind.DECIMAL):
        return None
    named = _IN_UNIT.match(tidy(column.title.zh))
    return named[2] if named else None


def find_columns(layout: Layout, grids: Grids) -> Found:
    """Return where the layout's columns are, in the one worksheet that holds rows of it.

    Raises: UnableToReadSheet: see its codes on headings.
    """
    headings = {
        heading: (column, factor)
        for column in layout.columns
        for heading, factor in known_headings(column).items()
    }
    ours = {tidy(EXPLANATION.zh), tidy(EXPLANATION.en)}
    found, empty = [], False
    notes = [note for note in grids.notes if "_choices" not in note.en]
    for grid in grids.grids:
        heading = _heading_of(grid, headings)
        if heading is None or tidy(grid.title) in ours:
            continue
        rows, left_out = _data_rows(grid, heading.last_row)
        if rows.len():
            found.append((grid, heading, rows, left_out))
        else:
            empty = True
    if not found:
        if empty:
            raise UnableToReadSheet("no_rows")
        raise UnableToReadSheet("no_heading", columns=listed(c.title for c in layout.columns if c.required))
    if len(found) > 1:
        raise UnableToReadSheet("several_sheets", sheets=listed(grid.title for grid, *_ in found))
    grid, heading, rows, left_out = found[0]
    positions, factors, passed_over = _positions(layout, grid, heading, rows, headings)
    return Found(grid, positions, rows, [*notes, *left_out, *_note_on_passed_over(passed_over)], factors)


def _heading_of(grid: Grid, headings: Mapping[str, object]) -> _Heading | None:
    """Return the rows near the top with the most headings we know; null when none has any.

    Of two rows the lower one names a column, and the upper one where that is empty or says nothing we know.
    """
    top = [list(row) for row in grid.texts.head(_HEADING_WITHIN).rows()]
    offered = [_Heading(cells, row) for row, cells in enumerate(top)]
    for row in range(len(top) - 1):
        if any(first <= row <= last for first, _, last, _ in grid.merges):
            upper = _spread(grid, row, top[row])
            offered.append(_Heading(_joined(upper, top[row + 1], headings), row + 1))
    counts = [len({tidy(cell) for cell in heading.cells} & headings.keys()) for heading in offered]
    most = max(counts, default=0)
    return offered[counts.index(most)] if most else None


def _spread(grid: Grid, row: int, cells: list[str]) -> list[str]:
    """Return a row's cells with what is merged across columns standing in each of them."""
    spread = list(cells)
    for first_row, first, last_row, last in grid.merges:
        if first_row <= row <= last_row and 0 <= first < len(spread):
            spread[first : last + 1] = [spread[first]] * (min(last + 1, len(spread)) - first)
    return spread


def _joined(upper: list[str], lower: list[str], headings: Mapping[str, object]) -> list[str]:
    joined = []
    for above, below in zip(upper, lower, strict=True):
        whole = f"{above}{below}" if above != below else below
        named = next((one for one in (whole, below, above) if tidy(one) in headings), whole)
        joined.append(named)
    return joined


def _positions(
    layout: Layout,
    grid: Grid,
    heading: _Heading,
    rows: pl.Series,
    headings: Mapping[str, tuple[Column, int]],
) -> tuple[dict[str, int], dict[str, int], list[str]]:
    """Return where each column is, what its numbers are times, and the headings that are passed over."""
    known: dict[str, int] = {}
    factors: dict[str, int] = {}
    unknown, repeated, unnamed = [], [], []
    passed_over = _PASSED_OVER | {tidy(words.zh) for words in (ROW_NUMBER, REASON)}
    passed_over |= {tidy(words.en) for words in (ROW_NUMBER, REASON)}
    passed_over |= {tidy(words.zh + words.en) for words in (ROW_NUMBER, REASON)}
    for position, cell in enumerate(heading.cells):
        called = tidy(cell)
        if not called:
            holds = (grid.texts[str(position)].gather(rows).str.strip_chars() != "").any()
            if holds and not layout.is_export:
                unnamed.append(_letters(grid.first_column + position))
        elif called in headings:
            column, factor = headings[called]
            if column.name in known:
                other = heading.cells[known[column.name]]
                if not layout.is_export or called == tidy(other):
                    repeated.append(column.title)
                # Of two headings that another system writes, the one that stands first among the column's own is read.
                ours = list(known_headings(column))
                if layout.is_export and ours.index(called) > ours.index(tidy(other)):
                    unknown.append(cell.strip())
                    continue
                unknown += [other.strip()] if layout.is_export else []
            known[column.name] = position
            factors.pop(column.name, None)
            if factor != 1:
                factors[column.name] = factor
        elif called not in passed_over:
            unknown.append(cell.strip())
    if repeated:
        raise UnableToReadSheet("repeated_columns", columns=listed(repeated))
    if unknown and not layout.is_export:
        raise UnableToReadSheet(
            "unknown_columns", columns=listed(both(f"「{heading}」", f"“{heading}”") for heading in unknown)
        )
    missing = [column.title for column in layout.columns if column.required and column.name not in known]
    if missing:
        raise UnableToReadSheet("missing_columns", columns=listed(missing))
    if unnamed:
        raise UnableToReadSheet("unnamed_columns", columns=listed(unnamed))
    return known, factors, unknown


def _note_on_passed_over(unknown: list[str]) -> list[Words]:
    if not unknown:
        return []
    named = listed(dict.fromkeys(unknown))
    return [
        both(
            f"这些列没有读取，也不会保留：{named.zh}。",
            f"These columns were not read and are not kept: {named.en}.",
        )
    ]


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _data_rows(grid: Grid, at: int) -> tuple[pl.Series, list[Words]]:
    """Return the positions of rows with data below the heading, and what was left out at the end."""
    tidied = [_tidied(pl.col(name)) for name in grid.texts.columns]
    below = grid.texts.lazy().with_row_index("at").slice(at + 1)
    first = pl.coalesce(pl.when(text != "").then(text) for text in tidied).alias("first")
    firsts = below.select("at", first).drop_nulls("first").collect()
    is_total = pl.col("first").str.contains(_TOTALS)
    last = firsts.filter(~is_total)["at"].max()
    totals = firsts.filter(pl.col("at") > (-1 if last is None else last))["at"].to_list()
    kept = firsts.filter(pl.col("at") <= (-1 if last is None else last))
    is_example = pl.col("first").str.contains(_EXAMPLE)
    rows = kept.filter(~is_example)["at"].cast(pl.Int64)
    notes = [
        both(f"第 {number} 行是示例行，没有读取。", f"Row {number} is an example and was not read.")
        for number in (kept.filter(is_example)["at"].cast(pl.Int64) + grid.first_row).to_list()
    ]
    notes += [
        both(f"第 {number} 行是合计行，没有读取。", f"Row {number} is a totals row and was not read.")
        for number in (grid.first_row + total for total in totals)
    ]
    return rows, [*notes, *_note_on_merged(grid, rows)]


def _tidied(text: pl.Expr) -> pl.Expr:
    """Return texts as ``tidy`` returns each."""
    return text.str.normalize("NFKC").str.replace_all(r"[\s*_]+", "").str.to_lowercase()


def _note_on_merged(grid: Grid, rows: pl.Series) -> list[Words]:
    if not grid.merges:
        return []
    begins = [0] * (grid.texts.height + 1)
    for first, _, last, _ in grid.merges:
        begins[max(min(first, grid.texts.height), 0)] += 1
        begins[max(min(last + 1, grid.texts.height), 0)] -= 1
    spans = list(accumulate(begins))
    merged = [grid.first_row + row for row in rows.to_list() if spans[row]]
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
