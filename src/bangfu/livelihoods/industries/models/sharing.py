"""How households share 利益联结: a contract that promises, and payments that kept it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.operations.periods import period_is_forward
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.industries.models.industries import Industry, Operator
from bangfu.livelihoods.reviewed import CODE, FIRST_DAY, LIVING, Reviewed, withdrawal_is_whole


class Mechanism(models.TextChoices):
    """By what a household gains."""

    WORK = "WORK", "work"
    PURCHASE = "PURCHASE", "purchase"
    DIVIDEND = "DIVIDEND", "dividend"
    LEASE = "LEASE", "lease"
    TRUSTEESHIP = "TRUSTEESHIP", "trusteeship"


MECHANISM_WORDS: dict[str, Words] = {
    Mechanism.WORK: both("务工", "Work"),
    Mechanism.PURCHASE: both("订单收购", "Contract purchase"),
    Mechanism.DIVIDEND: both("分红", "Dividend"),
    Mechanism.LEASE: both("土地流转", "Land lease"),
    Mechanism.TRUSTEESHIP: both("托管", "Trusteeship"),
}
PROMISED = (Mechanism.DIVIDEND, Mechanism.LEASE)
"""Mechanisms whose contract names a sum."""
WEIGHED = (Mechanism.PURCHASE,)
"""Mechanisms whose payments are for a weight."""


@pghistory.track(*every_version())
class Contract(Reviewed):
    """One household and one operator agree how the household gains; the household is a number of the register."""

    known_by = "number"

    number = models.CharField(max_length=40)
    industry = models.ForeignKey(Industry, on_delete=models.PROTECT, related_name="contracts")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="contracts")
    household = models.ForeignKey("people.Household", on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """Where the household lived when it was signed."""
    mechanism = models.CharField(max_length=12, choices=Mechanism.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """The day after its last one; null: open."""
    promised_fen = models.BigIntegerField(null=True)
    """What a year is to bring the household; null: no sum was promised."""
    mu = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    """Land that it is about; null: none."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], condition=LIVING, name="industries_one_contract_a_number"
            ),
            period_is_forward("industries_contract_period"),
            models.CheckConstraint(
                condition=Q(number__regex=CODE, mechanism__in=Mechanism.values, starts_on__gte=FIRST_DAY),
                name="industries_contract_is_described",
            ),
            models.CheckConstraint(
                condition=(Q(promised_fen__isnull=True) | Q(promised_fen__gt=0))
                & (Q(promised_fen__isnull=False) | ~Q(mechanism__in=[one.value for one in PROMISED])),
                name="industries_contract_promises",
            ),
            models.CheckConstraint(
                condition=Q(mu__isnull=True) | Q(mu__gt=0), name="industries_contract_mu_is_positive"
            ),
            withdrawal_is_whole("industries_contract_withdrawal"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["industry", "mechanism"], name="industries_contract_by_kind"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the contract are asked."""
        return Scope(unit=self.industry.unit_id, place=self.village_id)

    @property
    def last_day(self) -> date | None:
        """Its last day; null: open."""
        return self.ends_on and self.ends_on - timedelta(days=1)


@pghistory.track(*every_version())
class Payment(Reviewed):
    """Money that a household was paid under a contract, with its line of the bank's proof."""

    known_by = "receipt"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="payments")
    paid_on = models.DateField()
    amount_fen = models.BigIntegerField()
    receipt = models.CharField(max_length=60)
    """Number of the bank's proof; of a collective transfer that of the transfer, once a contract."""
    kg = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    """What the household delivered for it; null: nothing was bought."""
    market_fen = models.BigIntegerField(null=True)
    """What a kilogram fetched on the market that day; null: not known, or nothing was bought."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "receipt"], condition=LIVING, name="industries_one_payment_a_receipt"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, paid_on__gte=FIRST_DAY) & ~Q(receipt=""),
                name="industries_payment_is_plausible",
            ),
            models.CheckConstraint(
                condition=(Q(kg__isnull=True) | Q(kg__gt=0))
                & (Q(market_fen__isnull=True) | Q(market_fen__gt=0, kg__isnull=False)),
                name="industries_payment_of_weight",
            ),
            withdrawal_is_whole("industries_payment_withdrawal"),
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "paid_on"], name="industries_payment_by_day")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.receipt

    @property
    def fen_a_kg(self) -> int | None:
        """What a kilogram was paid, in fen, rounded half up; null: nothing was bought."""
        return (
            None if self.kg is None else int((self.amount_fen / self.kg).quantize(Decimal(1), ROUND_HALF_UP))
        )

    @property
    def scope(self) -> Scope:
        """Where permissions for the payment are asked."""
        return self.contract.scope
