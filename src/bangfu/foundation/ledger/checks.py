"""What is checked of facts before they are posted, as columns over all rows at once."""

from __future__ import annotations

from datetime import date

import polars
from django.db import connection

from bangfu.foundation.ledger.measures import Measure

SCHEMA: dict[str, polars.DataType] = {
    "quantity": polars.Decimal(20, 4),
    "unit": polars.Int64(),
    "place": polars.Int64(),
    "on": polars.Date(),
    "subject": polars.Int64(),
    "source_id": polars.String(),
    "revision": polars.Int16(),
    "identity": polars.String(),
    "party": polars.String(),
    "line": polars.Int16(),
}
REQUIRED = ("quantity", "unit", "place", "on", "subject", "source_id")


def complete(frame: polars.DataFrame) -> polars.DataFrame:
    """Return the frame with every column of ``SCHEMA`` in its type, and ``row`` counting from zero.

    Raises: polars.exceptions.PolarsError: a required column is missing or has values of another kind.
    """
    optional = {name: None for name in SCHEMA if name not in frame.columns and name not in REQUIRED}
    rows = frame.with_columns(**{name: polars.lit(value) for name, value in optional.items()})
    rows = rows.select(*(polars.col(name).cast(kind) for name, kind in SCHEMA.items()))
    return rows.with_columns(polars.col("revision").fill_null(1)).with_row_index("row")


def refused_rows(measure: Measure, rows: polars.DataFrame, today: date) -> polars.DataFrame:
    """Return the rows that cannot be posted: ``row``, ``code``, ``identity``, ``on``, ``column``; empty if none.

    Looks at the rows alone: missing values, zero or too fine quantities, days after today, things counted twice.
    """
    col = polars.col
    unit_step = polars.lit(10**measure.decimals)
    scaled = col("quantity").cast(polars.Float64) * unit_step
    twice = (col("identity").is_not_null() & col("identity").is_duplicated()) | polars.struct(
        "source_id", "revision"
    ).is_duplicated()
    missing = polars.coalesce(*(polars.when(col(name).is_null()).then(polars.lit(name)) for name in REQUIRED))
    code = (
        polars.when(missing.is_not_null())
        .then(polars.lit("incomplete"))
        .when(col("quantity") == 0)
        .then(polars.lit("nothing_counted"))
        .when((scaled - scaled.round(0)).abs() > 1e-6)
        .then(polars.lit("too_fine"))
        .when(col("on") > today)
        .then(polars.lit("in_future"))
        .when(twice)
        .then(polars.lit("counted_twice_here"))
    )
    judged = rows.select(
        "row", "on", column=missing, code=code, identity=polars.coalesce("identity", "source_id")
    )
    return judged.filter(col("code").is_not_null())


def without_posted(rows: polars.DataFrame, measure: int, system: str) -> polars.DataFrame:
    """Return the rows whose source has not posted this measure yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_id, revision FROM ledger_fact WHERE source_system = %s AND source_id = ANY(%s)"
            " AND measure_id = %s AND reverses_id IS NULL",
            [system, rows["source_id"].to_list(), measure],
        )
        posted = cursor.fetchall()
    if not posted:
        return rows
    known = polars.DataFrame(
        posted, schema={"source_id": polars.String, "revision": polars.Int16}, orient="row"
    )
    return rows.join(known, on=["source_id", "revision"], how="anti", maintain_order="left")


def with_claims(rows: polars.DataFrame, measure: int) -> polars.DataFrame:
    """Return the rows with ``claim`` (which time their identity is counted) and ``counted_by``.

    ``counted_by`` is the name of the unit whose unreversed fact counts the identity already; null = free.
    """
    free = rows.with_columns(
        claim=polars.lit(1, polars.Int16), counted_by=polars.lit(None, dtype=polars.String)
    )
    identities = rows["identity"].drop_nulls().to_list()
    if not identities:
        return free
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (fact.identity) fact.identity, fact.claim,"
            " CASE WHEN back.id IS NULL THEN unit.name_zh END"
            " FROM ledger_fact fact JOIN organisation_unit unit ON unit.id = fact.unit_id"
            " LEFT JOIN ledger_fact back ON back.reverses_id = fact.id"
            " WHERE fact.measure_id = %s AND fact.identity = ANY(%s) AND fact.reverses_id IS NULL"
            " ORDER BY fact.identity, fact.claim DESC",
            [measure, identities],
        )
        claims = cursor.fetchall()
    if not claims:
        return free
    earlier = polars.DataFrame(
        claims,
        schema={"identity": polars.String, "last_claim": polars.Int16, "counted_by": polars.String},
        orient="row",
    )
    joined = rows.join(earlier, on="identity", how="left", maintain_order="left")
    return joined.with_columns(claim=(polars.col("last_claim").fill_null(0) + 1).cast(polars.Int16)).drop(
        "last_claim"
    )
