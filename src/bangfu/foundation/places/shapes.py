"""Outlines of counties: one file for maps in the browser, and small maps of one province as SVG paths.

Coordinates are GCJ-02, the datum of Chinese web maps, some hundred metres off WGS 84, which a small map does
not show.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from bangfu.foundation.places import codes
from bangfu.foundation.places.gazetteer import gazetteer
from bangfu.foundation.places.loading import DATA

DATUM = "GCJ-02"
FILE = DATA / "county_shapes.geojson.gz"
_WIDTH = 400.0
_EARTH_KM = 6371.0


@dataclass(frozen=True)
class CountyOutline:
    """A county on a small map; ``x`` and ``y`` are a point inside it, for a label or a mark."""

    place_id: int
    name: str
    path: str
    """An SVG path in the coordinates of the map's view box."""
    x: float
    y: float


@dataclass(frozen=True)
class ProvinceMap:
    """The counties of one province, 400 wide, in a plate carrée true to scale at the middle latitude.

    Datum of the source coordinates: GCJ-02. Places without an outline (development zones) are absent.
    """

    view_box: str
    counties: tuple[CountyOutline, ...]


@dataclass(frozen=True)
class _Shape:
    longitude: float
    latitude: float
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class _Projection:
    """x grows to the east, y to the south, one unit being the same distance in both."""

    west: float
    north: float
    east_scale: float
    south_scale: float

    def x(self, longitude: float) -> float:
        return (longitude - self.west) * self.east_scale

    def y(self, latitude: float) -> float:
        return (self.north - latitude) * self.south_scale

    def path(self, shape: _Shape) -> str:
        return "".join(
            "M" + "L".join(f"{self.x(lon):.1f} {self.y(lat):.1f}" for lon, lat in ring) + "Z"
            for ring in shape.rings
        )


@cache
def packed_file() -> tuple[bytes, str]:
    """Return the file of all outlines, gzipped GeoJSON, and its digest (16 hex digits)."""
    content = FILE.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]


@cache
def _shapes() -> dict[int, _Shape]:
    """Return the outlines by the number of the place."""
    collection = json.loads(gzip.decompress(packed_file()[0]))
    return {_number(feature): _shape(feature) for feature in collection["features"]}


def _number(feature: dict[str, Any]) -> int:
    return int(feature["properties"]["code"]) * codes.SIZE_OF_LEVEL[codes.COUNTY]


def _shape(feature: dict[str, Any]) -> _Shape:
    return _Shape(
        longitude=feature["properties"]["lon"],
        latitude=feature["properties"]["lat"],
        rings=tuple(
            tuple((lon, lat) for lon, lat in ring[:-1])
            for polygon in feature["geometry"]["coordinates"]
            for ring in polygon
        ),
    )


def county_point(place_id: int) -> tuple[float, float] | None:
    """Return a point inside a county as (longitude, latitude) in GCJ-02, null when it has no outline."""
    shape = _shapes().get(place_id)
    return (shape.longitude, shape.latitude) if shape is not None else None


def county_rings(place_id: int) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return the rings of a county's outline as (longitude, latitude) in GCJ-02; none when it has no outline."""
    shape = _shapes().get(place_id)
    return shape.rings if shape is not None else ()


@dataclass(frozen=True)
class CountyReach:
    """A point inside a county, and how far its outline goes from there: beyond, one is outside for certain."""

    longitude: float
    latitude: float
    reach_km: float


@cache
def county_reaches() -> dict[int, CountyReach]:  # by the number of the place; without outline: absent
    """Return the point and the reach of every county, in GCJ-02, on a sphere of 6371 km.

    Distances by the haversine: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984) 2, p. 159.
    """
    return {number: _reach(shape) for number, shape in _shapes().items()}


def _reach(shape: _Shape) -> CountyReach:
    here = math.radians(shape.latitude)
    farthest = 0.0
    for ring in shape.rings:
        for lon, lat in ring:
            there = math.radians(lat)
            half = (
                math.sin((there - here) / 2) ** 2
                + math.cos(here) * math.cos(there) * math.sin(math.radians(lon - shape.longitude) / 2) ** 2
            )
            farthest = max(farthest, half)
    return CountyReach(shape.longitude, shape.latitude, 2 * _EARTH_KM * math.asin(math.sqrt(farthest)))


def province_map(province_id: int) -> ProvinceMap:
    """Return the small map of a province.

    Raises: LookupError: no place of that province has an outline.
    """
    view_box, drawn = _drawn(province_id)
    names = gazetteer().names
    return ProvinceMap(
        view_box,
        tuple(CountyOutline(number, names.get(number, ""), path, x, y) for number, path, x, y in drawn),
    )


@cache
def _drawn(province_id: int) -> tuple[str, tuple[tuple[int, str, float, float], ...]]:
    first, end = codes.subtree_range(province_id)
    shapes = {number: shape for number, shape in _shapes().items() if first <= number < end}
    if not shapes:
        raise LookupError(f"no outlines for {province_id}")
    projection, height = _fitted(shapes.values())
    drawn = tuple(
        (
            number,
            projection.path(shape),
            round(projection.x(shape.longitude), 1),
            round(projection.y(shape.latitude), 1),
        )
        for number, shape in sorted(shapes.items())
    )
    return f"0 0 {_WIDTH:.0f} {height:.0f}", drawn


def county_shape_paths(
    county_ids: Iterable[int],
) -> dict[int, str]:  # path by county; without outline: absent
    """Return SVG paths of counties, each in the coordinates of its own province's small map."""
    paths: dict[int, str] = {}
    by_province: dict[int, set[int]] = {}
    for county_id in county_ids:
        province = codes.ancestor_id(county_id, codes.PROVINCE) or county_id
        by_province.setdefault(province, set()).add(county_id)
    for province, wanted in by_province.items():
        outlines = province_map(province).counties
        paths.update({outline.place_id: outline.path for outline in outlines if outline.place_id in wanted})
    return paths


def _fitted(shapes: Iterable[_Shape]) -> tuple[_Projection, float]:
    points = [point for shape in shapes for ring in shape.rings for point in ring]
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    east_scale = _WIDTH / (east - west)
    south_scale = east_scale / math.cos(math.radians((south + north) / 2))
    return _Projection(west, north, east_scale, south_scale), math.ceil((north - south) * south_scale)
