"""Whatever is killed, and whenever: nothing that was acknowledged is missing, nothing is half there, and work goes on."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from bangfu.foundation.ledger.models import Block, Fact, Member, Unsealed
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.ledger.verifying import verify_ledger
from bangfu.foundation.operations.privileges import grant_privileges
from bangfu.foundation.organisation import permissions
from bangfu.reporting.publications.models import Publication, PublishedFact, Step, StepKind
from bangfu.site import backups
from bangfu.site.embedded import DatabaseUrls, join_or_start
from tests.cast import enter_cast
from tests.conftest import TEMPLATE, Server, pointing_at
from tests.foundation.intake.test_crash import wait_for_the_dead
from tests.reporting.publications.conftest import fill, write_texts
from tests.reporting.story import Story
from tests.site.conftest import folder_for_server
from tests.site.embedded.test_server import server_of

LONGEST_S = 60
HOME = Path(__file__).resolve().parents[2]


@dataclass
class House:
    """A server that writes to the disk as a user's does, with a house in it."""

    folder: Path
    urls: DatabaseUrls | None = None
    running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> DatabaseUrls:
        """Start the server, or start it again."""
        self.urls = self.running.enter_context(join_or_start(self.folder, patience_s=2))
        return self.urls

    def kill_server(self) -> None:
        """End the database as a power cut would."""
        os.kill(server_of(self.folder), signal.SIGKILL)
        self.running.close()

    def environment(self) -> dict[str, str]:
        """Return what a process of this house runs in."""
        assert self.urls
        return os.environ | {
            "DATABASE_URL": self.urls.app,
            "BANGFU_VAR": str(settings.VAR),
            "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
            "PYTHONPATH": os.pathsep.join(["src", "."]),
        }

    def posted(self) -> Doomed:
        """Let a process post, and kill it."""
        found = self.begin("post")
        found.until("posted", 2)
        found.kill()
        return found

    def begin(self, deed: str, moment: str = "") -> Doomed:
        """Let a process do a deed until a moment."""
        return Doomed(
            subprocess.Popen(
                [sys.executable, "-m", "tests.site.doomed", deed, moment, str(self.folder)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment(), cwd=HOME,
                start_new_session=True,
            )
        )  # fmt: skip


@dataclass
class Doomed:
    """A process that is going to be killed, and what it said so far."""

    process: subprocess.Popen[str]
    said: list[list[str]] = field(default_factory=list)

    def until(self, word: str, times: int = 1) -> None:
        """Read on until it has said a word so often; it does not get forever."""
        assert self.process.stdout
        limit = threading.Timer(LONGEST_S, self.process.kill)
        limit.start()
        while sum(one[0] == word for one in self.said) < times:
            line = self.process.stdout.readline()
            assert line, f"it ended before it said {word}: {self.said[-3:]}"
            self.said.append(line.split())
        limit.cancel()

    def kill(self) -> None:
        """Kill it, and read what it had said until then."""
        self.process.kill()
        self.end()

    def end(self) -> None:
        """Read what it said until its end."""
        assert self.process.stdout
        self.said += [line.split() for line in self.process.stdout if line.endswith("\n")]
        self.process.wait()

    def told(self, word: str) -> list[list[str]]:
        """Return what came with a word, each time it was said."""
        return [one[1:] for one in self.said if one[0] == word]


@pytest.fixture(scope="module")
def kept(server: Server, template_database: str, django_db_blocker, tmp_path_factory) -> Path:
    """A backup of an empty house."""
    folder: Path = tmp_path_factory.mktemp("template")
    with django_db_blocker.unblock(), pointing_at(server.owner(template_database)):
        backups.back_up(folder, owner=server.owner(TEMPLATE), progress=lambda done, of: None)
    return folder


@pytest.fixture(scope="module")
def built(kept: Path, django_db_blocker) -> Iterator[House]:
    """The house with what a report tells, verified and sealed."""
    with folder_for_server() as folder, django_db_blocker.unblock():
        house = House(folder)
        urls = house.start()
        backups.restore(
            kept, owner=urls.owner, evidence=house.folder / "evidence", progress=lambda done, of: None
        )
        with pointing_at(urls.owner):
            grant_privileges(connection)
        with pytest.MonkeyPatch.context() as patch, pointing_at(urls.app):
            patch.setattr(
                permissions, "role_permissions", lambda role: frozenset({"story.post", "story.reverse"})
            )
            write_texts(house.folder / "texts")
            fill(Story(enter_cast()))
        yield house
        house.running.close()


@pytest.fixture
def house(built: House, django_db_blocker) -> Iterator[House]:
    """The house, to whose database Django is connected."""
    with django_db_blocker.unblock():
        yield built


def check(house: House, *doomed: Doomed) -> None:
    """Look whether all that was acknowledged is there, nothing is half there, and sealing goes on."""
    assert house.urls
    wait_for_the_dead(house.urls.app)
    with pointing_at(house.urls.app):
        for one in doomed:
            for (fact,) in one.told("posted"):
                assert Fact.objects.filter(pk__range=(int(fact), int(fact) + 19)).count() == 20
            for (block,) in one.told("sealed"):
                assert Block.objects.filter(number=int(block)).exists()
            for (key,) in one.told("prepared"):
                assert Publication.objects.filter(pk=int(key)).exists()
            for number, digest in one.told("frozen"):
                assert Step.objects.get(number=int(number)).digest == digest
        assert Fact.objects.filter(happened_on__year=2017).count() % 20 == 0
        sizes = {
            (found.figures.count(), PublishedFact.objects.filter(publication=found).count())
            for found in Publication.objects.all()
        }
        assert len(sizes) <= 1, "every publication is whole"
        for step in Step.objects.filter(kind=StepKind.FROZEN):
            bundle = house.folder / "publications" / f"bangfu-publication-{step.number}.zip"
            assert hashlib.sha256(bundle.read_bytes()).hexdigest() == step.digest
            assert verify.verify_bundle(str(bundle)) == []
        seal_all()
        assert Fact.objects.count() == Member.objects.count()
        found = verify_ledger(house.urls.app)
        assert found.faults == ()


def seal_all() -> None:
    """Seal what waits; a worker that is at it, or whose killed transaction still holds the sealer's lock, is waited for."""
    began = time.monotonic()
    while seal_pending() is not None or Unsealed.objects.exists():
        assert time.monotonic() - began < LONGEST_S, "what was posted is not sealed any more"
        time.sleep(0.05)


@pytest.mark.parametrize(("deed", "moment", "acknowledged"), [
    ("post", "written", "posted"), ("seal", "hashed", "sealed"),
    ("publish", "entered", "prepared"), ("publish", "kept", "frozen"),
])  # fmt: skip
def test_killed_before_it_commits(house: House, deed: str, moment: str, acknowledged: str) -> None:
    facts = house.posted()
    alone = house.begin(deed, moment)
    alone.until(moment)
    alone.kill()
    check(house, facts, alone)

    more = house.posted()
    beside = house.begin(deed, moment)
    beside.until(moment)
    house.kill_server()
    beside.kill()
    house.start()
    check(house, facts, alone, more, beside)

    last = house.posted()
    again = house.begin(deed)
    again.until(acknowledged)
    again.kill()
    check(house, last, again)


def test_killed_at_any_time(house: House) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "bangfu.site.cli", "worker"],
        env=house.environment(), cwd=HOME, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for of_posting, of_publishing in ((3, "prepared"), (9, "entered")):
            posting, publishing = house.begin("post"), house.begin("publish")
            posting.until("posted", of_posting)
            publishing.until(of_publishing)
            house.kill_server()
            posting.kill()
            publishing.kill()
            house.start()
            check(house, posting, publishing)
            assert worker.poll() is None

        posting, publishing = house.begin("post"), house.begin("publish")
        publishing.until("frozen")
        assert house.urls
        with psycopg.connect(house.urls.app, autocommit=True) as link:
            newest = "SELECT max(number) FROM ledger_block"
            before, began = link.execute(newest).fetchone(), time.monotonic()
            while link.execute(newest).fetchone() == before:
                assert time.monotonic() - began < LONGEST_S, "the worker does not seal any more"
                time.sleep(0.1)
        worker.kill()
        posting.kill()
        publishing.kill()
        check(house, posting, publishing)
    finally:
        worker.kill()
        worker.wait()
