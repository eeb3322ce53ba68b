"""The wall: a report's figures once each, under their chapters, with their months and what came in today."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bangfu.reporting import texts
from bangfu.reporting.wall import HEIGHT, MOST_NARROW, Panel, panels_of
from tests.reporting.publications.conftest import fill, write_texts
from tests.reporting.story import Story

BACKEND = "django.contrib.auth.backends.ModelBackend"
ADDRESS = "/reports/programme/wall/"


@pytest.fixture
def told(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(texts, "FOLDER", write_texts(tmp_path / "texts"))
    fill(story)
    return story


@pytest.mark.django_db
class TestPanels:
    def test_show_each_figure_once_under_its_chapter(self, told: Story) -> None:
        (panel,) = panels_of("programme", "zh", timezone.localdate())
        assert panel.title == "聚焦优势"
        assert [(str(one.figure.shown_in("zh")), one.where) for one in panel.tiles] == [
            ("33个", ""), ("29个", "册亨县"), ("8名", ""), ("66.6%", "册亨县"),
        ]  # fmt: skip

    def test_draw_the_months_of_what_adds_up(self, told: Story) -> None:
        (panel,) = panels_of("programme", "en", timezone.localdate())
        stations, _, pupils, coverage = panel.tiles
        assert [(bar.left, bar.height) for bar in stations.bars if bar.height] == [(12, HEIGHT), (33, 3)]
        assert stations.width == 35
        assert (pupils.bars, coverage.bars) == ((), ())

    def test_count_what_was_entered_today(self, told: Story) -> None:
        (panel,) = panels_of("programme", "zh", timezone.localdate())
        assert [one.today for one in panel.tiles] == [35, 35, 11, 2]
        assert panel.today == 35 + 11 + 2
        (tomorrow,) = panels_of("programme", "zh", date(2999, 1, 1))
        assert tomorrow.today == 0

    def test_leave_out_what_has_no_facts(
        self, story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(texts, "FOLDER", write_texts(tmp_path / "texts"))
        assert panels_of("programme", "zh", timezone.localdate()) == []

    def test_ask_the_database_as_often_for_many_facts_as_for_few(
        self, told: Story, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        told.stations(500, on=date(2019, 7, 1))
        with django_assert_max_num_queries(40):
            panels_of("programme", "zh", timezone.localdate())


@pytest.mark.django_db
class TestPage:
    def test_opens_every_figure_and_renews_itself(self, told: Story, client: Client) -> None:
        client.force_login(told.cast.officer, backend=BACKEND)
        page = client.get(ADDRESS).content.decode()
        assert page.count('class="figure"') == 4
        assert 'hx-trigger="every 20s"' in page
        assert 'href="/f/network.base_stations/?period=2019&amp;place=522327"' in page

    def test_is_for_who_reads_the_whole_programme(self, told: Story, client: Client) -> None:
        assert client.get(ADDRESS).status_code == 302
        client.force_login(told.cast.outsider, backend=BACKEND)
        assert client.get(ADDRESS).status_code == 403

    def test_of_an_unknown_report(self, told: Story, client: Client) -> None:
        client.force_login(told.cast.officer, backend=BACKEND)
        assert client.get("/reports/nothing/wall/").status_code == 404


def test_a_chapter_of_many_tiles_is_broad() -> None:
    assert [Panel("", (None,) * count).is_broad for count in (MOST_NARROW, MOST_NARROW + 1)] == [False, True]
