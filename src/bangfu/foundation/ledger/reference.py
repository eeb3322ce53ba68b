"""Reference data as of a block: which units, names, lists and definitions the ledger knew when it sealed the block.

What was valid on a day and what was known by a block are two questions: validity picks among the rows that were known.
Whoever asks for what stands now reads the tables themselves and pays nothing for this.

A block that is older than the first versions (of a house from before there were any) is answered from those.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.places.registers import Registered
from bangfu.foundation.rooms import Words, both

KNOWN_BY = "member.block_id <= greatest(%(block)s, (SELECT min(block_id) FROM ledger_referencemember))"
SEALED = (
    "SELECT DISTINCT ON (version.key) version.key, version.about, version.content, version.is_removed, member.block_id"
    " FROM ledger_referenceversion version JOIN ledger_referencemember member ON member.version_id = version.id"
)


@dataclass(frozen=True)
class Row:
    """What a row of reference data said as of a block."""

    key: str
    about: int | None
    content: Mapping[str, Any]
    block: int
    """The block that holds this version."""

    def holds_on(self, on: date | None) -> bool:
        """Return whether the row's half-open period contains a day; null is a period without an end."""
        starts_on, ends_on = self.content["starts_on"], self.content["ends_on"]
        if on is None:
            return ends_on is None
        day = on.isoformat()
        return (starts_on is None or starts_on <= day) and (ends_on is None or ends_on > day)


def rows_as_of(kind: Kind, block: int, about: Collection[int] | None = None) -> list[Row]:
    """Return the rows of a kind that counted as of a block.

    Args:
        about: only those about these units, places or areas.
    """
    narrowed = "" if about is None else " AND version.about = ANY(%(about)s)"
    return _rows(
        f"{SEALED} WHERE version.kind = %(kind)s{narrowed} AND {KNOWN_BY} ORDER BY version.key, version.id DESC",
        {"kind": kind, "block": block, "about": None if about is None else list(about)},
    )


def _rows(statement: str, values: Mapping[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [
            Row(key, about, json.loads(content), block)
            for key, about, content, is_removed, block in cursor.fetchall()
            if not is_removed
        ]


def subtree_as_of(unit: int, block: int) -> frozenset[int]:
    """Return a unit and everything that stood below it as of a block, whatever its period."""
    statement = (
        "WITH RECURSIVE known AS MATERIALIZED ("
        "  SELECT DISTINCT ON (version.about) version.about AS unit, (version.content ->> 'parent')::bigint AS parent"
        "    FROM ledger_referenceversion version JOIN ledger_referencemember member ON member.version_id = version.id"
        f"  WHERE version.kind = %(kind)s AND {KNOWN_BY} ORDER BY version.about, version.id DESC"
        "), below AS ("
        "  SELECT %(unit)s::bigint AS unit UNION SELECT known.unit FROM known JOIN below ON known.parent = below.unit"
        ") SELECT unit FROM below"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"kind": Kind.UNIT, "unit": unit, "block": block})
        return frozenset(key for (key,) in cursor.fetchall())


def unit_names_as_of(
    units: Collection[int], *, on: date | None, block: int
) -> dict[int, Words]:  # by key; a unit that was not known is absent
    """Return what units were called on a day, as of a block."""
    found = {}
    for row in rows_as_of(Kind.UNIT, block, units):
        found[int(row.key)] = _words(row.content)
    for row in rows_as_of(Kind.UNIT_VALIDITY, block, units) if on is not None else []:
        if row.holds_on(on):
            found[row.content["unit"]] = _words(row.content)
    return found


def line_name_as_of(line: int, block: int) -> Words | None:
    """Return what a line was called as of a block; null while it was not known."""
    return next((_words(row.content) for row in rows_as_of(Kind.LINE, block, [line])), None)


def supported_places_as_of(on: date, block: int) -> dict[int, int]:
    """Return the places of the assisted counties' own offices in force on a day, as of a block: ``dict[unit, place]``."""
    return {
        int(row.key): row.content["place"]
        for row in rows_as_of(Kind.UNIT, block)
        if row.content["kind"] == "SUPPORTED" and row.content["place"] is not None and row.holds_on(on)
    }


def place_names_as_of(
    places: Collection[int], *, on: date | None, block: int
) -> dict[int, str]:  # by number; absent = it never changed and bears the name that it shipped with
    """Return what places were called on a day, as of a block; a null day is that of the block.

    The first version of a division that shipped with the product is what its file said, before any block.
    """
    newest_first = (
        f"ORDER BY version.key, NOT {KNOWN_BY}, version.id * CASE WHEN {KNOWN_BY} THEN -1 ELSE 1 END"
    )
    shown = _rows(
        f"{SEALED} WHERE version.kind = %(kind)s AND version.about = ANY(%(about)s) {newest_first}",
        {"kind": Kind.PLACE, "block": block, "about": list(places)},
    )
    found = {int(row.key): str(row.content["name"]) for row in shown}
    for row in rows_as_of(Kind.PLACE_VALIDITY, block, places):
        if row.holds_on(on):
            found[row.content["place"]] = row.content["name"]
    return found


def members_as_of(area: int, *, on: date, block: int) -> frozenset[int]:
    """Return the places that belong to an area on a day, as of a block."""
    rows = rows_as_of(Kind.AREA_MEMBERSHIP, block, [area])
    return frozenset(row.content["place"] for row in rows if row.holds_on(on))


def denominators_as_of(register: str, places: Collection[int], *, block: int) -> list[Registered]:
    """Return the numbers of a register for places, of every year, as of a block."""
    rows = rows_as_of(Kind.DENOMINATOR, block, places)
    return [registered_from(row) for row in rows if row.content["register"] == register]


def registered_from(row: Row) -> Registered:
    """Return the number of a register that a row says."""
    said = row.content
    return Registered(said["place"], said["year"], said["value"], said["source"])


@once_a_request
def definitions_as_of(code: str, block: int) -> list[Row]:
    """Return the versions of an indicator that counted as of a block, oldest first; none was ever sealed for none.

    An indicator that was declared later is answered by what it said first.
    """
    statement = (
        f"{SEALED} WHERE version.kind = %(kind)s AND version.key LIKE %(of)s AND member.block_id <= greatest(%(block)s,"
        " (SELECT min(first.block_id) FROM ledger_referencemember first"
        "    JOIN ledger_referenceversion declared ON declared.id = first.version_id"
        "   WHERE declared.kind = %(kind)s AND declared.key LIKE %(of)s))"
        " ORDER BY version.key, version.id DESC"
    )
    pattern = code.replace("\\", r"\\").replace("_", r"\_").replace("%", r"\%")
    found = _rows(statement, {"kind": Kind.INDICATOR, "block": block, "of": f"{pattern} v%"})
    return sorted(found, key=lambda row: int(row.content["version"]))


def last_changes(block: int | None) -> dict[Kind, int]:  # by kind; absent = nothing of the kind is sealed
    """Return the block of the last change of each kind by a block; null is the newest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version.kind, max(member.block_id) FROM ledger_referenceversion version"
            " JOIN ledger_referencemember member ON member.version_id = version.id"
            f" WHERE %(block)s::bigint IS NULL OR {KNOWN_BY} GROUP BY version.kind",
            {"block": block},
        )
        return {Kind(kind): int(last) for kind, last in cursor.fetchall()}


def _words(content: Mapping[str, Any]) -> Words:
    return both(content["name_zh"], content["name_en"])
