"""Outlines of counties."""

import gzip
import json

import pytest

from bangfu.foundation.places import shapes

pytestmark = pytest.mark.django_db

GUIZHOU, CEHENG = 520000000000, 522327000000


def test_the_map_of_a_province_has_its_counties_inside_its_frame() -> None:
    drawn = shapes.province_map(GUIZHOU)
    assert len(drawn.counties) == 88
    width, height = (float(number) for number in drawn.view_box.split()[2:])
    for county in drawn.counties:
        assert county.place_id // 10**10 == 52
        assert 0 <= county.x <= width
        assert 0 <= county.y <= height
        assert county.path.startswith("M")
        assert county.path.endswith("Z")
    assert {county.place_id: county.name for county in drawn.counties}[CEHENG] == "册亨县"


def test_ceheng_lies_in_the_south_west_of_the_map() -> None:
    drawn = shapes.province_map(GUIZHOU)
    ceheng = next(county for county in drawn.counties if county.place_id == CEHENG)
    width, height = (float(number) for number in drawn.view_box.split()[2:])
    assert ceheng.x < width / 2
    assert ceheng.y > height / 2


def test_paths_of_counties_of_several_provinces() -> None:
    paths = shapes.county_shape_paths([CEHENG, 130724000000, 522327101000])
    assert set(paths) == {CEHENG, 130724000000}


def test_a_point_inside_in_degrees() -> None:
    assert shapes.county_point(522327101000) is None
    longitude, latitude = shapes.county_point(CEHENG) or (0, 0)
    assert 105.4 < longitude < 106.1
    assert 24.6 < latitude < 25.3


def test_what_has_no_outline_has_no_map() -> None:
    with pytest.raises(LookupError):
        shapes.province_map(990000000000)


def test_the_file_holds_every_outline_the_list_names() -> None:
    packed, _ = shapes.packed_file()
    assert len(json.loads(gzip.decompress(packed))["features"]) == 2_843
