"""Posting at 2,000 facts a second while a worker seals, against the same while nothing seals; and how long facts wait.

Windows with and without the worker alternate. Both post a hundred facts twenty times a second, each time by one operation;
ours and the baseline are the medians of what one such operation takes. How long facts waited is read from the blocks: from
the entering of a block's first fact, the writer's own transaction included, to its seal. Targets: 0.95, and 2 s.
On two quiet cores it was 1.05, and 1.16 s at the longest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from functools import partial

import polars
from django.db import connection

from bangfu.foundation.jobs.models import UNFINISHED, Job
from bangfu.foundation.jobs.queries import has_worker
from bangfu.foundation.ledger.checkpoints import sealed_blocks
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms.register import enter
from benchmarks._scratch import founded, report, scratch_database, seconds
from benchmarks._sizes import sized
from benchmarks.posting import BENCH, fact_rows, post_rows

FACTS = 100
A_SECOND = 20
WINDOW_S = sized(15, 2)
WINDOWS = 4
"""Of each kind."""


@contextmanager
def _worker(address: str) -> Iterator[None]:
    """Let a worker seal, once it has begun to and its first jobs are done: those it finds missed when it starts."""
    before = _blocks()
    with subprocess.Popen(
        [sys.executable, "-m", "bangfu.site.cli", "worker"], env=os.environ | {"DATABASE_URL": address}
    ) as process:
        try:
            while process.poll() is None and (_blocks() == before or not has_worker()):
                time.sleep(0.2)
            while Job.objects.filter(state__in=UNFINISHED).exists():
                time.sleep(0.2)
            time.sleep(1)
            yield
        finally:
            process.terminate()


def _blocks() -> int:
    return sum(one.number for one in sealed_blocks(None, 1))


def _window(name: str, unit: Unit, account: Account, places: list[int]) -> list[float]:
    """Post at the pace, and return how many seconds each operation took."""
    frames: list[polars.DataFrame] = [
        fact_rows(f"{name}-{turn}", unit.pk, places, count=FACTS) for turn in range(WINDOW_S * A_SECOND)
    ]
    took, began = [], time.perf_counter()
    for turn, frame in enumerate(frames):
        time.sleep(max(0.0, began + turn / A_SECOND - time.perf_counter()))
        took.append(seconds(partial(post_rows, frame=frame, act=Act.now(account))))
    return took


def run() -> None:
    """Measure and print how long facts waited, and the ratio."""
    enter(BENCH)
    with scratch_database("lag") as address:
        root, account = founded(date(2015, 1, 1))
        places = list(Place.objects.filter(level=3).values_list("pk", flat=True))
        seal_pending()
        _window("warm", root, account, places)
        alone: list[float] = []
        beside: list[float] = []
        waited: list[float] = []
        for turn in range(2 * WINDOWS):
            is_sealed = turn % 2 == 1
            with _worker(address) if is_sealed else nullcontext():
                first = _blocks()
                took = _window(f"w{turn}", root, account, places)
            (beside if is_sealed else alone).extend(took)
            if is_sealed:
                blocks = sealed_blocks(None, _blocks() - first)
                waited += [one.waited.total_seconds() for one in blocks if one.waited]
            connection.close()
        waited.sort()
        print(
            f"lag median={waited[len(waited) // 2]:.2f}s longest={waited[-1]:.2f}s blocks={len(waited)}"
            f" facts/s={FACTS * A_SECOND}"
        )
        report("lag", baseline=alone, ours=beside)
