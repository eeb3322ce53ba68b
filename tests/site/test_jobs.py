"""What the house shows of jobs everywhere: on the terminal and in the head of each page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from django.test import Client

from bangfu.foundation.jobs import operations
from bangfu.foundation.jobs.models import Job
from bangfu.foundation.operations import Act
from bangfu.site.cli import jobs as commands
from bangfu.site.embedded.leash import descendants_of
from tests.cast import Cast
from tests.foundation.jobs.toy import KIND, toy_room


@pytest.fixture
def job(cast: Cast) -> Job:
    with toy_room():
        arguments = {"unit": cast.guizhou.pk, "count": 2}
        return operations.ask(kind=KIND, arguments=arguments, account=cast.clerk, act=Act.now(cast.clerk))


def test_the_head_of_each_page_leads_to_ones_own_job(cast: Cast, job: Job) -> None:
    for account, shown in ((cast.clerk, True), (cast.officer, False)):
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/work/").content.decode()
        assert ("我的后台任务：1 个未结束" in page) is shown
        assert (f'href="/jobs/{job.pk}/"' in page) is shown
    operations.cancel_own(job=job, account=cast.clerk, act=cast.act(cast.clerk))
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert "未结束" not in client.get("/work/").content.decode()


def test_the_terminal_lists_cancels_and_begins_again(
    cast: Cast, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "database", nullcontext)

    def say(*words: str) -> str:
        return CliRunner().invoke(commands.jobs, list(words)).output

    listed = say("list", "--unfinished")
    assert f"{job.pk:>6}  " in listed
    assert "WAITING    weilan  设立 2 个岗位" in listed
    assert "No worker carries out jobs." in listed
    assert say("cancel", str(job.pk), "--as", "admin") == f"{job.pk}  CANCELLED  设立 2 个岗位\n"
    assert f"{job.pk:>6}  " not in say("list", "--unfinished")
    assert f"{job.pk:>6}  " in say("list", "--state", "cancelled")
    assert say("retry", str(job.pk), "--as", "weilan") == f"{job.pk}  WAITING  设立 2 个岗位\n"
    assert "There is no job 0" in say("cancel", "0", "--as", "admin")
    assert "There is no account nobody" in say("cancel", str(job.pk), "--as", "nobody")
    assert "States: WAITING" in say("list", "--state", "strange")


LONGEST_S = 90


def wait_until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.1)


def workers() -> list[int]:
    """Return the workers that the queue knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_workers ORDER BY id")
        return [key for (key,) in cursor.fetchall()]


def carrying_out(worker: int) -> list[int]:
    """Return the process of a worker that carries out its jobs."""

    def told(pid: int) -> list[str]:
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except OSError:
            return []

    return [pid for pid in descendants_of(worker) if told(pid)[-3:-2] == ["--after"]]


def test_a_worker_starts_its_jobs_process_again_and_ends_with_it(own_database: str) -> None:
    environment = os.environ | {
        "DATABASE_URL": own_database,
        "BANGFU_VAR": str(settings.VAR),
        "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
    }
    with subprocess.Popen([sys.executable, "-m", "bangfu.site.cli", "worker"], env=environment) as worker:
        try:
            wait_until(workers, "the first")
            (first,) = workers()
            (process,) = carrying_out(worker.pid)
            os.kill(process, signal.SIGKILL)
            wait_until(lambda: [key for key in workers() if key != first], "the second")
            family = descendants_of(worker.pid)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=LONGEST_S) == 0
            wait_until(lambda: not [pid for pid in family if Path(f"/proc/{pid}").exists()], "the end")
        finally:
            worker.kill()
