"""The formulas that official forms carry: sums, differences, shares. Pure.

What is not understood here (a function, an array, a name) has no result: a spreadsheet program computes it when the file is
opened, and no check is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, Overflow

from bangfu.reporting.forms.engines.grids import At, Cell, column_of, letters, read_at, read_block

_REFERENCE = re.compile(r"(?<![A-Za-z0-9_.!'\"])(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,4})(?![A-Za-z0-9_(])")
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)
  | (?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!
  | (?P<function>[A-Z][A-Z.]*)\(
  | (?P<range>\$?[A-Z]{1,3}\$?[1-9]\d*:\$?[A-Z]{1,3}\$?[1-9]\d*)
  | (?P<cell>\$?[A-Z]{1,3}\$?[1-9]\d*)(?![A-Z0-9(])
  | (?P<sign>[-+*/^%(),])
    )""",
    re.VERBOSE,
)
_DEEPEST = 200
_MOST_STEPS = 100_000
Where = tuple[int, At]


def shifted(formula: str, rows: int, columns: int) -> str:
    """Return a formula as it reads in a cell further down and to the right; what is fixed by $ stays.

    >>> shifted("B2+$C3*D$4", 1, 1)
    'C3+$C4*E$4'
    """

    def moved(found: re.Match[str]) -> str:
        column_fixed, column, row_fixed, row = found.groups()
        name = column if column_fixed else letters(column_of(column) + columns)
        return f"{column_fixed}{name}{row_fixed}{row if row_fixed else int(row) + rows}"

    return _REFERENCE.sub(moved, formula)


class _Unknown(Exception):  # noqa: N818 - a formula that is left to the spreadsheet program
    pass


