"""Follow-up: each term a sheet asks each school whether the pupils who were paid are still there."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models.awards import Award
from bangfu.giving.grants.models.programmes import TERM, Programme, School


class Attendance(models.TextChoices):
    """Where a pupil is, as the school says."""

    STAYS = "STAYS", "at school"
    MOVED = "MOVED", "moved to another school"
    FINISHED = "FINISHED", "finished school"
    LEFT = "LEFT", "left school"


ATTENDANCE_WORDS: dict[str, Words] = {
    Attendance.STAYS.value: both("在读", "At school"),
    Attendance.MOVED.value: both("转学", "Moved to another school"),
    Attendance.FINISHED.value: both("毕业", "Finished school"),
    Attendance.LEFT.value: both("失学、辍学", "Left school"),
}


@pghistory.track(*every_version())
class FollowUp(models.Model):
    """One school's sheet of one term."""

    number = models.CharField(max_length=64, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="follow_ups")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The school's county."""
    term = models.CharField(max_length=11)
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_on = models.DateField(null=True)
    """The day of the school's sheet; null: not answered yet."""
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "school", "term"], name="grants_one_follow_up_a_term"
            ),
            models.CheckConstraint(condition=Q(term__regex=TERM), name="grants_follow_up_of_a_term"),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answered_by__isnull=True)
                | Q(answered_on__isnull=False, answered_by__isnull=False),
                name="grants_follow_up_answered_or_not",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["answered_on", "due_on"], name="grants_follow_ups_due")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the follow-up are asked."""
        return Scope(unit=self.programme.unit_id, place=self.place_id)


@pghistory.track(*every_version())
class Followed(models.Model):
    """One pupil on a sheet."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="pupils")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="followed")
    position = models.SmallIntegerField()
    answer = models.CharField(max_length=8, choices=Attendance.choices, blank=True)
    """Empty: not answered yet."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["follow_up", "position"], name="grants_followed_once_a_position"),
            models.UniqueConstraint(fields=["follow_up", "award"], name="grants_followed_once"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.follow_up_id}/{self.position}"
