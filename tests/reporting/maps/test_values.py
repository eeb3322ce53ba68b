"""Values by place: of one period, along a slider, above the level, and by whose they are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bangfu.foundation.places.codes import COUNTY, PREFECTURE, PROVINCE
from bangfu.reporting.maps.values import Values, above, divisions, units_at, values_along, values_at
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection, read_selection
from tests.cast import CEHENG, GUIZHOU, GUYUAN
from tests.reporting.kinds import COVERAGE, COVERED, LESSONS, TRAINED, VILLAGES, party
from tests.reporting.story import LAMPS, Story

STATIONS = "network.base_stations"


def asked(**given: str) -> Selection:
    return read_selection({"period": "2019", **given})


def plain(values: Values) -> dict[int, tuple[Decimal | None, int]]:
    return {place: (one.value, one.facts) for place, one in values.items()}


@pytest.fixture
def built(story: Story) -> Story:
    """Stations in two provinces and two years, lamps that stand, people who came twice, and covered villages."""
    story.stations(3, on=date(2019, 2, 1))
    story.stations(2, on=date(2019, 6, 1))
    story.stations(4, on=date(2018, 6, 1))
    story.stations(1, place=GUYUAN, unit=story.cast.yunnan.pk, on=date(2019, 3, 1))
    story.stations(5, place=GUIZHOU, on=date(2019, 4, 1))
    story.post(LAMPS, [7], unit=None, place=CEHENG, on=date(2018, 1, 1))
    story.post(LAMPS, [-2], unit=None, place=CEHENG, on=date(2019, 5, 1))
    people = [party(number) for number in (1, 2)]
    story.post(LESSONS, [1, 1], unit=None, place=CEHENG, on=date(2019, 1, 5), parties=people)
    story.post(LESSONS, [1], unit=None, place=CEHENG, on=date(2019, 3, 5), parties=people[:1])
    story.post(VILLAGES, [4], unit=None, place=CEHENG, on=date(2018, 1, 1))
    story.post(COVERED, [1], unit=None, place=CEHENG, on=date(2019, 1, 1))
    story.post(COVERED, [2], unit=None, place=CEHENG, on=date(2019, 8, 1))
    return story


class TestAt:
    def test_sums_by_county_prefecture_and_province(self, built: Story) -> None:
        assert plain(divisions(values_at(STATIONS, asked(), COUNTY), COUNTY)) == {
            CEHENG: (5, 5),
            GUYUAN: (1, 1),
        }
        assert plain(divisions(values_at(STATIONS, asked(), PREFECTURE), PREFECTURE)) == {
            522300000000: (5, 5),
            130700000000: (1, 1),
        }
        assert plain(values_at(STATIONS, asked(), PROVINCE)) == {
            GUIZHOU: (10, 10),
            130000000000: (1, 1),
        }

    def test_tells_what_was_counted_above_the_level(self, built: Story) -> None:
        assert plain(above(values_at(STATIONS, asked(), COUNTY), COUNTY)) == {GUIZHOU: (5, 5)}
        assert above(values_at(STATIONS, asked(), PROVINCE), PROVINCE) == {}

    def test_narrows_to_place_unit_and_block(self, built: Story) -> None:
        assert plain(values_at(STATIONS, asked(place="13"), COUNTY)) == {GUYUAN: (1, 1)}
        assert plain(values_at(STATIONS, asked(unit="P53"), COUNTY)) == {GUYUAN: (1, 1)}
        block = built.seal()
        built.stations(9, on=date(2019, 12, 1))
        assert plain(values_at(STATIONS, asked(as_of=str(block), place="522327"), COUNTY)) == {CEHENG: (5, 5)}

    def test_divides_ratios_place_by_place(self, built: Story) -> None:
        assert plain(values_at(COVERAGE, asked(), COUNTY)) == {CEHENG: (Decimal("0.75"), 3)}

    def test_counts_parties_once(self, built: Story) -> None:
        assert plain(values_at(TRAINED, asked(), COUNTY)) == {CEHENG: (2, 3)}


class TestAlong:
    @pytest.mark.parametrize("code", [STATIONS, LAMPS.code, TRAINED, COVERAGE])
    @pytest.mark.parametrize(
        "periods",
        [("2018", "2019"), ("2018-Q4", "2019-Q1", "2019-Q2", "2019-Q3"), ("2019-01", "2019-03", "2019-05")],
    )
    def test_gives_what_each_period_gives_by_itself(
        self, built: Story, code: str, periods: tuple[str, ...]
    ) -> None:
        spans = [read_period(one) for one in periods]
        along = values_along(code, asked(), COUNTY, spans)
        alone = [values_at(code, asked(period=one), COUNTY) for one in periods]
        assert [plain(one) for one in along] == [plain(one) for one in alone]

    def test_of_a_list_takes_its_members_at_each_end(self, built: Story) -> None:
        spans = [read_period(one) for one in ("2018", "2019", "2020")]
        along = values_along(STATIONS, asked(area="poor-832"), COUNTY, spans)
        alone = [values_at(STATIONS, asked(area="poor-832", period=one.code), COUNTY) for one in spans]
        assert [plain(one) for one in along] == [plain(one) for one in alone]
        assert plain(along[0]) == {CEHENG: (4, 4)}


def test_units_that_own_the_facts_come_with_the_most_first(built: Story) -> None:
    built.stations(2, unit=built.cast.yunnan.pk, on=date(2019, 7, 1))
    assert units_at(STATIONS, asked(), COUNTY)[CEHENG] == [built.cast.guizhou.pk, built.cast.yunnan.pk]
