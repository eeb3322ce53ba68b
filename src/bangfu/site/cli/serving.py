"""Run everything that belongs to a running bangfu, and end all of it together.

The database, the web server and the worker each run on a leash of their own: however this process ends,
SIGKILL included, they end within ten seconds. On SIGTERM or Ctrl-C everything ends within five.
"""

import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click

from bangfu.site.cli.database import addresses
from bangfu.site.cli.startup import check_role
from bangfu.site.embedded import Tether
from bangfu.site.front.application import PAGE_THREADS

APPLICATION = "bangfu.site.front.application:application"
DATABASE_PATIENCE_S = 2.0
LOOK_EVERY_S = 0.1
PR_SET_PDEATHSIG = 1
WITH_PARENT = "BANGFU_END_WITH_PARENT"

Step = tuple[str, ...]  # a command of bangfu, with its arguments


class Stopped(BaseException):
    """Somebody asked bangfu to stop."""


@dataclass(frozen=True)
class Address:
    """Where bangfu answers, and with how many processes and threads."""

    host: str
    port: int
    workers: int
    threads: int

    @property
    def url(self) -> str:
        shown = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::1", "::") else self.host
        return f"http://{shown}:{self.port}"

    def is_taken(self) -> bool:
        """Answer whether another program already answers there."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        try:
            socket.create_connection((host, self.port), timeout=1).close()
        except OSError:
            return False
        return True


def serve_until_stopped(
    address: Address, *, steps: Sequence[Step], when_ready: Callable[[], None], has_worker: bool = True
) -> None:
    """Start the database, take the steps one after the other, and serve until somebody stops it.

    Args:
        steps: commands of bangfu that must succeed before anything is served.
        when_ready: called once the address answers.
        has_worker: whether the worker runs beside the site; without it, one that runs elsewhere seals and carries out jobs.

    Raises: click.ClickException: the address is taken, a step failed, or a part ended by itself.
    """
    if address.is_taken():
        raise click.ClickException(
            f"端口 {address.port} 已被占用（bangfu 可能已在运行），可用 --port 另选 · "
            f"Port {address.port} is in use (bangfu may be running already); choose another with --port."
        )
    with _stopped_by_signals(), addresses(patience_s=DATABASE_PATIENCE_S) as urls:
        for step in steps:
            take(step)
        check_role(urls.app)
        parts = {"granian": _web_server(address)}
        if has_worker:
            parts["worker"] = _command("worker")
        try:
            while not address.is_taken():
                _look_at(parts)
            when_ready()
            while True:
                _look_at(parts)
        finally:
            for part in parts.values():
                part.ask_to_stop()
            for part in parts.values():
                part.stop()


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Turn SIGTERM, Ctrl-C and, where asked for, the parent's death into a clean stop."""
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            raise Stopped

    if os.environ.get(WITH_PARENT) == "1" and sys.platform == "linux":
        # Killed outright, make cannot tell us; the kernel can.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except Stopped:
        click.echo("已停止 · Stopped.", err=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def take(step: Step) -> None:
    """Run a command of bangfu, and end it if this process ends meanwhile.

    Raises: click.ClickException: the command failed.
    """
    command = _command(*step)
    try:
        status = command.wait()
    finally:
        command.stop()
    if status != 0:
        raise click.ClickException(f"没有完成 · Did not succeed: bangfu {' '.join(step)}")


def _look_at(parts: dict[str, Tether]) -> None:
    time.sleep(LOOK_EVERY_S)
    for name, part in parts.items():
        status = part.poll()
        if status is not None:
            raise click.ClickException(f"{name} 意外结束 · ended by itself (status {status}).")


def _command(*arguments: str) -> Tether:
    return Tether([sys.executable, "-m", "bangfu.site.cli", *arguments])


def _web_server(address: Address) -> Tether:
    options = {
        "--interface": "rsgi",
        "--host": address.host,
        "--port": str(address.port),
        "--workers": str(address.workers),
        "--workers-kill-timeout": "1",
        "--log-level": "warning",
    }
    os.environ[PAGE_THREADS] = str(address.threads)
    given = [word for option in options.items() for word in option]
    return Tether(
        [sys.executable, "-m", "granian", *given, "--no-ws", "--respawn-failed-workers", APPLICATION]
    )
