"""One job carried out: claimed, run as the account that asked, and its end noted."""

from __future__ import annotations

import logging
import threading

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone, translation

from bangfu.foundation.jobs import states
from bangfu.foundation.jobs.course import BrokenOff, Telling, TellingBeside
from bangfu.foundation.jobs.files import keep_file
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.states import Ending
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.operations.progress import under_way
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import JobDeclaration, JobResult, both, jobs

log = logging.getLogger(__name__)
DONE = both("已完成。", "Done.")
CANCELLED_IN_PART = both(
    "已取消。取消之前已经写入的部分保留。", "Cancelled. What had been written before stays."
)
FAILED = both(
    "出错（{kind}），这一步没有写入任何数据。请重试；仍不成功，请把任务编号 {job} 告诉系统管理员。",
    "It failed ({kind}), and this step wrote nothing. Try again; if it fails again, give the administrator of the system "
    "the number {job}.",
)
_under_way: dict[int, TellingBeside] = {}
_under_way_lock = threading.Lock()
_runner: list[str] = []


def work_as(runner: str) -> None:
    """Let this process claim jobs under a name of its own."""
    _runner[:] = [runner]


def under_way_here() -> list[TellingBeside]:
    """Return the jobs that this process is carrying out."""
    with _under_way_lock:
        return list(_under_way.values())


def carry_out(key: int) -> None:
    """Carry out one job if it still waits, its progress written beside it."""
    job = states.claim(key, _runner[0] if _runner else "")
    if job is None:
        return
    telling = TellingBeside(job)
    with _under_way_lock:
        _under_way[job.pk] = telling
    try:
        carry_out_claimed(job, telling)
    finally:
        with _under_way_lock:
            del _under_way[job.pk]


def carry_out_here(key: int) -> JobState:
    """Carry out one job on the caller's own connection and return how far it is then."""
    job = states.claim(key, "here")
    if job is not None:
        carry_out_claimed(job, Telling(job))
    return JobState(Job.objects.get(pk=key).state)


def carry_out_claimed(job: Job, telling: Telling) -> None:
    """Do the work of a claimed job and note its end."""
    ending: Ending | None = None
    telling.begin()
    try:
        with under_way(telling):
            telling.refuse_broken_off()
            ending = _done(job, _run(job))
    except BrokenOff:
        ending = None
    except Refusal as refusal:
        ending = Ending(JobState.REFUSED, refusal.sentence, code=refusal.code)
    except Exception as error:  # noqa: BLE001 - whatever a room's work raises, its job has an end, and the log the error
        ending = _ending_after(error, job, telling)
    finally:
        telling.end()
        _mend_connection()
    if ending is not None:
        states.finish(job, ending)
    elif telling.is_cancelled:
        words = CANCELLED_IN_PART if states.has_committed(job) else states.CANCELLED
        states.finish(job, Ending(JobState.CANCELLED, words))
    elif telling.is_given_back:
        states.give_back(job)
    elif not telling.is_lost:
        states.interrupt(job)


def _run(job: Job) -> JobResult:
    declared = jobs()[job.kind]
    now = timezone.now()
    if isinstance(declared, JobDeclaration):
        account = Account.objects.get(pk=job.asked_by_id or 0)
        account.limited_to = None if job.limited_to is None else frozenset(job.limited_to)
        with translation.override(str(job.arguments.get("language") or account.language)):
            act = Act(actor=account, at=now, key=job.key, through=job.through)
            return declared.run(job.arguments, act)
    return JobResult(declared.run(now) or DONE)


def _done(job: Job, result: JobResult) -> Ending:
    kept = keep_file(job, result.file) if result.file else ""
    return Ending(JobState.DONE, result.words, address=result.address, file=kept, file_name=result.file_name)


def _ending_after(error: Exception, job: Job, telling: Telling) -> Ending | None:
    """Return how a job ends after an error; null when it was broken off, or when it begins again by itself."""
    if telling.is_cancelled or telling.is_given_back or telling.is_lost:
        return None
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("job %s begins again: %s", job.pk, error)
        return None
    return _failed(job, error)


def _failed(job: Job, error: Exception) -> Ending:
    # Its text may quote records, so only its kind is shown; the whole goes to the log of whoever runs the machine.
    log.error("job %s (%s) failed", job.pk, job.kind, exc_info=error)
    kind = type(error).__name__
    return Ending(JobState.FAILED, FAILED.filled(kind=kind, job=job.pk), code=kind)


def _mend_connection() -> None:
    """Leave a broken connection behind, so that the job's end can be noted."""
    if connection.in_atomic_block:
        return
    if not connection.is_usable():
        connection.close()
    close_old_connections()
