"""What lies in warehouses by lot, first in first out: what went out is taken to be what came in first.

Packs of one kind that lie in one warehouse are one heap, whether they are set apart for a live sale or not. Of the heap the last
that came in lies there still: of a receipt as many packs as the heap holds beyond what came in after it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from bangfu.livelihoods.industries.neighbours import Lot, lots
from bangfu.livelihoods.shop.models import Variant, Warehouse

_LYING = """
WITH heap AS (
    SELECT stock.variant_id, stock.warehouse_id, sum(stock.physical) AS physical
      FROM shop_stock stock JOIN shop_warehouse warehouse ON warehouse.id = stock.warehouse_id
     WHERE warehouse.unit_id = ANY(%(units)s)
       AND (%(variant)s::bigint IS NULL OR (stock.variant_id, stock.warehouse_id) = (%(variant)s, %(warehouse)s))
     GROUP BY stock.variant_id, stock.warehouse_id),
came AS (
    SELECT heap.variant_id, heap.warehouse_id, heap.physical AS held, moved.physical, moved.moved_at, receipt.lot_id,
           sum(moved.physical) OVER (PARTITION BY heap.variant_id, heap.warehouse_id ORDER BY moved.id DESC)
             - moved.physical AS later
      FROM heap
      JOIN shop_stock stock ON stock.variant_id = heap.variant_id AND stock.warehouse_id = heap.warehouse_id
      JOIN shop_stockmovement moved ON moved.stock_id = stock.id
      LEFT JOIN shop_receipt receipt ON receipt.movement_id = moved.id
     WHERE moved.kind IN ('RECEIVED', 'RETURNED', 'COUNTED') AND moved.physical > 0)
SELECT variant_id, warehouse_id, lot_id, min(moved_at), sum(physical)::bigint,
       sum(least(physical, greatest(0, held - later)))::bigint
  FROM came GROUP BY variant_id, warehouse_id, lot_id
"""


@dataclass(frozen=True)
class LotLying:
    """What of one lot, or of none that is known, came into one warehouse in one kind of pack, and what of it lies there."""

    variant: Variant
    warehouse: Warehouse
    lot: Lot | None
    """Null: no lot was named as it came in, or it was given back."""
    first_at: datetime
    came_in: int
    """Packs."""
    lies: int
    """Packs."""

    @property
    def gone(self) -> int:
        """Packs that went out."""
        return self.came_in - self.lies

    @property
    def lies_kg(self) -> Decimal:
        """The net weight of what lies there."""
        return Decimal(self.lies * self.variant.net_weight_g) / 1000


def lying_by_lot(
    units: Collection[int], *, variant: int | None = None, warehouse: int | None = None
) -> list[LotLying]:
    """Return what came into the warehouses of units by lot, and what of it lies there.

    Args:
        variant: with ``warehouse``, the one heap that is asked about.
    """
    asked = {"units": list(units), "variant": variant, "warehouse": warehouse}
    with connection.cursor() as cursor:
        cursor.execute(_LYING, asked)
        found = cursor.fetchall()
    variants = Variant.objects.select_related("product").in_bulk({row[0] for row in found})
    warehouses = Warehouse.objects.select_related("unit").in_bulk({row[1] for row in found})
    named = lots().in_bulk({row[2] for row in found if row[2] is not None})
    return [
        LotLying(variants[pack], warehouses[store], named.get(lot), first_at, came_in, lies)
        for pack, store, lot, first_at, came_in, lies in found
    ]
