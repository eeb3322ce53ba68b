"""What the door of providers answers to their messages, once what they say is kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bangfu.foundation.doors.asking import Reply
from bangfu.foundation.doors.batching import Batcher, Waiting
from bangfu.foundation.payments.hearing import LONGEST_MESSAGE

ADDRESS = re.compile(r"/payments/told/([-a-zA-Z0-9_]+)/")
"""Where an account's provider tells what happened; ``payments:told`` is the same address for Django."""
MOST_WAITING = 1_000
"""More than can be taken while a provider waits; it tells again later."""
TOO_LARGE, UNAVAILABLE = 413, 503
NOT_KNOWN = Reply(UNAVAILABLE, [("retry-after", "15"), ("cache-control", "no-store")])
"""What became of it is not known: the provider tells again, and it is taken once."""


class Door:
    """The door in one process; its placer is started by the first message.

    Args:
        placer: see ``Batcher``.
    """

    largest = LONGEST_MESSAGE

    def __init__(self, loop: asyncio.AbstractEventLoop, placer: Sequence[str]) -> None:
        self._loop = loop
        self._batcher = Batcher(loop, placer, is_late=True)

    @staticmethod
    def account_at(method: str, path: str) -> str | None:
        """Return the code of the merchant account whose messages are posted there; null: a request is none."""
        found = ADDRESS.fullmatch(path) if method == "POST" else None
        return found.group(1) if found is not None else None

    def end(self) -> None:
        """Answer whoever waits, and end."""
        self._batcher.end()

    async def take(self, account: str, meta: Mapping[str, str], body: bytes) -> Reply:
        """Take a message, together with those of everybody else who waits.

        Args:
            account: the code of the merchant account.
            meta: see ``Arrived``.
            body: of one that is too large no more than shows that.
        """
        if len(body) > self.largest:
            return Reply(TOO_LARGE, [])
        if self._batcher.length >= MOST_WAITING:
            return NOT_KNOWN
        answer: asyncio.Future[tuple[Any, ...] | None] = self._loop.create_future()
        self._batcher.add(Waiting((account, dict(meta), body), answer))
        said = await answer
        if said is None:
            return NOT_KNOWN
        status, text, kind = said
        return Reply(status, [("content-type", kind), ("cache-control", "no-store")], text.encode())
