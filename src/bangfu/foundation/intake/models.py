"""Uploads: a sheet as it came in, and what became of it; reported records: rows that units report for a measure."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.rooms import Words, both

FIRST_ASSISTANCE = date(1986, 1, 1)
"""Organised poverty alleviation began in 1986: earlier dates are typing errors."""


@pghistory.track()
class Upload(models.Model):
    """One sheet that somebody uploaded for a unit."""

    class State(models.TextChoices):
        PREVIEWED = "PREVIEWED", "previewed"
        CONFIRMED = "CONFIRMED", "confirmed"
        CANCELLED = "CANCELLED", "cancelled"
        TAKEN_BACK = "TAKEN_BACK", "taken back"
        """It was imported, and all that it brought was withdrawn again."""

    layout = models.CharField(max_length=80)
    """The layout's code."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey("evidence.EvidenceFile", on_delete=models.PROTECT, related_name="+")
    """The file as it came, sealed when it holds personal data; its key is the digest of what is kept."""
    fingerprint = models.CharField(max_length=64)
    """What tells that the same file came before: its digest, or a keyed digest when it holds personal data."""
    redacted = models.ForeignKey(
        "evidence.EvidenceFile", null=True, on_delete=models.PROTECT, related_name="+"
    )
    """What is left of a sheet with personal data once it was imported: the same without them."""
    name = models.CharField(max_length=200)
    """What the file was called."""
    row_count = models.IntegerField()
    """Rows with data, refused ones included."""
    refused_count = models.IntegerField()
    """Refused rows when it was uploaded."""
    notes = models.JSONField(default=list)
    """What was left out at the upload and why: a list of {zh, en}."""
    ambiguous_files = models.JSONField(default=list)
    """File names that the evidence zip held more than once, lower-case."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEWED)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    reading = models.CharField(max_length=64, blank=True)
    """The digest of the reading that was kept of it (``readings``); empty when the sheet is read each time."""
    left_out = models.JSONField(null=True)
    """Numbers of the refused rows that somebody agreed to leave out; null: all rows or none."""
    returned = models.ForeignKey(
        "evidence.EvidenceFile", null=True, on_delete=models.PROTECT, related_name="+"
    )
    """The rows that were left out when the others were imported, with their reasons; sealed when they are personal."""
    outcome = models.JSONField(null=True)
    """What the room's operation did, as it reported it; ``address`` is the page to go to next."""

    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)
    taken_back_because = models.TextField(blank=True, db_default="")
    """Why, in words; no personal details."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["layout", "fingerprint"], condition=Q(state="CONFIRMED"), name="intake_sheet_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["CONFIRMED", "TAKEN_BACK"],
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                )
                | (
                    ~Q(state__in=["CONFIRMED", "TAKEN_BACK"])
                    & Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                ),
                name="intake_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="TAKEN_BACK", taken_back_at__isnull=False, taken_back_by__isnull=False)
                    & ~Q(taken_back_because="")
                )
                | (
                    ~Q(state="TAKEN_BACK")
                    & Q(taken_back_at__isnull=True, taken_back_by__isnull=True, taken_back_because="")
                ),
                name="intake_taken_back_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(row_count__gte=1, refused_count__gte=0, refused_count__lte=models.F("row_count")),
                name="intake_counts_fit",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["uploaded_by", "-uploaded_at"], name="intake_mine")]

    def __str__(self) -> str:
        return f"{self.layout} #{self.pk}"

    @property
    def scope(self) -> Scope:
        """The scope of the unit it was uploaded for."""
        return self.unit.scope


class OwnHeadings(AppendOnly):
    """Under which headings of its own a unit's sheets of a layout bear their columns; the latest row of both holds."""

    layout = models.CharField(max_length=80)
    """The layout's code."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The unit that says so; it holds for the units below it, unless they say otherwise of a heading."""
    headings = models.JSONField()
    """``dict[column, list[heading]]``, as they were written; a column without any is absent."""
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["layout", "unit"], name="intake_headings_of")]

    def __str__(self) -> str:
        return f"{self.layout} of {self.unit}"


