"""What came of a project: milestones, acceptance, who owns and keeps what was built, and whether it is still used."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.parties import PARTY_CODE
from bangfu.livelihoods.projects.models.projects import Project

YEARS = (1, 2)
"""After how many years somebody looks whether what was built is still used."""


@pghistory.track(*every_version())
class Milestone(models.Model):
    """Something that a project is to reach by a day; reached with a photograph."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    due_on = models.DateField()
    reached_on = models.DateField(null=True)
    """Null: not yet."""
    reached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="projects_one_milestone_a_number"),
            models.CheckConstraint(condition=~Q(title=""), name="projects_milestone_has_a_title"),
            models.CheckConstraint(
                condition=Q(reached_on__isnull=True, reached_by__isnull=True)
                | Q(reached_on__isnull=False, reached_by__isnull=False),
                name="projects_milestone_is_reached_by_somebody",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> Scope:
        """Where permissions for the milestone are asked."""
        return self.project.scope


class Acceptance(AppendOnly):
    """A project was accepted: who looked, on which day, by which document; recorded by somebody who did not build it."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="acceptance")
    accepted_on = models.DateField()
    acceptors = models.CharField(max_length=300)
    """The offices and bodies that accepted it; never a person's name."""
    document = models.CharField(max_length=120)
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(acceptors="") & ~Q(document=""), name="projects_acceptance_is_described"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["accepted_on"], name="projects_acceptance_by_day")]

    def __str__(self) -> str:
        return f"acceptance of {self.project}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the acceptance are asked."""
        return self.project.scope


class Owner(models.TextChoices):
    """What kind of body owns what was built."""

    VILLAGE = "VILLAGE", "village collective"
    TOWN = "TOWN", "town collective"
    COOPERATIVE = "COOPERATIVE", "co-operative"
    PUBLIC = "PUBLIC", "public institution"
    COMPANY = "COMPANY", "company"


OWNER_WORDS: dict[str, Words] = {
    Owner.VILLAGE: both("村集体", "Village collective"),
    Owner.TOWN: both("乡镇集体", "Town collective"),
    Owner.COOPERATIVE: both("合作社", "Co-operative"),
    Owner.PUBLIC: both("事业单位", "Public institution"),
    Owner.COMPANY: both("企业", "Company"),
}


@pghistory.track(*every_version())
class Asset(models.Model):
    """A thing that was built: whose it is by which document, and who keeps it up."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="assets")
    name = models.CharField(max_length=120)
    owner_kind = models.CharField(max_length=12, choices=Owner.choices)
    owner = models.CharField(max_length=40)
    """The owner's code as an organisation."""
    document = models.CharField(max_length=120)
    """Number of the document that says whose it is 确权."""
    upkeep = models.CharField(max_length=120)
    """Which post keeps it up; never a person's name."""
    value_fen = models.BigIntegerField()
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="projects_one_asset_a_name"),
            models.CheckConstraint(
                condition=~Q(name="")
                & ~Q(document="")
                & ~Q(upkeep="")
                & Q(owner__regex=PARTY_CODE, owner_kind__in=Owner.values),
                name="projects_asset_is_described",
            ),
            models.CheckConstraint(condition=Q(value_fen__gt=0), name="projects_asset_has_a_value"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.name


class Used(models.TextChoices):
    """Whether what was built is still used."""

    YES = "YES", "yes"
    PARTLY = "PARTLY", "partly"
    NO = "NO", "no"


USED_WORDS: dict[str, Words] = {
    Used.YES: both("在用", "In use"),
    Used.PARTLY: both("部分在用", "Partly in use"),
    Used.NO: both("闲置", "Not used"),
}


class Check(AppendOnly):
    """Somebody looked, one or two years after acceptance, whether it is still used; said anew, the highest revision holds."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="checks")
    year = models.PositiveSmallIntegerField()
    """How many years after acceptance it was due."""
    revision = models.PositiveSmallIntegerField(default=1)
    checked_on = models.DateField()
    used = models.CharField(max_length=6, choices=Used.choices)
    reason = models.CharField(max_length=500, blank=True)
    """Why it is not used, or partly."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "year", "revision"], name="projects_one_check_a_revision"
            ),
            models.CheckConstraint(
                condition=Q(year__in=YEARS, used__in=Used.values, revision__gte=1),
                name="projects_check_is_known",
            ),
            models.CheckConstraint(
                condition=Q(used=Used.YES) | ~Q(reason=""), name="projects_disuse_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} after {self.year}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the check are asked."""
        return self.project.scope
