"""Where goods lie and what moved them; where they are sold, and what is on offer there."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, KnownOnly, RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models.catalogue import Variant


class ChannelKind(models.TextChoices):
    """What kind of channel it is."""

    OWN = "OWN", "own shop"
    PLATFORM = "PLATFORM", "shop on a platform"
    CANTEEN = "CANTEEN", "canteen or union"
    FAIR = "FAIR", "fair"


CHANNEL_KIND_WORDS: dict[str, Words] = {
    ChannelKind.OWN: both("自有商城", "Own shop"),
    ChannelKind.PLATFORM: both("平台店铺", "Shop on a platform"),
    ChannelKind.CANTEEN: both("食堂与工会", "Canteens and unions"),
    ChannelKind.FAIR: both("展销会", "Fair"),
}


class Channel(models.Model):
    """Where a unit sells: its own shop, a shop on a platform, a canteen, a fair. Its orders count for that unit."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=ChannelKind.choices)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=60, blank=True, default="")
    """Whose platform it is on; empty: on none."""
    shop = models.CharField(max_length=120, blank=True, default="")
    """What the shop there is called, or its number."""
    team = models.CharField(max_length=120, blank=True, default="")
    """Which team runs it; nobody's name."""
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    pay_within_min = models.PositiveSmallIntegerField(null=True)
    """How long an order keeps its stock without being paid; null = it is paid on account and never lapses."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_zh="") & ~Q(name_en=""), name="shop_channel_is_described"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ChannelKind.values), name="shop_channel_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
                name="shop_channel_closes_after_it_opened",
            ),
            models.CheckConstraint(
                condition=Q(pay_within_min__isnull=True) | Q(pay_within_min__gt=0),
                name="shop_channel_gives_time_to_pay",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> Words:
        """What it is called, in both languages."""
        return both(self.name_zh, self.name_en)

    @property
    def scope(self) -> Scope:
        """Where permissions for the channel are asked."""
        return Scope(unit=self.unit_id)


class Warehouse(models.Model):
    """Where goods lie."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_zh="") & ~Q(name_en=""), name="shop_warehouse_is_described"
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> Words:
        """What it is called, in both languages."""
        return both(self.name_zh, self.name_en)

    @property
    def scope(self) -> Scope:
        """Where permissions for the warehouse are asked."""
        return Scope(unit=self.unit_id)


class Stock(models.Model):
    """How many packs of a variant lie in a warehouse, set apart for a live sale or not, and how many of them are promised.

    Free is physical less reserved: what orders may still take.
    """

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="stocks")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="stocks")
    sale = models.ForeignKey("shop.LiveSale", null=True, on_delete=models.PROTECT, related_name="stocks")
    """The live sale it is set apart for; null = for every order."""
    physical = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["variant", "warehouse", "sale"], name="shop_one_stock", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("physical")), name="shop_stock_is_not_oversold"
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"stock {self.pk}"

    @property
    def free(self) -> int:
        """How many packs orders may still take."""
        return self.physical - self.reserved


class MovementKind(models.TextChoices):
    """What moved stock."""

    RECEIVED = "RECEIVED", "received"
    SET_APART = "SET_APART", "set apart, or brought back"
    RESERVED = "RESERVED", "reserved by an order"
    RELEASED = "RELEASED", "released by an order that lapsed"
    SHIPPED = "SHIPPED", "shipped"
    RETURNED = "RETURNED", "given back"
    COUNTED = "COUNTED", "put right by counting"


MOVEMENT_KIND_WORDS: dict[str, Words] = {
    MovementKind.RECEIVED: both("入库", "Received"),
    MovementKind.SET_APART: both("调拨", "Set apart"),
    MovementKind.RESERVED: both("下单占用", "Reserved"),
    MovementKind.RELEASED: both("释放占用", "Released"),
    MovementKind.SHIPPED: both("发货出库", "Shipped"),
    MovementKind.RETURNED: both("退货入库", "Given back"),
    MovementKind.COUNTED: both("盘点", "Counted"),
}


class _OfKnownStock(KnownOnly):
    known = (("stock_id", "shop_stock", "id"), ("line_id", "shop_orderline", "id"))
    begins = "shop_movement_"


class StockMovement(AppendOnly):
    """What changed a stock, and by how much; the sum of a stock's movements is what it holds."""

    stock = models.ForeignKey(
        Stock, on_delete=models.PROTECT, related_name="movements", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=10, choices=MovementKind.choices)
    physical = models.BigIntegerField()
    reserved = models.BigIntegerField()
    line = models.ForeignKey(
        "shop.OrderLine",
        null=True,
        on_delete=models.PROTECT,
        related_name="movements",
        db_constraint=False,
        db_index=False,
    )
    """The order line that moved it; null where no order did. What a line still reserves is the sum of its movements."""
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(physical=0) | ~Q(reserved=0), name="shop_movement_moves_something"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["stock", "id"], name="shop_movements_of_stock"),
            models.Index(
                fields=["stock", "id"],
                name="shop_movements_into_stock",
                condition=Q(
                    kind__in=[MovementKind.RECEIVED, MovementKind.RETURNED, MovementKind.COUNTED],
                    physical__gt=0,
                ),
            ),
            models.Index(
                fields=["line"],
                name="shop_movements_off_a_line",
                condition=Q(kind__in=[MovementKind.RELEASED, MovementKind.SHIPPED]),
            ),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _OfKnownStock(name="known", operation=pgtrigger.Insert),
        ]

    def __str__(self) -> str:
        return f"movement {self.pk}"


class Receipt(AppendOnly):
    """Packs that came into a warehouse, with the paper that came with them and the lot that they were packed from."""

    movement = models.OneToOneField(StockMovement, on_delete=models.PROTECT, related_name="receipt")
    document = models.CharField(max_length=80, blank=True)
    """Number of the delivery note; empty where there is none."""
    lot = models.ForeignKey("industries.Lot", null=True, on_delete=models.PROTECT, related_name="receipts")
    """The verified lot that the goods are from, which gives no more than was harvested; null = no lot is known."""

    def __str__(self) -> str:
        return f"receipt {self.pk}"


class Offer(models.Model):
    """What a channel sells: one stock, within a period, to each buyer so many at most."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="offers")
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="offers")
    per_buyer = models.PositiveIntegerField(null=True)
    """How many packs one buyer may have of it; null = as many as there are."""
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    """Half-open: at this moment nothing is sold any more; null = until somebody closes it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "stock"], name="shop_one_offer"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="shop_offer_closes_after_it_opened",
            ),
            models.CheckConstraint(
                condition=Q(per_buyer__isnull=True) | Q(per_buyer__gt=0), name="shop_limit_is_some"
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"offer {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the offer are asked."""
        return self.channel.scope
