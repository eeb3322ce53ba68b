"""The table of positions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bangfu.foundation.places.positions.datums import DATUMS
from bangfu.foundation.places.triggers import never_deleted, only_superseded


class PlacePosition(models.Model):
    """Where a town or village lies, by a source; what proves wrong is superseded, never changed."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="positions")
    given_longitude = models.DecimalField(max_digits=10, decimal_places=7)
    """In degrees, as the source gives it, in its datum."""
    given_latitude = models.DecimalField(max_digits=10, decimal_places=7)
    datum = models.CharField(max_length=8)
    """One of ``datums.DATUMS``."""
    longitude = models.DecimalField(max_digits=10, decimal_places=7)
    """In degrees, GCJ-02: converted once, when it was loaded."""
    latitude = models.DecimalField(max_digits=10, decimal_places=7)
    source = models.CharField(max_length=300)
    recorded_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("place"), name="places_one_position_at_a_time", condition=Q(superseded_at__isnull=True)
            ),
            models.CheckConstraint(
                name="places_position_is_on_earth",
                condition=Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90)
                & Q(given_longitude__gte=-180, given_longitude__lte=180)
                & Q(given_latitude__gte=-90, given_latitude__lte=90),
            ),
            models.CheckConstraint(
                name="places_position_says_its_datum", condition=Q(datum__in=DATUMS) & ~Q(source="")
            ),
        ]
        triggers: ClassVar = [never_deleted(), only_superseded("a position")]

    def __str__(self) -> str:
        return f"position of {self.place_id}"
