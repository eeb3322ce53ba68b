"""Uploads: a sheet as it came in, what came with it, and what became of it."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly


@pghistory.track()
class Upload(models.Model):
    """One sheet that somebody uploaded for a unit."""

    class State(models.TextChoices):
        PREVIEWED = "PREVIEWED", "previewed"
        CONFIRMED = "CONFIRMED", "confirmed"
        CANCELLED = "CANCELLED", "cancelled"

    layout = models.CharField(max_length=80)
    """The layout's code."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey("evidence.EvidenceFile", on_delete=models.PROTECT, related_name="+")
    """The file as it came; its key is the digest."""
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
    outcome = models.JSONField(null=True)
    """What the room's operation did, as it reported it; ``address`` is the page to go to next."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["layout", "sheet"], condition=Q(state="CONFIRMED"), name="intake_sheet_once"
            ),
            models.CheckConstraint(
                condition=Q(state="CONFIRMED", confirmed_at__isnull=False, confirmed_by__isnull=False)
                | (~Q(state="CONFIRMED") & Q(confirmed_at__isnull=True, confirmed_by__isnull=True)),
                name="intake_confirmed_by_somebody",
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
