"""Lists as files: each says where it comes from, and no cell runs as a formula; tries are counted by caller."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.cache import cache
from python_calamine import CalamineWorkbook

from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.limits import is_over_limit
from bangfu.foundation.rooms.lists import Origin, as_csv, as_xlsx, list_file

HEADINGS = (both("名称", "Name"), both("数量", "Quantity"))
ROWS = [["=1+1", Decimal("-2.50")], ["站", Decimal("3")]]
ORIGIN = Origin(
    what=both("试验", "A trial"),
    taken_by="周敏",
    taken_at=datetime(2020, 7, 31, 9, 5, tzinfo=UTC),
    address="http://house/list?q=@x",
)


class TestCsv:
    def test_says_where_it_comes_from_and_runs_no_formula(self) -> None:
        lines = "".join(as_csv(HEADINGS, ROWS, ORIGIN)).splitlines()
        assert lines == [
            "\ufeff名称,数量", "'=1+1,-2.50", "站,3", "", "内容,试验", "筛选,全部", "导出人,周敏",
            "截至（导出时间）,2020-07-31 09:05", "来源,http://house/list?q=@x",
        ]  # fmt: skip

    def test_is_sent_in_pieces(self) -> None:
        rows = ([str(order)] for order in range(4001))
        assert len(list(as_csv(HEADINGS[:1], rows, ORIGIN))) == 4


class TestWorkbook:
    def test_keeps_numbers_as_numbers_and_formulas_as_text(self) -> None:
        book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(HEADINGS, ROWS, ORIGIN).read()))
        assert book.sheet_names == ["清单", "来源"]
        assert book.get_sheet_by_index(0).to_python() == [["名称", "数量"], ["=1+1", -2.5], ["站", 3.0]]
        assert ["导出人", "周敏"] in book.get_sheet_by_index(1).to_python()

    def test_keeps_days_and_moments_as_dates_that_look_as_they_are_written(self) -> None:
        rows = [
            ["2020-07-31", Decimal(1)],
            ["2020-07-31 09:05", Decimal(2)],
            ["2020-02-30", Decimal(3)],
            ["1-2020-07-31", Decimal(4)],
        ]
        book = openpyxl.load_workbook(as_xlsx(HEADINGS, rows, ORIGIN))
        cells = [row[0] for row in book["清单"].iter_rows(min_row=2)]
        assert [cell.value for cell in cells] == [
            datetime(2020, 7, 31), datetime(2020, 7, 31, 9, 5), "2020-02-30", "1-2020-07-31",
        ]  # fmt: skip
        assert [cell.number_format for cell in cells[:2]] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm"]

    def test_bears_the_time_in_its_name(self) -> None:
        for form in ("csv", "xlsx"):
            answer = list_file("list", form, HEADINGS, ROWS, ORIGIN)
            assert f'filename="list-20200731-0905.{form}"' in answer.headers["Content-Disposition"]
            answer.close()


class TestLimit:
    @pytest.fixture(autouse=True)
    def fresh(self) -> Iterator[None]:
        cache.clear()
        yield
        cache.clear()

    def test_counts_each_caller_apart(self) -> None:
        tries = [is_over_limit("door", "a", most=2, seconds=60) for _ in range(4)]
        assert tries == [False, False, True, True]
        assert not is_over_limit("door", "b", most=2, seconds=60)
        assert not is_over_limit("other", "a", most=2, seconds=60)
