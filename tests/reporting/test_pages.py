"""The drawer's five steps, the list and the exports: who opens what, as page and as fragment."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.people.models import Account
from tests.cast import GUYUAN
from tests.reporting.story import Story

CODE = "network.base_stations"
STEPS = [f"/f/{CODE}/", f"/f/{CODE}/where", f"/f/{CODE}/facts"]


def door(account: Account) -> Client:
    """Return a browser in which the account is signed in."""
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fact_rows(sent: Any) -> list[dict[str, str]]:
    """Return the facts of a file, without what it says of its origin below them."""
    rows = csv.DictReader(io.StringIO(sent.getvalue().decode().lstrip("\ufeff")))
    return [row for row in rows if row["fact"].isdigit()]


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.fixture
def posted(story: Story) -> Story:
    """Four stations of 贵州, one of them reversed, and two of 云南, sealed."""
    first, *_ = story.stations(4, on=date(2019, 9, 12))
    story.stations(2, unit=story.cast.yunnan.pk, place=GUYUAN, on=date(2019, 3, 1))
    story.seal()
    story.reverse(first)
    return story


class TestSteps:
    @pytest.mark.parametrize("address", STEPS)
    def test_each_is_a_page_and_a_fragment_at_one_address(self, posted: Story, address: str) -> None:
        client = door(posted.cast.officer)
        page = client.get(f"{address}?period=2019")
        assert page.status_code == 200
        assert "<!doctype html>" in text(page)
        assert '<div class="opened' in text(page)
        fragment = client.get(f"{address}?period=2019", headers={"HX-Target": "drawer"})
        assert text(fragment).lstrip().startswith('<div class="opened')
        assert "HX-Target" in fragment.headers["Vary"]
        assert "5<small>个</small>" in text(fragment)

    @pytest.mark.parametrize(
        "address",
        [*STEPS, f"/f/{CODE}/facts.csv", "/figures/", "/figures.csv", "/reports/", "/reports/programme/"],
    )
    def test_refuses_the_outsider_and_leads_strangers_to_the_door(self, posted: Story, address: str) -> None:
        assert door(posted.cast.outsider).get(address).status_code == 403
        stranger = Client().get(address)
        assert (stranger.status_code, stranger.headers["Location"].split("?")[0]) == (302, "/sign-in")

    @pytest.mark.parametrize("address", STEPS)
    def test_works_in_english(self, posted: Story, address: str) -> None:
        client = door(posted.cast.officer)
        client.cookies["bangfu_language"] = "en"
        page = client.get(f"{address}?period=2019&place=522327")
        assert page.status_code == 200
        assert "3<small>stations</small>" in text(page)

    def test_how_states_the_definition(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get(f"/f/{CODE}/?period=2019"))
        for said in ("口径", "Σ 数量", "v1", "截至区块 1，另有 1 条待封存", "004K05", "0.0%"):
            assert said in page

    def test_as_of_an_older_block_shows_what_it_is_now(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get(f"/f/{CODE}/?period=2019&as_of=1"))
        assert "6<small>个</small>" in page
        assert "您看到的是截至区块 1 的数；现在是" in page

    def test_where_leads_to_provinces_months_and_units(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get(f"/f/{CODE}/where?period=2019"))
        assert f'href="/f/{CODE}/where?period=2019&amp;place=520000"' in page
        assert f'href="/f/{CODE}/where?period=2019-09"' in page
        assert f'href="/f/{CODE}/where?period=2019&amp;unit=P53"' in page
        province = text(door(posted.cast.officer).get(f"/f/{CODE}/where?period=2019&place=52"))
        assert "small-map" in province
        assert f'href="/f/{CODE}/where?period=2019&amp;place=522327"' in province

    def test_without_facts_it_says_so_and_shows_no_zero(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get(f"/f/{CODE}/where?period=2018"))
        assert "没有数据不等于零" in page
        assert "0<small>" not in page

    @pytest.mark.parametrize(
        "address",
        [
            f"/f/{CODE}/?period=soon",
            "/f/network.nothing/",
            f"/f/{CODE}/?place=1",
            "/f/~ZZZZZZ",
            f"/f/{CODE}/?as_of=9",
            "/fact/999999/",
        ],
    )
    def test_a_wrong_address_is_a_sentence(self, posted: Story, address: str) -> None:
        page = door(posted.cast.officer).get(address)
        assert page.status_code == 409
        assert "没有写入任何数据" in text(page)


class TestFacts:
    def test_a_reversal_stands_struck_beside_what_it_took_back(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get(f"/f/{CODE}/facts?period=2019"))
        assert page.count('<tr class="reversed">') == page.count('<tr class="back">') == 1
        assert "重复上报" in page
        assert "在您的授权范围之外" not in page

    def test_as_of_the_block_before_nothing_is_struck(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get(f"/f/{CODE}/facts?period=2019&as_of=1"))
        assert '<tr class="reversed">' not in page

    def test_a_branch_sees_its_own_facts_and_how_many_lie_outside(self, posted: Story) -> None:
        page = text(door(posted.cast.clerk_of_yunnan).get(f"/f/{CODE}/facts?period=2019"))
        assert "您可以查看其中 2 条；另有 5 条在您的授权范围之外" in page
        assert page.count("<td>2019-03-01</td>") == 2
        assert "2019-09-12" not in page

    def test_a_county_official_sees_the_county(self, posted: Story) -> None:
        client = door(posted.cast.county_official)
        assert client.get(f"/f/{CODE}/facts?period=2019").status_code == 403
        page = client.get(f"/f/{CODE}/facts?period=2019&place=522327")
        assert page.status_code == 200
        assert text(page).count("<td>2019-09-12</td>") == 4
        assert client.get(f"/f/{CODE}/facts?period=2019&place=130724").status_code == 403

    @pytest.mark.parametrize(
        "sort", ["date", "-date", "place", "-place", "source", "-source", "quantity", "-quantity", "?"]
    )
    def test_sorts(self, posted: Story, sort: str) -> None:
        page = door(posted.cast.officer).get(f"/f/{CODE}/facts", {"period": "2019", "sort": sort})
        assert text(page).count("<td>2019-09-12</td>") == 4
        days = [part[:10] for part in text(page).split("<td>")[1:] if part.startswith("2019-")]
        if sort in {"date", "-date"}:
            assert days == sorted(days, reverse=sort == "-date")

    def test_finds_by_the_beginning_of_a_code(self, posted: Story) -> None:
        client = door(posted.cast.officer)
        assert text(client.get(f"/f/{CODE}/facts?period=2019&q=st-")).count("<td>2019-") == 6
        assert "没有以此开头的编码" in text(client.get(f"/f/{CODE}/facts?period=2019&q=nothing"))

    def test_offers_narrower_and_wider_places_and_months(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get(f"/f/{CODE}/facts?period=2019-09&place=5223"))
        for value, label in (
            ("520000", "贵州省"),
            ("522327", "册亨县"),
            ("2019", "2019年"),
            ("2019-03", "2019年3月"),
        ):
            assert f'<option value="{value}">{label}</option>' in page
        assert '<option value="522300" selected>' in page
        assert '<option value="2019-09" selected>' in page
        everywhere = door(posted.cast.officer).get(f"/f/{CODE}/facts?place=&period=2019&q=")
        assert text(everywhere).count("<td>2019-") == 6

    def test_pages_through(self, posted: Story) -> None:
        posted.stations(120, on=date(2019, 10, 1))
        page = text(door(posted.cast.officer).get(f"/f/{CODE}/facts?period=2019&page=3"))
        assert "<span>/ 3</span>" in page
        assert page.count("<td>2019-") == 26

    def test_exports_what_the_reader_may_see(self, posted: Story) -> None:
        sent = door(posted.cast.clerk_of_yunnan).get(f"/f/{CODE}/facts.csv?period=2019")
        rows = fact_rows(sent)
        assert [(row["quantity"], row["unit"], row["place"]) for row in rows] == [("1", "P53", "130724")] * 2
        whole = door(posted.cast.officer).get(f"/f/{CODE}/facts.csv?period=2019")
        rows = fact_rows(whole)
        assert sum(int(row["quantity"]) for row in rows) == 5
        assert [row["reason"] for row in rows if row["reverses"]] == ["duplicate_report"]


class TestRecordAndEvidence:
    @pytest.mark.parametrize("step", ["", "evidence"])
    def test_opens_for_the_officer_and_its_own_branch_only(self, posted: Story, step: str) -> None:
        (fact,) = posted.stations(1)
        address = f"/fact/{fact}/{step}?figure={CODE}&period=2019"
        seen = {
            name: door(getattr(posted.cast, name)).get(address).status_code
            for name in ("officer", "clerk", "clerk_of_yunnan", "auditor", "outsider")
        }
        assert seen == {"officer": 200, "clerk": 200, "clerk_of_yunnan": 403, "auditor": 200, "outsider": 403}

    def test_leads_back_to_the_figure(self, posted: Story) -> None:
        (fact,) = posted.stations(1)
        page = text(door(posted.cast.officer).get(f"/fact/{fact}/?figure={CODE}&period=2019&place=522327"))
        assert f'href="/f/{CODE}/where?period=2019&amp;place=522327"' in page
        assert f'href="/fact/{fact}/evidence?period=2019&amp;place=522327&amp;figure={CODE}"' in page
        assert "已入账，等待封存" in page

    def test_shows_both_halves_of_a_reversal(self, posted: Story) -> None:
        (fact,) = posted.stations(1)
        posted.reverse(fact)
        page = text(door(posted.cast.officer).get(f"/fact/{fact}/"))
        assert "重复上报" in page
        back = Fact.objects.get(reverses_id=fact).pk
        assert f'href="/fact/{back}/"' in page
        assert "这是一条冲正" in text(door(posted.cast.officer).get(f"/fact/{back}/"))


class TestCodes:
    def test_a_printed_code_leads_to_the_figure(self, posted: Story) -> None:
        client = door(posted.cast.officer)
        assert client.get("/f/~004K05").headers["Location"] == f"/f/{CODE}/?period=2019"
        assert client.get("/f/~004k-05?as_of=1").headers["Location"] == f"/f/{CODE}/?period=2019&as_of=1"


class TestFigures:
    def test_lists_every_indicator_with_its_value(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get("/figures/?period=2019"))
        assert (
            f'<a class="figure" href="/f/{CODE}/?period=2019" data-code="004K05"><span class="value">5</span>个</a>'
            in page
        )

    def test_narrows_by_place_period_words_and_block(self, posted: Story) -> None:
        client = door(posted.cast.officer)
        assert '<span class="value">3</span>' in text(client.get("/figures/?period=2019-Q3&place=522327"))
        assert '<span class="value">6</span>' in text(client.get("/figures/?period=2019&as_of=1"))
        assert "没有找到指标" in text(client.get("/figures/?period=2019&q=nothing"))
        assert CODE in text(client.get("/figures/?period=2019&q=基站"))

    def test_a_reader_of_one_county_starts_there(self, posted: Story) -> None:
        page = text(door(posted.cast.county_official).get("/figures/?period=2019"))
        assert f'href="/f/{CODE}/?period=2019&amp;place=522327"' in page

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_exports(self, posted: Story, form: str) -> None:
        sent = door(posted.cast.officer).get(f"/figures.{form}?period=2019")
        assert sent.status_code == 200
        assert f'figures-2019.{form}"' in sent.headers["Content-Disposition"]
        if form == "csv":
            rows = list(csv.DictReader(io.StringIO(sent.content.decode().lstrip("\ufeff"))))
            found = {row["indicator"]: (row["value"], row["facts"]) for row in rows}
            assert found[CODE] == ("5", "7")
        else:
            assert sent.content.startswith(b"PK")


class TestLinks:
    """What is shown as a link opens to whom it is shown."""

    LINK = re.compile(r'href="(/(?:f|fact|evidence|reports|network)/[^"]*)"')

    def refused(self, client: Client, address: str) -> list[str]:
        """Return the links of a page that do not open."""
        page = client.get(address)
        assert page.status_code == 200
        found = {html.unescape(one) for one in self.LINK.findall(text(page))}
        return sorted(one for one in found if client.get(one).status_code >= 400)

    @pytest.mark.parametrize("step", ["", "where", "facts"])
    def test_a_county_official_is_led_to_no_wider_figure(self, posted: Story, step: str) -> None:
        client = door(posted.cast.county_official)
        assert self.refused(client, f"/f/{CODE}/{step}?period=2019-09&place=522327") == []
        assert f"/f/{CODE}/{step}?period=2019&amp;place=522327" in text(
            client.get(f"/f/{CODE}/{step}?period=2019-09&place=522327")
        )

    def test_a_branch_is_led_to_none_of_all_units(self, posted: Story) -> None:
        client, unit = door(posted.cast.clerk), posted.cast.guizhou.code
        assert self.refused(client, f"/f/{CODE}/?period=2019&unit={unit}") == []
        assert f'href="/f/{CODE}/?period=2019"' in text(
            door(posted.cast.officer).get(f"/f/{CODE}/?period=2019&unit={unit}")
        )

    def test_matching_a_text_leads_to_the_reports_only_whoever_reads_them(self, story: Story) -> None:
        assert self.refused(door(story.cast.county_official), "/reports/match/") == []
        assert 'href="/reports/"' in text(door(story.cast.officer).get("/reports/match/"))
