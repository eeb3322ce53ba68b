"""What is checked of facts before they are posted, as columns over all rows at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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
    "share": polars.Decimal(9, 8),
}
STEP, SHARE_STEP = Decimal("0.0001"), Decimal("0.00000001")
"""The last digits of a quantity and of a share: a part may be off its share by what rounding takes."""
REQUIRED = ("quantity", "unit", "place", "on", "subject", "source_id")


def complete(frame: polars.DataFrame) -> polars.DataFrame:
    """Return the frame with every column of ``SCHEMA`` in its type, and ``row`` counting from zero.

    Raises: polars.exceptions.PolarsError: a required column is missing or has values of another kind.
    """
    given = {*frame.columns, *REQUIRED}
    columns = {
        name: (polars.col(name) if name in given else polars.lit(None)).cast(kind)
        for name, kind in SCHEMA.items()
    }
    columns["revision"] = columns["revision"].fill_null(1)
    return frame.select(**columns).with_row_index("row")


def refused_rows(measure: Measure, rows: polars.DataFrame, today: date) -> polars.DataFrame:
    """Return the rows that cannot be posted: ``row``, ``code``, ``identity``, ``on``, ``column``; empty if none.

    Looks at the rows alone: missing values, zero or too fine quantities, days after today, things counted twice,
    shares that are no parts. A share's quantity may carry four decimals, since the parts together carry the measure's.
    """
    col = polars.col
    decimals = polars.when(col("share").is_null()).then(measure.decimals).otherwise(4)
    scaled = col("quantity").cast(polars.Float64) * polars.lit(10.0).pow(decimals)
    twice = _counted_twice(rows) | polars.struct("source_id", "revision").is_duplicated()
    missing = polars.coalesce(
        *(polars.when(col(name).is_null()).then(polars.lit(name)) for name in REQUIRED),
        polars.when(col("share").is_not_null() & col("identity").is_null()).then(polars.lit("identity")),
    )
    code = (
        polars.when(missing.is_not_null())
        .then(polars.lit("incomplete"))
        .when(col("quantity") == 0)
        .then(polars.lit("nothing_counted"))
        .when((col("share") <= 0) | (col("share") >= 1))
        .then(polars.lit("share_is_no_part"))
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


def _counted_twice(rows: polars.DataFrame) -> polars.Expr:
    """Return which rows count their identity beside another: wholes always, shares when of the same unit."""
    identity, share = polars.col("identity"), polars.col("share")
    if rows["share"].null_count() == rows.height:
        return identity.is_not_null() & identity.is_duplicated()
    mixed = identity.is_duplicated() & share.is_null().any().over("identity")
    return identity.is_not_null() & (mixed | polars.struct("identity", "unit").is_duplicated())


def not_whole(measure: Measure, parts: polars.DataFrame) -> polars.DataFrame:
    """Return the identities whose shares do not make one whole: ``identity``, ``code``, ``whole``; empty if none.

    ``parts`` has ``identity``, ``share`` and ``quantity``. The shares of an identity sum to exactly 1, each quantity is
    its share of their sum, and the sum carries no more decimals than the measure allows.
    """
    if not parts.height:
        return parts.select(
            "identity", code=polars.lit(None, polars.String), whole=polars.lit(None, polars.String)
        )
    found = []
    for (identity,), group in parts.group_by("identity", maintain_order=True):
        whole, total = sum(group["share"], Decimal(0)), sum(group["quantity"], Decimal(0))
        off = STEP + SHARE_STEP * abs(total)
        if whole != 1:
            code = "shares_not_whole"
        elif any(
            abs(one - part * total) > off for one, part in zip(group["quantity"], group["share"], strict=True)
        ):
            code = "part_off_share"
        elif total != round(total, measure.decimals):
            code = "too_fine"
        else:
            continue
        found.append({"identity": identity, "code": code, "whole": f"{whole.normalize():f}"})
    return polars.DataFrame(found, schema=dict.fromkeys(("identity", "code", "whole"), polars.String))


def standing_parts(identities: list[str], measure: int) -> polars.DataFrame:
    """Return the shares of identities that stand: ``identity``, ``share``, ``quantity``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fact.identity, fact.share, fact.quantity FROM ledger_fact fact"
            " WHERE fact.measure_id = %s AND fact.identity = ANY(%s) AND fact.identity IS NOT NULL"
            " AND fact.reverses_id IS NULL AND fact.share IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM ledger_fact back WHERE back.reverses_id = fact.id)",
            [measure, identities],
        )
        rows = cursor.fetchall()
    schema = {name: SCHEMA[name] for name in ("identity", "share", "quantity")}
    return polars.DataFrame(rows, schema=schema, orient="row")


