"""What others may read of product fairs: the list, one with its stalls, and what was sold at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from bangfu.foundation.organisation.queries import in_whole_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Review
from bangfu.livelihoods.consumption.models import Entry, EntryKind, Fair, Sale, Stall
from bangfu.livelihoods.consumption.register import FAIR_TYPE, VIEW
from bangfu.livelihoods.reviewed import State

_OF_FAIR = "sale__good__exhibit__stall__fair"


def fairs() -> QuerySet[Fair]:
    """Return every fair, withdrawn ones too, with the ``state`` of its review, ``stall_count`` and ``kept_fen``, verified."""
    review = Review.objects.filter(record_type=FAIR_TYPE, record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    stalls = Stall.objects.filter(fair=OuterRef("pk")).order_by().values("fair")
    signed = Case(When(kind=EntryKind.PAID, then=F("amount_fen")), default=-F("amount_fen"))
    kept = (
        Entry.objects.filter(**{_OF_FAIR: OuterRef("pk")}, confirmed_at__isnull=False)
        .order_by()
        .values(_OF_FAIR)
        .annotate(sum=Sum(signed))
    )
    return Fair.objects.annotate(
        state=Case(When(withdrawn_at__isnull=False, then=Value(State.WITHDRAWN.value)), default=reviewed),
        stall_count=Coalesce(Subquery(stalls.annotate(count=Count("pk")).values("count")), Value(0)),
        kept_fen=Coalesce(Subquery(kept.values("sum")), Value(0)),
    ).select_related("unit")


def fairs_read(account: Account, on: date) -> QuerySet[Fair]:
    """Return the fairs that an account may read."""
    return fairs().filter(in_whole_units(account, VIEW, on))


def sales_at(fair: Fair) -> QuerySet[Sale]:
    """Return the sales at a fair, withdrawn ones too."""
    return Sale.objects.filter(good__exhibit__stall__fair=fair)


@dataclass(frozen=True)
class Sold:
    """What a stall, or a county's stalls, sold at a fair."""

    key: int
    """Of the stall, or of the county."""
    receipts: int
    """Different receipts that stand."""
    paid_fen: int
    """Verified, like those below."""
    kept_fen: int
    bought_fen: int
    """Kept, of what the company, its union, canteens, subsidiaries and staff paid for."""
    helped_fen: int
    """Kept, of what everybody else paid for."""


def sold_by(fair: Fair, *, county: bool) -> dict[int, Sold]:
    """Return what was sold at a fair by stall, or by county of origin; absent: nothing."""
    name = "place" if county else "good__exhibit__stall"
    living = sales_at(fair).filter(withdrawn_at__isnull=True)
    receipts = dict(
        living.order_by().values(name).annotate(count=Count("order_no", distinct=True)).values_list(name, "count")
    )  # fmt: skip
    is_paid, bought = Q(kind=EntryKind.PAID), Q(sale__label="BOUGHT")
    rows: list[dict[str, Any]] = list(
        Entry.objects.filter(**{_OF_FAIR: fair}, confirmed_at__isnull=False).order_by().values(f"sale__{name}").annotate(
            paid=Sum("amount_fen", filter=is_paid, default=0),
            back=Sum("amount_fen", filter=~is_paid, default=0),
            bought=Sum("amount_fen", filter=is_paid & bought, default=0)
            - Sum("amount_fen", filter=~is_paid & bought, default=0),
        )
    )  # fmt: skip
    sums = {row[f"sale__{name}"]: row for row in rows}
    nothing = {"paid": 0, "back": 0, "bought": 0}
    found = {}
    for key, count in receipts.items():
        row = sums.get(key, nothing)
        kept = row["paid"] - row["back"]
        found[key] = Sold(key, count, row["paid"], kept, row["bought"], kept - row["bought"])
    return found
