"""What the room says to Today: returns that are open, deliveries to settle, welfare schemes that are over and not settled."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.urls import reverse

from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, Words, both
from bangfu.livelihoods.consumption import supply
from bangfu.livelihoods.consumption.models import Choice, Delivery, GoodsReturn, Scheme
from bangfu.livelihoods.consumption.operations.giving import chooser_of
from bangfu.livelihoods.consumption.telling import agreement_address, scheme_address

RETURNS, SETTLE, SCHEMES = (
    "consumption.close_return", "consumption.settle", "consumption.settle_scheme",
)  # fmt: skip


def _by_agreement(
    rows: QuerySet[Delivery] | QuerySet[GoodsReturn], agreement: str, first: str, what: Words
) -> list[Waiting]:
    """Return a line for each agreement of the rows, that which has waited longest first."""
    title = f"{agreement}__title"
    counted = rows.order_by().values(agreement, title).annotate(count=Count("pk"), first=Min(first))
    return [
        Waiting(
            what=what,
            count=row["count"],
            address=agreement_address(row[agreement]),
            about=Words(row[title], row[title]),
            since=row["first"],
        )
        for row in counted.order_by("first", agreement)
    ]


def returns_open(account: Account, on: date) -> list[Waiting]:
    """Return the agreements with returns of which nobody said how they ended, that an account may close."""
    mine = in_granted_units(account, RETURNS, on, "delivery__agreement__unit_id")
    found = GoodsReturn.objects.filter(mine, outcome="")
    what = both("登记退货结果", "Say how returns ended")
    return _by_agreement(found, "delivery__agreement", "opened_on", what)


def to_settle(account: Account, on: date) -> list[Waiting]:
    """Return the agreements with deliveries without an open return that an account may settle."""
    mine = in_granted_units(account, SETTLE, on, "agreement__unit_id")
    still = GoodsReturn.objects.filter(delivery=OuterRef("pk"), outcome="")
    found = Delivery.objects.filter(mine, ~Exists(still), settlement=None)
    return _by_agreement(found, "agreement", "delivered_on", both("结算送货单", "Settle deliveries"))


def schemes_over(account: Account, on: date) -> list[Waiting]:
    """Return the welfare schemes that are over, in which somebody chose, and that an account may settle."""
    mine = in_granted_units(account, SCHEMES, on)
    chosen = Choice.objects.filter(scheme=OuterRef("pk"))
    found = Scheme.objects.filter(mine, Exists(chosen), paid_on=None, closes_on__lte=on)
    count = found.count()
    if not count:
        return []
    oldest = found.order_by("closes_on", "pk")[0]
    address = scheme_address(oldest.pk) if count == 1 else reverse("consumption:schemes")
    return [
        Waiting(
            what=both("结算职工福利", "Settle welfare schemes"), count=count, address=address, since=oldest.closes_on
        )
    ]  # fmt: skip


def schemes_open(account: Account, on: date) -> list[Waiting]:
    """Return the welfare schemes from which an account may choose and has not; nobody else is told of them."""
    return [
        Waiting(
            what=both("职工福利可以选了（自愿）", "Choose from a welfare scheme, if you like"),
            count=1,
            address=reverse("consumption:choose", args=[one.pk]),
            about=Words(one.title, one.title),
            due_on=one.last_day,
        )
        for one in supply.schemes_open(account, on)
        if not Choice.objects.filter(scheme=one, chooser=chooser_of(one, account)).exists()
    ]


WAITS = (
    Wait("consumption.schemes_open", "heart-handshake", frozenset(), schemes_open),
    Wait("consumption.returns_open", "arrow-back-up", frozenset({RETURNS}), returns_open),
    Wait("consumption.to_settle", "signature", frozenset({SETTLE}), to_settle),
    Wait("consumption.schemes_over", "heart-handshake", frozenset({SCHEMES}), schemes_over),
)
