"""Where a position lies on the sheet: the equal-area projection of China, and the datum of its outlines. Pure.

Equal areas, because a shade is read as so much per area: J. P. Snyder, "Map Projections – A Working Manual", USGS Professional
Paper 1395 (1987), p. 101, equations 14-1 to 14-15 and 3-12; on the ellipsoid of CGCS2000 (GB 22021-2008).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Albers:
    """Albers' equal-area conic on an ellipsoid; degrees in, metres out, x to the east, y to the north.

    The usual parallels of China are 25° and 47° north.
    """

    radius: float = 6_378_137.0
    square: float = 0.006_694_380_022_90
    """The square of the first eccentricity."""
    first: float = 25.0
    second: float = 47.0
    latitude: float = 0.0
    """Of the origin."""
    meridian: float = 105.0

    def _q(self, latitude: float) -> float:
        eccentricity, sine = math.sqrt(self.square), math.sin(math.radians(latitude))
        inner = math.log((1 - eccentricity * sine) / (1 + eccentricity * sine)) / (2 * eccentricity)
        return (1 - self.square) * (sine / (1 - self.square * sine * sine) - inner)

    def _m(self, latitude: float) -> float:
        angle = math.radians(latitude)
        return math.cos(angle) / math.sqrt(1 - self.square * math.sin(angle) ** 2)

    @cached_property
    def _cone(self) -> tuple[float, float, float]:
        """n, C and ρ₀ of the source."""
        n = (self._m(self.first) ** 2 - self._m(self.second) ** 2) / (
            self._q(self.second) - self._q(self.first)
        )
        c = self._m(self.first) ** 2 + n * self._q(self.first)
        return n, c, self._distance(n, c, self.latitude)

    def _distance(self, n: float, c: float, latitude: float) -> float:
        return self.radius * math.sqrt(c - n * self._q(latitude)) / n

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return where a position lies.

        >>> [round(one) for one in Albers().project(105.0, 35.0)]
        [0, 3734811]
        """
        n, c, origin = self._cone
        angle, distance = n * math.radians(longitude - self.meridian), self._distance(n, c, latitude)
        return distance * math.sin(angle), origin - distance * math.cos(angle)


CHINA = Albers()

_RADIUS = 6_378_245.0
_SQUARE = 0.006_693_421_622_965_943
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271


def gcj_from_wgs(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the position on Chinese maps (GCJ-02) of one that a phone measured (WGS-84); outside China the same.

    For showing only: what is kept stays as it was measured. The formula as it is published with test values in the open
    program eviltransform; the ellipsoid is Krasovsky's of 1940.

    >>> [round(one, 6) for one in gcj_from_wgs(121.5272106, 31.1774276)]
    [121.531542, 31.175304]
    """
    if not (_WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH):
        return longitude, latitude
    x, y = longitude - 105.0, latitude - 35.0
    both = 20 * math.sin(6 * math.pi * x) + 20 * math.sin(2 * math.pi * x)
    root = math.sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (both + _waves(y, 160, 320)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (both + _waves(x, 150, 300)) * 2 / 3
    angle = math.radians(latitude)
    magic = 1 - _SQUARE * math.sin(angle) ** 2
    north = math.degrees(north / (_RADIUS * (1 - _SQUARE) / magic**1.5))
    east = math.degrees(east / (_RADIUS / math.sqrt(magic) * math.cos(angle)))
    return longitude + east, latitude + north


def _waves(value: float, long: float, longest: float) -> float:
    return (
        20 * math.sin(math.pi * value)
        + 40 * math.sin(math.pi * value / 3)
        + long * math.sin(math.pi * value / 12)
        + longest * math.sin(math.pi * value / 30)
    )
