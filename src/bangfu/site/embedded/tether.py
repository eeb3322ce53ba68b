"""Start programs that end when this process ends, however it ends: the owner's side of ``leash.py``."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")

Stages = Sequence[tuple[signal.Signals, float]]  # what to send, and how many seconds to wait then
TERMINATE: Stages = ((signal.SIGTERM, 2.0),)


class Tether:
    """One program on a leash.

    Args:
        argv: the program and its arguments.
        stages: signals that end it, each with the seconds it gets; SIGKILL follows by itself.
        death: what the kernel sends it if even the leash is killed.
        account: (uid, gid) to run under; null = this process's own.
        keep: descriptors the program inherits.
        output: descriptor for what it prints; null = this process's own.
        input: descriptor it reads from; null = nothing to read.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        stages: Stages = TERMINATE,
        death: signal.Signals = signal.SIGTERM,
        account: tuple[int, int] | None = None,
        keep: Sequence[int] = (),
        output: int | None = None,
        input: int | None = None,
    ) -> None:
        theirs, self._ours = os.pipe()
        plan = {
            "argv": list(argv),
            "owner": os.getpid(),
            "pipe": theirs,
            "stages": [[int(number), seconds] for number, seconds in stages],
            "death": int(death),
            "account": account,
            "keep": list(keep),
            "output": output,
            "input": input,
        }
        passed = {theirs, *keep, *(fd for fd in (output, input) if fd is not None)}
        try:
            self._leash = subprocess.Popen(
                # Isolated and without site-packages: the leash must not depend on either.
                [sys.executable, "-I", "-S", str(LEASH), json.dumps(plan)],
                stdin=subprocess.DEVNULL,
                pass_fds=sorted(passed),
                start_new_session=True,
            )
        except BaseException:
            os.close(self._ours)
            raise
        finally:
            os.close(theirs)
        self._owner = os.getpid()

    @property
    def leash_pid(self) -> int:
        return self._leash.pid

    def poll(self) -> int | None:
        """Return the program's exit status, or None while it runs."""
        return self._leash.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the program's own end and return its exit status."""
        status = self._leash.wait(timeout)
        self._let_go()
        return status

    def ask_to_stop(self, *, patience_s: float | None = None) -> None:
        """Begin to end the program; the first signal may work for `patience_s` (null = as planned)."""
        if self._ours < 0 or os.getpid() != self._owner:
            return  # already asked, or a forked copy of the owner, which owns nothing
        if patience_s is not None and self._leash.poll() is None:
            os.write(self._ours, f"stop {patience_s}".encode())
        self._let_go()

    def stop(self, *, patience_s: float | None = None) -> int:
        """End the program, wait until it is gone, and return its exit status."""
        self.ask_to_stop(patience_s=patience_s)
        return self._leash.wait()

    def _let_go(self) -> None:
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1
