"""Cells are figures: each is what its figure says when it is asked by itself, of every kind and along every axis."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.people.models import Account
from bangfu.reporting.figures import joined, sums_of
from bangfu.reporting.indicators import indicators
from bangfu.reporting.periods import read_period
from bangfu.reporting.tables.asking import UnableToTabulate, read_question
from bangfu.reporting.tables.sheet import Row, Sheet
from tests.cast import CEHENG, GUIZHOU
from tests.reporting.kinds import ATTENDED, COVERAGE, TRAINED
from tests.reporting.story import LAMPS, Story

STATIONS = "network.base_stations"
ON = date(2020, 7, 31)
MOST_EMPTY = 40
"""How many cells without facts are asked one by one."""


def sheet(account: Account, **given: Any) -> Sheet:
    fields = {name: [one] if isinstance(one, str) else list(one) for name, one in given.items()}
    return Sheet(read_question(fields, period=read_period("2019")), account, ON)


def texts(rows: list[Row]) -> dict[str, list[str]]:
    return {str(row.item.title): [cell.text for cell in row.cells] for row in rows}


def every_kind() -> list[str]:
    return [STATIONS, LAMPS.code, *(one.code for one in indicators() if one.code.startswith("toy."))]


LAYOUTS: dict[str, dict[str, Any]] = {
    "provinces": {"rows": "place", "within": "period", "first": "2018", "last": "2019", "total": ["place", "period"]},
    "counties by quarter": {
        "rows": "place", "within": "period", "level": "3", "place": "5223", "step": "quarter", "first": "2018-Q2",
        "last": "2019-Q3", "total": ["place", "period"],
    },
    "units by month": {
        "rows": "unit", "within": "period", "step": "month", "first": "2019-05", "last": "2019-08", "total": ["unit", "period"],
    },
    "units by place": {"rows": "unit", "within": "place", "level": "named", "named": "522327 130724 52", "period": "2019"},
    "members of an area": {"rows": "place", "area": "region-dian-gui-qian-karst", "period": "2019", "total": ["place"]},
    "of a branch": {"rows": "place", "unit": "P52", "period": "2019", "total": ["place"]},
}  # fmt: skip


@pytest.mark.django_db
class TestEveryCell:
    @pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
    @pytest.mark.parametrize("is_pinned", [False, True], ids=["now", "as of a block"])
    def test_is_its_figure(self, filled: Story, layout: dict[str, Any], is_pinned: bool) -> None:
        codes = every_kind()
        assert len(codes) == 18
        as_of = {"as_of": "1"} if is_pinned else {}
        found = sheet(filled.cast.officer, indicator=codes, columns="indicator", **layout, **as_of)
        asked = empty = 0
        for row in found.rows():
            for cell in row.cells:
                one = cell.figure
                assert one is not None
                empty += cell.value is None
                if cell.value is None and empty > MOST_EMPTY:
                    continue
                assert one.sum == joined(one.indicator, sums_of(one.indicator, one.selection)), one.address
                asked += 1
        assert asked > 30


@pytest.mark.django_db
class TestNumbers:
    def test_zero_is_not_no_facts(self, filled: Story) -> None:
        found = sheet(
            filled.cast.officer, indicator=STATIONS, rows="place", level="3", place="5223", period="2019"
        )
        said = texts(found.rows())
        assert (said["册亨县"], said["兴义市"], said["望谟县"]) == (["5"], ["0"], ["—"])

    def test_totals_are_the_whole_and_say_when_they_are_no_sum(self, filled: Story) -> None:
        found = sheet(
            filled.cast.officer, indicator=[ATTENDED, TRAINED, COVERAGE], rows="place", level="1", period="2019", total="place",
        )  # fmt: skip
        *rows, total = found.rows()
        said = texts(rows)
        assert (said["贵州省"][:2], said["河北省"][:2]) == (["3", "3"], ["3", "3"])
        assert total.item.is_whole
        assert [cell.text for cell in total.cells] == ["6", "4", "43.3%"]
        assert [cell.adds_up for cell in total.cells] == [True, False, False]

    def test_what_was_counted_above_stands_in_the_total(self, filled: Story) -> None:
        found = sheet(
            filled.cast.officer,
            indicator=STATIONS,
            rows="place",
            level="3",
            place="52",
            period="2019",
            total="place",
            filled="1",
        )
        assert texts(found.rows()) == {"兴义市": ["0"], "册亨县": ["5"], "合计": ["8"]}

    def test_members_of_an_area_lie_in_the_place(self, filled: Story) -> None:
        found = sheet(
            filled.cast.officer,
            indicator=STATIONS,
            area="region-dian-gui-qian-karst",
            place="5223",
            period="2019",
            filled="1",
            total="place",
        )
        assert texts(found.rows()) == {"贵州省黔西南布依族苗族自治州册亨县": ["5"], "合计": ["5"]}

    def test_a_block_says_what_changed_since(self, filled: Story) -> None:
        filled.stations(2, on=date(2019, 9, 1))
        found = sheet(
            filled.cast.officer,
            indicator=STATIONS,
            level="named",
            named="522327",
            period="2019",
            as_of="1",
            compare="1",
        )
        (cell,) = found.rows()[0].cells
        assert (cell.text, cell.text_now, cell.has_moved) == ("5", "7", True)


@pytest.mark.django_db
class TestAccess:
    def test_hides_what_lies_outside_a_grant(self, filled: Story) -> None:
        found = sheet(
            filled.cast.county_official,
            indicator=STATIONS,
            level="named",
            named="522327 522301",
            period="2019",
        )
        seen = [[cell.figure is not None for cell in row.cells] for row in found.rows()]
        assert seen == [[True], [False]]

    def test_hides_shares_that_tell_a_wider_whole(self, filled: Story) -> None:
        found = sheet(
            filled.cast.county_official,
            indicator=["toy.share", LAMPS.code],
            level="named",
            named="522327",
            period="2019",
        )
        assert [cell.figure is not None for cell in found.rows()[0].cells] == [False, True]


@pytest.mark.django_db
class TestBounds:
    def test_asks_once_a_term_and_level_whatever_the_number_of_cells(self, filled: Story) -> None:
        def queries(**more: Any) -> int:
            with CaptureQueriesContext(
                connection,
            ) as found:
                rows = sheet(filled.cast.officer, indicator=[STATIONS, TRAINED, COVERAGE], **more).rows()
            assert rows
            return len(found)

        def of(last: str) -> int:
            return queries(
                rows="place", level="3", place="52", within="period", step="month", first="2019-01", last=last
            )

        assert of("2019-12") == of("2019-02")
        assert of("2019-12") < 30

    def test_refuses_what_is_too_large(self, filled: Story) -> None:
        with pytest.raises(UnableToTabulate) as refused:
            sheet(
                filled.cast.officer, indicator=STATIONS, rows="place", level="3", columns="period", step="month", first="2015",
                last="2024",
            )  # fmt: skip
        assert refused.value.code == "too_large"

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"rows": "place", "columns": "place"}, "same_twice"),
            (
                {"rows": "place", "columns": "period", "indicator": [STATIONS, TRAINED]},
                "indicator_on_no_axis",
            ),
            ({"level": "9"}, "unknown_choice"),
            ({"rows": "colour"}, "unknown_choice"),
            ({"level": "members"}, "area_missing"),
            ({"columns": "period", "first": "2020", "last": "2019"}, "ends_before_it_begins"),
            ({"level": "named", "named": "522327 130724", "place": "52"}, "named_outside"),
            ({"level": "named", "named": " ".join(["522327"] * 201)}, "too_many_places"),
        ],
    )
    def test_refuses_what_means_nothing(self, filled: Story, given: dict[str, Any], code: str) -> None:
        with pytest.raises(UnableToTabulate) as refused:
            sheet(filled.cast.officer, **given)
        assert refused.value.code == code

    def test_an_address_is_the_whole_question(self, filled: Story) -> None:
        given = {
            "indicator": [TRAINED, STATIONS],
            "rows": ["unit"], "columns": ["indicator"], "within": ["period"], "kind": ["PROVINCE"],
            "step": ["quarter"],
            "first": ["2019-Q1"], "last": ["2019-Q4"], "total": ["period"], "place": ["520000"], "as_of": ["1"],
        }  # fmt: skip
        question = read_question(given, period=read_period("2019"))
        assert question.fields == given
        assert question.query.startswith(f"indicator={TRAINED}&indicator={STATIONS}&rows=unit")
        assert (CEHENG // 10**10, question.selection.place) == (52, GUIZHOU)
