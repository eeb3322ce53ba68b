"""The fixed tables: each is declared over indicators that exist, is shown, opens and comes as a workbook."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from functools import partial
from html import escape
from uuid import uuid4

import docx
import pypdf
import pytest

from bangfu.coordination.pairing.measures import DESIGNATED
from bangfu.foundation.rooms import marks
from bangfu.reporting.forms.fixed.declared import fixed_tables
from bangfu.reporting.indicators import shipped_indicators
from tests.cast import CEHENG
from tests.reporting.forms import papers
from tests.reporting.story import Story
from tests.reporting.tables.test_pages import door, text_of

STATIONS = "network.base_stations"
TITLE = "定点帮扶责任书六项指标分县表"


def test_every_column_is_an_indicator_that_ships() -> None:
    known = {one.code for one in shipped_indicators()}
    assert [
        one.indicator
        for table in fixed_tables().values()
        for one in table.columns
        if one.indicator not in known
    ] == []


@pytest.mark.django_db
class TestFixedTables:
    def test_are_listed(self, filled: Story) -> None:
        page = text_of(filled.cast.officer, "/forms/fixed/")
        assert [table.title.zh in page for table in fixed_tables().values()] == [True] * len(fixed_tables())

    @pytest.mark.parametrize("code", fixed_tables())
    def test_are_shown(self, filled: Story, code: str) -> None:
        assert escape(fixed_tables()[code].title.en) in text_of(
            filled.cast.officer, f"/forms/fixed/{code}/?period=2019", "en"
        )

    def test_by_branch_open_and_come_as_a_workbook(self, filled: Story) -> None:
        address = "/forms/fixed/network_acceptance/"
        page = text_of(filled.cast.officer, f"{address}?period=2019")
        assert f'<a class="figure" href="/f/{STATIONS}/?period=2019&amp;unit=P52&amp;as_of=1">8</a>' in page
        client = door(filled.cast.officer)
        told = [client.get(f"{address}table.xlsx?period=2019").content for _ in range(2)]
        assert hashlib.sha256(told[0]).digest() == hashlib.sha256(told[1]).digest()
        rows = papers.values_of(told[0], "网络帮扶建设验收汇总表")
        assert [row[:3] for row in rows[4:7]] == [
            ("贵州省分公司", 8, "—"), ("云南省分公司", 2, "—"), ("合计", 10, "—"),
        ]  # fmt: skip

    def test_come_on_paper_with_the_address_of_each_figure(self, filled: Story) -> None:
        client = door(filled.cast.officer)
        address = "/forms/fixed/network_acceptance/table"
        figure = f"http://testserver/f/{STATIONS}/?period=2019&unit=P52&as_of=1"
        written = client.get(f"{address}.docx?period=2019").content
        assert written == client.get(f"{address}.docx?period=2019").content
        document = docx.Document(io.BytesIO(written))
        (table,) = document.tables
        assert [row.cells[0].text for row in table.rows] == ["单位", "贵州省分公司", "云南省分公司", "合计"]
        assert figure in {one.target_ref for one in document.part.rels.values() if one.is_external}
        assert "sdtContentLocked" in table.rows[1].cells[1]._tc.xml
        printed = pypdf.PdfReader(io.BytesIO(client.get(f"{address}.pdf?period=2019").content))
        (page,) = printed.pages
        links = [one.get_object().get("/A", {}).get("/URI") for one in page["/Annots"]]
        assert figure in links
        assert "贵州省分公司" in page.extract_text()
        assert "合计" in page.extract_text()

    def test_the_paper_of_the_example_says_so(self, filled: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        client, address = door(filled.cast.officer), "/forms/fixed/network_acceptance/table.pdf?period=2019"

        def printed() -> str:
            return pypdf.PdfReader(io.BytesIO(client.get(address).content)).pages[0].extract_text()

        assert "示例数据" not in printed()
        monkeypatch.setattr(marks, "_asked", [lambda: True])
        assert "示例数据" in printed()

    def test_designated_counties_are_those_of_the_ledger_where_no_list_is_kept(self, filled: Story) -> None:
        group, county = filled.cast.group.pk, uuid4()
        paired = partial(filled.post, DESIGNATED, unit=group, place=CEHENG, parties=[county])
        paired([1], on=date(2016, 1, 1))
        paired([-1], on=date(2020, 3, 1))
        filled.seal()
        address = "/forms/fixed/pledge_counties/table.xlsx?period="

        def lines(year: int) -> list[object]:
            rows = papers.values_of(door(filled.cast.officer).get(f"{address}{year}").content, TITLE)
            return [row[0] for row in rows[4:-1]]

        assert lines(2015) == ["合计"]
        assert lines(2019) == ["贵州省黔西南布依族苗族自治州册亨县", "合计"]
        assert lines(2020) == ["合计"]

    def test_are_of_a_year_where_none_is_asked(self, filled: Story) -> None:
        for code in fixed_tables():
            assert "期间：" in text_of(filled.cast.officer, f"/forms/fixed/{code}/")
        answer = door(filled.cast.officer).get("/forms/fixed/consumption_months/?period=2019-Q1")
        assert answer.status_code == 422
        assert "「消费帮扶月报」按月列，只能看一个年度。" in answer.content.decode()
        assert door(filled.cast.officer).get(
            "/forms/fixed/consumption_months/table.xlsx?period=2019-Q1"
        ).status_code in {409, 422}

    def test_unknown_ones_and_what_is_not_seen(self, filled: Story) -> None:
        assert door(filled.cast.officer).get("/forms/fixed/none/").status_code == 404
        assert door(filled.cast.outsider).get("/forms/fixed/").status_code == 403
        assert door(filled.cast.officer).get("/forms/fixed/training_roster/?period=x").status_code == 422
