"""Figures of special areas: the places that a list names together at the period's end."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from uuid import UUID

import polars as pl
import pytest

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.places.models import Area
from bangfu.foundation.places.operations import import_area
from bangfu.foundation.places.queries import area
from bangfu.reporting import queries
from bangfu.reporting.exports import figure_as_json
from bangfu.reporting.facts import facts_in
from bangfu.reporting.selection import Selection, UnableToOpen, read_selection
from bangfu.reporting.telling import lines_of
from tests.cast import CEHENG, GUIZHOU, GUYUAN, Cast
from tests.reporting.kinds import party
from tests.reporting.story import Story
from tests.reporting.test_pages import door, text

CODE = "network.base_stations"
TOWN, QIANXINAN, HEBEI = 522327001000, 522300000000, 130000000000
TAIHANG = "region-yanshan-taihang"


def own_area(cast: Cast, *members: tuple[int, date, date | None]) -> Area:
    """Take in a list of the house's own."""
    rows = pl.DataFrame(
        [(place, starts_on, ends_on, "名单所载") for place, starts_on, ends_on in members],
        schema={"place": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "listed_as": pl.String},
        orient="row",
    )
    return import_area(
        code="own-list", kind="PROVINCIAL", title_zh="本省名单", title_en="Our own list", source="示例文件",
        members=rows, act=cast.act(cast.administrator),
    )  # fmt: skip


def asked(**given: str) -> Selection:
    return read_selection({"period": "2019-H1", **given})


def value(**given: str) -> Decimal | None:
    return queries.figure_in(CODE, asked(**given)).value


@pytest.fixture
def posted(story: Story) -> Story:
    """Four stations in 册亨, two of them in a town; three in 沽源, which 燕山-太行山区 has; one that is 贵州's alone."""
    cast = story.cast
    story.stations(2, place=CEHENG, on=date(2019, 2, 1))
    story.stations(2, place=TOWN, on=date(2019, 3, 1))
    story.stations(3, unit=cast.yunnan.pk, place=GUYUAN, on=date(2019, 3, 2))
    story.stations(1, place=GUIZHOU, on=date(2019, 4, 1))
    return story


class TestValue:
    def test_counts_the_places_of_the_list_and_what_lies_in_them(self, posted: Story) -> None:
        assert (value(), value(area=TAIHANG), value(area="region-dian-gui-qian-karst")) == (8, 3, 4)
        assert (value(area="poor-832"), value(area="region-wuling")) == (7, None)

    def test_an_area_and_a_place_count_what_lies_in_both(self, posted: Story) -> None:
        assert (value(area="poor-832", place="52"), value(area="poor-832", place="522327001")) == (4, 2)
        assert value(area=TAIHANG, place="52") is None

    def test_members_are_those_of_the_periods_end(self, posted: Story) -> None:
        cast = posted.cast
        left, entered = date(2019, 7, 1), date(2019, 12, 31)
        own_area(cast, (CEHENG, date(2015, 1, 1), left), (GUYUAN, entered, None))
        assert value(area="own-list", period="2019") == 3
        assert value(area="own-list") == 4
        assert value(area="own-list", period="2019-11") is None

    def test_a_list_corrected_later_still_answers_as_the_block_knew_it(self, posted: Story) -> None:
        cast = posted.cast
        own_area(cast, (CEHENG, date(2015, 1, 1), None))
        first = posted.seal()
        own_area(cast, (CEHENG, date(2015, 1, 1), None), (GUYUAN, date(2015, 1, 1), None))
        second = posted.seal()
        before, after = (asked(area="own-list", as_of=str(block)) for block in (first, second))
        assert [queries.figure_in(CODE, one).value for one in (before, after)] == [4, 7]
        assert facts_in(queries.figure_in(CODE, before).indicator, before).count() == 4
        assert value(area="own-list") == 7

    def test_a_county_that_left_the_list_in_the_year_is_not_on_it_at_its_end(self, posted: Story) -> None:
        assert (value(area="poor-832"), value(area="poor-832", period="2019")) == (7, None)
        assert asked(area="poor-832").scope_words.zh == "国家级贫困县（期末395个）"
        assert (
            asked(area="poor-832", period="2019").scope_words.en
            == "National-level poor counties (52 when the period ends)"
        )

    def test_members_of_any_level_count_and_none_twice(self, posted: Story) -> None:
        since = date(2015, 1, 1)
        own_area(posted.cast, (QIANXINAN, since, None), (TOWN, since, None), (GUYUAN, since, None))
        assert value(area="own-list") == 7
        own_area(posted.cast, (TOWN, since, None))
        assert value(area="own-list") == 2

    def test_a_list_that_nobody_is_on_gives_no_number(self, posted: Story) -> None:
        own_area(posted.cast, (CEHENG, date(2021, 1, 1), None))
        figure = queries.figure_in(CODE, asked(area="own-list"))
        assert (figure.value, figure.sum.facts) == (None, 0)
        assert not facts_in(figure.indicator, figure.selection).exists()

    def test_the_facts_are_those_of_the_value(self, posted: Story) -> None:
        for given in ({"area": TAIHANG}, {"area": "poor-832"}, {"area": "poor-832", "place": "522327"}):
            figure = queries.figure_in(CODE, asked(**given))
            assert facts_in(figure.indicator, figure.selection).count() == figure.sum.facts == figure.value

    def test_a_party_in_two_counties_of_an_area_counts_once(self, story: Story) -> None:
        cadres = declared_measures()["training.cadres"]
        for place, people in ((CEHENG, (1, 2, 3)), (GUYUAN, (3, 4))):
            parties: list[UUID | None] = [party(number) for number in people]
            story.post(
                cadres, [1] * len(people), unit=None, place=place, on=date(2019, 6, 1), parties=parties
            )
        counts = {
            code: queries.figure("training.cadres", period="2019-H1", area=area(code)).value
            for code in ("poor-832", TAIHANG, "region-wuling")
        }
        assert counts == {"poor-832": 4, TAIHANG: 2, "region-wuling": None}

    def test_an_unknown_area_is_refused(self, story: Story) -> None:
        with pytest.raises(UnableToOpen) as refused:
            asked(area="poor-833")
        assert refused.value.code == "unknown_area"


