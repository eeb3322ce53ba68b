"""Distinct counts, ratios and targets on posted facts: exact values, what they leave out, and what they open to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from bangfu.reporting import queries
from bangfu.reporting.facts import facts_in
from bangfu.reporting.selection import Selection, UnableToOpen, read_selection
from tests.cast import CEHENG, GUIZHOU, GUYUAN
from tests.reporting.kinds import (
    ATTENDED,
    COVERAGE,
    COVERED,
    GRANT,
    LESSONS,
    PAID,
    PLEDGED,
    POSTED,
    STAFF,
    TARGET,
    TRAINED,
    VILLAGES,
    party,
)  # fmt: skip
from tests.reporting.story import Story

TOWN = 522327001000
HEBEI = 130000000000


def value(code: str, period: str = "2019", **selection: object) -> Decimal | None:
    return queries.figure(code, period=period, **selection).value


def lessons(
    story: Story, *who: int | None, on: date, place: int = CEHENG, unit: int | None = None
) -> list[int]:
    parties = [None if one is None else party(one) for one in who]
    return story.post(LESSONS, [1] * len(who), unit=unit, place=place, on=on, parties=parties)


@pytest.fixture
def taught(story: Story) -> Story:
    """Three cadres: the first takes two lessons in 册亨 and one in 沽源, the second one, the third one in 2020."""
    lessons(story, 1, 2, on=date(2019, 3, 4))
    lessons(story, 1, on=date(2019, 9, 2), place=TOWN)
    lessons(story, 1, on=date(2019, 9, 3), place=GUYUAN, unit=story.cast.yunnan.pk)
    lessons(story, 3, on=date(2020, 1, 5))
    return story


class TestDistinct:
    def test_counts_each_party_once_and_says_the_participations(self, taught: Story) -> None:
        figure = queries.figure(TRAINED, period="2019")
        assert (figure.value, figure.participations, figure.sum.facts) == (2, 4, 4)
        assert str(figure) == "2人"
        assert value(ATTENDED) == 4

    def test_over_a_flow_counts_within_the_period(self, taught: Story) -> None:
        found = {
            code: value(TRAINED, code)
            for code in ("2018", "2019-Q1", "2019-09", "2020", "2019-01-01/2020-12-31")
        }
        assert found == {"2018": None, "2019-Q1": 2, "2019-09": 1, "2020": 1, "2019-01-01/2020-12-31": 3}

    def test_over_a_stock_counts_who_stands_at_the_end(self, story: Story) -> None:
        for quantity, on in ((1, date(2017, 5, 1)), (-1, date(2019, 6, 1)), (1, date(2019, 9, 1))):
            story.post(POSTED, [quantity], unit=None, place=CEHENG, on=on, parties=[party(1)])
        story.post(POSTED, [1], unit=None, place=CEHENG, on=date(2019, 8, 1), parties=[party(2)])
        found = {code: value(STAFF, code) for code in ("2016", "2018", "2019-H1", "2019-08", "2019")}
        assert found == {"2016": None, "2018": 1, "2019-H1": 0, "2019-08": 1, "2019": 2}
        months = queries.opened(STAFF, read_selection({"period": "2019"})).breakdown.months
        assert [part.value for part in months] == [1, 1, 1, 1, 1, 0, 0, 1, 2, 2, 2, 2]

    def test_a_party_whose_facts_cancel_out_is_nobody(self, taught: Story) -> None:
        (fact,) = lessons(taught, 4, on=date(2019, 3, 4))
        assert value(TRAINED) == 3
        taught.reverse(fact)
        figure = queries.figure(TRAINED, period="2019")
        assert (figure.value, figure.sum.cancelled, figure.sum.reversed, figure.participations) == (
            2,
            1,
            1,
            4,
        )

    def test_facts_without_a_party_are_left_out_and_said(self, taught: Story) -> None:
        lessons(taught, None, None, on=date(2019, 3, 4))
        figure = queries.figure(TRAINED, period="2019")
        assert (figure.value, figure.participations, figure.sum.facts, figure.sum.nameless) == (2, 4, 6, 2)

    def test_only_nameless_facts_are_nobody_but_not_nothing(self, story: Story) -> None:
        lessons(story, None, on=date(2019, 3, 4))
        assert value(TRAINED) == 0

    def test_parts_are_counted_by_themselves_and_need_not_add_up(self, taught: Story) -> None:
        parts = queries.opened(TRAINED, read_selection({"period": "2019"})).breakdown
        cast = taught.cast
        assert (parts.sum.value, parts.sum.quantity) == (2, 4)
        assert [(part.key, part.value, part.facts) for part in parts.places] == [
            (GUIZHOU, 2, 3),
            (HEBEI, 1, 1),
        ]
        assert [(part.key, part.value) for part in parts.units] == [(cast.guizhou.pk, 2), (cast.yunnan.pk, 1)]
        assert [part.value for part in parts.months] == [0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0]
        county = queries.opened(TRAINED, read_selection({"period": "2019", "place": "522327"})).breakdown
        assert [(part.key, part.value) for part in county.places] == [(CEHENG, 2), (TOWN, 1)]
        province = queries.opened(TRAINED, read_selection({"period": "2019", "place": "52"})).breakdown
        assert [(part.key, part.value) for part in province.above] == [(522300000000, 2)]

    def test_as_of_a_block_a_reversal_is_not_known_yet(self, story: Story) -> None:
        (fact, _) = lessons(story, 1, 2, on=date(2019, 3, 4))
        block = story.seal()
        story.reverse(fact)
        assert (value(TRAINED), value(TRAINED, as_of=block)) == (1, 2)


@pytest.fixture
def covered(story: Story) -> Story:
    """1,000 villages in 册亨 of which 999 are covered, and 500 in 沽源 of which none is."""
    story.post(VILLAGES, [1000], unit=None, place=CEHENG, on=date(2018, 12, 31))
    story.post(VILLAGES, [500], unit=None, place=GUYUAN, on=date(2018, 12, 31))
    story.post(COVERED, [900], unit=None, place=CEHENG, on=date(2019, 3, 1))
    story.post(COVERED, [99], unit=None, place=CEHENG, on=date(2019, 11, 1))
    return story


class TestRatio:
    def test_divides_once_and_exactly(self, covered: Story) -> None:
        figure = queries.figure(COVERAGE, period="2019")
        assert figure.value == Decimal("0.666")
        assert value(COVERAGE, place=CEHENG) == Decimal("0.999")
        assert [one.value for one in figure.terms] == [999, 1500]
        assert (figure.sum.facts, figure.sum.quantity) == (4, None)

    def test_is_shown_in_percent_and_never_claims_more(self, covered: Story) -> None:
        story = covered
        assert str(queries.figure(COVERAGE, period="2019", place=CEHENG)) == "99.9%"
        story.post(VILLAGES, [9000], unit=None, place=CEHENG, on=date(2019, 12, 1))
        story.post(COVERED, [9000], unit=None, place=CEHENG, on=date(2019, 12, 1))
        figure = queries.figure(COVERAGE, period="2019", place=CEHENG)
        assert (figure.value, str(figure)) == (Decimal("0.9999"), "99.9%")
        story.post(COVERED, [1], unit=None, place=CEHENG, on=date(2019, 12, 1))
        assert str(queries.figure(COVERAGE, period="2019", place=CEHENG)) == "100.0%"
        with translation.override("en"):
            assert str(queries.figure(COVERAGE, period="2019", place=CEHENG)) == "100.0%"

    def test_without_a_denominator_it_is_null_and_never_zero(self, story: Story) -> None:
        assert value(COVERAGE) is None
        story.post(COVERED, [3], unit=None, place=CEHENG, on=date(2019, 3, 1))
        assert value(COVERAGE) is None
        assert str(queries.figure(COVERAGE, period="2019")) == "—"
        story.reverse(*story.post(VILLAGES, [4], unit=None, place=CEHENG, on=date(2019, 3, 1)))
        assert value(COVERAGE) is None

    def test_with_a_denominator_no_numerator_is_none_of_it(self, covered: Story) -> None:
        assert value(COVERAGE, place=GUYUAN) == 0
        assert str(queries.figure(COVERAGE, period="2019", place=GUYUAN)) == "0.0%"

    def test_divides_money_by_persons(self, story: Story) -> None:
        story.post(
            PAID,
            [1000, 1000, 500],
            unit=None,
            place=CEHENG,
            on=date(2019, 9, 1),
            parties=[party(1), party(2), party(1)],
        )
        figure = queries.figure(GRANT, period="2019")
        assert (figure.value, str(figure)) == (1250, "1250.00元")
        story.post(PAID, [1000], unit=None, place=CEHENG, on=date(2019, 10, 1), parties=[party(3)])
        figure = queries.figure(GRANT, period="2019")
        assert (figure.value, str(figure)) == (Decimal("1166.6666666667"), "1166.67元")
        with translation.override("en"):
            assert str(figure) == "1,166.67 yuan"

    def test_each_term_opens_by_itself(self, covered: Story) -> None:
        figure = queries.figure(COVERAGE, period="2019")
        numerator, denominator = figure.terms
        assert numerator.address == f"/f/{COVERAGE}/?period=2019&term=numerator"
        assert denominator.address_of("facts") == f"/f/{COVERAGE}/facts?period=2019&term=denominator"
        assert (str(numerator), str(denominator)) == ("999个", "1500个")
        assert (numerator.code, figure.code) == (None, queries.figure(COVERAGE, period="2019").code)
        opened = queries.opened(COVERAGE, read_selection({"period": "2019", "term": "numerator"}))
        assert (opened.figure.value, [part.value for part in opened.breakdown.places]) == (999, [999])
        facts = facts_in(opened.figure.indicator, opened.figure.selection)
        assert sorted(facts.values_list("quantity", flat=True)) == [99, 900]

    @pytest.mark.parametrize(
        ("code", "term"), [(COVERAGE, "target"), (TRAINED, "numerator"), (COVERAGE, "x")]
    )
    def test_refuses_a_term_it_does_not_have(self, story: Story, code: str, term: str) -> None:
        with pytest.raises(UnableToOpen) as caught:
            queries.figure_in(code, Selection(queries.read_period("2019"), term=term))
        assert caught.value.code == "unknown_term"

    def test_parts_are_quotients(self, covered: Story) -> None:
        parts = queries.opened(COVERAGE, read_selection({"period": "2019"})).breakdown
        assert [(part.key, part.value, part.facts) for part in parts.places] == [
            (GUIZHOU, Decimal("0.999"), 3),
            (HEBEI, Decimal(0), 1),
        ]
        shares = [Decimal(0)] * 2 + [Decimal("0.6")] * 8 + [Decimal("0.666")] * 2
        assert [part.value for part in parts.months] == shares

    def test_as_of_a_block(self, covered: Story) -> None:
        block = covered.seal()
        covered.post(COVERED, [501], unit=None, place=GUYUAN, on=date(2019, 12, 1))
        assert (value(COVERAGE), value(COVERAGE, as_of=block)) == (1, Decimal("0.666"))
        opened = queries.opened(COVERAGE, Selection(queries.read_period("2019"), as_of=block))
        assert opened.has_moved
        assert queries.figure(COVERAGE, period="2019").unsealed == 1


class TestTarget:
    def test_is_met_when_what_was_reached_is_no_less(self, covered: Story) -> None:
        covered.post(PLEDGED, [999], unit=None, place=CEHENG, on=date(2019, 1, 1))
        figure = queries.figure(TARGET, period="2019")
        assert (figure.value, str(figure), [one.value for one in figure.terms]) == (1, "完成", [999, 999])
        with translation.override("en"):
            assert str(figure) == "met"
        early = queries.figure(TARGET, period="2019-Q1")
        assert (early.value, str(early)) == (0, "未完成")
        assert [one.indicator.title.zh for one in figure.terms] == [
            "覆盖目标 · 实际值：已覆盖行政村",
            "覆盖目标 · 目标值：目标村数",
        ]

    def test_without_a_target_it_is_null(self, covered: Story) -> None:
        assert value(TARGET) is None
        assert str(queries.figure(TARGET, period="2019")) == "—"

    def test_nothing_reached_is_not_met(self, story: Story) -> None:
        story.post(PLEDGED, [1], unit=None, place=CEHENG, on=date(2019, 1, 1))
        assert value(TARGET) == 0

    def test_each_place_is_judged_by_its_own_target(self, covered: Story) -> None:
        covered.post(PLEDGED, [900], unit=None, place=CEHENG, on=date(2019, 1, 1))
        covered.post(PLEDGED, [10], unit=None, place=GUYUAN, on=date(2019, 1, 1))
        parts = queries.opened(TARGET, read_selection({"period": "2019"})).breakdown
        assert [(part.key, part.value) for part in parts.places] == [(GUIZHOU, 1), (HEBEI, 0)]
