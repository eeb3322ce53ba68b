"""What live sales came to, kept by the database as orders, payments and refunds come: nobody sums all orders to show it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bangfu.livelihoods.shop.models.sales import LiveSale
from bangfu.livelihoods.shop.models.stock import Offer


class SaleMinute(models.Model):
    """What was ordered of one offer within one minute of a live sale; written by the trigger of order lines alone."""

    sale = models.ForeignKey(LiveSale, on_delete=models.PROTECT, related_name="minutes", db_constraint=False)
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    minute = models.DateTimeField()
    orders = models.BigIntegerField()
    """Orders whose first line is of this offer, so that they add up to the orders of the sale."""
    lines = models.BigIntegerField()
    packs = models.BigIntegerField()
    ordered_fen = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sale", "offer", "place", "minute"], name="shop_one_tally_a_minute"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.minute:%H:%M}"


class SaleMoney(models.Model):
    """What was paid and refunded of one offer in a live sale, in stripes by the order's key; written by triggers alone."""

    sale = models.ForeignKey(LiveSale, on_delete=models.PROTECT, related_name="money", db_constraint=False)
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    stripe = models.SmallIntegerField()
    paid_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sale", "offer", "place", "stripe"], name="shop_one_tally_a_stripe"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.stripe}"
