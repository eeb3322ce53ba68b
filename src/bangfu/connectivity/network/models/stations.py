"""Sites, the stations on them, and what was corrected about a station after it had been counted."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, every_version
from bangfu.foundation.places.positions.datums import DATUMS

FIRST_MOBILE_NETWORK = date(1990, 1, 1)
"""No station can be older: earlier dates are typing errors."""

STATION_DATES = ("accepted_on", "on_air_on", "capitalised_on", "paid_on")


@pghistory.track(*every_version())
class Site(models.Model):
    """Where stations stand: a tower, a roof or a pole, whoever owns it."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120, blank=True)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county; a station on it says more exactly where it counts."""
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    """In degrees, in ``datum``, as it was measured; null = not known."""
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    datum = models.CharField(max_length=8, blank=True, db_default="")
    """One of ``places.positions.datums.DATUMS``; empty without a position."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True, datum="")
                | Q(longitude__isnull=False, latitude__isnull=False, datum__in=DATUMS),
                name="network_site_says_its_datum",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="network_site_has_a_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Technology(models.TextChoices):
    """Generation of a station; each on a site is a station of its own."""

    G2 = "2G", "2G"
    G3 = "3G", "3G"
    G4 = "4G", "4G"
    G5 = "5G", "5G"
    NB = "NB", "NB-IoT"


@pghistory.track(*every_version())
class Station(models.Model):
    """One logical base station that a unit built and reports."""

    code = models.CharField(max_length=60)
    """The station's identity in the ledger. A withdrawn station gives its code free."""
    revision = models.SmallIntegerField(default=1)
    """Raised when a counted station is corrected: each revision is counted at most once."""
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="stations")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """County or below; where the station counts."""
    technology = models.CharField(max_length=2, choices=Technology.choices)
    band = models.CharField(max_length=40, blank=True)
    builder = models.CharField(max_length=80)
    sharer = models.CharField(max_length=80, blank=True)
    """Who shares the station; never counted for them."""
    accepted_on = models.DateField()
    on_air_on = models.DateField(null=True)
    capitalised_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)
    project = models.ForeignKey(
        "network.Project", null=True, on_delete=models.PROTECT, related_name="stations"
    )
    """The build project it belongs to; null = none is named."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The spreadsheet that brought it; null = registered by hand."""
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=40, blank=True)
    withdrawal_remark = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(withdrawn_at__isnull=True),
                name="network_one_living_station_a_code",
            ),
            models.UniqueConstraint(fields=["code", "revision"], name="network_one_station_a_revision"),
            models.CheckConstraint(condition=~Q(code=""), name="network_station_has_a_code"),
            models.CheckConstraint(condition=~Q(builder=""), name="network_station_has_a_builder"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="network_revision_starts_at_one"),
            models.CheckConstraint(
                condition=Q(technology__in=Technology.values), name="network_technology_is_known"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": FIRST_MOBILE_NETWORK}),
                    name=f"network_{name}_is_plausible",
                )
                for name in STATION_DATES
            ),
            models.CheckConstraint(
                condition=Q(on_air_on__isnull=True) | Q(on_air_on__lte=F("accepted_on")),
                name="network_on_air_before_acceptance",
            ),
            models.CheckConstraint(
                condition=Q(on_air_on__isnull=True)
                | Q(capitalised_on__isnull=True)
                | Q(capitalised_on__gte=F("on_air_on")),
                name="network_capitalised_after_on_air",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="network_withdrawal_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "accepted_on"], name="network_station_by_place"),
            models.Index(fields=["unit", "accepted_on"], name="network_station_by_unit"),
            models.Index(fields=["accepted_on", "code"], name="network_station_by_date"),
            models.Index(
                fields=["code"], name="network_station_code_prefix", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the station are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class Correction(AppendOnly):
    """What a counted station said before it was corrected, who corrected it and why."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="corrections")
    revision = models.SmallIntegerField()
    """The revision that was taken back."""
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    accepted_on = models.DateField()
    reason = models.CharField(max_length=40)
    remark = models.TextField()
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "revision"], name="network_one_correction_a_revision"),
            models.CheckConstraint(condition=~Q(remark=""), name="network_correction_has_a_remark"),
        ]

    def __str__(self) -> str:
        return f"{self.station} revision {self.revision}"
