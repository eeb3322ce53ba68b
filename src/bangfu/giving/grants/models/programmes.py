"""Programmes of student grants: for whom, how much, by which criteria, with which fund, and who decides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both

CODE = r"^[A-Z0-9][A-Z0-9-]{1,39}$"
TERM = r"^20[0-9]{2}-(spring|autumn)$"
SCHOOL_CODE = r"^[0-9]{10}$"
FEWEST_DISPLAY_DAYS = 5
"""Working days for which a list of names hangs in the school, by the national rule for state grants."""


class ProgrammeState(models.TextChoices):
    """How far a programme is."""

    DRAFTED = "DRAFTED", "drafted"
    OPEN = "OPEN", "open for applications"
    VETTING = "VETTING", "vetting"
    DISPLAYED = "DISPLAYED", "displayed"
    AWARDED = "AWARDED", "awarded"
    PAYING = "PAYING", "paying"
    CLOSED = "CLOSED", "closed"


PROGRAMME_STATE_WORDS: dict[str, Words] = {
    ProgrammeState.DRAFTED.value: both("拟定", "Drafted"),
    ProgrammeState.OPEN.value: both("受理中", "Open"),
    ProgrammeState.VETTING.value: both("审核评议", "Being vetted"),
    ProgrammeState.DISPLAYED.value: both("公示", "Displayed"),
    ProgrammeState.AWARDED.value: both("已核定", "Awarded"),
    ProgrammeState.PAYING.value: both("发放中", "Being paid"),
    ProgrammeState.CLOSED.value: both("已结项", "Closed"),
}


class HouseholdStatus(models.TextChoices):
    """What the household of a pupil is, by the paper that was shown."""

    REGISTERED = "REGISTERED", "registered poor, or left poverty"
    MONITORED = "MONITORED", "monitored after exit"
    SPECIAL = "SPECIAL", "in special hardship"
    MINIMUM = "MINIMUM", "minimum living allowance"
    ORPHAN = "ORPHAN", "orphan, or child without care"
    DISABLED = "DISABLED", "disabled pupil or parent"
    OTHER = "OTHER", "other hardship"


HOUSEHOLD_WORDS: dict[str, Words] = {
    HouseholdStatus.REGISTERED.value: both("建档立卡（脱贫）户", "Registered poor household"),
    HouseholdStatus.MONITORED.value: both("监测户", "Monitored household"),
    HouseholdStatus.SPECIAL.value: both("特困供养", "Special hardship"),
    HouseholdStatus.MINIMUM.value: both("低保户", "Minimum living allowance"),
    HouseholdStatus.ORPHAN.value: both("孤儿、事实无人抚养", "Orphan or without care"),
    HouseholdStatus.DISABLED.value: both("残疾学生或残疾人家庭", "Disability in the family"),
    HouseholdStatus.OTHER.value: both("其他困难", "Other hardship"),
}


@pghistory.track(*every_version())
class School(models.Model):
    """A school whose pupils apply; entered once, for every programme."""

    code = models.CharField(max_length=10, unique=True)
    """学校标识码."""
    name = models.CharField(max_length=80)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county in which its grants count."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Who keeps in touch with it."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=SCHOOL_CODE) & ~Q(name=""), name="grants_school_is_described"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["place"], name="grants_schools_by_place")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the school are asked."""
        return Scope(unit=self.unit_id)


@pghistory.track(*every_version())
class Programme(models.Model):
    """One round of grants: so many yuan for each pupil of a term, out of one restricted fund."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Who runs it."""
    fund = models.ForeignKey("money.Fund", on_delete=models.PROTECT, related_name="+")
    """The charity's restricted fund out of which it is paid."""
    campaign = models.CharField(max_length=40, blank=True)
    """Code of the campaign that raised the fund, for words only; empty: none."""
    term = models.CharField(max_length=11)
    """``2020-autumn``: one pupil, one grant a term."""
    amount_fen = models.BigIntegerField()
    """For each pupil."""
    opens_on = models.DateField()
    closes_on = models.DateField()
    """The first day on which no application is taken."""
    display_days = models.SmallIntegerField(default=FEWEST_DISPLAY_DAYS)
    """Working days for which lists hang in the schools."""
    rest_days = ArrayField(models.DateField(), default=list)
    """Weekdays that are no working days: public holidays, and days on which schools are empty."""
    made_up_days = ArrayField(models.DateField(), default=list)
    """Weekend days that are worked."""
    quorum = models.SmallIntegerField(default=3)
    """So many members at least vote on each application."""
    state = models.CharField(max_length=9, choices=ProgrammeState.choices, default=ProgrammeState.DRAFTED)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE, term__regex=TERM) & ~Q(name_zh=""),
                name="grants_programme_is_described",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_fen__gt=0, closes_on__gt=F("opens_on"), quorum__gte=2,
                    display_days__gte=FEWEST_DISPLAY_DAYS,
                ),
                name="grants_programme_is_plausible",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [models.Index(fields=["state", "-opens_on"], name="grants_programmes_by_state")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """What it is called in the active language."""
        return str(both(self.name_zh, self.name_en or self.name_zh))

    @property
    def last_day(self) -> date:
        """The last day on which it takes applications."""
        return self.closes_on - timedelta(days=1)

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return PROGRAMME_STATE_WORDS[self.state]

    @property
    def scope(self) -> Scope:
        """Where permissions for the programme are asked."""
        return Scope(unit=self.unit_id)


class Criterion(models.Model):
    """A condition that gives points; fixed once the programme is open."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=20)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    household = models.CharField(max_length=10, choices=HouseholdStatus.choices, blank=True)
    """The household status that meets it; empty: an application claims it by its code."""
    points = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="grants_criterion_once"),
            models.UniqueConstraint(
                fields=["programme", "household"],
                condition=~Q(household=""),
                name="grants_one_criterion_a_status",
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0, points__lte=100) & ~Q(code="") & ~Q(title_zh=""),
                name="grants_criterion_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.code}"

    @property
    def title(self) -> str:
        """What it says in the active language."""
        return str(both(self.title_zh, self.title_en or self.title_zh))


class Quota(models.Model):
    """How many pupils of a county, or of one school, a programme may grant; where none is, nobody applies."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="quotas")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county."""
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")
    """Null: of the county as a whole."""
    pupils = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "place", "school"], nulls_distinct=False, name="grants_quota_once"
            ),
            models.CheckConstraint(condition=Q(pupils__gt=0), name="grants_quota_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.place_id} {self.school_id}"


class Step(AppendOnly):
    """That a programme moved on: to what, when and by whom."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=9, choices=ProgrammeState.choices)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["programme", "at"], name="grants_steps_by_programme")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.state}"

    @property
    def state_words(self) -> Words:
        """What it moved on to, in words."""
        return PROGRAMME_STATE_WORDS[self.state]
