"""What every record that units report has in common: whose it is, who brought it, what was corrected, when it left."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.rooms import Words, both


class StationState(models.TextChoices):
    """How far a record is, as shown: the state of its review, or withdrawn."""

    DRAFT = "DRAFT", "draft"
    SUBMITTED = "SUBMITTED", "submitted"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


STATE_WORDS: dict[str, Words] = {
    StationState.DRAFT: both("草稿", "Draft"),
    StationState.SUBMITTED: both("待核验", "Waiting for review"),
    StationState.VERIFIED: both("已核验", "Verified"),
    StationState.RETURNED: both("已退回", "Returned"),
    StationState.WITHDRAWN: both("已撤回", "Withdrawn"),
}


class Reported(models.Model):
    """One record that a unit reports under a code, and another person verifies."""

    code = models.CharField(max_length=60)
    """The record's identity. A withdrawn record gives its code free."""
    revision = models.SmallIntegerField(default=1)
    """Raised when a counted record is corrected: each revision is counted at most once."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """Where the record counts: a county or a place in one."""
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
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(withdrawn_at__isnull=True),
                name="%(app_label)s_one_living_%(class)s_a_code",
            ),
            models.UniqueConstraint(
                fields=["code", "revision"], name="%(app_label)s_one_%(class)s_a_revision"
            ),
            models.CheckConstraint(condition=~Q(code=""), name="%(app_label)s_%(class)s_has_a_code"),
            models.CheckConstraint(
                condition=Q(revision__gte=1), name="%(app_label)s_%(class)s_revision_from_one"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="%(app_label)s_%(class)s_withdrawal_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "code"], name="network_%(class)s_place"),
            models.Index(fields=["unit", "code"], name="network_%(class)s_unit"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the record are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class RecordCorrection(AppendOnly):
    """What a counted record said before it was corrected, who corrected it and why."""

    record_type = models.SmallIntegerField()
    """``RecordType.number``."""
    record_id = models.BigIntegerField()
    revision = models.SmallIntegerField()
    """The revision that was taken back."""
    said = models.JSONField()
    """What it said, by column."""
    reason = models.CharField(max_length=40)
    remark = models.TextField()
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "revision"], name="network_one_record_correction"
            ),
            models.CheckConstraint(condition=~Q(remark=""), name="network_record_correction_has_a_remark"),
        ]

    def __str__(self) -> str:
        return f"{self.record_type}:{self.record_id} revision {self.revision}"
