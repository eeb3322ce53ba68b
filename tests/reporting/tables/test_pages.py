"""The pages of tables through the client: the builder, its preview, saving, files, in both languages, for whoever may."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.test import Client

from bangfu.foundation.jobs.files import file_of
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import lists
from bangfu.reporting.codes import code_of
from bangfu.reporting.periods import read_period
from bangfu.reporting.tables import exporting, views
from bangfu.reporting.tables.asking import UnableToTabulate, refuse_size
from bangfu.reporting.tables.models import Table, Version
from tests.cast import Cast
from tests.reporting.kinds import COVERAGE
from tests.reporting.story import LAMPS, Story

STATIONS = "network.base_stations"
ASKED = f"indicator={STATIONS}&rows=place&columns=indicator&level=3&period=2019&place=522300&filled=1"


def door(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


def text_of(account: Account, address: str, language: str = "zh-hans") -> str:
    answer = door(account, language).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


@pytest.mark.django_db
class TestBuilder:
    def test_shows_cells_that_open(self, filled: Story) -> None:
        page = text_of(filled.cast.officer, f"/tables/new?{ASKED}")
        assert f'<a class="figure" href="/f/{STATIONS}/?period=2019&amp;place=522327">5</a>' in page
        assert f'href="/f/{STATIONS}/?period=2019&amp;place=522301">0</a>' in page
        assert "望谟县" not in page

    def test_starts_with_something_and_works_in_english(self, filled: Story) -> None:
        page = text_of(filled.cast.officer, "/tables/new", "en")
        assert "New table" in page
        assert "“—” means no records" in page

    def test_adds_an_indicator_by_name_and_moves_it(self, filled: Story) -> None:
        answer = door(filled.cast.officer).get(f"/tables/new?{ASKED}&add=在用路灯")
        assert answer.status_code == 302
        address = answer.headers["Location"]
        assert parse_qs(urlsplit(address).query)["indicator"] == [STATIONS, LAMPS.code]
        page = text_of(filled.cast.officer, address)
        assert f'href="?indicator={LAMPS.code}&amp;indicator={STATIONS}&amp;rows=place' in page

    def test_reads_names_of_places_and_units(self, filled: Story) -> None:
        asked = "rows=place&columns=indicator&period=2019&filled=1&total=place"
        page = text_of(
            filled.cast.officer,
            f"/tables/new?indicator={STATIONS}&{asked}&level=named&named=册亨县 沽源县&unit=贵州省分公司",
        )
        assert f'href="/f/{STATIONS}/?period=2019&amp;place=522327&amp;unit=P52">5</a>' in page
        page = text_of(filled.cast.officer, f"/tables/new?indicator={STATIONS}&{asked}&level=3&place=河北省")
        assert f'href="/f/{STATIONS}/?period=2019&amp;place=130000">2</a>' in page

    def test_answers_htmx_with_the_table_alone(self, filled: Story) -> None:
        client = door(filled.cast.officer)
        answer = client.get(f"/tables/new?{ASKED}&unit=&line=", headers={"HX-Target": "table-preview"})
        page = answer.content.decode()
        assert parse_qs(urlsplit(answer.headers["HX-Replace-Url"]).query) == parse_qs(ASKED)
        assert page.lstrip().startswith('<div id="table-preview"')
        assert 'hx-swap-oob="true"' in page

    def test_says_what_is_refused_in_its_place(self, filled: Story) -> None:
        answer = door(filled.cast.officer).get("/tables/new?rows=place&columns=place")
        assert (answer.status_code, "不能是同一样" in answer.content.decode()) == (422, True)

    def test_a_refused_preview_takes_the_question_before_from_the_form_that_saves(
        self, filled: Story
    ) -> None:
        answer = door(filled.cast.officer).get(
            "/tables/new?rows=place&columns=place", headers={"HX-Target": "table-preview"}
        )
        page = answer.content.decode()
        assert ("HX-Replace-Url" in answer.headers, "same_twice" in page) == (False, True)
        assert '<input type="hidden" name="columns" value="place">' in page

    def test_starts_an_official_of_a_county_there(self, filled: Story) -> None:
        page = text_of(filled.cast.county_official, f"/tables/new?indicator={STATIONS}&level=3&period=2019")
        assert "place=522327" in page
        answer = door(filled.cast.county_official).get(f"/tables/new?{ASKED}")
        assert "无权查看" not in answer.content.decode() or ">0<" not in answer.content.decode()

    def test_is_closed_to_whoever_sees_no_figures(self, filled: Story) -> None:
        for address in ("/tables/", "/tables/new", "/tables/table.csv"):
            assert door(filled.cast.outsider).get(address).status_code == 403


@pytest.mark.django_db
class TestSaved:
    def saved(self, cast: Cast, client: Client, **more: Any) -> Version:
        given = parse_qs(ASKED)
        answer = client.post(
            "/tables/save", {**given, "key": "k", "name_zh": "基站表", "name_en": "Stations", **more}
        )
        assert answer.status_code == 302, answer.content.decode()
        return Version.objects.latest("pk")

    def test_is_saved_listed_revised_pinned_compared_and_withdrawn(self, filled: Story) -> None:
        cast, client = filled.cast, door(filled.cast.officer)
        assert "还没有保存的表格" in client.get("/tables/").content.decode()
        version = self.saved(cast, client, shared="1")
        home = f"/tables/{version.table_id}/"
        assert "基站表" in client.get("/tables/?q=基站&whose=own").content.decode()
        assert "没有符合条件的表格" in client.get("/tables/?q=路灯").content.decode()
        assert "Stations" in text_of(cast.auditor, home, "en")
        page = client.get(home).content.decode()
        assert "固定到区块" in page
        revising = client.get(f"/tables/new?{ASKED}&table={version.table_id}").content.decode()
        assert ("修改：基站表" in revising, 'value="Stations"' in revising) == (True, True)
        assert "修改：基站表" not in text_of(cast.auditor, f"/tables/new?{ASKED}&table={version.table_id}")
        pinned = self.saved(cast, client, key="l", table=str(version.table_id), as_of="1")
        assert (pinned.number, pinned.question["as_of"]) == (2, ["1"])
        filled.stations(2)
        compared = client.get(f"{home}?compare=1").content.decode()
        assert "与现在相比，本页有 1 格变了" in compared
        assert "这是以前的版本" in client.get(f"{home}?version=1").content.decode()
        assert client.post(f"{home}withdraw", {"key": "m"}).status_code == 302
        assert client.get(home).status_code == 404

    def test_a_private_one_is_nobody_elses(self, filled: Story) -> None:
        version = self.saved(filled.cast, door(filled.cast.officer))
        assert door(filled.cast.auditor).get(f"/tables/{version.table_id}/").status_code == 404

    def test_a_refusal_keeps_what_was_typed(self, filled: Story) -> None:
        given = parse_qs(ASKED)
        answer = door(filled.cast.officer).post(
            "/tables/save", {**given, "key": "k", "name_zh": " ", "name_en": "Mine"}
        )
        page = answer.content.decode()
        assert (answer.status_code, "请给表格起个名称" in page, 'value="Mine"' in page) == (409, True, True)
        assert not Table.objects.exists()


@pytest.mark.django_db
class TestLargeTables:
    def test_leave_empty_rows_out_page_by_page(self, filled: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = text_of(filled.cast.officer, f"/tables/new?{ASKED}")
        monkeypatch.setattr(views, "MOST_SIFTED", 1)
        page = text_of(filled.cast.officer, f"/tables/new?{ASKED}")
        assert ("这张表很大" in whole, "这张表很大" in page) == (False, True)
        assert f'<a class="figure" href="/f/{STATIONS}/?period=2019&amp;place=522327">5</a>' in page
        assert "望谟县" not in page

    def test_have_fewer_rows_a_page_where_there_are_many_columns(
        self, filled: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "CELLS_A_PAGE", 36)
        monkeypatch.setattr(views, "FEWEST_A_PAGE", 2)
        client, months = door(filled.cast.officer), "columns=period&step=month&first=2019-01&last=2019-12"
        asked = f"/tables/new?indicator={STATIONS}&rows=place&level=3&place=522300"
        answers = [client.get(f"{asked}&{columns}") for columns in (months, "columns=indicator&period=2019")]
        assert [one.context["page"].paginator.per_page for one in answers] == [3, 36]
        monkeypatch.setattr(views, "CELLS_A_PAGE", 1)
        assert client.get(f"{asked}&{months}").context["page"].paginator.per_page == 2

    def test_are_written_by_a_job_in_parts(self, filled: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        client = door(filled.cast.officer)
        lines = b"".join(client.get(f"/tables/table.csv?{ASKED}").streaming_content).decode("utf-8-sig")
        monkeypatch.setattr(exporting, "LONGEST_AT_ONCE", 1)
        monkeypatch.setattr(exporting, "CELLS_AT_ONCE", 1)
        answer = client.get(f"/tables/table.csv?{ASKED}")
        job = Job.objects.get()
        assert answer.headers["Location"] == f"/jobs/{job.pk}/"
        assert carry_out_here(job.pk) == JobState.DONE
        job.refresh_from_db()
        path = file_of(job)
        assert path is not None
        assert path.read_text("utf-8-sig").splitlines()[:3] == lines.splitlines()[:3]

    def test_of_twenty_indicators_in_each_county_and_month_are_possible(self) -> None:
        refuse_size(20 * 832 * 12)
        with pytest.raises(UnableToTabulate):
            refuse_size(20 * 832 * 13)


@pytest.mark.django_db
class TestFiles:
    def test_csv_says_what_was_asked(self, filled: Story) -> None:
        answer = door(filled.cast.officer).get(f"/tables/table.csv?{ASKED}")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[:3] == ["地区,新建无线基站（个）", "兴义市,0", "册亨县,5"]
        assert any(line.startswith("筛选,") and "2019年" in line and "最新区块 1" in line for line in lines)

    def test_xlsx_has_typed_cells_and_a_source(self, filled: Story) -> None:
        asked = ASKED.replace("&filled=1", f"&indicator={COVERAGE}&as_of=1")
        answer = door(filled.cast.officer, "en").get(f"/tables/table.xlsx?{asked}")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        rows = {row[0]: row[1:] for row in book.worksheets[0].iter_rows(values_only=True)}
        assert rows["Places"] == ("New base stations (stations)", "Coverage (1 = 100%)")
        assert (rows["册亨县"], rows["望谟县"]) == ((5, 0.65), ("", ""))
        told = {row[0]: row[1] for row in book["Source"].iter_rows(values_only=True)}
        assert "as of block 1" in told["Narrowed to"]
        assert told["Taken by"] == "周敏"

    def test_every_cell_of_a_workbook_opens_and_stays_a_number(self, filled: Story) -> None:
        answer = door(filled.cast.officer).get(f"/tables/table.xlsx?{ASKED}")
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
        assert [
            (cell.value, cell.hyperlink.target) for cell in (sheet.cell(row, 2) for row in range(2, sheet.max_row + 1))
        ] == [
            (0, f"http://testserver/f/{STATIONS}/?period=2019&place=522301"),
            (5, f"http://testserver/f/{STATIONS}/?period=2019&place=522327"),
        ]  # fmt: skip

    def test_csv_has_codes_where_asked(self, filled: Story) -> None:
        def lines(more: str) -> list[str]:
            answer = door(filled.cast.officer).get(f"/tables/table.csv?{ASKED}&codes=1{more}")
            return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[:3]

        codes = [code_of(1, read_period("2019"), place) for place in (522301 * 10**6, 522327 * 10**6)]
        assert lines("") == [
            "地区,新建无线基站（个）,新建无线基站（个） 打开", f"兴义市,0,{codes[0]}", f"册亨县,5,{codes[1]}",
        ]  # fmt: skip
        address = f"http://testserver/f/{STATIONS}/?period=2019&place=522327&unit=P52"
        assert lines("&unit=P52")[2] == f"册亨县,5,{address}"

    def test_a_workbook_of_more_cells_than_a_sheet_has_links_lists_the_addresses(
        self, filled: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exporting, "MOST_LINKS", 1)
        monkeypatch.setattr(lists, "MOST_LINKS", 1)
        answer = door(filled.cast.officer).get(f"/tables/table.xlsx?{ASKED.replace('&filled=1', '')}")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        assert book.sheetnames == ["表格", "打开", "来源"]
        assert sum(cell.hyperlink is not None for cell in book["表格"]["B"]) == 1
        opens = {row[0]: row[1] for row in book["打开"].iter_rows(values_only=True)}
        assert opens["册亨县"] == f"http://testserver/f/{STATIONS}/?period=2019&place=522327"
