"""What is read from the cells of a snapshot is what its facts come to, and everything else is read from facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.organisation.models import Line
from bangfu.reporting.definitions import Term, TermKind
from bangfu.reporting.engines import over_snapshot
from bangfu.reporting.engines.asking import sums_by
from bangfu.reporting.engines.on_duckdb import OnDuckDB
from bangfu.reporting.engines.over_snapshot import OverSnapshot
from bangfu.reporting.figures import asked
from bangfu.reporting.indicators import indicators
from bangfu.reporting.selection import Selection, read_selection
from bangfu.reporting.shapes import Grain
from tests.cast import CEHENG
from tests.reporting.engines.conftest import needs_spark, snapshot_of_now
from tests.reporting.kinds import LESSONS, PAID, POSTED
from tests.reporting.story import Story

FLOW, STOCK, DISTINCT = (
    Term(PAID, TermKind.FLOW),
    Term(POSTED, TermKind.STOCK),
    Term(LESSONS, TermKind.DISTINCT),
)
WHOLE = (
    {"period": "2019"},
    {"period": "2018-H2", "place": "52"},
    {"period": "2019-01-01/2020-07-31", "place": "522327"},
    {"period": "2018-01-01/2019-12-31", "place": "522300"},
    {"period": "2019-03"},
    {"period": "2019", "area": "poor-832"},
    {"period": "2018", "area": "poor-832", "place": "52"},
    {"period": "2019", "area": "region-wuling"},
    {"period": "2016"},
)
"""Whole months and counties, of all units and lines."""

engines = pytest.mark.parametrize("spark", [False, pytest.param(True, marks=needs_spark)])


def engine_over(folder: Path, *, spark: bool = False) -> OverSnapshot:
    if spark:
        from bangfu.reporting.engines.on_spark import OnSpark

        return OnSpark(folder)
    return OnDuckDB(folder)


def grown(history: Story, folder: Path) -> None:
    """Write a snapshot of five blocks in as many runs; the fourth has facts of 2019 only, the fifth of 2020 only."""
    for block, year in ((4, 2019), (5, 2020)):
        for measure in (PAID, POSTED):
            history.post(measure, [7, 11], unit=None, place=CEHENG, on=date(year, 5, 4))
        assert seal_pending() == block
    written = snapshot_of_now(folder, entries_a_run=1).manifest
    assert {one.year: one.last_block for one in written.cells if one.year in {2019, 2020}} == {
        2019: 4,
        2020: 5,
    }


def read_by(
    engine: OverSnapshot, term: Term, selection: Selection, *groups: Grain, size: int = 1
) -> set[str]:
    """Return what a question reads: cells, facts, or both."""
    statement = engine.statement(term, selection, groups, size, codes=[term.measure.code]) or ""
    return {what for what in ("cells", "facts") if f"{engine.folder}/{what}/" in statement}


def exactly(row: tuple) -> tuple:
    """Return a row with its month as a day and its numbers as they are."""
    place, month, *rest = row
    return (int(place), date(month.year, month.month, 1), *(Decimal(one) for one in rest))


def without_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_snapshot, "_is_rolled", lambda *given: False)


class TestWhatIsRead:
    @pytest.mark.parametrize("term", [FLOW, STOCK])
    @pytest.mark.parametrize("question", WHOLE[:-1])
    def test_cells_of_whole_months_and_counties(
        self, history: Story, tmp_path: Path, term: Term, question: dict[str, str]
    ) -> None:
        snapshot_of_now(tmp_path)
        selection = read_selection({"as_of": "3", **question})
        assert read_by(OnDuckDB(tmp_path), term, selection) == {"cells"}

    def test_facts_of_everything_finer(self, history: Story, tmp_path: Path) -> None:
        snapshot_of_now(tmp_path)
        engine, line = OnDuckDB(tmp_path), Line.objects.get(pk=1).code

        def reads(term: Term, *groups: Grain, size: int = 1, **question: str) -> set[str]:
            selection = read_selection({"period": "2019", "as_of": "3", **question})
            return read_by(engine, term, selection, *groups, size=size)

        facts = {"facts"}
        assert reads(DISTINCT) == facts
        assert reads(FLOW, place="522327001") == facts
        assert reads(FLOW, unit="P52") == facts
        assert reads(FLOW, line=line) == facts
        assert reads(replace(FLOW, line=line)) == facts
        assert reads(replace(FLOW, owner="P52")) == facts
        assert reads(replace(FLOW, place=CEHENG + 1000)) == facts
        assert reads(FLOW, period="2019-05-17") == facts
        assert reads(FLOW, period="2019-01-01/2019-05-17") == facts
        assert reads(FLOW, period="2019-01-02/2019-05-31") == facts
        assert reads(STOCK, period="2019-01-02/2019-05-31") == {"cells"}, "a stock begins with the ledger"
        assert reads(FLOW, Grain.UNIT) == facts
        assert reads(FLOW, Grain.LINE) == facts
        assert reads(FLOW, Grain.PLACE, size=10**3) == facts
        assert reads(FLOW, Grain.PLACE, Grain.MONTH, Grain.MEASURE, size=10**6) == {"cells"}

    def test_facts_of_a_year_that_goes_on_beyond_the_block(self, history: Story, tmp_path: Path) -> None:
        grown(history, tmp_path)
        engine = OnDuckDB(tmp_path)
        selections = {
            at: read_selection({"period": "2019-01-01/2020-12-31", "as_of": str(at)}) for at in (3, 4, 5)
        }
        reads = {at: read_by(engine, FLOW, selection) for at, selection in selections.items()}
        assert reads == {3: {"facts"}, 4: {"cells", "facts"}, 5: {"cells"}}
        rows = {at: engine.asked(FLOW, selection) for at, selection in selections.items()}
        assert rows == {at: asked(FLOW, selection) for at, selection in selections.items()}
        assert len({row[0] for found in rows.values() for row in found}) == 3, (
            "each block says something else"
        )


class TestCellsAreTheirFacts:
    def test_of_every_indicator(
        self, history: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        grown(history, tmp_path)
        questions = [
            (one, read_selection({**question, "as_of": str(at)}))
            for question in WHOLE
            for at in (4, 5)
            for one in indicators()
        ]
        from_cells = sums_by(OnDuckDB(tmp_path), questions)
        without_cells(monkeypatch)
        assert from_cells == sums_by(OnDuckDB(tmp_path), questions)
        assert any(one.reversed for one in from_cells)

    @engines
    def test_in_groups_they_are_those_of_postgresql(
        self, history: Story, tmp_path: Path, spark: bool
    ) -> None:
        grown(history, tmp_path)
        engine = engine_over(tmp_path, spark=spark)
        groups = (Grain.PLACE, Grain.MONTH)
        for at, term, size in ((4, FLOW, 10**6), (5, FLOW, 10**6), (5, STOCK, 10**10), (4, STOCK, 10**8)):
            selection = read_selection({"period": "2018-01-01/2020-02-29", "as_of": str(at)})
            mine = engine.asked(term, selection, groups, size)
            assert len(mine) > 10
            assert sorted(map(exactly, mine)) == sorted(map(exactly, asked(term, selection, groups, size)))
