"""Everybody who waits, given to one call: while one is carried out, the next gathers."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

import polars
from django.db import Error, connection

from bangfu.foundation.operations import Act, UnableToKeepKeys
from bangfu.foundation.operations.once import Remembered, remembering
from bangfu.foundation.organisation.queries import grants_of_account, paths_of
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.shop.operations import Placed, place_orders
from bangfu.livelihoods.shop.operations.placing import SCHEMA
from bangfu.livelihoods.shop.queries import door_account

log = logging.getLogger(__name__)
MOST_AT_ONCE = 500
"""Requests in one call: more would make each wait longer than it gains."""
TRIES = 4
LOOKED_UP_EVERY_S = 1.0
"""The door's own account, its grants and the units' places in the tree: what is taken back counts after so long."""
PAUSE_S = 0.3
"""Before the same call is made again, where the database was away; the keys make it once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request that waits for its answer."""

    buyer: str
    key: str
    lines: tuple[tuple[int, int, int], ...]
    """Offer, quantity, and the price that the buyer saw, in fen."""
    answer: asyncio.Future[Placed | None]
    """Null: nothing is known of it; its key tells later."""


class Batcher:
    """A thread with a connection of its own, which places the orders of all who wait."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[Waiting] = deque()
        self._has_come = threading.Event()
        self._is_over = False
        self._known: tuple[Account, float] | None = None
        self._remembered = Remembered(grants_of_account, paths_of)
        self._thread = threading.Thread(target=self._serve, name="live sale", daemon=True)
        self._thread.start()

    @property
    def length(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def add(self, request: Waiting) -> None:
        """Let a request wait for the next call."""
        self._waiting.append(request)
        self._has_come.set()

    def end(self) -> None:
        """End the thread once everybody who waits is answered."""
        self._is_over = True
        self._has_come.set()
        self._thread.join(3)

    def _serve(self) -> None:
        try:
            while True:
                self._has_come.wait()
                self._has_come.clear()
                while self._waiting:
                    self._answer(
                        [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
                    )
                if self._is_over:
                    return
        finally:
            connection.close()

    def _account(self) -> Account:
        """Return the account that acts, looked up again after a while with what it may do: somebody may have closed it."""
        now = time.monotonic()
        if self._known is None or now - self._known[1] > LOOKED_UP_EVERY_S:
            self._remembered.forget()
            self._known = door_account(), now
        return self._known[0]

    def _answer(self, batch: list[Waiting]) -> None:
        answers: list[Placed] | None = None
        for attempt in range(TRIES):
            try:
                act = Act.now(self._account())
                with remembering(self._remembered):
                    answers = place_orders(frame=_frame(batch), act=act)
                break
            except UnableToKeepKeys:
                continue
            except Error as away:  # what became of the call is unknown: the same keys ask for it again
                log.warning("orders are placed again: %s", away)
                connection.close()
                if attempt + 1 < TRIES:
                    time.sleep(PAUSE_S)
        self._loop.call_soon_threadsafe(_tell, batch, answers)


def _tell(batch: list[Waiting], answers: list[Placed] | None) -> None:
    for number, one in enumerate(batch):
        if not one.answer.done():
            one.answer.set_result(answers[number] if answers is not None else None)


def _frame(batch: list[Waiting]) -> polars.DataFrame:
    rows = [(number, one, line) for number, one in enumerate(batch) for line in one.lines]
    return polars.DataFrame(
        {
            "request": [number for number, _, _ in rows],
            "key": [one.key for _, one, _ in rows],
            "buyer": [one.buyer for _, one, _ in rows],
            "offer": [line[0] for _, _, line in rows],
            "quantity": [line[1] for _, _, line in rows],
            "price_fen": [line[2] for _, _, line in rows],
        },
        schema=SCHEMA,
    )
