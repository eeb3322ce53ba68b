"""Where each gift stands among the gifts of its campaign, for following it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bangfu.foundation.operations.models import AppendOnly
from bangfu.giving.campaigns.models.campaigns import Campaign
from bangfu.giving.campaigns.models.gifts import Gift


class Standing(AppendOnly):
    """That a received gift stands behind so many fen of gifts that were entered in the campaign's fund before it.

    Gifts that go back later stay in their place, so that no place is ever moved: what went back before a gift is taken off when
    somebody asks.
    """

    gift = models.OneToOneField(
        Gift, primary_key=True, on_delete=models.PROTECT, related_name="standing", db_constraint=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    before_fen = models.BigIntegerField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "before_fen"], name="campaigns_one_gift_a_place"),
            models.CheckConstraint(condition=Q(before_fen__gte=0), name="campaigns_place_from_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.gift_id} behind {self.before_fen}"
