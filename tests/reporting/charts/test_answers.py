"""What charts say: each number is its figure's, the parts agree with the whole, and what is missing is said and not zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.operations import NotPermitted
from bangfu.reporting.charts.answers.answer import Answer, exact
from bangfu.reporting.charts.answers.asked import answered
from bangfu.reporting.charts.asking import UnableToChart, read_question
from bangfu.reporting.charts.disclosing import has_small_groups, rows_outside
from bangfu.reporting.charts.engines.marks import WIDE, Box
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import UnableToOpen
from bangfu.reporting.tables.asking import UnableToTabulate
from tests.cast import CEHENG, GUYUAN
from tests.reporting.charts.asked import chart, opened, proved, question, texts, values
from tests.reporting.kinds import COVERAGE, GIVEN, LESSONS, STAFF, TRAINED, party
from tests.reporting.story import LAMPS, Story
from tests.reporting.tables.conftest import XINGYI
from tests.reporting.targets.pledged import approved, drafted, entered

STATIONS = "network.base_stations"
WANGMO = 522326000000


def pledged(story: Story, quantity: int = 20, **said: Any) -> None:
    """Approve a pledge of the group for 2020 with one target."""
    version = drafted(story.cast)
    entered(story.cast, version, STATIONS, quantity, **said)
    approved(story.cast, version)


@pytest.mark.django_db
class TestTrend:
    def test_runs_through_a_year_beside_the_year_before(self, filled: Story) -> None:
        answer = proved(
            chart(filled.cast.officer, kind="trend", indicator=STATIONS, period="2019"), fewest=24
        )
        said = texts(answer)
        assert said["2019年1月"] == ["—", "—"]
        assert (said["2019年2月"], said["2019年6月"], said["2019年12月"]) == (
            ["5", "—"],
            ["10", "4"],
            ["10", "4"],
        )
        assert answer.title == "新建无线基站：2019年累计"
        assert answer.notes == ("没有生效的责任书给这个指标、单位和范围定目标，所以没有目标线和预计。",)

    def test_shows_target_and_forecast_of_the_pledge_in_force(self, filled: Story) -> None:
        pledged(filled)
        filled.stations(6, on=date(2020, 3, 1))
        answer = proved(
            chart(filled.cast.officer, kind="trend", indicator=STATIONS, period="2020"), fewest=24
        )
        assert values(answer)["目标"][0] == 20
        marks = {mark.text: mark for mark in answer.draw(WIDE).marks}
        assert marks["责任书目标，不少于：20 个"].address.startswith("/targets/")
        assert [key.text for key in answer.draw(WIDE).labels][2:4] == ["目标 不少于20个", "匀速进度"]
        assert answer.notes == ("期限已到，即实际值",)

    def test_as_on_a_day_of_the_year_it_forecasts(self, filled: Story) -> None:
        pledged(filled)
        filled.stations(6, on=date(2020, 3, 1))
        filled.stations(1, on=date(2020, 7, 10))
        given = {"kind": "trend", "indicator": STATIONS, "period": "2020", "on": "2020-07-01"}
        answer = proved(chart(filled.cast.officer, **given), fewest=19)
        said = texts(answer)
        assert (said["2020年7月"], said["2020年8月"]) == (["6", "10"], ["未开始", "10"])
        # By this day 2018 and 2019 had all that they came to.
        assert (said["预计到 2020-12-31"][0], said["目标"][0]) == ("6", "20")
        assert "预计，2020-12-31：6 个" in [mark.text for mark in answer.draw(WIDE).marks]
        assert answer.notes == (
            "按往年进度（2019、2018）：6 × 14 ÷ 14 = 6；往年到这一天已完成全年的 100.0%",
            "到 2020-07-01 还没有开始的期间不画。",
        )

    def test_hides_a_target_from_whoever_may_not_see_it(self, filled: Story) -> None:
        pledged(filled)
        answer = chart(
            filled.cast.county_official, kind="trend", indicator=STATIONS, period="2020", place="522327"
        )
        assert "目标" not in values(answer)

    def test_period_by_period(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer,
                kind="trend",
                indicator=STATIONS,
                step="quarter",
                first="2018-Q4",
                last="2019-Q3",
            ),
            fewest=8,
        )
        assert list(texts(answer).values()) == [["—", "—"], ["7", "—"], ["3", "4"], ["0", "—"]]
        bars = [mark for mark in answer.draw(WIDE).marks if any(isinstance(one, Box) for one in mark.shapes)]
        assert len(bars) == 4  # the quarter that came to zero has one, those without records have none

    def test_years_carry_their_targets(self, filled: Story) -> None:
        pledged(filled, 20)
        answer = proved(
            chart(
                filled.cast.officer, kind="trend", indicator=STATIONS, step="year", first="2018", last="2020"
            ),
            fewest=3,
        )
        assert texts(answer) == {"2018年": ["4", ""], "2019年": ["10", ""], "2020年": ["—", "20"]}

    def test_what_has_not_begun_is_not_zero(self, filled: Story) -> None:
        answer = chart(
            filled.cast.officer, kind="trend", indicator=STATIONS, step="year", first="2019", last="2199"
        )
        assert texts(answer)["2199年"] == ["未开始"]
        assert "还没有开始的期间不画" in answer.notes[0]

    @pytest.mark.parametrize("as_of", [{}, {"as_of": "1"}], ids=["now", "as of a block"])
    def test_of_every_kind(self, filled: Story, as_of: dict[str, str]) -> None:
        for code in (TRAINED, STAFF, COVERAGE, LAMPS.code, "toy.per_head", "toy.growth", "toy.since"):
            given = {"step": "quarter", "first": "2018-Q3", "last": "2019-Q4"}
            proved(chart(filled.cast.officer, kind="trend", indicator=code, **given, **as_of), fewest=10)

    def test_as_of_a_block_stays(self, filled: Story) -> None:
        before = chart(filled.cast.officer, kind="trend", indicator=STATIONS, period="2019", as_of="1")
        filled.stations(3, on=date(2019, 5, 1))
        after = chart(filled.cast.officer, kind="trend", indicator=STATIONS, period="2019", as_of="1")
        assert (texts(before), before.draw(WIDE)) == (texts(after), after.draw(WIDE))
        now = chart(filled.cast.officer, kind="trend", indicator=STATIONS, period="2019")
        assert texts(now)["2019年12月"] == ["13", "4"]

    def test_asks_the_ledger_once_whatever_the_number_of_periods(self, filled: Story) -> None:
        def asked(last: str) -> int:
            with CaptureQueriesContext(connection) as found:
                chart(
                    filled.cast.officer,
                    kind="trend",
                    indicator=STATIONS,
                    step="month",
                    first="2018-01",
                    last=last,
                )
            return sum("ledger_fact" in one["sql"] for one in found)

        assert asked("2019-12") == asked("2018-02")


@pytest.mark.django_db
class TestComposition:
    def test_by_place_adds_up_with_what_was_counted_above(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer,
                kind="composition",
                indicator=STATIONS,
                by="place",
                level="3",
                place="52",
                period="2019",
            ),
            fewest=3,
        )
        assert texts(answer) == {
            "册亨县": ["5", "62.5%"],
            "兴义市": ["0", "0.0%"],
            "未分到下级或已撤并的地区": ["3", "37.5%"],
            "合计": ["8", "100%"],
        }

    def test_by_unit_over_time(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer,
                kind="composition",
                indicator="toy.since",
                by="unit",
                step="quarter",
                first="2019-Q1",
                last="2019-Q4",
            ),
            fewest=12,
        )
        *parts, whole = answer.rows
        assert [row.name for row in parts] == ["贵州省分公司", "云南省分公司"]
        for at in range(4):
            assert sum(row.cells[at].value or 0 for row in parts) == (whole.cells[at].value or 0)

    def test_by_line_with_what_belongs_to_none(self, filled: Story) -> None:
        answer = proved(
            chart(filled.cast.officer, kind="composition", indicator=PAID_IN, by="line", period="2019"),
            fewest=1,
        )
        assert [row.name for row in answer.rows] == ["未分专业线", "合计"]

    def test_by_measure_opens_what_is_declared_alone(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer, kind="composition", indicator="toy.narrowed", by="measure", period="2018"
            ),
            fewest=1,
        )
        assert {name: row[0] for name, row in values(answer).items()} == {
            "助学金": Decimal("123.75"),
            "物资折价": Decimal("123.75"),
            "合计": Decimal("247.50"),
        }

    def test_of_places_one_by_one_leaves_the_rest_of_the_whole(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer,
                kind="composition",
                indicator=STATIONS,
                by="place",
                named="522327",
                period="2019",
            ),
            fewest=2,
        )
        assert {name: row[0] for name, row in texts(answer).items()} == {
            "贵州省黔西南布依族苗族自治州册亨县": "5",
            "未分到下级或已撤并的地区": "5",
            "合计": "10",
        }

    def test_others_are_summed_and_open(self, filled: Story) -> None:
        for at, place in enumerate((522301000000, CEHENG, 522328000000, 522325000000), 1):
            filled.stations(at, place=place, on=date(2019, 9, 1))
        answer = chart(
            filled.cast.officer,
            kind="composition",
            indicator=STATIONS,
            by="place",
            level="3",
            place="5223",
            period="2019",
            most="2",
        )
        rest = next(mark for mark in answer.draw(WIDE).marks if mark.text.startswith("其他"))
        assert rest.text == "其他 2 个：4 个"
        assert "kind=ranking" in rest.address
        assert (
            sum(row[0] or 0 for name, row in values(answer).items() if name != "合计")
            == values(answer)["合计"][0]
        )


PAID_IN = "toy.paid_in"


@pytest.mark.django_db
class TestRanking:
    def test_units_with_the_year_before_and_targets(self, filled: Story) -> None:
        pledged(filled, 20)
        answer = proved(
            chart(filled.cast.officer, kind="ranking", indicator=STATIONS, by="unit", period="2019"), fewest=4
        )
        assert texts(answer) == {"贵州省分公司": ["1", "8", "4"], "云南省分公司": ["2", "2", "—"]}

    def test_targets_stand_beside_their_units(self, filled: Story) -> None:
        version = drafted(filled.cast)
        entered(filled.cast, version, STATIONS, 12, filled.cast.guizhou)
        approved(filled.cast, version)
        filled.stations(7, on=date(2020, 2, 1))
        answer = proved(
            chart(filled.cast.officer, kind="ranking", indicator=STATIONS, by="unit", period="2020"), fewest=4
        )
        assert texts(answer) == {"贵州省分公司": ["1", "7", "8", "12"], "云南省分公司": ["", "—", "2", ""]}
        marks = {mark.text: mark.address for mark in answer.draw(WIDE).marks}
        assert marks["贵州省分公司，目标，不少于：12 个"].startswith("/targets/")

    def test_zero_is_ranked_and_no_records_are_not(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer,
                kind="ranking",
                indicator=STATIONS,
                by="place",
                level="3",
                place="5223",
                period="2019",
            ),
            fewest=8,
        )
        said = texts(answer)
        assert (said["册亨县"], said["兴义市"], said["望谟县"]) == (
            ["1", "5", "4"],
            ["2", "0", "—"],
            ["", "—", "—"],
        )
        drawn = [mark.text for mark in answer.draw(WIDE).marks]
        assert drawn[:2] == ["册亨县，2019年：5 个", "册亨县，2018年：4 个"]
        assert drawn[2:] == ["兴义市，2019年：0 个"]
        assert answer.notes == (f"{len(said) - 2} 个没有记录，排在最后，不是零。",)

    def test_ratios_and_the_smallest_first(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer,
                kind="ranking",
                indicator=COVERAGE,
                by="place",
                level="1",
                period="2019",
                order="asc",
            ),
            fewest=4,
        )
        assert [row.name for row in answer.rows][:2] == ["河北省", "贵州省"]
        assert [label.text for label in answer.draw(WIDE).labels if label.text.endswith("%")][:1] == ["%"]

    def test_more_than_are_drawn_stand_in_the_table(self, filled: Story) -> None:
        answer = chart(
            filled.cast.officer, kind="ranking", indicator=STATIONS, by="unit", period="2019", most="1"
        )
        assert len([mark for mark in answer.draw(WIDE).marks if "2019年" in mark.text]) == 1
        assert (len(answer.rows), answer.notes) == (2, ("图上画出 1 个，另有 1 个只列在表里。",))


@pytest.mark.django_db
class TestDistribution:
    def test_tells_the_median_and_outliers_by_name(self, filled: Story) -> None:
        places = (
            522301000000,
            522302000000,
            522323000000,
            522324000000,
            522325000000,
            522326000000,
            522328000000,
        )
        for place in places[1:]:
            filled.stations(2, place=place, on=date(2019, 9, 1))
        filled.stations(40, place=CEHENG, on=date(2019, 9, 1))
        answer = proved(
            chart(
                filled.cast.officer,
                kind="distribution",
                indicator=STATIONS,
                by="place",
                place="5223",
                period="2019",
            ),
            fewest=8,
        )
        said = texts(answer)
        assert said["册亨县"] == ["45", "离群（特别高）"]
        assert said["兴义市"] == ["0", "离群（特别低）"]
        assert (said["参加的个数"][0], said["中位数"][0], said["最大"][0], said["最小"][0]) == (
            "8",
            "2",
            "45",
            "0",
        )
        marks = answer.draw(WIDE).marks
        assert marks[0].text == "最小 0 个，下四分位 2 个，中位数 2 个，上四分位 2 个，最大 45 个"
        assert {mark.text for mark in marks if "离群" in mark.text} == {
            "册亨县，离群（特别高）：45 个",
            "兴义市，离群（特别低）：0 个",
        }
        counted = [
            int(mark.text.rpartition("：")[2].split(" ")[0]) for mark in marks if "&bin=" in mark.address
        ]
        assert (sum(counted), counted[-1]) == (8, 1)

    def test_of_nothing_says_so(self, filled: Story) -> None:
        answer = chart(
            filled.cast.officer, kind="distribution", indicator=STATIONS, place="53", period="2019"
        )
        assert (answer.is_empty, answer.rows, answer.draw(WIDE).items) == (True, (), ())


@pytest.mark.django_db
class TestFlow:
    SOURCES = ("toy.paid_in", "toy.given_in")

    def test_every_passage_is_a_figure_and_stages_agree(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer,
                kind="flow",
                indicator=self.SOURCES,
                by=["unit", "place"],
                level="3",
                period="2019",
            ),
            fewest=8,
        )
        whole = sum(
            (opened(f"/f/{code}/?period=2019").value or Decimal(0) for code in self.SOURCES), Decimal(0)
        )
        rows = [row for row in answer.rows if not row.is_whole]
        stages = {"source": Decimal(0), "unit": Decimal(0)}
        for row in rows:
            stages["unit" if row.name.endswith("分公司") else "source"] += row.cells[-1].value or 0
        assert stages == {"source": whole, "unit": whole}
        assert answer.notes == (f"每一段的合计都等于来源合计：{exact(whole)} 元。",)

    def test_what_passes_through_a_stop_opens(self, filled: Story) -> None:
        given = {"kind": "flow", "by": ["unit", "place"], "level": "3", "period": "2019"}
        one = proved(chart(filled.cast.officer, indicator="toy.paid_in", **given), fewest=6)
        stops = {mark.text.split("：")[0][-6:]: mark for mark in one.draw(WIDE).marks if "→" not in mark.text}
        [xingyi] = [mark for name, mark in stops.items() if name.endswith("兴义市")]
        assert (xingyi.address, xingyi.is_figure) == ("/f/toy.paid_in/?period=2019&place=522301", True)
        assert stops["贵州省分公司"].address == "/f/toy.paid_in/?period=2019&unit=P52"
        both_sources = chart(filled.cast.officer, indicator=self.SOURCES, **given)
        several = [mark for mark in both_sources.draw(WIDE).marks if "→" not in mark.text]
        [narrowed] = [mark for mark in several if mark.text.endswith("兴义市：247.5 元")]
        assert (narrowed.is_figure, narrowed.address.startswith("/charts/new?kind=flow&")) == (False, True)
        parts = read_question(parse_qs(urlsplit(narrowed.address).query), period=read_period("2019"))
        assert parts.selection.place_code == "522301"
        assert sum(
            row.cells[-1].value or 0 for row in answered(parts, filled.cast.officer).rows if row.is_whole
        ) == Decimal("247.5")

    def test_from_provinces_to_counties_within_a_place(self, filled: Story) -> None:
        answer = proved(
            chart(
                filled.cast.officer,
                kind="flow",
                indicator=self.SOURCES,
                by=["province", "place"],
                level="3",
                period="2019",
            ),
            fewest=10,
        )
        assert [row.name for row in answer.rows if row.name.endswith("省")] == ["河北省"] * 2 + ["贵州省"] * 2
        within = proved(
            chart(
                filled.cast.officer,
                kind="flow",
                indicator="toy.paid_in",
                by=["province", "place"],
                place="5223",
                period="2019",
            ),
            fewest=2,
        )
        assert [(row.name, row.cells[0].text, bool(row.cells[-1].address)) for row in within.rows] == [
            ("助学金", "贵州省", True),
            ("贵州省", "兴义市", True),
            ("合计", "来源", True),
        ]

    def test_a_break_is_shown_where_it_is(self, filled: Story) -> None:
        filled.post(GIVEN, [Decimal(50)], unit=filled.cast.yunnan.pk, place=GUYUAN, on=date(2019, 9, 1))
        answer = proved(
            chart(
                filled.cast.officer,
                kind="flow",
                indicator="toy.paid_in",
                use="toy.given_in",
                by=["place"],
                level="1",
                period="2019",
            ),
            fewest=4,
        )
        assert "相差 −50 元" in answer.notes[0]
        broken = [mark.text for mark in answer.draw(WIDE).marks if mark.text.startswith("差额")]
        assert broken == ["差额，来源未记：50 元", "差额，来源未记：50 元"]

    def test_what_agrees_says_so(self, filled: Story) -> None:
        answer = chart(
            filled.cast.officer,
            kind="flow",
            indicator="toy.paid_in",
            use="toy.given_in",
            by=["unit"],
            period="2019",
        )
        assert answer.notes == ("来源与用途合计相等：247.5 元。",)
        assert not [mark for mark in answer.draw(WIDE).marks if mark.text.startswith("差额")]

    def test_as_of_a_block_goes_by_that_blocks_tree(self, filled: Story) -> None:
        proved(
            chart(
                filled.cast.officer,
                kind="flow",
                indicator=self.SOURCES,
                by=["unit", "line"],
                period="2019",
                as_of="1",
            ),
            fewest=4,
        )


@pytest.mark.django_db
class TestOneQuestion:
    def test_asks_the_ledger_as_often_for_a_province_as_for_a_prefecture(self, filled: Story) -> None:
        def asked(kind: str, place: str) -> int:
            given = {"indicator": "toy.paid_in", "by": "place", "level": "3", "period": "2019"}
            with CaptureQueriesContext(connection) as found:
                chart(filled.cast.officer, kind=kind, place=place, **given)
            return sum("ledger_fact" in one["sql"] for one in found)

        for kind in ("ranking", "distribution", "composition", "flow"):
            assert asked(kind, "52") == asked(kind, "5223") > 0, kind


@pytest.mark.django_db
class TestWhoMaySee:
    def test_all_of_what_is_asked(self, filled: Story) -> None:
        given = {"kind": "ranking", "indicator": STATIONS, "by": "place", "level": "3", "period": "2019"}
        with pytest.raises(NotPermitted):
            chart(filled.cast.county_official, **given)
        assert not chart(filled.cast.county_official, place="522327", **given).is_empty
        with pytest.raises(NotPermitted):
            chart(filled.cast.outsider, place="522327", **given)

    def test_no_share_of_a_wider_whole(self, filled: Story) -> None:
        with pytest.raises(NotPermitted):
            chart(
                filled.cast.county_official,
                kind="trend",
                indicator="toy.share",
                place="522327",
                period="2019",
            )


@pytest.mark.django_db
class TestSmallGroups:
    def test_persons_below_five_and_never_things(self, filled: Story) -> None:
        given = {"kind": "ranking", "by": "place", "level": "1", "period": "2019"}
        assert has_small_groups(chart(filled.cast.officer, indicator=TRAINED, **given))
        assert not has_small_groups(chart(filled.cast.officer, indicator=STATIONS, **given))

    def test_five_are_enough_but_not_in_a_small_place(self, filled: Story) -> None:
        filled.post(
            LESSONS,
            [1] * 6,
            unit=filled.cast.guizhou.pk,
            place=CEHENG,
            on=date(2017, 5, 1),
            parties=[party(at) for at in range(6)],
        )
        given = {
            "kind": "trend",
            "indicator": TRAINED,
            "step": "year",
            "first": "2017",
            "last": "2018",
            "before": "0",
        }
        assert not has_small_groups(chart(filled.cast.officer, **given))
        assert has_small_groups(chart(filled.cast.officer, place="522327", **given))


def outside(answer: Answer) -> dict[str, list[str]]:
    return {row.name: [cell.text for cell in row.cells] for row in rows_outside(answer)}


@pytest.mark.django_db
class TestRowsOutside:
    """What a file of a chart's numbers says of people: never a group below five, nor a remainder that gives one away."""

    HIDDEN = "不足 5 人，不列"

    def trained(self, story: Story, place: int, count: int, on: date, measure: Measure = LESSONS) -> None:
        parties = [party(place % 1_000_000_000 // 1000 + at) for at in range(count)]
        story.post(measure, [1] * count, unit=story.cast.guizhou.pk, place=place, on=on, parties=parties)

    def test_a_ranking_keeps_ranks_and_things(self, filled: Story) -> None:
        self.trained(filled, CEHENG, 7, date(2016, 5, 1))
        self.trained(filled, WANGMO, 6, date(2016, 5, 1))
        self.trained(filled, XINGYI, 2, date(2016, 5, 1))
        given = {
            "kind": "ranking",
            "by": "place",
            "level": "3",
            "place": "5223",
            "period": "2016",
            "before": "0",
        }
        found = outside(chart(filled.cast.officer, indicator=TRAINED, **given))
        assert (found["册亨县"], found["望谟县"], found["兴义市"]) == (
            ["1", "7"], ["2", "不列"], ["3", self.HIDDEN],
        )  # fmt: skip
        stations = chart(filled.cast.officer, indicator=STATIONS, **{**given, "period": "2019"})
        assert rows_outside(stations) == stations.rows

    def test_a_trend_of_one_county(self, filled: Story) -> None:
        self.trained(filled, CEHENG, 6, date(2016, 5, 1))
        self.trained(filled, CEHENG, 3, date(2017, 5, 1))
        given = {
            "kind": "trend",
            "step": "year",
            "first": "2016",
            "last": "2017",
            "before": "0",
            "place": "522327",
        }
        found = outside(chart(filled.cast.officer, indicator=TRAINED, **given))
        assert found == {"2016年": ["不列"], "2017年": [self.HIDDEN]}

    def test_a_distribution_with_its_least(self, filled: Story) -> None:
        for place, count in ((CEHENG, 9), (WANGMO, 7), (XINGYI, 2)):
            self.trained(filled, place, count, date(2016, 5, 1))
        given = {"kind": "distribution", "by": "place", "level": "3", "place": "5223", "period": "2016"}
        found = outside(chart(filled.cast.officer, indicator=TRAINED, **given))
        assert (found["册亨县"][0], found["望谟县"][0], found["兴义市"][0]) == ("9", "不列", self.HIDDEN)
        assert (found["最小"][0], found["参加的个数"][0]) == (self.HIDDEN, "3")

    def test_a_composition_and_a_flow_of_attendances(self, filled: Story) -> None:
        attended = declared_measures()["training.attendances"]
        for place, count in ((CEHENG, 9), (WANGMO, 7), (XINGYI, 2)):
            self.trained(filled, place, count, date(2016, 5, 1), attended)
        given = {
            "by": "place", "level": "3", "place": "5223", "period": "2016", "indicator": "training.participations",
        }  # fmt: skip
        parts = outside(chart(filled.cast.officer, kind="composition", **given))
        assert parts == {
            "册亨县": ["9", "50.0%"], "望谟县": ["不列", ""], "兴义市": [self.HIDDEN, ""], "合计": ["18", "100%"],
        }  # fmt: skip
        passages = rows_outside(chart(filled.cast.officer, kind="flow", **given))
        assert [row.cells[-1].text for row in passages] == ["不列", "不列", self.HIDDEN, "18"]


ADDRESSES: tuple[dict[str, list[str]], ...] = (
    {
        "kind": ["trend"],
        "indicator": [STATIONS],
        "way": ["to_date"],
        "step": ["month"],
        "on": ["2019-07-31"],
        "period": ["2019"],
    },
    {
        "kind": ["trend"],
        "indicator": [STATIONS],
        "step": ["quarter"],
        "first": ["2018-Q1"],
        "last": ["2019-Q4"],
        "before": ["0"],
    },
    {
        "kind": ["composition"],
        "indicator": [STATIONS],
        "by": ["unit"],
        "units": ["PROVINCE"],
        "step": ["year"],
        "first": ["2018"],
        "last": ["2019"],
        "place": ["520000"],
    },
    {
        "kind": ["ranking"],
        "indicator": [STATIONS],
        "by": ["place"],
        "level": ["3"],
        "most": ["30"],
        "order": ["asc"],
        "period": ["2019-Q3"],
        "unit": ["P52"],
        "as_of": ["1"],
    },
    {
        "kind": ["ranking"],
        "indicator": [STATIONS],
        "by": ["place"],
        "level": ["named"],
        "named": ["522327", "130724"],
        "period": ["2019"],
    },
    {
        "kind": ["flow"],
        "indicator": ["toy.paid_in"],
        "use": ["toy.given_in"],
        "by": ["unit", "place"],
        "level": ["1"],
        "units": ["PROVINCE"],
        "period": ["2019"],
    },
)
MEANINGLESS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"kind": "pie"}, "unknown_choice"),
    ({"indicator": [STATIONS, LAMPS.code]}, "one_only"),
    ({"kind": "composition", "step": "year", "indicator": [STATIONS, LAMPS.code]}, "one_only"),
    ({"period": "2019-Q1", "way": "to_date"}, "not_a_year"),
    ({"period": "2019", "way": "to_date", "on": "today"}, "unknown_day"),
    ({"step": "month", "first": "1990", "last": "2020"}, "too_many_periods"),
    ({"kind": "ranking", "most": "0"}, "most_out_of_range"),
    ({"kind": "ranking", "most": "61"}, "most_out_of_range"),
    ({"kind": "flow", "by": "measure"}, "unknown_choice"),
    ({"kind": "ranking", "indicator": "no.such"}, "unknown_indicator"),
    ({"step": "year", "first": "2020", "last": "2019"}, "ends_before_it_begins"),
    ({"kind": "flow", "indicator": "toy.paid_in", "use": "toy.paid_in"}, "twice"),
)


