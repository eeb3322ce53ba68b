"""What jobs keep for a time only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bangfu.foundation.jobs.files import folder
from bangfu.foundation.jobs.models import UNFINISHED, Job
from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.expiry import REQUESTS_KEPT

JOBS_KEPT = REQUESTS_KEPT
"""No longer than the keys under which they act: begun again later, what was done would be done twice."""
OWN_KEPT = timedelta(days=7)
"""What the house did by itself, and nothing went wrong."""
FILES_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Forgotten:
    """How much was forgotten."""

    jobs: int
    files: int


def forget_old_jobs(now: datetime) -> Forgotten:
    """Forget jobs that were asked for a month ago, those of the house itself sooner, and files after a week."""
    with system_writes("jobs are kept for a month, their files for a week"):
        finished = Job.objects.exclude(state__in=UNFINISHED)
        Job.objects.filter(finished_at__lt=now - FILES_KEPT).exclude(file="").update(file="")
        old = finished.filter(asked_at__lt=now - JOBS_KEPT)
        own = finished.filter(asked_by=None, state="DONE", asked_at__lt=now - OWN_KEPT)
        jobs = (old | own).delete()[1].get("jobs.Job", 0)
    return Forgotten(jobs, _forget_files(now))


def _forget_files(now: datetime) -> int:
    """Remove files that no job names, those a killed worker left half-written included."""
    named = set(Job.objects.exclude(file="").values_list("file", flat=True))
    found = [
        path
        for path in folder().iterdir()
        if path.name not in named and path.stat().st_mtime < (now - FILES_KEPT).timestamp()
    ]
    for path in found:
        path.unlink()
    return len(found)
