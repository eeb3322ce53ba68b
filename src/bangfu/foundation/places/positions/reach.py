"""How far outside its county a point lies, by the county's inner point and the reach of its outline."""

from __future__ import annotations

import math

from bangfu.foundation.places.codes import COUNTY, ancestor_id
from bangfu.foundation.places.shapes import county_reaches

MARGIN_KM = 10.0
"""How far beyond its county's outline a point may lie: outlines are simplified, and divisions are regrouped."""
_EARTH_KM = 6371.0


def km_outside_county(place: int, longitude: float, latitude: float) -> float:
    """Return how many kilometres a point in GCJ-02 lies beyond the reach of a place's county; 0 within, or without an outline.

    Distances on a sphere: see ``shapes.county_reaches``.
    """
    reach = county_reaches().get(ancestor_id(place, COUNTY) or 0)
    if reach is None:
        return 0.0
    here, there = math.radians(reach.latitude), math.radians(latitude)
    half = (
        math.sin((there - here) / 2) ** 2
        + math.cos(here) * math.cos(there) * math.sin(math.radians(longitude - reach.longitude) / 2) ** 2
    )
    return max(0.0, 2 * _EARTH_KM * math.asin(math.sqrt(half)) - reach.reach_km)