class TestParts:
    def test_an_area_breaks_down_by_province_and_county(self, posted: Story) -> None:
        parts = queries.opened(CODE, asked(area="poor-832")).breakdown
        assert [(part.key, part.value) for part in parts.above] == [(GUIZHOU, 4), (HEBEI, 3)]
        assert [(part.key, part.value) for part in parts.places] == [(CEHENG, 4), (GUYUAN, 3)]
        assert parts.sum.value == 7

    def test_the_drawer_keeps_the_area_on_the_way_down_and_up(self, posted: Story) -> None:
        client = door(posted.cast.officer)
        page = text(client.get(f"/f/{CODE}/where?period=2019-H1&area=poor-832"))
        assert f'href="/f/{CODE}/where?period=2019-H1&amp;place=522327&amp;area=poor-832"' in page
        assert f'href="/f/{CODE}/where?period=2019-03&amp;area=poor-832"' in page
        assert f'href="/f/{CODE}/where?period=2019-H1"' in page
        assert "国家级贫困县" in page
        for step in ("", "facts"):
            kept = text(client.get(f"/f/{CODE}/{step}?period=2019-H1&area=poor-832"))
            assert '<input type="hidden" name="area" value="poor-832">' in kept

    def test_a_reader_of_one_province_sees_its_part_and_no_other(self, posted: Story) -> None:
        clerk = door(posted.cast.county_official)
        assert clerk.get(f"/f/{CODE}/?period=2019-H1&area=poor-832").status_code == 403
        assert clerk.get(f"/f/{CODE}/?period=2019-H1&area=poor-832&place=522327").status_code == 200


class TestElsewhere:
    def test_the_list_of_figures_takes_an_area(self, posted: Story) -> None:
        client = door(posted.cast.officer)
        page = text(client.get(f"/figures/?period=2019-H1&area={TAIHANG}"))
        assert f'<option value="{TAIHANG}" selected>燕山-太行山区</option>' in page
        assert f"/f/{CODE}/?period=2019-H1&amp;area={TAIHANG}" in page
        sheet = client.get(f"/figures.csv?period=2019-H1&area={TAIHANG}").content.decode().lstrip("\ufeff")
        rows = {row["indicator"]: row for row in csv.DictReader(io.StringIO(sheet))}
        assert (rows[CODE]["area"], rows[CODE]["value"]) == (TAIHANG, "3")

    def test_the_list_keeps_a_place_that_is_no_province(self, posted: Story) -> None:
        page = text(door(posted.cast.officer).get("/figures/?period=2019-H1&place=522327"))
        assert '<option value="522327" selected>贵州省黔西南布依族苗族自治州册亨县</option>' in page

    def test_terminals_and_programs_are_told_the_area(self, posted: Story) -> None:
        opened = queries.opened(CODE, asked(area=TAIHANG))
        lines = list(lines_of(opened, "facts", most=5))
        assert "燕山-太行山区（期末33个）" in lines[0]
        assert f"/f/{CODE}/?period=2019-H1&area={TAIHANG}" in lines
        said = figure_as_json(opened.figure)
        assert (said["area"], said["value"], said["code"]) == (TAIHANG, "3", None)
