"""Schools with the education solution."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.places.positions.datums import DATUMS
from bangfu.foundation.rooms import Words, both

FIRST_LESSON = date(2000, 1, 1)
"""No school can have had lessons over the line earlier: such dates are typing errors."""
CODE_FORM = r"^\d{10}$"
"""学校（机构）标识码: ten digits, given to each school by the ministry of education."""


class SchoolKind(models.TextChoices):
    """What a school is, by the ministry's kinds of schools."""

    TEACHING_POINT = "TEACHING_POINT", "teaching point"
    PRIMARY = "PRIMARY", "primary"
    JUNIOR = "JUNIOR", "junior secondary"
    NINE_YEAR = "NINE_YEAR", "nine-year"
    SENIOR = "SENIOR", "senior secondary"
    VOCATIONAL = "VOCATIONAL", "vocational"
    KINDERGARTEN = "KINDERGARTEN", "kindergarten"
    SPECIAL = "SPECIAL", "special"


KIND_WORDS: dict[str, Words] = {
    SchoolKind.TEACHING_POINT: both("教学点", "Teaching point"),
    SchoolKind.PRIMARY: both("小学", "Primary school"),
    SchoolKind.JUNIOR: both("初级中学", "Junior secondary school"),
    SchoolKind.NINE_YEAR: both("九年一贯制学校", "Nine-year school"),
    SchoolKind.SENIOR: both("高级中学", "Senior secondary school"),
    SchoolKind.VOCATIONAL: both("中等职业学校", "Vocational school"),
    SchoolKind.KINDERGARTEN: both("幼儿园", "Kindergarten"),
    SchoolKind.SPECIAL: both("特殊教育学校", "Special school"),
}


class SchoolState(models.TextChoices):
    """How far a school is, as shown: read off its review and its dates."""

    DRAFT = "DRAFT", "draft"
    SUBMITTED = "SUBMITTED", "submitted"
    RETURNED = "RETURNED", "returned"
    SERVED = "SERVED", "served"
    STOPPING = "STOPPING", "stopping"
    STOPPED = "STOPPED", "stopped"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


STATE_WORDS: dict[str, Words] = {
    SchoolState.DRAFT: both("草稿", "Draft"),
    SchoolState.SUBMITTED: both("待核验", "Waits for review"),
    SchoolState.RETURNED: both("已退回", "Returned"),
    SchoolState.SERVED: both("在用", "In use"),
    SchoolState.STOPPING: both("停用待核验", "Stop waits for review"),
    SchoolState.STOPPED: both("已停用", "Stopped"),
    SchoolState.WITHDRAWN: both("已撤回", "Withdrawn"),
}


@pghistory.track(*every_version())
class School(models.Model):
    """One school that is served over the line from the day it was accepted until it stops."""

    code = models.CharField(max_length=10)
    """学校标识码: its identity in the ledger. A withdrawn school gives its code free."""
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=14, choices=SchoolKind.choices)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Who serves and reports it."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county, town or village where it stands and counts."""
    pupils = models.PositiveIntegerField(null=True)
    """At ``counted_on``; null = nobody said."""
    classes = models.PositiveSmallIntegerField(null=True)
    counted_on = models.DateField(null=True)
    """The day of pupils and classes; null when neither is known."""
    bandwidth_mbps = models.PositiveIntegerField(null=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    """In degrees, in ``datum``, as it was measured; null = not known."""
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True)
    datum = models.CharField(max_length=8, blank=True)
    """One of ``places.positions.datums.DATUMS``; empty without a position."""
    accepted_on = models.DateField()
    stopped_on = models.DateField(null=True)
    """The first day without lessons; null = it is in use."""
    stop_document = models.CharField(max_length=120, blank=True)
    revision = models.SmallIntegerField(default=1)
    """One more than that of the withdrawn school that had the code before."""
    confirmed_at = models.DateTimeField(null=True)
    """When it was verified and counted; null = it does not count."""
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
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(withdrawn_at__isnull=True),
                name="schooling_one_living_school_a_code",
            ),
            models.UniqueConstraint(fields=["code", "revision"], name="schooling_one_school_a_revision"),
            models.CheckConstraint(condition=Q(code__regex=CODE_FORM), name="schooling_code_form"),
            models.CheckConstraint(condition=~Q(name=""), name="schooling_school_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=SchoolKind.values), name="schooling_kind_is_known"),
            models.CheckConstraint(
                condition=Q(accepted_on__gte=FIRST_LESSON), name="schooling_accepted_is_plausible"
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True) | Q(stopped_on__gt=F("accepted_on")),
                name="schooling_stops_after_acceptance",
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True, stop_document="")
                | (Q(stopped_on__isnull=False) & ~Q(stop_document="")),
                name="schooling_stop_has_a_document",
            ),
            models.CheckConstraint(
                condition=Q(counted_on__isnull=True, pupils__isnull=True, classes__isnull=True)
                | (Q(counted_on__isnull=False) & (Q(pupils__isnull=False) | Q(classes__isnull=False))),
                name="schooling_pupils_have_a_day",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True, datum="")
                | Q(longitude__isnull=False, latitude__isnull=False, datum__in=DATUMS),
                name="schooling_position_says_its_datum",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, confirmed_at__isnull=True)
                    & ~Q(withdrawal_reason="")
                ),
                name="schooling_withdrawal_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place"], name="schooling_by_place"),
            models.Index(fields=["unit", "code"], name="schooling_by_unit"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the school are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)
