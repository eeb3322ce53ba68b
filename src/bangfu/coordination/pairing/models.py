"""Pairings, what was corrected about them, and the places that must not be without an owner."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Mod
from django.db.models.lookups import Exact

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.organisation.models import one_at_a_time, period_is_forward
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL, TOWN
from bangfu.foundation.rooms import Words, both

FIRST_PAIRING = date(1986, 1, 1)
"""The state's assistance offices were founded in 1986: earlier dates are typing errors."""

COUNTY_SIZE, TOWN_SIZE = SIZE_OF_LEVEL[COUNTY], SIZE_OF_LEVEL[TOWN]


class PairingKind(models.TextChoices):
    """By which channel a unit was given the place."""

    DESIGNATED = "DESIGNATED", "designated"
    AID = "AID", "aid to Tibet"
    LOCAL = "LOCAL", "county assigned locally"
    VILLAGE = "VILLAGE", "village"


KIND_WORDS: dict[str, Words] = {
    PairingKind.DESIGNATED: both("定点帮扶", "Designated county"),
    PairingKind.AID: both("对口支援", "Aid to Tibet"),
    PairingKind.LOCAL: both("地方指派到县", "County, assigned locally"),
    PairingKind.VILLAGE: both("结对到村", "Village"),
}

LOCAL_KINDS = (PairingKind.LOCAL, PairingKind.VILLAGE)
"""Kinds that a place's own authorities assign to the company's provincial, city and county branches."""


class PairingRole(models.TextChoices):
    """What a supporter is at the place: of each kind one leads, others take part."""

    LEAD = "LEAD", "lead"
    CO = "CO", "co-supporter"


ROLE_WORDS: dict[str, Words] = {
    PairingRole.LEAD: both("牵头", "Lead"),
    PairingRole.CO: both("参与", "Co-supporter"),
}


class AssigningLevel(models.TextChoices):
    """The level of the authority that assigned the place."""

    CENTRAL = "CENTRAL", "central"
    PROVINCE = "PROVINCE", "province"
    CITY = "CITY", "city"
    COUNTY = "COUNTY", "county"


LEVEL_WORDS: dict[str, Words] = {
    AssigningLevel.CENTRAL: both("中央", "Central"),
    AssigningLevel.PROVINCE: both("省级", "Province"),
    AssigningLevel.CITY: both("市级", "City"),
    AssigningLevel.COUNTY: both("县级", "County"),
}


class PairingState(models.TextChoices):
    """How far a pairing is, as shown: read off its review and its dates."""

    PROPOSED = "PROPOSED", "proposed"
    ASSIGNED = "ASSIGNED", "assigned"
    RETURNED = "RETURNED", "returned"
    ACTIVE = "ACTIVE", "active"
    ENDING = "ENDING", "ending"
    ENDED = "ENDED", "ended"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


STATE_WORDS: dict[str, Words] = {
    PairingState.PROPOSED: both("拟结对", "Proposed"),
    PairingState.ASSIGNED: both("已指派，待核验", "Assigned, waits for review"),
    PairingState.RETURNED: both("已退回", "Returned"),
    PairingState.ACTIVE: both("结对中", "Active"),
    PairingState.ENDING: both("结束待核验", "Ending, waits for review"),
    PairingState.ENDED: both("已结束", "Ended"),
    PairingState.WITHDRAWN: both("已撤回", "Withdrawn"),
}


_IS_WHOLE_COUNTY = Exact(Mod(F("place_id"), Value(COUNTY_SIZE)), Value(0))
_IS_WHOLE_TOWN = Exact(Mod(F("place_id"), Value(TOWN_SIZE)), Value(0))
"""A village's number is no multiple of a town's, a county's is a multiple of its own size."""


def _living(**more: str) -> Q:
    return Q(withdrawn_at__isnull=True, **more)


