"""Papers and the reviews of single records; their history is kept by triggers."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both


class ReviewState(models.TextChoices):
    """How far a review is; a record without a review is a draft."""

    SUBMITTED = "SUBMITTED", "submitted"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"


STATE_WORDS: dict[str, Words] = {
    ReviewState.SUBMITTED: both("待核验", "Waiting"),
    ReviewState.VERIFIED: both("已核验", "Verified"),
    ReviewState.RETURNED: both("已退回", "Returned"),
}


def _every_version() -> tuple[pghistory.Tracker, ...]:
    """Return trackers that keep every version of a row."""
    return (
        pghistory.InsertEvent(level=pgtrigger.Statement),
        # A statement's update event joins old and new rows by a plan that is cached from its first, empty call:
        # deciding a paper of thousands would compare every row with every other.
        pghistory.UpdateEvent(level=pgtrigger.Row),
    )


class _FourEyes(models.Model):
    """Who submitted and who decided: two different accounts, held by the database."""

    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("submitted_by")), name="%(app_label)s_%(class)s_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(state="SUBMITTED", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["VERIFIED", "RETURNED"], decided_by__isnull=False, decided_at__isnull=False),
                name="%(app_label)s_%(class)s_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="RETURNED", remark=""), name="%(app_label)s_%(class)s_return_says_why"
            ),
        ]

    @property
    def state_words(self) -> Words:
        """The state as it is shown."""
        return STATE_WORDS[self.state]


@pghistory.track(*_every_version())
class Batch(_FourEyes):
    """One paper: many records of one kind and unit, submitted and decided under one signature."""

    record_type = models.SmallIntegerField()
    """``RecordType.number``."""
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    record_count = models.IntegerField()

    class Meta(_FourEyes.Meta):
        constraints: ClassVar = [
            *_FourEyes.Meta.constraints,
            models.CheckConstraint(condition=Q(record_count__gte=1), name="review_batch_is_filled"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "unit", "-submitted_at"], name="review_batch_by_state"),
            models.Index(fields=["submitted_by", "-submitted_at"], name="review_batch_by_submitter"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"paper {self.pk}"

    @property
    def scope(self) -> Scope:
        """The paper's unit as a scope of permissions."""
        return self.unit.scope


@pghistory.track(*_every_version())
class Review(_FourEyes):
    """The review of one record; a record that was returned and submitted again keeps the same row."""

    record_type = models.SmallIntegerField()
    """``RecordType.number``."""
    record_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="reviews")

    class Meta(_FourEyes.Meta):
        constraints: ClassVar = [
            *_FourEyes.Meta.constraints,
            models.UniqueConstraint(fields=["record_type", "record_id"], name="review_one_a_record"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch", "record_id"], name="review_by_batch"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"review of {self.record_type}:{self.record_id}"

    @property
    def scope(self) -> Scope:
        """The record's unit as a scope of permissions."""
        return self.unit.scope
