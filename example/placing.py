"""Where the villages and sites of the example's counties lie: made by a fixed rule inside the real outlines, and said to be so.

No positions of villages or sites are public, and none are invented by the product: these are the example's own, loaded by the
same operations as anybody's. Each town has a middle somewhere in its county, and its villages lie around it. A site says by its
name that its position is made up.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from random import Random

import polars as pl

from bangfu.connectivity.network.models import Station
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import TOWN, VILLAGE, code_text
from bangfu.foundation.places.models import Place, PlacePosition
from bangfu.foundation.places.positions.datums import GCJ_02
from bangfu.foundation.places.positions.files import FRAME
from bangfu.foundation.places.positions.operations import load_positions
from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.places.shapes import county_rings
from example import house
from example.coverage import COUNTIES
from example.distribution import PROVINCE_CODES, SEED
from example.papers import Paper, Row, Sheet, bring_in, left_of
from example.reported.filling import OFFICER

SOURCE = "示例合成：按固定规则落在真实县界以内，不是村的实际位置 · synthetic, inside the real outline of the county"
SPREAD = 0.035
"""Degrees by which villages lie around the middle of their town."""
TRIES = 400

Point = tuple[float, float]


def place_sites() -> None:
    """Bring in each branch's paper of where its sites stand, unless that was done; a small example may have no site there."""
    for paper in left_of(_papers()):
        assert paper.made is not None
        if paper.made().rows:
            bring_in(paper)


def _papers() -> list[Paper]:
    """Return the papers of sites in the counties whose villages are placed."""
    counties: dict[int, list[int]] = {}
    for county in COUNTIES:
        counties.setdefault(county // 10**10, []).append(county)
    return [
        Paper(
            "network.sites",
            f"EX-{province}",
            house.clerk_of(province),
            f"{PROVINCE_CODES[province]}-站址坐标",
            made=partial(_located, members),
        )
        for province, members in counties.items()
    ]


def _located(counties: list[int]) -> Sheet:
    rows: list[Row] = []
    for county in counties:
        rings = county_rings(county)
        standing = Station.objects.filter(site__place=county, withdrawn_at__isnull=True)
        for code in standing.order_by("site__code").values_list("site__code", flat=True).distinct():
            longitude, latitude = _somewhere_in(rings, Random(f"{SEED} site {code}"))
            rows.append(
                {
                    "site_code": code,
                    "longitude": Decimal(f"{longitude:.6f}"),
                    "latitude": Decimal(f"{latitude:.6f}"),
                    "datum": GCJ_02,
                }
            )
    return Sheet(rows)


def place_villages() -> None:
    """Load the positions of towns and villages of the example's counties, unless that was done."""
    if PlacePosition.objects.exists():
        return
    rows = [
        (number, code_text(place), *position)
        for number, (place, position) in enumerate(
            ((place, position) for county in COUNTIES for place, position in positions_in(county).items()),
            start=2,
        )
    ]
    if rows:
        officer = Account.objects.get(username=OFFICER)
        frame = pl.DataFrame(rows, schema=FRAME, orient="row")
        load_positions(rows=frame, datum=GCJ_02, source=SOURCE, act=Act.now(officer))


def positions_in(county: int) -> dict[int, Point]:
    """Return where the towns and villages of a county lie, in GCJ-02, by place; none without an outline."""
    rings = county_rings(county)
    if not rings:
        return {}
    first, end = subtree_range(county)
    below = Place.objects.filter(pk__gte=first, pk__lt=end, level__gte=TOWN, ends_on__isnull=True)
    found: dict[int, Point] = {}
    middles: dict[int, Point] = {}
    for place, level in below.order_by("pk").values_list("pk", "level"):
        town = place - place % 1000
        if town not in middles:
            middles[town] = _somewhere_in(rings, Random(f"{SEED} town {town}"))
        found[place] = middles[town] if level < VILLAGE else _near(rings, middles[town], place)
    return found


def _somewhere_in(rings: tuple[tuple[Point, ...], ...], draw: Random) -> Point:
    points = [point for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    for _ in range(TRIES):
        point = (draw.uniform(west, east), draw.uniform(south, north))
        if _is_inside(rings, point):
            return point
    raise ValueError("the outline has no inside")


def _near(rings: tuple[tuple[Point, ...], ...], middle: Point, place: int) -> Point:
    draw = Random(f"{SEED} village {place}")
    for _ in range(TRIES):
        point = (draw.gauss(middle[0], SPREAD), draw.gauss(middle[1], SPREAD))
        if _is_inside(rings, point):
            return point
    return middle


def _is_inside(rings: tuple[tuple[Point, ...], ...], point: Point) -> bool:
    """Return whether a point lies in an outline, by the even-odd rule."""
    x, y = point
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside
