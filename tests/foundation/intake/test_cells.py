"""Cells: what is certain is read as meant, what is not is refused with its reason."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.intake.cells import Context, read_column
from bangfu.foundation.intake.layouts import Column, ColumnKind
from bangfu.foundation.intake.stored import texts_of
from bangfu.foundation.rooms import both

MARCH_5 = date(2019, 3, 5)
CONTEXT = Context(on=date(2020, 7, 31), digests={"a.jpg": "aa"}, ambiguous_files=frozenset({"b.jpg"}))


def read(kind: ColumnKind, cell: Any, context: Context = CONTEXT, **options: Any) -> tuple[Any, str | None]:
    """Return the value and the problem of one cell."""
    column = Column("it", both("它", "It"), kind, **options)
    texts, forms = texts_of([cell])
    value, problem, _ = read_column(column, pl.DataFrame({"text": texts, "form": forms}), context).row(0)
    return value, problem


class TestDays:
    @pytest.mark.parametrize(
        "cell",
        [
            "2019-03-05", "2019-3-5", "2019/3/5", "2019.3.5", "2019年3月5日", "２０１９年３月５日", "2019 年 3 月 5 日",
            " 2019-03-05 ", "2019/3/5 12:00", "2019-03-05 00:00:00", "20190305", 20190305.0, 43529.0, 43529.75, "43529",
            date(2019, 3, 5), datetime(2019, 3, 5, 23, 59),
        ],
    )  # fmt: skip
    def test_reads_the_fifth_of_march_2019_in_every_certain_way(self, cell: Any) -> None:
        assert read(ColumnKind.DATE, cell, past=True) == (MARCH_5, None)

    @pytest.mark.parametrize(
        ("cell", "problem"),
        [
            ("03/04/2019", "day_ambiguous"), ("3-4-19", "day_ambiguous"), ("19-3-5", "day_ambiguous"),
            ("19年3月5日", "day_ambiguous"), ("2019年3月", "day_missing"), ("2019-03", "day_missing"),
            ("201903", "day_missing"), ("2019", "day_missing"), ("2019年", "day_missing"), ("2019-02-30", "no_such_day"),
            ("20191301", "no_such_day"), ("2020-08-01", "future"), ("三月五日", "not_a_day"), ("99999", "not_a_day"),
            (12.0, "not_a_day"), ("", "required"), ("#REF!", "formula_error"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_not_certain(self, cell: Any, problem: str) -> None:
        assert read(ColumnKind.DATE, cell, past=True) == (None, problem)

    def test_reads_the_day_of_the_upload_itself(self) -> None:
        assert read(ColumnKind.DATE, "2020-07-31", past=True) == (date(2020, 7, 31), None)

    def test_reads_a_future_day_where_the_column_allows_it(self) -> None:
        assert read(ColumnKind.DATE, "2021-01-01") == (date(2021, 1, 1), None)

    def test_refuses_a_bare_number_in_a_workbook_that_counts_from_1904(self) -> None:
        context = Context(on=CONTEXT.on, counts_from_1904=True)
        assert read(ColumnKind.DATE, 43529.0, context) == (None, "day_from_1904")
        assert read(ColumnKind.DATE, "2019-03-05", context) == (MARCH_5, None)


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "value"),
        [("1,052", 1052), ("１，０５２", 1052), (1052.0, 1052), ("1052.00", 1052), ("+7", 7), ("-3", -3), ("1 052", 1052),
         ("9,007,199,254", 9007199254)],
    )  # fmt: skip
    def test_reads_whole_numbers(self, cell: Any, value: int) -> None:
        assert read(ColumnKind.INTEGER, cell) == (value, None)

    @pytest.mark.parametrize(
        ("cell", "problem"),
        [("1.5", "not_whole"), (1.5, "not_whole"), ("1,05", "not_a_number"), ("12个", "not_a_number"),
         ("1.2万", "multiple_unsure"), ("1e5", "not_a_number"), ("99999999999999999999", "not_whole"),
         ("0", "out_of_bounds"), ("5001", "out_of_bounds"), ("5%", "not_a_number"), (True, "not_a_number")],
    )  # fmt: skip
    def test_refuses_other_whole_numbers(self, cell: Any, problem: str) -> None:
        assert read(ColumnKind.INTEGER, cell, lowest=1, highest=5000) == (None, problem)

    @pytest.mark.parametrize(
        ("cell", "value"),
        [("1,052.5", "1052.50"), ("1052.500", "1052.50"), (0.1 + 0.2, "0.30"), (3, "3.00"), ("-2", "-2.00")],
    )
    def test_reads_decimals_exactly(self, cell: Any, value: str) -> None:
        assert read(ColumnKind.DECIMAL, cell, decimals=2) == (Decimal(value), None)

    @pytest.mark.parametrize(
        ("cell", "problem"),
        [("1.234", "too_precise"), (0.125, "too_precise"), ("abc", "not_a_number"), ("¥5", "not_a_number"),
         ("1234567890123456", "out_of_bounds"), ("1.234,5", "not_a_number")],
    )  # fmt: skip
    def test_refuses_other_decimals(self, cell: Any, problem: str) -> None:
        assert read(ColumnKind.DECIMAL, cell, decimals=2) == (None, problem)


class TestTexts:
    @pytest.mark.parametrize(
        ("cell", "value"),
        [(" ｇｚ－ch　０４１７ ", "GZ-CH0417"), (417.0, "417"), ("a\u200bb", "AB"), ("0417", "0417")],
    )
    def test_reads_codes_half_width_and_upper_case(self, cell: Any, value: str) -> None:
        assert read(ColumnKind.CODE, cell) == (value, None)

    @pytest.mark.parametrize(
        ("cell", "problem"),
        [
            (1.23456789012345678e18, "digits_lost"),
            (date(2019, 3, 5), "became_day"),
            ("x" * 21, "too_long"),
            ("G 1", "pattern"),
        ],
    )
    def test_refuses_codes_that_the_spreadsheet_spoilt(self, cell: Any, problem: str) -> None:
        assert read(ColumnKind.CODE, cell, longest=20, pattern=r"[A-Z]{2}-\d+") == (None, problem)

    def test_keeps_text_as_written(self) -> None:
        assert read(ColumnKind.TEXT, "　双江镇（东） ") == ("双江镇（东）", None)

    def test_reads_an_empty_optional_cell_as_null(self) -> None:
        assert read(ColumnKind.TEXT, " ", required=False) == (None, None)

    @pytest.mark.parametrize(
        ("cell", "value"),
        [("4g", "4G"), ("４Ｇ", "4G"), ("空 缺", "IDLE"), ("vacant", "IDLE"), ("idle", "IDLE")],
    )
    def test_reads_choices_by_value_and_title(self, cell: str, value: str) -> None:
        assert read(ColumnKind.CHOICE, cell, choices=("4G", ("IDLE", both("空缺", "Vacant")))) == (
            value,
            None,
        )

    def test_refuses_another_choice(self) -> None:
        assert read(ColumnKind.CHOICE, "5X", choices=("4G", "5G")) == (None, "not_a_choice")

    @pytest.mark.parametrize(
        ("cell", "answer"),
        [("A.JPG", ("a.jpg", None)), ("照片\\A.jpg", ("a.jpg", None)), ("b.jpg", (None, "file_ambiguous")),
         ("c.jpg", (None, "file_missing"))],
    )  # fmt: skip
    def test_finds_files_by_their_own_name(self, cell: str, answer: tuple[str | None, str | None]) -> None:
        assert read(ColumnKind.EVIDENCE, cell) == answer


@pytest.mark.django_db
class TestCounties:
    @pytest.mark.parametrize(
        "cell", ["册亨县", "册亨", "贵州省册亨县", "522327", 522327.0, "５２２３２７", "522327000000"]
    )
    def test_finds_a_county_by_name_or_code(self, cell: Any) -> None:
        assert read(ColumnKind.COUNTY, cell) == (522327000000, None)

    def test_refuses_an_unknown_name(self) -> None:
        assert read(ColumnKind.COUNTY, "册亭县") == (None, "county_unknown")

    def test_refuses_a_name_that_several_counties_bear(self) -> None:
        assert read(ColumnKind.COUNTY, "鼓楼区") == (None, "county_ambiguous")

    def test_takes_the_county_of_the_unit_s_province(self) -> None:
        context = Context(on=CONTEXT.on, province_id=320000000000)
        assert read(ColumnKind.COUNTY, "铜山区", context) == (320312000000, None)

    def test_refuses_a_county_of_another_province(self) -> None:
        context = Context(on=CONTEXT.on, province_id=530000000000)
        assert read(ColumnKind.COUNTY, "册亨县", context) == (None, "county_elsewhere")
        assert read(ColumnKind.COUNTY, "鼓楼区", context) == (None, "county_elsewhere")


class TestAnything:
    @settings(max_examples=150)
    @given(
        kind=st.sampled_from([kind for kind in ColumnKind if kind != ColumnKind.COUNTY]),
        cells=st.lists(
            st.one_of(
                st.text(max_size=30),
                st.text("0123456789０１２,.-/年月日 eE%", max_size=12),
                st.floats(allow_nan=False, allow_infinity=False),
                st.booleans(),
                st.dates(),
                st.datetimes(),
            ),
            min_size=1,
            max_size=8,
        ),
    )
    def test_has_either_a_value_or_a_problem_never_both(self, kind: ColumnKind, cells: list[Any]) -> None:
        choices = ("4G",) if kind == ColumnKind.CHOICE else ()
        column = Column("it", both("它", "It"), kind, choices=choices, past=True)
        texts, forms = texts_of(cells)
        read = read_column(column, pl.DataFrame({"text": texts, "form": forms}), CONTEXT)
        assert read.height == len(cells)
        assert read.select((pl.col("value").is_null() != pl.col("problem").is_null()).all()).item()


class TestControlCharacters:
    @pytest.mark.parametrize("kind", [ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.EVIDENCE, ColumnKind.DATE])
    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f"])
    def test_refuses_what_no_one_can_have_typed(self, kind: ColumnKind, character: str) -> None:
        assert read(kind, f"GZ{character}1") == (None, "control")

    def test_takes_line_breaks_and_tabs(self) -> None:
        assert read(ColumnKind.TEXT, "a\n\tb") == ("a\n\tb", None)
