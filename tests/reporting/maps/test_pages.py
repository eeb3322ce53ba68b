"""The map's page, its values and lists: what they say, who is let in, and how the address is its whole state."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.places.positions.datums import gcj_from_wgs
from bangfu.reporting import maps
from bangfu.reporting.maps.building import placed
from tests.cast import CEHENG, GUIZHOU, GUYUAN
from tests.foundation.evidence.test_photographs import jpeg, said, scene
from tests.reporting.kinds import COVERAGE, COVERED, PLEDGED, TARGET, VILLAGES
from tests.reporting.story import Story
from tests.reporting.test_pages import door, text
from tests.reporting.test_pictures import verified
from tests.site.test_vendor import NAMESPACE, OUTSIDE

STATIONS = "network.base_stations"
STATIC = Path(maps.__file__).parent / "static" / "map"


@pytest.fixture
def built(story: Story) -> Story:
    """Five stations of 册亨县 in 2019 and four in 2018, one of 沽源县, five of the province at large."""
    story.stations(5, on=date(2019, 2, 1))
    story.stations(4, on=date(2018, 6, 1))
    story.stations(1, place=GUYUAN, unit=story.cast.yunnan.pk, on=date(2019, 3, 1))
    story.stations(5, place=GUIZHOU, on=date(2019, 4, 1))
    story.seal()
    return story


def values(story: Story, query: str) -> dict[str, Any]:
    answer = door(story.cast.officer).get(f"/map/values.json?indicator={STATIONS}&{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def drawn(sheet: dict[str, Any], stop: int = -1) -> dict[str, tuple[int, str]]:
    """Return class and text by code at a stop."""
    one = sheet["stops"][stop]
    return {
        sheet["codes"][at]: (number, said)
        for at, number, said in zip(one["at"], one["class"], one["text"], strict=True)
    }


def get(story: Story, query: str = "", **headers: str) -> Any:
    return door(story.cast.officer).get(f"/map/?{query}", headers=headers)


class TestPage:
    def test_shows_the_list_with_figures_that_open(self, built: Story) -> None:
        page = text(get(built, f"indicator={STATIONS}&period=2019&level=3"))
        assert f'href="/f/{STATIONS}/?period=2019&amp;place=522327">5</a>' in page
        assert "贵州省另有 5 记在上一级，没有分到这一级。" in page
        assert "2 处" in page

    def test_answers_htmx_with_the_list_alone(self, built: Story) -> None:
        answer = get(built, f"indicator={STATIONS}&period=2018&level=3", **{"HX-Target": "map-list"})
        page = text(answer)
        assert page.startswith('<div id="map-list"')
        assert ("HX-Target" in answer.headers["Vary"], "册亨县" in page, "沽源县" in page) == (
            True,
            True,
            False,
        )

    def test_sorts_and_finds(self, built: Story) -> None:
        def order(query: str) -> list[str]:
            page = text(get(built, f"indicator={STATIONS}&period=2019&level=3&{query}"))
            return re.findall(r'data-place="(\d+)"', page)

        assert order("") == ["522327", "130724"]
        assert order("sort=value") == ["130724", "522327"]
        assert order("sort=code") == ["130724", "522327"]
        assert order("q=册亨") == ["522327"]
        assert order("q=1307") == ["130724"]

    def test_works_in_english_and_without_values(self, built: Story) -> None:
        client = door(built.cast.officer)
        client.cookies["bangfu_language"] = "en"
        page = text(client.get(f"/map/?indicator={STATIONS}&period=2016&level=3"))
        assert "No value here" in page
        assert "Datum: outlines GCJ-02" in page

    def test_reads_names_of_indicators_and_places_into_an_address_of_codes(self, built: Story) -> None:
        answer = get(built, "indicator=新建无线基站&period=2019&place_name=册亨&level=3")
        assert answer.status_code == 302
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert asked == {"indicator": [STATIONS], "period": ["2019"], "place": ["522327"]}

    def test_leads_from_the_country_down(self, built: Story) -> None:
        page = text(get(built, f"indicator={STATIONS}&period=2019&place=522327"))
        assert f'<a href="?indicator={STATIONS}&amp;period=2019">全国</a>' in page
        assert f'<a href="?indicator={STATIONS}&amp;period=2019&amp;place=520000">贵州省</a>' in page
        assert "乡镇和村没有公开的界线，只列在表里。" in page

    def test_says_in_the_legend_what_zero_is(self, built: Story) -> None:
        swatch = '<span class="swatch zero"></span>'
        assert f"{swatch}0</li>" in text(get(built, f"indicator={STATIONS}&period=2019&drawing=shade"))
        assert f"{swatch}不变</li>" in text(
            get(built, f"indicator={STATIONS}&period=2019&versus=2018&drawing=shade")
        )
        for measure, reached in ((PLEDGED, 1), (COVERED, 2)):
            built.post(measure, [reached], unit=None, place=CEHENG, on=date(2019, 1, 1))
        assert f"{swatch}未完成</li>" in text(get(built, f"indicator={TARGET}&period=2019"))

    def test_of_a_place_without_outline_is_its_list(self, built: Story) -> None:
        page = text(get(built, f"indicator={STATIONS}&period=2019&place=460323"))
        assert "这个地方没有公开的界线，数值都在列表里。" in page
        assert "data-atlas" not in page

    def test_says_that_shades_of_totals_are_no_ratios(self, built: Story) -> None:
        warning = "面着色表示总量，不是比率"
        assert warning in text(get(built, f"indicator={STATIONS}&period=2019&drawing=shade"))
        assert warning not in text(get(built, f"indicator={STATIONS}&period=2019"))
        assert warning not in text(get(built, f"indicator={COVERAGE}&period=2019"))

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("indicator=network.nothing", 409),
            ("period=yesterday", 409),
            ("level=5", 409),
            ("drawing=cubes", 409),
            ("method=magic", 409),
            ("comparison=x&versus=2018", 409),
            ("outline=no-such-list", 409),
            ("versus=x", 409),
            ("place=999999", 409),
        ],
    )
    def test_refuses_what_it_cannot_draw(self, built: Story, query: str, status: int) -> None:
        assert get(built, query).status_code == status

    def test_lists_the_stops_of_the_slider_as_links(self, built: Story) -> None:
        page = text(get(built, f"indicator={STATIONS}&period=2019-Q1"))
        assert f'href="?indicator={STATIONS}&amp;period=2018-Q4"' in page
        page = text(get(built, f"indicator={STATIONS}&period=2019"))
        assert f'href="?indicator={STATIONS}&amp;period=2018"' in page


class TestAccess:
    @pytest.mark.parametrize("address", ["", "values.json", "photographs.json", "places.csv"])
    def test_the_outsider_is_refused(self, built: Story, address: str) -> None:
        assert door(built.cast.outsider).get(f"/map/{address}").status_code == 403

    def test_whoever_has_not_signed_in_is_led_to_the_door(self, built: Story) -> None:
        for address in ("", "values.json", "photographs.json", "places.csv"):
            assert Client().get(f"/map/{address}").headers["Location"].startswith("/sign-in")

    def test_a_county_official_sees_the_county_and_no_other(self, built: Story) -> None:
        client = door(built.cast.county_official)
        page = text(client.get(f"/map/?indicator={STATIONS}&period=2019"))
        assert '<b aria-current="page">册亨县</b>' in page
        assert "<span>贵州省</span>" in page
        assert client.get(f"/map/?indicator={STATIONS}&period=2019&place=52").status_code == 403
        assert client.get(f"/map/values.json?indicator={STATIONS}&place=130724").status_code == 403

    def test_the_menu_has_the_map(self, built: Story) -> None:
        assert '<a href="/map/"' in text(door(built.cast.officer).get("/figures/"))


class TestValues:
    def test_are_in_one_set_of_classes_along_the_slider(self, built: Story) -> None:
        sheet = values(built, "period=2019&level=3")["sheet"]
        assert [stop["period"] for stop in sheet["stops"]] == ["2018", "2019"]
        assert drawn(sheet, 0) == {"522327": (2, "4")}
        assert drawn(sheet, 1) == {"522327": (3, "5"), "130724": (1, "1")}
        assert sheet["stops"][1]["radius"] == [447, 1000]

    def test_of_a_province_are_its_counties(self, built: Story) -> None:
        sheet = values(built, "period=2019&place=52")["sheet"]
        assert (sheet["level"], len(sheet["codes"])) == (3, 88)
        assert all(code.startswith("52") for code in sheet["codes"])
        assert drawn(sheet) == {"522327": (2, "5")}

    def test_of_a_county_draw_it_whole(self, built: Story) -> None:
        sheet = values(built, f"period=2019&place={CEHENG // 10**6}")["sheet"]
        assert (sheet["codes"], sheet["names"], drawn(sheet)) == (["522327"], ["册亨县"], {})

    def test_tell_changes_in_classes_about_zero(self, built: Story) -> None:
        sheet = values(built, "period=2019&versus=2018&level=3&drawing=shade")["sheet"]
        assert (sheet["change"], drawn(sheet)) == (True, {"522327": (1, "1"), "130724": (1, "1")})
        back = values(built, "period=2018&versus=2019&level=3&drawing=shade")["sheet"]
        assert drawn(back) == {"522327": (-1, "−1"), "130724": (-1, "−1")}

    def test_of_two_periods_stand_side_by_side(self, built: Story) -> None:
        told = values(built, "period=2019&versus=2018&comparison=beside&level=3")
        assert told["beside"] is True
        assert [drawn(told["sheet"], at) for at in (0, 1)] == [
            {"522327": (2, "4")},
            {"522327": (3, "5"), "130724": (1, "1")},
        ]

    def test_know_what_is_drawn_and_not_counted(self, built: Story) -> None:
        sheet = values(built, "period=2019")["sheet"]
        closed = [sheet["codes"][at] for at in sheet["closed"]]
        assert (len(sheet["codes"]), closed) == (34, ["710000", "810000", "820000"])
        assert sheet["names"][sheet["codes"].index("710000")] == "台湾省"

    def test_carry_the_layers_that_are_asked_for(self, built: Story) -> None:
        told = values(built, "period=2019&level=3&poor=1&outline=region-dian-gui-qian-karst&units=1")
        years = dict(zip(told["poor"]["codes"], told["poor"]["years"], strict=True))
        assert (years["522327"], len(years), told["poor"]["first"]) == (2019, 831, 2016)
        assert ("522327" in told["list"], "130724" in told["list"], len(told["list"])) == (True, False, 80)
        assert {tie["code"]: tie["units"] for tie in told["ties"]} == {
            "130724": ["云南省分公司"],
            "522327": ["贵州省分公司"],
        }

    def test_of_a_list_say_which_counties_are_on_it(self, built: Story) -> None:
        told = values(built, "period=2019&area=region-dian-gui-qian-karst")
        assert (told["sheet"]["level"], len(told["inside"])) == (3, 80)

    def test_are_as_of_a_block(self, built: Story) -> None:
        built.stations(9, on=date(2019, 5, 1))
        assert drawn(values(built, "period=2019&level=3&as_of=1")["sheet"])["522327"][1] == "5"
        assert drawn(values(built, "period=2019&level=3")["sheet"])["522327"][1] == "14"

    def test_of_a_quotient_are_compared_where_both_are_known(self, built: Story) -> None:
        built.post(VILLAGES, [4], unit=None, place=CEHENG, on=date(2018, 1, 1))
        built.post(COVERED, [1], unit=None, place=CEHENG, on=date(2018, 1, 1))
        built.post(COVERED, [2], unit=None, place=CEHENG, on=date(2019, 1, 1))
        built.post(VILLAGES, [5], unit=None, place=GUYUAN, on=date(2019, 1, 1))
        query = f"indicator={COVERAGE}&period=2019&versus=2018&level=3"
        told = json.loads(door(built.cast.officer).get(f"/map/values.json?{query}").content)
        assert drawn(told["sheet"]) == {"522327": (1, "50.0%")}
        assert "两期都有数的地方才比较" in text(get(built, query))


class TestList:
    def test_goes_as_a_file_with_its_origin(self, built: Story) -> None:
        answer = door(built.cast.officer).get(
            f"/map/places.csv?indicator={STATIONS}&period=2019&versus=2018&level=3"
        )
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0] == "区划代码,地区,省,数值,单位,对比期数值,变化,数字地址"
        assert lines[1].startswith(
            "130724,沽源县,河北省,1,个,,1,http://testserver/f/network.base_stations/?period=2019"
        )
        assert lines[2].startswith("522327,册亨县,贵州省,5,个,4,1,")
        assert "内容,地图：新建无线基站，2019年" in lines


class TestFrame:
    @pytest.mark.parametrize("query", ["", "place=46", "place=460300", "place=469001", "area=poor-832"])
    def test_has_the_inset_on_every_national_view_and_in_hainan(self, built: Story, query: str) -> None:
        frame = values(built, f"period=2019&{query}")["frame"]
        assert (frame["inset"], frame["outline"], len(frame["boundary"])) == (True, True, 10)

    def test_has_none_elsewhere(self, built: Story) -> None:
        assert values(built, "period=2019&place=52")["frame"]["inset"] is False

    def test_says_the_review_number_or_that_there_is_none(self, built: Story, settings: Any) -> None:
        assert "没有设置审图号（BANGFU_MAP_REVIEW_NUMBER）：本图限内部使用" in text(get(built))
        settings.MAP_REVIEW_NUMBER = "GS(2026)0001号"
        assert "审图号：GS(2026)0001号" in text(get(built))


class TestPhotographs:
    def test_are_shown_where_they_were_taken_to_whoever_may_see_evidence(self, story: Story) -> None:
        photo = jpeg(scene(1), said("2019:09:12 14:06:31", "+08:00", (24.5, "N", 105.75, "E")))
        verified(story.cast, "GZ-CH-0042", ("a.jpg", photo), accepted_on=date(2019, 9, 12))
        address = f"/map/photographs.json?indicator={STATIONS}&period=2019"
        x, y = placed(*gcj_from_wgs(105.75, 24.5))
        fact = Fact.objects.get().pk
        nothing: dict[str, Any] = {"x": [], "y": [], "facts": [], "example": None}
        told = {
            account: json.loads(door(account).get(address).content)
            for account in (story.cast.auditor, story.cast.clerk_of_yunnan)
        }
        assert list(told.values()) == [{**nothing, "x": [x], "y": [y], "facts": [fact]}, nothing]
        assert json.loads(door(story.cast.auditor).get(f"{address}&place=130724").content) == nothing


class TestScripts:
    @pytest.mark.parametrize(
        "path", sorted(STATIC.glob("*.js")) + sorted(STATIC.glob("*.css")), ids=lambda path: path.name
    )
    def test_name_no_outside_host_and_write_no_markup(self, path: Path) -> None:
        written = path.read_text(encoding="utf-8")
        assert OUTSIDE.findall(NAMESPACE.sub("", written)) == []
        assert not [
            word for word in ("innerHTML", "eval(", "new Function", "insertAdjacent") if word in written
        ]
