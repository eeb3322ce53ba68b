"""What others may read of suppliers, their products, checklists, tickets and statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars
from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.industries.neighbours import Mechanism, payments
from bangfu.livelihoods.suppliers.models import (
    Item,
    ItemKind,
    Parcel,
    Proof,
    ProofState,
    Stage,
    Statement,
    Step,
    Supplier,
    Supply,
    Terms,
    Ticket,
    TicketState,
)
from bangfu.livelihoods.suppliers.sides import suppliers_read

EXPIRY_TOLD = timedelta(days=30)
"""How long before a proof lapses it is told."""


def suppliers() -> QuerySet[Supplier]:
    """Return every supplier with its unit, place, its ``product_count`` of now, and its open ``ticket_count``."""
    open_tickets = Ticket.objects.filter(supplier=OuterRef("pk")).exclude(state=TicketState.CLOSED).order_by()
    supplied = Supply.objects.filter(supplier=OuterRef("pk"), ends_on__isnull=True).order_by()
    return Supplier.objects.select_related("unit", "place", "operator").annotate(
        product_count=Coalesce(
            Subquery(supplied.values("supplier").annotate(count=Count("pk")).values("count")), 0
        ),
        ticket_count=Coalesce(
            Subquery(open_tickets.values("supplier").annotate(count=Count("pk")).values("count")), 0
        ),
    )


SORTS = {"name": "name_zh", "code": "code", "place": "place_id", "stage": "stage", "tickets": "ticket_count"}


@dataclass(frozen=True)
class SupplierFilter:
    """What a list of suppliers is narrowed to; empty or null = not narrowed."""

    text: str = ""
    """How the code begins, or part of the name."""
    stage: int | None = None
    kind: str = ""
    place: int | None = None
    """The county."""
    sort: str = "name"
    descending: bool = False

    def apply(self, found: QuerySet[Supplier]) -> QuerySet[Supplier]:
        """Return the suppliers that pass, in order; they are those of ``suppliers``."""
        if self.text:
            named = Q(name_zh__icontains=self.text) | Q(name_en__icontains=self.text)
            found = found.filter(named | Q(code__startswith=self.text.upper()))
        if self.stage is not None:
            found = found.filter(stage=self.stage)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.place is not None:
            found = found.filter(place=self.place)
        sign = "-" if self.descending else ""
        return found.order_by(f"{sign}{SORTS[self.sort]}", "pk")


def facets_of_steps(keys: list[int]) -> polars.DataFrame:
    """Return ``record``, ``happened_on``, ``place`` and ``quantity`` (one) of steps, by key, for whoever reviews them."""
    schema: dict[str, Any] = {
        "record": polars.Int64, "happened_on": polars.Date, "place": polars.Int64, "quantity": polars.Float64,
    }  # fmt: skip
    rows = (
        Step.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "reached_on", "supplier__place_id")
    )
    return polars.DataFrame([(*row, 1.0) for row in rows], schema=schema, orient="row")


def of_read(model: Any, way: str, account: Account, on: date) -> QuerySet[Any]:
    """Return the records of a kind that belong to suppliers an account may read.

    Args:
        way: from the record to its supplier.
    """
    return model._default_manager.filter(**{f"{way}__in": suppliers_read(account, on)})


def steps() -> QuerySet[Step]:
    """Return every step with its supplier."""
    return Step.objects.select_related("supplier__unit", "claimed_by")


def supplies() -> QuerySet[Supply]:
    """Return every supply with its supplier and product."""
    return Supply.objects.select_related("supplier__unit", "product__unit")


def supply_of(product: int, on: date) -> Supply | None:
    """Return by whom a product is supplied on a day; null: by nobody who is entered."""
    return supplies().filter(in_force(on), product=product).first()


def items(on: date) -> QuerySet[Item]:
    """Return every item of products that are supplied on a day, with what is known of its proof.

    ``is_proved``: a verified proof is in force; ``lapses_on``: the last day of the proof that lasts longest, where it
    lapses (null: none, or it does not); ``waits``: one is handed in.
    """
    verified = Proof.objects.filter(item=OuterRef("pk"), state=ProofState.VERIFIED)
    standing = verified.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=on))
    lasting = verified.filter(expires_on__isnull=True)
    latest = verified.filter(~Exists(lasting)).order_by("-expires_on").values("expires_on")[:1]
    waiting = Proof.objects.filter(item=OuterRef("pk"), state=ProofState.HANDED_IN)
    return (
        Item.objects.filter(Q(supply__ends_on__isnull=True) | Q(supply__ends_on__gt=on))
        .annotate(is_proved=Exists(standing), lapses_on=Subquery(latest), waits=Exists(waiting))
        .select_related("supply__supplier__unit", "supply__product", "assigned_to__person__key")
    )


SHOWS = ("gaps", "waits", "late", "lapsing", "proved")
"""What a checklist can be narrowed to: missing, handed in, past its day, lapsing within thirty days, complete."""


def shown(found: QuerySet[Item], show: str, on: date) -> QuerySet[Item]:
    """Return the items of ``items`` that a word of ``SHOWS`` means; any other word means all."""
    rows: QuerySet[Any] = found
    if show == "gaps":
        return rows.filter(is_proved=False)
    if show == "waits":
        return rows.filter(waits=True)
    if show == "late":
        return rows.filter(is_proved=False, waits=False, due_on__lt=on)
    if show == "lapsing":
        return rows.filter(is_proved=True, lapses_on__isnull=False, lapses_on__lte=on + EXPIRY_TOLD)
    if show == "proved":
        return rows.filter(is_proved=True)
    return found


def gaps_of(
    supplies: list[int], on: date
) -> dict[int, list[str]]:  # kinds by supply; complete ones are absent
    """Return which kinds of proof products lack on a day, in the order of the checklist."""
    every: QuerySet[Any] = items(on)
    lacking = every.filter(supply__in=supplies, is_proved=False)
    found: dict[int, list[str]] = {}
    for supply, kind in lacking.values_list("supply_id", "kind"):
        found.setdefault(supply, []).append(kind)
    order = list(ItemKind.values)
    return {key: sorted(kinds, key=order.index) for key, kinds in found.items()}


def tickets() -> QuerySet[Ticket]:
    """Return every ticket with its supplier and who sees to it."""
    return Ticket.objects.select_related(
        "supplier__unit", "assigned_to__person__key", "raised_by__person__key"
    )


def parcels() -> QuerySet[Parcel]:
    """Return every parcel with its supplier and order, and how many ``packs`` are in it."""
    return Parcel.objects.select_related("supplier__unit", "order", "shipped_by__person__key").annotate(
        pack_count=Sum("lines__quantity")
    )


def statements() -> QuerySet[Statement]:
    """Return every statement with its supplier."""
    return Statement.objects.select_related("supplier__unit", "supplier__operator")


def terms_of(supplier: int) -> list[Terms]:
    """Return the versions of a supplier's contract, the newest first."""
    return list(Terms.objects.filter(supplier=supplier).order_by("-starts_on"))


