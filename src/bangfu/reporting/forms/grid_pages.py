"""A grid as a page shows it: rows of cells with their merges, each saying what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bangfu.reporting.forms.engines.grids import At, Grid, letters, written


@dataclass(frozen=True)
class ShownCell:
    """One cell on a page."""

    at: str
    """``B5``."""
    text: str
    rows: int = 1
    columns: int = 1
    kind: str = ""
    """``label``, ``formula``, ``pointed``, or nothing for an empty box."""
    title: str = ""
    address: str = ""
    """Where it opens or is pointed; empty when it leads nowhere."""
    opens: bool = False
    """Whether it opens in the drawer."""
    note: str = ""


@dataclass(frozen=True)
class ShownGrid:
    """One grid on a page."""

    number: int
    title: str
    heads: Sequence[str]
    rows: Sequence[tuple[int, Sequence[ShownCell]]]


def shown_grid(number: int, grid: Grid, look: Callable[[At, ShownCell], ShownCell]) -> ShownGrid:
    """Return a grid with every seen cell as ``look`` dresses it."""
    rows = []
    for row in range(1, grid.rows + 1):
        cells = []
        for column in range(1, grid.columns + 1):
            at = (row, column)
            if at in grid.hidden_by:
                continue
            cell = grid.cell(at)
            kind = "formula" if cell.formula else "label" if cell.is_label else ""
            plain = ShownCell(
                written(at),
                f"={cell.formula}" if cell.formula else cell.text,
                min(cell.rows, grid.rows - row + 1),
                min(cell.columns, grid.columns - column + 1),
                kind,
            )
            cells.append(look(at, plain))
        rows.append((row, cells))
    return ShownGrid(number, grid.title, [letters(one) for one in range(1, grid.columns + 1)], rows)
