"""What of the price reaches growers, by order and by supplier, and what cannot be said yet and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from bangfu.foundation.rooms import Words, both

BINS: dict[str, Words] = {
    "COUNTED": both("已结算付款，计入比例", "Settled and paid: counted"),
    "UNPAID": both("结算单还没有付款", "In a statement that is not paid yet"),
    "UNSETTLED": both("订单还没有结算", "Not settled yet"),
    "NO_FLOOR": both("商品没有定保底价", "No floor was promised"),
    "NO_SUPPLIER": both("商品没有登记供应商", "No supplier is entered for the product"),
}
"""Where what is kept of an order line stands: in one of these and no other."""
_BINS = """
SELECT bin, supplier, count(*), sum(kept), sum(floor), sum(growers) FROM (
SELECT supply.supplier_id AS supplier, kept.fen AS kept, kept.packs * line.floor_fen AS floor,
       CASE WHEN supply.supplier_id IS NULL THEN 'NO_SUPPLIER' WHEN line.floor_fen = 0 THEN 'NO_FLOOR'
            WHEN statement.state = 'PAID' THEN 'COUNTED' WHEN statement.id IS NOT NULL THEN 'UNPAID' ELSE 'UNSETTLED' END AS bin,
       CASE WHEN statement.state = 'PAID' AND statement.floor_fen > 0
            THEN kept.packs * line.floor_fen * statement.grower_fen::numeric / statement.floor_fen ELSE 0 END AS growers
  FROM shop_order placed
  JOIN shop_orderline line ON line.order_id = placed.id
  JOIN shop_offer offer ON offer.id = line.offer_id
  JOIN shop_stock stock ON stock.id = offer.stock_id
  JOIN shop_variant variant ON variant.id = stock.variant_id
  LEFT JOIN shop_linediscount taken_off ON taken_off.line_id = line.id
  LEFT JOIN LATERAL (SELECT sum(quantity) AS packs, sum(amount_fen) AS fen FROM shop_refund WHERE line_id = line.id) given ON true
  JOIN LATERAL (SELECT line.quantity - coalesce(given.packs, 0) AS packs,
                       line.quantity * line.unit_price_fen - coalesce(taken_off.discount_fen, 0)
                       - coalesce(given.fen, 0) AS fen) kept ON kept.packs > 0
  LEFT JOIN suppliers_supply supply ON supply.product_id = variant.product_id
   AND supply.starts_on <= (placed.placed_at AT TIME ZONE %(zone)s)::date
   AND (supply.ends_on IS NULL OR supply.ends_on > (placed.placed_at AT TIME ZONE %(zone)s)::date)
  LEFT JOIN suppliers_statementline settled ON settled.line_id = line.id AND settled.kind = 'GOODS'
  LEFT JOIN suppliers_statement statement ON statement.id = settled.statement_id
 WHERE placed.state NOT IN ('PLACED', 'CANCELLED') AND placed.unit_id = ANY(%(units)s)
   AND placed.placed_at >= %(starts_on)s::date::timestamp AT TIME ZONE %(zone)s
   AND placed.placed_at < %(ends_on)s::date::timestamp AT TIME ZONE %(zone)s
   AND (%(suppliers)s::bigint[] IS NULL OR supply.supplier_id = ANY(%(suppliers)s))) lines
 GROUP BY bin, supplier
"""


@dataclass(frozen=True)
class Bin:
    """What is kept of order lines that stand alike."""

    bin: str
    supplier: int | None
    lines: int
    kept_fen: int
    floor_fen: int
    """Promised to growers for it."""
    grower_fen: int
    """Of counted ones, what growers were paid, each line by its part of its statement's promise, rounded down at the end."""


