"""The sheets of products and of receipts become catalogue and stock, thousands of rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars
from django.db import connection
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.livelihoods.industries.neighbours import Lot, draw_down_lot
from bangfu.livelihoods.shop.models import (
    MovementKind,
    PriceVersion,
    Product,
    Receipt,
    Stock,
    StockMovement,
    Variant,
    Warehouse,
)
from bangfu.livelihoods.shop.operations.storing import Moved, move_stock

PACKS, RECEIPTS = "shop.import_packs", "shop.import_receipts"
PRODUCT_FIELDS = ("name_zh", "name_en", "kind", "certificate", "certified_by")
ROWS_AT_ONCE = 2000


def fen(yuan: Decimal) -> int:
    """Return yuan in fen.

    >>> fen(Decimal("39.90"))
    3990
    """
    return int(yuan * 100)


def product_said(product: Product) -> dict[str, Any]:
    """Return what a sheet says of a product."""
    return {name: getattr(product, name) for name in (*PRODUCT_FIELDS, "place_id")}


def current_prices(variants: Sequence[int], at: datetime) -> dict[int, tuple[int, int]]:
    """Return price and floor of packs in every channel that has no price of its own, in fen, by the pack's key.

    Packs without a price are absent.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (variant_id) variant_id, price_fen, floor_fen FROM shop_priceversion"
            " WHERE variant_id = ANY(%s) AND channel_id IS NULL AND valid_from <= %s ORDER BY variant_id, valid_from DESC",
            [list(variants), at],
        )
        return {variant: (price, floor) for variant, price, floor in cursor.fetchall()}


def _require(act: Act, permission: str, rows: polars.DataFrame) -> None:
    if not permitted_rows(act, permission, rows).all():
        raise NotPermitted("out_of_scope", permission=permission)


@operation(PACKS, scope=scope_of("upload"))
def import_packs(*, upload: Upload, act: Act) -> Upload:
    """Enter the new products and packs of a sheet, change what it says otherwise, and set its prices from now on.

    All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a row lies
        outside the grant. Nothing was written.
    Locks: the upload, then the products in the order of their codes.
    """
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    _require(act, PACKS, rows.select("place", unit=polars.lit(upload.unit_id)))
    said = list(rows.iter_rows(named=True))
    products = _write_products(said, upload, act)
    variants = _write_variants(said, products)
    standing = current_prices([one.pk for one in variants.values()], act.at)
    PriceVersion.objects.bulk_create(
        (
            PriceVersion(
                variant=variants[row["pack_code"]], price_fen=fen(row["price_yuan"]), floor_fen=fen(row["floor_yuan"]),
                valid_from=act.at, entered_at=act.at, entered_by=act.actor,
            )
            for row in said
            if standing.get(variants[row["pack_code"]].pk) != (fen(row["price_yuan"]), fen(row["floor_yuan"]))
        ),
        batch_size=ROWS_AT_ONCE,
    )  # fmt: skip
    outcome = {
        "new": checked.new, "changed": checked.changed, "same": checked.same, "address": reverse("shop:products"),
    }  # fmt: skip
    return intake.mark_confirmed(upload, outcome, act=act)


def _write_products(said: Sequence[dict[str, Any]], upload: Upload, act: Act) -> dict[str, Product]:
    """Write the products of rows, and return all of them by code."""
    rows = {row["product_code"]: row for row in said}
    locked = Product.objects.select_for_update().filter(code__in=rows).order_by("code")
    known = {one.code: one for one in locked}
    fresh, changed = [], []
    for code, row in rows.items():
        values = {name: (row[name] or "").strip() for name in PRODUCT_FIELDS} | {"place_id": row["place"]}
        if code not in known:
            fresh.append(
                Product(code=code, unit=upload.unit, entered_at=act.at, entered_by=act.actor, **values)
            )
        elif product_said(known[code]) != values:
            for name, value in values.items():
                setattr(known[code], name, value)
            changed.append(known[code])
    Product.objects.bulk_update(changed, [*PRODUCT_FIELDS, "place"], batch_size=ROWS_AT_ONCE)
    entered = Product.objects.bulk_create(fresh, batch_size=ROWS_AT_ONCE)
    return known | {one.code: one for one in entered}


