"""The catalogue: products with their county of origin, what of them is sold in which pack, and at which price from when."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both


class ProductKind(models.TextChoices):
    """What kind of produce it is: it decides whether goods may be given back without a reason."""

    GRAIN = "GRAIN", "grain and oil"
    FRESH = "FRESH", "fresh fruit, vegetables and meat"
    PREPARED = "PREPARED", "prepared food"
    DRINK = "DRINK", "tea and drinks"
    CRAFT = "CRAFT", "handicraft"
    OTHER = "OTHER", "other"


PRODUCT_KIND_WORDS: dict[str, Words] = {
    ProductKind.GRAIN: both("粮油", "Grain and oil"),
    ProductKind.FRESH: both("生鲜", "Fresh produce"),
    ProductKind.PREPARED: both("加工食品", "Prepared food"),
    ProductKind.DRINK: both("茶饮", "Tea and drinks"),
    ProductKind.CRAFT: both("手工艺品", "Handicraft"),
    ProductKind.OTHER: both("其他", "Other"),
}


@pghistory.track(*every_version())
class Product(models.Model):
    """One product (SPU) of a county, which one unit sells."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=ProductKind.choices)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county of origin 产地."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    certificate = models.CharField(max_length=80, blank=True)
    """Number of the document that certifies the origin; empty where it has none."""
    certified_by = models.CharField(max_length=120, blank=True)
    is_shown = models.BooleanField(default=True)
    """Whether the public catalogue shows it."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_zh="") & ~Q(name_en=""), name="shop_product_is_described"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ProductKind.values), name="shop_product_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(certificate="", certified_by="") | (~Q(certificate="") & ~Q(certified_by="")),
                name="shop_certificate_is_whole",
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
        """Where permissions for the product are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class Variant(models.Model):
    """What of a product is sold (SKU): a pack of one weight."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    code = models.CharField(max_length=40, unique=True)
    spec_zh = models.CharField(max_length=80)
    spec_en = models.CharField(max_length=120)
    net_weight_g = models.PositiveIntegerField()
    pack = models.PositiveSmallIntegerField(default=1)
    """How many pieces one pack holds."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(spec_zh="") & ~Q(spec_en=""), name="shop_variant_is_described"
            ),
            models.CheckConstraint(
                condition=Q(net_weight_g__gt=0, pack__gt=0), name="shop_variant_weighs_something"
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def spec(self) -> Words:
        """What one pack is, in both languages."""
        return both(self.spec_zh, self.spec_en)


class PriceVersion(AppendOnly):
    """What a pack costs from a moment on, until the next version; never changed, only followed."""

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="prices")
    channel = models.ForeignKey("shop.Channel", null=True, on_delete=models.PROTECT, related_name="+")
    """The one channel that it is for; null = every channel that has no price of its own."""
    valid_from = models.DateTimeField()
    price_fen = models.BigIntegerField()
    floor_fen = models.BigIntegerField()
    """What the grower is promised of it at least."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price_fen__gt=0, floor_fen__gte=0, floor_fen__lte=F("price_fen")),
                name="shop_price_covers_its_floor",
            ),
            models.UniqueConstraint(
                fields=["variant", "channel", "valid_from"],
                name="shop_one_price_a_moment",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} from {self.valid_from:%Y-%m-%d %H:%M}"
