"""A form as grids: what stands in which cell, and how cells are addressed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 400, 104, 12_000
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,4})")
At = tuple[int, int]
"""Row and column of a cell, from 1."""


@dataclass(frozen=True)
class Cell:
    """One cell as the form has it."""

    text: str = ""
    formula: str = ""
    """Without the equals sign; empty for what is no formula."""
    rows: int = 1
    columns: int = 1
    """How far it is merged, down and to the right."""

    @property
    def number(self) -> Decimal | None:
        """The number that it holds; null for text and for nothing."""
        try:
            return Decimal(self.text) if self.text else None
        except InvalidOperation:
            return None

    @property
    def is_label(self) -> bool:
        """Whether it says what stands beside or below it."""
        return bool(self.text.strip()) and not self.formula and self.number is None


@dataclass(frozen=True)
class Grid:
    """One worksheet of a workbook, or one table of a document."""

    title: str
    rows: int
    columns: int
    cells: dict[At, Cell]
    """Those that hold something or are merged."""
    hidden_by: dict[At, At] = field(default_factory=dict)
    """Of a cell that a merge covers, the cell that is seen in its place."""

    def cell(self, at: At) -> Cell:
        """Return a cell; one that holds nothing for what was not there."""
        return self.cells.get(at, Cell())

    def seen_at(self, at: At) -> At:
        """Return the cell that is seen where this one lies: itself, or the first of those it is merged with."""
        return self.hidden_by.get(at, at)

    def holds(self, at: At) -> bool:
        """Return whether a cell lies in the grid."""
        return 1 <= at[0] <= self.rows and 1 <= at[1] <= self.columns


@dataclass(frozen=True)
class Block:
    """A rectangle of cells, or one cell."""

    first: At
    last: At

    @property
    def rows(self) -> range:
        """Its rows."""
        return range(self.first[0], self.last[0] + 1)

    @property
    def columns(self) -> range:
        """Its columns."""
        return range(self.first[1], self.last[1] + 1)

    @property
    def is_one(self) -> bool:
        """Whether it is one cell."""
        return self.first == self.last

    def __iter__(self) -> Iterator[At]:
        return ((row, column) for row in self.rows for column in self.columns)

    def __str__(self) -> str:
        return written(self.first) if self.is_one else f"{written(self.first)}:{written(self.last)}"

    def meets(self, other: Block) -> bool:
        """Return whether the two have a cell in common."""
        return not (
            self.last[0] < other.first[0]
            or other.last[0] < self.first[0]
            or self.last[1] < other.first[1]
            or other.last[1] < self.first[1]
        )


def letters(column: int) -> str:
    """Return what a column is called.

    >>> letters(1), letters(27), letters(104)
    ('A', 'AA', 'CZ')
    """
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_of(name: str) -> int:
    """Return which column is called so.

    >>> column_of("CZ")
    104
    """
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def written(at: At) -> str:
    """Return how a cell is written: ``B5``."""
    return f"{letters(at[1])}{at[0]}"


def read_at(text: str) -> At:
    """Return the cell that a text writes.

    Raises: ValueError: it writes none.
    """
    found = _ADDRESS.fullmatch(text.strip().upper().replace("$", ""))
    if found is None:
        raise ValueError(f"{text!r} is no cell: B5")
    return int(found[2]), column_of(found[1])


def read_block(text: str) -> Block:
    """Return the cells that a text writes: ``B5`` or ``B5:M34``.

    Raises: ValueError: it writes none.

    >>> str(read_block("m34:b5"))
    'B5:M34'
    """
    first, _, last = text.replace("：", ":").partition(":")
    one = read_at(first)
    other = read_at(last) if last.strip() else one
    return Block(
        (min(one[0], other[0]), min(one[1], other[1])), (max(one[0], other[0]), max(one[1], other[1]))
    )