@pghistory.track(*every_version())
class Pairing(models.Model):
    """One unit supports one county or village over a period."""

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The supporter."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=PairingKind.choices)
    role = models.CharField(max_length=4, choices=PairingRole.choices)
    level = models.CharField(max_length=8, choices=AssigningLevel.choices)
    assigned_by = models.CharField(max_length=120)
    document = models.CharField(max_length=120)
    """The assigning document's number as printed, 〔〕 included."""
    leader_post = models.CharField(max_length=80, blank=True)
    """The post of the responsible leader, never a name."""
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """The first day on which the unit is responsible no more; null = it still is."""
    agreed_until = models.DateField(null=True)
    """The term that the document sets; it ends nothing by itself."""
    end_document = models.CharField(max_length=120, blank=True)
    """What the end rests on."""
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    revision = models.SmallIntegerField(default=1)
    """Raised when a counted pairing is corrected: each revision is counted at most once."""
    confirmed_at = models.DateTimeField(null=True)
    """When this revision was verified and counted; null = it does not count."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The spreadsheet that brought it; null = entered by hand."""
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
            # Without an extension a range index compares no texts: one constraint a kind.
            *(
                one_at_a_time(
                    f"pairing_one_lead_a_place_{kind.lower()}",
                    "place_id",
                    condition=_living(kind=kind, role=PairingRole.LEAD),
                )
                for kind in PairingKind.values
            ),
            *(
                one_at_a_time(
                    f"pairing_unit_once_a_place_{kind.lower()}",
                    "place_id",
                    "unit_id",
                    condition=_living(kind=kind),
                )
                for kind in PairingKind.values
            ),
            period_is_forward("pairing_period"),
            models.CheckConstraint(
                condition=Q(agreed_until__isnull=True) | Q(agreed_until__gt=F("starts_on")),
                name="pairing_term_is_forward",
            ),
            models.CheckConstraint(condition=Q(starts_on__gte=FIRST_PAIRING), name="pairing_is_plausible"),
            models.CheckConstraint(condition=Q(kind__in=PairingKind.values), name="pairing_kind_is_known"),
            models.CheckConstraint(condition=Q(role__in=PairingRole.values), name="pairing_role_is_known"),
            models.CheckConstraint(
                condition=Q(level__in=AssigningLevel.values), name="pairing_level_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(kind=PairingKind.VILLAGE) & ~_IS_WHOLE_TOWN)
                | (~Q(kind=PairingKind.VILLAGE) & _IS_WHOLE_COUNTY),
                name="pairing_kind_fits_the_place",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[PairingKind.DESIGNATED, PairingKind.AID], level=AssigningLevel.CENTRAL)
                | (Q(kind=PairingKind.LOCAL) & ~Q(level=AssigningLevel.CENTRAL))
                | Q(kind=PairingKind.VILLAGE),
                name="pairing_level_fits_the_kind",
            ),
            models.CheckConstraint(
                condition=~Q(assigned_by="") & ~Q(document=""), name="pairing_says_who_assigned_it"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=False) | Q(replaced_by__isnull=True),
                name="pairing_is_replaced_when_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="pairing_is_replaced_by_another",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="pairing_revision_starts_at_one"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, confirmed_at__isnull=True)
                    & ~Q(withdrawal_reason="")
                ),
                name="pairing_withdrawal_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "starts_on"], name="pairing_by_place"),
            models.Index(fields=["unit", "starts_on"], name="pairing_by_unit"),
            models.Index(fields=["starts_on", "id"], name="pairing_by_date"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"pairing {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the pairing are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class Correction(AppendOnly):
    """What a counted pairing said before it was corrected, who corrected it and why."""

    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="corrections")
    revision = models.SmallIntegerField()
    """The revision that was taken back."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.CharField(max_length=40)
    remark = models.TextField()
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pairing", "revision"], name="pairing_one_correction_a_revision"),
            models.CheckConstraint(condition=~Q(remark=""), name="pairing_correction_has_a_remark"),
        ]

    def __str__(self) -> str:
        return f"{self.pairing} revision {self.revision}"


@pghistory.track(*every_version())
class Requirement(models.Model):
    """A place that must have a leading supporter on every day from a day on: one row of the office's list."""

    place = models.OneToOneField("places.Place", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Whose list it is."""
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """The first day on which no owner is required; null = for good."""
    document = models.CharField(max_length=120)
    upload = models.ForeignKey("intake.Upload", on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField()
    listed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            period_is_forward("pairing_requirement_period"),
            models.CheckConstraint(
                condition=Q(starts_on__gte=FIRST_PAIRING), name="pairing_requirement_is_plausible"
            ),
            models.CheckConstraint(condition=~Q(document=""), name="pairing_requirement_has_a_document"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"owner required at {self.place_id}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the list's row are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)
