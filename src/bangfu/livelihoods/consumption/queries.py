"""What others may read of sales outside the shop, and of the origins of products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars
from django.db import connection
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.review.models import Review
from bangfu.livelihoods.consumption.models import Entry, EntryKind, Good, Sale
from bangfu.livelihoods.consumption.register import ENTRY_TYPE, VIEW
from bangfu.livelihoods.reviewed import State


def _sum(kind: str, **narrowed: Any) -> Subquery:
    rows = Entry.objects.filter(
        sale=OuterRef("pk"), kind=kind, withdrawn_at__isnull=True, **narrowed
    ).order_by()
    return Subquery(rows.values("sale").annotate(sum=Sum("amount_fen")).values("sum"))


def sales() -> QuerySet[Sale]:
    """Return every sale, withdrawn ones too, with ``paid_fen`` and ``refunded_fen`` (null: nothing), and what is ``waiting``."""
    waiting = Entry.objects.filter(
        sale=OuterRef("pk"), withdrawn_at__isnull=True, confirmed_at__isnull=True
    ).order_by()
    return Sale.objects.annotate(
        paid_fen=_sum(EntryKind.PAID),
        refunded_fen=_sum(EntryKind.REFUNDED),
        waiting=Coalesce(
            Subquery(waiting.values("sale").annotate(count=Count("pk")).values("count")), Value(0)
        ),
    ).select_related("unit", "good")


def sales_read(account: Account, on: date) -> QuerySet[Sale]:
    """Return the sales that an account may read."""
    return sales().filter(within_grants(account, VIEW, on))


def entries() -> QuerySet[Entry]:
    """Return every payment and refund, withdrawn ones too, with the ``state`` of its review."""
    review = Review.objects.filter(record_type=ENTRY_TYPE, record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    return Entry.objects.annotate(
        state=Case(When(withdrawn_at__isnull=False, then=Value(State.WITHDRAWN.value)), default=reviewed)
    ).select_related("sale__unit", "sale__good")


def entries_read(account: Account, on: date) -> QuerySet[Entry]:
    """Return the payments and refunds that an account may read."""
    return entries().filter(sale__in=Sale.objects.filter(within_grants(account, VIEW, on)))


def facets_of_entries(keys: list[int]) -> polars.DataFrame:
    """Return ``record``, ``happened_on``, ``place`` and ``quantity`` (yuan) of entries, by key, for whoever reviews them."""
    schema = {
        "record": polars.Int64,
        "happened_on": polars.Date,
        "place": polars.Int64,
        "quantity": polars.Float64,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.id, entry.happened_on, sale.place_id, (entry.amount_fen / 100.0)::float8"
            "  FROM consumption_entry entry JOIN consumption_sale sale ON sale.id = entry.sale_id"
            " WHERE entry.id = ANY(%s) ORDER BY entry.id",
            [keys],
        )
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def goods() -> QuerySet[Good]:
    """Return every product with its county, and how many living ``sales`` there are of it."""
    living = Sale.objects.filter(good=OuterRef("pk"), withdrawn_at__isnull=True).order_by()
    return Good.objects.annotate(
        sale_count=Coalesce(
            Subquery(living.values("good").annotate(count=Count("pk")).values("count")), Value(0)
        )
    ).select_related("place", "noted_by")


SORTS = {
    "ordered": ("ordered_on", "pk"),
    "order": ("order_no", "line_no"),
    "unit": ("unit__path", "pk"),
    "place": ("place_id", "pk"),
    "paid": ("paid_fen", "pk"),
    "refunded": ("refunded_fen", "pk"),
}


@dataclass(frozen=True)
class SaleFilter:
    """What a list of sales is narrowed to; null or empty = not narrowed."""

    text: str = ""
    """How an order's or an invoice's number begins, or part of a product's title."""
    platform: str = ""
    label: str = ""
    show: str = ""
    """``unpaid``, ``refunded``, ``waiting`` or ``withdrawn``; empty: all that are not withdrawn."""
    year: int | None = None
    """In which it was ordered."""
    place: int | None = None
    """From there, or anything in it."""
    fair: int | None = None
    """At that fair."""
    stall: int | None = None
    """At that stall of a fair."""
    sort: str = "ordered"
    descending: bool = True

    def apply(self, found: QuerySet[Sale]) -> QuerySet[Sale]:
        """Return the sales that pass, in order; they are those of ``sales``."""
        rows: QuerySet[Any] = found
        rows = rows.filter(withdrawn_at__isnull=self.show != "withdrawn")
        if self.place is not None:
            first, end = subtree_range(self.place)
            rows = rows.filter(place_id__gte=first, place_id__lt=end)
        if self.fair is not None:
            rows = rows.filter(good__exhibit__stall__fair=self.fair)
        if self.stall is not None:
            rows = rows.filter(good__exhibit__stall=self.stall)
        for name in ("platform", "label"):
            if getattr(self, name):
                rows = rows.filter(**{name: getattr(self, name)})
        if self.year is not None:
            rows = rows.filter(
                ordered_on__gte=date(self.year, 1, 1), ordered_on__lt=date(self.year + 1, 1, 1)
            )
        if self.show == "unpaid":
            rows = rows.filter(paid_fen__isnull=True)
        elif self.show == "refunded":
            rows = rows.filter(refunded_fen__gt=0)
        elif self.show == "waiting":
            rows = rows.filter(waiting__gt=0)
        if self.text:
            named = Q(order_no__startswith=self.text.upper()) | Q(
                invoice_number__startswith=self.text.upper()
            )
            rows = rows.filter(named | Q(good__title__icontains=self.text))
        keys = SORTS.get(self.sort, SORTS["ordered"])
        return rows.order_by(
            *(
                F(key).desc(nulls_last=True) if self.descending else F(key).asc(nulls_first=True)
                for key in keys
            )
        )


@dataclass(frozen=True)
class Totals:
    """What sales came to, verified: paid and kept side by side, never added; bought and helped to sell apart."""

    paid_fen: int
    kept_fen: int
    bought_fen: int
    helped_fen: int


def totals(rows: QuerySet[Sale]) -> Totals:
    """Return what sales came to: only what a second person verified."""
    verified = Entry.objects.filter(sale__in=rows.order_by().values("pk"), confirmed_at__isnull=False)
    is_paid = Q(kind=EntryKind.PAID)
    sums = verified.aggregate(
        paid=Sum("amount_fen", filter=is_paid, default=0),
        back=Sum("amount_fen", filter=~is_paid, default=0),
        bought=Sum("amount_fen", filter=is_paid & Q(sale__label="BOUGHT"), default=0)
        - Sum("amount_fen", filter=~is_paid & Q(sale__label="BOUGHT"), default=0),
    )
    kept = sums["paid"] - sums["back"]
    return Totals(sums["paid"], kept, sums["bought"], kept - sums["bought"])
