"""Positions of villages: files of both kinds, loading with its refusals, datums by published values, and what is kept."""

from __future__ import annotations

import sqlite3
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import DatabaseError, transaction

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.places.models import PlacePosition
from bangfu.foundation.places.positions.datums import gcj_from
from bangfu.foundation.places.positions.files import FRAME, UnableToReadPositions, positions_in_file
from bangfu.foundation.places.positions.operations import UnableToLoadPositions, load_positions
from bangfu.foundation.places.positions.queries import position_of, positions_in
from tests.cast import CEHENG, Cast

ZHELOU, PINGYANG = 522327001200, 522327003203
TOWN = 522327001000
SOURCE = "册亨县民政局2020年村点"


def frame(*rows: tuple[str, float | None, float | None]) -> pl.DataFrame:
    said = [(number, *row) for number, row in enumerate(rows, start=2)]
    return pl.DataFrame(said, schema=FRAME, orient="row")


def load(cast: Cast, *rows: tuple[str, float | None, float | None], **changes: Any) -> int:
    arguments: dict[str, Any] = {
        "rows": frame(*rows), "datum": "WGS-84", "source": SOURCE, "act": cast.act(cast.officer),
    }  # fmt: skip
    return load_positions(**(arguments | changes))


def standing() -> list[tuple[int, str, str, str]]:
    rows = PlacePosition.objects.filter(superseded_at__isnull=True).order_by("place_id")
    return [(one.place_id, str(one.given_longitude), str(one.given_latitude), one.datum) for one in rows]


class TestDatums:
    @pytest.mark.parametrize(
        ("datum", "position", "drawn"),
        [
            ("WGS-84", (121.5272106, 31.1774276), (121.531542, 31.175304)),
            ("CGCS2000", (121.5272106, 31.1774276), (121.531542, 31.175304)),
            ("BD-09", (116.404, 39.915), (116.397627, 39.908657)),
            ("GCJ-02", (116.404, 39.915), (116.404, 39.915)),
        ],
    )
    def test_are_converted_as_published(
        self, datum: str, position: tuple[float, float], drawn: tuple[float, float]
    ) -> None:
        assert gcj_from(datum, *position) == pytest.approx(drawn, abs=5e-7)

    def test_others_are_none(self) -> None:
        with pytest.raises(ValueError, match="Beijing 54"):
            gcj_from("Beijing 54", 116.0, 39.0)


class TestFiles:
    def test_a_table_is_read_by_its_headings(self) -> None:
        written = "名称,村代码,经度,纬度\n者楼村,522327001200,105.81,24.98\n\n坪秧村,522327003203,x,\n"
        found = positions_in_file(("\ufeff" + written).encode())
        assert found.rows() == [
            (2, "522327001200", 105.81, 24.98),
            (4, "522327003203", None, None),
        ]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"code,lon\n1,2\n", "no_column"),
            (b"", "no_column"),
            ("村代码,经度,纬度".encode("gbk"), "not_readable"),
            (b"SQLite format 3\x00 and nothing", "not_readable"),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, content: bytes, code: str) -> None:
        with pytest.raises(UnableToReadPositions) as refused:
            positions_in_file(content)
        assert refused.value.code == code

    def test_a_geopackage_is_read_point_by_point(self, tmp_path: Path) -> None:
        little = b"GP\x00\x01" + struct.pack("<i", 4326) + b"\x01" + struct.pack("<I2d", 1, 105.81, 24.98)
        with_box = b"GP\x00\x03" + struct.pack("<i", 4326) + struct.pack("<4d", 1, 1, 2, 2)
        with_box += b"\x00" + struct.pack(">I2d", 1, 105.9, 24.9)
        content = package(tmp_path, [("522327001200", little), ("522327003203", with_box), ("x", None)])
        assert positions_in_file(content).rows() == [
            (1, "522327001200", 105.81, 24.98),
            (2, "522327003203", 105.9, 24.9),
            (3, "x", None, None),
        ]

    def test_a_geopackage_of_lines_is_refused(self, tmp_path: Path) -> None:
        line = b"GP\x00\x01" + struct.pack("<i", 4326) + b"\x01" + struct.pack("<I2d", 2, 105.81, 24.98)
        with pytest.raises(UnableToReadPositions) as refused:
            positions_in_file(package(tmp_path, [("522327001200", line)]))
        assert (refused.value.code, refused.value.details["row"]) == ("not_a_point", 1)


