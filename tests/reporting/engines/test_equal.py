"""Three engines, one expression: every indicator, equal exactly, whatever is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.ledger.snapshots import UnableToReadSnapshot
from bangfu.foundation.organisation.models import Line
from bangfu.reporting.definitions import Indicator, IndicatorKind, Term, TermKind
from bangfu.reporting.engines.asking import Engine, sums_by
from bangfu.reporting.engines.on_duckdb import OnDuckDB
from bangfu.reporting.engines.on_postgres import OnPostgres
from bangfu.reporting.figures import NOTHING, Sum, asked
from bangfu.reporting.indicators import indicators
from bangfu.reporting.selection import Selection, read_selection
from bangfu.reporting.shapes import Grain
from tests.cast import CEHENG, GUYUAN
from tests.reporting.engines.conftest import enter_history, needs_spark, snapshot_of_now
from tests.reporting.kinds import LESSONS, PAID, POSTED, party
from tests.reporting.story import Story

QUESTIONS: tuple[dict[str, str], ...] = (
    {"period": "2019"},
    {"period": "2018-H2", "place": "52"},
    {"period": "2019", "place": "522300"},
    {"period": "2019-01-01/2020-07-31", "place": "522327"},
    {"period": "2019", "place": "522327001"},
    {"period": "2019", "unit": "P52"},
    {"period": "2019", "unit": "P52", "as_of": "1"},
    {"period": "2019-03", "unit": "P53", "place": "130724"},
    {"period": "2019", "area": "poor-832"},
    {"period": "2018", "area": "poor-832", "place": "52", "as_of": "2"},
    {"period": "2019", "area": "region-wuling"},
    {"period": "2019", "line": "LINE", "as_of": "2"},
    {"period": "2016"},
    {"period": "2020-05-17", "as_of": "2"},
)
"""Of each indicator; ``as_of`` is the newest block where it is not given."""
OF_SPARK = (
    {"period": "2019", "unit": "P52", "line": "LINE", "as_of": "1"},
    {"period": "2018-H2", "place": "52", "area": "poor-832", "as_of": "3"},
)
"""Every condition once, the second of cells, since a statement takes Spark half a second however little there is to count."""


def selections(questions: tuple[dict[str, str], ...]) -> list[Selection]:
    line = Line.objects.get(pk=1).code
    told = [{"as_of": "3", **question} for question in questions]
    return [read_selection({**one, **({"line": line} if "line" in one else {})}) for one in told]


def asked_of(questions: tuple[dict[str, str], ...]) -> list[tuple[Indicator, Selection]]:
    return [(each, selection) for selection in selections(questions) for each in indicators()]


def assert_equal(one: Engine, other: Engine, questions: tuple[dict[str, str], ...] = QUESTIONS) -> list[Sum]:
    """Check that two engines answer every indicator alike, and return the answers."""
    asked_ = asked_of(questions)
    mine, theirs = sums_by(one, asked_), sums_by(other, asked_)
    different = [
        (indicator.code, selection.query(), a, b)
        for (indicator, selection), a, b in zip(asked_, mine, theirs, strict=True)
        if a != b
    ]
    assert different == []
    return mine


class TestEveryIndicator:
    def test_on_duckdb_equals_postgresql(self, history: Story, tmp_path: Path) -> None:
        snapshot_of_now(tmp_path)
        found = assert_equal(OnPostgres(), OnDuckDB(tmp_path))
        known = [one for one in found if one.value is not None]
        assert len(known) > len(found) / 2, "the history says something of most questions"
        assert any(one.cancelled for one in found)
        assert any(one.nameless for one in found)
        assert any(one.reversed for one in found)
        kinds = {
            one.kind
            for (one, _), total in zip(asked_of(QUESTIONS), found, strict=True)
            if total.value not in {None, 0}
        }
        assert kinds == set(IndicatorKind) - {IndicatorKind.REGISTERED}, (
            "the history says something of every kind"
        )

    @needs_spark
    def test_on_spark_equals_postgresql(self, history: Story, tmp_path: Path) -> None:
        from bangfu.reporting.engines.on_spark import OnSpark

        snapshot_of_now(tmp_path)
        assert_equal(OnPostgres(), OnSpark(tmp_path), OF_SPARK)

    def test_over_several_files_and_after_merging(
        self, history: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from bangfu.foundation.ledger.snapshots import writing

        connection.ensure_connection()
        writing.write_from(connection.connection, tmp_path, entries_a_run=1)
        assert_equal(OnPostgres(), OnDuckDB(tmp_path))
        monkeypatch.setattr(writing, "MOST_ALIKE", 2)
        assert snapshot_of_now(tmp_path).merged > 0
        assert_equal(OnPostgres(), OnDuckDB(tmp_path))


class TestGroups:
    @pytest.mark.parametrize("spark", [False, pytest.param(True, marks=needs_spark)])
    def test_are_those_of_postgresql(self, history: Story, tmp_path: Path, spark: bool) -> None:
        snapshot_of_now(tmp_path)
        if spark:
            from bangfu.reporting.engines.on_spark import OnSpark

            engine: OnDuckDB | OnSpark = OnSpark(tmp_path)
        else:
            engine = OnDuckDB(tmp_path)
        selection = read_selection({"period": "2019", "as_of": "3"})
        terms = (Term(PAID, TermKind.FLOW), Term(LESSONS, TermKind.DISTINCT), Term(POSTED, TermKind.STOCK))
        for term in terms:
            for size in (10**10, 10**8, 10**6, 10**3, 1):
                groups = (Grain.PLACE, Grain.MONTH, Grain.UNIT)
                mine = asked(term, selection, groups, size)
                theirs = engine.asked(term, selection, groups, size)
                assert sorted(map(exactly, theirs)) == sorted(map(exactly, mine))


def exactly(row: tuple) -> tuple:
    """Return a row with its month as a day and its numbers as they are."""
    place, month, unit, *rest = row
    return (int(place), date(month.year, month.month, 1), unit, *(Decimal(one) for one in rest))


class TestAsOf:
    def test_without_a_block_it_is_the_snapshots(self, history: Story, tmp_path: Path) -> None:
        snapshot_of_now(tmp_path)
        selection = read_selection({"period": "2019"})
        engine = OnDuckDB(tmp_path)
        story = history
        before = [(one, selection) for one in indicators()]
        live = sums_by(OnPostgres(), before)
        assert sums_by(engine, before) == live
        enter_history(story.cast, "fourth", 3)
        assert sums_by(engine, before) == live
        assert sums_by(OnPostgres(), before) != live

    def test_refuses_a_block_behind_the_snapshot(self, history: Story, tmp_path: Path) -> None:
        snapshot_of_now(tmp_path)
        enter_history(history.cast, "fourth", 3)
        assert seal_pending() == 4
        with pytest.raises(UnableToReadSnapshot) as refusal:
            sums_by(OnDuckDB(tmp_path), [(indicators()[0], read_selection({"period": "2019", "as_of": "4"}))])
        assert refusal.value.code == "too_old"
        assert "bangfu ledger snapshot" in str(refusal.value)

    def test_reads_its_own_reference_data(self, history: Story, tmp_path: Path) -> None:
        """A unit that is moved after the snapshot was written, and sealed, leaves its answers as they were."""
        snapshot_of_now(tmp_path)
        selection = read_selection({"period": "2019", "unit": "P52", "as_of": "3"})
        questions = [(one, selection) for one in indicators()]
        then = sums_by(OnPostgres(), questions)
        earlier = [(one, replace(selection, as_of=1)) for one in indicators()]
        assert sums_by(OnDuckDB(tmp_path), questions) == then
        assert sums_by(OnDuckDB(tmp_path), earlier) != then


def test_nothing_is_nothing_and_never_zero(story: Story, tmp_path: Path) -> None:
    story.seal()
    snapshot_of_now(tmp_path)
    selection = read_selection({"period": "2019", "as_of": "1"})
    for engine in (OnPostgres(), OnDuckDB(tmp_path)):
        assert set(sums_by(engine, [(one, selection) for one in indicators() if not one.roles])) == {NOTHING}


deeds = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from((LESSONS, POSTED, PAID)),
            st.sampled_from((CEHENG, GUYUAN)),
            st.integers(-3, 3).filter(bool),
            st.integers(0, 3),
            st.integers(0, 800),
        ),
        st.just("seal"),
        st.integers(0, 9),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=8)
@given(history=deeds, entries_a_run=st.sampled_from((1, 6, 1000)))
def test_random_histories_are_counted_alike(
    story: Story, tmp_path: Path, history: list, entries_a_run: int
) -> None:
    before = transaction.savepoint()
    standing: list[int] = []
    try:
        for deed in [*history, (PAID, CEHENG, 1, 1, 1), "seal"]:
            if deed == "seal":
                seal_pending()
            elif isinstance(deed, int):
                if standing:
                    story.reverse(standing.pop(deed % len(standing)))
            else:
                measure, place, quantity, who, day = deed
                on = date.fromordinal(date(2018, 6, 1).toordinal() + day)
                parties = [party(who) if who else None]
                standing += story.post(measure, [quantity], unit=None, place=place, on=on, parties=parties)
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        block = snapshot_of_now(folder, entries_a_run=entries_a_run).manifest.block
        toys = [one for one in indicators() if one.code.startswith("toy.")]
        questions = [
            (one, read_selection({"period": period, "as_of": str(at)}))
            for one in toys
            for period in ("2018", "2019-Q1", "2019-01-01/2020-12-31")
            for at in range(block + 1)
        ]
        assert sums_by(OnDuckDB(folder), questions) == sums_by(OnPostgres(), questions)
    finally:
        transaction.savepoint_rollback(before)
