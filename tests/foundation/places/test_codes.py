"""The arithmetic on place numbers."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from bangfu.foundation.places import codes, matching, pinyin

numbers = st.integers(min_value=codes.LOWEST, max_value=codes.HIGHEST - 1)


def test_examples_in_the_docstrings_hold() -> None:
    for module in (codes, matching, pinyin):
        assert doctest.testmod(module).failed == 0


@given(numbers)
def test_every_number_lies_in_the_subtree_of_each_of_its_ancestors(number: int) -> None:
    level = codes.level_of(number)
    for above in range(1, level + 1):
        ancestor = codes.ancestor_id(number, above)
        assert ancestor is not None
        first, end = codes.subtree_range(ancestor)
        assert first <= number < end
        assert codes.level_of(ancestor) <= above


@given(numbers)
def test_a_written_code_means_its_number_again(number: int) -> None:
    assert codes.id_from_code(codes.code_text(number)) == number


def test_what_cannot_be_a_code_means_nothing() -> None:
    for written in ("", "5", "522", "5223270000000", "52232x", "０５２", "052232"):
        assert codes.id_from_code(written) is None


def test_a_city_without_counties_holds_its_towns_at_county_level() -> None:
    assert codes.ancestor_id(441900003000, codes.COUNTY) == 441900000000
    assert codes.parent_id(441900003000) == 441900000000
    assert codes.level_of(441900000000) == codes.PREFECTURE
