"""The cost of running a charity's funds, as it is booked against the law's limit."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.giving.campaigns.models.campaigns import Charity


class Cost(AppendOnly):
    """Administration 管理费 that a fund of a charity paid; one taken back has an entry that was reversed."""

    charity = models.ForeignKey(Charity, on_delete=models.PROTECT, related_name="costs")
    fund = models.ForeignKey("money.Fund", on_delete=models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    spent_on = models.DateField()
    document = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    """Why it was booked although it is more than the limit allowed on that day; it stands in the yearly table."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) & ~Q(document=""), name="campaigns_cost_of_something"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["charity", "-spent_on"], name="campaigns_costs_newest")]

    def __str__(self) -> str:
        return self.document

    @property
    def scope(self) -> Scope:
        """Where permissions for it are asked."""
        return self.charity.scope
