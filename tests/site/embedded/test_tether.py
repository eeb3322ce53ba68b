"""Programs on a leash: they end with their owner, and take their children along."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bangfu.site.embedded import Tether
from tests.site.conftest import ENVIRONMENT

# A program with a child of its own that both ignore the polite signal; they write their numbers to a file.
STUBBORN = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {child}\\n")
time.sleep(600)
"""

OWNER = """
import sys, time
from bangfu.site.embedded import Tether
import signal
Tether([sys.executable, "-c", sys.argv[1], sys.argv[2]], stages=[(signal.SIGTERM, 0.3)])
time.sleep(600)
"""


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def numbers_in(path: Path) -> list[int]:
    deadline = time.monotonic() + 10
    while not (path.is_file() and path.read_text().endswith("\n")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return [int(word) for word in path.read_text().split()]


def gone(pids: list[int], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(is_alive, pids))


class TestTether:
    def test_gives_the_status_of_a_program_that_ends(self) -> None:
        assert Tether([sys.executable, "-c", "raise SystemExit(3)"]).wait() == 3

    def test_gives_128_and_the_signal_of_a_program_that_is_killed(self) -> None:
        program = Tether([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
        assert program.wait() == 128 + signal.SIGKILL

    def test_stops_a_program_that_does_not_listen_and_its_child(self, tmp_path: Path) -> None:
        numbers = tmp_path / "numbers"
        program = Tether([sys.executable, "-c", STUBBORN, str(numbers)], stages=[(signal.SIGTERM, 0.3)])
        pids = numbers_in(numbers)
        program.stop()
        assert gone(pids, within_s=1)

    def test_takes_the_children_of_a_program_that_ended_by_itself(self, tmp_path: Path) -> None:
        numbers = tmp_path / "numbers"
        program = Tether([sys.executable, "-c", STUBBORN, str(numbers)])
        parent, child = numbers_in(numbers)
        os.kill(parent, signal.SIGKILL)
        program.wait()
        assert gone([child], within_s=1)

    def test_ends_the_program_when_its_owner_is_killed(self, tmp_path: Path) -> None:
        numbers = tmp_path / "numbers"
        owner = subprocess.Popen(
            [sys.executable, "-c", OWNER, STUBBORN, str(numbers)],
            env=ENVIRONMENT,
        )
        pids = numbers_in(numbers)
        owner.kill()
        owner.wait()
        assert gone(pids, within_s=5)
