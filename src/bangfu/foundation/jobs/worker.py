"""The process that carries out jobs: procrastinate's worker, and beside it a look for jobs whose worker died.

It is a process apart from the one that seals, so that no job, however greedy, lets sealing wait.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import OperationalError, close_old_connections, connections
from django.utils import timezone
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from bangfu.foundation.jobs import states
from bangfu.foundation.jobs.hours import ask_for_what_is_due
from bangfu.foundation.jobs.queue import QUEUE
from bangfu.foundation.jobs.running import under_way_here, work_as

log = logging.getLogger(__name__)
SILENT_FOR = timedelta(seconds=20)
"""Running jobs are heard of once a second: one that was not for so long has no worker any more."""
LOOK_EVERY_S = 5.0
GRACE_S = 1.2
"""How long jobs under way get to break off when the process is to end; then it ends without them."""
GREEDY = 5
"""By how much the process steps back behind pages and sealing."""
HEARTBEAT_S, POLL_S = 5.0, 5.0


@dataclass(frozen=True)
class Worker:
    """How one process works."""

    runner: str
    """Its name, given to no other process ever."""
    predecessor: str = ""
    """A worker's process that is known to be dead: its jobs begin again at once."""
    at_once: int = 2
    silent_for: timedelta = SILENT_FOR

    def work(self) -> None:
        """Carry out jobs until SIGTERM or SIGINT; what is under way then waits for another worker.

        Raises: OperationalError: the database is away.
        """
        with suppress(OSError):
            os.nice(GREEDY)
        work_as(self.runner)
        ended = threading.Event()
        look = threading.Thread(target=self._look, args=(ended,), name="looks for silent jobs", daemon=True)
        look.start()
        try:
            asyncio.run(self._work())
        finally:
            ended.set()

    async def _work(self) -> None:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        queue = app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4))
        async with queue.open_async():
            working = asyncio.create_task(
                queue.run_worker_async(
                    queues=[QUEUE],
                    name=self.runner,
                    concurrency=self.at_once,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    update_heartbeat_interval=HEARTBEAT_S,
                    fetch_job_polling_interval=POLL_S,
                )
            )
            asked = asyncio.create_task(stopping.wait())
            await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
                raise OperationalError("the queue's connection is gone")
            working.cancel()
            _break_off()
            await asyncio.wait({working}, timeout=GRACE_S)
            if not working.done():
                await asyncio.to_thread(_leave_behind)
                os._exit(0)

    def _look(self, ended: threading.Event) -> None:
        predecessor = self.predecessor
        try:
            while True:
                try:
                    close_old_connections()
                    states.revive(silent_for=self.silent_for, runner=predecessor)
                    states.tidy_queue(silent_for=self.silent_for)
                    ask_for_what_is_due(timezone.now())
                    predecessor = ""
                except OperationalError as away:
                    log.warning("jobs cannot be looked after: %s", away)
                if ended.wait(LOOK_EVERY_S):
                    return
        finally:
            connections.close_all()


def _break_off() -> None:
    for telling in under_way_here():
        threading.Thread(target=telling.give_back, daemon=True).start()


def _leave_behind() -> None:
    """Give back what does not break off; its connection ends with this process, and what it wrote with that."""
    try:
        for telling in under_way_here():
            with suppress(OperationalError):
                states.give_back(telling.job)
    finally:
        connections.close_all()
