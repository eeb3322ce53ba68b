"""Files of positions: CSV with a column of codes and two of degrees, or a GeoPackage of points with a column of codes.

GeoPackage as OGC 12-128r17 says: a table ``gpkg_geometry_columns`` names the table and column of points, each geometry is a
header (clause 2.1.3) and well-known binary. Only points are taken; of what they mean the source states the datum.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import struct
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both

CODE, LONGITUDE, LATITUDE = (
    ("code", "place", "place_code", "区划代码", "代码", "行政区划代码", "村代码"),
    ("longitude", "lon", "lng", "x", "经度"),
    ("latitude", "lat", "y", "纬度"),
)
"""The headings by which each column is known."""
FRAME: dict[str, Any] = {"row": pl.Int64, "code": pl.String, "longitude": pl.Float64, "latitude": pl.Float64}
MOST_BYTES = 256 * 1024 * 1024
_SQLITE = b"SQLite format 3\x00"
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""How many bytes each kind of envelope takes in the header of a geometry."""
_POINTS = {1, 1001, 2001, 3001}


class UnableToReadPositions(Refusal):
    """Codes: ``no_column``, ``no_points``, ``not_a_point``, ``not_readable``, ``too_large``."""

    sentences = {
        "no_column": both(
            "表里没有「{names}」中的任何一列。请加上这一列的表头。",
            "The file has none of the columns {names}. Give one of them as the heading.",
        ),
        "no_points": both(
            "文件里没有点图层。请导出一个点图层，坐标系按填写的为准。",
            "The file has no layer of points. Export one, in the datum that you state.",
        ),
        "not_a_point": both(
            "第 {row} 行的几何不是点。请只导出点。", "Row {row} is no point. Export points only."
        ),
        "not_readable": both(
            "文件读不出来。请用 UTF-8 的 CSV，或 GeoPackage。",
            "The file cannot be read. Use CSV in UTF-8, or a GeoPackage.",
        ),
        "too_large": both(
            "文件超过 256 MB。请分省导入。", "The file is over 256 MB. Load province by province."
        ),
    }


def positions_in_file(content: bytes) -> pl.DataFrame:
    """Return what a file says: ``row``, ``code``, ``longitude``, ``latitude`` (degrees; null: no number).

    Raises: UnableToReadPositions: see its codes.
    """
    if len(content) > MOST_BYTES:
        raise UnableToReadPositions("too_large")
    rows = _of_package(content) if content.startswith(_SQLITE) else _of_table(content)
    return pl.DataFrame(list(rows), schema=FRAME, orient="row")


def _of_table(content: bytes) -> Iterator[tuple[Any, ...]]:
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise UnableToReadPositions("not_readable") from None
    headings = [cell.strip().lower() for cell in lines[0]] if lines else []
    at = [_column(headings, names) for names in (CODE, LONGITUDE, LATITUDE)]
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            code, longitude, latitude = ((line[one].strip() if one < len(line) else "") for one in at)
            yield number, code, _degrees(longitude), _degrees(latitude)


def _column(headings: list[str], names: Iterable[str]) -> int:
    found = [headings.index(name) for name in names if name in headings]
    if not found:
        raise UnableToReadPositions("no_column", names="、".join(names))
    return found[0]


def _degrees(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _of_package(content: bytes) -> Iterator[tuple[Any, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "positions.gpkg"
        path.write_bytes(content)
        package = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            yield from _points(package)
        except sqlite3.DatabaseError:
            raise UnableToReadPositions("not_readable") from None
        finally:
            package.close()


def _points(package: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    layer = package.execute(
        "SELECT table_name, column_name FROM gpkg_geometry_columns"
        " WHERE upper(geometry_type_name) IN ('POINT', 'GEOMETRY') ORDER BY table_name LIMIT 1"
    ).fetchone()
    if layer is None:
        raise UnableToReadPositions("no_points")
    table, geometry = (str(name).replace('"', '""') for name in layer)
    columns = [str(row[1]) for row in package.execute(f'PRAGMA table_info("{table}")')]
    code = columns[_column([name.lower() for name in columns], CODE)].replace('"', '""')
    rows = package.execute(f'SELECT "{code}", "{geometry}" FROM "{table}" ORDER BY rowid')
    for number, (written, packed) in enumerate(rows, start=1):
        longitude, latitude = _point(packed, number)
        yield number, str(written or "").strip(), longitude, latitude


def _point(packed: bytes | None, row: int) -> tuple[float | None, float | None]:
    """Return the degrees of a geometry; null for an empty one.

    Raises: UnableToReadPositions: ``not_a_point``.
    """
    if packed is None:
        return None, None
    try:
        magic, _, flags = struct.unpack_from("<2sBB", packed)
        start = 8 + _ENVELOPES[flags >> 1 & 7]
        order = "<" if packed[start] else ">"
        (kind,) = struct.unpack_from(f"{order}I", packed, start + 1)
        longitude, latitude = struct.unpack_from(f"{order}2d", packed, start + 5)
    except (struct.error, KeyError, IndexError):
        raise UnableToReadPositions("not_a_point", row=row) from None
    if magic != b"GP" or kind not in _POINTS:
        raise UnableToReadPositions("not_a_point", row=row)
    return (None, None) if longitude != longitude else (longitude, latitude)
