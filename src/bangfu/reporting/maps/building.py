"""The file of outlines that browsers load: ``python -m bangfu.reporting.maps.building`` writes it from the counties' shapes.

It is served as every static file is: under the digest of its content, packed, for ever. Format, JSON:

``unit``: metres that a whole number counts, in Albers' projection of China (``projecting.CHINA``), y to the south.
``arcs``: each arc as x, y of its first point and then the steps from point to point.
``divides``: one digit an arc, a ``topology.Divides``.
``rings``: by level, by code: rings of numbers of arcs, ``~n`` being arc ``n`` backwards.
``names``: by level, by code: what the source calls a division, where the house knows no better.
``spots``: by level, by code: a point inside.
``inset``: west, north, east and south edge of the inset of the South China Sea.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from bangfu.reporting.maps.projecting import CHINA
from bangfu.reporting.maps.topology import Arc, Point, Ring, Topology, gaps_of, holds, topology_of, twice_area

HERE = Path(__file__).parent
SHAPES = HERE.parents[1] / "foundation" / "places" / "data" / "county_shapes.geojson.gz"
BOUNDARY = HERE / "data" / "maritime_boundary.geojson"
FILE = HERE / "static" / "map" / "shapes.json"
UNIT_M = 100
_SOURCE_STEPS = 1000
"""Steps of the source's coordinates in a degree."""
_INSET = ((106.0, 23.6), (122.6, 2.6))
"""North-western and south-eastern corner of the inset, in degrees."""
ENCLOSED: dict[str, tuple[str, float, float]] = {
    "232761": ("加格达奇区", 124.13, 50.41),
    "450181": ("横州市", 109.26, 22.68),
    "513402": ("会理市", 102.24, 26.66),
    "532302": ("禄丰市", 102.08, 25.15),
    "610981": ("旬阳市", 109.36, 32.83),
    "620201": ("嘉峪关市", 98.29, 39.77),
    "632857": ("大柴旦行政委员会", 95.36, 37.85),
    "654203": ("沙湾市", 85.62, 44.33),
}
"""Counties without an outline in the source that fill a gap between their neighbours whole: name and a point inside."""
_DIGITS = {1: 2, 2: 4, 3: 6}


def _read() -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(gzip.decompress(SHAPES.read_bytes()))["features"]
    return features


def source_properties() -> list[dict[str, Any]]:
    """Return what the source says of each county beside its outline."""
    return [feature["properties"] for feature in _read()]


@cache
def _counties() -> dict[str, list[Ring]]:
    """Return the rings of every county in thousandths of a degree, those of ``ENCLOSED`` as their neighbours leave them.

    Raises: ValueError: a point of ``ENCLOSED`` lies in no gap.
    """
    counties: dict[str, list[Ring]] = {
        feature["properties"]["code"]: [
            [(round(x * _SOURCE_STEPS), round(y * _SOURCE_STEPS)) for x, y in ring]
            for polygon in feature["geometry"]["coordinates"]
            for ring in polygon
        ]
        for feature in _read()
    }
    gaps = gaps_of(counties)
    for code, (name, longitude, latitude) in ENCLOSED.items():
        point = (longitude * _SOURCE_STEPS + 0.5, latitude * _SOURCE_STEPS + 0.5)
        found = [ring for ring in gaps if holds(ring, point)]
        if len(found) != 1:
            raise ValueError(f"{name} lies in {len(found)} gaps")
        counties[code] = [found[0]]
    return counties


@cache
def source_topology() -> Topology:
    """Return the topology of the counties in the source's own coordinates, thousandths of a degree."""
    return topology_of(_counties())


