"""``bangfu jobs``: the jobs of the house, on the terminal."""

from collections.abc import Callable
from typing import Any

import click

from bangfu.site.cli.database import database


@click.group()
def jobs() -> None:
    """后台任务：列出、取消、重试 · Jobs: list them, cancel one, begin one again."""


@jobs.command("list")
@click.option("--state", help="只列这种状态，如 FAILED · Only those in this state, such as FAILED.")
@click.option("--unfinished", is_flag=True, help="只列未结束的 · Only those that wait or run.")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_jobs(state: str | None, unfinished: bool, most: int) -> None:
    """列出任务，最近的在前 · List jobs, the newest first."""
    with database():
        from django.utils import timezone

        from bangfu.foundation.jobs.models import UNFINISHED, Job, JobState
        from bangfu.foundation.jobs.queries import has_worker

        found = Job.objects.order_by("-pk")
        if state is not None:
            if state.upper() not in JobState.values:
                raise click.UsageError(f"状态 · States: {', '.join(JobState.values)}")
            found = found.filter(state=state.upper())
        if unfinished:
            found = found.filter(state__in=UNFINISHED)
        for one in found.select_related("asked_by")[:most]:
            who = one.asked_by.username if one.asked_by else "bangfu"
            far = f" {one.done or 0:,}/{one.of:,}" if one.of and one.state == JobState.RUNNING else ""
            click.echo(
                f"{one.pk:>6}  {timezone.localtime(one.asked_at):%Y-%m-%d %H:%M}  {one.state:<9}{far}  {who}  {one.title}"
                + (f"  [{one.code}]" if one.code else "")
            )
        if not has_worker():
            click.echo("没有后台进程在做任务 · No worker carries out jobs.", err=True)


def _acting(command: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option(
        "--as",
        "username",
        required=True,
        help="以谁的账号 · The account that acts; an administrator's reaches all.",
    )
    return click.argument("number", type=int)(option(command))


@jobs.command()
@_acting
def cancel(number: int, username: str) -> None:
    """取消任务 · Cancel a job: at once while it waits, before it commits while it runs."""
    _change(number, username, "cancel")


@jobs.command()
@_acting
def retry(number: int, username: str) -> None:
    """重试任务 · Begin a job again that failed, was refused or cancelled."""
    _change(number, username, "retry")


def _change(number: int, username: str, deed: str) -> None:
    with database():
        from bangfu.foundation.jobs import operations
        from bangfu.foundation.jobs.models import Job
        from bangfu.foundation.operations import Act
        from bangfu.foundation.people.models import Account

        account = Account.objects.filter(username__iexact=username).first()
        if account is None:
            raise click.ClickException(f"没有账号 · There is no account {username}")
        job = Job.objects.filter(pk=number).first()
        if job is None:
            raise click.ClickException(f"没有任务 · There is no job {number}")
        act = Act.now(account)
        if job.asked_by_id == account.pk:
            own = operations.cancel_own if deed == "cancel" else operations.retry_own
            changed = own(job=job, account=account, act=act)
        else:
            anybodys = operations.cancel if deed == "cancel" else operations.retry
            changed = anybodys(job=job, act=act)
        click.echo(f"{changed.pk}  {changed.state}  {changed.title}")
