"""What makes receipts of a fair's stalls acceptable: rows of a sheet and lines of the form alike. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars
from django.db import connection

from bangfu.foundation.intake.layouts import CheckedRows
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.rooms import both
from bangfu.livelihoods.consumption import knowing
from bangfu.livelihoods.consumption.judging import (
    OUTSIDE,
    checked,
    faults_of_identity,
    faults_of_invoices,
    faults_of_reported,
    keyed,
    told,
)
from bangfu.livelihoods.consumption.models import Platform
from bangfu.livelihoods.consumption.platforms import PAID
from bangfu.livelihoods.consumption.unable import SaleFault

col = polars.col
_EXHIBITS: dict[str, Any] = {
    "fair": polars.String, "stall": polars.String, "good_key": polars.String, "good": polars.Int64, "place": polars.Int64,
    "shop": polars.String, "held_by": polars.Int64, "held_zh": polars.String, "held_en": polars.String,
    "starts_on": polars.Date, "ends_on": polars.Date,
}  # fmt: skip
_EXHIBITS_SQL = """
SELECT fair.code, stall.code, upper(regexp_replace(normalize(good.title, NFKC), '\\s', '', 'g')), good.id, good.place_id,
       stall.exhibitor_name, fair.unit_id, unit.name_zh, unit.name_en, fair.starts_on, fair.ends_on
  FROM consumption_fair fair JOIN consumption_stall stall ON stall.fair_id = fair.id
  JOIN consumption_exhibit exhibit ON exhibit.stall_id = stall.id
  JOIN consumption_good good ON good.id = exhibit.good_id
  JOIN organisation_unit unit ON unit.id = fair.unit_id
 WHERE fair.code = ANY(%s) AND fair.withdrawn_at IS NULL
"""


def exhibits_at(fairs: list[str]) -> polars.DataFrame:
    """Return what stalls of fairs that stand sell, by the fairs' codes: a row a fair, stall and product, keyed by its title."""
    with connection.cursor() as cursor:
        cursor.execute(_EXHIBITS_SQL, [fairs])
        return polars.DataFrame(cursor.fetchall(), schema=_EXHIBITS, orient="row")


def sold_at_fairs(frame: polars.DataFrame, unit: int) -> tuple[polars.DataFrame, list[SaleFault]]:
    """Return receipts as sales, each paid in full on its day, with what is wrong with them.

    Args:
        frame: ``row``, ``fair``, ``stall``, ``receipt``, ``title``, ``quantity``, ``paid_yuan``, ``paid_on``, ``payer``,
            ``invoice_code``, ``invoice_number``, ``invoice_line``, ``apart``.
        unit: who brings them.
    """
    rows = frame.with_columns(
        *(told(name) for name in ("fair", "stall", "receipt", "title")),
        *(told(name) for name in ("invoice_code", "invoice_number", "invoice_line", "apart")),
    ).with_columns(good_key=keyed("title"))
    found = exhibits_at(rows["fair"].unique().to_list())
    rows = rows.join(found, on=["fair", "stall", "good_key"], how="left", maintain_order="left").with_columns(
        order_no=polars.concat_str("fair", "stall", "receipt", separator="/"),
        line_no=col("good").cast(polars.String).fill_null(""),
        pay_fen=(col("paid_yuan") * 100).cast(polars.Int64),
        give_fen=polars.lit(0, dtype=polars.Int64),
        refunded_on=polars.lit(None, dtype=polars.Date),
        province=polars.lit(None, dtype=polars.Int64),
        ordered_on="paid_on",
        stage=polars.lit(PAID),
        label=polars.when(col("payer").is_in(OUTSIDE))
        .then(polars.lit("HELPED"))
        .otherwise(polars.lit("BOUGHT")),
    )
    rows = rows.with_columns(
        ordered_fen="pay_fen",
        paid_fen="pay_fen",
        invoice_line=polars.when((col("invoice_number") != "") & (col("invoice_line") == ""))
        .then(
            polars.int_range(1, polars.len() + 1).over("invoice_code", "invoice_number").cast(polars.String)
        )
        .otherwise("invoice_line"),
    ).join(
        knowing.known_sales(Platform.FAIR, rows["order_no"].unique().to_list()), on=["order_no", "line_no"],
        how="left", maintain_order="left",
    )  # fmt: skip
    rows = rows.with_columns(
        standing=polars.when(col("sale").is_null()).then(polars.lit("new")).otherwise(polars.lit("same"))
    )
    return rows, list(_faults(rows, found, unit))


def judged_at_fairs(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Return a sheet's receipts with what each brings, and why others are refused."""
    return checked(*sold_at_fairs(frame, upload.unit_id))


def _faults(rows: polars.DataFrame, found: polars.DataFrame, unit: int) -> Iterator[SaleFault]:
    stalls = set(found.select("fair", "stall").iter_rows())
    missing = rows.filter(col("good").is_null()).select("row", "fair", "stall", "title")
    for row, fair, stall, title in missing.iter_rows():
        if (fair, stall) in stalls:
            yield SaleFault(row, "title", "unknown_exhibit", {"stall": stall, "title": title})
        else:
            yield SaleFault(row, "stall", "unknown_stall", {"fair": fair, "stall": stall})
    known = rows.filter(col("good").is_not_null())
    others = known.filter(col("held_by") != unit).select("row", "fair", "held_zh", "held_en")
    for row, fair, zh, en in others.iter_rows():
        yield SaleFault(row, "fair", "other_unit", {"fair": fair, "unit": both(zh, en)})
    outside = known.filter((col("paid_on") < col("starts_on")) | (col("paid_on") >= col("ends_on")))
    last = col("ends_on") - polars.duration(days=1)
    for row, first, day in outside.select("row", "starts_on", last.alias("last")).iter_rows():
        details = {"first": first.isoformat(), "last": day.isoformat()}
        yield SaleFault(row, "paid_on", "outside_fair", details)
    for wrong, column, code in (
        (col("quantity") <= 0, "quantity", "quantity"),
        (col("pay_fen") <= 0, "paid_yuan", "amount"),
        (col("receipt") == "", "receipt", "receipt_missing"),
    ):
        for row in known.filter(wrong)["row"]:
            yield SaleFault(row, column, code, {})
    for name in ("receipt", "apart"):
        for row, text in known.select("row", name).iter_rows():
            if has_identity_number(text):
                yield SaleFault(row, name, "identity_number", {})
    yield from faults_of_identity(known, unit)
    new = known.filter(col("sale").is_null())
    yield from faults_of_invoices(new)
    yield from faults_of_reported(new)
