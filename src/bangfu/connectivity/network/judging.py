"""What makes a reported record acceptable, as columns over all rows at once; a record by hand is a sheet of one row.

Reads, never writes. Imports show these faults in their preview and refuse by them under the lock of the codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars
from django.db import connection
from psycopg import sql

from bangfu.connectivity.network.kinds.kind import DTYPES, RecordKind, UnableToReport
from bangfu.connectivity.network.models import FIRST_MOBILE_NETWORK, STATE_WORDS, StationState
from bangfu.connectivity.network.rules import OPEN_STATES, Fault, Judged, faults_of_places
from bangfu.foundation.ledger.queries import standing_facts
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both

DAY_WORDS: dict[str, Words] = {
    "accepted_on": both("验收日期", "acceptance date"),
    "retired_on": both("退网日期", "retirement date"),
    "booked_on": both("入账日期", "booking date"),
    "frozen_on": both("冻结日期", "day of freezing"),
    "removed_on": both("调出日期", "day of removal"),
    "judged_on": both("认定日期", "day of the verdict"),
    "promised_on": both("承诺日期", "day of the promise"),
}


def refusal_of(fault: Fault) -> UnableToReport:
    """Return a fault as the refusal of a single record."""
    return UnableToReport(fault.code, **fault.details)


def judged(
    kind: RecordKind, rows: polars.DataFrame, *, unit: Unit, today: date, correcting: bool = False
) -> Judged:
    """Return the rows with their standing, and every fault in the order of the rows.

    ``rows`` has ``row``, ``code``, ``place`` (int) and what the kind resolves and stores. Added are the kind's columns,
    ``standing`` (``new``, ``same``, ``changed``), ``record`` (key of the registered one, null if new), ``revision``,
    ``counted`` (whether it is verified, so that a change takes its facts back) and, of what the kind lets a sheet correct, what
    the record says so far as ``was_place`` and so on.

    Args:
        correcting: whether a row may correct, with what that rests on as ``basis``, what a counted record says.
    """
    col = polars.col
    rows = kind.resolve(rows)
    known = _living(kind, rows["code"].drop_nulls().to_list())
    joined = rows.join(known, on="code", how="left", maintain_order="left")
    compared = ("place", *kind.columns)
    differs = polars.any_horizontal(*(col(name).ne_missing(col(f"known_{name}")) for name in compared))
    joined = joined.with_columns(
        standing=polars.when(col("record").is_null())
        .then(polars.lit("new"))
        .when(differs | col("state").is_in([*OPEN_STATES]))
        .then(polars.lit("changed"))
        .otherwise(polars.lit("same"))
    )
    joined = _with_revisions(kind, joined).with_columns(
        counted=(col("state") == StationState.VERIFIED).fill_null(value=False),
        **{f"was_{name}": col(f"known_{name}") for name in kind.corrected},
    )
    faults = [*_faults_of_days(kind, joined, today), *faults_of_places(joined, unit)]
    faults += [
        *_faults_of_codes(kind, joined, unit, correcting=correcting),
        *(kind.faults(joined, unit, today) if kind.faults else ()),
    ]
    faults.sort(key=lambda fault: fault.row)
    added = [name for name in kind.columns if name not in rows.columns]
    added += ["standing", "record", "revision", "counted", *(f"was_{name}" for name in kind.corrected)]
    return Judged(rows=joined.select(*rows.columns, *added), faults=faults)


def _living(kind: RecordKind, codes: list[str]) -> polars.DataFrame:
    """Return the records of these codes that are not withdrawn, with their unit, state and compared columns."""
    names = [*kind.columns]
    statement = sql.SQL(
        "SELECT record.code, record.id, record.unit_id, unit.name_zh, unit.name_en,"
        " coalesce(review.state, 'DRAFT'), record.revision, record.place_id, {columns}"
        "  FROM {table} record JOIN organisation_unit unit ON unit.id = record.unit_id"
        "  LEFT JOIN review_review review ON review.record_type = %s AND review.record_id = record.id"
        " WHERE record.code = ANY(%s) AND record.withdrawn_at IS NULL"
    ).format(
        columns=sql.SQL(", ").join(sql.Identifier("record", name) for name in names),
        table=sql.Identifier(kind.table),
    )
    schema: dict[str, Any] = {
        "code": polars.String,
        "record": polars.Int64,
        "unit": polars.Int64,
        "unit_zh": polars.String,
        "unit_en": polars.String,
        "state": polars.String,
        "known_revision": polars.Int64,
        "known_place": polars.Int64,
        **{f"known_{name}": DTYPES[kind.columns[name]] for name in names},
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, [kind.number, codes])
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def _with_revisions(kind: RecordKind, rows: polars.DataFrame) -> polars.DataFrame:
    """Return the rows with the revision each has or will have: one after the last that the code ever had."""
    new = rows.filter(polars.col("record").is_null())["code"].drop_nulls().to_list()
    statement = sql.SQL("SELECT code, max(revision) FROM {} WHERE code = ANY(%s) GROUP BY code")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(kind.table)), [new])
        last = polars.DataFrame(
            cursor.fetchall(), schema={"code": polars.String, "last": polars.Int64}, orient="row"
        )
    joined = rows.join(last, on="code", how="left", maintain_order="left")
    following = polars.col("last").fill_null(0) + 1
    return joined.with_columns(revision=polars.coalesce("known_revision", following)).drop("last")


def _faults_of_days(kind: RecordKind, rows: polars.DataFrame, today: date) -> Iterator[Fault]:
    col = polars.col
    for name in kind.days:
        words = DAY_WORDS[name]
        for row in rows.filter(col(name) < FIRST_MOBILE_NETWORK)["row"]:
            yield Fault(row, name, "too_early", {"column": words, "first": FIRST_MOBILE_NETWORK.isoformat()})
        for row in rows.filter(col(name) > today)["row"]:
            yield Fault(row, name, "in_future", {"column": words})


def _faults_of_codes(
    kind: RecordKind, rows: polars.DataFrame, unit: Unit, *, correcting: bool
) -> Iterator[Fault]:
    col = polars.col
    stays = [
        col(name).eq_missing(col(f"known_{name}"))
        for name in ("place", *kind.columns)
        if name not in kind.corrected
    ]
    registered = rows.filter(
        col("record").is_not_null() & ((col("unit") != unit.pk) | (col("standing") != "same"))
    )
    corrects = polars.all_horizontal(*stays) if kind.corrected else polars.lit(value=False)
    for one in registered.with_columns(corrects=corrects).iter_rows(named=True):
        details: dict[str, Any] = {"noun": kind.noun, "code": one["code"]}
        if one["unit"] != unit.pk:
            details |= {"unit": both(one["unit_zh"], one["unit_en"]), "state": STATE_WORDS[one["state"]]}
            yield Fault(one["row"], "code", "registered_elsewhere", details)
        elif one["standing"] == "changed" and one["state"] == StationState.SUBMITTED:
            yield Fault(one["row"], "code", "under_review", details)
        elif one["standing"] == "changed" and one["state"] == StationState.VERIFIED:
            if not (correcting and one["corrects"]):
                yield Fault(one["row"], "code", "verified_already", details)
            elif not (one["basis"] or "").strip():
                yield Fault(one["row"], "basis", "basis_missing", details)
    if kind.identity_of is None:
        return
    new = rows.filter(col("record").is_null())
    standing = standing_facts(kind.identity_of.code, new["code"].drop_nulls().to_list())
    counted = dict(standing.values_list("identity", "unit_id"))
    if not counted:
        return
    names = {
        unit.pk: both(unit.name_zh, unit.name_en) for unit in Unit.objects.filter(pk__in=counted.values())
    }
    for row, code in new.select("row", "code").iter_rows():
        if code in counted:
            details = {"noun": kind.noun, "code": code, "unit": names[counted[code]]}
            yield Fault(row, "code", "counted_elsewhere", details)
