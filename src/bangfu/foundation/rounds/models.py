"""Schedules, the rounds they make, the return of each unit, what is typed for it, and what was done about it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss
from bangfu.foundation.operations.periods import period_is_forward
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rounds.periods import period_words


class Every(models.TextChoices):
    """How often a schedule asks."""

    MONTH = "MONTH", "month"
    QUARTER = "QUARTER", "quarter"
    HALF_YEAR = "HALF_YEAR", "half-year"
    YEAR = "YEAR", "year"


class Schedule(models.Model):
    """What is asked of whom, how often, and by when."""

    title = models.CharField(max_length=120)
    measures = ArrayField(models.CharField(max_length=80))
    """Codes of the reported measures that are asked for."""
    layouts = ArrayField(models.CharField(max_length=80), default=list)
    """Codes of the sheets of rooms that are asked for."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who asks; those asked stand below it."""
    level = models.CharField(max_length=12, choices=Unit.Kind.choices, blank=True)
    """All units of this kind below the one that asks; empty: those chosen."""
    chosen = ArrayField(models.BigIntegerField(), default=list)
    """Keys of the units that are asked when they were chosen one by one."""
    every = models.CharField(max_length=9, choices=Every.choices)
    due_days = models.SmallIntegerField()
    """By which day after the period it is due: 5 is the fifth."""
    grace_days = models.SmallIntegerField(default=0)
    """Days after the due day that count as in time all the same."""
    remind_days = models.SmallIntegerField(default=3)
    """How many days before the due day those who have not returned are reminded."""
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    """Who answers for it and accepts what comes back."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            period_is_forward("rounds_schedule_period"),
            models.CheckConstraint(
                condition=~Q(measures=[]) | ~Q(layouts=[]), name="rounds_asks_for_something"
            ),
            models.CheckConstraint(
                condition=~Q(level="") & Q(chosen=[]) | Q(level="") & ~Q(chosen=[]),
                name="rounds_asks_somebody",
            ),
            models.CheckConstraint(
                condition=Q(due_days__range=(1, 60), grace_days__range=(0, 30), remind_days__range=(0, 30)),
                name="rounds_days_are_plausible",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> Scope:
        """Where permissions for it are asked."""
        return self.unit.scope


class Round(models.Model):
    """One period of a schedule, as it was asked when it was opened."""

    class State(models.TextChoices):
        OPEN = "OPEN", "open"
        LOCKED = "LOCKED", "locked"

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="rounds")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    measures = ArrayField(models.CharField(max_length=80))
    layouts = ArrayField(models.CharField(max_length=80), default=list)
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()
    grace_days = models.SmallIntegerField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(null=True)
    locked_sums = models.JSONField(default=dict)
    """What rooms' sheets came to when it was locked: quantities as texts, by measure."""
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "starts_on"], name="rounds_one_a_period"),
            period_is_forward("rounds_round_period"),
            models.CheckConstraint(
                condition=Q(state="OPEN", locked_at__isnull=True, locked_by__isnull=True)
                | Q(state="LOCKED", locked_at__isnull=False, locked_by__isnull=False),
                name="rounds_locked_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="rounds_by_state")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.starts_on}"

    @property
    def scope(self) -> Scope:
        """Where permissions for it are asked: the unit that asks."""
        return self.unit.scope

    @property
    def is_locked(self) -> bool:
        """Whether it was consolidated and is closed."""
        return self.state == self.State.LOCKED

    @property
    def last_on(self) -> date:
        """The period's last day."""
        return self.ends_on - timedelta(days=1)

    @property
    def period(self) -> Words:
        """What its period is called."""
        return period_words(self.schedule.every, self.starts_on)


class ReturnState(models.TextChoices):
    """How far a return is."""

    WAITING = "WAITING", "waiting"
    DRAFTED = "DRAFTED", "drafted"
    RETURNED = "RETURNED", "returned"
    SENT_BACK = "SENT_BACK", "sent back"
    ACCEPTED = "ACCEPTED", "accepted"
    NIL = "NIL", "nil"


STATE_WORDS: dict[str, Words] = {
    ReturnState.WAITING: both("未报", "Not begun"),
    ReturnState.DRAFTED: both("填报中", "Begun"),
    ReturnState.RETURNED: both("已报，待接收", "Returned"),
    ReturnState.SENT_BACK: both("退回修改", "Sent back"),
    ReturnState.ACCEPTED: both("已接收", "Accepted"),
    ReturnState.NIL: both("零报告", "Nil"),
}
OWED = (ReturnState.WAITING, ReturnState.DRAFTED, ReturnState.SENT_BACK)
"""States in which the unit still owes its return."""


@pghistory.track(pghistory.InsertEvent(level=pgtrigger.Statement), pghistory.UpdateEvent(level=pgtrigger.Row))
class Return(models.Model):
    """What one unit owes a round: signed by one person, accepted by another."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="returns")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=ReturnState.choices, default=ReturnState.WAITING)
    due_on = models.DateField()
    """The round's, or later if it was extended."""
    extension_reason = models.CharField(max_length=500, blank=True)
    nothing_of = ArrayField(models.CharField(max_length=80), default=list)
    """Sheets of which whoever signed said that there was nothing in the period."""
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who signed that it is complete, or that there was nothing."""
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.TextField(blank=True)
    """Why it was sent back."""
    chased_at = models.DateTimeField(null=True)
    chases = models.SmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "unit"], name="rounds_one_return_a_unit"),
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "DRAFTED"], returned_at__isnull=True)
                | (
                    Q(state__in=["RETURNED", "SENT_BACK", "ACCEPTED", "NIL"])
                    & Q(returned_at__isnull=False, returned_by__isnull=False)
                ),
                name="rounds_returned_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ACCEPTED", "SENT_BACK"])
                | (Q(decided_at__isnull=False) & ~Q(decided_by=F("returned_by"))),
                name="rounds_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="SENT_BACK") | ~Q(remark=""), name="rounds_sent_back_says_why"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "state"], name="rounds_return_by_unit")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"return {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for filling it in are asked: the unit that owes it."""
        return self.unit.scope

    @property
    def is_owed(self) -> bool:
        """Whether the unit still owes it."""
        return self.state in OWED


class Draft(models.Model):
    """The rows that are being typed for one measure of a return, as texts; they become records when it is submitted."""

    unit_return = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="drafts")
    measure = models.CharField(max_length=80)
    rows = models.JSONField(default=list)
    """Each ``{id, cells, given, carried}``: texts by column, what was filled in beforehand, which of it is last period's."""
    revision = models.IntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit_return", "measure"], name="rounds_one_draft_a_measure"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of {self.unit_return_id}"


