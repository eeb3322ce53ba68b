"""Framework agreements of canteens and unions with suppliers: quotas, orders called off, deliveries, returns, settlements."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.consumption.models.sales import LEAST_DAY, Good
from bangfu.livelihoods.parties import PARTY_CODE
from bangfu.livelihoods.shop.neighbours import Payer

KITCHENS = (Payer.CANTEEN, Payer.UNION)
"""Who buys under agreements: everything of it is bought, nothing helped to sell."""


@pghistory.track(*every_version())
class Agreement(models.Model):
    """A framework agreement of a unit's canteen or union with one supplier, over a period, with a target."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    payer = models.CharField(max_length=10, choices=Payer.choices)
    supplier = models.CharField(max_length=40)
    """The supplier's unified social credit code, or the unit's number for it; never a person."""
    supplier_name = models.CharField(max_length=120)
    document = models.CharField(max_length=80)
    """Number of the contract."""
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after the last one."""
    target_fen = models.BigIntegerField()
    """What is to be bought over the whole period."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=PARTY_CODE, supplier__regex=PARTY_CODE, payer__in=list(KITCHENS))
                & ~Q(title="") & ~Q(supplier_name="") & ~Q(document=""),
                name="consumption_agreement_is_described",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gte=LEAST_DAY, ends_on__gt=F("starts_on"), target_fen__gt=0),
                name="consumption_agreement_is_plausible",
            ),
        ]  # fmt: skip
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the agreement are asked."""
        return Scope(unit=self.unit_id)

    @property
    def last_day(self) -> date:
        """The last day of the agreement."""
        return self.ends_on - timedelta(days=1)


class Quota(AppendOnly):
    """What of an agreement's target is to be bought in a part of its period."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="quotas")
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after the last one."""
    amount_fen = models.BigIntegerField()
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "starts_on"], name="consumption_one_quota_a_period"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, ends_on__gt=F("starts_on")),
                name="consumption_quota_is_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.starts_on}"


class CallOff(AppendOnly):
    """An order called off under an agreement."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="call_offs")
    number = models.CharField(max_length=40)
    ordered_on = models.DateField()
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="consumption_one_call_off_a_number"),
            models.CheckConstraint(condition=~Q(number=""), name="consumption_call_off_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.number


class CallLine(AppendOnly):
    """So much of one product at a price; what counts is what was accepted of it."""

    call_off = models.ForeignKey(CallOff, on_delete=models.PROTECT, related_name="lines")
    good = models.ForeignKey(Good, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    price_fen = models.BigIntegerField()
    """Of one unit of quantity."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call_off", "good"], name="consumption_one_line_a_product"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price_fen__gt=0), name="consumption_call_line_is_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.good}"

    def fen_of(self, quantity: Decimal) -> int:
        """Return what so much of it comes to, to the fen."""
        return int((quantity * self.price_fen).quantize(Decimal(1), ROUND_HALF_UP))


@pghistory.track(*every_version())
class Settlement(models.Model):
    """Deliveries paid together by one invoice; its payment counts as sales of the room, once verified."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="settlements")
    number = models.CharField(max_length=40)
    paid_on = models.DateField()
    invoice_code = models.CharField(max_length=20, blank=True)
    invoice_number = models.CharField(max_length=30)
    amount_fen = models.BigIntegerField()
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="consumption_one_settlement_a_number"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) & ~Q(number="") & ~Q(invoice_number=""),
                name="consumption_settlement_is_described",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the settlement are asked."""
        return self.agreement.scope

    @property
    def order_no(self) -> str:
        """The number under which its sales are known."""
        return f"{self.agreement.code}/{self.number}"


@pghistory.track(*every_version())
class Delivery(models.Model):
    """What a kitchen weighed in and accepted, by the supplier's delivery note."""

    call_off = models.ForeignKey(CallOff, on_delete=models.PROTECT, related_name="deliveries")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="deliveries")
    note = models.CharField(max_length=40)
    """Number of the delivery note; once an agreement."""
    delivered_on = models.DateField()
    settlement = models.ForeignKey(Settlement, null=True, on_delete=models.PROTECT, related_name="deliveries")
    """By which it was paid; null = not yet."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "note"], name="consumption_one_delivery_a_note"),
            models.CheckConstraint(condition=~Q(note=""), name="consumption_delivery_has_a_note"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.note

    @property
    def scope(self) -> Scope:
        """Where permissions for the delivery are asked."""
        return self.agreement.scope


class DeliveredLine(AppendOnly):
    """How much of an ordered line was accepted with a delivery."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="lines")
    call_line = models.ForeignKey(CallLine, on_delete=models.PROTECT, related_name="delivered")
    quantity = models.DecimalField(max_digits=12, decimal_places=3)

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "call_line"], name="consumption_one_delivered_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="consumption_delivered_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} with {self.delivery}"


class Outcome(models.TextChoices):
    """How a return ended."""

    CREDITED = "CREDITED", "credited"
    REPLACED = "REPLACED", "replaced"
    REJECTED = "REJECTED", "rejected"


OUTCOME_WORDS: dict[str, Words] = {
    Outcome.CREDITED: both("退货不付款", "Taken back, not paid"),
    Outcome.REPLACED: both("已换货", "Replaced"),
    Outcome.REJECTED: both("供应商不认，照付", "Rejected by the supplier, paid"),
}


@pghistory.track(*every_version())
class GoodsReturn(models.Model):
    """Goods of a delivery that the kitchen gives back; while it is open, the delivery is not settled."""

    line = models.ForeignKey(DeliveredLine, on_delete=models.PROTECT, related_name="returns")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="returns")
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    reason = models.CharField(max_length=200)
    opened_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    """Empty while it is open."""
    closed_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & ~Q(reason=""), name="consumption_return_is_something"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_on__isnull=True)
                | Q(outcome__in=Outcome.values, closed_on__isnull=False),
                name="consumption_return_is_open_or_ended",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"return of {self.line}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the return are asked."""
        return self.delivery.scope