_SETTLED_SINCE = """
SELECT count(*) FROM suppliers_statementline settled
  JOIN suppliers_statement statement ON statement.id = settled.statement_id
  JOIN shop_orderline line ON line.id = settled.line_id JOIN shop_order placed ON placed.id = line.order_id
 WHERE statement.supplier_id = %s AND settled.kind = 'GOODS' AND (placed.placed_at AT TIME ZONE %s)::date >= %s
"""


def settled_since(supplier: int, on: date) -> int:
    """Return how many order lines placed from a day on stand in a supplier's statements."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED_SINCE, [supplier, settings.TIME_ZONE, on])
        return int(cursor.fetchone()[0])


_BOUND = """
SELECT count(*) FROM shop_variant variant JOIN shop_stock stock ON stock.variant_id = variant.id
  JOIN shop_offer offer ON offer.stock_id = stock.id JOIN shop_orderline line ON line.offer_id = offer.id
  JOIN shop_order placed ON placed.id = line.order_id
 WHERE variant.product_id = %s AND (placed.placed_at AT TIME ZONE %s)::date >= %s
   AND (EXISTS (SELECT FROM suppliers_parcelline gone WHERE gone.line_id = line.id)
        OR EXISTS (SELECT FROM suppliers_statementline settled WHERE settled.line_id = line.id))
"""


def shipped_or_settled_since(supply: Supply, on: date) -> int:
    """Return how many order lines of a product placed from a day on its supplier shipped or was settled with for."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUND, [supply.product_id, settings.TIME_ZONE, on])
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Promised:
    """Goods of a statement for which growers are promised a floor."""

    kept_fen: int
    floor_fen: int
    coupon_fen: int
    """What coupons took off for the buyers; the goods came to what is kept and this."""


def promised_by_place(statement: Statement) -> dict[int, Promised]:  # by county of origin
    """Return what buyers paid and growers are promised for the goods of a statement that have a promised floor."""
    rows = (
        statement.lines.filter(line__floor_fen__gt=0)
        .exclude(kind="ADJUSTMENT")
        .values("line__place_id")
        .order_by("line__place_id")
        .annotate(kept=Sum("kept_fen"), floor=Sum("floor_fen"), coupon=Sum("coupon_fen"))
    )
    return {one["line__place_id"]: Promised(one["kept"], one["floor"], one["coupon"]) for one in rows}


def bought_from_households(supplier: Supplier, starts_on: date, ends_on: date) -> int | None:
    """Return what industries verified as paid to households for produce by the same operator in a period, in fen.

    Null: the supplier is no operator of industries. It is shown beside a statement and never added to it.
    """
    if supplier.operator_id is None:
        return None
    found = payments().filter(
        contract__operator=supplier.operator_id, contract__mechanism=Mechanism.PURCHASE,
        confirmed_at__isnull=False, paid_on__gte=starts_on, paid_on__lt=ends_on,
    )  # fmt: skip
    return int(found.order_by().aggregate(sum=Sum("amount_fen"))["sum"] or 0)


def counts_by_stage(found: QuerySet[Supplier]) -> dict[int, int]:  # by stage; stages without one are zero
    """Return how many suppliers are at each stage."""
    counted = dict(found.order_by().values("stage").annotate(count=Count("pk")).values_list("stage", "count"))
    return {stage: counted.get(stage, 0) for stage in Stage.values}