class SheetKey(models.Model):
    """The key under which a sheet with personal data is kept until it is imported, wrapped under the house's key.

    Deleting the row destroys the sheet everywhere. Left out of backups and history, as ``people.PersonKey`` is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="key")
    wrapped = models.BinaryField()
    """Empty once the sheet was imported."""
    wrapped_returned = models.BinaryField(null=True)
    """The key of the rows that were left out then; null when none were."""

    def __str__(self) -> str:
        return f"key of {self.upload_id}"


class UploadEvidence(AppendOnly):
    """A file of the evidence zip that the sheet names."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=200)
    """The file's own name, without folders, in lower case: how rows find it."""
    file = models.ForeignKey("evidence.EvidenceFile", on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "name"], name="intake_evidence_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportedState(models.TextChoices):
    """How far a reported record is, as shown: the state of its review, or withdrawn."""

    DRAFT = "DRAFT", "draft"
    SUBMITTED = "SUBMITTED", "submitted"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


REPORTED_STATE_WORDS: dict[str, Words] = {
    ReportedState.DRAFT: both("草稿", "Draft"),
    ReportedState.SUBMITTED: both("待核验", "Waiting for review"),
    ReportedState.VERIFIED: both("已核验", "Verified"),
    ReportedState.RETURNED: both("已退回", "Returned"),
    ReportedState.WITHDRAWN: both("已撤回", "Withdrawn"),
}


@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    # By row: a statement's update event joins old and new rows by a plan cached from the first, small update.
    pghistory.UpdateEvent(level=pgtrigger.Row),
)
class ReportedRecord(models.Model):
    """One row that a unit reports for a measure, because no room does the daily work behind it yet."""

    measure = models.CharField(max_length=80)
    """The measure's code."""
    reference = models.CharField(max_length=60)
    """The number of the thing or of the row, house-wide the only one of its measure: its identity in the ledger."""
    revision = models.SmallIntegerField(default=1)
    """Raised when a counted record is corrected: each revision is counted at most once."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey("organisation.Line", null=True, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField()
    quantity = models.DecimalField(max_digits=20, decimal_places=4)
    """In the measure's unit; negative only for what a stock loses."""
    party = models.UUIDField(null=True)
    """Whom it is about, as the ledger knows them; the number it was made from is not kept."""
    title = models.CharField(max_length=120)
    """What it is, in words; stays on the record."""
    remark = models.TextField(blank=True)
    upload = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT, related_name="+")
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
                fields=["measure", "reference"],
                condition=Q(withdrawn_at__isnull=True),
                name="intake_one_living_record_a_reference",
            ),
            models.UniqueConstraint(
                fields=["measure", "reference", "revision"], name="intake_one_record_a_revision"
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="intake_record_has_a_reference"),
            models.CheckConstraint(condition=~Q(title=""), name="intake_record_has_a_title"),
            models.CheckConstraint(condition=~Q(quantity=0), name="intake_record_counts_something"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="intake_revision_starts_at_one"),
            models.CheckConstraint(
                condition=Q(happened_on__gte=FIRST_ASSISTANCE), name="intake_happened_on_is_plausible"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="intake_withdrawal_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["measure", "happened_on", "reference"], name="intake_record_by_date"),
            models.Index(fields=["unit", "measure"], name="intake_record_by_unit"),
            models.Index(
                fields=["reference"], name="intake_reference_prefix", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def scope(self) -> Scope:
        """Where permissions for the record are asked."""
        return Scope(unit=self.unit_id, place=self.place_id, line=self.line_id)


class ReportedCorrection(AppendOnly):
    """What a counted record said before it was corrected, who corrected it and why."""

    record = models.ForeignKey(ReportedRecord, on_delete=models.PROTECT, related_name="corrections")
    revision = models.SmallIntegerField()
    """The revision that was taken back."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField()
    quantity = models.DecimalField(max_digits=20, decimal_places=4)
    reason = models.CharField(max_length=40)
    remark = models.TextField()
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "revision"], name="intake_one_correction_a_revision"),
            models.CheckConstraint(condition=~Q(remark=""), name="intake_correction_has_a_remark"),
        ]

    def __str__(self) -> str:
        return f"{self.record} revision {self.revision}"
