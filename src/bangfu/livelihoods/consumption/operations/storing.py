"""Plain writing functions that the room's operations share: sales and their entries in set form, and what they count."""

from __future__ import annotations

from typing import Any

import polars
from django.db import IntegrityError, connection

from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.places.queries import memberships
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.consumption.measures import KEPT, PAID
from bangfu.livelihoods.consumption.models import EntryKind
from bangfu.livelihoods.consumption.register import SOURCE_SYSTEM
from bangfu.livelihoods.consumption.unable import UnableToBring
from bangfu.livelihoods.shop.neighbours import ASSISTED, CANTEEN_ASSISTED, PLEDGED, Payer, places_of_units

Files = tuple[tuple[str, bytes], ...]

SALE: dict[str, Any] = {
    "platform": polars.String, "order_no": polars.String, "line_no": polars.String, "unit": polars.Int64,
    "payer": polars.String, "label": polars.String, "good": polars.Int64, "place": polars.Int64, "quantity": polars.String,
    "ordered_fen": polars.Int64, "ordered_on": polars.Date, "bound_for": polars.Int64, "shop": polars.String,
    "invoice_code": polars.String, "invoice_number": polars.String, "invoice_line": polars.String, "apart": polars.String,
    "upload": polars.Int64,
}  # fmt: skip
"""The columns of sales to write; texts are never null."""
ENTRY: dict[str, Any] = {
    "sale": polars.Int64, "kind": polars.String, "amount_fen": polars.Int64, "happened_on": polars.Date,
    "document": polars.String, "upload": polars.Int64,
}  # fmt: skip
"""The columns of entries to write."""
_KINDS = {polars.String: "text", polars.Int64: "bigint", polars.Date: "date"}
_RELATED = {"unit", "good", "place", "bound_for", "upload", "sale"}


def lock_platform(platform: str) -> None:
    """Let only one transaction at a time bring sales of a platform; the lock ends with the transaction."""
    inside_operation()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"consumption {platform}"])


def _write(table: str, schema: dict[str, Any], rows: polars.DataFrame, act: Act) -> list[int]:
    """Write rows by one statement and return their keys in the order of the rows."""
    names = [f"{name}_id" if name in _RELATED else name for name in schema]
    arrays = ", ".join(f"%s::{_KINDS[kind]}[]" for kind in schema.values())
    values = ["one.quantity::numeric" if name == "quantity" else f"one.{name}" for name in schema]
    blank = ", withdrawal_reason, withdrawal_remark" if table == "consumption_entry" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}, entered_at, entered_by_id{blank})"
            f" SELECT {', '.join(values)}, %s, %s{', %s, %s' if blank else ''}"
            f" FROM unnest({arrays}) WITH ORDINALITY AS one ({', '.join(schema)}, place_in) ORDER BY one.place_in RETURNING id",
            [act.at, act.actor.pk, *(["", ""] if blank else []), *(rows[name].to_list() for name in schema)],
        )
        return [key for (key,) in cursor.fetchall()]


def write_sales(rows: polars.DataFrame, *, act: Act) -> list[int]:
    """Write sales and return their keys in the order of the rows.

    Args:
        rows: with the columns of ``SALE``.

    Raises: UnableToBring: ``brought_meanwhile``, when somebody brought one of them, or its invoice, since it was looked for.
    """
    inside_operation()
    if rows.is_empty():
        return []
    try:
        return _write(
            "consumption_sale", SALE, rows.select(col(name).cast(kind) for name, kind in SALE.items()), act
        )
    except IntegrityError as clash:
        if "consumption_one_sale_a" in str(clash):
            raise UnableToBring("brought_meanwhile") from clash
        raise


def write_entries(rows: polars.DataFrame, *, act: Act) -> list[int]:
    """Write entries and return their keys in the order of the rows.

    Args:
        rows: with the columns of ``ENTRY``.
    """
    inside_operation()
    if rows.is_empty():
        return []
    return _write(
        "consumption_entry", ENTRY, rows.select(col(name).cast(kind) for name, kind in ENTRY.items()), act
    )


col = polars.col
_ENTRIES: dict[str, Any] = {
    "subject": polars.Int64, "kind": polars.String, "fen": polars.Int64, "on": polars.Date, "unit": polars.Int64,
    "place": polars.Int64, "label": polars.String, "identity": polars.String, "payer": polars.String,
}  # fmt: skip
_ENTRIES_SQL = """
SELECT entry.id, entry.kind, entry.amount_fen, entry.happened_on, sale.unit_id, sale.place_id, sale.label,
       sale.platform || ':' || sale.order_no || ':' || sale.line_no, sale.payer
  FROM consumption_entry entry JOIN consumption_sale sale ON sale.id = entry.sale_id
 WHERE entry.id = ANY(%s) ORDER BY entry.id
"""


def count_entries(keys: list[int], *, act: Act) -> None:
    """Post what verified entries count, and note that they do.

    Posts: of a payment ``consumption.paid`` and ``consumption.kept``, of a refund less ``consumption.kept``, on the entry's day,
        at the county of origin; of produce of the listed counties also ``shop.purchased`` or ``shop.helped_to_sell``, never both,
        and of canteens ``shop.canteen_assisted``, where the canteen is.
    """
    inside_operation()
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES_SQL, [keys])
        rows = polars.DataFrame(cursor.fetchall(), schema=_ENTRIES, orient="row")
    is_paid = col("kind") == "PAID"
    facts = rows.with_columns(
        quantity=(polars.when(is_paid).then(col("fen")).otherwise(-col("fen"))).cast(polars.Decimal(20, 4))
        / 100,
        source_id=col("subject").cast(polars.String),
        # A refund is no second thing: only the payment says which sale is counted.
        identity=polars.when(is_paid).then("identity"),
    )
    known = memberships(ASSISTED).filter(place_id__in=rows["place"].unique().to_list(), starts_on__lte=act.on)
    assisted = facts.filter(col("place").is_in(list(known.order_by().values_list("place_id", flat=True))))
    chosen = [(PAID, facts.filter(is_paid)), (KEPT, facts)]
    chosen += [(measure, assisted.filter(col("label") == str(label))) for label, measure in PLEDGED.items()]
    eaten = assisted.filter(col("payer") == Payer.CANTEEN.value)
    where = places_of_units(eaten["unit"].unique().to_list())
    at_home = col("unit").replace_strict(where, default=col("place"), return_dtype=polars.Int64)
    chosen.append((CANTEEN_ASSISTED, eaten.with_columns(place=at_home) if where else eaten))
    names = ("quantity", "unit", "place", "on", "subject", "source_id", "identity")
    for measure, some in chosen:
        if some.height:
            kind = record_type("consumption.entry")
            post_many(measure, some.select(names), record_type=kind, system=SOURCE_SYSTEM, act=act)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consumption_entry SET confirmed_at = %s WHERE id = ANY(%s)", [act.at, keys])


def write_paid_sales(said: list[dict[str, Any]], *, document: str, act: Act) -> list[int]:
    """Write sales that one document settles, each paid in full on its day, and return the keys of the payments.

    Args:
        said: the columns of ``SALE``, a sale each.
    """
    rows = polars.DataFrame(said, schema=SALE)
    paid = rows.select(
        sale=polars.Series(write_sales(rows, act=act), dtype=polars.Int64),
        kind=polars.lit(EntryKind.PAID.value),
        amount_fen="ordered_fen",
        happened_on="ordered_on",
        document=polars.lit(document),
        upload="upload",
    )
    return write_entries(paid, act=act)
