"""Classes against cuts that can be checked by hand, and natural breaks against every possible cut."""

from __future__ import annotations

import itertools
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bangfu.reporting.maps import classing
from bangfu.reporting.maps.classing import Method, classes_of, diverging_of


def numbers(*values: int) -> list[Decimal]:
    return [Decimal(value) for value in values]


def limits(values: list[Decimal], method: Method, most: int) -> list[tuple[int, int]]:
    found = classes_of(values, method, most)
    return [(int(low), int(high)) for low, high in zip(found.lowest, found.highest, strict=True)]


class TestQuantiles:
    def test_have_as_many_in_each(self) -> None:
        assert limits(numbers(1, 2, 3, 4, 5, 6), Method.QUANTILE, 3) == [(1, 2), (3, 4), (5, 6)]

    def test_keep_equal_values_together(self) -> None:
        assert limits(numbers(1, 1, 1, 1, 2, 3), Method.QUANTILE, 3) == [(1, 1), (2, 3)]


class TestEqualIntervals:
    def test_are_equally_wide_and_leave_out_empty_ones(self) -> None:
        assert limits(numbers(1, 2, 3, 90, 100), Method.EQUAL, 4) == [(1, 3), (90, 100)]


class TestNaturalBreaks:
    def test_fall_where_values_part(self) -> None:
        values = numbers(4, 5, 9, 10)
        assert limits(values, Method.NATURAL, 2) == [(4, 5), (9, 10)]

    def test_weigh_values_by_how_often_they_occur(self) -> None:
        """Four ones outweigh the distance from two to three: cutting after one leaves the least spread."""
        assert limits(numbers(1, 1, 1, 1, 2, 3, 9), Method.NATURAL, 3) == [(1, 1), (2, 3), (9, 9)]

    @given(values=st.lists(st.integers(1, 30), min_size=1, max_size=9).map(sorted), most=st.integers(1, 4))
    def test_leave_no_better_cut(self, values: list[int], most: int) -> None:
        different = sorted(set(values))
        size = min(most, len(different))
        best = min(
            sum(spread(values, first, last) for first, last in parts(different, cuts))
            for cuts in itertools.combinations(range(1, len(different)), size - 1)
        )
        found = limits(numbers(*values), Method.NATURAL, most)
        assert len(found) == size
        assert abs(sum(spread(values, first, last) for first, last in found) - best) < 1e-9

    def test_take_neighbours_together_beyond_the_finest(self) -> None:
        values = [Decimal(value) for value in (*range(1, classing.FINEST + 2), 10**9)]
        assert limits(values, Method.NATURAL, 2)[-1][1] == 10**9
        assert sum(last - first for first, last in limits(values, Method.NATURAL, 2)) < 10**9


def parts(different: list[int], cuts: tuple[int, ...]) -> list[tuple[int, int]]:
    starts, ends = [0, *cuts], [*cuts, len(different)]
    return [(different[first], different[end - 1]) for first, end in zip(starts, ends, strict=True)]


def spread(values: list[int], first: int, last: int) -> float:
    inside = [value for value in values if first <= value <= last]
    mean = sum(inside) / len(inside)
    return sum((value - mean) ** 2 for value in inside)


class TestClasses:
    def test_leave_zero_out(self) -> None:
        assert limits(numbers(0, 0, 7), Method.QUANTILE, 5) == [(7, 7)]

    def test_are_none_of_nothing(self) -> None:
        assert len(classes_of(numbers(0), Method.NATURAL, 5)) == 0

    def test_say_in_which_a_value_lies(self) -> None:
        found = classes_of(numbers(1, 2, 3, 4, 5, 6), Method.QUANTILE, 3)
        assert [found.class_of(Decimal(value)) for value in (1, 2, 3, 6, 60)] == [0, 0, 1, 2, 2]


class TestDiverging:
    def test_is_symmetrical_about_zero(self) -> None:
        found = diverging_of(numbers(-6, -1, 0, 1, 2, 6), Method.QUANTILE, 2)
        assert [found.class_of(Decimal(value)) for value in (-6, -1, 0, 1, 6)] == [-2, -1, 0, 1, 2]
