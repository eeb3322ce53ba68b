"""Photographs of products, as buyers see them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models

from bangfu.foundation.evidence.models import EvidenceFile
from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.livelihoods.shop.models.catalogue import Product


@pghistory.track(*every_version())
class ProductPicture(models.Model):
    """One photograph of a product; everybody sees it while it is not taken off and the people in it allow pages."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="pictures")
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    position = models.SmallIntegerField()
    """Its place among the product's; the lowest is the one that stands in lists."""
    taken_off_at = models.DateTimeField(null=True)
    """Null = it belongs to the product."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "file"], name="shop_picture_once_a_product"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"picture {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the picture are asked."""
        return self.product.scope
