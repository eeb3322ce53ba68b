"""Real workers: one job each, killed and stopped at the worst moments."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from bangfu.foundation.jobs import operations
from bangfu.foundation.jobs.models import Job, JobLine
from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import Post, Unit
from bangfu.foundation.organisation.operations import enter_unit
from tests.cast import Cast, enter_cast
from tests.conftest import Server, pointing_at
from tests.foundation.jobs.toy import EVERY_HOUR, KIND, toy_room

LONGEST_S = 60
HOME = Path(__file__).resolve().parents[3]


@dataclass
class House:
    """A database of this module's own, and the workers on it."""

    url: str
    folder: Path
    cast: Cast
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, predecessor: str = "", silent_for: float = 3) -> subprocess.Popen[bytes]:
        """Start a worker."""
        environment = os.environ | {
            "DATABASE_URL": self.url,
            "BANGFU_VAR": str(settings.VAR),
            "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
            "PYTHONPATH": os.pathsep.join(["src", "."]),
        }
        arguments = [uuid.uuid4().hex, predecessor, str(silent_for)]
        self.workers.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.foundation.jobs.working", *arguments], env=environment, cwd=HOME
            )
        )
        return self.workers[-1]

    def ask(self, how: str = "", *, after: str = "") -> tuple[Job, Path]:
        """Ask for two posts; the job waits as its file says, until that is gone."""
        pause = self.folder / uuid.uuid4().hex
        if how:
            pause.write_text(how)
        if after:
            Path(f"{pause}.after").write_text(after)
        arguments = {"unit": self.cast.guizhou.pk, "count": 2, "pause": str(pause) if how or after else ""}
        clerk = self.cast.clerk
        return operations.ask(kind=KIND, arguments=arguments, account=clerk, act=Act.now(clerk)), pause

    def open_unit(self, code: str) -> None:
        """Let a unit come, which the next block is to hold."""
        cast = self.cast
        with system_writes("a unit comes"):
            enter_unit(
                code=code, name_zh="新到单位", name_en="New unit", kind=Unit.Kind.PREFECTURE, parent=cast.yunnan,
                place=cast.yunnan.place, starts_on=cast.yunnan.starts_on,
            )  # fmt: skip

    def running(self, count: int) -> None:
        """Let so many workers run, those that do already among them."""
        while len(self.workers) < count:
            self.start()

    def stop(self) -> set[int]:
        """Stop the workers as the system does, and return what they ended with."""
        for worker in self.workers:
            worker.send_signal(signal.SIGTERM)
        ended = {worker.wait(timeout=LONGEST_S) for worker in self.workers}
        self.workers.clear()
        return ended

    def end_all(self) -> None:
        """Kill the workers."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
        self.workers.clear()


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds; not for ever."""
    deadline = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.05)


def reached(pause: Path) -> None:
    """Wait until a job stands where it was told to."""
    wait_until(lambda: Path(f"{pause}.reached").exists(), "the pause")


