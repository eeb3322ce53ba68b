"""Which villages count, which of them are covered and how that was proved, and what was promised."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q

from bangfu.connectivity.network.models.reported import Reported
from bangfu.foundation.operations.models import every_version
from bangfu.foundation.rooms import Words, both


class Service(models.TextChoices):
    """What a village is covered with."""

    WIRELESS = "WIRELESS", "wireless"
    BROADBAND = "BROADBAND", "broadband"


SERVICE_WORDS: dict[str, Words] = {
    Service.WIRELESS: both("无线（4G）", "Wireless (4G)"),
    Service.BROADBAND: both("光纤宽带", "Fibre broadband"),
}


class Verdict(models.TextChoices):
    """What was found."""

    COVERED = "COVERED", "covered"
    NOT_COVERED = "NOT_COVERED", "not covered"


VERDICT_WORDS: dict[str, Words] = {
    Verdict.COVERED: both("已覆盖", "Covered"),
    Verdict.NOT_COVERED: both("未覆盖", "Not covered"),
}


class Branch(models.TextChoices):
    """Which branch of the definition proved coverage: two of the ministry's of 2018 for 4G, one for fibre."""

    STATION_WITHIN_5_KM = "STATION_WITHIN_5_KM", "a station within 5 km of the village committee"
    SIGNAL_EVERYWHERE = (
        "SIGNAL_EVERYWHERE",
        "signal at committee, school, clinic and each settlement of 20 households",
    )
    FIBRE_TO_VILLAGE = "FIBRE_TO_VILLAGE", "fibre reaches the village committee"


BRANCH_WORDS: dict[str, Words] = {
    Branch.STATION_WITHIN_5_KM: both("村委会5公里内有基站", "A station within 5 km of the committee"),
    Branch.SIGNAL_EVERYWHERE: both(
        "村委会、学校、卫生室和20户以上聚居区均有信号",
        "Signal at committee, school, clinic and every settlement of 20 households",
    ),
    Branch.FIBRE_TO_VILLAGE: both("光纤通达村委会", "Fibre reaches the committee"),
}


class Goal(models.TextChoices):
    """Which coverage was promised."""

    BROADBAND = "BROADBAND", "broadband"
    WIRELESS = "WIRELESS", "wireless"
    AREA = "AREA", "overall, of a contiguous area"


GOAL_WORDS: dict[str, Words] = {
    Goal.BROADBAND: both("宽带网络覆盖", "Broadband coverage"),
    Goal.WIRELESS: both("无线网络覆盖", "Wireless coverage"),
    Goal.AREA: both("片区总体覆盖", "Overall coverage of an area"),
}


@pghistory.track(*every_version())
class BaselineVillage(Reported):
    """One village of a county's published list: once verified, the list is frozen and this village counts in it.

    The code is the village's twelve-digit code.
    """

    document_number = models.CharField(max_length=80)
    """Of the document that publishes the list; one a county."""
    frozen_on = models.DateField()

    class Meta(Reported.Meta):
        constraints: ClassVar = [
            *Reported.Meta.constraints,
            models.CheckConstraint(condition=~Q(document_number=""), name="network_baseline_has_a_document"),
        ]


@pghistory.track(*every_version())
class BaselineRemoval(Reported):
    """A village that left its county's list by a document; the list keeps it, and says so."""

    baseline = models.ForeignKey(BaselineVillage, on_delete=models.PROTECT, related_name="removals")
    document_number = models.CharField(max_length=80)
    removed_on = models.DateField()

    class Meta(Reported.Meta):
        constraints: ClassVar = [
            *Reported.Meta.constraints,
            models.CheckConstraint(condition=~Q(document_number=""), name="network_removal_has_a_document"),
        ]


@pghistory.track(*every_version())
class CoverageVerdict(Reported):
    """Whether a village was found covered on a day, and by which branch; the next verdict supersedes it.

    The code is village, service and day.
    """

    baseline = models.ForeignKey(BaselineVillage, on_delete=models.PROTECT, related_name="verdicts")
    service = models.CharField(max_length=10, choices=Service.choices)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    branch = models.CharField(max_length=20, choices=Branch.choices, blank=True)
    judged_on = models.DateField()
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later")
    """The verdict before it; null = the village's first for the service."""

    class Meta(Reported.Meta):
        constraints: ClassVar = [
            *Reported.Meta.constraints,
            models.CheckConstraint(
                condition=Q(verdict="NOT_COVERED", branch="")
                | Q(verdict="COVERED", service="BROADBAND", branch="FIBRE_TO_VILLAGE")
                | Q(
                    verdict="COVERED",
                    service="WIRELESS",
                    branch__in=["STATION_WITHIN_5_KM", "SIGNAL_EVERYWHERE"],
                ),
                name="network_verdict_names_its_branch",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=Q(withdrawn_at__isnull=True),
                name="network_verdict_superseded_once",
            ),
            models.UniqueConstraint(
                fields=["baseline", "service"],
                condition=Q(withdrawn_at__isnull=True, supersedes__isnull=True),
                name="network_one_first_verdict",
            ),
        ]


@pghistory.track(*every_version())
class CoverageTarget(Reported):
    """How many villages of a county were promised to be covered, by a document."""

    goal = models.CharField(max_length=10, choices=Goal.choices)
    village_count = models.IntegerField()
    document_number = models.CharField(max_length=80)
    promised_on = models.DateField()

    class Meta(Reported.Meta):
        constraints: ClassVar = [
            *Reported.Meta.constraints,
            models.CheckConstraint(condition=Q(goal__in=Goal.values), name="network_goal_is_known"),
            models.CheckConstraint(condition=Q(village_count__gt=0), name="network_target_is_of_villages"),
            models.CheckConstraint(condition=~Q(document_number=""), name="network_target_has_a_document"),
        ]
