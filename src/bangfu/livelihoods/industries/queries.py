"""What others may read of industries, of how households share in them, and of lots."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import polars
from django.db.models import Case, CharField, Count, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.industries.models import (
    PROMISED,
    Certificate,
    Contract,
    Draw,
    Industry,
    Lot,
    Payment,
    Reviewed,
    Season,
    State,
)
from bangfu.livelihoods.industries.register import (
    CONTRACT_TYPE,
    INDUSTRY_TYPE,
    LOT_TYPE,
    PAYMENT_TYPE,
    SEASON_TYPE,
)
from bangfu.livelihoods.projects.neighbours import Project, Source, Stages, stages_of

NUMBERS: dict[type[Reviewed], int] = {
    Industry: INDUSTRY_TYPE, Season: SEASON_TYPE, Contract: CONTRACT_TYPE, Payment: PAYMENT_TYPE, Lot: LOT_TYPE,
}  # fmt: skip
"""The number of each type of reviewed record."""
DAYS_UNPAID = 365
"""How long after its first day a contract that promised a sum is looked at when nothing was paid: the room's own choice."""

Kept = TypeVar("Kept", bound=Reviewed)


def _with_state(model: type[Kept]) -> QuerySet[Kept]:
    """Return every record of a type, withdrawn ones too, with the ``state`` of its review."""
    review = Review.objects.filter(record_type=NUMBERS[model], record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    found: QuerySet[Any] = model._default_manager.annotate(
        state=Case(When(withdrawn_at__isnull=False, then=Value(State.WITHDRAWN.value)), default=reviewed)
    )
    return found


def industries() -> QuerySet[Industry]:
    """Return every industry with the ``state`` of its review."""
    return _with_state(Industry).select_related("unit")


def seasons() -> QuerySet[Season]:
    """Return every season with the ``state`` of its review."""
    return _with_state(Season).select_related("industry__unit")


def contracts() -> QuerySet[Contract]:
    """Return every contract with the ``state`` of its review, and ``paid_fen``, what was paid under it and verified."""
    paid = (
        Payment.objects.filter(contract=OuterRef("pk"), confirmed_at__isnull=False)
        .order_by()
        .values("contract")
    )
    return (
        _with_state(Contract)
        .annotate(paid_fen=Subquery(paid.annotate(sum=Sum("amount_fen")).values("sum")))
        .select_related("industry__unit", "operator", "household")
    )


def payments() -> QuerySet[Payment]:
    """Return every payment with the ``state`` of its review."""
    return _with_state(Payment).select_related("contract__industry__unit", "contract__household")


def lots() -> QuerySet[Lot]:
    """Return every lot with the ``state`` of its review."""
    return _with_state(Lot).select_related("industry__unit", "operator")


def unpaid_contracts(on: date, *, days: int = DAYS_UNPAID) -> QuerySet[Contract]:
    """Return the verified contracts that promised a sum so many days ago and under which nothing was paid by a day."""
    paid = Payment.objects.filter(confirmed_at__isnull=False, paid_on__lte=on).values("contract")
    return contracts().filter(
        confirmed_at__isnull=False,
        mechanism__in=[one.value for one in PROMISED],
        starts_on__lte=on - timedelta(days=days),
    ).exclude(pk__in=paid)  # fmt: skip


@dataclass(frozen=True)
class Shared:
    """What one way of sharing came to."""

    mechanism: str
    contracts: int
    households: int
    """With a verified contract, each once within the mechanism."""
    promised_fen: int
    """A year, of all its contracts."""
    paid_fen: int
    paid_households: int


def shares_of(industry: int) -> list[Shared]:
    """Return what each way of sharing in an industry came to, verified; ways that nobody has are absent."""
    signed = (
        Contract.objects.filter(industry=industry, confirmed_at__isnull=False)
        .values("mechanism")
        .annotate(
            contracts=Count("pk"), households=Count("household", distinct=True), promised=Sum("promised_fen")
        )
        .order_by("mechanism")
    )
    paid = {
        one["contract__mechanism"]: one
        for one in Payment.objects.filter(contract__industry=industry, confirmed_at__isnull=False)
        .values("contract__mechanism")
        .annotate(fen=Sum("amount_fen"), households=Count("contract__household", distinct=True))
    }
    nothing: dict[str, Any] = {"fen": 0, "households": 0}
    return [
        Shared(
            one["mechanism"], one["contracts"], one["households"], one["promised"] or 0,
            paid.get(one["mechanism"], nothing)["fen"], paid.get(one["mechanism"], nothing)["households"],
        )
        for one in signed
    ]  # fmt: skip


def households_of_industries(industries: list[int]) -> dict[int, int]:  # by industry; nobody paid: absent
    """Return how many households were paid in each industry, each once across ways of sharing."""
    paid = Payment.objects.filter(contract__industry__in=industries, confirmed_at__isnull=False)
    counted = (
        paid.order_by()
        .values("contract__industry")
        .annotate(count=Count("contract__household", distinct=True))
    )
    return dict(counted.values_list("contract__industry", "count"))


@dataclass(frozen=True)
class Income:
    """What a season brought the households that share."""

    season: Season
    households: int
    fen: int

    @property
    def fen_each(self) -> int | None:
        """Fen per household that was paid; null: none was."""
        return self.fen // self.households if self.households else None


def incomes_of(seasons: Collection[Season]) -> list[Income]:
    """Return what each of an industry's seasons brought its households: payments between its first and last day."""
    if not seasons:
        return []
    spans = {one.pk: Q(paid_on__gte=one.starts_on, paid_on__lt=one.ends_on) for one in seasons}
    parts: dict[str, Any] = {}
    for key, span in spans.items():
        parts[f"fen_{key}"] = Sum("amount_fen", filter=span)
        parts[f"households_{key}"] = Count("contract__household", filter=span, distinct=True)
    of = {one.industry_id for one in seasons}
    found = Payment.objects.filter(contract__industry__in=of, confirmed_at__isnull=False).aggregate(**parts)
    return [Income(one, found[f"households_{one.pk}"], found[f"fen_{one.pk}"] or 0) for one in seasons]


def cited_by(industry: int) -> QuerySet[Project]:
    """Return the projects that cite an industry, by code."""
    keys = Industry.objects.filter(pk=industry).values("citations__project")
    return Project.objects.filter(pk__in=keys).order_by("code")


def funds_of(industry: int) -> dict[str, Stages]:
    """Return the money of an industry's projects by source, own apart from brought in: ``dict[source, stages]``."""
    found = {source.value: Stages() for source in Source}
    for sources in stages_of(list(cited_by(industry).values_list("pk", flat=True))).values():
        for source, one in sources.items():
            total = found[source]
            total.budget += one.budget
            for kind in total.counted:
                total.counted[kind] += one.counted[kind]
                total.living[kind] += one.living[kind]
    return {source: one for source, one in found.items() if not one.is_empty}


@dataclass(frozen=True)
class Balance:
    """What a lot can give and what left it, in kilograms."""

    sellable_kg: Decimal
    sold_kg: Decimal

    @property
    def left_kg(self) -> Decimal:
        """What is left; below zero where more was sold than there can be."""
        return self.sellable_kg - self.sold_kg


def balances_of(lots: Collection[int]) -> dict[int, Balance]:
    """Return the balance of each lot, by key."""
    sold = dict(
        Draw.objects.filter(lot__in=lots)
        .values("lot")
        .order_by()
        .annotate(kg=Sum("kg"))
        .values_list("lot", "kg")
    )
    return {
        key: Balance((kg * share).quantize(Decimal("0.01")), sold.get(key, Decimal(0)))
        for key, kg, share in Lot.objects.filter(pk__in=lots).values_list("pk", "harvest_kg", "yield_share")
    }


def public_lot(code: str) -> Lot | None:
    """Return the lot whose origin everybody may read: verified and not withdrawn; null: there is none."""
    found = Lot.objects.filter(code=code, confirmed_at__isnull=False, withdrawn_at__isnull=True)
    return found.select_related("industry", "operator").first()


def sellable_lots(industry: int) -> QuerySet[Lot]:
    """Return the lots of an industry from which goods may be drawn, the oldest harvest first."""
    found = Lot.objects.filter(industry=industry, confirmed_at__isnull=False, withdrawn_at__isnull=True)
    return found.order_by("harvested_on", "pk")


def certificates_on(operator: int, on: date) -> QuerySet[Certificate]:
    """Return the certificates of an operator that hold on a day."""
    found = Certificate.objects.filter(operator=operator, starts_on__lte=on)
    return found.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).order_by("kind", "number")


