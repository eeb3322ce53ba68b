"""The whole programme's report: it cites every published figure, prints its words, and falls with the fact behind a word."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from bangfu.reporting import reports
from bangfu.reporting.texts import LANGUAGES, document
from tests.reporting.programme import post_programme
from tests.reporting.story import Story

FIGURES = Path(__file__).parent / "programme_figures.csv"
"""The published figures that the programme reports: indicator, printed words, value, rule, period and scope of each."""


def published() -> list[dict[str, str]]:
    with FIGURES.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def printed(language: str) -> str:
    """Return the report's words, figures as they are printed."""
    shown = reports.drawn("programme", language)
    assert [str(one) for one in shown.problems] == []
    return "\n".join("".join(_said(part, language) for part in one.parts) for one in shown.paragraphs)


def _said(part: reports.Part, language: str) -> str:
    figure = part.figure.shown_in(language) if part.figure else None
    return part.text if figure is None else str(replace(figure, inner=part.inner))


@pytest.mark.parametrize("language", LANGUAGES)
def test_cites_every_published_figure(language: str) -> None:
    cited = {tag.value for tag in document("programme", language).figures}
    assert {row["indicator"] for row in published()} - cited == set()


def test_names_the_periods_that_were_published() -> None:
    ends = {
        "2019-": "2019-01-01/2020-07-31",
        "to 2020-07-31": "2019-01-01/2020-07-31",
        "before upgrade": "2020",
    }
    said = {tag.value: tag.given["period"] for tag in document("programme", "zh").figures}
    expected = {row["indicator"]: ends.get(row["period"], row["period"]) for row in published()}
    assert said == {code: expected.get(code, period) for code, period in said.items()}


class TestPrinted:
    def test_chinese_prints_the_published_words(self, story: Story) -> None:
        post_programme(story)
        written = printed("zh")
        for words in (
            "完成网络建设投资22.45亿元。",
            "新建无线基站 3.26万个。",
            "新增宽带接入总端口60.8万个。",
            "网络覆盖率依次为100%、100%、100%、100%；",
            "宽带网络覆盖目标完成，无线网络覆盖目标完成。",
            "燕山—太行山片区的总体覆盖目标完成。",
            "减免通信费约1.2亿元；",
            "学校，饶河2所、沽源2所、康保2所、册亨2所；",
            "医院，饶河1所、沽源1所、康保1所、册亨1所。",
            "光纤宽带免费3年。",
            "统筹的专业线是5个；升格以后，是16个。各省级分公司也成立领导小组，共31个；派驻定点扶贫县的工作组有4个。",
            "截至2020年7月31日，集团抽调专职扶贫骨干3名，出台政策制度19项。",
            "2020年，集团定点扶贫县有4个，对口支援县有1个，",
            "承担任务的单位500多个，结对帮扶村1900多个，覆盖的县917个。",
            "产业有4个：大米、藜麦、胡麻油、糯米香蕉。",
            "培训基层干部379人、614人次；重复参加的不另计人。2019年组织5G峰会观摩1次，只去观摩的不算培训。",
            "2020年，网上的爱心扶贫馆有1个。2019年12月11日至12月20日，年度工作会期间办扶贫产品专场1场。",
            "2020年5月17日，31名省级分公司总经理走进直播间，当天下单金额超6500万元。",
            "参与积分助学32.5万人次，筹得367万元。",
            "受助学生3349名，每人助学金1000元，共发放334.9万元，期末基金结余32.1万元。",
            "募得28万元，用于革吉县；签收到物资的孩子有3000多名。",
        ):
            assert words in written, words

    def test_english_says_the_same_figures(self, story: Story) -> None:
        post_programme(story)
        written = printed("en")
        for words in (
            "accepted there 32,600 stations,",
            "waived about 120 million yuan of communication fees",
            "in use at 2 schools in Raohe, 2 schools in Guyuan,",
            "free for 3 years from the day",
            "the medical solution served 1 hospital in Raohe,",
            "4 counties designated to it and aided 1 county in Tibet: Geji.",
            "there was 1 shop online.",
            "held 1 fair of products",
            "379 persons had been trained, all of them grassroots cadres of the designated counties, in 614 attendances;",
            "there was 1 trip to the 5G summit;",
            "more than 500 units with tasks, more than 1,900 villages paired, 917 counties covered.",
            "came to more than 65 million yuan.",
            "in 325,000 participations, which raised 3.67 million yuan.",
            "Grants went to 3,349 pupils at 1,000 yuan each, 3,349,000 yuan altogether, which left 321,000 yuan",
            "signed for by more than 3,000 children.",
        ):
            assert words in written, words


class TestUntrue:
    @pytest.mark.parametrize(
        ("measure", "said"),
        [
            ("pairing.units", "「多」要求实际数略大于 500个"),
            ("pairing.villages", "「多」要求实际数略大于 1900个"),
            ("shop.livestream_ordered", "「超」要求实际数大于 6500万元，实际是 65"),
            ("goods.children", "「多」要求实际数略大于 3000名"),
        ],
    )
    def test_a_fact_taken_away_fails_the_report(self, story: Story, measure: str, said: str) -> None:
        facts = post_programme(story)[measure]
        story.reverse(facts[-1])
        found = [problem for problem in reports.problems_of("programme") if problem.file.endswith("zh.md")]
        assert len(found) == 1
        assert said in found[0].zh
