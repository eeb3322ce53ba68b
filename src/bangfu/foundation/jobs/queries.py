"""What may be read of jobs."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from bangfu.foundation.jobs.models import UNFINISHED, Job
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, jobs

VIEW = "jobs.view"
WORKER_SILENT_FOR = timedelta(seconds=30)


def sees_all(account: Account, on: date) -> bool:
    """Return whether an account sees everybody's jobs."""
    return allows(account, VIEW, Scope(), on)


def may_read(account: Account, job: Job, on: date) -> bool:
    """Return whether an account sees a job: its own, or any as an administrator."""
    return job.asked_by_id == account.pk or sees_all(account, on)


def unfinished_of(account: Account) -> QuerySet[Job]:
    """Return the jobs of an account that wait or run, the newest first."""
    return Job.objects.filter(asked_by=account, state__in=UNFINISHED).order_by("-pk")


def unfinished_about(kind: str, subject: str) -> Job | None:
    """Return the job of a kind that waits or runs on a subject; null for none."""
    return Job.objects.filter(kind=kind, subject=subject, state__in=UNFINISHED).first()


def kind_words(kind: str) -> Words:
    """Return what a kind of job is called; its code if this release knows none of it."""
    known = jobs().get(kind)
    return known.title if known else Words(kind, kind)


def has_worker() -> bool:
    """Return whether a worker that carries out jobs was heard of in the last half minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > %s)",
            [timezone.now() - WORKER_SILENT_FOR],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
