"""What left of an order before the rest."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations.models import AppendOnly
from bangfu.livelihoods.shop.models.orders import Order


class PartShipment(AppendOnly):
    """A waybill under which a part of an order left before the rest; that all of it left, a step says."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parts")
    waybill = models.CharField(max_length=60)
    shipped_at = models.DateTimeField()
    shipped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(waybill=""), name="shop_part_has_a_waybill"),
        ]

    def __str__(self) -> str:
        return self.waybill
