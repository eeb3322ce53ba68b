"""Welfare schemes: staff choose within what they are given, the union pays once, and nobody learns who chose what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.livelihoods.consumption.models.sales import LEAST_DAY, Good
from bangfu.livelihoods.parties import PARTY_CODE


@pghistory.track(*every_version())
class Scheme(models.Model):
    """A welfare scheme of a unit: from when to when its staff may choose, and for how much each."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    opens_on = models.DateField()
    closes_on = models.DateField()
    """The day after the last one."""
    allowance_fen = models.BigIntegerField()
    """What each may choose for; shown to whoever chooses, and on no page of those who manage."""
    document = models.CharField(max_length=80)
    """The union's resolution."""
    is_voluntary = models.BooleanField()
    """That nobody must choose, said by whoever opened it; always true."""
    invoice_code = models.CharField(max_length=20, blank=True)
    invoice_number = models.CharField(max_length=30, blank=True)
    paid_on = models.DateField(null=True)
    """When it was settled; null = not yet."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=PARTY_CODE, is_voluntary=True) & ~Q(title="") & ~Q(document=""),
                name="consumption_scheme_is_described",
            ),
            models.CheckConstraint(
                condition=Q(opens_on__gte=LEAST_DAY, closes_on__gt=F("opens_on"), allowance_fen__gt=0),
                name="consumption_scheme_is_plausible",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the scheme are asked."""
        return Scope(unit=self.unit_id)

    @property
    def last_day(self) -> date:
        """The last day on which staff may choose."""
        return self.closes_on - timedelta(days=1)


class Offered(models.Model):
    """A product that a scheme offers, at its price."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="offered")
    good = models.ForeignKey(Good, on_delete=models.PROTECT, related_name="+")
    price_fen = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "good"], name="consumption_one_offer_a_product"),
            models.CheckConstraint(condition=Q(price_fen__gt=0), name="consumption_offered_has_a_price"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.good} in {self.scheme}"


class Choice(models.Model):
    """So many packs that somebody chose: of whom is told by a keyed digest alone, which is emptied when the scheme is settled."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="choices")
    offered = models.ForeignKey(Offered, on_delete=models.PROTECT, related_name="choices")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The unit of whoever chose."""
    chooser = models.CharField(max_length=64, blank=True)
    """Keyed digest of scheme and account; empty once the scheme is settled."""
    quantity = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "offered", "chooser"],
                condition=~Q(chooser=""),
                name="consumption_one_choice_each",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="consumption_choice_is_something"),
        ]

    def __str__(self) -> str:
        return f"choice {self.pk}"
