"""Where a position lies on the sheet: the equal-area projection of China. Pure.

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
