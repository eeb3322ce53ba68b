"""What people do with jobs: ask for one, cancel it, begin it again, take its file."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from bangfu.foundation.jobs import states
from bangfu.foundation.jobs.files import file_of
from bangfu.foundation.jobs.models import TO_RETRY, UNFINISHED, Job, JobState
from bangfu.foundation.jobs.queue import put_into_queue
from bangfu.foundation.operations import OWN, Act, Refusal, Scope, operation, require
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import JobDeclaration, both, jobs

ASKED = both("已排队。", "Queued.")
CANCEL_ASKED = both("有人要求取消。", "Somebody asked to cancel it.")
AGAIN = both("有人要求重新开始。", "Somebody asked to begin it again.")


class UnableToAsk(Refusal):
    """Codes: ``unknown_kind``, ``under_way``, ``gone``."""

    sentences = {
        "unknown_kind": both(
            "没有这种任务（{kind}）。请刷新页面后重试。",
            "There is no such job ({kind}). Load the page again.",
        ),
        "under_way": both(
            "{who}已要求做同一件事，任务 {job} 还没有结束。请等它结束。",
            "{who} asked for the same already and job {job} is not finished. Wait until it is.",
        ),
        "gone": both(
            "要处理的内容已不存在。请刷新页面。", "What the job is about is gone. Load the page again."
        ),
    }


class UnableToChangeJob(Refusal):
    """Codes: ``finished_already``, ``not_to_retry``, ``not_own``, ``no_file``."""

    sentences = {
        "finished_already": both(
            "任务已经结束，不能再取消。请看任务页上的结果。",
            "The job is finished and cannot be cancelled any more. Its page shows what came of it.",
        ),
        "not_to_retry": both(
            "只有出错、没有执行或已取消的任务可以重试。请刷新页面。",
            "Only a job that failed, was refused or cancelled is begun again. Load the page again.",
        ),
        "not_own": both(
            "这不是您的任务。请由要求它的人或系统管理员操作。",
            "This job is not yours. Whoever asked for it or the administrator of the system may do that.",
        ),
        "no_file": both(
            "文件已过保存期。请重新导出。",
            "The file was kept for its days and is gone. Export the list again.",
        ),
    }


def _whole(**_: object) -> Scope:
    """Jobs of others are a matter of the whole house."""
    return Scope()


@operation("jobs.ask", scope=OWN)
def ask(*, kind: str, arguments: Mapping[str, str | int | None], account: Account, act: Act) -> Job:
    """Ask for a job of the account's own; it is queued when this commits, and one that waits already is the answer.

    The job's own permission is asked for here, in its scope, and by what it does again when it is carried out: as the
    account, through the token if it was asked for through one, and within that token's limits.

    Args:
        kind: the code of a job that a room declares.
        arguments: plain values by name; nothing personal.

    Raises: NotPermitted: the account may not have this done. UnableToAsk: see its codes; nothing was queued.
    """
    declared = jobs().get(kind)
    if not isinstance(declared, JobDeclaration):
        raise UnableToAsk("unknown_kind", kind=kind)
    try:
        asked = declared.asked(arguments)
    except LookupError:
        raise UnableToAsk("gone") from None
    if asked.permission:
        require(act, asked.permission, asked.scope)
    job = Job(
        kind=kind,
        arguments=dict(arguments),
        subject=asked.subject,
        title_zh=asked.title.zh[:300],
        title_en=asked.title.en[:300],
        asked_by=account,
        asked_at=act.at,
        through=act.through,
        limited_to=None if act.actor.limited_to is None else sorted(act.actor.limited_to),
        address=asked.address,
    )
    waiting = _waiting(job)
    if waiting is None:
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:  # another asked at the same moment
            waiting = _waiting(job)
            if waiting is None:
                raise
    if waiting is not None:
        if waiting.asked_by_id != account.pk:
            raise UnableToAsk("under_way", who=_who(waiting), job=waiting.pk)
        return waiting
    states.say(job, [(act.at, ASKED)])
    put_into_queue(job.pk)
    return job


def _waiting(job: Job) -> Job | None:
    if not job.subject:
        return None
    return Job.objects.filter(kind=job.kind, subject=job.subject, state__in=UNFINISHED).first()


def _who(job: Job) -> str:
    return job.asked_by.display_name if job.asked_by else "bangfu"


@operation("jobs.cancel_own", scope=OWN)
def cancel_own(*, job: Job, account: Account, act: Act) -> Job:
    """Cancel a job that the account asked for: at once while it waits, before it commits while it runs.

    Raises: UnableToChangeJob: ``not_own``, ``finished_already``.
    Locks: the job.
    """
    _refuse_others(job, account)
    return _cancelled(job, act)


@operation("jobs.cancel", scope=_whole)
def cancel(*, job: Job, act: Act) -> Job:
    """Cancel anybody's job: at once while it waits, before it commits while it runs.

    Raises: UnableToChangeJob: ``finished_already``.
    Locks: the job.
    """
    return _cancelled(job, act)


@operation("jobs.retry_own", scope=OWN)
def retry_own(*, job: Job, account: Account, act: Act) -> Job:
    """Queue a job of the account's own again that failed, was refused or cancelled.

    Raises: UnableToChangeJob: ``not_own``, ``not_to_retry``. UnableToAsk: ``under_way``.
    Locks: the job.
    """
    _refuse_others(job, account)
    return _queued_again(job, act)


@operation("jobs.retry", scope=_whole)
def retry(*, job: Job, act: Act) -> Job:
    """Queue anybody's job again that failed, was refused or cancelled; it runs as the account that asked for it.

    Raises: UnableToChangeJob: ``not_to_retry``. UnableToAsk: ``under_way``.
    Locks: the job.
    """
    return _queued_again(job, act)


@operation("jobs.take_file", scope=OWN)
def take_file(*, job: Job, account: Account, act: Act) -> str:
    """Note that the account takes out the file of its own job, and return its name.

    Raises: UnableToChangeJob: ``not_own``, ``no_file``.
    """
    _refuse_others(job, account)
    if file_of(job) is None:
        raise UnableToChangeJob("no_file")
    return job.file_name


def _refuse_others(job: Job, account: Account) -> None:
    if job.asked_by_id != account.pk:
        raise UnableToChangeJob("not_own")


def _cancelled(job: Job, act: Act) -> Job:
    row = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if row.is_finished:
        raise UnableToChangeJob("finished_already")
    states.say(row, [(timezone.now(), CANCEL_ASKED)])
    row.cancel_asked_by, row.cancel_asked_at = act.actor, act.at
    row.save(update_fields=["cancel_asked_by", "cancel_asked_at"])
    if row.state == JobState.WAITING and not states.has_committed(row):
        states.cancel_waiting(row)
    return row


def _queued_again(job: Job, act: Act) -> Job:
    row = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if row.state not in TO_RETRY:
        raise UnableToChangeJob("not_to_retry")
    waiting = _waiting(row)
    if waiting is not None:
        raise UnableToAsk("under_way", who=_who(waiting), job=waiting.pk)
    row.state, row.finished_at, row.interruptions = JobState.WAITING, None, 0
    row.cancel_asked_by = row.cancel_asked_at = None
    row.code = row.outcome_zh = row.outcome_en = ""
    row.save()
    states.say(row, [(timezone.now(), AGAIN)])
    put_into_queue(row.pk)
    return row
