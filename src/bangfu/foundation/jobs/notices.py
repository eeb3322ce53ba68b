"""What jobs tell: whoever asked for one hears how it ended, unless it was over while they looked."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.notices.notifying import notify_by_house
from bangfu.foundation.rooms import NoticeKind, both

DONE = NoticeKind(
    code="jobs.done",
    title=both("后台任务完成", "A job is done"),
    body=both("“{title}”已完成，请看结果。", "“{title}” is done; open it for the result."),
    values=("title",),
    channels=frozenset(),
)
FAILED = NoticeKind(
    code="jobs.failed",
    title=both("后台任务没有做成", "A job was not carried out"),
    body=both("“{title}”没有做成，任务页上有原因。", "“{title}” was not carried out; its page says why."),
    values=("title",),
)
LONG = timedelta(minutes=1)
"""What was done sooner is not told: whoever asked is still looking at it."""
KINDS = {JobState.DONE.value: DONE, JobState.REFUSED.value: FAILED, JobState.FAILED.value: FAILED}


def tell_finished(job: Job) -> None:
    """Tell whoever asked for a job how it ended; nobody, when the house did it by itself or it was cancelled."""
    kind, ended_at = KINDS.get(job.state), job.finished_at
    if job.asked_by_id is None or kind is None or ended_at is None:
        return
    if kind is FAILED or ended_at - job.asked_at >= LONG:
        notify_by_house(
            kind,
            to=[job.asked_by_id],
            values={"title": job.title},
            about=reverse("jobs:job", args=[job.pk]),
            occasion=str(job.attempt),
            at=ended_at,
        )
