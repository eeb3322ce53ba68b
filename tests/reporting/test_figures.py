"""Figures on posted facts: flow and stock, scope, reversals, and as of a block."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import system_writes
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import record_type
from bangfu.reporting import queries
from bangfu.reporting.facts import Verified, facts_in, trust_in, verified_together
from bangfu.reporting.selection import Selection, UnableToOpen, read_block, read_selection
from tests.cast import CEHENG, GUIZHOU, GUYUAN, NOW, YUNNAN
from tests.reporting.story import LAMPS, Story

CODE = "network.base_stations"
TOWN = 522327001000


def value(**selection: object) -> Decimal | None:
    return queries.figure(CODE, period=selection.pop("period", "2019"), **selection).value


class TestFlow:
    def test_sums_what_happened_in_the_period(self, story: Story) -> None:
        story.stations(3, on=date(2019, 1, 1))
        story.stations(2, on=date(2019, 12, 31))
        story.stations(1, on=date(2018, 12, 31))
        story.stations(1, on=date(2020, 1, 1))
        assert value() == 5
        assert [value(period=code) for code in ("2019-01", "2019-Q4", "2019-H2", "2018", "2019-01-01/2019-12-30")] == [
            3, 2, 2, 1, 3,
        ]  # fmt: skip

    def test_no_facts_are_no_number(self, story: Story) -> None:
        figure = queries.figure(CODE, period="2019")
        assert (figure.value, str(figure), figure.sum.facts) == (None, "—", 0)
        opened = queries.opened(CODE, figure.selection)
        assert opened.figure.value is None
        assert opened.breakdown.places == ()

    def test_facts_that_cancel_out_are_zero(self, story: Story) -> None:
        story.reverse(*story.stations(2))
        figure = queries.figure(CODE, period="2019")
        assert (figure.value, figure.sum.facts, figure.sum.reversed) == (0, 4, 2)
        assert str(figure) == "0个"

    def test_is_shown_in_both_languages(self, story: Story) -> None:
        figure = queries.figure(CODE, period="2019")
        story.stations(46)
        figure = queries.figure(CODE, period="2019", place=CEHENG)
        assert str(figure) == "46个"
        with translation.override("en"):
            assert str(figure) == "46 stations"
        assert figure.address == f"/f/{CODE}/?period=2019&place=522327"


class TestStock:
    def test_stands_at_the_periods_end(self, story: Story) -> None:
        story.post(LAMPS, [10], unit=None, place=CEHENG, on=date(2017, 5, 1))
        story.post(LAMPS, [5], unit=None, place=CEHENG, on=date(2019, 3, 1))
        story.post(LAMPS, [-4], unit=None, place=CEHENG, on=date(2019, 8, 1))
        story.post(LAMPS, [100], unit=None, place=CEHENG, on=date(2020, 1, 1))
        found = {
            code: queries.figure(LAMPS.code, period=code).value
            for code in ("2016", "2018", "2019-Q1", "2019")
        }
        assert found == {"2016": None, "2018": 10, "2019-Q1": 15, "2019": 11}

    def test_months_show_what_stood_at_their_end(self, story: Story) -> None:
        story.post(LAMPS, [10], unit=None, place=CEHENG, on=date(2017, 5, 1))
        story.post(LAMPS, [5], unit=None, place=CEHENG, on=date(2019, 3, 1))
        story.post(LAMPS, [-4], unit=None, place=CEHENG, on=date(2019, 8, 1))
        opened = queries.opened(LAMPS.code, read_selection({"period": "2019"}))
        assert [part.value for part in opened.breakdown.months] == [
            10,
            10,
            15,
            15,
            15,
            15,
            15,
            11,
            11,
            11,
            11,
            11,
        ]


class TestScope:
    def test_filters_by_place_unit_and_both(self, story: Story) -> None:
        cast = story.cast
        story.stations(4, unit=cast.guizhou.pk, place=CEHENG)
        story.stations(2, unit=cast.guizhou.pk, place=TOWN)
        story.stations(3, unit=cast.yunnan.pk, place=GUYUAN)
        story.stations(1, unit=cast.yunnan.pk, place=YUNNAN)
        assert value() == 10
        assert (value(place=GUIZHOU), value(place=CEHENG), value(place=TOWN), value(place=GUYUAN)) == (
            6,
            6,
            2,
            3,
        )
        assert (value(unit=cast.guizhou), value(unit=cast.group), value(unit=cast.office)) == (6, 10, None)
        assert value(unit=cast.yunnan, place=GUYUAN) == 3
        assert value(unit=cast.yunnan, place=GUIZHOU) is None

    def test_parts_add_up_and_lead_down(self, story: Story) -> None:
        cast = story.cast
        story.stations(4, unit=cast.guizhou.pk, place=CEHENG, on=date(2019, 2, 1))
        story.stations(2, unit=cast.guizhou.pk, place=TOWN, on=date(2019, 3, 1))
        story.stations(3, unit=cast.yunnan.pk, place=GUYUAN, on=date(2019, 3, 2))
        opened = queries.opened(CODE, read_selection({"period": "2019"}))
        parts = opened.breakdown
        assert [(part.key, part.value) for part in parts.places] == [(GUIZHOU, 6), (130000000000, 3)]
        assert [(part.key, part.value) for part in parts.units] == [(cast.guizhou.pk, 6), (cast.yunnan.pk, 3)]
        assert [part.value for part in parts.months] == [0, 4, 5, *[0] * 9]
        assert opened.figure.value == parts.sum.value == 9

        province = queries.opened(CODE, read_selection({"period": "2019", "place": "52"})).breakdown
        assert [(part.key, part.value) for part in province.places] == [(CEHENG, 6)]
        assert [(part.key, part.value) for part in province.above] == [(522300000000, 6)]
        county = queries.opened(CODE, read_selection({"period": "2019", "place": "522327"})).breakdown
        assert [(part.key, part.value) for part in county.places] == [(CEHENG, 4), (TOWN, 2)]

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"period": "soon"}, "unknown_period"),
            ({"period": "2019", "place": "999999"}, "unknown_place"),
            ({"period": "2019", "place": "Guizhou"}, "unknown_place"),
            ({"period": "2019", "unit": "NOBODY"}, "unknown_unit"),
            ({"period": "2019", "line": "nothing"}, "unknown_line"),
            ({"period": "2019", "as_of": "77"}, "unknown_block"),
            ({"period": "2019", "as_of": "2999-01-01"}, "unknown_block"),
            ({"period": "2019", "as_of": "-1"}, "unknown_block"),
        ],
    )
    def test_refuses_what_means_nothing(self, story: Story, given: dict[str, str], code: str) -> None:
        with pytest.raises(UnableToOpen) as caught:
            read_selection(given)
        assert caught.value.code == code
        assert str(caught.value)

    def test_refuses_an_unknown_indicator(self, story: Story) -> None:
        with pytest.raises(UnableToOpen, match=r"network\.nothing"):
            queries.figure("network.nothing", period="2019")


class TestAsOf:
    def test_a_reversal_changes_now_and_not_then(self, story: Story) -> None:
        first, *_ = story.stations(3)
        block = story.seal()
        story.reverse(first)
        assert (value(), value(as_of=block)) == (2, 3)
        later = story.seal()
        assert (value(), value(as_of=block), value(as_of=later)) == (2, 3, 2)
        opened = queries.opened(CODE, Selection(queries.read_period("2019"), as_of=block))
        assert opened.has_moved
        assert opened.now is not None
        assert (opened.figure.value, opened.now.value) == (3, 2)

    def test_a_late_entry_of_an_old_day_changes_now_and_not_then(self, story: Story) -> None:
        story.stations(3)
        block = story.seal()
        story.stations(2, on=date(2019, 1, 1))
        assert (value(), value(as_of=block)) == (5, 3)

    def test_counts_what_waits_for_the_sealer(self, story: Story) -> None:
        story.stations(3)
        block = story.seal()
        story.stations(2)
        story.stations(1, on=date(2018, 1, 1))
        figure = queries.figure(CODE, period="2019")
        assert (figure.unsealed, figure.block, figure.value) == (2, block, 5)
        assert queries.figure(CODE, period="2019", as_of=block).unsealed == 0

    def test_a_date_is_the_last_block_sealed_by_then(self, story: Story) -> None:
        story.stations(3)
        today = timezone.localdate()
        assert read_block(today.isoformat()) == 0
        block = story.seal()
        assert read_block(today.isoformat()) == block
        assert read_block((today - timedelta(days=1)).isoformat()) == 0
        assert value(as_of=0) is None


class TestTrust:
    def test_counts_standing_facts_only(self, story: Story) -> None:
        first, *_ = story.stations(4)
        story.reverse(first)
        figure = queries.figure(CODE, period="2019")
        trust = trust_in(figure.indicator, figure.selection)
        assert (trust.standing, trust.verified, trust.evidenced) == (3, 0, 0)
        assert facts_in(figure.indicator, figure.selection).count() == 5

    def test_several_figures_count_each_fact_once(self, story: Story) -> None:
        first, second, *_ = story.stations(4)
        story.stations(2, place=GUYUAN)
        story.reverse(first)
        with system_writes("a review of the tests"):
            Review.objects.create(
                record_type=record_type("network.station").number,
                record_id=Fact.objects.get(pk=second).subject_id,
                unit=story.cast.guizhou,
                state="VERIFIED",
                submitted_by=story.cast.clerk,
                submitted_at=NOW,
                decided_by=story.cast.verifier,
                decided_at=NOW,
            )
        asked = [(one.indicator, one.selection) for one in (
            queries.figure(CODE, period="2019"), queries.figure(CODE, period="2019", place=CEHENG),
        )]  # fmt: skip
        # The record with the second number is that of the second station and of the second one in 沽源.
        assert verified_together(asked) == Verified(standing=5, verified=2)
        assert verified_together(asked[1:]) == Verified(standing=3, verified=1)
        assert verified_together([]) == Verified(0, 0)
        with CaptureQueriesContext(connection) as statements:
            verified_together(asked)
        assert len(statements) == 1


def test_the_usual_period_is_the_one_that_reports_cite(story: Story) -> None:
    story.stations(1, on=date(2020, 5, 1))
    story.post(LAMPS, [1], unit=None, place=CEHENG, on=date(2018, 5, 1))
    assert queries.usual_period(CODE).code == "2019"
    assert queries.usual_period(LAMPS.code).code == "2018"
