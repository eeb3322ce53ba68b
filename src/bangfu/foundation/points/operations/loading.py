"""Lots come in from the operator's points system: as a sheet, or by programs as a file with a digest."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import polars
from django.db import connection
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, inside_operation, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.points.models import MEMBER_NUMBER, MOBILE_NUMBER, Holder, Kind, Lot
from bangfu.foundation.points.operations.refusing import UnableToLoad
from bangfu.foundation.points.operations.spending import lock_holders, write_movements
from bangfu.foundation.points.operations.storing import copy_rows, next_keys

LOT_SCHEMA = {
    "row": polars.Int64(), "member": polars.String(), "lot": polars.String(), "points": polars.Int64(),
    "earned_on": polars.Date(), "expires_on": polars.Date(),
}  # fmt: skip
"""Rows of lots: ``row`` is the number shown in refusals, ``expires_on`` the first day on which they cannot be spent."""


@dataclass(frozen=True)
class LoadedLots:
    """What an import of lots did."""

    count: int
    same: int
    """Lots that were here already, with the same content."""
    points: int
    """Of the new ones."""


@operation("points.load_lots", scope=scope_of("unit"), unrecorded=("content",))
def load_lots(*, unit: Unit, content: str, digest: str, act: Act) -> LoadedLots:
    """Take lots of a unit's members in from the points system, all or none; a lot that is here already is passed over.

    Args:
        content: CSV (UTF-8) with the heads ``member,lot,points,earned_on,last_day``; ``last_day`` is the last on which they can
            be spent, both days as 2020-12-31.
        digest: SHA-256 of the content in UTF-8, in hex: what arrives cut short is refused.

    Raises: UnableToLoad: see its codes; nothing was written.
    Locks: the holders, in the order of their keys.
    """
    if hashlib.sha256(content.encode()).hexdigest() != digest.strip().lower():
        raise UnableToLoad("digest_differs")
    frame = polars.read_csv(
        content.encode(),
        schema_overrides={"member": polars.String, "lot": polars.String, "points": polars.Int64},
        try_parse_dates=True,
    )
    if not frame.height:
        raise UnableToLoad("empty")
    rows = frame.with_row_index("row", offset=2).with_columns(
        expires_on=polars.col("last_day").cast(polars.Date).dt.offset_by("1d")
    )
    loaded = enter_lots(rows, unit=unit, act=act)
    if not loaded.count:
        raise UnableToLoad("loaded_already", count=loaded.same)
    return loaded


@operation("points.import_lots", scope=scope_of("upload"))
def import_lots(*, upload: Upload, act: Act) -> Upload:
    """Take the lots of a sheet in for the members of its unit. All or nothing; what is here already is passed over.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToLoad: see its codes.
        Nothing was written.
    Locks: the upload, then the holders in the order of their keys.
    """
    checked = intake.rows_to_import(upload, act=act)
    loaded = enter_lots(checked.frame.filter(polars.col("standing") == "new"), unit=upload.unit, act=act)
    outcome: dict[str, Any] = {
        "new": loaded.count,
        "changed": 0,
        "same": checked.same + loaded.same,
        "address": reverse("points:holders"),
    }
    return intake.mark_confirmed(upload, outcome, act=act)


def enter_lots(frame: polars.DataFrame, *, unit: Unit, act: Act) -> LoadedLots:
    """Enter lots, and the holders who are new, in set form; lots that are here with the same content are passed over.

    Args:
        frame: columns of ``LOT_SCHEMA``.

    Raises: UnableToLoad: the first wrong row's code; nothing was written.
    Locks: the holders, in the order of their keys.
    """
    inside_operation()
    rows = frame.select(*(polars.col(name).cast(kind) for name, kind in LOT_SCHEMA.items()))
    faults = faults_of(rows, unit=unit)
    if faults:
        row, code = next(iter(sorted(faults.items())))
        raise UnableToLoad(code, row=row)
    numbers = sorted(set(rows["member"].to_list()))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO points_holder (number, unit_id, entered_at) SELECT one, %s, %s FROM unnest(%s::text[]) AS one"
            " ORDER BY one ON CONFLICT (number) DO NOTHING",
            [unit.pk, act.at, numbers],
        )
    holders = lock_holders(set(numbers))
    known = known_lots(numbers)
    fresh = [row for row in rows.iter_rows() if (row[1], row[2]) not in known]
    keys = next_keys("points_lot", len(fresh))
    copy_rows(
        "points_lot",
        ("id", "holder_id", "number", "points", "earned_on", "expires_on", "remaining", "entered_at"),
        [
            (key, holders[member], lot, points, earned, expires, 0, act.at)
            for key, (_, member, lot, points, earned, expires) in zip(keys, fresh, strict=True)
        ],
    )
    write_movements(
        [(key, None, Kind.EARNED.value, row[3], act.on, act.at) for key, row in zip(keys, fresh, strict=True)]
    )
    return LoadedLots(len(fresh), rows.height - len(fresh), sum(row[3] for row in fresh))


def known_lots(members: list[str]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return points, first day and expiry of the lots of these members, by member and lot."""
    rows = Lot.objects.filter(holder__number__in=members).values_list(
        "holder__number", "number", "points", "earned_on", "expires_on"
    )
    return {(row[0], row[1]): tuple(row[2:]) for row in rows.iterator()}


def faults_of(rows: polars.DataFrame, *, unit: Unit) -> dict[int, str]:
    """Return what is wrong with rows of lots, by their number: codes of ``UnableToLoad``; sound rows are absent."""
    members = [one for one in set(rows["member"].to_list()) if one]
    elsewhere = set(
        Holder.objects.filter(number__in=members).exclude(unit=unit).values_list("number", flat=True)
    )
    known = known_lots(members)
    seen: set[tuple[str, str]] = set()
    faults = {}
    for row, member, lot, points, earned_on, expires_on in rows.iter_rows():
        code = ""
        if member and re.fullmatch(MOBILE_NUMBER, member):
            code = "mobile_number"
        elif not member or not re.fullmatch(MEMBER_NUMBER, member):
            code = "no_member"
        elif not lot or len(lot) > 50:
            code = "no_lot"
        elif not points or points <= 0:
            code = "nothing"
        elif earned_on is None or expires_on is None or expires_on <= earned_on:
            code = "wrong_period"
        elif (member, lot) in seen:
            code = "lot_twice"
        elif member in elsewhere:
            code = "holder_elsewhere"
        elif known.get((member, lot), (points, earned_on, expires_on)) != (points, earned_on, expires_on):
            code = "lot_differs"
        seen.add((member, lot))
        if code:
            faults[row] = code
    return faults
