"""Access boxes and bookings as kinds of reported records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import polars
from django.db import connection

from bangfu.connectivity.network.kinds.kind import Posting, RecordKind
from bangfu.connectivity.network.measures import INVESTMENT, PORTS
from bangfu.connectivity.network.models import AccessBox, Booking
from bangfu.connectivity.network.rules import Fault
from bangfu.foundation.ledger.operations import ReversalReason
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both

_REASONS = (ReversalReason.WRONG_PLACE, ReversalReason.WRONG_DATE, ReversalReason.WRONG_QUANTITY)


def with_projects(rows: polars.DataFrame) -> polars.DataFrame:
    """Return the rows with ``project_id``, ``project_unit`` and its names of the project each names; null = none."""
    schema = {
        "project": polars.String,
        "project_id": polars.Int64,
        "project_unit": polars.Int64,
        "project_unit_zh": polars.String,
        "project_unit_en": polars.String,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT project.code, project.id, unit.id, unit.name_zh, unit.name_en FROM network_project project"
            " JOIN organisation_unit unit ON unit.id = project.unit_id WHERE project.code = ANY(%s)",
            [rows["project"].drop_nulls().unique().to_list()],
        )
        known = polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    return rows.join(known, on="project", how="left", maintain_order="left")


def faults_of_projects(rows: polars.DataFrame, unit: Unit, today: date) -> Iterator[Fault]:
    """Return the faults of rows that name a project that is not there or is another unit's."""
    col = polars.col
    named = rows.filter(col("project").is_not_null())
    for one in named.filter(col("project_id").is_null()).iter_rows(named=True):
        yield Fault(one["row"], "project", "unknown_project", {"project": one["project"]})
    for one in named.filter(col("project_unit") != unit.pk).iter_rows(named=True):
        owner = both(one["project_unit_zh"], one["project_unit_en"])
        details = {"project": one["project"], "unit": owner}
        yield Fault(one["row"], "project", "project_elsewhere", details)


def _faults_of_boxes(rows: polars.DataFrame, unit: Unit, today: date) -> Iterator[Fault]:
    yield from faults_of_projects(rows, unit, today)
    for one in rows.filter(polars.col("retired_on") < polars.col("accepted_on")).iter_rows(named=True):
        details = {name: one[name].isoformat() for name in ("retired_on", "accepted_on")}
        yield Fault(one["row"], "retired_on", "retired_before_acceptance", details)


def _faults_of_bookings(rows: polars.DataFrame, unit: Unit, today: date) -> Iterator[Fault]:
    yield from faults_of_projects(rows, unit, today)
    for row in rows.filter(polars.col("amount_fen") == 0)["row"]:
        yield Fault(row, "amount_fen", "nothing_booked", {})
    yield from faults_of_repeats(rows)


def faults_of_repeats(rows: polars.DataFrame) -> Iterator[Fault]:
    """Return the faults of rows whose code, made of several columns, stands in the sheet before."""
    first = rows.with_columns(first=polars.col("row").min().over("code"))
    for one in first.filter(polars.col("row") > polars.col("first")).iter_rows(named=True):
        yield Fault(one["row"], "code", "twice_here", {"code": one["code"], "first": one["first"]})


_FACTS: dict[str, Any] = {
    "unit": polars.Int64,
    "place": polars.Int64,
    "revision": polars.Int16,
    "subject": polars.Int64,
    "source_id": polars.String,
    "identity": polars.String,
    "quantity": polars.Decimal(20, 4),
    "on": polars.Date,
}


def facts_of_rows(sql: str, keys: list[int]) -> polars.DataFrame:
    """Return what a statement selects of the records with these keys, as facts.

    It selects unit, place, revision, key, source, identity, quantity and day.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [keys])
        return polars.DataFrame(cursor.fetchall(), schema=_FACTS, orient="row")


def _ports(keys: list[int]) -> list[Posting]:
    facts = facts_of_rows(
        "SELECT unit_id, place_id, revision, id, code, code, port_count::numeric(20, 4), accepted_on"
        "  FROM network_accessbox WHERE id = ANY(%s) ORDER BY id",
        keys,
    )
    return [Posting(PORTS, facts)]


def _investment(keys: list[int]) -> list[Posting]:
    facts = facts_of_rows(
        "SELECT unit_id, place_id, revision, id, code, code, (amount_fen / 100.0)::numeric(20, 4), booked_on"
        "  FROM network_booking WHERE id = ANY(%s) ORDER BY id",
        keys,
    )
    return [Posting(INVESTMENT, facts)]


def booking_code(voucher: polars.Expr, line: polars.Expr) -> polars.Expr:
    """Return the code of a voucher's line: ``PZ-2019-0312/2``."""
    return polars.concat_str([voucher, line.cast(polars.String)], separator="/")


def yuan(fen: int) -> Decimal:
    """Return an amount in yuan.

    >>> yuan(12345)
    Decimal('123.45')
    """
    return Decimal(fen).scaleb(-2)


BOXES = RecordKind(
    number=2,
    code="network.access_box",
    noun=both("分纤箱", "Access box"),
    slug="boxes",
    model=AccessBox,
    columns={
        "project_id": "bigint",
        "port_count": "integer",
        "splitter": "text",
        "accepted_on": "date",
        "retired_on": "date",
    },
    dated_by="accepted_on",
    postings=_ports,
    identity_of=PORTS,
    resolve=with_projects,
    faults=_faults_of_boxes,
    reasons=_REASONS,
    quantified_by="port_count",
)

BOOKINGS = RecordKind(
    number=3,
    code="network.booking",
    noun=both("入账凭证", "Booking"),
    slug="bookings",
    model=Booking,
    columns={
        "project_id": "bigint",
        "voucher": "text",
        "line_number": "integer",
        "category": "text",
        "amount_fen": "bigint",
        "booked_on": "date",
    },
    dated_by="booked_on",
    postings=_investment,
    identity_of=INVESTMENT,
    resolve=with_projects,
    faults=_faults_of_bookings,
    codes_of=lambda sheet: sheet.select(
        booking_code(polars.col("voucher"), polars.col("line_number"))
    ).to_series(),
    reasons=_REASONS,
    quantified_by="amount_fen",
)
