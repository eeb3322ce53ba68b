"""Two books side by side: pure frames."""

from __future__ import annotations

from datetime import date

import polars
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.reporting.controls.matching import matched, rolled_up_places, rolled_up_units

MAY, JUNE = date(2019, 5, 1), date(2019, 6, 1)
SIZES = (1, 10**3, 10**6, 10**8, 10**10)


def book(*rows: tuple[object, ...], keys: tuple[str, ...] = ("month", "unit")) -> polars.DataFrame:
    return polars.DataFrame(rows, schema=[*keys, "amount"], orient="row")


def test_lines_are_summed_before_they_are_compared() -> None:
    ours = book((MAY, 1, 5), (MAY, 1, 6), (MAY, 2, 9), (JUNE, 1, 4), (JUNE, 2, 7), (JUNE, 2, -7))
    theirs = book((MAY, 1, 11), (MAY, 2, 8), (JUNE, 3, 2))
    found = matched(ours, theirs, ["month", "unit"])
    assert found.matched == 1
    assert found.differences.rows() == [
        (JUNE, 1, "ONLY_OURS", 4, None), (JUNE, 3, "ONLY_THEIRS", None, 2), (MAY, 2, "AMOUNT", 9, 8),
    ]  # fmt: skip


def test_what_was_posted_and_taken_back_is_no_difference_but_their_line_is() -> None:
    ours = book((MAY, 1, 5), (MAY, 1, -5))
    assert matched(ours, book((JUNE, 1, 1)), ["month", "unit"]).differences["kind"].to_list() == [
        "ONLY_THEIRS"
    ]
    assert matched(ours, book((MAY, 1, 3)), ["month", "unit"]).differences.rows() == [
        (MAY, 1, "AMOUNT", 0, 3)
    ]
    assert matched(ours, book((MAY, 1, 0)), ["month", "unit"]).matched == 1


def test_without_keys_the_totals_are_compared() -> None:
    one, two = book((3,), (4,), keys=()), book((7,), keys=())
    assert (matched(one, two, []).matched, matched(one, two, []).differences.height) == (1, 0)
    assert matched(one, book((8,), keys=()), []).differences.rows() == [("AMOUNT", 7, 8)]


def test_places_and_units_are_counted_with_what_the_other_book_names() -> None:
    places = polars.Series([522327101001, 522327000000, 530000000000, 110101000000])
    rolled = rolled_up_places(places, {522327000000, 520000000000, 530000000000}, SIZES)
    assert rolled.to_list() == [522327000000, 522327000000, 530000000000, 110101000000]
    units = polars.Series([1, 7, 30, 8])
    paths = {1: "1.", 7: "1.7.", 30: "1.7.30.", 8: "1.8."}
    assert rolled_up_units(units, paths, {7}).to_list() == [1, 7, 7, 8]


lines = st.lists(st.tuples(st.integers(1, 4), st.integers(-3, 3)), max_size=12)


@settings(max_examples=50)
@given(lines, lines)
def test_the_differences_are_the_whole_difference(
    ours: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    schema = {"unit": polars.Int64, "amount": polars.Int64}
    one, two = (polars.DataFrame(rows, schema=schema, orient="row") for rows in (ours, theirs))
    found = matched(one, two, ["unit"]).differences
    gap = found["ours"].fill_null(0).sum() - found["theirs"].fill_null(0).sum()
    assert gap == one["amount"].sum() - two["amount"].sum()
