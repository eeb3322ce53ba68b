"""What others may read of agreements, their progress against quotas and targets, and of welfare schemes by unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import ancestors, grants_of, home_unit, in_whole_units
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.consumption.models import (
    Agreement,
    Choice,
    Delivery,
    Entry,
    Platform,
    Quota,
    Sale,
    Scheme,
    Settlement,
)
from bangfu.livelihoods.consumption.register import VIEW

SUPPLIER_ROLE = "supplier"
"""The role of persons of suppliers: a grant in the unit that supports them makes nobody its staff."""
FEWEST_SHOWN = 5
"""What fewer people than these chose is not shown of a unit."""


def agreements() -> QuerySet[Agreement]:
    """Return every agreement with ``settled_fen``, what was settled under it, verified or not (null: nothing)."""
    settled = Settlement.objects.filter(agreement=OuterRef("pk")).order_by().values("agreement")
    return Agreement.objects.annotate(
        settled_fen=Subquery(settled.annotate(sum=Sum("amount_fen")).values("sum"))
    ).select_related("unit")


def agreements_read(account: Account, on: date) -> QuerySet[Agreement]:
    """Return the agreements that an account may read."""
    return agreements().filter(in_whole_units(account, VIEW, on))


def deliveries_read(account: Account, on: date) -> QuerySet[Delivery]:
    """Return the deliveries that an account may read."""
    return Delivery.objects.filter(agreement__in=Agreement.objects.filter(in_whole_units(account, VIEW, on)))


def settlements_read(account: Account, on: date) -> QuerySet[Settlement]:
    """Return the settlements that an account may read."""
    return Settlement.objects.filter(
        agreement__in=Agreement.objects.filter(in_whole_units(account, VIEW, on))
    )


def staff_unit(account: Account, on: date) -> Unit | None:
    """Return the unit of whose staff somebody is; null: of none, as who comes in for a supplier alone."""
    roles = {grant.role for grant in grants_of(account, on)}
    return None if roles == {SUPPLIER_ROLE} else home_unit(account, on)


def schemes_open(account: Account, on: date) -> QuerySet[Scheme]:
    """Return the welfare schemes from which somebody may choose on a day: those of the own unit and of units above."""
    home = staff_unit(account, on)
    if home is None:
        return Scheme.objects.none()
    found = Scheme.objects.filter(
        unit__in=[one.pk for one in ancestors(home)], opens_on__lte=on, closes_on__gt=on, paid_on__isnull=True
    )
    return found.select_related("unit").order_by("closes_on", "pk")


def schemes_read(account: Account, on: date) -> QuerySet[Scheme]:
    """Return the welfare schemes that an account may read."""
    return Scheme.objects.filter(in_whole_units(account, VIEW, on)).select_related("unit")


@dataclass(frozen=True)
class Progress:
    """What was bought of a quota, or of the whole target: paid by settlements, and of that what counts."""

    quota: Quota | None
    """Null: the whole agreement."""
    target_fen: int
    settled_fen: int
    counted_fen: int
    """Verified, less refunds."""

    @property
    def share(self) -> int:
        """Percent of the target that counts, rounded down."""
        return self.counted_fen * 100 // self.target_fen


def progress_of(agreement: Agreement) -> list[Progress]:
    """Return what was bought of the whole target and of each quota, by the day of payment."""
    quotas = list(agreement.quotas.order_by("starts_on"))
    orders = [
        one.order_no for one in Settlement.objects.filter(agreement=agreement).select_related("agreement")
    ]
    entries = Entry.objects.filter(
        sale__platform=Platform.AGREEMENT, sale__order_no__in=orders, withdrawn_at__isnull=True
    )
    spans: list[tuple[Quota | None, date, date, int]] = [
        (None, agreement.starts_on, date.max, agreement.target_fen),
        *((one, one.starts_on, one.ends_on, one.amount_fen) for one in quotas),
    ]
    rows = list(entries.values_list("kind", "amount_fen", "happened_on", "confirmed_at"))
    found = []
    for quota, first, end, target in spans:
        inside = [row for row in rows if first <= row[2] < end]
        settled = sum(fen for kind, fen, _, _ in inside if kind == "PAID")
        counted = sum(
            fen if kind == "PAID" else -fen for kind, fen, _, confirmed in inside if confirmed is not None
        )
        found.append(Progress(quota, target, settled, counted))
    return found


def sales_of(settlements: list[Settlement]) -> QuerySet[Sale]:
    """Return the sales that settlements brought."""
    orders = [one.order_no for one in settlements]
    return Sale.objects.filter(platform=Platform.AGREEMENT, order_no__in=orders)


@dataclass(frozen=True)
class Chosen:
    """What the staff of one unit chose of a scheme."""

    unit: Unit
    people: int
    fen: int


def chosen_by_unit(scheme: Scheme, on: date) -> list[Chosen]:
    """Return what was chosen by unit, once the scheme has closed: figures that move would tell what the last one chose.

    A unit of which fewer than five chose is absent, as if nobody had; so are as many more, the smallest first, as keep those
    that are absent from being told by subtraction. After settlement, when nobody is known any more, only the sum of the scheme
    is told, by its sales.
    """
    if scheme.paid_on is not None or on < scheme.closes_on:
        return []
    rows = list(
        Choice.objects.filter(scheme=scheme).order_by().values("unit").annotate(
            people=Count("chooser", distinct=True), fen=Sum(F("quantity") * F("offered__price_fen"))
        )
    )  # fmt: skip
    hidden = [one for one in rows if one["people"] < FEWEST_SHOWN]
    shown = sorted(
        (one for one in rows if one["people"] >= FEWEST_SHOWN), key=lambda one: (one["people"], one["unit"])
    )
    while shown and hidden and (len(hidden) == 1 or sum(one["people"] for one in hidden) < FEWEST_SHOWN):
        hidden.append(shown.pop(0))
    units = Unit.objects.in_bulk([one["unit"] for one in shown])
    return [
        Chosen(units[one["unit"]], one["people"], one["fen"])
        for one in sorted(shown, key=lambda one: units[one["unit"]].path)
    ]


def total_chosen(scheme: Scheme, on: date) -> tuple[int, int] | None:
    """Return how many chose and for how much in all; null before the scheme has closed, and where fewer than five did."""
    if on < scheme.closes_on:
        return None
    found: dict[str, Any] = Choice.objects.filter(scheme=scheme).aggregate(
        people=Count("chooser", distinct=True, filter=~Q(chooser="")),
        fen=Sum(F("quantity") * F("offered__price_fen"), default=0),
    )
    if scheme.paid_on is None and found["people"] < FEWEST_SHOWN:
        return None
    return found["people"], found["fen"]
