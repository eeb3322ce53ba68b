"""Cells that are typed or pasted into a page instead of a file, read by the readers of sheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

import polars as pl

from bangfu.foundation.intake.examining import Sheet
from bangfu.foundation.intake.grids import Grid, UnableToReadSheet
from bangfu.foundation.intake.headings import MULTIPLE_WORDS, MULTIPLES, Found, known_headings, tidy
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.multiplying import times
from bangfu.foundation.intake.stored import TEXT
from bangfu.foundation.rooms import Words, both, counted

MOST_CELLS = 20_000


@dataclass(frozen=True)
class Pasted:
    """A rectangle that was pasted, as texts by the layout's columns."""

    rows: list[dict[str, str]]
    notes: list[Words]
    """What was read as meant although it was not written out, and what had no column to go to."""


def sheet_of(layout: Layout, rows: Sequence[Mapping[str, str]]) -> Sheet:
    """Return typed rows as a sheet whose columns are found, numbered from 1; a column that is left out is empty."""
    numbers = pl.Series("row", range(1, len(rows) + 1), dtype=pl.Int64)
    texts = {"row": numbers} | {
        column.name: pl.Series([row.get(column.name, "") for row in rows], dtype=pl.String)
        for column in layout.columns
    }
    stored = pl.Series([TEXT], dtype=pl.Int8).new_from_index(0, len(rows))
    forms = {"row": numbers} | {column.name: stored for column in layout.columns}
    found = Found(Grid("", pl.DataFrame(), pl.DataFrame()), {}, numbers, [], {})
    return Sheet(layout, found, pl.DataFrame(texts), pl.DataFrame(forms), ())


def pasted(
    layout: Layout, *, columns: Sequence[str], text: str = "", html: str = "", at: str | None = None
) -> Pasted:
    """Return what a spreadsheet program put on the clipboard as rows of a layout.

    A first row that names columns of the layout places the cells, and may say 万 or 亿; without one they go to the columns
    from ``at`` on, in the page's order.

    Args:
        columns: the columns that the page shows, in order.
        html: what is read when there is no plain text.

    Raises: UnableToReadSheet: ``too_many_cells``, ``damaged``, ``no_rows``.
    """
    cells = _cells_of_text(text) if text.strip() else _cells_of_html(html)
    if sum(map(len, cells)) > MOST_CELLS:
        raise UnableToReadSheet("too_many_cells", rows=MOST_CELLS // len(columns), columns=len(columns))
    headings = {
        heading: (column.name, factor)
        for column in layout.columns
        for heading, factor in known_headings(column).items()
    }
    named = [headings.get(tidy(cell)) for cell in cells[0]] if cells else []
    if sum(found is not None for found in named) > len(named) // 2:
        places = [found[0] if found and found[0] in columns else None for found in named]
        factors = {found[0]: found[1] for found in named if found and found[1] != 1}
        cells = cells[1:]
    else:
        first = columns.index(at) if at in columns else 0
        width = max(map(len, cells), default=0)
        following = [*columns[first:], *[None] * width]
        places, factors = following[:width], {}
    if not cells:
        raise UnableToReadSheet("no_rows")
    rows = [
        {name: cell.strip() for name, cell in zip(places, row, strict=False) if name is not None}
        for row in cells
    ]
    notes = []
    for name, factor in factors.items():
        title = layout.column(name).title
        moved = times([row.get(name, "") for row in rows], factor)
        rows = [
            {**row, name: _under(value, MULTIPLE_WORDS[factor])}
            for row, value in zip(rows, moved, strict=True)
        ]
        notes.append(
            both(
                f"「{title.zh}」的表头写的是{MULTIPLE_WORDS[factor]}，各行已乘以 {factor:,}。",
                f"The heading of “{title.en}” says {MULTIPLE_WORDS[factor]}: its numbers were taken {factor:,} times.",
            )
        )
    lost = sum(name is None for name in places)
    if lost:
        notes.append(
            counted(
                "有 {count} 列放不下，没有粘贴。",
                "{count} columns had nowhere to go and were not pasted.",
                "{count} column had nowhere to go and was not pasted.",
                count=lost,
            )
        )
    return Pasted(rows, notes)


def _under(number: str, multiple: str) -> str:
    """Return a number without zeros after its point; one that says 万 or 亿 under a heading that does is shown with both."""
    if any(sign in number for sign in MULTIPLES):
        return f"{number}（{multiple}）"
    return number.rstrip("0").rstrip(".") if "." in number else number


def _cells_of_text(text: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter="\t"))
    except csv.Error as error:
        raise UnableToReadSheet("damaged") from error
    return [row for row in rows if any(cell.strip() for cell in row)]


class _Table(HTMLParser):
    """The cells of the tables in a piece of HTML; what spans several columns stands in the first of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._is_in_cell = False
        self._spans = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell."""
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            span = dict(attrs).get("colspan") or "1"
            self._spans = min(int(span), 50) - 1 if span.isascii() and span.isdigit() else 0
            self._is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in ("td", "th") and self._is_in_cell:
            self.rows[-1] += [""] * max(self._spans, 0)
            self._is_in_cell = False

    def handle_data(self, data: str) -> None:
        """Take what a cell says."""
        if self._is_in_cell:
            self.rows[-1][-1] += data


def _cells_of_html(html: str) -> list[list[str]]:
    table = _Table()
    table.feed(html)
    return [[" ".join(cell.split()) for cell in row] for row in table.rows if any(map(str.strip, row))]
