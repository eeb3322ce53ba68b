"""``bangfu worker``: what happens beside the pages: sealing, and jobs in a process of their own."""

import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable

import click

from bangfu.site.cli.database import database
from bangfu.site.embedded import Tether

EVERY_S = 1.0
DELIVER_EVERY_S = 2.0
TELL_EVERY_S = 30.0
LONGEST_PAUSE_S = 30.0
STOPS_WITHIN_S = 1.6
SEALING, JOBS = "sealing", "jobs"


@click.command()
@click.option(
    "--only",
    type=click.Choice([SEALING, JOBS]),
    help="只封存，或只做任务 · Seal alone, or carry out jobs alone.",
)
@click.option("--runner", hidden=True, default="")
@click.option("--after", hidden=True, default="")
@click.option("--silent-for", hidden=True, type=float, default=None)
def worker(only: str | None, runner: str, after: str, silent_for: float | None) -> None:
    """封存账册，做后台任务 · Seal the ledger's blocks and carry out jobs.

    可在多台机器上各开一个：封存只有一处在做，任务每件只做一次。

    Runs on as many machines as you like: one of them seals at a time, and each job is carried out once.
    """
    if only == JOBS:
        _carry_out_jobs(runner or uuid.uuid4().hex, after, silent_for)
        return
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with database():
        beside = JobsBeside() if only is None else None
        try:
            _seal_until(stopped, beside.look_after if beside else lambda: None)
        finally:
            if beside is not None:
                beside.stop()


class JobsBeside:
    """The process that carries out jobs, started again whenever it ends."""

    def __init__(self) -> None:
        self._runner, self._pause, self._next_at = "", EVERY_S, 0.0
        self._process: Tether | None = None
        self.look_after()

    def look_after(self) -> None:
        """Start the process if there is none; one that ends again and again is left alone for longer each time."""
        if self._process is not None and self._process.poll() is not None:
            lived_s = time.monotonic() - self._next_at
            self._pause = EVERY_S if lived_s > LONGEST_PAUSE_S else min(self._pause * 2, LONGEST_PAUSE_S)
            self._next_at, self._process = time.monotonic() + self._pause - EVERY_S, None
        if self._process is None and time.monotonic() >= self._next_at:
            before, self._runner = self._runner, uuid.uuid4().hex
            self._next_at = time.monotonic()
            self._process = Tether(
                [
                    sys.executable, "-m", "bangfu.site.cli", "worker", "--only", JOBS,
                    "--runner", self._runner, "--after", before,
                ],
                stages=((signal.SIGTERM, STOPS_WITHIN_S),),
            )  # fmt: skip

    def stop(self) -> None:
        """End the process; what it is at waits for another worker."""
        if self._process is not None:
            self._process.stop()


def _seal_until(stopped: threading.Event, look_after: Callable[[], None]) -> None:
    from django.db import OperationalError, close_old_connections

    from bangfu.foundation.ledger.rollups import roll_up_step
    from bangfu.foundation.ledger.sealing import seal_pending
    from bangfu.foundation.notices.sending import begin_sending
    from bangfu.foundation.operations import Refusal
    from bangfu.foundation.webhooks.sending import begin_delivering

    pause, delivered_at, told_at = EVERY_S, float("-inf"), time.monotonic()
    while not stopped.wait(pause):
        close_old_connections()
        look_after()
        began = time.monotonic()
        try:
            seal_pending()
            # A step at a time, however much waits: what is sealed meanwhile does not wait for it.
            step = roll_up_step()
            if step is not None and step.still and time.monotonic() - told_at > TELL_EVERY_S:
                told_at = time.monotonic()
                click.echo(f"汇总中，还有 {step.still:,} 条事实 · Rolling up, {step.still:,} facts to go.")
            if time.monotonic() - delivered_at > DELIVER_EVERY_S:
                begin_delivering()
                begin_sending()
                delivered_at = time.monotonic()
            # While much comes in, the sealer takes half of a processor's time at most.
            pause = max(EVERY_S, time.monotonic() - began)
        except Refusal as refusal:
            pause = LONGEST_PAUSE_S
            click.echo(f"{refusal.sentence.zh} · {refusal.sentence.en}", err=True)
        except OperationalError as gone:
            pause = min(pause * 2, LONGEST_PAUSE_S)
            _say_away(gone)


def _carry_out_jobs(runner: str, after: str, silent_for: float | None) -> None:
    with database():
        from datetime import timedelta

        from django.conf import settings
        from django.db import OperationalError
        from procrastinate.exceptions import ConnectorException

        from bangfu.foundation.jobs.worker import SILENT_FOR, Worker

        patience = SILENT_FOR if silent_for is None else timedelta(seconds=silent_for)
        worker = Worker(runner, after, at_once=settings.JOBS_AT_ONCE, silent_for=patience)
        try:
            worker.work()
        except (OperationalError, ConnectorException) as gone:
            _say_away(gone)
            sys.exit(1)


def _say_away(gone: Exception) -> None:
    words = " ".join(str(gone).split())
    click.echo(f"数据库没有应答，稍后再试 · The database does not answer, trying again: {words}", err=True)
