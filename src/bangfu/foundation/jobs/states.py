"""How jobs pass from state to state by themselves: claimed, heard of, finished, given back, found silent.

Kept by workers, outside operations: none of it is an act of a person. Every change asks under the row's lock whether the
attempt is still the one that is running, so that a worker which was given up writes nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from bangfu.foundation.jobs.models import Job, JobLine, JobState
from bangfu.foundation.jobs.notices import tell_finished
from bangfu.foundation.jobs.queue import put_into_queue
from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.models import RequestKey
from bangfu.foundation.rooms import Words, both

REASON = "how far a job is, said by the worker that carries it out"
MOST_INTERRUPTIONS = 4
"""A job whose worker dies so often is not begun again by itself."""
MOST_LINES = 1000
CANCELLED = both("已取消，没有写入任何数据。", "Cancelled; nothing was written.")
INTERRUPTED = both("后台进程中断，任务重新开始。", "The worker was interrupted; the job begins again.")
GIVEN_BACK = both("后台进程停止，任务交回排队。", "The worker stopped and gave the job back.")
DIED = both(
    "已开始 {count} 次，后台进程每次都中断，不再自动重来。请联系系统管理员。",
    "It was begun {count} times and its worker was interrupted each time, so it is not begun again by itself. "
    "Ask the administrator of the system.",
)


@dataclass(frozen=True)
class Ending:
    """How an attempt ended."""

    state: JobState
    words: Words
    code: str = ""
    address: str = ""
    file: str = ""
    file_name: str = ""


def claim(key: int, runner: str) -> Job | None:
    """Take a waiting job for a worker; null if there is nothing to do.

    One that was cancelled while it waited to be begun again ends here, unless some of its work was committed before.

    Locks: the job.
    """
    with system_writes(REASON), transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).filter(pk=key, state=JobState.WAITING).first()
        if job is None:
            return None
        if job.cancel_asked_at is not None and not has_committed(job):
            _finish(job, Ending(JobState.CANCELLED, CANCELLED))
            return None
        job.state, job.runner, job.attempt = JobState.RUNNING, runner, job.attempt + 1
        job.started_at, job.done, job.of = timezone.now(), None, None
        job.doing_zh = job.doing_en = ""
        job.heard_at = Now()
        job.save()
        return job


def has_committed(job: Job) -> bool:
    """Return whether an operation of the job was committed: it is too late then to say that nothing was written."""
    return RequestKey.objects.filter(actor=job.asked_by_id, key=job.key).exists()


def hear(
    job: Job,
    *,
    doing: Words | None,
    done: int | None,
    of: int | None,
    lines: Sequence[tuple[datetime, Words]],
) -> Job | None:
    """Note that a job's worker lives and what it says; return the row, or null if the attempt is over."""
    with system_writes(REASON), transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
        said = {"doing_zh": doing.zh[:300], "doing_en": doing.en[:300]} if doing else {}
        if not mine.update(heard_at=Now(), done=done, of=of, **said):
            return None
        say(job, lines)
        return Job.objects.get(pk=job.pk)


def say(job: Job, lines: Sequence[tuple[datetime, Words]]) -> None:
    """Add lines to a job's log."""
    with system_writes(REASON):
        JobLine.objects.bulk_create(
            JobLine(job=job, said_at=at, words_zh=words.zh[:500], words_en=words.en[:500])
            for at, words in lines[:MOST_LINES]
        )


def finish(job: Job, ending: Ending) -> bool:
    """Note how an attempt ended, and return whether it was still the one that counts.

    Locks: the job.
    """
    with system_writes(REASON), transaction.atomic():
        row = _mine(job)
        if row is None:
            return False
        _finish(row, ending)
        return True


def _finish(row: Job, ending: Ending) -> None:
    row.state, row.finished_at, row.code = ending.state, timezone.now(), ending.code
    row.outcome_zh, row.outcome_en = ending.words.zh, ending.words.en
    row.address = ending.address or row.address
    row.file, row.file_name = ending.file, ending.file_name
    if ending.state == JobState.DONE:
        row.arguments = {}  # a list's address may hold what somebody searched for; nobody needs it any more
    row.save()
    say(row, [(row.finished_at, ending.words)])
    tell_finished(row)


