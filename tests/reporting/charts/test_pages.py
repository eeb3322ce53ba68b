"""The pages and files of charts through the client, in both languages, for whoever may."""

from __future__ import annotations

import io
import struct
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.test import Client

from bangfu.reporting.charts.models import Chart, Version
from tests.reporting.kinds import TRAINED
from tests.reporting.story import Story
from tests.reporting.tables.test_pages import door, text_of

STATIONS = "network.base_stations"
ASKED = f"kind=ranking&indicator={STATIONS}&by=place&level=3&place=522300&period=2019"


@pytest.mark.django_db
class TestBuilder:
    def test_every_mark_opens_its_figure(self, filled: Story) -> None:
        page = text_of(filled.cast.officer, f"/charts/new?{ASKED}")
        mark = f'<a class="mark figure" href="/f/{STATIONS}/?period=2019&amp;place=522327" aria-label="册亨县，2019年：5 个">'
        assert page.count(mark) == 2  # for a screen and for a phone
        cell = f'<a class="figure" href="/f/{STATIONS}/?period=2019&amp;place=522327" data-code='
        assert page.count(cell) == 1
        assert ("style=" in page.partition("<main")[2], page.count('<svg class="chart-plate')) == (False, 2)

    @pytest.mark.parametrize("kind", ["trend", "composition", "ranking", "distribution", "flow"])
    def test_each_kind_starts_with_something_in_both_languages(self, filled: Story, kind: str) -> None:
        assert "图中的数" in text_of(filled.cast.officer, f"/charts/new?kind={kind}")
        assert "The numbers in it" in text_of(filled.cast.officer, f"/charts/new?kind={kind}", "en")

    def test_reads_names_and_adds_sources(self, filled: Story) -> None:
        page = text_of(
            filled.cast.officer, "/charts/new?kind=trend&indicator=新建无线基站&place=册亨县&period=2019"
        )
        assert f"indicator={STATIONS}&amp;way=to_date&amp;step=month&amp;period=2019&amp;place=522327" in page
        answer = door(filled.cast.officer).get(
            "/charts/new?kind=flow&indicator=toy.paid_in&period=2019&add=物资折价"
        )
        assert answer.status_code == 302
        assert parse_qs(urlsplit(answer.headers["Location"]).query)["indicator"] == [
            "toy.paid_in",
            "toy.given_in",
        ]

    def test_answers_htmx_with_the_chart_alone(self, filled: Story) -> None:
        answer = door(filled.cast.officer).get(
            f"/charts/new?{ASKED}&unit=", headers={"HX-Target": "chart-preview"}
        )
        page = answer.content.decode()
        assert parse_qs(urlsplit(answer.headers["HX-Replace-Url"]).query) == parse_qs(ASKED)
        assert page.lstrip().startswith('<div id="chart-preview"')
        assert 'hx-swap-oob="true"' in page

    def test_says_what_is_refused_in_its_place(self, filled: Story) -> None:
        answer = door(filled.cast.officer).get(f"/charts/new?kind=composition&indicator={TRAINED}")
        assert (answer.status_code, "各部分不能相加" in answer.content.decode()) == (422, True)
        answer = door(filled.cast.officer).get("/charts/new?kind=pie", headers={"HX-Target": "chart-preview"})
        assert ("HX-Replace-Url" in answer.headers, "unknown_choice" in answer.content.decode()) == (
            False,
            True,
        )

    def test_offers_what_can_be_drawn(self, filled: Story) -> None:
        people = text_of(filled.cast.officer, f"/charts/new?kind=ranking&indicator={TRAINED}")
        assert '<span class="chip" title="画不了这个指标">构成</span>' in people
        assert 'href="/charts/new?kind=flow' in people
        assert f"kind=composition&amp;indicator={TRAINED}" not in people
        stations = text_of(filled.cast.officer, f"/charts/new?kind=composition&indicator={STATIONS}")
        assert ('<option value="line"' in stations, '<option value="measure"' in stations) == (True, False)

    def test_says_that_there_is_nothing(self, filled: Story) -> None:
        page = text_of(filled.cast.officer, f"/charts/new?kind=trend&indicator={STATIONS}&period=2010")
        assert ("没有记录不是零" in page, "chart.png" in page, "chart.csv" in page) == (True, False, True)

    def test_lists_one_class_of_a_distribution(self, filled: Story) -> None:
        asked = f"kind=distribution&indicator={STATIONS}&place=5223&period=2019"
        page = text_of(filled.cast.officer, f"/charts/new?{asked}&bin=0")
        table = page.partition("<tbody>")[2].partition("</tbody>")[0]
        assert ("兴义市" in table, "册亨县" in table, "只列这一段" in page) == (True, False, True)

    def test_is_closed_to_whoever_sees_no_figures(self, filled: Story) -> None:
        for address in ("/charts/", "/charts/new", "/charts/chart.csv", "/charts/chart.png"):
            assert door(filled.cast.outsider).get(address).status_code == 403

    def test_starts_an_official_of_a_county_there(self, filled: Story) -> None:
        page = text_of(
            filled.cast.county_official, f"/charts/new?kind=trend&indicator={STATIONS}&period=2019"
        )
        assert "place=522327" in page
        assert door(filled.cast.county_official).get(f"/charts/new?{ASKED}").status_code == 403

    def test_is_reached_from_where_figures_stand(self, filled: Story) -> None:
        drawer = text_of(filled.cast.officer, f"/f/{STATIONS}/where?period=2019")
        assert f'href="/charts/new?kind=trend&amp;indicator={STATIONS}&amp;period=2019" data-leave' in drawer
        assert 'href="/charts/"' in text_of(filled.cast.officer, "/figures/")


