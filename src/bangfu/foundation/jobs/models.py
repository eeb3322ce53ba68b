"""Jobs with how far each is, and what each said on the way."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.foundation.rooms import Words, both


class JobState(models.TextChoices):
    """How far a job is."""

    WAITING = "WAITING", "waiting"
    RUNNING = "RUNNING", "running"
    DONE = "DONE", "done"
    REFUSED = "REFUSED", "refused"
    FAILED = "FAILED", "failed"
    CANCELLED = "CANCELLED", "cancelled"


STATE_WORDS: dict[str, Words] = {
    JobState.WAITING: both("排队中", "Waiting"),
    JobState.RUNNING: both("进行中", "Running"),
    JobState.DONE: both("已完成", "Done"),
    JobState.REFUSED: both("没有执行", "Not done"),
    JobState.FAILED: both("出错", "Failed"),
    JobState.CANCELLED: both("已取消", "Cancelled"),
}
UNFINISHED = (JobState.WAITING, JobState.RUNNING)
TO_RETRY = (JobState.REFUSED, JobState.FAILED, JobState.CANCELLED)
"""States from which a job may be begun again."""


class Job(models.Model):
    """One piece of long work; changed by the worker that carries it out, forgotten after a month."""

    kind = models.CharField(max_length=80)
    """Code of its declaration."""
    arguments = models.JSONField()
    """Plain values by name; forgotten when it is done."""
    subject = models.CharField(max_length=120, blank=True)
    """What it works on; empty for nothing in particular."""
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Null for what the house does by itself."""
    asked_at = models.DateTimeField()
    through = models.CharField(max_length=20, null=True)
    """Prefix of the API token through which it was asked for, which the trail of what it does keeps; null at the pages."""
    limited_to = ArrayField(models.CharField(max_length=80), null=True)
    """Permissions of that token, beyond which it does nothing; null = all that the account holds."""
    due_at = models.DateTimeField(null=True)
    """Which hour it is for; only of what the house does by itself."""
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    attempt = models.SmallIntegerField(default=0)
    """How often it was begun; whoever carries out an earlier attempt may commit nothing any more."""
    interruptions = models.SmallIntegerField(default=0)
    """How often its worker died since somebody asked for it."""
    runner = models.CharField(max_length=40, blank=True)
    """Which worker's process carries it out, or did last."""
    started_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    """When its worker was heard of last."""
    finished_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(null=True)
    of = models.BigIntegerField(null=True)
    """Null for what cannot be counted."""
    doing_zh = models.CharField(max_length=300, blank=True)
    doing_en = models.CharField(max_length=300, blank=True)
    cancel_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cancel_asked_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=80, blank=True)
    """The refusal's code, or what kind of error it was."""
    outcome_zh = models.TextField(blank=True)
    outcome_en = models.TextField(blank=True)
    address = models.CharField(max_length=500, blank=True)
    """The page of what it works on, then of what came of it."""
    file = models.CharField(max_length=120, blank=True)
    """Its file below the folder of jobs; empty for none, or when it was forgotten."""
    file_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "RUNNING"], finished_at__isnull=True)
                | (~Q(state__in=["WAITING", "RUNNING"]) & Q(finished_at__isnull=False)),
                name="jobs_finished_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="RUNNING") | Q(attempt__gte=1, started_at__isnull=False, heard_at__isnull=False),
                name="jobs_running_is_heard_of",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False, due_at__isnull=True)
                | Q(asked_by__isnull=True, due_at__isnull=False),
                name="jobs_asked_for_or_due",
            ),
            models.CheckConstraint(
                condition=Q(cancel_asked_by__isnull=True, cancel_asked_at__isnull=True)
                | Q(cancel_asked_by__isnull=False, cancel_asked_at__isnull=False),
                name="jobs_cancelled_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=~Q(subject="") & Q(state__in=["WAITING", "RUNNING"]),
                name="jobs_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["kind", "due_at"], condition=Q(due_at__isnull=False), name="jobs_once_an_hour_due"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-asked_at"], name="jobs_of_whoever_asked"),
            models.Index(
                fields=["asked_by"], condition=Q(state__in=["WAITING", "RUNNING"]), name="jobs_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def title(self) -> Words:
        """What it does, of what."""
        return Words(self.title_zh, self.title_en)

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return STATE_WORDS[self.state]

    @property
    def doing(self) -> Words:
        """What it is doing now; empty before it says anything."""
        return Words(self.doing_zh, self.doing_en)

    @property
    def outcome(self) -> Words:
        """What came of it, in words; empty while it is not finished."""
        return Words(self.outcome_zh, self.outcome_en)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state not in UNFINISHED

    @property
    def key(self) -> str:
        """The request key of everything it does: the same for each attempt."""
        return f"job-{self.pk}"


class JobLine(models.Model):
    """One line of a job's log."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    said_at = models.DateTimeField()
    words_zh = models.CharField(max_length=500)
    words_en = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"{self.job_id}: {self.words_en}"

    @property
    def words(self) -> Words:
        """What it says."""
        return Words(self.words_zh, self.words_en)
