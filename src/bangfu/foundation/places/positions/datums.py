"""The datums in which positions are written in China, and their conversion to GCJ-02, that of public outlines. Pure."""

from __future__ import annotations

import math

WGS_84, GCJ_02, BD_09, CGCS_2000 = "WGS-84", "GCJ-02", "BD-09", "CGCS2000"
DATUMS = (WGS_84, GCJ_02, BD_09, CGCS_2000)

_RADIUS = 6_378_245.0
_SQUARE = 0.006_693_421_622_965_943
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BAIDU_STEP = math.pi * 3000 / 180


def is_in_china(longitude: float, latitude: float) -> bool:
    """Return whether a position lies in the rectangle in which GCJ-02 differs from WGS-84.

    >>> is_in_china(105.81, 24.98), is_in_china(24.98, 105.81)
    (True, False)
    """
    return _WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH


def gcj_from_wgs(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the position on Chinese maps (GCJ-02) of one that a phone measured (WGS-84); outside China the same.

    The formula as it is published with test values in the open program eviltransform; the ellipsoid is Krasovsky's of 1940.

    >>> [round(one, 6) for one in gcj_from_wgs(121.5272106, 31.1774276)]
    [121.531542, 31.175304]
    """
    if not is_in_china(longitude, latitude):
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


def gcj_from_bd(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the position in GCJ-02 of one that Baidu's maps give (BD-09).

    The formula as it is published with this test value in the open program coordtransform.

    >>> [round(one, 6) for one in gcj_from_bd(116.404, 39.915)]
    [116.397627, 39.908657]
    """
    x, y = longitude - 0.0065, latitude - 0.006
    distance = math.hypot(x, y) - 0.00002 * math.sin(y * _BAIDU_STEP)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BAIDU_STEP)
    return distance * math.cos(angle), distance * math.sin(angle)


def gcj_from(datum: str, longitude: float, latitude: float) -> tuple[float, float]:
    """Return a position in GCJ-02.

    CGCS2000 is taken as WGS-84, from which it differs by centimetres: Yang Yuanxi, "Chinese geodetic coordinate system 2000",
    Chinese Science Bulletin 54 (2009), pp. 2714-2721.

    Raises: ValueError: the datum is none of ``DATUMS``.
    """
    if datum == GCJ_02:
        return longitude, latitude
    if datum == BD_09:
        return gcj_from_bd(longitude, latitude)
    if datum in (WGS_84, CGCS_2000):
        return gcj_from_wgs(longitude, latitude)
    raise ValueError(f"{datum} is no datum")
