"""Every kind opens: a ratio to its two terms, a distinct count to its parties, and each says what it leaves out."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date
from html import unescape

import pytest
from click.testing import CliRunner
from django.http import HttpResponse

from bangfu.reporting import queries
from bangfu.reporting.leaving import left_out_of
from bangfu.site.cli import figures, open_
from tests.cast import CEHENG, GUYUAN
from tests.reporting.kinds import COVERAGE, COVERED, LESSONS, PAID, PLEDGED, TARGET, TRAINED, VILLAGES, party
from tests.reporting.story import Story
from tests.reporting.test_pages import door, fact_rows


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def told(story: Story) -> Story:
    """Villages with a pledge, and lessons: the first cadre twice in 册亨 and once in 沽源, the second once and taken back."""
    story.post(VILLAGES, [1000], unit=None, place=CEHENG, on=date(2018, 12, 31))
    story.post(COVERED, [999], unit=None, place=CEHENG, on=date(2019, 3, 1))
    story.post(COVERED, [1], unit=None, place=CEHENG, on=date(2020, 3, 1))
    story.post(PLEDGED, [990], unit=None, place=CEHENG, on=date(2019, 1, 1))
    for day, place in ((date(2019, 3, 4), CEHENG), (date(2019, 9, 2), CEHENG), (date(2019, 9, 3), GUYUAN)):
        story.post(LESSONS, [1], unit=None, place=place, on=day, parties=[party(1)])
    taken = story.post(LESSONS, [1], unit=None, place=CEHENG, on=date(2019, 3, 4), parties=[party(2)])
    story.reverse(*taken)
    story.post(LESSONS, [1], unit=None, place=CEHENG, on=date(2018, 3, 4), parties=[party(2)])
    story.post(LESSONS, [1], unit=None, place=CEHENG, on=date(2019, 3, 4), parties=[None])
    return story


class TestLeftOut:
    def test_a_distinct_count_says_who_is_nobody_and_what_lies_outside(self, told: Story) -> None:
        found = left_out_of(queries.figure(TRAINED, period="2019"))
        assert [(one.count, one.why.zh[:6]) for one in found] == [
            (1, "条事实已被冲"),
            (1, "条事实没有写"),
            (1, "个对象的数量"),
            (1, "条事实发生在"),
        ]

    def test_a_ratio_says_it_term_by_term(self, told: Story) -> None:
        found = left_out_of(queries.figure(COVERAGE, period="2019"))
        assert [(one.count, one.of.zh, one.why.en) for one in found] == [
            (1, "分子", "facts happened after the period")
        ]

    def test_nothing_left_out_is_nothing(self, told: Story) -> None:
        assert left_out_of(queries.figure("toy.attended", period="2018-01-01/2020-12-31"))[1:] == []


class TestRatioPages:
    @pytest.mark.parametrize("step", ["", "where", "facts"])
    @pytest.mark.parametrize("code", [COVERAGE, TARGET])
    def test_every_step_leads_to_both_terms(self, told: Story, code: str, step: str) -> None:
        page = text(door(told.cast.officer).get(f"/f/{code}/{step}?period=2019"))
        other = "denominator" if code == COVERAGE else "target"
        for term in ("numerator", other):
            assert f'<a class="figure" href="/f/{code}/?period=2019&term={term}"' in page

    def test_says_percent_and_exact(self, told: Story) -> None:
        page = text(door(told.cast.officer).get(f"/f/{COVERAGE}/where?period=2019"))
        assert '<p class="big">99.9<small>%</small></p>' in page
        assert "各地、各月的数由各自的两项算出，不能相加" in page
        assert "各项之和等于" not in page
        assert '<span class="bars-value">99.9%</span>' in page

    def test_months_in_which_it_stood_are_drawn_and_open(self, told: Story) -> None:
        page = text(door(told.cast.officer).get(f"/f/{COVERAGE}/where?period=2019"))
        drawn = [month for month in range(1, 13) if f'where?period=2019-{month:02}"' in page]
        assert drawn == list(range(3, 13))
        assert page.count('height="100.0%"') == 10

    def test_names_its_terms(self, told: Story) -> None:
        page = text(door(told.cast.officer).get(f"/f/{COVERAGE}/?period=2019"))
        assert '<p class="tile-name">分子：已覆盖行政村</p>' in page

    def test_says_met(self, told: Story) -> None:
        page = text(door(told.cast.officer).get(f"/f/{TARGET}/?period=2019"))
        assert '<p class="big">完成<small></small></p>' in page
        assert "［Σ 数量（已覆盖行政村），发生日期 ≤ 期末］ ≥ ［Σ 数量（目标村数），发生日期 ≤ 期末］" in page

    def test_without_a_denominator_it_says_so(self, story: Story) -> None:
        story.post(COVERED, [1], unit=None, place=CEHENG, on=date(2019, 3, 1))
        client = door(story.cast.officer)
        assert "没有比率，不等于零" in text(client.get(f"/f/{COVERAGE}/?period=2019"))
        assert "不能说完成与否" in text(client.get(f"/f/{TARGET}/?period=2019"))

    def test_a_term_has_its_own_steps_facts_and_way_back(self, told: Story) -> None:
        client = door(told.cast.officer)
        where = text(client.get(f"/f/{COVERAGE}/where?period=2019&term=numerator"))
        assert '<p class="big">999<small>个</small></p>' in where
        assert f'href="/f/{COVERAGE}/where?period=2019">网络覆盖率</a>' in where
        assert f'href="/f/{COVERAGE}/where?period=2019&place=520000&term=numerator"' in where
        facts = text(client.get(f"/f/{COVERAGE}/facts?period=2019&term=numerator"))
        assert facts.count("<td>2019-03-01</td>") == 1
        assert '<input type="hidden" name="term" value="numerator">' in facts
        record = text(client.get(f"/f/{COVERAGE}/facts?period=2019&term=numerator"))
        assert f"period=2019&term=numerator&figure={COVERAGE}" in record
        other = text(client.get(f"/f/{COVERAGE}/facts?period=2019&term=denominator"))
        assert other.count("<td>2018-12-31</td>") == 1

    def test_the_file_holds_the_facts_of_both_terms(self, told: Story) -> None:
        sent = door(told.cast.officer).get(f"/f/{COVERAGE}/facts.csv?period=2019")
        rows = fact_rows(sent)
        assert [(row["measure"], row["quantity"]) for row in rows] == [
            (VILLAGES.code, "1000"),
            (COVERED.code, "999"),
        ]

    @pytest.mark.parametrize("term", ["target", "nothing"])
    def test_an_unknown_term_is_a_sentence(self, told: Story, term: str) -> None:
        page = door(told.cast.officer).get(f"/f/{COVERAGE}/?period=2019&term={term}")
        assert page.status_code == 409
        assert f"没有「{term}」这一项" in text(page)


class TestDistinctPages:
    def test_says_the_participations_beside_the_persons(self, told: Story) -> None:
        page = text(door(told.cast.officer).get(f"/f/{TRAINED}/?period=2019"))
        assert '<p class="big">1<small>人</small></p>' in page
        assert "数量合计 3 人次，同一对象只算一次" in page
        assert "1 条事实没有写明对象" in page

    def test_where_says_that_parts_need_not_add_up(self, told: Story) -> None:
        page = text(door(told.cast.officer).get(f"/f/{TRAINED}/where?period=2019"))
        assert "各项之和可以大于 1，总数里只算一次" in page
        assert page.count('<span class="bars-value">1</span>') == 3

    def test_facts_fall_together_into_parties(self, told: Story) -> None:
        page = text(door(told.cast.officer).get(f"/f/{TRAINED}/facts?period=2019"))
        assert "5 条事实 → 1 个不同对象，其中 1 个不止一次" in page
        assert f'href="/f/{TRAINED}/facts?period=2019&party={party(1)}"' in page
        assert page.count('<tr class="reversed">') == 1
        assert "不计" in page

    def test_a_party_opens_to_its_facts(self, told: Story) -> None:
        client = door(told.cast.officer)
        page = text(client.get(f"/f/{TRAINED}/facts?period=2019&party={party(1)}"))
        assert page.count("<td>2019-") == 3
        sent = client.get(f"/f/{TRAINED}/facts.csv?period=2019&party={party(1)}")
        rows = fact_rows(sent)
        assert [row["party"] for row in rows] == [str(party(1))] * 3
        assert client.get(f"/f/{TRAINED}/facts?period=2019&party=x").status_code == 409

    def test_facts_one_by_one(self, told: Story) -> None:
        page = text(door(told.cast.officer).get(f"/f/{TRAINED}/facts?period=2019&each=1"))
        assert page.count("<td>2019-") >= 5
        assert f'<a class="chip" href="/f/{TRAINED}/facts?period=2019">按对象看</a>' in page

    def test_a_branch_sees_its_own_parties_only(self, told: Story) -> None:
        page = text(door(told.cast.clerk_of_yunnan).get(f"/f/{TRAINED}/facts?period=2019"))
        assert "另有 6 条事实在您的授权范围之外" in page
        assert str(party(1)) not in page


class TestCommands:
    @pytest.fixture(autouse=True)
    def _database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in (figures, open_):
            monkeypatch.setattr(module, "database", nullcontext)

    def test_figures_says_everything_of_every_kind(self, told: Story) -> None:
        told.post(PAID, [1000], unit=None, place=CEHENG, on=date(2019, 9, 1), parties=[party(1)])
        listed = CliRunner().invoke(figures.figures, ["--json", "--period", "2019", "--place", "522327"])
        found = {row["indicator"]: row for row in json.loads(listed.output)}
        assert {
            code: (row["kind"], row["value"], row["shown"]["zh"])
            for code, row in found.items()
            if code in {TRAINED, "toy.attended", "toy.staff", "toy.coverage", "toy.grant", TARGET}
        } == {
            "toy.trained": ("distinct", "1", "1人"),
            "toy.attended": ("flow", "3", "3人次"),
            "toy.staff": ("distinct", None, None),
            "toy.coverage": ("ratio", "0.999", "99.9%"),
            "toy.grant": ("ratio", "1000", "1000.00元"),
            "toy.target": ("target", "1", "完成"),
        }
        assert found[TRAINED]["participations"] == "2"
        assert found[COVERAGE]["scope_note"] == {"zh": "分母冻结。", "en": "Over frozen denominators."}
        assert found[COVERAGE]["terms"]["denominator"] == {
            "measure": VILLAGES.code,
            "kind": "stock",
            "value": "1000",
            "facts": 1,
            "address": f"/f/{COVERAGE}/?period=2019&place=522327&term=denominator",
        }
        assert found[COVERAGE]["code"]

    def test_figures_as_of_and_of_a_unit(self, told: Story) -> None:
        block = told.seal()
        told.post(COVERED, [1], unit=None, place=CEHENG, on=date(2019, 3, 1))
        asked = ["--json", "--period", "2019", "--unit", "P52"]
        for more, value in (([], "1"), (["--as-of", str(block)], "0.999")):
            listed = CliRunner().invoke(figures.figures, [*asked, *more])
            assert {row["indicator"]: row["value"] for row in json.loads(listed.output)}[COVERAGE] == value

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([COVERAGE], "--term denominator"),
            ([COVERAGE, "--step", "how"], "未计入: 分子: 1 条事实发生在期间之后"),
            ([COVERAGE, "--term", "numerator", "--step", "facts"], "999"),
            ([TRAINED], "数量合计 3 人次"),
            ([TRAINED, "--step", "facts"], "5 条事实 → 1 个不同对象"),
            ([TARGET, "--step", "how"], "完成"),
        ],
    )
    def test_open_tells_every_kind(self, told: Story, arguments: list[str], said: str) -> None:
        shown = CliRunner().invoke(open_.open_, [*arguments, "--period", "2019"])
        assert shown.exit_code == 0, shown.output
        assert said in shown.output
