"""Everybody who waits, handed to the placer: while it carries out one call, the next gathers."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bangfu.foundation.doors.frames import Rows, Unpacking, packed

log = logging.getLogger(__name__)
TRIES = 4
"""So many placers may end one after the other before those who wait are told that nothing is known."""
PAUSE_S = 0.3
"""Before a placer that ended is started again."""
PIECE_BYTES = 1 << 18
PATIENCE_S = 3.0
ONE_THREAD = {"POLARS_MAX_THREADS": "1"}
"""A call's frames are small: handing their columns from thread to thread takes longer than working on them."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request that waits for its answer."""

    said: tuple[Any, ...]
    """Plain values, as the placer takes them."""
    answer: asyncio.Future[tuple[Any, ...] | None]
    """Plain values, as the placer gives them. Null: nothing is known of it; its key tells later."""


class Batcher:
    """The door's side of a placer: it starts one, asks it, and starts another if it ends.

    A new placer is asked again whatever the last one did not answer, in order of arrival; the keys make it once.

    Args:
        placer: the command of a program that serves a ``Placer`` on the socket whose number is its last argument.
        is_late: whether the placer is started by the first request, which waits for it, and not at once.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, placer: Sequence[str], *, is_late: bool = False
    ) -> None:
        self._loop = loop
        self._placer = placer
        self._waiting: dict[int, Waiting] = {}
        self._count = 0
        self._fresh: Rows = []
        self._unsent = bytearray()
        self._ended = 0
        self._is_over = False
        self._is_begun = False
        self._channel: socket.socket | None = None
        if not is_late:
            self._begin()

    @property
    def length(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def add(self, request: Waiting) -> None:
        """Ask for a request, together with all others of this moment."""
        if not self._fresh:
            self._loop.call_soon(self._send_fresh)
        self._count += 1
        self._waiting[self._count] = request
        self._fresh.append((self._count, *request.said))
        if not self._is_begun:
            self._begin()

    def end(self) -> None:
        """Let the placer answer whoever waits, and end."""
        self._is_over = True
        if self._channel is None:
            return
        self._channel.shutdown(socket.SHUT_WR)
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _begin(self) -> None:
        self._is_begun = True
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [*self._placer, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | ONE_THREAD,
            )
        ours.setblocking(False)
        self._channel = ours
        self._unpacking = Unpacking()
        self._loop.add_reader(ours, self._read)
        self._fresh = []
        self._unsent[:] = packed([(number, *one.said) for number, one in self._waiting.items()])
        self._write()

    def _send_fresh(self) -> None:
        asked, self._fresh = self._fresh, []
        if asked and self._channel is not None:
            self._unsent += packed(asked)
            self._write()

    def _write(self) -> None:
        assert self._channel is not None
        try:
            sent = self._channel.send(self._unsent)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it has ended, which reading tells
        del self._unsent[:sent]
        if self._unsent:
            self._loop.add_writer(self._channel, self._write)
        else:
            self._loop.remove_writer(self._channel)

    def _read(self) -> None:
        assert self._channel is not None
        try:
            piece = self._channel.recv(PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._begin_again()
            return
        for number, said in self._unpacking.rows_in(piece):
            self._ended = 0
            answer = self._waiting.pop(number).answer
            if not answer.done():
                answer.set_result(said)

    def _begin_again(self) -> None:
        """Start another placer, the last having ended; tell those who wait that nothing is known if that happens too often."""
        assert self._channel is not None
        self._loop.remove_reader(self._channel)
        self._loop.remove_writer(self._channel)
        self._channel.close()
        self._channel = None
        if self._is_over:
            return
        self._process.kill()
        log.warning("the placer ended (%s) and is started again", self._process.wait())
        self._ended += 1
        if self._ended >= TRIES:
            asked, self._waiting = self._waiting, {}
            for one in asked.values():
                if not one.answer.done():
                    one.answer.set_result(None)
        self._loop.call_later(PAUSE_S, self._begin)
