"""The sheet of waybills that a courier gave back becomes parcels, all its rows or none."""

from __future__ import annotations

from typing import Any

import polars
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.livelihoods.shop.neighbours import locked_orders
from bangfu.livelihoods.suppliers.models import Supplier
from bangfu.livelihoods.suppliers.operations.shipping import Planned, write_parcels
from bangfu.livelihoods.suppliers.toship import order_key

IMPORT = "suppliers.import_waybills"


@operation(IMPORT, scope=scope_of("upload"))
def import_waybills(*, upload: Upload, act: Act) -> Upload:
    """Enter the parcels of a sheet of waybills; an order is shipped once everything of it went.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToShip:
        ``entered_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the orders that it names, then the upload, then their stock.
    """
    locked_orders(orders_named(upload))
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") == "new")
    homes = dict(Supplier.objects.values_list("pk", "unit_id"))
    places = dict(Supplier.objects.values_list("pk", "place_id"))
    reached = rows.select(
        unit=polars.col("supplier").replace_strict(homes, return_dtype=polars.Int64),
        place=polars.col("supplier").replace_strict(places, return_dtype=polars.Int64),
    )
    if not permitted_rows(act, IMPORT, reached).all():
        raise NotPermitted("out_of_scope", permission=IMPORT)
    planned: dict[tuple[int, int, str, str], dict[int, int]] = {}
    for row in rows.iter_rows(named=True):
        packs = planned.setdefault((row["supplier"], row["order"], row["carrier"], row["number"]), {})
        for line, quantity in zip(row["lines"], row["packs"], strict=True):
            packs[line] = packs.get(line, 0) + quantity
    parcels = [Planned(*key, packs) for key, packs in planned.items()]
    shipped = write_parcels(parcels, upload=upload, act=act)
    outcome: dict[str, Any] = {
        "new": rows.height, "changed": 0, "same": checked.same, "shipped": shipped,
        "address": reverse("suppliers:parcels"),
    }  # fmt: skip
    return intake.mark_confirmed(upload, outcome, act=act)


def orders_named(upload: Upload) -> list[int]:
    """Return the keys of the orders that a sheet names, in order."""
    keys = {order_key(text) for text in read_rows(upload)["order_no"]}
    return sorted(key for key in keys if key is not None)
