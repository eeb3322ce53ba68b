"""Lots with their origin, and what was sold of each."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.livelihoods.industries.models.industries import Industry, Operator, Part
from bangfu.livelihoods.industries.triggers import LOT_HOLDS
from bangfu.livelihoods.reviewed import CODE, FIRST_DAY, LIVING, Reviewed, withdrawal_is_whole


@pghistory.track(*every_version())
class Lot(Reviewed):
    """A harvest of one operator in one village 批次, with its inspection report; once verified, its origin is public."""

    code = models.CharField(max_length=40)
    """Printed on the label."""
    industry = models.ForeignKey(Industry, on_delete=models.PROTECT, related_name="lots")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="lots")
    village = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=8, choices=Part.choices)
    harvested_on = models.DateField()
    harvest_kg = models.DecimalField(max_digits=12, decimal_places=2)
    yield_share = models.DecimalField(max_digits=5, decimal_places=4)
    """What processing leaves of the harvest, above 0 to 1: of flaxseed the oil, of paddy the rice."""
    inspection = models.CharField(max_length=80)
    """Number of the inspection report."""
    inspector = models.CharField(max_length=120)
    """The body that inspected; never a person's name."""
    inspected_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=LIVING, name="industries_one_lot_a_code"),
            models.CheckConstraint(
                condition=Q(code__regex=CODE, part__in=Part.values) & ~Q(inspection="") & ~Q(inspector=""),
                name="industries_lot_is_described",
            ),
            models.CheckConstraint(
                condition=Q(
                    harvested_on__gte=FIRST_DAY, harvest_kg__gt=0, yield_share__gt=0, yield_share__lte=1
                )
                & Q(inspected_on__gte=F("harvested_on")),
                name="industries_lot_is_plausible",
            ),
            withdrawal_is_whole("industries_lot_withdrawal"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the lot are asked."""
        return Scope(unit=self.industry.unit_id, place=self.village_id)


class Draw(AppendOnly):
    """Kilograms that left a lot: sold by the house, or elsewhere as the operator told; negative where they came back."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="draws")
    kg = models.DecimalField(max_digits=12, decimal_places=2)
    drawn_on = models.DateField()
    reference = models.CharField(max_length=80)
    """What it was drawn for: a line of an order, or the document of a sale elsewhere; once a lot."""
    is_outside = models.BooleanField()
    """Whether it was sold elsewhere: recorded as told, even beyond what the lot can give."""
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lot", "reference"], name="industries_one_draw_a_reference"),
            models.CheckConstraint(
                condition=~Q(kg=0) & ~Q(reference=""), name="industries_draw_is_described"
            ),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="lot_holds",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=LOT_HOLDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kg} of {self.lot}"

    @property
    def number(self) -> str:
        """The number of what it was drawn for, without its kind."""
        return self.reference.rpartition(":")[2]
