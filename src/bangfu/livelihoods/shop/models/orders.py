"""Orders: what was placed by whom, paid, shipped, refunded; what became of each, step by step."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, KnownOnly, RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models.stock import Channel, Offer
from bangfu.livelihoods.shop.triggers import (
    KEEPS_ITS_TERMS,
    STATE_MOVES,
    TALLY_ORDERED,
    TALLY_PAID,
    TALLY_REFUNDED,
)


def _tallies(func: str) -> pgtrigger.Trigger:
    """Return a trigger that adds rows to what live sales came to, once a statement."""
    return pgtrigger.Trigger(
        name="tallies",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="written"),
        func=func,
    )


class Payer(models.TextChoices):
    """Who pays, which decides whether an order was bought or helped to sell."""

    COMPANY = "COMPANY", "the company"
    UNION = "UNION", "its union"
    CANTEEN = "CANTEEN", "a canteen"
    SUBSIDIARY = "SUBSIDIARY", "a subsidiary"
    STAFF = "STAFF", "staff in an organised drive"
    PUBLIC = "PUBLIC", "the public"
    PARTNER = "PARTNER", "another organisation"


PAYER_WORDS: dict[str, Words] = {
    Payer.COMPANY: both("本公司", "The company"),
    Payer.UNION: both("工会", "Union"),
    Payer.CANTEEN: both("食堂", "Canteen"),
    Payer.SUBSIDIARY: both("子公司", "Subsidiary"),
    Payer.STAFF: both("职工集中选购", "Staff in a drive"),
    Payer.PUBLIC: both("社会公众", "The public"),
    Payer.PARTNER: both("其他单位", "Another organisation"),
}
OUTSIDERS = (Payer.PUBLIC, Payer.PARTNER)
"""Whose orders are helped to sell; everybody else's are bought."""


class Label(models.TextChoices):
    """Under which of the pledge's two rows an order counts, once it is paid."""

    BOUGHT = "BOUGHT", "bought"
    HELPED = "HELPED", "helped to sell"


LABEL_WORDS: dict[str, Words] = {
    Label.BOUGHT: both("购买", "Bought"),
    Label.HELPED: both("帮助销售", "Helped to sell"),
}


class OrderState(models.TextChoices):
    """How far an order came."""

    PLACED = "PLACED", "placed"
    PAID = "PAID", "paid"
    SHIPPED = "SHIPPED", "shipped"
    DELIVERED = "DELIVERED", "delivered"
    CLOSED = "CLOSED", "closed"
    CANCELLED = "CANCELLED", "cancelled"
    REFUNDED = "REFUNDED", "refunded"


ORDER_STATE_WORDS: dict[str, Words] = {
    OrderState.PLACED: both("待支付", "Placed"),
    OrderState.PAID: both("已支付", "Paid"),
    OrderState.SHIPPED: both("已发货", "Shipped"),
    OrderState.DELIVERED: both("已签收", "Delivered"),
    OrderState.CLOSED: both("已完成", "Closed"),
    OrderState.CANCELLED: both("已取消", "Cancelled"),
    OrderState.REFUNDED: both("已退款", "Refunded"),
}


class Buyer(models.Model):
    """Somebody who buys in one capacity, known by an opaque number alone; who that is stands in ``Recipient``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payer = models.CharField(max_length=10, choices=Payer.choices)
    admitted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(payer__in=Payer.values), name="shop_payer_is_known")
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            RefuseLoss(name="keeps_its_capacity", operation=pgtrigger.UpdateOf("id", "payer")),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Recipient(models.Model):
    """Where a buyer's goods go: the one table of the room that leads to a person, whose name and phone ``people`` seals."""

    buyer = models.OneToOneField(Buyer, primary_key=True, on_delete=models.PROTECT, related_name="recipient")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    address_sealed = models.BinaryField()
    """Street and house, under the person's own key."""
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"recipient of {self.pk}"


class _OfKnownParties(KnownOnly):
    known = (
        ("buyer_id", "shop_buyer", "id"),
        ("channel_id", "shop_channel", "id"),
        ("sale_id", "shop_livesale", "id"),
        ("unit_id", "organisation_unit", "id"),
    )
    begins = "shop_order_"


