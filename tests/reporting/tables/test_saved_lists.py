"""Lists of saved tables, charts and pledges as files: the rows of the page, and where they come from."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

from bangfu.reporting.charts.models import Chart
from tests.reporting.story import Story
from tests.reporting.tables.test_pages import ASKED, door


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode().lstrip("\ufeff"))))


def saved(client: Client, address: str, fields: dict[str, Any], name: str) -> None:
    answer = client.post(f"{address}save", {**fields, "name_zh": name, "shared": "1"})
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.django_db
class TestSavedLists:
    def test_of_tables_is_narrowed_as_the_page(self, filled: Story) -> None:
        client = door(filled.cast.officer)
        for name in ("基站表", "路灯表"):
            saved(client, "/tables/", parse_qs(ASKED), name)
        rows = rows_of(client.get("/tables/tables.csv?q=基站&whose=own"))
        assert [row[:5] for row in rows[:2]] == [
            ["名称", "谁的", "共享给", "固定到区块", "版本"], ["基站表", "周敏", "集团", "", "1"],
        ]  # fmt: skip
        assert ["筛选", "基站 own"] in rows
        assert client.get("/tables/tables.xlsx").status_code == 200
        assert door(filled.cast.outsider).get("/tables/tables.csv").status_code == 403

    def test_of_charts_has_those_that_are_shared(self, filled: Story) -> None:
        asked = parse_qs("kind=trend&indicator=network.base_stations&step=year&first=2018&last=2019")
        saved(door(filled.cast.officer), "/charts/", asked, "基站趋势")
        rows = rows_of(door(filled.cast.auditor).get("/charts/charts.csv?whose=shared"))
        assert rows[1][0] == "基站趋势"
        assert rows[1][6] == f"http://testserver/charts/{Chart.objects.get().pk}/"

    def test_of_pledges_says_where_it_comes_from(self, filled: Story) -> None:
        rows = rows_of(door(filled.cast.officer).get("/targets/pledges.csv?year=2019"))
        assert rows[0] == ["责任书", "年度", "签订单位", "文号", "状态", "版本"]
        assert ["筛选", "2019"] in rows
