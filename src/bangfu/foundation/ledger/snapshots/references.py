"""Reference data as of a block, from the versions in a snapshot: what ``ledger.reference`` answers from the database."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb

from bangfu.foundation.ledger.reference import Row, registered_from
from bangfu.foundation.ledger.snapshots.manifest import Manifest
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.places.registers import Registered

KNOWN = """
SELECT key, about, content, block_id FROM (
    SELECT *, max(id) OVER (PARTITION BY key) AS latest FROM (
        SELECT *, (SELECT min(block_id) FROM read_parquet($paths)) AS first FROM read_parquet($paths)
         WHERE kind = $kind
    ) WHERE block_id <= greatest($block, first)
) WHERE id = latest AND NOT is_removed ORDER BY key
"""


@lru_cache(maxsize=64)
def _rows(paths: tuple[str, ...], kind: int, block: int) -> tuple[Row, ...]:
    with duckdb.connect() as engine:
        found = engine.execute(KNOWN, {"paths": list(paths), "kind": kind, "block": block}).fetchall()
    return tuple(Row(key, about, json.loads(content), block) for key, about, content, block in found)


def rows_in(folder: Path, manifest: Manifest, kind: Kind, block: int) -> tuple[Row, ...]:
    """Return the rows of a kind of reference data that counted as of a block."""
    paths = tuple(str(folder / one.path) for one in manifest.references)
    return _rows(paths, int(kind), block) if paths else ()


def units_in(folder: Path, manifest: Manifest, unit: int, block: int) -> frozenset[int]:
    """Return a unit and everything that stood below it as of a block, whatever its period."""
    below: dict[int | None, list[int]] = {}
    for row in rows_in(folder, manifest, Kind.UNIT, block):
        below.setdefault(row.content["parent"], []).append(int(row.key))
    found, waiting = {unit}, [unit]
    while waiting:
        for one in below.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


def unit_in(folder: Path, manifest: Manifest, code: str, block: int) -> int | None:
    """Return the key of the unit with a code as of a block; null when there was none."""
    rows = rows_in(folder, manifest, Kind.UNIT, block)
    return next((int(row.key) for row in rows if row.content["code"] == code), None)


def members_in(folder: Path, manifest: Manifest, area: int, on: date, block: int) -> frozenset[int]:
    """Return the places that belong to an area on a day, as of a block."""
    rows = rows_in(folder, manifest, Kind.AREA_MEMBERSHIP, block)
    return frozenset(row.content["place"] for row in rows if row.about == area and row.holds_on(on))


def area_in(folder: Path, manifest: Manifest, code: str, block: int) -> int | None:
    """Return the key of the area with a code as of a block; null when there was none."""
    rows = rows_in(folder, manifest, Kind.AREA, block)
    return next((int(row.key) for row in rows if row.content["code"] == code), None)


def line_in(folder: Path, manifest: Manifest, code: str, block: int) -> int | None:
    """Return the key of the line with a code as of a block; null when there was none."""
    rows = rows_in(folder, manifest, Kind.LINE, block)
    return next((int(row.key) for row in rows if row.content["code"] == code), None)


def denominators_in(folder: Path, manifest: Manifest, register: str, block: int) -> list[Registered]:
    """Return the numbers of a register as of a block, of every place and year."""
    rows = rows_in(folder, manifest, Kind.DENOMINATOR, block)
    return [registered_from(row) for row in rows if row.content["register"] == register]