class Order(models.Model):
    """One order of one buyer in one channel; its terms are fixed as it is placed, its state moves on."""

    buyer = models.ForeignKey(
        Buyer, on_delete=models.PROTECT, related_name="orders", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="orders", db_constraint=False, db_index=False
    )
    sale = models.ForeignKey(
        "shop.LiveSale",
        null=True,
        on_delete=models.PROTECT,
        related_name="orders",
        db_constraint=False,
        db_index=False,
    )
    """The live sale it was placed in; null = none."""
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    external_id = models.CharField(max_length=80, null=True)
    """The number that a platform gave it; null for orders of the house."""
    payer = models.CharField(max_length=10, choices=Payer.choices)
    label = models.CharField(max_length=6, choices=Label.choices)
    total_fen = models.BigIntegerField()
    placed_at = models.DateTimeField()
    pay_by_at = models.DateTimeField(null=True)
    """When it lapses if it is not paid; null = never."""
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.PLACED)
    refunded_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="shop_order_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(label=Label.HELPED, payer__in=OUTSIDERS)
                | (Q(label=Label.BOUGHT) & ~Q(payer__in=OUTSIDERS)),
                name="shop_label_follows_the_payer",
            ),
            models.CheckConstraint(
                condition=Q(total_fen__gt=0, refunded_fen__gte=0, refunded_fen__lte=F("total_fen")),
                name="shop_refund_is_within_the_order",
            ),
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=Q(external_id__isnull=False),
                name="shop_one_order_a_platform_number",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["buyer", "id"], name="shop_orders_of_buyer"),
            models.Index(fields=["channel", "placed_at"], name="shop_orders_of_channel"),
            models.Index(
                fields=["pay_by_at"],
                name="shop_orders_that_may_lapse",
                condition=Q(state=OrderState.PLACED, pay_by_at__isnull=False),
            ),
            models.Index(
                fields=["unit", "placed_at"],
                name="shop_orders_to_ship",
                condition=Q(state=OrderState.PAID),
            ),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            _OfKnownParties(name="known", operation=pgtrigger.Insert),
            pgtrigger.Trigger(
                name="moves_forward",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                func=STATE_MOVES,
            ),
            pgtrigger.Trigger(
                name="keeps_its_terms",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(
                    "buyer_id",
                    "channel_id",
                    "sale_id",
                    "unit_id",
                    "external_id",
                    "payer",
                    "label",
                    "total_fen",
                    "placed_at",
                ),
                func=KEEPS_ITS_TERMS,
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"

    @property
    def number(self) -> str:
        """The number that people read."""
        return order_number(self.pk)

    @property
    def scope(self) -> Scope:
        """Where permissions for the order are asked."""
        return Scope(unit=self.unit_id)


def order_number(key: int) -> str:
    """Return the number of an order as people read it.

    >>> order_number(42)
    'DD0000000042'
    """
    return f"DD{key:010d}"


class _OfKnownOffers(KnownOnly):
    known = (
        ("order_id", "shop_order", "id"),
        ("offer_id", "shop_offer", "id"),
        ("place_id", "places_place", "id"),
    )
    begins = "shop_line_"


class OrderLine(AppendOnly):
    """So many packs of one offer, at the price and from the county of the moment it was placed."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    quantity = models.IntegerField()
    unit_price_fen = models.BigIntegerField()
    floor_fen = models.BigIntegerField()
    """What of the price of one pack the grower is promised at least."""
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    """The county of origin."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price_fen__gt=0, floor_fen__gte=0),
                name="shop_line_is_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order"], name="shop_lines_of_order"),
            models.Index(fields=["offer", "id"], name="shop_lines_of_offer"),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _OfKnownOffers(name="known", operation=pgtrigger.Insert),
            _tallies(TALLY_ORDERED),
        ]

    def __str__(self) -> str:
        return f"line {self.pk}"

    @property
    def amount_fen(self) -> int:
        """What the line costs."""
        return self.quantity * self.unit_price_fen


class OrderStep(AppendOnly):
    """That an order came to a state, when and by whom; that it was placed, the order itself says."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=OrderState.choices)
    waybill = models.CharField(max_length=60, blank=True)
    """The carrier's number, of a shipment."""
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"


class Payment(AppendOnly):
    """Money that arrived for an order, once under the payment service's own number."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="payment")
    service = models.CharField(max_length=20)
    """Through which payment service: ``test`` is the sandbox, in which no money moves."""
    reference = models.CharField(max_length=80)
    amount_fen = models.BigIntegerField()
    paid_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "reference"], name="shop_one_payment_a_reference"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="shop_payment_is_something"),
        ]
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _tallies(TALLY_PAID)]

    def __str__(self) -> str:
        return f"{self.service} {self.reference}"


class RefundReason(models.TextChoices):
    """Why money goes back."""

    NOT_SHIPPED = "NOT_SHIPPED", "before shipment"
    NO_REASON = "NO_REASON", "within seven days, without a reason"
    QUALITY = "QUALITY", "quality"
    LOST = "LOST", "lost on the way"


REFUND_REASON_WORDS: dict[str, Words] = {
    RefundReason.NOT_SHIPPED: both("发货前退款", "Before shipment"),
    RefundReason.NO_REASON: both("七天无理由", "Within seven days, without a reason"),
    RefundReason.QUALITY: both("质量问题", "Quality"),
    RefundReason.LOST: both("运输丢失", "Lost on the way"),
}


class Refund(AppendOnly):
    """Packs of an order line for which money went back; it counts in the month in which it did."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refunds")
    quantity = models.IntegerField()
    amount_fen = models.BigIntegerField()
    """What was paid for the goods, net of a coupon."""
    freight_fen = models.BigIntegerField(default=0)
    """Carriage that went back with them."""
    reason = models.CharField(max_length=12, choices=RefundReason.choices)
    is_restocked = models.BooleanField()
    """Whether the goods came back and are sold again."""
    refunded_at = models.DateTimeField()
    refunded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount_fen__gte=0, freight_fen__gte=0),
                name="shop_refund_is_something",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=RefundReason.values), name="shop_refund_reason_is_known"
            ),
        ]
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _tallies(TALLY_REFUNDED)]

    def __str__(self) -> str:
        return f"refund {self.pk}"
