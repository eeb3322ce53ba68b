"""The recipe of the example: exact totals, real counties, the same on every machine."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from datetime import date

import pytest
from PIL import Image

from bangfu.foundation.places.queries import national_poor_counties
from example.distribution import PROVINCE_CODES, allocation, shared_out
from example.photographs import photograph
from example.stations import PICTURED, YEAR, MadeStation, log_of, pictured, stations_of
from tests.cast import CEHENG


@pytest.fixture
def made(db: None) -> list[MadeStation]:
    """Every station of the full example."""
    return [
        station
        for province, counties in allocation().items()
        for station in stations_of(province, counties, builder="示例")
    ]


def test_shares_sum_exactly() -> None:
    assert shared_out(10, {1: 1.0, 2: 1.0, 3: 1.0}) == {1: 4, 2: 3, 3: 3}


@pytest.mark.django_db
class TestAllocation:
    def test_totals(self) -> None:
        counties = [county for members in allocation().values() for county in members]
        years = {year: sum(county.stations[year] for county in counties) for year in (2018, 2019, 2020)}
        assert years == {2018: 231, 2019: 32_604, 2020: 187}
        assert [county.stations[2019] for county in counties if county.place == CEHENG] == [46]

    def test_every_branch_has_some_and_the_south_west_most(self) -> None:
        sums = {
            province: sum(county.stations[2019] for county in members)
            for province, members in allocation().items()
        }
        assert set(sums) == set(PROVINCE_CODES)
        assert min(sums.values()) >= 1
        assert [province for province, _ in Counter(sums).most_common(3)] == [53, 52, 51]

    def test_poor_counties_where_a_province_has_them(self) -> None:
        listed = {place // 10**6 for place in national_poor_counties()["place_id"].to_list()}
        found = {county.place // 10**6 for members in allocation().values() for county in members}
        assert listed <= found

    def test_a_small_one_reaches_every_branch_too(self) -> None:
        small = allocation(0.05)
        assert all(any(county.stations[2019] for county in members) for members in small.values())

    @pytest.mark.parametrize("scale", [0, -1, 1.5])
    def test_refuses_other_scales(self, scale: float) -> None:
        with pytest.raises(ValueError, match="scale"):
            allocation(scale)


@pytest.mark.django_db
class TestStations:
    def test_each_is_its_own_and_possible(self, made: list[MadeStation]) -> None:
        assert len(made) == 33_022
        assert len({station.code for station in made}) == len(made)
        for station in made:
            assert station.on_air_on < station.accepted_on
            assert station.accepted_on.weekday() < 5
            assert station.capitalised_on is None or station.capitalised_on > station.accepted_on
            assert station.technology != "5G" or station.accepted_on >= date(2019, 11, 1)
        assert len({(station.site_code, station.county.place) for station in made}) == len(
            {station.site_code for station in made}
        )

    def test_the_recipe_does_not_drift(self, made: list[MadeStation]) -> None:
        """Published pictures and documents show these stations: another recipe is another example."""
        text = "\n".join(f"{one.code} {one.accepted_on} {one.technology} {one.has_photo}" for one in made)
        assert hashlib.sha256(text.encode()).hexdigest()[:16] == "a6d45d72e7e34cc3"

    def test_logs_differ_and_say_that_they_are_examples(self, made: list[MadeStation]) -> None:
        logs = {log_of(station) for station in made[:500]}
        assert len(logs) == 500
        assert all(log.startswith("示例数据 EXAMPLE") for log in logs)

    def test_every_county_has_a_picture_of_the_year_and_few_stations_have_one(
        self, made: list[MadeStation]
    ) -> None:
        with_photo = [station for station in made if station.has_photo]
        assert 0.03 < len(with_photo) / len(made) < 0.05
        of_the_year = {station.county.place for station in made if station.accepted_on.year == YEAR}
        assert {one.county.place for one in with_photo if one.accepted_on.year == YEAR} == of_the_year
        pictures = [photograph(station) for station in with_photo[:20]]
        assert len(set(pictures)) == 20
        for picture in pictures:
            assert 8_000 < len(picture) < 24_000
            assert Image.open(io.BytesIO(picture)).format == "JPEG"


class TestPictured:
    def test_the_pictures_of_the_report_are_two_and_one_shows_somebody(self, made: list[MadeStation]) -> None:
        by_province = {
            province: [one for one in made if one.county.place // 10**10 == province] for province in PICTURED
        }
        chosen = {province: pictured(province, stations) for province, stations in by_province.items()}
        assert {
            province: one and (one.county.place, one.accepted_on.year, one.has_photo)
            for province, one in chosen.items()
        } == {province: (PICTURED[province].county, 2019, True) for province in PICTURED}
        assert [one.code for one in made if one.has_engineer] == [
            one.code for province, one in chosen.items() if one and PICTURED[province].has_engineer
        ]