def cancel_waiting(row: Job) -> None:
    """End a waiting job that was cancelled; inside the operation that cancels it."""
    _finish(row, Ending(JobState.CANCELLED, CANCELLED))


def give_back(job: Job) -> bool:
    """Let a running job wait again, and return whether the attempt was still the one that counts.

    Locks: the job.
    """
    with system_writes(REASON), transaction.atomic():
        row = _mine(job)
        if row is not None:
            _wait_again(row, GIVEN_BACK)
        return row is not None


def interrupt(job: Job) -> bool:
    """Begin a job again whose connection or worker broke, a few times at most; return whether the attempt still counted.

    Locks: the job.
    """
    with system_writes(REASON), transaction.atomic():
        row = _mine(job)
        if row is not None:
            _interrupted(row)
        return row is not None


def _interrupted(row: Job) -> None:
    row.interruptions += 1
    if row.interruptions > MOST_INTERRUPTIONS:
        _finish(row, Ending(JobState.FAILED, DIED.filled(count=row.interruptions), code="died"))
    else:
        _wait_again(row, INTERRUPTED)


def _wait_again(row: Job, words: Words) -> None:
    row.state = JobState.WAITING
    row.save(update_fields=["state", "interruptions"])
    say(row, [(timezone.now(), words)])
    put_into_queue(row.pk)


def _mine(job: Job) -> Job | None:
    running = Job.objects.select_for_update(of=("self",)).filter(state=JobState.RUNNING)
    return running.filter(pk=job.pk, attempt=job.attempt).first()


def is_mine_to_commit(job: Job) -> bool:
    """Return whether the attempt may commit what it wrote; asked inside its transaction, just before the end.

    Until that transaction ends nobody can cancel the job or begin it anew.

    Locks: the job.
    """
    mine = Job.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk=job.pk, attempt=job.attempt, state=JobState.RUNNING, cancel_asked_at__isnull=True
    )
    return mine.first() is not None


def revive(*, silent_for: timedelta, runner: str = "") -> int:
    """Begin again what dead workers left, and return how many jobs these were.

    Args:
        silent_for: how long nothing was heard of a worker that counts as dead, by the database's clock.
        runner: a worker that is known to be dead, whenever it was heard of.

    Locks: the jobs.
    """
    with system_writes(REASON), transaction.atomic():
        running = Job.objects.select_for_update(of=("self",), skip_locked=True).filter(state=JobState.RUNNING)
        silent = running.filter(heard_at__lt=Now() - silent_for)
        left = list((silent | running.filter(runner=runner)) if runner else silent)
        for row in left:
            _interrupted(row)
        return len(left)


QUEUE_OF_DEAD_WORKERS = """
DELETE FROM procrastinate_jobs queued
 WHERE queued.status NOT IN ('todo', 'doing')
    OR (queued.status = 'doing' AND NOT EXISTS (
        SELECT FROM procrastinate_workers living
         WHERE living.id = queued.worker_id AND living.last_heartbeat > now() - make_interval(secs => %s)))
"""
NOT_QUEUED = """
SELECT waiting.id FROM jobs_job waiting
 WHERE waiting.state = 'WAITING' AND waiting.asked_at < now() - make_interval(secs => %s) AND NOT EXISTS (
       SELECT FROM procrastinate_jobs queued
        WHERE queued.status IN ('todo', 'doing') AND queued.task_name = 'bangfu.carry_out'
          AND (queued.args ->> 'job')::bigint = waiting.id)
   FOR UPDATE SKIP LOCKED
"""


def tidy_queue(*, silent_for: timedelta) -> int:
    """Clear the queue of what dead workers took, queue again what waits and lost its place, and return how many these were.

    Args:
        silent_for: at least; a worker that said nothing for a minute counts as dead.
    """
    dead = max(silent_for, timedelta(minutes=1))
    with system_writes(REASON), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(QUEUE_OF_DEAD_WORKERS, [dead.total_seconds()])
        cursor.execute(NOT_QUEUED, [silent_for.total_seconds()])
        lost = [key for (key,) in cursor.fetchall()]
        for key in lost:
            put_into_queue(key)
    return len(lost)