FACETS: dict[str, tuple[str, str, str | None, int]] = {
    "industries.industry": ("recognised_on", "place_id", None, 1),
    "industries.season": ("starts_on", "industry__place_id", "sales_fen", 100),
    "industries.contract": ("starts_on", "village_id", "promised_fen", 100),
    "industries.payment": ("paid_on", "contract__village_id", "amount_fen", 100),
    "industries.lot": ("harvested_on", "village_id", "harvest_kg", 1),
}
"""Of each reviewed type the day, the place, and the quantity with what divides it."""


def facets_of(code: str, keys: list[int]) -> polars.DataFrame:
    """Return ``record``, ``happened_on``, ``place`` and ``quantity`` of records, by key, for whoever reviews them."""
    day, place, quantity, divisor = FACETS[code]
    model = next(one for one, number in NUMBERS.items() if number == record_type(code).number)
    names = ["pk", day, place, *([quantity] if quantity else [])]
    rows = [
        (row[0], row[1], row[2], float(row[3] or 0) / divisor if quantity else 1.0)
        for row in model._default_manager.filter(pk__in=keys).order_by("pk").values_list(*names)
    ]
    schema: dict[str, Any] = {
        "record": polars.Int64, "happened_on": polars.Date, "place": polars.Int64, "quantity": polars.Float64,
    }  # fmt: skip
    return polars.DataFrame(rows, schema=schema, orient="row")