def bins(
    *, units: Collection[int], starts_on: date, ends_on: date, suppliers: Collection[int] | None = None
) -> list[Bin]:
    """Return where everything stands that buyers paid for orders placed in a period, less refunds; the bins sum to it.

    Args:
        units: whose orders.
        ends_on: the day after the last one.
        suppliers: whose goods alone; null: all, those of nobody too.
    """
    asked: dict[str, Any] = {
        "zone": settings.TIME_ZONE, "units": list(units), "starts_on": starts_on, "ends_on": ends_on,
        "suppliers": None if suppliers is None else list(suppliers),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BINS, asked)
        return [
            Bin(name, supplier, int(lines), int(kept), int(floor), int(growers))
            for name, supplier, lines, kept, floor, growers in cursor.fetchall()
        ]


_OF_ORDER = """
SELECT line.id, supply.supplier_id, line.quantity - coalesce(given.packs, 0),
       line.quantity * line.unit_price_fen - coalesce(taken_off.discount_fen, 0) - coalesce(given.fen, 0), line.floor_fen,
       statement.id, statement.state,
       statement.floor_fen, statement.grower_fen
  FROM shop_order placed
  JOIN shop_orderline line ON line.order_id = placed.id
  JOIN shop_offer offer ON offer.id = line.offer_id
  JOIN shop_stock stock ON stock.id = offer.stock_id
  JOIN shop_variant variant ON variant.id = stock.variant_id
  LEFT JOIN shop_linediscount taken_off ON taken_off.line_id = line.id
  LEFT JOIN LATERAL (SELECT sum(quantity) AS packs, sum(amount_fen) AS fen FROM shop_refund WHERE line_id = line.id) given ON true
  LEFT JOIN suppliers_supply supply ON supply.product_id = variant.product_id
   AND supply.starts_on <= (placed.placed_at AT TIME ZONE %(zone)s)::date
   AND (supply.ends_on IS NULL OR supply.ends_on > (placed.placed_at AT TIME ZONE %(zone)s)::date)
  LEFT JOIN suppliers_statementline settled ON settled.line_id = line.id AND settled.kind = 'GOODS'
  LEFT JOIN suppliers_statement statement ON statement.id = settled.statement_id
 WHERE placed.id = %(order)s ORDER BY line.id
"""


@dataclass(frozen=True)
class OrderShare:
    """What of an order's price reaches growers."""

    kept_fen: int
    """Of lines with a promised floor."""
    promised_fen: int
    grower_fen: int | None
    """What growers were paid, once every such line stands in a paid statement; null: not known yet."""
    left_out_fen: int
    """Kept of lines without a promise or a supplier."""
    statements: tuple[int, ...]
    suppliers: tuple[int, ...]

    @property
    def promised_share(self) -> int | None:
        """Percent of the price that is promised, rounded down; null: nothing is promised."""
        return self.promised_fen * 100 // self.kept_fen if self.kept_fen else None

    @property
    def grower_share(self) -> int | None:
        """Percent of the price that growers were paid, rounded down; null: not known."""
        return (
            self.grower_fen * 100 // self.kept_fen if self.kept_fen and self.grower_fen is not None else None
        )


def share_of_order(order: int) -> OrderShare:
    """Return what of an order's price is promised to growers, and what they were paid where it is settled."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_ORDER, {"zone": settings.TIME_ZONE, "order": order})
        rows = cursor.fetchall()
    kept = promised = left_out = paid = 0
    is_paid, statements, suppliers = True, [], []
    for _, supplier, packs, fen, floor, statement, state, whole, growers in rows:
        if supplier is not None:
            suppliers.append(supplier)
        if not floor or supplier is None:
            left_out += int(fen)
            continue
        kept, promised = kept + int(fen), promised + int(packs) * floor
        if statement is not None:
            statements.append(statement)
        if state == "PAID" and whole:
            paid += int(packs) * floor * growers // whole
        elif packs:
            is_paid = False
    return OrderShare(
        kept, promised, paid if is_paid and kept else None, left_out,
        tuple(dict.fromkeys(statements)), tuple(dict.fromkeys(suppliers)),
    )  # fmt: skip