@pytest.mark.django_db
class TestSaved:
    def saved(self, client: Client, **more: Any) -> Version:
        given = parse_qs(ASKED)
        answer = client.post(
            "/charts/save", {**given, "key": "k", "name_zh": "基站排名", "name_en": "Stations", **more}
        )
        assert answer.status_code == 302, answer.content.decode()
        return Version.objects.latest("pk")

    def test_is_saved_listed_revised_pinned_and_withdrawn(self, filled: Story) -> None:
        cast, client = filled.cast, door(filled.cast.officer)
        assert "还没有保存的图表" in client.get("/charts/").content.decode()
        version = self.saved(client, shared="1")
        home = f"/charts/{version.chart_id}/"
        assert "基站排名" in client.get("/charts/?q=基站&whose=own&kind=ranking").content.decode()
        assert "没有符合条件的图表" in client.get("/charts/?kind=flow").content.decode()
        assert "Stations" in text_of(cast.auditor, home, "en")
        page = client.get(home).content.decode()
        assert "固定到区块" in page
        revising = client.get(f"/charts/new?{ASKED}&chart={version.chart_id}").content.decode()
        assert ("修改：基站排名" in revising, 'value="Stations"' in revising) == (True, True)
        pinned = self.saved(client, key="l", chart=str(version.chart_id), as_of="1")
        assert (pinned.number, pinned.question["as_of"]) == (2, ["1"])
        filled.stations(2)
        assert "册亨县，2019年：5 个" in client.get(home).content.decode()
        earlier = client.get(f"{home}?version=1").content.decode()
        assert ("册亨县，2019年：7 个" in earlier, "这是以前的版本" in earlier) == (True, True)
        assert client.post(f"{home}withdraw", {"key": "m"}).status_code == 302
        assert client.get(home).status_code == 404

    def test_a_private_one_is_nobody_elses_and_a_refusal_keeps_what_was_typed(self, filled: Story) -> None:
        version = self.saved(door(filled.cast.officer))
        assert door(filled.cast.auditor).get(f"/charts/{version.chart_id}/").status_code == 404
        given = {**parse_qs(ASKED), "key": "n", "name_zh": " ", "name_en": "Mine"}
        answer = door(filled.cast.officer).post("/charts/save", given)
        page = answer.content.decode()
        assert (answer.status_code, "请给图表起个名称" in page, 'value="Mine"' in page) == (409, True, True)
        assert Chart.objects.count() == 1


