"""What every door does with a request that is written together with those of everybody else, and with what many read at once."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from bangfu.foundation.doors.asking import LARGEST_BODY, MOST_WAITING, Asked, EachSecond, Problems, Reply
from bangfu.foundation.doors.batching import Batcher, Waiting

Key = TypeVar("Key", int, str)


class TakingDoor(ABC):
    """A door in one process: it lets in who has a token and hands on what they send.

    Args:
        placer: see ``Batcher``, as for ``is_late``.
        most: how many requests of one a second.
    """

    problems: Problems
    largest = LARGEST_BODY
    """Bytes of a request."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, placer: Sequence[str], *, most: int, is_late: bool = False
    ) -> None:
        self._loop = loop
        self._batcher = Batcher(loop, placer, is_late=is_late)
        self._asked = EachSecond(most)

    @abstractmethod
    def who(self, token: str) -> str | None:
        """Return whose a token is; null: nobody's, or it is over."""

    @abstractmethod
    def read(self, body: bytes) -> tuple[Any, ...] | None:
        """Return what a body asks for, in plain values; null if it is no request."""

    def end(self) -> None:
        """Answer whoever waits, and end."""
        self._batcher.end()

    def let_in(self, asked: Asked) -> tuple[str | None, str]:
        """Return who asks, or why nobody is let in."""
        who = self.who(asked.token) if asked.token else None
        if who is None:
            return None, "unknown_token"
        return (None, "too_often") if self._asked.is_over(who) else (who, "")

    async def taken(self, asked: Asked, body: bytes) -> tuple[Any, ...] | Reply:
        """Hand a request on with those of everybody else who waits, and return what the placer says of it, or the refusal."""
        who, code = self.let_in(asked)
        if who is None:
            return self.problems.refused(asked, code)
        if len(body) > self.largest:
            return self.problems.refused(asked, "too_large")
        if self._batcher.length >= MOST_WAITING:
            return self.problems.refused(asked, "busy")
        read = self.read(body)
        if read is None:
            return self.problems.refused(asked, "malformed")
        answer: asyncio.Future[tuple[Any, ...] | None] = self._loop.create_future()
        self._batcher.add(Waiting((who, *read), answer))
        said = await answer
        return self.problems.refused(asked, "unavailable") if said is None else said


class ReadTogether(Generic[Key]):
    """What many ask for at once: whoever asks while it is read gets the same.

    Args:
        read: reads it, in a thread.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, read: Callable[[Key], bytes | None]) -> None:
        self._loop = loop
        self._read: Callable[[Key], bytes | None] = read
        self._reading: dict[Key, asyncio.Task[bytes | None]] = {}

    async def of(self, key: Key) -> bytes | None:
        """Return what is read of a key; null: there is nothing."""
        reading = self._reading.get(key)
        if reading is None:
            reading = self._loop.create_task(asyncio.to_thread(self._read, key))
            self._reading[key] = reading
            reading.add_done_callback(lambda done: self._reading.pop(key, None))
        return await asyncio.shield(reading)
