"""What carriage costs: a channel's templates by province of destination, in versions that are followed and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models.catalogue import Product, Variant
from bangfu.livelihoods.shop.models.stock import Channel


class FreightBasis(models.TextChoices):
    """By what carriage is reckoned."""

    WEIGHT = "WEIGHT", "net weight"
    PIECES = "PIECES", "packs"


FREIGHT_BASIS_WORDS: dict[str, Words] = {
    FreightBasis.WEIGHT: both("按重量", "By weight"),
    FreightBasis.PIECES: both("按件数", "By pack"),
}


class FreightTemplate(models.Model):
    """A channel's way of charging carriage; what it charges stands in its versions."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="freight_templates")
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    is_usual = models.BooleanField(default=False)
    """Whether it holds for whatever of the channel has no template of its own."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_zh="") & ~Q(name_en=""), name="shop_freight_is_described"
            ),
            models.UniqueConstraint(
                fields=["channel"], condition=Q(is_usual=True), name="shop_one_usual_freight"
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
        """Where permissions for the template are asked."""
        return self.channel.scope


class FreightVersion(AppendOnly):
    """How a template charges from a moment on, until the next version."""

    template = models.ForeignKey(FreightTemplate, on_delete=models.PROTECT, related_name="versions")
    valid_from = models.DateTimeField()
    basis = models.CharField(max_length=8, choices=FreightBasis.choices)
    first = models.PositiveIntegerField()
    """How much the first charge covers: grams or packs, as the basis says."""
    further = models.PositiveIntegerField()
    """How much each further charge covers, begun ones whole: grams or packs."""
    free_from_fen = models.BigIntegerField(null=True)
    """From which sum of goods, before coupons, carriage is free; null = from none."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "valid_from"], name="shop_one_freight_a_moment"),
            models.CheckConstraint(
                condition=Q(first__gt=0, further__gt=0, basis__in=FreightBasis.values),
                name="shop_freight_covers_something",
            ),
            models.CheckConstraint(
                condition=Q(free_from_fen__isnull=True) | Q(free_from_fen__gt=0),
                name="shop_free_freight_begins_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} from {self.valid_from:%Y-%m-%d %H:%M}"


class FreightRate(AppendOnly):
    """What a version charges to one province, or to every province that has no rate of its own."""

    version = models.ForeignKey(FreightVersion, on_delete=models.PROTECT, related_name="rates")
    province = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    """Null = every other province."""
    is_served = models.BooleanField()
    """Whether goods go there at all."""
    first_fen = models.BigIntegerField()
    further_fen = models.BigIntegerField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "province"], name="shop_one_rate_a_province", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(first_fen__gte=0, further_fen__gte=0), name="shop_rate_is_no_gift"
            ),
        ]

    def __str__(self) -> str:
        return f"rate {self.pk}"


class FreightPick(models.Model):
    """Which template of a channel holds for a product, or for one pack of it, which goes before."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(FreightTemplate, on_delete=models.PROTECT, related_name="picks")
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(product__isnull=True, variant__isnull=False)
                | Q(product__isnull=False, variant__isnull=True),
                name="shop_freight_is_for_one_thing",
            ),
            models.UniqueConstraint(fields=["channel", "product"], name="shop_one_freight_a_product"),
            models.UniqueConstraint(fields=["channel", "variant"], name="shop_one_freight_a_pack"),
        ]

    def __str__(self) -> str:
        return f"pick {self.pk}"
