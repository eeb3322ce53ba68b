"""Writes of positions: a file of points is loaded."""

from __future__ import annotations

import math

import polars as pl
from django.db import connection

from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.places import codes
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.positions.datums import DATUMS, gcj_from, is_in_china
from bangfu.foundation.places.positions.reach import MARGIN_KM, km_outside_county
from bangfu.foundation.rooms import both

DIGITS = 7
"""Digits of a degree that are kept: a centimetre."""


class UnableToLoadPositions(Refusal):
    """Codes: ``datum``, ``empty``, ``no_rows``, ``unknown_place``, ``not_below_county``, ``no_number``, ``not_in_china``,
    ``outside_county``, ``twice``."""

    sentences = {
        "datum": both(
            "没有「{datum}」这个坐标系。可用：{datums}。", "There is no datum {datum}. State one of {datums}."
        ),
        "empty": both(
            "来源不能为空：写明数据从哪里来。", "The source is needed: say where the data come from."
        ),
        "no_rows": both(
            "一行也没有，没有写入。请至少给出一行。",
            "There are no rows; nothing was written. Give at least one.",
        ),
        "unknown_place": both(
            "第 {row} 行的区划代码「{written}」不存在。请核对：村十二位，乡镇九位。",
            "Row {row}: no place has the code {written}. Check it: twelve digits for a village, nine for a town.",
        ),
        "not_below_county": both(
            "第 {row} 行的「{written}」是县或县以上，已有界线，不需要位置。请只留乡镇和村。",
            "Row {row}: {written} is a county or above, which has an outline and needs no point. Keep towns and villages.",
        ),
        "no_number": both(
            "第 {row} 行的经度或纬度不是数。请用十进制的度。",
            "Row {row}: longitude or latitude is no number. Write decimal degrees.",
        ),
        "not_in_china": both(
            "第 {row} 行的位置 {longitude}, {latitude} 不在中国境内。经度和纬度是否写反了？",
            "Row {row}: {longitude}, {latitude} lies outside China. Are longitude and latitude the wrong way round?",
        ),
        "outside_county": both(
            "第 {row} 行的位置离所在的县 {distance} 公里以外。请核对代码和坐标。",
            "Row {row}: the point lies {distance} km outside its county. Check code and coordinates.",
        ),
        "twice": both(
            "第 {row} 行与第 {other} 行是同一个地方。请只留一行。",
            "Rows {row} and {other} are the same place. Keep one of them.",
        ),
    }


def _whole_programme(**arguments: object) -> Scope:
    return Scope()


@operation("places.load_positions", scope=_whole_programme)
def load_positions(*, rows: pl.DataFrame, datum: str, source: str, act: Act) -> int:
    """Load where towns and villages lie, and return how many points are new or changed.

    What an earlier file said of the same place is superseded; what says the same stays. Places that are not named stay.

    Args:
        rows: ``row``, ``code`` (of a village or town), ``longitude`` and ``latitude`` (degrees, in the datum).
        datum: one of ``datums.DATUMS``, as the source states it; each point is converted to GCJ-02 once, here.
        source: where the points come from.

    Raises: UnableToLoadPositions: see its codes; nothing was written.
    Locks: the rows that are superseded.
    """
    if datum not in DATUMS:
        raise UnableToLoadPositions("datum", datum=datum, datums="、".join(DATUMS))
    if not source.strip():
        raise UnableToLoadPositions("empty")
    points = _checked(rows, datum)
    columns = [points[name].to_list() for name in ("place", "longitude", "latitude", "gcj_lon", "gcj_lat")]
    wanted = (
        "unnest(%s::bigint[], %s::numeric(10, 7)[], %s::numeric(10, 7)[], %s::numeric(10, 7)[], %s::numeric(10, 7)[])"
        " AS w (place, given_longitude, given_latitude, longitude, latitude)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE places_placeposition p SET superseded_at = %s FROM {wanted}"
            " WHERE p.place_id = w.place AND p.superseded_at IS NULL"
            " AND (p.given_longitude, p.given_latitude, p.datum, p.source)"
            "     IS DISTINCT FROM (w.given_longitude, w.given_latitude, %s, %s)",
            [act.at, *columns, datum, source.strip()],
        )
        cursor.execute(
            "INSERT INTO places_placeposition"
            " (place_id, given_longitude, given_latitude, longitude, latitude, datum, source)"
            f" SELECT w.*, %s, %s FROM {wanted} WHERE NOT EXISTS (SELECT FROM places_placeposition p"
            " WHERE p.place_id = w.place AND p.superseded_at IS NULL) ORDER BY w.place",
            [datum, source.strip(), *columns],
        )
        return int(cursor.rowcount)


def _checked(rows: pl.DataFrame, datum: str) -> pl.DataFrame:
    """Return ``row``, ``place``, the degrees as given and in GCJ-02.

    Raises: UnableToLoadPositions: the first row that is wrong.
    """
    if rows.is_empty():
        raise UnableToLoadPositions("no_rows")
    numbers = [codes.id_from_code((written or "").strip()) for written in rows["code"]]
    wanted = {number for number in numbers if number is not None}
    known = dict(Place.objects.filter(pk__in=wanted, ends_on__isnull=True).values_list("pk", "level"))
    seen: dict[int, int] = {}
    found: list[tuple[int, float, float, float, float]] = []
    said = rows.select("row", "code", "longitude", "latitude").iter_rows()
    for place, (row, written, longitude, latitude) in zip(numbers, said, strict=True):
        if place is None or place not in known:
            raise UnableToLoadPositions("unknown_place", row=row, written=written)
        if known[place] <= codes.COUNTY:
            raise UnableToLoadPositions("not_below_county", row=row, written=written)
        if place in seen:
            raise UnableToLoadPositions("twice", row=seen[place], other=row)
        seen[place] = row
        if longitude is None or latitude is None or not math.isfinite(longitude + latitude):
            raise UnableToLoadPositions("no_number", row=row)
        if not is_in_china(longitude, latitude):
            raise UnableToLoadPositions("not_in_china", row=row, longitude=longitude, latitude=latitude)
        east, north = gcj_from(datum, longitude, latitude)
        beyond = km_outside_county(place, east, north)
        if beyond > MARGIN_KM:
            raise UnableToLoadPositions("outside_county", row=row, distance=round(beyond))
        degrees = (
            round(longitude, DIGITS),
            round(latitude, DIGITS),
            round(east, DIGITS),
            round(north, DIGITS),
        )
        found.append((place, *degrees))
    names = ("place", "longitude", "latitude", "gcj_lon", "gcj_lat")
    return pl.DataFrame(found, schema=names, orient="row")
