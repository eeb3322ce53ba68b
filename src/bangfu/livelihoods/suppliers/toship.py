"""What suppliers have to ship: lines of paid orders for their products, less what was freed and what went already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.neighbours import OFF_A_LINE, order_number

SUPPLIED = """
  JOIN shop_offer offer ON offer.id = line.offer_id
  JOIN shop_stock stock ON stock.id = offer.stock_id
  JOIN shop_variant variant ON variant.id = stock.variant_id
  JOIN shop_product product ON product.id = variant.product_id
  JOIN suppliers_supply supply ON supply.product_id = product.id
   AND supply.starts_on <= (placed.placed_at AT TIME ZONE %(zone)s)::date
   AND (supply.ends_on IS NULL OR supply.ends_on > (placed.placed_at AT TIME ZONE %(zone)s)::date)
"""
"""Joins an order line to its one supplier: whoever supplied the product on the day the order was placed."""
_TO_SHIP = f"""
SELECT line.id, placed.id, supply.supplier_id, variant.code, product.name_zh, product.name_en, variant.spec_zh, variant.spec_en,
       variant.net_weight_g, line.quantity - coalesce(moved.freed, 0), coalesce(moved.sent, 0), payment.paid_at, placed.buyer_id
  FROM shop_order placed
  JOIN shop_orderline line ON line.order_id = placed.id
  {SUPPLIED}
  JOIN shop_payment payment ON payment.order_id = placed.id
  {OFF_A_LINE}
 WHERE placed.state = 'PAID' AND supply.supplier_id = ANY(%(suppliers)s)
   AND (%(orders)s::bigint[] IS NULL OR placed.id = ANY(%(orders)s))
   AND line.quantity > coalesce(moved.freed, 0) + coalesce(moved.sent, 0)
 ORDER BY payment.paid_at, placed.id, line.id
"""


@dataclass(frozen=True)
class ToShip:
    """What of one order line a supplier has still to ship."""

    line: int
    order: int
    supplier: int
    pack_code: str
    product: Words
    spec: Words
    net_weight_g: int
    stands: int
    """Packs that were ordered and not refunded before they went."""
    gone: int
    """Of which went in parcels already."""
    paid_at: datetime
    buyer: UUID

    @property
    def left(self) -> int:
        """Packs that are still to ship."""
        return self.stands - self.gone

    @property
    def number(self) -> str:
        """The order's number."""
        return order_number(self.order)


def lines_to_ship(suppliers: Collection[int], orders: Collection[int] | None = None) -> list[ToShip]:
    """Return what suppliers have to ship, of all paid orders or of some, the longest paid first."""
    asked = {
        "zone": settings.TIME_ZONE,
        "suppliers": list(suppliers),
        "orders": None if orders is None else list(orders),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TO_SHIP, asked)
        return [
            ToShip(
                line, order, supplier, code, both(zh, en or zh), both(spec_zh, spec_en or spec_zh), grams,
                int(stands), int(gone), paid_at, buyer,
            )
            for line, order, supplier, code, zh, en, spec_zh, spec_en, grams, stands, gone, paid_at, buyer in cursor.fetchall()
        ]  # fmt: skip


def orders_of(
    suppliers: Collection[int], orders: Collection[int]
) -> dict[int, str]:  # state by order; others' are absent
    """Return how far orders are that hold a line of one of the suppliers."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT placed.id, placed.state FROM shop_order placed"
            f" JOIN shop_orderline line ON line.order_id = placed.id {SUPPLIED}"
            f" WHERE placed.id = ANY(%(orders)s) AND supply.supplier_id = ANY(%(suppliers)s)",
            {"zone": settings.TIME_ZONE, "orders": list(orders), "suppliers": list(suppliers)},
        )
        return dict(cursor.fetchall())


def order_key(text: str) -> int | None:
    """Return the key of an order from its number as people write it; null: it is no number of the shop.

    >>> order_key("dd0000000042"), order_key("42"), order_key("JD42")
    (42, 42, None)
    """
    digits = "".join(text.split()).upper().removeprefix("DD")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else None


@dataclass(frozen=True)
class ByProduct:
    """How many packs of one pack are to ship, over all orders."""

    pack_code: str
    product: Words
    spec: Words
    packs: int
    orders: int
    kilograms: str


def by_product(lines: Collection[ToShip]) -> list[ByProduct]:
    """Return what is to be picked, a pack a row, by its code."""
    found: dict[str, list[ToShip]] = {}
    for one in lines:
        found.setdefault(one.pack_code, []).append(one)
    return [
        ByProduct(
            code, rows[0].product, rows[0].spec, sum(one.left for one in rows), len({one.order for one in rows}),
            kilograms(rows),
        )
        for code, rows in sorted(found.items())
    ]  # fmt: skip


def kilograms(lines: Iterable[ToShip]) -> str:
    """Return what lines weigh net, in kilograms with two decimals."""
    grams = sum(one.left * one.net_weight_g for one in lines)
    return f"{grams // 1000}.{grams % 1000 // 10:02d}"


def goods_said(lines: Iterable[ToShip]) -> str:
    """Return products and packs in one line, as a courier's sheet takes them; in Chinese, since couriers read it."""
    return "；".join(f"{one.product.zh} {one.spec.zh}×{one.left}" for one in lines)


def by_order(lines: Iterable[ToShip]) -> dict[int, list[ToShip]]:  # by order, in the order of the lines
    """Return lines by order."""
    found: dict[int, list[ToShip]] = {}
    for one in lines:
        found.setdefault(one.order, []).append(one)
    return found


def oldest_paid(lines: Collection[ToShip]) -> date | None:
    """Return the day since which the oldest order waits; null: nothing waits."""
    return timezone.localdate(min(one.paid_at for one in lines)) if lines else None