COUNTING = """
WITH counting AS (
    SELECT id, identity, claim, share, unit_id FROM ledger_fact
     WHERE measure_id = %(measure)s AND identity = ANY(%(identities)s) AND identity IS NOT NULL AND reverses_id IS NULL
       AND leads
    UNION ALL
    SELECT id, identity, claim, share, unit_id FROM ledger_fact
     WHERE measure_id = %(measure)s AND identity = ANY(%(identities)s) AND identity IS NOT NULL AND reverses_id IS NULL
       AND share IS NOT NULL AND NOT leads
)
SELECT DISTINCT ON (fact.identity) fact.identity, fact.claim, CASE WHEN back.id IS NULL THEN unit.name_zh END,
       coalesce(sum(fact.share) FILTER (WHERE back.id IS NULL) OVER (PARTITION BY fact.identity, fact.claim), 1) < 1
  FROM counting fact JOIN organisation_unit unit ON unit.id = fact.unit_id
  LEFT JOIN LATERAL (SELECT id FROM ledger_fact WHERE reverses_id = fact.id OFFSET 0) back ON true
 ORDER BY fact.identity, fact.claim DESC, back.id IS NULL DESC
"""
"""Who counts an identity. Its two halves, wholes with leading shares and the other shares, have an index each; and without
OFFSET 0 the planner may read the whole ledger for the reversals of the few facts it finds."""


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
    """Return the rows with ``claim`` (which time their identity is counted), ``leads`` and ``counted_by``.

    ``counted_by`` is the name of the unit whose unreversed fact counts the identity already; null = free. A share joins
    shares that wait for it, which only its own operation can have left; otherwise the largest share leads.
    """
    first_shares = _leading(rows)
    free = rows.with_columns(
        claim=polars.lit(1, polars.Int16),
        counted_by=polars.lit(None, dtype=polars.String),
        leads=first_shares,
    )
    identities = rows["identity"].drop_nulls().to_list()
    if not identities:
        return free
    with connection.cursor() as cursor:
        cursor.execute(
            COUNTING,
            {"measure": measure, "identities": identities},
        )
        claims = cursor.fetchall()
    if not claims:
        return free
    earlier = polars.DataFrame(
        claims,
        schema={
            "identity": polars.String, "last_claim": polars.Int16, "counted_by": polars.String, "waits": polars.Boolean,
        },
        orient="row",
    )  # fmt: skip
    joined = rows.with_columns(leads=first_shares).join(
        earlier, on="identity", how="left", maintain_order="left"
    )
    joins = polars.col("waits").fill_null(False) & polars.col("share").is_not_null()
    return joined.with_columns(
        claim=(polars.col("last_claim").fill_null(0) + polars.when(joins).then(0).otherwise(1)).cast(
            polars.Int16
        ),
        counted_by=polars.when(~joins).then("counted_by"),
        leads=polars.col("leads") & ~joins,
    ).drop("last_claim", "waits")


def _leading(rows: polars.DataFrame) -> polars.Expr:
    """Return which rows hold their identity: every whole, and the largest share of each joint activity."""
    if rows["share"].null_count() == rows.height:
        return polars.lit(True)
    largest = polars.struct(-polars.col("share"), polars.col("unit")).rank("ordinal").over("identity") == 1
    return polars.col("share").is_null() | largest
