"""Product fairs: where and when, who exhibits from which county, and what they bring."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.livelihoods.consumption.models.sales import LEAST_DAY, LIVING, Good
from bangfu.livelihoods.parties import PARTY_CODE
from bangfu.livelihoods.reviewed import Reviewed, withdrawal_is_whole


@pghistory.track(*every_version())
class Fair(Reviewed):
    """A fair of produce that a unit holds; verified, it counts as one, on its first day."""

    code = models.CharField(max_length=30)
    title = models.CharField(max_length=120)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The unit that holds it, which counts what is sold at it."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county or district of the venue."""
    venue = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after the last one."""
    document = models.CharField(max_length=80)
    """Number of the notice by which it is held."""
    apart = models.CharField(max_length=300, blank=True)
    """Why it is another fair than one that was reported by hand for these days; empty where there is none."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=LIVING, name="consumption_one_fair_a_code"),
            models.CheckConstraint(
                condition=Q(code__regex=PARTY_CODE) & ~Q(title="") & ~Q(venue="") & ~Q(document=""),
                name="consumption_fair_is_described",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gte=LEAST_DAY, ends_on__gt=F("starts_on")), name="consumption_fair_has_days"
            ),
            withdrawal_is_whole("consumption_fair_withdrawal"),
        ]  # fmt: skip
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the fair are asked."""
        return Scope(unit=self.unit_id)

    @property
    def last_day(self) -> date:
        """The last day of the fair."""
        return self.ends_on - timedelta(days=1)


class Stall(AppendOnly):
    """A stall at a fair: who exhibits, and from which county it comes."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="stalls")
    code = models.CharField(max_length=10)
    exhibitor = models.CharField(max_length=40)
    """The exhibitor's unified social credit code, or the unit's number for it; never a person."""
    exhibitor_name = models.CharField(max_length=120)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county from which what it sells comes."""
    proof = models.CharField(max_length=200)
    """On what the origin rests."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fair", "code"], name="consumption_one_stall_a_code"),
            models.CheckConstraint(
                condition=Q(code__regex=PARTY_CODE, exhibitor__regex=PARTY_CODE) & ~Q(exhibitor_name="") & ~Q(proof=""),
                name="consumption_stall_is_described",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.fair}/{self.code}"


class Exhibit(AppendOnly):
    """A product that a stall sells; a sale of it is a sale at the stall's fair."""

    stall = models.ForeignKey(Stall, on_delete=models.PROTECT, related_name="exhibits")
    good = models.OneToOneField(Good, on_delete=models.PROTECT, related_name="exhibit")

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.good} at {self.stall}"