class _Book:
    """The worksheets of a form with what is filled in, and the results so far."""

    def __init__(
        self, sheets: Sequence[tuple[str, Mapping[At, Cell]]], values: Mapping[Where, Decimal | str]
    ) -> None:
        self._sheets, self._values = sheets, values
        self._by_title = {title: number for number, (title, _) in enumerate(sheets)}
        self.results: dict[Where, Decimal | None] = {}
        self._open: set[Where] = set()
        self.steps = 0

    def sheet(self, title: str) -> int:
        """Return which worksheet is called so. Raises: _Unknown."""
        if title not in self._by_title:
            raise _Unknown
        return self._by_title[title]

    def value(self, where: Where) -> Decimal | None:
        """Return the number of a cell; null for text and for nothing. Raises: _Unknown."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _Unknown
        if where in self._values:
            given = self._values[where]
            return given if isinstance(given, Decimal) else None
        cell = self._sheets[where[0]][1].get(where[1])
        if cell is None:
            return None
        if not cell.formula:
            return cell.number
        result = self.result(where, cell.formula)
        if result is None:
            raise _Unknown
        return result

    def alone(self, where: Where) -> Decimal:
        """Return the number of a cell that a formula names by itself: an empty one is 0, and a text is an error there.

        Raises: _Unknown.
        """
        found = self.value(where)
        if found is not None:
            return found
        given = self._values.get(where)
        cell = self._sheets[where[0]][1].get(where[1])
        if given or (given is None and cell is not None and cell.text):
            raise _Unknown
        return Decimal(0)

    def result(self, where: Where, formula: str) -> Decimal | None:
        """Return what a formula comes to; null when it is not understood."""
        if where in self.results:
            return self.results[where]
        if where in self._open or len(self._open) > _DEEPEST:
            return None
        self._open.add(where)
        try:
            found: Decimal | None = _Reading(self, where[0], formula).whole()
        except (_Unknown, ValueError, DivisionByZero, InvalidOperation, Overflow):
            found = None
        self._open.discard(where)
        self.results[where] = found
        return found


class _Reading:
    """One formula, read from left to right."""

    def __init__(self, book: _Book, sheet: int, text: str) -> None:
        self._book, self._sheet = book, sheet
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise _Unknown
            self._tokens.append((str(found.lastgroup), str(found[str(found.lastgroup)])))
            at = found.end()
        self._at = 0

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _take(self, sign: str) -> bool:
        if self._next() == ("sign", sign):
            self._at += 1
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise _Unknown

    def whole(self) -> Decimal:
        """Return what all of it comes to. Raises: _Unknown."""
        found = self._sum()
        if self._at != len(self._tokens):
            raise _Unknown
        return found

    def _sum(self) -> Decimal:
        found = self._product()
        while True:
            if self._take("+"):
                found += self._product()
            elif self._take("-"):
                found -= self._product()
            else:
                return found

    def _product(self) -> Decimal:
        found = self._power()
        while True:
            if self._take("*"):
                found *= self._power()
            elif self._take("/"):
                found /= self._power()
            else:
                return found

    def _power(self) -> Decimal:
        if self._take("-"):
            return -self._power()
        if self._take("+"):
            return self._power()
        found = self._atom()
        while self._take("%"):
            found /= 100
        if self._take("^"):
            raise _Unknown
        return found

    def _atom(self) -> Decimal:
        kind, text = self._next()
        self._at += 1
        if kind == "number":
            return Decimal(text)
        if kind == "sign" and text == "(":
            found = self._sum()
            self._need(")")
            return found
        if kind == "function":
            return self._function(text)
        if kind in ("cell", "sheet"):
            self._at -= 1
            (one,) = self._named()
            return self._book.alone(one)
        raise _Unknown

    def _named(self) -> list[Where]:
        """Return the cells that the next reference names. Raises: _Unknown."""
        kind, text = self._next()
        sheet = self._sheet
        if kind == "sheet":
            sheet = self._book.sheet(text[1:-1].replace("''", "'") if text.startswith("'") else text)
            self._at += 1
            kind, text = self._next()
        self._at += 1
        if kind == "cell":
            return [(sheet, read_at(text))]
        if kind == "range":
            block = read_block(text.replace("$", ""))
            if len(block.rows) * len(block.columns) > _MOST_STEPS:
                raise _Unknown
            return [(sheet, at) for at in block]
        raise _Unknown

    def _function(self, name: str) -> Decimal:
        if name not in ("SUM", "ROUND", "AVERAGE", "MIN", "MAX"):
            raise _Unknown
        numbers: list[Decimal] = []
        given = 0
        while not self._take(")"):
            if given:
                self._need(",")
            given += 1
            numbers += self._argument()
        if name == "ROUND":
            if len(numbers) != 2 or given != 2:
                raise _Unknown
            step = Decimal(1).scaleb(-int(numbers[1]))
            return (numbers[0] / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        if name == "SUM":
            return sum(numbers, Decimal(0))
        if not numbers:
            raise _Unknown
        if name == "AVERAGE":
            return sum(numbers, Decimal(0)) / len(numbers)
        return min(numbers) if name == "MIN" else max(numbers)

    def _argument(self) -> list[Decimal]:
        """Return the numbers of one argument: those of a range, or what an expression comes to."""
        start = self._at
        if self._next()[0] in ("range", "cell", "sheet"):
            cells = self._named()
            if self._next() in (("sign", ","), ("sign", ")")):
                return [value for one in cells if (value := self._book.value(one)) is not None]
            self._at = start
        return [self._sum()]


def evaluated(
    sheets: Sequence[tuple[str, Mapping[At, Cell]]], values: Mapping[Where, Decimal | str]
) -> dict[Where, Decimal | None]:
    """Return what each formula comes to with values filled in, by sheet and cell; null for one that is not understood.

    Args:
        sheets: title and cells of each worksheet.
        values: what is filled in; a formula that is filled over counts no more.
    """
    book = _Book(sheets, values)
    for number, (_, cells) in enumerate(sheets):
        for at, cell in cells.items():
            if cell.formula and (number, at) not in values:
                book.result((number, at), cell.formula)
    return book.results
