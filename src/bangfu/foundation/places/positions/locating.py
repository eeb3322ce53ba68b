"""Which county a position lies in, by the counties' outlines, and which village lies nearest to it there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from bangfu.foundation.places.codes import VILLAGE
from bangfu.foundation.places.positions.datums import gcj_from
from bangfu.foundation.places.positions.queries import positions_in
from bangfu.foundation.places.shapes import county_reaches, county_rings

NEAR_KM = 3.0
"""A village farther away than this is not where somebody stands."""
_EARTH_KM = 6371.0


@dataclass(frozen=True)
class Located:
    """Where a position lies."""

    county: int
    village: int | None
    """The nearest one whose position the house has loaded, within ``NEAR_KM``; null for none."""
    km: float | None
    """How far that village's point is away."""

    @property
    def place(self) -> int:
        """The village, or the county where none is near."""
        return self.village or self.county


def located(datum: str, longitude: float, latitude: float) -> Located | None:
    """Return the county and the nearest village of a position; null when it lies in no outline.

    Args:
        datum: one of ``datums.DATUMS``; what a phone measures is WGS-84.
    """
    east, north = gcj_from(datum, longitude, latitude)
    county = county_at(east, north)
    if county is None:
        return None
    found = [
        (km_between(east, north, float(one.longitude), float(one.latitude)), place)
        for place, one in positions_in(county, VILLAGE).items()
    ]
    km, village = min(found, default=(math.inf, None))
    return Located(county, village, km) if km <= NEAR_KM else Located(county, None, None)


def county_at(longitude: float, latitude: float) -> int | None:
    """Return the county whose outline holds a point in GCJ-02; null for none.

    A point is inside when a ray from it crosses the rings an odd number of times: M. Shimrat, "Algorithm 112", Communications
    of the ACM 5 (1962) 8, p. 434. Of several, since a city's suburbs may be drawn without a hole, it is the smallest.
    """
    holding = [
        ((east - west) * (north - south), county)
        for county, (west, south, east, north) in _boxes().items()
        if west <= longitude <= east and south <= latitude <= north and _holds(county, longitude, latitude)
    ]
    return min(holding)[1] if holding else None


def _holds(county: int, longitude: float, latitude: float) -> bool:
    inside = False
    for ring in county_rings(county):
        for (x, y), (u, v) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (y > latitude) != (v > latitude) and longitude < x + (u - x) * (latitude - y) / (v - y):
                inside = not inside
    return inside


@cache
def _boxes() -> dict[int, tuple[float, float, float, float]]:
    """Return the box of each county's outline: west, south, east, north."""
    found = {}
    for county in county_reaches():
        points = [point for ring in county_rings(county) for point in ring]
        longitudes, latitudes = [one for one, _ in points], [one for _, one in points]
        found[county] = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
    return found


def km_between(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """Return the distance of two points on a sphere of 6371 km, by the haversine.

    >>> round(km_between(105.81, 24.98, 105.81, 25.98), 1)
    111.2
    """
    here, there = math.radians(latitude), math.radians(other_latitude)
    half = (
        math.sin((there - here) / 2) ** 2
        + math.cos(here) * math.cos(there) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))
