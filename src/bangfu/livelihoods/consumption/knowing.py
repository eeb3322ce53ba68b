"""What is known already of sales that somebody brings, looked up for many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import polars
from django.db import connection

from bangfu.livelihoods.consumption.models import Good, good_key
from bangfu.livelihoods.shop.neighbours import HELPED_TO_SELL, PURCHASED

PLEDGED = (PURCHASED.code, HELPED_TO_SELL.code)
_KNOWN: dict[str, Any] = {
    "order_no": polars.String, "line_no": polars.String, "sale": polars.Int64, "known_unit": polars.Int64,
    "unit_zh": polars.String, "unit_en": polars.String, "known_paid": polars.Int64, "known_refund": polars.Int64,
}  # fmt: skip
_KNOWN_SQL = """
SELECT sale.order_no, sale.line_no, sale.id, sale.unit_id, unit.name_zh, unit.name_en,
       (sum(entry.amount_fen) FILTER (WHERE entry.kind = 'PAID'))::bigint,
       coalesce(sum(entry.amount_fen) FILTER (WHERE entry.kind = 'REFUNDED'), 0)::bigint
  FROM consumption_sale sale JOIN organisation_unit unit ON unit.id = sale.unit_id
  LEFT JOIN consumption_entry entry ON entry.sale_id = sale.id AND entry.withdrawn_at IS NULL
 WHERE sale.platform = %s AND sale.order_no = ANY(%s) AND sale.withdrawn_at IS NULL
 GROUP BY sale.id, unit.id
"""


def _frame(statement: str, arguments: Sequence[Any], schema: dict[str, Any]) -> polars.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def known_sales(platform: str, orders: list[str]) -> polars.DataFrame:
    """Return the living sales of these orders with their unit, what was paid (null: nothing) and refunded, in fen."""
    return _frame(_KNOWN_SQL, [platform, orders], _KNOWN)


def origins(platform: str, texts: Collection[str]) -> polars.DataFrame:
    """Return ``key``, ``good`` and ``place`` of those of the products, by number or title, whose county is known."""
    keys = {good_key(text) for text in texts}
    found = Good.objects.filter(platform=platform, key__in=keys).values_list("key", "pk", "place_id")
    schema = {"key": polars.String, "good": polars.Int64, "place": polars.Int64}
    return polars.DataFrame(list(found), schema=schema, orient="row")


_INVOICED: dict[str, Any] = {
    "holder_code": polars.String, "invoice_number": polars.String, "invoice_line": polars.String,
    "holder": polars.Int64, "holder_platform": polars.String, "holder_order": polars.String,
    "holder_zh": polars.String, "holder_en": polars.String,
}  # fmt: skip


def is_same_invoice(code: str | polars.Expr) -> polars.Expr:
    """Return whether the invoice that a sale stands on bears a code, or one of the two is not told."""
    said = polars.lit(code) if isinstance(code, str) else code
    held = polars.col("holder_code")
    return (held == said) | (held == "") | (said == "")


def invoiced(numbers: list[str]) -> polars.DataFrame:
    """Return which living sales stand on invoices of these numbers, line by line, whatever brought them."""
    return _frame(
        "SELECT sale.invoice_code, sale.invoice_number, sale.invoice_line, sale.id, sale.platform, sale.order_no,"
        " unit.name_zh, unit.name_en FROM consumption_sale sale JOIN organisation_unit unit ON unit.id = sale.unit_id"
        " WHERE sale.invoice_number = ANY(%s) AND sale.withdrawn_at IS NULL",
        [numbers],
        _INVOICED,
    )


def orders_of_own_shop(orders: list[str]) -> list[str]:
    """Return those of the platforms' order numbers under which the system's own shop has an order."""
    found = _frame(
        "SELECT DISTINCT external_id FROM shop_order WHERE external_id = ANY(%s)",
        [orders],
        {"order": polars.String},
    )
    return found["order"].to_list()


_REPORTED: dict[str, Any] = {
    "reference": polars.String, "measure": polars.String, "county": polars.Int64, "happened_on": polars.Date,
    "fen": polars.Int64, "by_zh": polars.String, "by_en": polars.String,
}  # fmt: skip
_REPORTED_SQL = """
SELECT record.reference, record.measure, record.place_id / 1000000, record.happened_on, (record.quantity * 100)::bigint,
       unit.name_zh, unit.name_en
  FROM intake_reportedrecord record JOIN organisation_unit unit ON unit.id = record.unit_id
 WHERE record.measure = ANY(%s) AND record.withdrawn_at IS NULL
"""


def reported_under(references: list[str]) -> polars.DataFrame:
    """Return what units reported by hand as bought or helped to sell under these references."""
    return _frame(f"{_REPORTED_SQL} AND record.reference = ANY(%s)", [list(PLEDGED), references], _REPORTED)


def reported_on(days: list[Any]) -> polars.DataFrame:
    """Return what units reported by hand as bought or helped to sell on these days."""
    return _frame(f"{_REPORTED_SQL} AND record.happened_on = ANY(%s)", [list(PLEDGED), days], _REPORTED)
