"""A draft against the ledger: the report is true throughout, changes outdate a text, and a reader finds what they may see."""

from __future__ import annotations

from datetime import date

import pytest

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people.models import Account
from bangfu.reporting.drafts import Draft, matched
from bangfu.reporting.matching import Verdict
from bangfu.reporting.texts import LANGUAGES
from tests.cast import CEHENG, GUYUAN
from tests.reporting.programme import post_programme
from tests.reporting.story import Story
from tests.reporting.test_programme_report import printed

ON = date(2021, 1, 1)


def draft(text: str, account: Account | None = None) -> Draft:
    return matched(text, account=account, on=ON)


def verdicts(text: str, account: Account | None = None) -> list[str]:
    return [one.verdict.value for one in draft(text, account).lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_programmes_report_is_true_throughout(story: Story, language: str) -> None:
    post_programme(story)
    found = draft(printed(language)).lines
    assert [
        (one.marked.number.text, one.verdict, one.sentence) for one in found if one.verdict != "true"
    ] == []
    assert len(found) >= 40


class TestOutdated:
    def test_names_the_block_as_of_which_it_was_true(self, story: Story) -> None:
        story.stations(4, on=date(2019, 5, 4))
        first = story.seal()
        story.stations(3, on=date(2019, 6, 4))
        story.seal()
        (line,) = draft("2019年，全年新建无线基站4个。").lines
        assert line.verdict is Verdict.OUTDATED
        assert f"截至区块 {first}" in line.why.zh
        assert line.insert == "7个"


class TestScope:
    def test_opens_where_the_sentence_says(self, story: Story) -> None:
        story.stations(4, place=CEHENG)
        story.stations(2, place=GUYUAN)
        (line,) = draft("2019年，册亨县新建无线基站4个。").lines
        assert line.verdict is Verdict.TRUE
        assert line.address == "/f/network.base_stations/?period=2019&place=522327"

    def test_says_whose_figure_it_is(self, story: Story) -> None:
        story.stations(4, place=CEHENG)
        story.stations(2, place=GUYUAN)
        (line,) = draft("2019年，册亨县新建无线基站6个。").lines
        assert line.verdict is Verdict.WRONG_SCOPE
        assert "全部地区" in line.why.zh
        assert line.insert == "4个"

    def test_of_a_unit_by_its_name(self, story: Story) -> None:
        story.stations(4)
        story.stations(2, unit=story.cast.yunnan.pk, place=GUYUAN)
        assert verdicts("2019年，贵州省分公司新建无线基站4个，云南省分公司新建无线基站2个。") == [
            "true",
            "true",
        ]


class TestSight:
    def test_a_county_official_finds_only_the_county(self, story: Story) -> None:
        story.stations(4, place=CEHENG)
        story.stations(2, place=GUYUAN)
        official = story.cast.county_official
        assert verdicts("2019年，新建无线基站4个。", official) == ["true"]
        assert verdicts("2019年，册亨县新建无线基站4个。", official) == ["true"]
        assert verdicts("2019年，沽源县新建无线基站2个。", official) == ["unknown"]

    def test_nothing_is_said_of_figures_out_of_sight(self, story: Story) -> None:
        story.stations(4, place=CEHENG)
        story.stations(2, place=GUYUAN)
        official = story.cast.county_official
        (line,) = draft("2019年，沽源县新建无线基站3个。", official).lines
        assert (line.verdict, line.address, line.insert, line.marked.value) == (Verdict.UNKNOWN, "", "", None)

    def test_an_outsider_is_refused(self, story: Story) -> None:
        with pytest.raises(NotPermitted):
            draft("2019年，新建无线基站4个。", story.cast.outsider)
