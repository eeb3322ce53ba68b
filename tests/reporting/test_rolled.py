"""Which figures are read from cells, and that each fact counts once wherever it is. Histories: test_recompute."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bangfu.foundation.ledger.models import Cell, Unsealed
from bangfu.foundation.ledger.rollups import roll_up
from bangfu.foundation.operations import system_writes
from bangfu.reporting import queries
from bangfu.reporting.selection import read_selection
from tests.cast import CEHENG
from tests.reporting.story import Story

VILLAGE = CEHENG + 1_001


def value(**asked: str) -> Decimal | None:
    return queries.figure_in("network.base_stations", read_selection(asked)).value


@pytest.fixture
def rolled(story: Story) -> Story:
    """Five stations in cells, one of them in a village, and two that are sealed but in no cell yet, and one unsealed."""
    story.stations(4, on=date(2019, 5, 4))
    story.stations(1, on=date(2019, 5, 20), place=VILLAGE)
    story.seal()
    roll_up()
    story.stations(2, on=date(2019, 5, 5))
    story.seal()
    story.stations(1, on=date(2019, 5, 6))
    return story


@pytest.mark.django_db
class TestCells:
    def test_hold_each_fact_once_with_what_came_later(self, rolled: Story) -> None:
        assert value(period="2019") == 8
        assert value(period="2019-05", place="522327") == 8
        assert value(period="2019-05", unit="P52") == 8
        assert value(period="2018") is None

    @pytest.mark.parametrize(("asked", "said"), [
        ({"period": "2019"}, 103), ({"period": "2019-05", "place": "522327"}, 103), ({"period": "2019-Q2", "unit": "P52"}, 103),
        ({"period": "2016-01-01/2020-12-31"}, 103), ({"period": "2019-02-01/2020-07-31"}, 103),
        ({"period": "2019", "area": "region-dian-gui-qian-karst"}, 103), ({"period": "2019", "place": "522327001"}, 1),
        ({"period": "2019-05-01/2019-05-15"}, 7), ({"period": "2019-01-01/2019-05-15"}, 7),
        ({"period": "2019-01-01/2019-05-18"}, 102), ({"period": "2019-01-01/2019-05-30"}, 103),
        ({"period": "2019", "as_of": "1"}, 5),
    ])  # fmt: skip
    def test_are_asked_for_whole_months_and_counties_as_of_now(
        self, rolled: Story, asked: dict[str, str], said: int
    ) -> None:
        with system_writes("somebody changes a cell"):
            Cell.objects.update(total=100)
        assert value(**asked) == said

    def test_parts_add_up_to_the_figure(self, rolled: Story) -> None:
        opened = queries.opened("network.base_stations", read_selection({"period": "2019"}))
        assert [(part.value, part.facts) for part in opened.breakdown.places] == [(8, 8)]
        assert sum(part.value for part in opened.breakdown.months) == 8

    def test_a_fact_in_two_ranges_counts_once(self, rolled: Story) -> None:
        waiting = Unsealed.objects.get()
        with system_writes("ranges of writers at the same time overlap"):
            Unsealed.objects.create(
                first_fact=waiting.first_fact - 100, last_fact=waiting.last_fact + 100, fact_count=1
            )
        assert value(period="2019") == 8
