"""How far targets are: values of many units at once, forecasts, lights and the rule that raises findings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.findings.watching import run_rules, watch_account
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.reporting import queries as reporting
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.completion import Progress, progress_of
from bangfu.reporting.targets.counting import figures_by_unit
from bangfu.reporting.targets.engines.pace import Light, Method
from bangfu.reporting.targets.lights import DEFAULT
from bangfu.reporting.targets.models import Version
from tests.cast import CEHENG, FOUNDED
from tests.reporting.kinds import party
from tests.reporting.story import Story
from tests.reporting.targets.pledged import CADRES, STATIONS, approved, drafted, entered, in_force

MIDSUMMER = date(2020, 7, 1)  # 183 of 366 days: exactly half


def city(story: Story) -> Unit:
    with system_writes("a test's company"):
        return enter_unit(
            code="C5223", name_zh="黔西南州分公司", name_en="Qianxinan company", kind=Unit.Kind.PREFECTURE,
            parent=story.cast.guizhou, place=None, starts_on=FOUNDED,
        )  # fmt: skip


def cadres(story: Story, parties: list[int], unit: Unit, on: date = date(2020, 3, 1)) -> None:
    story.post(
        declared_measures()[CADRES], [1] * len(parties), unit=unit.pk, place=CEHENG, on=on,
        parties=[party(one) for one in parties],
    )  # fmt: skip


def progress(version: Version, on: date = MIDSUMMER) -> dict[tuple[str, str], Progress]:
    found = progress_of(
        queries.targets_of(version.pk), year=2020, signatory=version.pledge.unit, on=on, lights=DEFAULT
    )
    return {(one.target.indicator, one.unit.code): one for one in found}


class TestFiguresByUnit:
    def test_sums_go_up_the_tree(self, story: Story) -> None:
        cast, below = story.cast, city(story)
        story.stations(3, on=date(2020, 2, 1))
        story.stations(4, unit=below.pk, on=date(2020, 2, 1))
        selection = Selection(read_period("2020"))
        units = [cast.group, cast.guizhou, below, cast.yunnan]
        found = figures_by_unit(STATIONS, selection, units)
        assert [found[unit.pk].value for unit in units] == [Decimal(7), Decimal(7), Decimal(4), None]
        assert [found[unit.pk].sum.facts for unit in units] == [7, 7, 4, 0]
        assert found[cast.group.pk].code is not None
        for unit in units:
            asked = found[unit.pk].selection
            assert reporting.figure_in(STATIONS, asked).value == found[unit.pk].value

    def test_persons_are_counted_once_in_each_unit(self, story: Story) -> None:
        cast, below = story.cast, city(story)
        cadres(story, [1, 2], cast.guizhou)
        cadres(story, [2, 3], below)
        cadres(story, [3], cast.yunnan)
        units = [cast.group, cast.guizhou, below, cast.yunnan]
        found = figures_by_unit(CADRES, Selection(read_period("2020")), units)
        assert [found[unit.pk].value for unit in units] == [Decimal(3), Decimal(3), Decimal(2), Decimal(1)]

    def test_a_ratio_is_worked_out_for_each(self, story: Story) -> None:
        cast, measures = story.cast, declared_measures()
        covered, baseline = (
            measures[code] for code in ("network.covered_villages", "network.baseline_villages")
        )
        story.post(covered, [1] * 3, unit=cast.guizhou.pk, place=CEHENG, on=date(2020, 2, 1))
        story.post(baseline, [1] * 4, unit=cast.guizhou.pk, place=CEHENG, on=date(2018, 3, 4))
        found = figures_by_unit(
            "network.coverage", Selection(read_period("2020")), [cast.guizhou, cast.yunnan]
        )
        assert (found[cast.guizhou.pk].value, found[cast.yunnan.pk].value) == (Decimal("0.75"), None)

    def test_asks_as_much_for_two_units_as_for_one(self, story: Story) -> None:
        cast = story.cast
        story.stations(2, on=date(2020, 2, 1))
        selection = Selection(read_period("2020"))

        def asked(units: list[Unit]) -> int:
            with CaptureQueriesContext(connection) as seen:
                figures_by_unit(STATIONS, selection, units)
            return len(seen)

        assert asked([cast.guizhou]) == asked([cast.guizhou, cast.yunnan])


class TestProgress:
    def test_says_value_share_time_forecast_and_light(self, story: Story) -> None:
        story.stations(30, on=date(2020, 2, 1))
        story.stations(26, unit=story.cast.yunnan.pk, on=date(2020, 6, 1))
        story.stations(9, on=date(2020, 7, 2))
        story.stations(9, on=date(2019, 7, 2))
        found = progress(in_force(story.cast))
        whole = found[STATIONS, "GROUP"]
        assert (whole.figure.value, whole.share, whole.time_share) == (
            Decimal(56), Decimal("0.5600"), Decimal("0.5000"),
        )  # fmt: skip
        assert (whole.ahead.value, whole.ahead.method) == (Decimal("112.0000"), Method.LINEAR)
        assert whole.light is Light.GREEN
        assert whole.figure.selection.period.code == "2020-01-01/2020-07-01"
        assert whole.method_words.en == "At the daily pace: 56 × 366 ÷ 183 days = 112"
        lights = {code: one.light for (kind, code), one in found.items() if kind == STATIONS}
        assert lights == {"GROUP": Light.GREEN, "P52": Light.GREEN, "P53": Light.GREEN}
        assert found[CADRES, "GROUP"].light is Light.GREY

    def test_follows_the_shape_of_two_past_years(self, story: Story) -> None:
        for year, early, late in ((2018, 1, 3), (2019, 1, 4)):
            story.stations(early, on=date(year, 3, 1))
            story.stations(late, on=date(year, 10, 1))
        story.stations(20, on=date(2020, 3, 1))
        one = progress(in_force(story.cast))[STATIONS, "GROUP"]
        assert (one.ahead.method, one.ahead.value) == (Method.SEASONAL, Decimal("90.0000"))
        assert one.light is Light.AMBER
        assert "2019、2018" in one.method_words.zh
        assert "20 × 9 ÷ 2 = 90" in one.method_words.zh

    def test_a_stock_grows_from_what_stood(self, story: Story) -> None:
        from tests.reporting.story import LAMPS

        cast = story.cast
        story.post(LAMPS, [100], unit=cast.guizhou.pk, place=CEHENG, on=date(2019, 5, 1))
        story.post(LAMPS, [10], unit=cast.guizhou.pk, place=CEHENG, on=date(2020, 5, 1))
        version = drafted(cast)
        entered(cast, version, LAMPS.code, 120)
        one = progress(approved(cast, version))[LAMPS.code, "GROUP"]
        assert (one.figure.value, one.base, one.ahead.value) == (
            Decimal(110), Decimal(100), Decimal("120.0000"),
        )  # fmt: skip

    def test_after_the_year_what_is_counted_is_what_there_is(self, story: Story) -> None:
        story.stations(99, on=date(2020, 12, 31))
        story.stations(1, on=date(2021, 1, 1))
        one = progress(in_force(story.cast), date(2021, 6, 1))[STATIONS, "GROUP"]
        assert (one.figure.value, one.ahead.method, one.light) == (Decimal(99), Method.PRESENT, Light.RED)
        assert one.figure.selection.period.code == "2020"
        assert one.figure.code is not None

    def test_counts_only_in_the_target_s_place(self, story: Story) -> None:
        from bangfu.foundation.places.models import Place
        from tests.cast import GUYUAN

        story.stations(3, on=date(2020, 2, 1))
        story.stations(5, place=GUYUAN, on=date(2020, 2, 1))
        version = drafted(story.cast)
        entered(story.cast, version, STATIONS, 10, place=Place.objects.get(pk=CEHENG))
        one = progress(approved(story.cast, version))[STATIONS, "GROUP"]
        assert one.figure.value == Decimal(3)


class TestBehind:
    def test_red_targets_are_raised_once_and_close_again(self, story: Story) -> None:
        story.stations(10, on=date(2020, 2, 1))
        in_force(story.cast)
        at = datetime(2020, 7, 1, 4, tzinfo=UTC)
        act = Act(actor=watch_account(on=date(2020, 7, 1)), at=at)
        for _ in range(2):
            (run,) = run_rules(act=act, only=["targets.behind"])
        assert run.examined == 5
        found = Finding.objects.filter(rule="targets.behind").order_by("unit__path")
        assert [one.unit.code for one in found] == ["GROUP", "P52"]
        assert found[0].title.zh == "2020 年「新建无线基站」照此进度完不成"
        assert "10 × 366 ÷ 183" in found[0].detail.zh

    def test_a_share_is_raised_without_what_it_tells_of_its_whole(self, story: Story) -> None:
        story.stations(10, on=date(2020, 2, 1))
        story.stations(30, unit=story.cast.yunnan.pk, on=date(2020, 2, 1))
        version = drafted(story.cast)
        entered(story.cast, version, "network.base_stations_share", "0.5", story.cast.guizhou)
        approved(story.cast, version)
        act = Act(actor=watch_account(on=date(2021, 1, 5)), at=datetime(2021, 1, 5, 4, tzinfo=UTC))
        run_rules(act=act, only=["targets.behind"])
        found = Finding.objects.get(rule="targets.behind")
        assert found.detail.zh == "贵州省分公司：目标 50.0%。完成多少、预计多少，能看分母的人在责任书页上看。"


@pytest.mark.django_db
def test_nothing_is_in_force_before_approval(story: Story) -> None:
    version = drafted(story.cast)
    assert queries.in_force(queries.versions_of(version.pledge_id), MIDSUMMER) is None