@pytest.mark.django_db
class TestQuestion:
    def test_an_address_is_the_whole_question(self, filled: Story) -> None:
        for given in ADDRESSES:
            assert question(**given).fields == given

    def test_refuses_what_means_nothing(self, filled: Story) -> None:
        for given, code in MEANINGLESS:
            with pytest.raises((UnableToChart, UnableToOpen, UnableToTabulate)) as refused:
                question(**given)
            assert refused.value.code == code, given

    def test_refuses_what_cannot_be_drawn(self, filled: Story) -> None:
        for given, code in (
            ({"indicator": "toy.target", "period": "2019"}, "no_number"),
            ({"kind": "composition", "indicator": TRAINED, "by": "place"}, "no_parts"),
            ({"kind": "composition", "indicator": STATIONS, "by": "measure"}, "one_measure"),
            ({"kind": "flow", "indicator": ["toy.paid_in", TRAINED]}, "no_parts"),
            ({"kind": "flow", "indicator": ["toy.paid_in", STATIONS]}, "not_of_one_unit"),
            (
                {
                    "kind": "flow",
                    "indicator": "toy.paid_in",
                    "by": "place",
                    "level": "named",
                    "named": "522327",
                },
                "unknown_choice",
            ),
        ):
            with pytest.raises(UnableToChart) as refused:
                chart(filled.cast.officer, **given)
            assert refused.value.code == code, given
