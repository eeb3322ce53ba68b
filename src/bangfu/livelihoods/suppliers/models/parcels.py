"""Parcels that a supplier handed to a courier, and to whom recipients were shown."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.livelihoods.suppliers.couriers import COURIER_WORDS, LONGEST_WAYBILL
from bangfu.livelihoods.suppliers.models.parties import Supplier
from bangfu.livelihoods.suppliers.triggers import LINE_HOLDS

COURIERS = [(code, words.en) for code, words in COURIER_WORDS.items()]


class Parcel(AppendOnly):
    """What of one order a supplier handed to a courier under one waybill."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="parcels")
    order = models.ForeignKey("shop.Order", on_delete=models.PROTECT, related_name="+")
    courier = models.CharField(max_length=8, choices=COURIERS)
    waybill = models.CharField(max_length=LONGEST_WAYBILL)
    shipped_at = models.DateTimeField()
    shipped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The sheet by which it came; null: it was entered by hand."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "supplier", "courier", "waybill"], name="suppliers_one_parcel_a_waybill"
            ),
            models.CheckConstraint(
                condition=Q(courier__in=list(COURIER_WORDS)) & ~Q(waybill=""),
                name="suppliers_parcel_is_described",
            ),
        ]

    def __str__(self) -> str:
        return self.waybill

    @property
    def scope(self) -> Scope:
        """Where permissions for the parcel are asked."""
        return self.supplier.scope


class ParcelLine(AppendOnly):
    """How many packs of an order line went with a parcel; never more than were ordered and not refunded before they went."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey("shop.OrderLine", on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "line"], name="suppliers_one_line_a_parcel"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="suppliers_parcel_line_is_something"),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="line_holds",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=LINE_HOLDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}"


class Handout(AppendOnly):
    """Recipients of orders were given to who ships them: who took them, when and of which orders.

    Whose data it was stands in the accesses that ``people`` keeps beside it.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="handouts")
    courier = models.CharField(max_length=8, choices=COURIERS, blank=True)
    """In whose sheet; empty: on the page of one order."""
    orders = ArrayField(models.BigIntegerField())
    person_count = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What the file and the trail call it."""
        return f"FH{self.pk:06d}"
