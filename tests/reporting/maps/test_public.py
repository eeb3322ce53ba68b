"""The public map: what was published, no finer than its facts may be told, and no national outline without a review number."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.reporting.publications.test_publishing import frozen, prepared
from tests.reporting.story import Story
from tests.reporting.test_pages import text

PAGE, VALUES = "/map/published/", "/map/published/values.json"


def values(query: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Client().get(f"{VALUES}?{query}").content)
    return found


def drawn(told: dict[str, Any]) -> dict[str, str]:
    sheet = told["sheet"]
    (stop,) = sheet["stops"]
    return {sheet["codes"][at]: said for at, said in zip(stop["at"], stop["text"], strict=True)}


@pytest.fixture
def published(told: Story) -> Story:
    """What the report tells, published as number 1."""
    frozen(told)
    return told


class TestNothingPublished:
    def test_says_so(self, told: Story) -> None:
        prepared(told)
        assert "还没有发布" in text(Client().get(PAGE))
        assert json.loads(Client().get(VALUES).content) == {"sheet": None, "example": None}


class TestPublished:
    def test_shows_figures_of_the_whole_programme_and_no_other(self, published: Story) -> None:
        page = text(Client().get(PAGE))
        assert page.count("<option value=") == 2
        assert "第 1 号发布" in page
        assert 'href="/publications/published/1/figures/0/">29</a>' in page

    def test_gives_things_by_county(self, published: Story) -> None:
        told = values("figure=1-0&level=3")
        assert drawn(told) == {"522327": "29", "130724": "4"}
        assert told["opens"] == {"fixed": "/publications/published/1/figures/0/"}
        assert drawn(values("figure=1-0&place=520000")) == {"522327": "29"}

    def test_says_the_value_of_the_place_that_is_looked_into(self, published: Story) -> None:
        page = text(Client().get(f"{PAGE}?figure=1-0&place=520000"))
        assert '<p class="total">贵州省 <b>29</b>' in page
        assert '<p class="exact">全国 <a class="figure"' in page
        nothing = text(Client().get(f"{PAGE}?figure=1-2&place=130700"))
        assert '<p class="total">河北省张家口市 —</p>' in nothing

    def test_does_not_divide_people_below_five(self, published: Story) -> None:
        assert drawn(values("figure=1-2&level=3")) == {"522327": "7"}
        assert "另有 2 不分列（不足五人）。" in text(Client().get(f"{PAGE}?figure=1-2&level=3"))
        assert drawn(values("figure=1-2")) == {"520000": "7", "130000": "2"}

    def test_does_not_tell_of_a_place_what_is_not_told_of_facts(self, published: Story) -> None:
        """The two of 沽源县 are shown to lie in 河北省 and no closer: asking for their prefecture does not find them."""
        assert drawn(values("figure=1-2&place=130000")) == {}
        assert "另有 2 不分列" in text(Client().get(f"{PAGE}?figure=1-2&place=130000"))
        assert drawn(values("figure=1-2&place=130700")) == {}
        assert (
            "不分列（不足五人）。</li>"
            not in text(Client().get(f"{PAGE}?figure=1-2&place=130700")).split("map-side")[1]
        )
        assert drawn(values("figure=1-2&place=522300")) == {"522327": "7"}

    def test_keeps_what_was_published(self, published: Story) -> None:
        published.stations(50)
        published.seal()
        assert drawn(values("figure=1-0&level=3"))["522327"] == "29"

    def test_names_nobody(self, published: Story) -> None:
        page = text(Client().get(f"{PAGE}?figure=1-2&level=3"))
        assert not [name for name in ("周敏", "韦兰", "zhoumin") if name in page]

    def test_goes_as_a_file(self, published: Story) -> None:
        answer = Client().get("/map/published/places.csv?figure=1-0&level=3")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[:3] == ["区划代码,地区,数值,单位", "522327,册亨县,29,个", "130724,沽源县,4,个"]

    @pytest.mark.parametrize(
        "query",
        [
            "figure=1-1",
            "figure=9-9",
            "level=4",
            "level=5",
            "place=522327",
            "place=x",
            "place=990000",
            "drawing=x",
            "method=x",
        ],
    )
    def test_refuses_what_is_not_public(self, published: Story, query: str) -> None:
        assert Client().get(f"{PAGE}?{query}").status_code == 409

    def test_works_in_english(self, published: Story) -> None:
        client = Client()
        client.cookies["bangfu_language"] = "en"
        assert "Published figures only, down to the county" in text(client.get(PAGE))


class TestReviewNumber:
    def test_without_one_there_is_neither_outline_nor_boundary(self, published: Story) -> None:
        told = values("figure=1-0&level=3")
        assert told["frame"] == {"outline": False, "inset": True, "boundary": []}
        page = text(Client().get(PAGE))
        assert "本图未经审核，只画省、县，不画国界和海上界线。" in page
        assert Client().get(f"{PAGE}?level=2").status_code == 409

    def test_with_one_both_are_drawn_and_it_is_named(self, published: Story, settings: Any) -> None:
        settings.MAP_REVIEW_NUMBER = "GS(2026)0001号"
        told = values("figure=1-0&level=2")
        assert (told["frame"]["outline"], len(told["frame"]["boundary"])) == (True, 10)
        assert drawn(told) == {"522300": "29", "130700": "4"}
        assert "审图号：GS(2026)0001号" in text(Client().get(PAGE))
