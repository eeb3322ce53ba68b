"""One coverage, every border once: on squares that can be drawn by hand, and on the counties that ship."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest

from bangfu.reporting.maps import building
from bangfu.reporting.maps.topology import Divides, Point, Topology, gaps_of, topology_of, twice_area


def square(west: int, south: int, size: int = 1) -> list[Point]:
    """Return the ring of a square, clockwise."""
    east, north = west + size, south + size
    return [(west, south), (west, north), (east, north), (east, south), (west, south)]


QUARTERS = {
    "110101": [square(0, 0)],
    "110102": [square(1, 0)],
    "110201": [square(0, 1)],
    "120101": [square(1, 1)],
}
RING = {
    f"1101{number:02}": [square(x, y)]
    for number, (x, y) in enumerate(((0, 0), (1, 0), (2, 0), (0, 1), (2, 1), (0, 2), (1, 2), (2, 2)), start=1)
}
"""Eight squares around a ninth that is missing."""


def edges_of(topology: Topology) -> Counter[Divides]:
    return Counter(arc.divides for arc in topology.arcs)


class TestSquares:
    def test_have_each_border_once_by_what_it_divides(self) -> None:
        topology = topology_of(QUARTERS)
        assert edges_of(topology) == {
            Divides.COUNTIES: 1,
            Divides.PREFECTURES: 1,
            Divides.PROVINCES: 2,
            Divides.OUTSIDE: 4,
        }

    def test_are_united_without_what_lies_inside(self) -> None:
        topology = topology_of(QUARTERS)
        assert topology.twice_area(2, "110100") == 4
        assert topology.twice_area(1, "110000") == 6
        inside = {number for number, arc in enumerate(topology.arcs) if arc.divides is Divides.COUNTIES}
        used = {
            number if number >= 0 else ~number for chain in topology.rings[2]["110100"] for number in chain
        }
        assert not inside & used

    def test_refuse_two_counties_on_one_side(self) -> None:
        with pytest.raises(ValueError, match="110101 and 110102 both lie"):
            topology_of({"110101": [square(0, 0)], "110102": [square(0, 0)]})

    def test_leave_no_hole_where_one_division_surrounds_a_gap(self) -> None:
        topology = topology_of(RING)
        assert (topology.twice_area(1, "110000"), edges_of(topology)[Divides.GAP]) == (18, 4)

    def test_know_the_outline_of_a_gap(self) -> None:
        (gap,) = gaps_of(RING)
        assert (set(gap), twice_area(gap)) == (set(square(1, 1)), twice_area(square(1, 1)))

    def test_keep_the_hole_in_which_another_lies(self) -> None:
        topology = topology_of({**RING, "120101": [square(1, 1)]})
        assert (topology.twice_area(1, "110000"), topology.twice_area(1, "120000")) == (16, 2)

    def test_hold_rings_that_touch_in_a_point(self) -> None:
        topology = topology_of({"110101": [square(0, 0)], "110102": [square(1, 1)]})
        assert topology.twice_area(1, "110000") == 4
        assert len(topology.rings[1]["110000"]) == 2


@pytest.fixture(scope="module")
def country() -> Topology:
    """The topology of the counties that ship."""
    return building.source_topology()


class TestCountry:
    def test_has_every_province_and_all_counties_of_the_source(self, country: Topology) -> None:
        provinces = set(country.rings[1])
        assert len(provinces) == 34
        assert {"710000", "810000", "820000"} <= provinces
        assert len(country.rings[3]) == 2843 + len(building.ENCLOSED)

    def test_has_the_islands_of_the_south_china_sea(self, country: Topology) -> None:
        assert (len(country.rings[3]["460321"]), len(country.rings[3]["460322"])) == (53, 180)
        assert len(building.boundary()) == 10

    def test_shares_each_border_between_two_counties_exactly(self, country: Topology) -> None:
        users: dict[int, list[bool]] = defaultdict(list)
        for chains in country.rings[3].values():
            for number in (one for chain in chains for one in chain):
                users[number if number >= 0 else ~number].append(number >= 0)
        lonely = {Divides.OUTSIDE, Divides.GAP}
        for number, arc in enumerate(country.arcs):
            assert sorted(users[number]) == ([True] if arc.divides in lonely else [False, True]), number

    def test_conserves_areas_from_counties_to_provinces(self, country: Topology) -> None:
        slivers = 0
        for level, digits in ((2, 4), (1, 2)):
            summed: Counter[str] = Counter()
            for code in country.rings[3]:
                summed[code[:digits].ljust(6, "0")] += country.twice_area(3, code)
            for code, total in summed.items():
                united = country.twice_area(level, code)
                assert 0 <= united - total <= 4000, (
                    code
                )  # 0.002 of a square degree: slivers that no county covers
                slivers += united > total
        assert slivers < 20

    def test_draws_no_border_of_the_country_inside_it(self, country: Topology) -> None:
        gaps = [arc for arc in country.arcs if arc.divides is Divides.GAP]
        assert sum(len(arc.points) - 1 for arc in gaps) < 80

    def test_is_the_file_that_ships(self) -> None:
        assert building.FILE.read_bytes() == building.written()

    def test_projects_areas_truly(self, country: Topology) -> None:
        """The file's areas are those that the source gives, within what simplified outlines allow."""
        told = json.loads(building.FILE.read_bytes())
        arcs = [_points(steps) for steps in told["arcs"]]
        source = {one["code"]: one["area_km2"] for one in building.source_properties()}
        for code in ("522327", "513401", "110105", "652825", "460400"):
            rings = [
                [
                    point
                    for number in chain
                    for point in (arcs[number] if number >= 0 else arcs[~number][::-1])
                ]
                for chain in told["rings"]["3"][code]
            ]
            area = abs(sum(twice_area([*ring, ring[0]]) for ring in rings)) / 2 * (told["unit"] / 1000) ** 2
            assert area == pytest.approx(source[code], rel=0.02), code


def _points(steps: list[int]) -> list[Point]:
    found, x, y = [], 0, 0
    for across, down in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + across, y + down
        found.append((x, y))
    return found
