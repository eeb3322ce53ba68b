"""Suppliers, who works for them, what they supply, on which terms, and the stages they reached."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.operations.periods import one_at_a_time, period_is_forward
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.industries.neighbours import OperatorKind
from bangfu.livelihoods.suppliers.codes import ALPHABET

CREDIT_CODE = f"^[{ALPHABET}]{{18}}$"


class Stage(models.IntegerChoices):
    """How far a supplier can do it alone; each stage holds those before it."""

    BEGUN = 0, "begun"
    PACKAGED = 1, "packaged"
    LABELLED = 2, "labelled"
    BRANDED = 3, "branded"
    LISTS = 4, "lists alone"
    INDEPENDENT = 5, "sells without us"


STAGE_WORDS: dict[int, Words] = {
    Stage.BEGUN: both("刚起步", "Begun"),
    Stage.PACKAGED: both("有包装", "Packaged"),
    Stage.LABELLED: both("有标签", "Labelled"),
    Stage.BRANDED: both("有品牌", "Branded"),
    Stage.LISTS: both("自己上架", "Lists alone"),
    Stage.INDEPENDENT: both("自己卖出去", "Sells without us"),
}


@pghistory.track(*every_version())
class Supplier(models.Model):
    """A co-operative, firm or village collective whose products the shop sells, under its credit code."""

    code = models.CharField(max_length=18, unique=True)
    kind = models.CharField(max_length=12, choices=OperatorKind.choices)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Which supports it."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """Its county."""
    operator = models.OneToOneField(
        "industries.Operator", null=True, on_delete=models.PROTECT, related_name="+"
    )
    """The operator of industries that it is; null: it is none."""
    contact = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    """Whom to call: name and telephone are sealed by ``people``."""
    stage = models.SmallIntegerField(choices=Stage.choices, default=Stage.BEGUN)
    """The stage that was verified last."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=CREDIT_CODE, kind__in=OperatorKind.values, stage__in=Stage.values)
                & ~Q(name_zh=""),
                name="suppliers_supplier_is_described",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """Its name in the active language."""
        return str(both(self.name_zh, self.name_en or self.name_zh))

    @property
    def scope(self) -> Scope:
        """Where permissions for the supplier are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


@pghistory.track(*every_version())
class Seat(models.Model):
    """An account acts for a supplier over a period: with the role ``supplier`` it sees this one and no other."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="seats")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """The day after the last one; null = open."""
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            period_is_forward("suppliers_seat_period"),
            one_at_a_time("suppliers_one_seat_an_account", "account_id"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.account} for {self.supplier}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the seat are asked."""
        return self.supplier.scope


@pghistory.track(*every_version())
class Supply(models.Model):
    """A supplier supplies a product of the shop over a period; a product has one supplier on a day."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="supplies")
    product = models.ForeignKey("shop.Product", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    """Orders placed from then on are the supplier's."""
    ends_on = models.DateField(null=True)
    """The day after the last one; null = open."""
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            period_is_forward("suppliers_supply_period"),
            one_at_a_time("suppliers_one_supplier_a_product", "product_id"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.product} by {self.supplier}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the supply are asked."""
        return self.supplier.scope

    @property
    def last_day(self) -> date | None:
        """The last day; null = open."""
        return self.ends_on and self.ends_on - timedelta(days=1)


class Terms(AppendOnly):
    """A version of the contract with a supplier: what is taken of orders placed from a day on, until the next version."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="terms")
    starts_on = models.DateField()
    commission_bp = models.IntegerField()
    """Of what is kept, in ten-thousandths."""
    platform_bp = models.IntegerField()
    freight_fen = models.BigIntegerField()
    """Of each order of the supplier's, once; zero: the shop bears it."""
    document = models.CharField(max_length=80)
    """Number of the contract."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["supplier", "starts_on"], name="suppliers_one_version_a_day"),
            models.CheckConstraint(
                condition=Q(commission_bp__gte=0, platform_bp__gte=0, freight_fen__gte=0)
                & Q(commission_bp__lte=10_000 - F("platform_bp"))
                & ~Q(document=""),
                name="suppliers_terms_are_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} from {self.starts_on}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the terms are asked."""
        return self.supplier.scope


@pghistory.track(*every_version())
class Step(models.Model):
    """A supplier reached a stage, or fell back to one; it counts once a second person verified it."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="steps")
    from_stage = models.SmallIntegerField(choices=Stage.choices)
    to_stage = models.SmallIntegerField(choices=Stage.choices)
    reached_on = models.DateField()
    words = models.CharField(max_length=300)
    """By what it is seen; of a step back, why."""
    decided_at = models.DateTimeField(null=True)
    """When it was verified or given back; null = it waits."""
    is_verified = models.BooleanField(default=False)
    claimed_at = models.DateTimeField()
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(from_stage__in=Stage.values, to_stage__in=Stage.values)
                & (Q(to_stage=F("from_stage") + 1) | Q(to_stage__lt=F("from_stage")))
                & ~Q(words=""),
                name="suppliers_step_is_one_up_or_back",
            ),
            models.CheckConstraint(
                condition=Q(is_verified=False) | Q(decided_at__isnull=False),
                name="suppliers_verified_step_is_decided",
            ),
            models.UniqueConstraint(
                fields=["supplier"],
                condition=Q(decided_at__isnull=True),
                name="suppliers_one_step_at_a_time",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.supplier} {self.from_stage} to {self.to_stage}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the step are asked."""
        return self.supplier.scope

    @property
    def is_back(self) -> bool:
        """Whether the supplier fell back."""
        return self.to_stage < self.from_stage
