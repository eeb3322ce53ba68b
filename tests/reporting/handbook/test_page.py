"""A place's page, on the screen and on paper: what it says, to whom, and at what price."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from bangfu.connectivity.network.operations import register_station, submit_station
from bangfu.coordination.pairing.measures import COUNTIES
from bangfu.foundation.findings.operations import raise_finding
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.organisation.operations import fill_post
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import CountyLine
from bangfu.foundation.review.operations import dispute_record
from bangfu.foundation.rooms import marks
from bangfu.reporting.figures import sums_of
from bangfu.reporting.handbook.counting import sums_in
from bangfu.reporting.indicators import indicators
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from tests.cast import CEHENG, GUYUAN
from tests.connectivity.network.reporting import LOG, details
from tests.reporting.story import LAMPS, Story
from tests.reporting.targets.pledged import in_force
from tests.reporting.test_pictures import verified

STATIONS = "network.base_stations"
PAGE = "/handbook/522327/"


def door(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


def text_of(account: Account, address: str = PAGE, language: str = "zh-hans") -> str:
    answer = door(account, language).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def statements(account: Account, address: str) -> int:
    """Return how many statements a page takes once what the process keeps is warm."""
    client = door(account)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def told(story: Story) -> Story:
    """册亨县 with four stations in 2019 and seven in 2020, nine lamps, and a pairing with the branch of 贵州 since 2016."""
    story.stations(4, on=date(2019, 5, 4))
    story.stations(7, on=date(2020, 3, 2))
    story.post(LAMPS, [9], unit=None, place=CEHENG, on=date(2018, 1, 1))
    story.post(COUNTIES, [1], unit=None, place=CEHENG, on=date(2016, 3, 1))
    story.stations(1, place=GUYUAN, unit=story.cast.yunnan.pk, on=date(2020, 3, 1))
    story.seal()
    return story


class TestPage:
    def test_says_who_answers_and_since_when(self, told: Story) -> None:
        page = words(text_of(told.cast.officer))
        assert "贵州省分公司 结对，自 2016-03-01 · 13 条事实，最近 2020-03-02" in page
        assert "册亨县帮扶办" in page
        assert "云南省分公司" not in page

    def test_says_when_it_left_the_list(self, told: Story) -> None:
        assert re.search(r"832 县退出年份 2019", words(text_of(told.cast.officer)))
        before = text_of(told.cast.officer, f"{PAGE}?on=2019-06-30")
        assert ("832 县退出年份" in before, "2019-12-31 退出" in before) == (False, False)

    def test_shows_figures_that_open(self, told: Story) -> None:
        page = text_of(told.cast.officer)
        assert f'href="/f/{STATIONS}/?period=2019&amp;place=522327"' in page
        assert re.search(r'period=2020&amp;place=522327"[^>]*><span class="value">7</span>', page)
        assert re.search(r'period=2019&amp;place=522327"[^>]*><span class="value">4</span>', page)
        assert "列出的是最近有事实的年份" in page

    def test_counts_up_to_a_day_that_is_past(self, told: Story) -> None:
        page = text_of(told.cast.officer, f"{PAGE}?on=2019-06-30")
        assert "period=2019-01-01/2019-06-30&amp;place=522327" in page
        assert "2020-03-02" not in page
        assert "自 2016-03-01 · 6 条事实，最近 2019-05-04" in words(page)

    def test_takes_no_day_to_come_and_no_nonsense(self, told: Story) -> None:
        for day in ("2999-01-01", "never"):
            assert "列出的是最近有事实的年份" in text_of(told.cast.officer, f"{PAGE}?on={day}")

    def test_does_not_show_what_was_taken_back(self, story: Story) -> None:
        story.reverse(*story.stations(2))
        page = text_of(story.cast.officer)
        assert "没有单位在这里有核验过的记录" in page
        assert "没有您可以打开的记录" in page

    def test_lists_the_newest_records_first(self, told: Story) -> None:
        page = text_of(told.cast.officer)
        days = re.findall(r'<span class="nowrap">(\S+)</span> <a class="figure" href="/fact/', page)
        assert days[0] == "2020-03-02"
        assert '<span class="soft">基站 · 新建无线基站</span>' in page
        assert days == sorted(days, reverse=True)

    def test_says_what_is_missing_in_a_place_without_records(self, story: Story) -> None:
        page = text_of(story.cast.officer, "/handbook/522327/")
        assert "这里还没有核验过的记录，所以没有数字" in page
        assert "没有计入的资金" in page

    def test_answers_for_a_village_and_a_province(self, told: Story) -> None:
        assert "云南省分公司" not in text_of(told.cast.officer, "/handbook/520000/")
        town = Place.objects.filter(parent_id=CEHENG).order_by("pk")[0]
        page = text_of(told.cast.officer, f"/handbook/{town.pk}/")
        assert "<dt>所在的县</dt><dd>册亨县</dd>" in page
        assert "册亨县帮扶办" in page
        assert "没有单位在这里有核验过的记录" in page

    def test_is_written_in_english_too(self, told: Story) -> None:
        page = words(text_of(told.cast.officer, language="en"))
        assert "paired since 2016-03-01" in page
        assert "For use inside, not to be passed on" in page

    def test_knows_no_other_place(self, told: Story) -> None:
        assert door(told.cast.officer).get("/handbook/999999/").status_code == 404

    def test_asks_a_bounded_number_of_questions(self, told: Story) -> None:
        cast, place = told.cast, Place.objects.get(pk=CEHENG)
        village = Place.objects.filter(parent__parent_id=CEHENG).order_by("pk")[0]
        of_village = f"/handbook/{village.pk}/"
        in_force(cast)
        raise_finding(unit=cast.guizhou, title="井是空的", place=place, act=told.act)
        told.stations(1, on=date(2020, 4, 1), place=village.pk)
        few = statements(cast.officer, PAGE), statements(cast.officer, of_village)
        told.stations(30, on=date(2020, 4, 1), place=village.pk)
        told.stations(30, on=date(2020, 4, 1), unit=cast.yunnan.pk)
        for number in range(5):
            raise_finding(unit=cast.guizhou, title=f"第 {number} 口井", place=place, act=told.act)
        many = statements(cast.officer, PAGE), statements(cast.officer, of_village)
        assert many == few == (51, 41)


class TestOpenPoints:
    def test_are_the_findings_of_the_place_and_of_its_own_office(self, told: Story) -> None:
        cast, place = told.cast, Place.objects.get(pk=CEHENG)
        raise_finding(unit=cast.guizhou, title="井是空的", place=place, act=told.act)
        raise_finding(unit=cast.ceheng, title="县里没有答复", act=told.act)
        raise_finding(unit=cast.yunnan, title="别处的事", act=told.act)
        page = text_of(cast.officer)
        assert "未销号的疑点 <small>2</small>" in page
        assert ("井是空的" in page, "县里没有答复" in page, "别处的事" in page) == (True, True, False)

    def test_are_what_the_county_disputes(self, told: Story) -> None:
        cast = told.cast
        station = verified(cast, "5223270099", LOG)
        line = CountyLine.objects.get(record_id=station.pk)
        assert "县方的异议" not in text_of(cast.officer).split("您看得到的范围里没有")[0]
        dispute_record(line=line, remark="没有看到这个站", act=cast.act(cast.county_official))
        page = text_of(cast.officer)
        assert "县方的异议和另外的说法 <small>1</small>" in page
        assert "5223270099" in page
        assert "没有看到这个站" not in page

    def test_are_papers_that_wait_too_long(self, told: Story) -> None:
        cast = told.cast
        station = register_station(
            details=details(CEHENG, code="5223270098"), unit=cast.guizhou, files=(LOG,),
            act=cast.act(cast.clerk),
        )  # fmt: skip
        submit_station(station=station, act=cast.act(cast.clerk))
        assert "逾期没有核验的单据 <small>1</small>" in text_of(cast.officer)
        assert "逾期没有核验的单据" not in text_of(cast.officer, f"{PAGE}?on=2020-08-05")

    def test_of_which_there_are_none_are_said_to_be_none(self, told: Story) -> None:
        assert "您看得到的范围里没有：疑点" in text_of(told.cast.officer)


class TestPromises:
    def test_are_those_of_the_paired_unit(self, told: Story) -> None:
        in_force(told.cast)
        page = words(text_of(told.cast.officer))
        assert re.search(r"新建无线基站 贵州省分公司 50", page)
        assert "云南省分公司" not in page


class TestPeople:
    def test_are_named_to_whoever_may_read_the_organisation(self, told: Story) -> None:
        cast = told.cast
        fill_post(
            account=cast.clerk, unit=cast.guizhou, title_zh="帮扶专员", title_en="Assistance clerk",
            starts_on=date(2020, 1, 1), act=cast.act(cast.administrator),
        )  # fmt: skip
        assert "<dt>帮扶专员</dt><dd>韦兰 " in text_of(cast.officer)
        masked = text_of(cast.verifier)
        assert "<dt>帮扶专员</dt><dd>韦 * " in masked
        assert "韦兰" not in masked


class TestReaders:
    def test_without_grants_see_nothing(self, told: Story) -> None:
        assert door(told.cast.outsider).get(PAGE).status_code == 403
        assert door(told.cast.outsider).get("/handbook/").status_code == 403

    def test_who_are_not_signed_in_are_led_to_the_door(self, told: Story) -> None:
        for address in (PAGE, "/handbook/", f"{PAGE}handbook.zh.pdf"):
            answer = Client().get(address)
            assert (answer.status_code, answer.headers["Location"].startswith("/sign-in")) == (302, True)

    def test_of_a_county_see_their_own_county_alone(self, told: Story) -> None:
        client = door(told.cast.county_official)
        assert client.get(PAGE).status_code == 200
        assert client.get("/handbook/130724/").status_code == 403
        assert client.get("/handbook/130724/handbook.zh.pdf").status_code == 403
        assert "沽源" not in client.get("/handbook/").content.decode()

    def test_of_one_unit_count_that_unit_alone(self, told: Story) -> None:
        cast = told.cast
        told.stations(3, unit=cast.yunnan.pk, on=date(2020, 5, 1))
        with system_writes("a clerk of one branch"):
            RoleGrant.objects.create(
                account=cast.outsider, role="clerk", unit=cast.yunnan, starts_on=date(2015, 1, 1)
            )
        page = text_of(cast.outsider)
        assert f'href="/f/{STATIONS}/?period=2020&amp;place=522327&amp;unit=P53"' in page
        assert re.search(
            r'period=2020&amp;place=522327&amp;unit=P53"[^>]*><span class="value">3</span>', page
        )
        assert "贵州省分公司" not in page
        assert "0 个县" in words(text_of(cast.outsider, "/handbook/"))

    def test_of_another_branch_do_not_open_records(self, told: Story) -> None:
        page = text_of(told.cast.clerk_of_yunnan)
        assert '"/fact/' not in page
        assert '<span class="value">7</span>' in page


class TestSearch:
    def test_lists_assisted_counties_with_their_units(self, told: Story) -> None:
        page = words(text_of(told.cast.officer, "/handbook/"))
        assert "1 个县" in page
        assert re.search(r"贵州省黔西南布依族苗族自治州册亨县 有县帮扶办 贵州省分公司", page)

    def test_finds_by_name_code_and_pinyin(self, told: Story) -> None:
        for text in ("册亨", "522327", "chx"):
            assert 'href="/handbook/522327/"' in text_of(told.cast.officer, f"/handbook/?q={text}")
        assert "没有找到这个地方" in text_of(told.cast.officer, "/handbook/?q=乌有")


class TestWaysThere:
    def test_lead_from_where_a_figure_comes_from_and_from_the_map(self, told: Story) -> None:
        where = text_of(told.cast.officer, f"/f/{STATIONS}/where?period=2020&place=522327")
        assert '<a href="/handbook/522327/" data-leave>' in where
        whole = text_of(told.cast.officer, f"/f/{STATIONS}/where?period=2020")
        assert "/handbook/" not in whole.split("<main")[1]
        listed = text_of(told.cast.officer, f"/map/?indicator={STATIONS}&period=2020&level=3")
        assert '<a href="/handbook/522327/">' in listed

    def test_lead_from_the_menu(self, told: Story) -> None:
        assert 'href="/handbook/"' in text_of(told.cast.officer, "/work/")


class TestPaper:
    def sides(self, told: Story, language: str) -> list[str]:
        answer = door(told.cast.officer).get(f"{PAGE}handbook.{language}.pdf")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        return [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]

    def test_is_two_sides_at_most_with_the_numbers_of_the_page(self, told: Story) -> None:
        sides = self.sides(told, "zh")
        assert 1 <= len(sides) <= 2
        said = " ".join(sides)
        assert "新建无线基站　网络 4 个 7 个" in said
        assert "在用路灯　网络 9 盏 9 盏" in said
        assert "贵州省分公司 · 结对自 2016-03-01 · 最近的事实 2020-03-02" in said

    def test_says_at_the_foot_who_printed_it_when_and_that_it_stays_inside(self, told: Story) -> None:
        for side in self.sides(told, "zh"):
            assert "内部使用，不得转发" in side
            assert "打印：周敏" in side
            assert "集团" in side
        assert "For use inside, not to be passed on" in self.sides(told, "en")[0]

    @pytest.mark.parametrize("is_one", [True, False])
    def test_carries_the_mark_of_an_example(
        self, told: Story, monkeypatch: pytest.MonkeyPatch, is_one: bool
    ) -> None:
        monkeypatch.setattr(marks, "_asked", [lambda: is_one])
        assert {"示例数据" in side for side in self.sides(told, "zh")} == {is_one}

    def test_stays_two_sides_when_there_is_much_to_say(self, told: Story) -> None:
        cast, place = told.cast, Place.objects.get(pk=CEHENG)
        for number in range(10):
            raise_finding(
                unit=cast.guizhou, title=f"第 {number} 口井是空的，" * 12, place=place, act=told.act
            )
        in_force(cast)
        assert len(self.sides(told, "zh")) <= 2

    def test_knows_two_languages(self, told: Story) -> None:
        assert door(told.cast.officer).get(f"{PAGE}handbook.fr.pdf").status_code == 404


def test_counting_together_gives_what_each_figure_gives(told: Story) -> None:
    asked = [(one, Selection(read_period("2020"), place=CEHENG)) for one in indicators()]
    assert sums_in(asked) == [sums_of(one, selection) for one, selection in asked]
