"""Figures that are shown together are asked together: the same figures, in statements that do not grow with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.ledger.rollups import roll_up
from bangfu.foundation.places.models import Area
from bangfu.reporting import queries, texts
from bangfu.reporting.breakdown import breakdown_of, months_together
from bangfu.reporting.indicators import indicators
from bangfu.reporting.periods import read_period
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from tests.cast import CEHENG, GUIZHOU, GUYUAN
from tests.reporting.story import Story
from tests.reporting.test_pages import door


@pytest.fixture
def told(story: Story) -> Story:
    """Stations in two counties and two years, one taken back, some sealed and some not."""
    story.stations(5, on=date(2018, 2, 1))
    facts = story.stations(4, on=date(2019, 2, 1))
    story.stations(3, place=GUYUAN, unit=story.cast.yunnan.pk, on=date(2019, 7, 1))
    story.reverse(facts[0])
    story.seal()
    roll_up()
    story.stations(2, on=date(2019, 11, 1))
    return story


def questions(story: Story, block: int | None = None) -> list[tuple[str, Selection]]:
    """Every indicator for the whole programme, a county, a province, a unit, a list, a month and a span."""
    area = Area.objects.get(code="poor-832")
    found = []
    for code in (one.code for one in indicators()):
        for selection in (
            Selection(read_period("2019")),
            Selection(read_period("2019"), place=CEHENG),
            Selection(read_period("2019"), place=GUIZHOU),
            Selection(read_period("2019"), unit=story.cast.guizhou),
            Selection(read_period("2018"), area=area),
            Selection(read_period("2019-02")),
            Selection(read_period("2019-01-15/2019-07-20"), place=CEHENG, unit=story.cast.guizhou),
        ):
            found.append((code, selection.having(as_of=block)))
    return found


class TestFiguresTogether:
    @pytest.mark.parametrize("block", [None, 1])
    def test_are_the_figures_by_themselves(self, told: Story, block: int | None) -> None:
        asked = questions(told, block)
        together = queries.figures_together(asked)
        assert together == [queries.figure_in(*one) for one in asked]
        values = {(one.indicator.code, one.selection.query()): one.value for one in together}
        more = "" if block is None else "&as_of=1"
        assert values["network.base_stations", f"period=2019{more}"] == Decimal(8 if block is None else 6)

    def test_ask_no_more_when_there_are_more_of_a_kind(self, told: Story) -> None:
        def statements(years: int) -> int:
            asked = [
                ("network.base_stations", Selection(read_period(str(2019 - at)), place=place))
                for at in range(years)
                for place in (None, CEHENG, GUYUAN)
            ]
            with CaptureQueriesContext(connection) as ran:
                queries.figures_together(asked)
            return len(ran)

        # The newest block, the waiting ranges and their measures, two shapes, and what of each figure waits.
        assert (statements(1), statements(4)) == (8, 17)
        told.seal()
        assert (statements(1), statements(4)) == (4, 4)

    def test_of_none_are_none(self, told: Story) -> None:
        assert queries.figures_together([]) == []


class TestMonthsTogether:
    def test_are_the_months_of_each_by_itself(self, told: Story) -> None:
        asked = {}
        for code, selection in questions(told):
            indicator = queries.indicator_of(code, selection)
            own = asks(indicator.term, selection)
            if indicator.is_additive and len(indicator.terms) == 1 and own is not None:
                asked[indicator.term, own] = breakdown_of(indicator, selection).months
        found = months_together(list(asked))
        assert {key: tuple(parts) for key, parts in found.items()} == asked


PERIODS = (
    "2019", "2018", "2019-H1", "2018-H1", "2019-Q1", "2018-Q1", "2019-02", "2018-02", "2019-H2", "2019-Q3", "2019-07", "2019-11",
)  # fmt: skip


def report_of(folder: Path, figures: int) -> None:
    """Write a report with so many figures, of periods in which there are facts."""
    years = PERIODS[:figures]
    zh = "".join(
        f"{{period {one}}}新建无线基站 {{network.base_stations period={one}}}。\n\n" for one in years
    )
    en = "".join(
        f"In {{period {one}}} there were {{network.base_stations period={one}}}.\n\n" for one in years
    )
    (folder / "programme.zh.md").write_text(f"# 报告\n\n## 聚焦\n\n{zh}", encoding="utf-8")
    (folder / "programme.en.md").write_text(f"# Report\n\n## Focus\n\n{en}", encoding="utf-8")


@pytest.fixture
def counted(told: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], int]:
    """How many statements a page of a report with so many figures takes; everything is sealed."""
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    told.seal()

    def count(figures: int, page: str) -> int:
        report_of(tmp_path, figures)
        client: Client = door(told.cast.officer)
        client.get(f"/reports/programme/{page}")
        with CaptureQueriesContext(connection) as ran:
            answer: Any = client.get(f"/reports/programme/{page}")
        assert answer.status_code == 200, [str(one) for one in answer.context["report"].problems]
        assert answer.content.decode().count('class="figure"') == figures
        return len(ran)

    return count


class TestPages:
    @pytest.mark.parametrize(("page", "statements"), [("", 15), ("wall/", 16)])
    def test_take_as_many_statements_for_twelve_figures_as_for_two(
        self, counted: Callable[[int, str], int], page: str, statements: int
    ) -> None:
        assert [counted(figures, page) for figures in (2, 12)] == [statements, statements]
