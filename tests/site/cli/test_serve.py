"""``bangfu serve``: starts everything, and nothing of it outlives it."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bangfu.site.embedded import join_or_start
from bangfu.site.embedded.leash import descendants_of
from tests.site.conftest import ENVIRONMENT

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """One folder for this module: the tables are made once."""
    with tempfile.TemporaryDirectory(prefix="bangfu-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def serve(port: int, environment: dict[str, str], *more: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in ENVIRONMENT.items() if not name.startswith("DATABASE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "bangfu.site.cli", "serve", "--port", str(port), "--workers", "1", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=kept | environment,
    )


@contextmanager
def answering(var: Path, port: int, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A bangfu that answers."""
    process = serve(port, {"BANGFU_VAR": str(var)}, *more)
    assert process.stdout is not None
    said: list[str] = []
    while not (said and f"http://localhost:{port}" in said[-1]):
        said.append(process.stdout.readline())
        assert said[-1], f"bangfu ended: {''.join(said)}"
    yield process
    if process.poll() is None:
        process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def serving(var: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """A bangfu that answers, with its worker."""
    with answering(var, port) as process:
        yield process


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes below one that are workers."""
    found = []
    for pid in descendants_of(process.pid):
        said = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"bangfu.site.cli" in said and b"worker" in said:
            found.append(pid)
    return found


def alive(pids: list[int]) -> list[int]:
    found = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.append(pid)
    return found


class TestServe:
    def test_answers_has_its_worker_and_ends_within_five_seconds_of_being_asked(
        self, serving: subprocess.Popen[str], port: int
    ) -> None:
        assert workers_of(serving) != []
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=30) as answer:
            assert answer.status == 200
        family = descendants_of(serving.pid)
        assert len(family) > 5
        began = time.monotonic()
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=10) == 0
        assert time.monotonic() - began < 5
        assert alive(family) == []

    def test_leaves_the_worker_to_another_when_told_to(self, var: Path, port: int) -> None:
        with answering(var, port, "--no-worker") as process:
            assert workers_of(process) == []
            with urllib.request.urlopen(f"http://localhost:{port}/", timeout=30) as answer:
                assert answer.status == 200

    def test_leaves_nothing_behind_when_it_is_killed(self, serving: subprocess.Popen[str]) -> None:
        family = descendants_of(serving.pid)
        serving.kill()
        deadline = time.monotonic() + 10
        while alive(family) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert alive(family) == []

    def test_refuses_a_port_that_is_taken(self, var: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            process = serve(taken.getsockname()[1], {"BANGFU_VAR": str(var)})
            said, _ = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "is in use" in said

    def test_refuses_the_role_that_owns_the_tables(self, var: Path, port: int) -> None:
        with join_or_start(var) as urls:
            process = serve(port, {"BANGFU_VAR": str(var), "DATABASE_URL": urls.owner})
            said, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "The role bangfu_owner owns the database" in said