def _write_variants(said: Sequence[dict[str, Any]], products: dict[str, Product]) -> dict[str, Variant]:
    """Write the packs of rows, and return all of them by code."""
    known = {one.code: one for one in Variant.objects.filter(code__in={row["pack_code"] for row in said})}
    fresh, changed = [], []
    for row in said:
        spec = {"spec_zh": row["spec_zh"], "spec_en": row["spec_en"]}
        one = known.get(row["pack_code"])
        if one is None:
            fresh.append(
                Variant(
                    product=products[row["product_code"]], code=row["pack_code"], net_weight_g=row["net_weight_g"],
                    pack=row["pack"], **spec,
                )
            )  # fmt: skip
        elif (one.spec_zh, one.spec_en) != tuple(spec.values()):
            one.spec_zh, one.spec_en = spec.values()
            changed.append(one)
    Variant.objects.bulk_update(changed, ["spec_zh", "spec_en"], batch_size=ROWS_AT_ONCE)
    entered = Variant.objects.bulk_create(fresh, batch_size=ROWS_AT_ONCE)
    return known | {one.code: one for one in entered}


@operation(RECEIPTS, scope=scope_of("upload"))
def import_receipts(*, upload: Upload, act: Act) -> Upload:
    """Note that the packs of a sheet came in, with their delivery notes, and draw their weight from the lots. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToTrace:
        ``lot_short``; NotPermitted: a warehouse lies outside the grant. Nothing was written.
    Locks: the upload, the stocks in the order of their keys, then the lots in the order of theirs.
    """
    checked = intake.rows_to_import(upload, act=act)
    said = list(checked.frame.filter(polars.col("standing") == "new").iter_rows(named=True))
    stores = {one.code: one for one in Warehouse.objects.filter(code__in={row["warehouse"] for row in said})}
    units = {"unit": [stores[row["warehouse"]].unit_id for row in said]}
    _require(act, RECEIPTS, polars.DataFrame(units, schema={"unit": polars.Int64}))
    packs = {one.code: one for one in Variant.objects.filter(code__in={row["pack_code"] for row in said})}
    pairs = {(packs[row["pack_code"]].pk, stores[row["warehouse"]].pk) for row in said}
    Stock.objects.bulk_create(
        (Stock(variant_id=variant, warehouse_id=store) for variant, store in sorted(pairs)),
        ignore_conflicts=True,
    )
    found = Stock.objects.filter(sale=None, variant__in={pair[0] for pair in pairs})
    stocks = {
        (variant, store): key for key, variant, store in found.values_list("pk", "variant", "warehouse")
    }
    moved = [
        Moved(stocks[packs[row["pack_code"]].pk, stores[row["warehouse"]].pk], row["quantity"], 0)
        for row in said
    ]
    last = StockMovement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    move_stock(moved, MovementKind.RECEIVED, act=act)
    written: dict[tuple[int, int], list[int]] = defaultdict(list)
    fresh = StockMovement.objects.filter(
        pk__gt=last, stock__in={one.stock for one in moved}, kind=MovementKind.RECEIVED
    )
    # Ours are the last of their stock, which is locked since: whatever another wrote before stands further up.
    for key, stock, quantity in fresh.order_by("pk").values_list("pk", "stock", "physical"):
        written[stock, quantity].append(key)
    lots = {
        one.code: one
        for one in Lot.objects.filter(
            code__in={row["lot"] for row in said if row["lot"]}, confirmed_at__isnull=False
        )
    }
    receipts = Receipt.objects.bulk_create(
        (
            Receipt(
                movement_id=written[one.stock, one.physical].pop(),
                document=row["document"],
                lot=lots.get(row["lot"] or ""),
            )
            for row, one in zip(said, moved, strict=True)
        ),
        batch_size=ROWS_AT_ONCE,
    )
    drawn = [
        (one.lot_id, one.movement_id, row) for one, row in zip(receipts, said, strict=True) if one.lot_id
    ]
    for lot, movement, row in sorted(drawn, key=lambda one: one[:2]):
        kg = Decimal(row["quantity"] * packs[row["pack_code"]].net_weight_g) / 1000
        draw_down_lot(lot=lot, kg=kg, reference=f"shop.receipt:{movement}", on=act.on, act=act)
    outcome = {"new": checked.new, "changed": 0, "same": checked.same, "address": reverse("shop:stocks")}
    return intake.mark_confirmed(upload, outcome, act=act)
