"""Coupons: batches that a seller issues, coupons that buyers claimed, and the orders that they were used for."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models.catalogue import Product
from bangfu.livelihoods.shop.models.orders import Buyer, Order
from bangfu.livelihoods.shop.models.stock import Channel


class CouponKind(models.TextChoices):
    """How a coupon takes off."""

    AMOUNT = "AMOUNT", "an amount"
    PERCENT = "PERCENT", "a percentage"


COUPON_KIND_WORDS: dict[str, Words] = {
    CouponKind.AMOUNT: both("满减", "An amount off"),
    CouponKind.PERCENT: both("折扣", "A percentage off"),
}


class CouponBatch(models.Model):
    """Coupons of one kind, so many of them, that a channel's seller pays for."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="coupon_batches")
    sale = models.ForeignKey(
        "shop.LiveSale", null=True, on_delete=models.PROTECT, related_name="coupon_batches"
    )
    """The live sale it is for; null = every order of the channel."""
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=CouponKind.choices)
    off_fen = models.BigIntegerField(null=True)
    """What it takes off; null for a percentage."""
    off_pct = models.PositiveSmallIntegerField(null=True)
    """How many hundredths it takes off, 1 to 99; null for an amount."""
    cap_fen = models.BigIntegerField(null=True)
    """The most that a percentage takes off; null for an amount."""
    from_fen = models.BigIntegerField()
    """From which sum of the goods that it is for it may be used."""
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """Half-open: claimed and used before this."""
    number = models.PositiveIntegerField()
    per_buyer = models.PositiveSmallIntegerField(default=1)
    claimed = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    """From when on none is claimed any more; those that were claimed are good until the end."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_zh="") & ~Q(name_en=""), name="shop_coupon_is_described"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=CouponKind.AMOUNT,
                    off_fen__gt=0,
                    off_fen__lt=F("from_fen"),
                    off_pct__isnull=True,
                    cap_fen__isnull=True,
                )
                | Q(
                    kind=CouponKind.PERCENT,
                    off_fen__isnull=True,
                    off_pct__gte=1,
                    off_pct__lte=99,
                    cap_fen__gt=0,
                    from_fen__gte=0,
                ),
                name="shop_coupon_leaves_something_to_pay",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shop_coupon_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0, per_buyer__gt=0, claimed__lte=F("number")),
                name="shop_coupons_are_so_many",
            ),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            RefuseLoss(
                name="keeps_its_terms",
                operation=pgtrigger.UpdateOf(
                    "channel_id", "sale_id", "code", "kind", "off_fen", "off_pct", "cap_fen", "from_fen",
                    "starts_at", "ends_at", "number", "per_buyer",
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> Words:
        """What it is called, in both languages."""
        return both(self.name_zh, self.name_en)

    @property
    def scope(self) -> Scope:
        """Where permissions for the batch are asked."""
        return self.channel.scope


class CouponProduct(AppendOnly):
    """A product that a batch is for; a batch without any is for every product."""

    batch = models.ForeignKey(CouponBatch, on_delete=models.PROTECT, related_name="products")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "product"], name="shop_coupon_names_a_product_once")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.product_id}"


class Coupon(models.Model):
    """One coupon that a buyer claimed; it is locked while it is used, and never changed."""

    batch = models.ForeignKey(CouponBatch, on_delete=models.PROTECT, related_name="coupons")
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="coupons")
    turn = models.PositiveSmallIntegerField()
    """The buyer's first of the batch is 1."""
    claimed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "buyer", "turn"], name="shop_coupon_is_claimed_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["buyer"], name="shop_coupons_of_buyer")]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            RefuseLoss(
                name="keeps_its_terms",
                operation=pgtrigger.UpdateOf("batch_id", "buyer_id", "turn", "claimed_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"coupon {self.pk}"


class CouponUse(models.Model):
    """That a coupon was used for an order; given back once the order lapsed or was cancelled."""

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="uses")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="coupon_uses")
    discount_fen = models.BigIntegerField()
    used_at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["coupon"], condition=Q(given_back_at__isnull=True), name="shop_coupon_is_used_once"
            ),
            models.UniqueConstraint(fields=["order"], name="shop_one_coupon_an_order"),
            models.CheckConstraint(condition=Q(discount_fen__gt=0), name="shop_coupon_takes_something_off"),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            RefuseLoss(
                name="keeps_its_terms",
                operation=pgtrigger.UpdateOf("coupon_id", "order_id", "discount_fen", "used_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"use {self.pk}"
