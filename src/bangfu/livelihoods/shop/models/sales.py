"""Live sales: events at which stock is set apart and sold before a camera."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models.stock import Channel


@pghistory.track(*every_version())
class LiveSale(models.Model):
    """One live sale of a channel: what was set apart for it is sold while it lasts."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="sales")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """Half-open."""
    stream_url = models.CharField(max_length=500, blank=True)
    """Where its picture comes from: an HLS playlist; empty while there is none."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField(null=True)
    """When what was ordered in it was posted as ordered in live sales; null = not yet."""
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_zh="") & ~Q(name_en=""), name="shop_sale_is_described"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shop_sale_lasts"),
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
        """Where permissions for the sale are asked."""
        return self.channel.scope
