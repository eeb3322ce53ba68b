"""Leaders, their visits, and what they found and promised there."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both

FIRST_VISIT = date(1986, 1, 1)
"""The state's assistance offices were founded in 1986: earlier dates are typing errors."""


class Rank(models.TextChoices):
    """What a leader is in their unit, as the assessment tells them apart."""

    CHIEF = "CHIEF", "chief"
    DEPUTY = "DEPUTY", "deputy in charge"
    MEMBER = "MEMBER", "other member"


RANK_WORDS: dict[str, Words] = {
    Rank.CHIEF: both("主要负责人", "Head"),
    Rank.DEPUTY: both("分管负责人", "Deputy in charge"),
    Rank.MEMBER: both("其他班子成员", "Other member"),
}


class VisitState(models.TextChoices):
    """How far a visit is, as shown: the state of its review, or withdrawn."""

    DRAFT = "DRAFT", "draft"
    SUBMITTED = "SUBMITTED", "submitted"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


STATE_WORDS: dict[str, Words] = {
    VisitState.DRAFT: both("草稿", "Draft"),
    VisitState.SUBMITTED: both("待核验", "Waits for review"),
    VisitState.VERIFIED: both("已核验", "Verified"),
    VisitState.RETURNED: both("已退回", "Returned"),
    VisitState.WITHDRAWN: both("已撤回", "Withdrawn"),
}


@pghistory.track(*every_version())
class Leader(models.Model):
    """Somebody who leads a unit and visits the assisted counties for it."""

    code = models.CharField(max_length=40, unique=True)
    """The unit's own number for the post or the person, by which sheets name the leader; never a name."""
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    """Who it is; the name is kept there alone."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=80)
    rank = models.CharField(max_length=6, choices=Rank.choices)
    ended_on = models.DateField(null=True)
    """The first day on which they lead no more; null = they still do."""
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(post=""), name="leadership_leader_has_a_post"),
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="leadership_rank_is_known"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the leader are asked."""
        return Scope(unit=self.unit_id)


@pghistory.track(*every_version())
class Visit(models.Model):
    """A leader was in a county, town or village on some days."""

    reference = models.CharField(max_length=60)
    """The unit's number of the visit, the only one in the house. A withdrawn visit gives it free."""
    leader = models.ForeignKey(Leader, on_delete=models.PROTECT, related_name="visits")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Of the leader, when the visit was entered; likewise post and rank."""
    post = models.CharField(max_length=80)
    rank = models.CharField(max_length=6, choices=Rank.choices)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    arrived_on = models.DateField()
    left_on = models.DateField()
    """The last day there."""
    purpose = models.CharField(max_length=200)
    trip = models.CharField(max_length=60, blank=True, default="")
    """The number of the trip of which it is a part; empty = a trip of its own. Leaders who travel together share one."""
    revision = models.SmallIntegerField(default=1)
    """One more than that of the withdrawn visit that had the number before."""
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
                fields=["reference"],
                condition=Q(withdrawn_at__isnull=True),
                name="leadership_one_living_visit_a_reference",
            ),
            models.UniqueConstraint(fields=["reference", "revision"], name="leadership_one_visit_a_revision"),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(purpose="") & ~Q(post=""), name="leadership_visit_has_words"
            ),
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="leadership_visit_rank_is_known"),
            models.CheckConstraint(
                condition=Q(arrived_on__gte=FIRST_VISIT, left_on__gte=F("arrived_on")),
                name="leadership_visit_days_are_forward",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="leadership_withdrawal_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "arrived_on"], name="leadership_visit_by_place"),
            models.Index(fields=["leader", "arrived_on"], name="leadership_visit_by_leader"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.reference

    @property
    def scope(self) -> Scope:
        """Where permissions for the visit are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class PointKind(models.TextChoices):
    """What a leader left behind."""

    PROBLEM = "PROBLEM", "problem found"
    COMMITMENT = "COMMITMENT", "commitment"


POINT_WORDS: dict[str, Words] = {
    PointKind.PROBLEM: both("发现的问题", "Problem found"),
    PointKind.COMMITMENT: both("承诺", "Commitment"),
}


class Outcome(models.TextChoices):
    """How a point ended."""

    DONE = "DONE", "done"
    DROPPED = "DROPPED", "dropped"


OUTCOME_WORDS: dict[str, dict[str, Words]] = {
    PointKind.PROBLEM: {
        Outcome.DONE: both("已解决", "Solved"),
        Outcome.DROPPED: both("不再处理", "Not pursued"),
    },
    PointKind.COMMITMENT: {
        Outcome.DONE: both("已兑现", "Kept"),
        Outcome.DROPPED: both("未能兑现", "Not kept"),
    },
}


@pghistory.track(*every_version(), pghistory.DeleteEvent(level=pgtrigger.Row))
class VisitPoint(models.Model):
    """One problem that a leader found, or one thing that they promised, on a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=PointKind.choices)
    text = models.CharField(max_length=300)
    due_on = models.DateField(null=True)
    """By when a commitment is to be kept; null of problems, and where no day was given."""
    settled_on = models.DateField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    """What shows that it is done, or why it is not pursued."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "number"], name="leadership_point_once"),
            models.CheckConstraint(
                condition=~Q(text="") & Q(kind__in=PointKind.values), name="leadership_point_has_words"
            ),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True, settled_by__isnull=True, outcome="", remark="")
                | (
                    Q(settled_on__isnull=False, settled_by__isnull=False, outcome__in=Outcome.values)
                    & ~Q(remark="")
                ),
                name="leadership_settlement_is_whole",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="settled_stays",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__settled_on__isnull=False),
                func="RAISE EXCEPTION 'what was settled stays' USING ERRCODE = 'restrict_violation';",
            )
        ]

    def __str__(self) -> str:
        return self.text
