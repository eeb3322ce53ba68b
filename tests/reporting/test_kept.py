"""Kept counts answer as the facts would, after whatever happened, and nobody else is asked when they can."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.ledger import distinct, rollups
from bangfu.foundation.ledger.models import Branch, Fact, PartyCell, PlainCount, SharedCount
from bangfu.foundation.ledger.rollups import different_cells, roll_up, roll_up_anew, roll_up_step
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit, move_unit
from bangfu.foundation.places.codes import SIZE_OF_LEVEL
from bangfu.foundation.places.models import Place
from bangfu.reporting import queries
from bangfu.reporting.breakdown import breakdown_of
from bangfu.reporting.figures import scanned
from bangfu.reporting.kept import Question, kept_rows
from bangfu.reporting.selection import read_selection
from bangfu.reporting.shapes import Grain
from tests.cast import CEHENG, GUIZHOU, GUYUAN, YUNNAN
from tests.reporting.kinds import LESSONS, POSTED, STAFF, TRAINED, party
from tests.reporting.story import Story

VILLAGE = CEHENG + 1_001
PLACES = (CEHENG, VILLAGE, GUYUAN, GUIZHOU, YUNNAN)
DAYS = (
    date(2016, 2, 1),
    date(2018, 12, 31),
    date(2019, 1, 1),
    date(2019, 4, 3),
    date(2019, 6, 30),
    date(2019, 12, 31),
)
YEARS = ("2018-01-01/2019-12-31", "2016-01-01/2019-12-31", "2017-01-01/2019-12-31")
SPANS = ("2019-01-01/2019-04-30", "2018-01-01/2019-04-30", "2016-01-01/2019-06-30", "2016-01-01/2018-11-30")
ENDS = (
    "2019-01-01/2019-06-17",
    "2019-01-01/2019-06-03",
    "2018-01-01/2019-04-02",
    "2019-04-01/2019-06-29",
    "2016-02-01/2016-02-28",
)
PERIODS = ("2019", "2018", "2019-H1", "2019-H2", "2019-Q2", "2019-06", *YEARS, *SPANS, *ENDS)
WHERE: tuple[dict[str, str], ...] = (
    {}, {"place": "52"}, {"place": "522327"}, {"place": "522300"}, {"unit": "GROUP"}, {"unit": "P52"}, {"unit": "P53"},
    {"unit": "C5223"}, {"area": "region-dian-gui-qian-karst"}, {"area": "region-dian-gui-qian-karst", "unit": "P52"},
    {"place": "52", "unit": "P52"}, {"place": "52", "area": "region-dian-gui-qian-karst"},
)  # fmt: skip
BREAKDOWNS = (
    *(((Grain.PLACE,), SIZE_OF_LEVEL[level]) for level in (1, 2, 3)),
    ((Grain.UNIT,), 1),
    ((Grain.MONTH,), 1),
)

posts = st.tuples(
    st.just("post"),
    st.sampled_from([LESSONS, LESSONS, POSTED]),
    st.sampled_from(["P52", "P53", "C5223"]),
    st.sampled_from(PLACES),
    st.sampled_from(DAYS),
    st.sampled_from([None, 1, 1, 2]),
    st.sampled_from([1, 1, 2, -1]),
)
deeds = st.one_of(
    posts,
    posts,
    st.tuples(st.just("reverse"), st.integers(0, 30)),
    st.just(("seal",)),
    st.just(("roll",)),
    st.just(("step",)),
    st.just(("move",)),
    st.just(("anew",)),
)


@pytest.fixture
def tree(story: Story) -> Story:
    """The story with a city below the branch in Guizhou."""
    with system_writes("a city of the test"):
        enter_unit(
            code="C5223", name_zh="黔西南州分公司", name_en="Qianxinan", kind=Unit.Kind.PREFECTURE, parent=story.cast.guizhou,
            place=Place.objects.get(pk=522_300_000_000), starts_on=date(2015, 1, 1),
        )  # fmt: skip
    return story


def do(story: Story, deed: tuple) -> None:
    match deed:
        case ("post", measure, unit, place, day, who, quantity):
            given_ = [None if who is None else party(who)]
            key = Unit.objects.get(code=unit).pk
            story.post(measure, [quantity], unit=key, place=place, on=day, parties=given_)
        case ("reverse", at):
            taken_back = Fact.objects.filter(reverses_id__isnull=False).values("reverses_id")
            standing = Fact.objects.filter(reverses_id__isnull=True).exclude(pk__in=taken_back).order_by("id")
            if standing:
                story.reverse(standing[at % len(standing)].pk)
        case ("seal",):
            seal_pending()
        case ("roll",):
            seal_pending()
            roll_up()
        case ("step",):
            seal_pending()
            with patch.object(rollups, "STEP", 1):
                roll_up_step()
        case ("move",):
            move(story)
        case ("anew",):
            with patch.object(distinct, "AT_ONCE", 1):
                roll_up_anew()


def move(story: Story) -> None:
    """Put the city below the other province; from the fourth time on it stays."""
    city = Unit.objects.get(code="C5223")
    moved = city.versions.count()
    if moved < 4:
        on = datetime(2021, 1, 1 + moved, tzinfo=UTC)
        parent = story.cast.yunnan if city.parent_id == story.cast.guizhou.pk else story.cast.guizhou
        move_unit(unit=city, parent=parent, on=on.date(), act=Act(actor=story.cast.administrator, at=on))


def questions(period: str, places: Iterable[dict[str, str]]) -> list[Question]:
    """Return the questions of some places or units that counts can answer, of a flow and of a stock."""
    found = []
    for code in (TRAINED, STAFF):
        for where in places:
            selection = read_selection({"period": period, **where})
            term = queries.indicator_of(code, selection).term
            found.append(Question(term, selection))
            for groups, size in BREAKDOWNS:
                stands = groups == (Grain.MONTH,) and not term.has_start
                found.append(Question(term, selection, groups, size, stands))
    return found


def said(question: Question, rows: list[tuple]) -> dict[Any, list[Decimal]]:
    """Return what is read of rows by group; of what stands by month how much it changed, and what was before as one."""
    found: dict[Any, list[Decimal]] = {}
    for row in rows:
        key, values = (row[0], row[1:]) if question.groups else (None, row)
        if not values[1]:
            continue
        # The newest fact of a period that ends within a month is that month's.
        is_whole = question.selection.period.ends_on.day == 1
        values = values if is_whole else (*values[:3], 0, *values[4:])
        numbers = [Decimal(one) for one in (values[:2] if question.stands else values)]
        if isinstance(key, date):
            key = date(key.year, key.month, 1)
            if question.stands:
                key = key if key >= question.selection.period.starts_on else None
        before = found.get(key)
        found[key] = numbers if before is None else [sum(pair) for pair in zip(before, numbers, strict=True)]
    return found


@pytest.mark.django_db
@settings(max_examples=15)
@given(
    history=st.lists(deeds, min_size=3, max_size=14),
    period=st.sampled_from(PERIODS),
    places=st.lists(st.sampled_from(WHERE), min_size=2, max_size=2),
)
def test_counts_say_what_the_facts_say(
    tree: Story, history: list, period: str, places: list[dict[str, str]]
) -> None:
    before = transaction.savepoint()
    try:
        for deed in history:
            do(tree, deed)
        for question, rows in kept_rows(questions(period, places)).items():
            expected = scanned(question)
            assert said(question, rows) == said(question, expected), question
        assert different_cells() == 0
    finally:
        transaction.savepoint_rollback(before)


@pytest.fixture
def told(tree: Story) -> Story:
    """The first cadre twice in 册亨 and once in 沽源, the second once; a third came in since, and the second left again."""
    city = Unit.objects.get(code="C5223").pk
    for day, place, unit in (
        (date(2019, 3, 4), CEHENG, city),
        (date(2019, 9, 2), CEHENG, city),
        (date(2019, 9, 3), GUYUAN, tree.cast.yunnan.pk),
    ):
        tree.post(LESSONS, [1], unit=unit, place=place, on=day, parties=[party(1)])
        tree.post(POSTED, [1], unit=unit, place=place, on=day, parties=[party(1)])
    second = tree.post(LESSONS, [1], unit=None, place=VILLAGE, on=date(2019, 3, 4), parties=[party(2)])
    tree.seal()
    roll_up()
    tree.post(LESSONS, [1], unit=None, place=CEHENG, on=date(2019, 3, 5), parties=[party(3)])
    tree.post(LESSONS, [1], unit=None, place=CEHENG, on=date(2019, 3, 5), parties=[party(1)])
    tree.seal()
    tree.reverse(*second)
    return tree


def nodes_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every node of a plan."""
    return [plan, *(node for below in plan.get("Plans", ()) for node in nodes_of(below))]


