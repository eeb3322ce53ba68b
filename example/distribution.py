"""How many stations each province and county gets: a fixed recipe over real counties, exact in its totals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from bangfu.foundation.places.queries import ancestor_id, national_poor_counties, place_label, places_at

SEED = "示例 2019"
ACCEPTED_2019 = 32_604
ACCEPTED_2018 = 231
ACCEPTED_2020 = 187
FIXED_2019 = {522327000000: 46}
"""Counties whose number of stations is told elsewhere: 册亨县."""

PROVINCE_CODES = {
    11: "BJ", 12: "TJ", 13: "HE", 14: "SX", 15: "NM", 21: "LN", 22: "JL", 23: "HL", 31: "SH", 32: "JS", 33: "ZJ",
    34: "AH", 35: "FJ", 36: "JX", 37: "SD", 41: "HA", 42: "HB", 43: "HN", 44: "GD", 45: "GX", 46: "HI", 50: "CQ",
    51: "SC", 52: "GZ", 53: "YN", 54: "XZ", 61: "SN", 62: "GS", 63: "QH", 64: "NX", 65: "XJ",
}  # fmt: skip
"""The two letters of each province in station codes (GB/T 2260)."""

PER_COUNTY = {51: 1.32, 52: 1.46, 53: 1.24, 54: 0.31, 63: 0.47, 65: 0.83}
"""How many stations a county gets beside the others' 1: branches with more to build, plateaus with few people."""
PER_COUNTY_ELSEWHERE = 0.22
"""In provinces without national-level poor counties."""
RURAL_IN_CITIES = {
    11: (110109, 110116, 110118, 110119),
    12: (120117, 120119),
    31: (310151,),
}
"""The rural districts of the three municipalities that have no 县 any more."""


@dataclass(frozen=True)
class County:
    """A county and how many stations of each year it gets."""

    place: int
    name: str
    label: str
    stations: dict[int, int]
    """By year of acceptance."""


def shared_out(total: int, weights: dict[int, float]) -> dict[int, int]:
    """Return whole shares in proportion to weights that sum to the total exactly (largest remainder)."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    shares = {key: math.floor(value) for key, value in exact.items()}
    left = total - sum(shares.values())
    for key in sorted(exact, key=lambda key: (shares[key] - exact[key], key))[:left]:
        shares[key] += 1
    return shares


def example_counties() -> dict[int, list[tuple[int, str]]]:
    """Return number and name of the counties with stations, by two-digit province: poor ones, or else rural ones."""
    listed = {place // 10**6 * 10**6 for place in national_poor_counties()["place_id"].to_list()}
    found: dict[int, list[tuple[int, str]]] = {}
    for province in PROVINCE_CODES:
        counties = list(places_at(3, within=province * 10**10).values_list("id", "name"))
        wanted = [one for one in counties if one[0] in listed]
        if not wanted and province in RURAL_IN_CITIES:
            wanted = [one for one in counties if one[0] // 10**6 in RURAL_IN_CITIES[province]]
        if not wanted:
            wanted = [one for one in counties if one[1].endswith("县") and len(one[1]) > 1]
        found[province] = wanted
    return found


def allocation(scale: float = 1.0) -> dict[int, list[County]]:
    """Return the counties of every province with their stations by year; the totals are scaled and rounded.

    Raises: ValueError: the scale is not above 0 and at most 1.
    """
    if not 0 < scale <= 1:
        raise ValueError("the example's scale lies above 0 and is 1 at most")
    counties = example_counties()
    poor = {place // 10**6 * 10**6 for place in national_poor_counties()["place_id"].to_list()}
    weights: dict[int, float] = {}
    for province, members in counties.items():
        draw = Random(f"{SEED} {province}")
        for place, _ in members:
            factor = PER_COUNTY.get(province, 1.0) if place in poor else PER_COUNTY_ELSEWHERE
            weights[place] = factor * draw.lognormvariate(0, 0.45)
    fixed = {place: max(1, round(number * scale)) for place, number in FIXED_2019.items()}
    free = {place: weight for place, weight in weights.items() if place not in fixed}
    years = {
        2018: shared_out(round(ACCEPTED_2018 * scale), free),
        2019: shared_out(round(ACCEPTED_2019 * scale) - sum(fixed.values()), free) | fixed,
        2020: shared_out(round(ACCEPTED_2020 * scale), free),
    }
    for members in counties.values():  # every branch reports something, however small the scale
        if not any(years[2019][place] for place, _ in members):
            years[2019][members[0][0]] = 1
    return {
        province: [
            County(
                place, name, place_label(place), {year: share.get(place, 0) for year, share in years.items()}
            )
            for place, name in members
        ]
        for province, members in counties.items()
    }


def province_of(place: int) -> int:
    """Return the two digits of the province a place lies in."""
    return (ancestor_id(place, 1) or place) // 10**10
