"""Run one program for as long as its owner lives, and not ten seconds longer.

This file is a script of its own: it imports nothing outside the standard library, so that it
starts in a few milliseconds and works before (and after) everything else. ``bangfu.site.embedded.tether``
starts it. Its one argument is a plan in JSON:

``argv``     the program and its arguments
``owner``    the process that must live; the leash is its child
``pipe``     a descriptor whose other end only the owner holds; end of file means that it has gone.
             The owner may also write ``stop SECONDS``: end the program, and let the first signal
             work for so long
``stages``   what ends the program: ``[[signal, seconds], …]`` one after the other, then SIGKILL for
             whatever of its process group and its children is left
``death``    the signal the program gets from the kernel should the leash itself be killed
``account``  ``[uid, gid]`` to run the program under, or null
``keep``     descriptors the program inherits (a lock that must last as long as the program)
``output``   a descriptor for what the program prints, or null for the leash's own
``input``    a descriptor the program reads from, or null for nothing to read
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PROCESSES = Path("/proc")
TICK_S = 0.5
IGNORED = (signal.SIGINT, signal.SIGHUP)  # a terminal sends these to everything; the owner decides


def children_of(pid: int) -> list[int]:
    """Return the processes whose parent is `pid`; empty where /proc does not exist."""
    found = []
    for folder in PROCESSES.iterdir() if PROCESSES.is_dir() else ():
        if not folder.name.isdigit():
            continue
        try:
            # The second field is the program's name in brackets and may hold anything.
            fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue  # it ended between the listing and the reading
        if int(fields[1]) == pid:
            found.append(int(folder.name))
    return found


def descendants_of(pid: int) -> list[int]:
    """Return every process below `pid`, the deepest last."""
    found = children_of(pid)
    for child in found:
        found.extend(children_of(child))
    return found


def kill(pid: int, number: int) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def dying_with_parent(death: int, parent: int) -> Callable[[], None]:
    """Return what a new process does before it becomes the program: tie its life to its parent's."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def tie() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, death, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


class Leash:
    """The program, the owner, and the signals in between."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.owner: int = plan["owner"]
        self.pipe: int = plan["pipe"]
        self.stages: list[list[float]] = plan["stages"]
        self.asked_to_stop = False
        uid, gid = plan["account"] or (None, None)
        # Under another account the environment of the owner (HOME, secrets) is nobody's business.
        environment = {"PATH": os.defpath, "LC_ALL": "C"} if plan["account"] else None
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        self.program = subprocess.Popen(
            plan["argv"],
            stdin=subprocess.DEVNULL if plan["input"] is None else plan["input"],
            stdout=plan["output"],
            stderr=plan["output"],
            env=environment,
            cwd="/" if plan["account"] else None,
            user=uid,
            group=gid,
            extra_groups=[] if plan["account"] else None,
            pass_fds=plan["keep"],
            start_new_session=True,
            preexec_fn=self._before(plan["death"]),
        )
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])

    @staticmethod
    def _before(death: int) -> Callable[[], None]:
        tie = dying_with_parent(death, os.getpid())

        def before() -> None:
            for number in IGNORED:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
            tie()

        return before

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.asked_to_stop = True

    def hold(self) -> int:
        """Wait for the program's end or the owner's, whichever comes first; return an exit status."""
        while self.program.poll() is None:
            if self.asked_to_stop or os.getppid() != self.owner:
                self.end()
                break
            # Half a second at most: some owners have children that hold the pipe open by accident,
            # and then only the parent's number tells that the owner has gone.
            readable, _, _ = select.select([self.pipe], [], [], TICK_S)
            if readable:
                self._read()
                self.end()
                break
        status = self.program.wait()
        self._kill_group()
        return 128 - status if status < 0 else status

    def _read(self) -> None:
        words = os.read(self.pipe, 100).split()
        if len(words) == 2 and words[0] == b"stop":
            self.stages = [[self.stages[0][0], float(words[1])], *self.stages[1:]]

    def end(self) -> None:
        """End the program by its stages; if they do not help, kill it with everything below it."""
        for number, seconds in self.stages:
            kill(self.program.pid, int(number))
            if self._ended_within(seconds):
                return
        for pid in [*descendants_of(self.program.pid), self.program.pid]:
            kill(pid, signal.SIGKILL)

    def _ended_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        pause = 0.005
        while time.monotonic() < deadline:
            if self.program.poll() is not None:
                return True
            time.sleep(pause)
            pause = min(pause * 2, 0.1)
        return self.program.poll() is not None

    def _kill_group(self) -> None:
        # The program began a session of its own, so its process group holds nothing but its children.
        try:
            os.killpg(self.program.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def main() -> int:
    """Run the program that the first argument describes, and end it with its owner."""
    plan = json.loads(sys.argv[1])
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    leash = Leash(plan)
    return leash.hold()


if __name__ == "__main__":
    sys.exit(main())
