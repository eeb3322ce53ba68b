"""Which numbers a filled form holds back so that no small group of people can be worked out from the others.

A small number is held back by itself. Of each row and column that has one, further parts are held back until at least two
are and together they reach the fewest; where no other part can stand beside it, what contains it is held back as well. At last
it is solved, by the sums that the form shows, whether a small number follows from the rest, and if so more is held back.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Counted:
    """One number of a form that counts somebody."""

    value: Decimal
    lines: frozenset[Hashable] = frozenset()
    """The rows and columns of a block of which it is a part."""
    within: frozenset[Hashable] = field(default_factory=frozenset)
    """The numbers that count all that it counts, and perhaps more."""
    is_small: bool = False


Cells = Mapping[Hashable, Counted]


def held_back(cells: Cells, *, fewest: int) -> set[Hashable]:
    """Return which numbers are held back, the small ones among them."""
    small = {at for at, one in cells.items() if one.is_small}
    hidden = set(small)
    lines: dict[Hashable, list[Hashable]] = {}
    for at, one in cells.items():
        for line in one.lines:
            lines.setdefault(line, []).append(at)
    while True:
        _settle(cells, lines, hidden, fewest)
        known = _solved(cells, lines, hidden) & small
        if not known:
            return hidden
        beside = (_beside(cells, lines, hidden, at) or _above(cells, hidden, at) for at in known)
        further = {at for at in beside if at is not None}
        if not further:
            return hidden
        hidden |= further


def _settle(
    cells: Cells, lines: Mapping[Hashable, list[Hashable]], hidden: set[Hashable], fewest: int
) -> None:
    """Hold back more until each hidden number has enough hidden beside it in each of its lines, or nothing shown above it."""
    todo = list(hidden)
    while todo:
        at = todo.pop()
        added: set[Hashable] = set()
        kept = []
        for line in cells[at].lines:
            mates = [one for one in lines[line] if one in hidden]
            while len(mates) < 2 or sum(cells[one].value for one in mates) < fewest:
                further = _smallest(cells, (one for one in lines[line] if one not in hidden))
                if further is None:
                    break
                hidden.add(further)
                added.add(further)
                mates.append(further)
            else:
                kept.append(lines[line])
        if len(kept) < len(cells[at].lines) or not kept:
            added |= {
                one
                for one in cells[at].within
                if one not in hidden
                and not any(all(one in cells[part].within for part in line) for line in kept)
            }
            hidden |= added
        todo += added


def _smallest(cells: Cells, among: Iterable[Hashable]) -> Hashable | None:
    candidates = [one for one in among if cells[one].value > 0]
    return min(candidates, key=lambda one: (cells[one].value, str(one)), default=None)


def _beside(
    cells: Cells, lines: Mapping[Hashable, list[Hashable]], hidden: set[Hashable], at: Hashable
) -> Hashable | None:
    return _smallest(cells, [one for line in cells[at].lines for one in lines[line] if one not in hidden])


def _above(cells: Cells, hidden: set[Hashable], at: Hashable) -> Hashable | None:
    return _smallest(cells, [one for one in cells[at].within if one not in hidden])


def _solved(cells: Cells, lines: Mapping[Hashable, list[Hashable]], hidden: set[Hashable]) -> set[Hashable]:
    """Return the hidden numbers that follow from what is shown, by the sums of lines that come to what contains them."""
    unknown = {at: number for number, at in enumerate(sorted(hidden, key=str))}
    rows: list[list[Fraction]] = []
    for parts in lines.values():
        wholes = frozenset.intersection(*(cells[one].within for one in parts))
        total = sum((cells[one].value for one in parts), Decimal(0))
        for whole in wholes:
            if cells[whole].value != total or not hidden & {whole, *parts}:
                continue
            row = [Fraction(0)] * len(unknown)
            for one, sign in [*((one, 1) for one in parts), (whole, -1)]:
                if one in unknown:
                    row[unknown[one]] += sign
            rows.append(row)
    reduced = _reduced(rows)
    places = {number: at for at, number in unknown.items()}
    alone = [[number for number, factor in enumerate(row) if factor] for row in reduced]
    return {places[found[0]] for found in alone if len(found) == 1}


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Return equations in reduced echelon form; what stands alone in one is determined."""
    done: list[list[Fraction]] = []
    rows = [list(row) for row in rows]
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [_less(row, pivot, column) for row in rows]
        done = [*(_less(row, pivot, column) for row in done), pivot]
    return done


def _less(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    factor = row[column]
    return [value - factor * of for value, of in zip(row, pivot, strict=True)] if factor else row