class ReturnFile(AppendOnly):
    """A file of evidence that was uploaded for a return, and that its rows may name."""

    unit_return = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey("evidence.EvidenceFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    """In lower case: how rows find it."""
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit_return", "name"], name="rounds_file_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ReturnSheet(models.Model):
    """A sheet of a room that a unit imported, and that belongs to its return."""

    unit_return = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="sheets")
    upload = models.OneToOneField("intake.Upload", on_delete=models.PROTECT, related_name="+")
    """It belongs to one return alone."""
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"sheet {self.upload_id} of {self.unit_return_id}"


class Chase(AppendOnly):
    """Everybody who owed a return of a round was reminded."""

    class Kind(models.TextChoices):
        BEFORE = "BEFORE", "before it is due"
        AFTER = "AFTER", "after it was due"
        HAND = "HAND", "by hand"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="chasings")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    count = models.IntegerField()
    chased_at = models.DateTimeField()
    chased_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "kind"], condition=~Q(kind="HAND"), name="rounds_reminded_once"
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="rounds_chased_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.round_id}"


class Unlocking(models.Model):
    """Somebody asks for a locked round to be opened again; another person does it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="unlockings")
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    unlocked_at = models.DateTimeField(null=True)
    unlocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(unlocked_at__isnull=True), name="rounds_asked_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="rounds_unlocking_says_why"),
            models.CheckConstraint(
                condition=Q(unlocked_at__isnull=True, unlocked_by__isnull=True)
                | (Q(unlocked_at__isnull=False, unlocked_by__isnull=False) & ~Q(unlocked_by=F("asked_by"))),
                name="rounds_unlocked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"unlocking of {self.round_id}"


class Amendment(AppendOnly):
    """Records that were submitted for a locked round, and why so late."""

    unit_return = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="amendments")
    reason = models.CharField(max_length=500)
    paper = models.ForeignKey("review.Batch", on_delete=models.PROTECT, related_name="+")
    amended_at = models.DateTimeField()
    amended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="rounds_amendment_says_why"),
        ]

    def __str__(self) -> str:
        return f"amendment of {self.unit_return_id}"
