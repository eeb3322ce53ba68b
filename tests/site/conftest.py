"""A server of its own for each test that wants one, in an owner process that the test may kill."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bangfu.site.embedded import DatabaseUrls

SOURCES = Path(__file__).resolve().parents[2] / "src"
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCES), os.environ.get("PYTHONPATH", "")])}

OWNER_PROGRAM = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from bangfu.site.embedded import join_or_start
with join_or_start(Path(sys.argv[1])) as urls:
    print(json.dumps(asdict(urls)), flush=True)
    sys.stdin.read()
"""


@dataclass
class Owner:
    """Another process inside ``join_or_start``, until its input closes or it is killed."""

    process: subprocess.Popen[str]
    urls: DatabaseUrls

    def leave(self) -> None:
        """Let the process leave the context manager and end."""
        self.process.communicate(timeout=60)


class Owners:
    """Starts owner processes and ends those a test left."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[str]] = []

    def begin(self, var: Path) -> subprocess.Popen[str]:
        """Start an owner process without waiting for its server."""
        process = subprocess.Popen(
            [sys.executable, "-c", OWNER_PROGRAM, str(var)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        )
        self.processes.append(process)
        return process

    def ready(self, process: subprocess.Popen[str]) -> Owner:
        """Wait until the process has its addresses."""
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"the owner ended with status {process.wait()}"
        return Owner(process=process, urls=DatabaseUrls(**json.loads(line)))

    def start(self, var: Path) -> Owner:
        """Start an owner process and wait until it has its addresses."""
        return self.ready(self.begin(var))

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.communicate(timeout=60)


@pytest.fixture
def owners() -> Iterator[Owners]:
    owners = Owners()
    yield owners
    owners.end()


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder for one server."""
    with folder_for_server() as folder:
        yield folder


@contextmanager
def folder_for_server() -> Iterator[Path]:
    """Give a folder which the server's account can enter (pytest's own folders are private)."""
    with tempfile.TemporaryDirectory(prefix="bangfu-test-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path
