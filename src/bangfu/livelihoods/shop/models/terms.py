"""What an order comes to beside its goods: carriage, what a coupon takes off and of which line; points; and where it goes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bangfu.foundation.operations.models import AppendOnly, RefuseLoss
from bangfu.livelihoods.shop.models.orders import Order, OrderLine


class OrderTerms(AppendOnly):
    """What a buyer agreed to pay for an order: its goods less the discount, and carriage; an order without is its goods alone."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="terms")
    discount_fen = models.BigIntegerField()
    freight_fen = models.BigIntegerField()
    agreed_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(discount_fen__gte=0, freight_fen__gte=0), name="shop_terms_are_no_debt"
            )
        ]

    def __str__(self) -> str:
        return f"terms of {self.pk}"


class LineDiscount(AppendOnly):
    """What of an order's discount falls on a line; a line without has none."""

    line = models.OneToOneField(
        OrderLine, primary_key=True, on_delete=models.PROTECT, related_name="discount", db_constraint=False
    )
    discount_fen = models.BigIntegerField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(discount_fen__gt=0), name="shop_line_discount_is_something")
        ]

    def __str__(self) -> str:
        return f"discount of {self.pk}"


class PointsPart(AppendOnly):
    """Loyalty points with which a buyer pays a part of an order; the rest is paid in money."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.PROTECT, related_name="points")
    spend = models.OneToOneField("points.Spend", on_delete=models.PROTECT, related_name="+")
    value_fen = models.BigIntegerField()
    """What they are worth, less than the order is due."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value_fen__gt=0), name="shop_points_are_worth_something")
        ]

    def __str__(self) -> str:
        return f"points of {self.pk}"


class Destination(models.Model):
    """Where an order goes, as its buyer agreed; name, phone and street are sealed under a person's key."""

    order = models.OneToOneField(
        Order, primary_key=True, on_delete=models.PROTECT, related_name="destination"
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    address_sealed = models.BinaryField()
    """Street and house."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county."""

    class Meta:
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"destination of {self.pk}"