def value(code: str = TRAINED, **asked: str) -> Decimal | None:
    return queries.figure_in(code, read_selection({"period": "2019", **asked})).value


@pytest.mark.django_db
class TestKeptCounts:
    def test_are_of_parties_wherever_they_stand(self, told: Story) -> None:
        found = {
            where: value(**dict([where])) for where in (("place", "52"), ("place", "13"), ("unit", "P52"))
        }
        assert found == {("place", "52"): 2, ("place", "13"): 1, ("unit", "P52"): 2}
        assert (value(), value(unit="GROUP"), value(unit="C5223"), value(period="2019-H1")) == (2, 2, 1, 2)
        assert (value(STAFF), value(STAFF, period="2019-Q1"), value(STAFF, period="2018")) == (1, 1, None)

    @pytest.mark.parametrize(
        "asked", [{}, {"place": "52"}, {"place": "522327"}, {"unit": "P52"}, {"unit": "C5223"}]
    )
    def test_of_several_years_count_nobody_twice_and_meet_no_fact(
        self, told: Story, asked: dict[str, str]
    ) -> None:
        """Who came in two of the years is one; one who came and was taken out in another year is none."""
        city = Unit.objects.get(code="C5223").pk
        for year, quantity, who in ((2017, 1, 1), (2016, 1, 4), (2018, -1, 4), (2018, 2, 2)):
            told.post(LESSONS, [quantity], unit=city, place=CEHENG, on=date(year, 5, 1), parties=[party(who)])
        told.seal()
        roll_up()
        selection = read_selection({"period": "2016-01-01/2019-12-31", **asked})
        question = Question(queries.indicator_of(TRAINED, selection).term, selection)
        found = [
            value(period=period, **asked)
            for period in ("2016", "2017", "2018", "2019", selection.period.code)
        ]
        is_city = "C5223" in asked.values()
        assert (found, different_cells()) == ([1, 1, 1, 1 if is_city else 2, 2 if is_city else 3], 0)
        with CaptureQueriesContext(connection) as ran:
            rows = kept_rows([question])[question]
        read = [one["sql"] for one in ran if "ledger_fact" in one["sql"].split("asked AS MATERIALIZED")[-1]]
        assert (said(question, rows), len(read)) == (said(question, scanned(question)), 1)

    def test_hold_plain_parties_once_and_shared_ones_in_each_scope(self, told: Story) -> None:
        roll_up()
        year = PlainCount.objects.filter(months=12)
        assert [(one.place_id, one.counted, one.appeared, one.facts) for one in year.order_by("place_id", "unit_id")] == [
            (GUYUAN, 0, 0, 1), (CEHENG, 2, 2, 3), (CEHENG, 0, 0, 2),
        ]  # fmt: skip
        shared = SharedCount.objects.filter(months=12, counted=1).values_list("scope", "key")
        units = (told.cast.guizhou.pk, told.cast.yunnan.pk, Unit.objects.get(code="C5223").pk)
        assert set(shared) == {
            (0, 0), (1, GUIZHOU), (1, 130_000_000_000), (2, 522_300_000_000), (2, 130_700_000_000), (3, CEHENG), (3, GUYUAN),
            *((4, unit) for unit in units), (5, told.cast.guizhou.pk),
        }  # fmt: skip
        assert PartyCell.objects.filter(party=party(1), measure_id=year[0].measure_id).count() == 4

    @pytest.mark.parametrize(("asked", "is_kept"), [
        ({}, True), ({"period": "2019-03"}, True), ({"unit": "P52"}, True), ({"unit": "C5223"}, True),
        ({"place": "522327"}, True), ({"unit": "GROUP", "place": "52"}, True),
        ({"unit": "P52", "place": "52"}, False), ({"place": "522327001"}, False),
        ({"area": "poor-832"}, False), ({"as_of": "1"}, False), ({"period": "2018-01-01/2019-12-31"}, True),
        ({"period": "2019-02-01/2019-06-30"}, False), ({"period": "2019-01-01/2019-05-31"}, True),
        ({"period": "2017-01-01/2019-05-31", "unit": "P52"}, True), ({"period": "2019-01-01/2019-11-30", "place": "52"}, True),
        ({"period": "2019-01-01/2019-06-15"}, True), ({"period": "2019-06-01/2019-06-15"}, False),
        ({"period": "2019-01-02/2019-12-31"}, False),
    ])  # fmt: skip
    def test_answer_calendar_periods_of_one_scope(
        self, told: Story, asked: dict[str, str], is_kept: bool
    ) -> None:
        before = value(**asked)
        with system_writes("somebody changes a count"):
            PlainCount.objects.update(counted=100)
        assert (value(**asked) != before) == is_kept

    def test_are_read_without_the_facts(self, told: Story) -> None:
        term = queries.indicator_of(TRAINED, read_selection({"period": "2019"})).term
        alike = [
            Question(term, read_selection({"period": "2019", **where}))
            for where in WHERE
            if where.keys() <= {"place"}
        ]
        with CaptureQueriesContext(connection) as ran:
            assert set(kept_rows(alike)) == set(alike)
        assert len(ran) == 1

    @pytest.mark.parametrize("asked", [
        {"area": "region-dian-gui-qian-karst"}, {"place": "52", "unit": "P52"},
        {"area": "region-dian-gui-qian-karst", "unit": "P52"}, {"place": "522300", "area": "region-dian-gui-qian-karst"},
    ])  # fmt: skip
    def test_of_a_list_or_of_a_place_and_a_unit_are_kept_where_everybody_stays(
        self, tree: Story, asked: dict[str, str]
    ) -> None:
        """While no party is in two counties or with two units, the counts of counties and units are all there is."""
        for who in (1, 2):
            tree.post(LESSONS, [1], unit=None, place=CEHENG, on=date(2019, 3, 4), parties=[party(who)])
        tree.seal()
        roll_up()
        selection = read_selection({"period": "2019", **asked})
        question = Question(queries.indicator_of(TRAINED, selection).term, selection)
        assert kept_rows([question])[question][0][:2] == (2, 2)
        tree.post(LESSONS, [1], unit=None, place=GUYUAN, on=date(2019, 9, 4), parties=[party(1)])
        tree.seal()
        roll_up()
        assert (kept_rows([question]), value(**asked)) == ({}, 2)

    def test_of_a_branch_are_of_its_units_and_made_anew_after_a_move(self, told: Story) -> None:
        guizhou, yunnan = (read_selection({"period": "2019", "unit": code}) for code in ("P52", "P53"))
        term = queries.indicator_of(TRAINED, guizhou).term
        left, entered = Question(term, guizhou), Question(term, yunnan)
        before = kept_rows([left, entered])
        assert (before[left][0][0], before[entered][0][0]) == (2, 1)
        move(told)
        # Who has nothing below needs no list; the other's counts are of another one.
        assert list(kept_rows([left, entered])) == [left]
        assert (value(unit="P52"), value(unit="P53")) == (2, 1)
        told.seal()
        roll_up()
        listed = sorted(Unit.objects.filter(code__in=("P53", "C5223")).values_list("pk", flat=True))
        assert [(one.pk, one.units) for one in Branch.objects.all()] == [(told.cast.yunnan.pk, listed)]
        after = kept_rows([left, entered])
        assert (after[left][0][0], after[entered][0][0], different_cells()) == (2, 1, 0)

    def test_of_a_step_are_joined_by_hash(self, told: Story) -> None:
        """No statistics tell of a step's own rows: compared each with each, twenty thousand facts took minutes."""
        plans: list[dict[str, Any]] = []

        def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql == distinct.ADVANCE:
                context["cursor"].execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                plans.append(context["cursor"].fetchone()[0][0]["Plan"])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explained):
            roll_up()
        joins = [node for plan in plans for node in nodes_of(plan) if "Join Filter" in node]
        assert (len(plans), [node for node in joins if node["Node Type"] == "Nested Loop"]) == (1, [])

    def test_opened_they_show_their_parts(self, told: Story) -> None:
        for code in (TRAINED, STAFF):
            selection = read_selection({"period": "2019"})
            indicator = queries.indicator_of(code, selection)
            live = breakdown_of(indicator, selection)
            with system_writes("nothing is kept"):
                Branch.objects.all().delete()
                connection.cursor().execute("DELETE FROM ledger_countedmeasure")
            assert breakdown_of(indicator, selection) == live
            roll_up_anew()

    def test_that_somebody_changed_are_told_and_mended(self, told: Story) -> None:
        roll_up()
        with system_writes("somebody changes counts"):
            PlainCount.objects.filter(months=12).update(counted=7)
            SharedCount.objects.filter(scope=0, months=12).update(counted=7)
            PartyCell.objects.filter(party=party(3)).update(facts=7)
        assert different_cells() > 0
        roll_up_anew()
        assert (different_cells(), value()) == (0, 2)