def _told() -> list[dict[str, Any]]:
    """Return what the source says of each county beside its outline, with those of ``ENCLOSED``."""
    told = source_properties()
    regions = {one["code"][:4]: (one["city"], one["province"]) for one in told}
    provinces = {one["code"][:2]: one["province"] for one in told}
    for code, (name, longitude, latitude) in ENCLOSED.items():
        city, province = regions.get(code[:4], ("", provinces[code[:2]]))
        told.append(
            {
                "code": code,
                "name": name,
                "city": city,
                "province": province,
                "lon": longitude,
                "lat": latitude,
            }
        )
    return sorted(told, key=lambda one: str(one["code"]))


def placed(longitude: float, latitude: float) -> Point:
    """Return where a position in GCJ-02 lies in the file's units."""
    x, y = CHINA.project(longitude, latitude)
    return round(x / UNIT_M), round(-y / UNIT_M)


def placed_finely(longitude: float, latitude: float) -> tuple[float, float]:
    """Return where a position in GCJ-02 lies in the file's units, to a tenth: ten metres."""
    x, y = CHINA.project(longitude, latitude)
    return round(x / UNIT_M, 1), round(-y / UNIT_M, 1)


def boundary() -> list[list[Point]]:
    """Return the strokes of the maritime boundary in the file's units."""
    strokes = json.loads(BOUNDARY.read_text(encoding="utf-8"))["geometry"]["coordinates"]
    return [[placed(longitude, latitude) for longitude, latitude in stroke] for stroke in strokes]


def _steps(arc: Arc) -> list[int]:
    points = [placed(x / _SOURCE_STEPS, y / _SOURCE_STEPS) for x, y in arc.points]
    found = [*points[0]]
    before = points[0]
    for at, point in enumerate(points[1:], start=1):
        if point != before or at == len(points) - 1:
            found += (point[0] - before[0], point[1] - before[1])
            before = point
    return found


def _spots(told: Iterable[dict[str, Any]], topology: Topology) -> dict[int, dict[str, Point]]:
    """Return a point inside each division: of those its counties have, the nearest to the middle of its largest part."""
    inside = {one["code"]: placed(one["lon"], one["lat"]) for one in told}
    found: dict[int, dict[str, Point]] = {3: inside}
    for level in (1, 2):
        members: dict[str, list[Point]] = defaultdict(list)
        for code, point in inside.items():
            members[code[: _DIGITS[level]].ljust(6, "0")].append(point)
        found[level] = {}
        for code, chains in topology.rings[level].items():
            largest = max(
                (topology.ring_points(one) for one in chains), key=lambda ring: abs(twice_area(ring))
            )
            middle = placed(
                sum(x for x, _ in largest) / len(largest) / _SOURCE_STEPS,
                sum(y for _, y in largest) / len(largest) / _SOURCE_STEPS,
            )
            found[level][code] = min(
                members[code], key=lambda one: ((one[0] - middle[0]) ** 2 + (one[1] - middle[1]) ** 2, one)
            )
    return found


def _names(told: Iterable[dict[str, Any]]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {1: {}, 2: {}, 3: {}}
    for one in told:
        code = one["code"]
        found[3][code] = one["name"]
        found[2].setdefault(code[:4] + "00", one["city"] or one["name"])
        found[1].setdefault(code[:2] + "0000", one["province"] or one["name"])
    return found


def _inset() -> list[int]:
    (west, north), (east, south) = _INSET
    edge = [
        placed(longitude, latitude)
        for longitude in (west, (west + east) / 2, east)
        for latitude in (north, south)
    ]
    return [
        min(x for x, _ in edge),
        min(y for _, y in edge),
        max(x for x, _ in edge),
        max(y for _, y in edge),
    ]


def written() -> bytes:
    """Return the file."""
    counties, topology = _told(), source_topology()
    content = {
        "datum": "GCJ-02",
        "unit": UNIT_M,
        "inset": _inset(),
        "divides": "".join(f"{arc.divides:d}" for arc in topology.arcs),
        "arcs": [_steps(arc) for arc in topology.arcs],
        "rings": topology.rings,
        "names": _names(counties),
        "spots": _spots(counties, topology),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(written())
