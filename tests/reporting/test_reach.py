"""Up to which day what is kept is read where a period ends within a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.ledger.rollups import roll_up
from bangfu.reporting import queries
from bangfu.reporting.reach import reach_of
from bangfu.reporting.selection import read_selection
from tests.cast import CEHENG
from tests.reporting.kinds import LESSONS, STAFF, TRAINED, party
from tests.reporting.story import Story

TODAY = date(2020, 8, 20)


@pytest.fixture
def today() -> Iterator[None]:
    with patch("bangfu.reporting.reach.localdate", return_value=TODAY):
        yield


@pytest.fixture
def a_year_before() -> Iterator[None]:
    """It is the same day a year before, for who reads alone."""
    with patch("bangfu.reporting.reach.localdate", return_value=TODAY.replace(year=2019)):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("today", "story")
class TestReach:
    @pytest.mark.parametrize(("code", "period", "expected"), [
        (TRAINED, "2019", date(2020, 1, 1)),
        (TRAINED, "2020-01-01/2020-08-20", date(2021, 1, 1)), (TRAINED, "2019-01-01/2020-08-20", date(2021, 1, 1)),
        (TRAINED, "2020-07-01/2020-08-20", date(2021, 1, 1)), (TRAINED, "2020-04-01/2020-08-20", date(2020, 9, 1)),
        (TRAINED, "2020-08-01/2020-08-20", date(2020, 9, 1)), (STAFF, "2020-08-20", date(2020, 9, 1)),
        (TRAINED, "2020-01-01/2020-08-19", date(2020, 9, 1)), (TRAINED, "2020-01-01/2020-08-09", date(2020, 8, 1)),
        (STAFF, "2020-05-17", date(2020, 6, 1)), (STAFF, "2020-05-07", date(2020, 5, 1)),
        (TRAINED, "2020-05-17", None), (TRAINED, "2020-05-01/2020-05-17", None), (TRAINED, "2020-01-02/2020-12-31", None),
    ])  # fmt: skip
    def test_is_the_nearer_end_of_a_month_or_of_what_is_not_over(
        self, code: str, period: str, expected: date | None
    ) -> None:
        selection = read_selection({"period": period})
        assert reach_of(queries.indicator_of(code, selection).term, selection) == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("a_year_before")
class TestTheYearSoFar:
    @pytest.fixture
    def rolled(self, story: Story) -> Story:
        """Stations and lessons in cells; by a clock that was wrong, some of them of days to come."""
        for day in (date(2019, 3, 4), date(2019, 8, 20), date(2019, 8, 21), date(2019, 12, 1)):
            story.stations(2, on=day)
            story.post(LESSONS, [1], unit=None, place=CEHENG, on=day, parties=[party(day.month + day.day)])
        story.seal()
        roll_up()
        return story

    def test_is_what_happened_until_today(self, rolled: Story) -> None:
        asked = read_selection({"period": "2019-01-01/2019-08-20"})
        assert [queries.figure_in(code, asked).value for code in ("network.base_stations", TRAINED)] == [4, 2]
        months = queries.opened("network.base_stations", asked).breakdown.months
        assert [(part.value, part.facts) for part in months if part.facts] == [
            (Decimal(2), 2),
            (Decimal(2), 2),
        ]

    def test_reads_no_facts_but_those_of_days_to_come(self, rolled: Story) -> None:
        asked = read_selection({"period": "2019-01-01/2019-08-20"})
        for code in ("network.base_stations", TRAINED):
            with CaptureQueriesContext(connection) as ran:
                queries.figures_together([(code, asked)])
            read = [one["sql"] for one in ran if "ledger_fact" in one["sql"] and "happened_on" in one["sql"]]
            assert [("ledger_cell" in sql or "ledger_plaincount" in sql) for sql in read] == [True]