def package(folder: Path, rows: list[tuple[str, bytes | None]]) -> bytes:
    path = folder / "villages.gpkg"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name)")
        made.execute("INSERT INTO gpkg_geometry_columns VALUES ('villages', 'geom', 'POINT')")
        made.execute("CREATE TABLE villages (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT)")
        made.executemany("INSERT INTO villages (geom, code) VALUES (?, ?)", [(b, a) for a, b in rows])
    made.close()
    return path.read_bytes()


@pytest.mark.django_db
class TestLoadPositions:
    def test_keeps_what_was_given_and_where_it_is_drawn(self, cast: Cast) -> None:
        assert load(cast, (str(ZHELOU), 105.81, 24.98), ("522327001", 105.8, 24.99)) == 2
        assert standing() == [
            (TOWN, "105.8000000", "24.9900000", "WGS-84"),
            (ZHELOU, "105.8100000", "24.9800000", "WGS-84"),
        ]
        one = position_of(ZHELOU)
        assert one is not None
        longitude, latitude = gcj_from("WGS-84", 105.81, 24.98)
        assert (one.longitude, one.latitude) == (
            Decimal(f"{longitude:.7f}"),
            Decimal(f"{latitude:.7f}"),
        )
        assert set(positions_in(CEHENG, 5)) == {ZHELOU}
        assert set(positions_in(CEHENG, 4)) == {TOWN}

    def test_another_file_supersedes_and_the_same_stays(self, cast: Cast) -> None:
        load(cast, (str(ZHELOU), 105.81, 24.98), (str(PINGYANG), 105.9, 24.9))
        assert load(cast, (str(ZHELOU), 105.82, 24.98), (str(PINGYANG), 105.9, 24.9)) == 1
        assert load(cast, (str(PINGYANG), 105.9, 24.9), datum="GCJ-02") == 1
        assert standing() == [
            (ZHELOU, "105.8200000", "24.9800000", "WGS-84"),
            (PINGYANG, "105.9000000", "24.9000000", "GCJ-02"),
        ]
        assert PlacePosition.objects.count() == 4

    @pytest.mark.parametrize(
        ("rows", "changes", "code"),
        [
            ([(str(ZHELOU), 105.81, 24.98)], {"datum": "WGS84"}, "datum"),
            ([(str(ZHELOU), 105.81, 24.98)], {"source": " "}, "empty"),
            ([], {}, "no_rows"),
            ([("522327001999", 105.81, 24.98)], {}, "unknown_place"),
            ([("52232700", 105.81, 24.98)], {}, "unknown_place"),
            ([("522327", 105.81, 24.98)], {}, "not_below_county"),
            ([(str(ZHELOU), None, 24.98)], {}, "no_number"),
            ([(str(ZHELOU), float("nan"), 24.98)], {}, "no_number"),
            ([(str(ZHELOU), 24.98, 105.81)], {}, "not_in_china"),
            ([(str(ZHELOU), 106.9, 26.6)], {}, "outside_county"),
            ([(str(ZHELOU), 105.81, 24.98), (str(ZHELOU), 105.81, 24.99)], {}, "twice"),
        ],
    )
    def test_refuses_what_cannot_be(
        self, cast: Cast, rows: list[Any], changes: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(UnableToLoadPositions) as refused:
            load(cast, *rows, **changes)
        assert refused.value.code == code
        assert refused.value.sentence.zh
        assert PlacePosition.objects.count() == 0

    def test_who_may(self, cast: Cast) -> None:
        load(cast, (str(ZHELOU), 105.81, 24.98), act=cast.act(cast.administrator))
        for account in (cast.clerk, cast.auditor, cast.county_official, cast.outsider):
            with pytest.raises(NotPermitted):
                load(cast, (str(ZHELOU), 105.82, 24.98), act=cast.act(account))

    def test_the_same_key_twice_loads_once(self, cast: Cast) -> None:
        act = cast.act(cast.officer, key="once")
        assert [load(cast, (str(ZHELOU), 105.81, 24.98), act=act) for _ in range(2)] == [1, 1]
        assert PlacePosition.objects.count() == 1

    def test_a_row_is_superseded_and_nothing_else(self, cast: Cast) -> None:
        load(cast, (str(ZHELOU), 105.81, 24.98))
        for statement in (
            "UPDATE places_placeposition SET longitude = 1",
            "DELETE FROM places_placeposition",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), system_writes("a test's attack"):
                PlacePosition.objects.raw(statement + " RETURNING *")[0]