def state_of(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


@pytest.fixture(scope="module")
def built(server: Server, template_database: str, django_db_blocker, tmp_path_factory) -> Iterator[House]:
    """A house whose commits are real."""
    name = f"bangfu_jobs_{os.getpid()}"
    server.create(name, template_database)
    with django_db_blocker.unblock(), pointing_at(server.app(name)), toy_room():
        house = House(server.app(name), tmp_path_factory.mktemp("pauses"), enter_cast())
        yield house
        house.end_all()
        connections.close_all()
    server.drop(name)


@pytest.fixture
def house(built: House, django_db_blocker) -> Iterator[House]:
    """The house, and whatever workers the test before left running: starting one takes seconds."""
    with django_db_blocker.unblock():
        yield built


def posts() -> int:
    return Post.objects.count()


def test_two_workers_do_each_job_once_and_show_how_far_it_is(house: House) -> None:
    before = posts()
    house.running(2)
    job, pause = house.ask("listening")
    reached(pause)
    wait_until(lambda: Job.objects.get(pk=job.pk).doing_en == "Opening posts", "progress")
    running = Job.objects.get(pk=job.pk)
    assert (running.state, running.done, running.of) == ("RUNNING", 1, 2)
    assert posts() == before, "it is seen before anything is committed"
    pause.unlink()
    wait_until(lambda: state_of(job) == "DONE", "the end")
    wait_until(
        lambda: Job.objects.filter(kind=EVERY_HOUR, state="DONE").count() == 1, "what is done every hour"
    )
    assert posts() == before + 2
    assert Job.objects.get(pk=job.pk).attempt == 1


def test_jobs_that_take_every_place_hold_up_no_sealing(house: House) -> None:
    house.running(1)
    asked = [house.ask("listening") for _ in range(3)]
    for _, pause in asked[:2]:
        reached(pause)
    seal_pending()
    before = latest_block()
    house.open_unit("LATE")
    sealed = seal_pending()
    after = latest_block()
    assert sealed is not None
    assert after is not None
    assert after.number == (before.number + 1 if before else 0)
    assert {state_of(job) for job, _ in asked} <= {"RUNNING", "WAITING"}
    for _, pause in asked:
        pause.unlink()
    for job, _ in asked:
        wait_until(lambda job=job: state_of(job) == "DONE", "the end")


def test_the_jobs_worker_seals_nothing(house: House) -> None:
    house.running(1)
    house.open_unit("LATER")
    before = latest_block()
    job, _ = house.ask()
    wait_until(lambda: state_of(job) == "DONE", "the end")
    assert latest_block() == before


def test_a_cancelled_job_rolls_back(house: House) -> None:
    before = posts()
    house.running(1)
    for how in ("listening", "database"):
        job, pause = house.ask(how)
        reached(pause)
        operations.cancel_own(job=job, account=house.cast.clerk, act=Act.now(house.cast.clerk))
        wait_until(lambda job=job: state_of(job) == "CANCELLED", "the end")
        assert posts() == before
        assert Job.objects.get(pk=job.pk).outcome_en == "Cancelled; nothing was written."


def test_a_stopped_worker_gives_its_jobs_back(house: House) -> None:
    before = posts()
    house.running(1)
    asked = [house.ask(how) for how in ("listening", "database", "deaf")]
    for _, pause in asked:
        reached(pause)
    assert house.stop() == {0}
    for job, pause in asked:
        assert (state_of(job), posts()) == ("WAITING", before)
        pause.unlink()
    house.running(1)
    for job, _ in asked:
        wait_until(lambda job=job: state_of(job) == "DONE", "the end")
        said = list(JobLine.objects.filter(job=job).values_list("words_en", flat=True))
        assert "The worker stopped and gave the job back." in said
    assert posts() == before + 6


def test_a_killed_workers_job_begins_again(house: House) -> None:
    before = posts()
    house.running(1)
    job, pause = house.ask("listening")
    reached(pause)
    house.end_all()
    assert (state_of(job), posts()) == ("RUNNING", before)
    pause.unlink()
    house.running(1)  # knows nothing of the dead one: it is found by its silence
    wait_until(lambda: state_of(job) == "DONE", "the end")
    assert (posts(), Job.objects.get(pk=job.pk).attempt) == (before + 2, 2)


def test_what_a_killed_worker_had_committed_is_not_done_twice(house: House) -> None:
    before = posts()
    house.running(1)
    job, pause = house.ask(after="deaf")
    reached(Path(f"{pause}.after"))
    assert posts() == before + 2
    house.end_all()
    Path(f"{pause}.after").unlink()
    runner = Job.objects.get(pk=job.pk).runner
    house.start(predecessor=runner, silent_for=3600)  # knows who died: it waits for no silence
    wait_until(lambda: state_of(job) == "DONE", "the end")
    assert posts() == before + 2
    assert AuditEntry.objects.filter(request_key=job.key).count() == 1
