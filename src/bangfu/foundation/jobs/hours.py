"""What the house does by itself: a job for each hour at which something is due, asked for once by whichever worker is first."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from bangfu.foundation.jobs.models import UNFINISHED, Job
from bangfu.foundation.jobs.queue import put_into_queue
from bangfu.foundation.operations import system_writes
from bangfu.foundation.rooms import PeriodicDeclaration, jobs


def ask_for_what_is_due(now: datetime) -> list[Job]:
    """Queue a job for everything that is due and was not asked for since; what was missed is made up for once.

    What is due again while it still waits or runs is asked for when that is over.
    """
    asked = []
    for one in jobs().values():
        if isinstance(one, PeriodicDeclaration) and one.when(now):
            job = _asked_for(one, now)
            if job is not None:
                asked.append(job)
    return asked


def _asked_for(one: PeriodicDeclaration, now: datetime) -> Job | None:
    due = one.hours.last_due(now)
    if Job.objects.filter(Q(due_at=due) | Q(state__in=UNFINISHED), kind=one.code).exists():
        return None
    job = Job(
        kind=one.code, arguments={}, subject=one.code, title_zh=one.title.zh, title_en=one.title.en, asked_at=now,
        due_at=due,
    )  # fmt: skip
    try:
        with system_writes("what the house does by itself is asked for at its hours"), transaction.atomic():
            job.save(force_insert=True)
            put_into_queue(job.pk)
    except IntegrityError:  # another worker was first
        return None
    return job
