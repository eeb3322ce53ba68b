"""No small group follows from what a filled form shows: by hand, and for any table with its sums."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.reporting.forms.engines.withholding import Counted, held_back

FEWEST = 5
Table = list[list[int]]


def cells_of(table: Table, *, sums: bool = True) -> dict[Hashable, Counted]:
    """Return a table's numbers as a form has them: parts, the sums of rows and columns, and the whole."""
    rows, columns = range(len(table)), range(len(table[0]))
    found: dict[Hashable, Counted] = {}

    def enter(at: Hashable, value: int, lines: set[Hashable], within: set[Hashable]) -> None:
        if value > 0:
            small = 0 < value < FEWEST
            found[at] = Counted(Decimal(value), frozenset(lines), frozenset(within), is_small=small)

    for row, column in product(rows, columns):
        above = {("row", row), ("column", column), "whole"} if sums else set()
        enter((row, column), table[row][column], {f"r{row}", f"c{column}"}, above)
    if sums:
        for row in rows:
            enter(("row", row), sum(table[row]), {"rows"}, {"whole"})
        for column in columns:
            enter(("column", column), sum(one[column] for one in table), {"columns"}, {"whole"})
        enter("whole", sum(map(sum, table)), set(), set())
    there = set(found)
    return {
        at: Counted(one.value, one.lines, one.within & there, is_small=one.is_small)
        for at, one in found.items()
    }


def test_a_single_small_part_takes_the_next_larger_with_it() -> None:
    hidden = held_back(cells_of([[3, 40, 7]]), fewest=FEWEST)
    # A row of one: each column's sum is the part itself and goes with it.
    assert {(0, 0), (0, 2), ("column", 0), ("column", 2)} <= hidden
    assert (0, 1) not in hidden
    assert "whole" not in hidden


def test_small_parts_that_together_stay_small_take_a_third() -> None:
    hidden = held_back(cells_of([[1, 2, 30, 9]], sums=False), fewest=FEWEST)
    assert {one for one in hidden if isinstance(one, tuple)} == {(0, 0), (0, 1), (0, 3)}


def test_a_small_part_that_is_all_there_is_takes_its_sum() -> None:
    hidden = held_back(cells_of([[3, 0], [20, 30]]), fewest=FEWEST)
    assert ("row", 0) in hidden
    # The sum of the row would follow from the whole, so the other row's sum goes too.
    assert ("row", 1) in hidden or "whole" in hidden


def test_nothing_small_holds_nothing_back() -> None:
    assert held_back(cells_of([[5, 0, 7], [9, 8, 6]]), fewest=FEWEST) == set()


def rank(rows: list[list[int]]) -> int:
    """Return the rank of a matrix."""
    left, found = [[Fraction(one) for one in row] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left = [
            [one - row[column] / pivot[column] * of for one, of in zip(row, pivot, strict=True)]
            for row in left
        ]
        found += 1
    return found


def follows(table: Table, hidden: set[Hashable], at: tuple[int, int]) -> bool:
    """Return whether a part follows from all that is shown: its unit vector lies in the space of what is known."""
    parts = list(product(range(len(table)), range(len(table[0]))))
    shown = [
        [one]
        for one in parts
        if one not in hidden  # a zero is shown as it is
    ]
    shown += [[(r, c) for c in range(len(table[0]))] for r in range(len(table)) if ("row", r) not in hidden]
    shown += [
        [(r, c) for r in range(len(table))] for c in range(len(table[0])) if ("column", c) not in hidden
    ]
    shown += [parts] if "whole" not in hidden else []
    known = [[int(one in summed) for one in parts] for summed in shown]
    return rank(known) == rank([*known, [int(one == at) for one in parts]])


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_no_small_part_or_sum_follows_from_what_is_shown(table: Table) -> None:
    cells = cells_of(table)
    hidden = held_back(cells, fewest=FEWEST)
    for at, one in cells.items():
        if one.is_small:
            assert at in hidden
            if isinstance(at, tuple) and isinstance(at[0], int):
                assert not follows(table, hidden, at)


@settings(max_examples=80, deadline=None)
@given(TABLES)
def test_what_is_held_back_in_a_row_reaches_the_fewest_where_it_can(table: Table) -> None:
    hidden = held_back(cells_of(table, sums=False), fewest=FEWEST)
    for row, numbers in enumerate(table):
        held = [numbers[column] for column in range(len(numbers)) if (row, column) in hidden]
        if held and len(held) < sum(one > 0 for one in numbers):
            assert len(held) >= 2
            assert sum(held) >= FEWEST