@pytest.mark.django_db
class TestFiles:
    def test_csv_has_the_whole_table_and_says_what_was_asked(self, filled: Story) -> None:
        answer = door(filled.cast.officer).get(f"/charts/chart.csv?{ASKED}")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[:3] == ["县,名次,2019年（个）,上年同期（个）", "册亨县,1,5,4", "兴义市,2,0,"]
        assert any(line.startswith("筛选,") and "黔西南" in line and "最新区块 1" in line for line in lines)

    def test_xlsx_has_typed_cells_and_a_source(self, filled: Story) -> None:
        answer = door(filled.cast.officer, "en").get(f"/charts/chart.xlsx?{ASKED}&as_of=1")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        rows = {row[0]: row[1:] for row in book.worksheets[0].iter_rows(values_only=True)}
        assert rows["Counties"] == ("Rank", "2019 (stations)", "A year before (stations)")
        assert (rows["册亨县"], rows["望谟县"]) == ((1, 5, 4), ("", "", ""))
        told = {row[0]: row[1] for row in book["Source"].iter_rows(values_only=True)}
        assert "as of block 1" in told["Narrowed to"]

    def test_svg_stands_alone(self, filled: Story) -> None:
        answer = door(filled.cast.officer).get(f"/charts/chart.svg?{ASKED}&as_of=1")
        assert answer.headers["Content-Type"].startswith("image/svg+xml")
        root = ET.fromstring(answer.content)
        said = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
        assert said[0] == "新建无线基站：2019年县排名"
        for told in (
            "截至区块 1",
            "口径：",
            "来源：帮扶账册，network.base_stations v",
            "短码：",
            "查证：http://testserver/charts/new?",
        ):
            assert any(told in text for text in said), told
        assert not list(root.iter("{http://www.w3.org/2000/svg}a"))

    def test_png_is_a_picture_twice_as_large(self, filled: Story) -> None:
        answer = door(filled.cast.officer, "en").get(f"/charts/chart.png?{ASKED}&as_of=1")
        assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">I", answer.content[16:20]) == (2 * 1016,)

    @pytest.mark.parametrize(
        ("language", "face"), [("zh", "Noto Serif SC,"), ("en", "Libertinus Serif, Noto Serif SC,")]
    )
    def test_a_picture_is_set_in_a_face_of_its_language(
        self, filled: Story, language: str, face: str
    ) -> None:
        answer = door(filled.cast.officer, language).get(f"/charts/chart.svg?{ASKED}&as_of=1")
        assert f'font-family="{face}' in answer.content.decode()

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_no_file_of_small_groups(self, filled: Story, form: str) -> None:
        asked = f"kind=ranking&indicator={TRAINED}&by=place&level=1&period=2019&before=0"
        answer = door(filled.cast.officer).get(f"/charts/chart.{form}?{asked}")
        content = b"".join(answer.streaming_content)
        if form == "csv":
            rows = [line.split(",") for line in content.decode("utf-8-sig").splitlines()]
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
            rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        told = {row[0]: row[2] for row in rows if row[0] in ("贵州省", "河北省")}
        assert told == dict.fromkeys(("贵州省", "河北省"), "不足 5 人，不列")

    def test_no_picture_of_small_groups(self, filled: Story) -> None:
        asked = f"kind=ranking&indicator={TRAINED}&by=place&level=1&period=2019"
        answer = door(filled.cast.officer).get(f"/charts/chart.png?{asked}")
        assert (answer.status_code, "不足 5 人" in answer.content.decode()) == (409, True)
        page = text_of(filled.cast.officer, f"/charts/new?{asked}")
        assert ("只能在系统里看" in page, "chart.png" in page, "chart.xlsx" in page) == (True, False, True)
