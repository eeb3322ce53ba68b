"""What a door gathered, carried out by a process of its own, so that neither waits for the other's interpreter.

It has the other end of the door's pair of sockets and one connection to the database. Whoever comes while a call is carried out
is in the next one. It ends with the door: the end of what it reads is the end of its work.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import Error, connection

from bangfu.foundation.doors.frames import Rows, Unpacking, packed
from bangfu.foundation.operations import Act, UnableToKeepKeys
from bangfu.foundation.operations.once import Remembered, once_a_request, remembering
from bangfu.foundation.organisation.queries import grants_of_account, paths_of
from bangfu.foundation.people.models import Account

log = logging.getLogger(__name__)
MOST_AT_ONCE = 500
"""Requests in one call: more would make each wait longer than it gains."""
TRIES = 4
LOOKED_UP_EVERY_S = 1.0
"""Who acts, their grants and the units' places in the tree: what is taken back counts after so long."""
PAUSE_S = 0.3
"""Before the same call is made again, where the database was away; the keys make it once."""
PIECE_BYTES = 1 << 18

Answers = Sequence[tuple[Any, ...]]
"""What each request is answered, in their order, as plain values."""
Carry = Callable[[Rows], Answers]
"""Calls an operation by rows for requests, each its number and what the door said of it."""


def placer_of_account(
    channel: socket.socket, *, carry: Callable[[Rows, Act], Answers], account: Callable[[], Account]
) -> Placer:
    """Return the placer of a door through which one account acts.

    Args:
        account: returns it; asked again after a while: somebody may have closed it.
    """
    appointed = once_a_request(account)
    return Placer(channel, carry=lambda batch: carry(batch, Act.now(appointed())), remembered=[appointed])


class Placer:
    """Whoever asks through a socket is answered through it: rows of number and what is asked, answered by rows of number and
    answer; null where nothing is known: the key tells later.

    Args:
        remembered: questions (``once_a_request``) whose answers hold for a while, beside grants and places in the tree.
    """

    def __init__(self, channel: socket.socket, *, carry: Carry, remembered: Sequence[object] = ()) -> None:
        self._channel = channel
        self._carry = carry
        self._unpacking = Unpacking()
        self._waiting: Rows = []
        self._is_over = False
        self._remembered = Remembered(grants_of_account, paths_of, *remembered)
        self._remembered_since = time.monotonic()

    def serve(self) -> None:
        """Answer until the door is gone and everybody who waits is answered."""
        try:
            while True:
                self._hear()
                if not self._waiting:
                    return
                batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                self._channel.sendall(packed(self._answered(batch)))
        except (BrokenPipeError, ConnectionResetError):
            return  # the door is gone; what it did not hear, they who asked ask for again by their keys
        finally:
            connection.close()

    def _hear(self) -> None:
        """Take in what has come, and wait for something if nobody waits yet."""
        while not self._is_over:
            try:
                piece = self._channel.recv(PIECE_BYTES, socket.MSG_DONTWAIT if self._waiting else 0)
            except BlockingIOError:
                return
            self._is_over = not piece
            self._waiting += self._unpacking.rows_in(piece)

    def _forget_in_time(self) -> None:
        now = time.monotonic()
        if now - self._remembered_since > LOOKED_UP_EVERY_S:
            self._remembered.forget()
            self._remembered_since = now

    def _answered(self, batch: Rows) -> Rows:
        answers = self._carried(batch)
        if answers is None:
            return [(one[0], None) for one in batch]
        return [(one[0], answer) for one, answer in zip(batch, answers, strict=True)]

    def _carried(self, batch: Rows) -> Answers | None:
        for attempt in range(TRIES):
            try:
                _connect()
                self._forget_in_time()
                with remembering(self._remembered):
                    return self._carry(batch)
            except UnableToKeepKeys:
                continue
            except Error as away:  # what became of the call is unknown: the same keys ask for it again
                log.warning("a door's call is made again: %s", away)
                connection.close()
                if attempt + 1 < TRIES:
                    time.sleep(PAUSE_S)
        return None


def _connect() -> None:
    """Open the connection if it is closed: for one whose statements are planned once, since they are all told what to look up."""
    if connection.connection is None:
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
