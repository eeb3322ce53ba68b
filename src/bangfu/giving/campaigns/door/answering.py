"""What the door of gifts is asked and what it answers: gifts of points, what became of one, and a campaign's counter."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from django.db import Error, connection

from bangfu.foundation.doors.asking import (
    JSON_HEADERS,
    LARGEST_BODY,
    MOST_WAITING,
    Asked,
    EachSecond,
    Problems,
    Reply,
)
from bangfu.foundation.doors.batching import Batcher, Waiting
from bangfu.foundation.points.tokens import member_of
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns.models import GIFT_STATE_WORDS
from bangfu.giving.campaigns.operations import LONGEST_KEY, UnableToGive
from bangfu.giving.campaigns.queries import counter, gift_of_key, participations, public_campaigns

PREFIX = "/campaigns/live/"
REQUESTS_A_SECOND = 10
"""Of one member."""
LARGEST_NUMBER = 2**53
LONGEST_CODE = 40

PROBLEMS = Problems(
    {
        "unknown_token": (
            401,
            both(
                "积分页面已过期。请从积分应用重新进入。",
                "This page is over. Enter it from the points app again.",
            ),
        ),
        "unavailable": (
            503,
            both(
                "暂时不知道结果。请用同一请求号再试，不会重复捐赠。",
                "What became of it is not known yet. Try again with the same key: it is given once.",
            ),
        ),
        "malformed": (
            400,
            both(
                "请求须是 JSON：campaign、key，以及 points（整数）；可有 is_anonymous。",
                "A request is JSON: campaign, key, and points (a whole number); it may have is_anonymous.",
            ),
        ),
        "unknown_key": (404, both("没有用这个请求号捐的积分。", "Nothing was given under this key.")),
    }
    | {
        code: (404 if code.startswith("unknown_") else 409, words)
        for code, words in UnableToGive.sentences.items()
    }
)
"""Status and sentence by code."""
_refused = PROBLEMS.refused


class Door:
    """The door in one process.

    Args:
        placer: see ``Batcher``; it is started by the first gift.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, placer: Sequence[str]) -> None:
        self._loop = loop
        self._batcher = Batcher(loop, placer, is_late=True)
        self._asked = EachSecond(REQUESTS_A_SECOND)
        self._counters: dict[str, asyncio.Task[bytes | None]] = {}

    def end(self) -> None:
        """Answer whoever waits, and end."""
        self._batcher.end()

    def _member(self, asked: Asked) -> tuple[str | None, str]:
        """Return the member, or why nobody is let in."""
        member = member_of(asked.token[:200], at_s=time.time()) if asked.token else None
        if member is None:
            return None, "unknown_token"
        return (None, "too_often") if self._asked.is_over(member) else (member, "")

    async def place(self, asked: Asked, body: bytes) -> Reply:
        """Take a gift, together with those of everybody else who waits."""
        member, code = self._member(asked)
        if member is None:
            return _refused(asked, code)
        if len(body) > LARGEST_BODY:
            return _refused(asked, "too_large")
        if self._batcher.length >= MOST_WAITING:
            return _refused(asked, "busy")
        read = _read(body)
        if read is None:
            return _refused(asked, "malformed")
        answer: asyncio.Future[tuple[Any, ...] | None] = self._loop.create_future()
        self._batcher.add(Waiting((member, *read), answer))
        taken = await answer
        if taken is None:
            return _refused(asked, "unavailable")
        number, fen, code, is_again, values = taken
        if code:
            return _refused(asked, code, **values)
        said = f'{{"gift":"{number}","amount_fen":{fen},"again":{"true" if is_again else "false"}}}'
        return Reply(200 if is_again else 201, JSON_HEADERS, said.encode())

    async def answer(self, asked: Asked) -> Reply:
        """Answer what is only read: what became of a gift, or what a campaign came to."""
        parts = asked.path.removeprefix(PREFIX).split("/")
        if asked.method != "GET":
            return _refused(asked, "wrong_method")
        if len(parts) != 2 or parts[0] not in ("gifts", "counters"):
            return _refused(asked, "unknown_address")
        if parts[0] == "counters":
            found = await self._counter(parts[1][:LONGEST_CODE])
            return _refused(asked, "unknown_address") if found is None else Reply(200, JSON_HEADERS, found)
        member, code = self._member(asked)
        if member is None:
            return _refused(asked, code)
        try:
            found = await asyncio.to_thread(_gift_of, member, parts[1][:LONGEST_KEY])
        except Error:
            return _refused(asked, "unavailable")
        return _refused(asked, "unknown_key") if found is None else Reply(200, JSON_HEADERS, found)

    async def _counter(self, code: str) -> bytes | None:
        """Return a counter; whoever asks while one is read gets the same."""
        reading = self._counters.get(code)
        if reading is None:
            reading = self._loop.create_task(asyncio.to_thread(_counter_of, code))
            self._counters[code] = reading
            reading.add_done_callback(lambda done: self._counters.pop(code, None))
        return await asyncio.shield(reading)


def _read(body: bytes) -> tuple[str, int, str, bool] | None:
    """Return campaign, points, key and whether without a name; null if it is no request."""
    try:
        said = json.loads(body)
        read = (said["campaign"], said["points"], said["key"], said.get("is_anonymous", False))
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError):
        return None
    campaign, points, key, is_anonymous = read
    if type(campaign) is not str or type(key) is not str or type(is_anonymous) is not bool:
        return None
    if type(points) is not int or not -LARGEST_NUMBER < points < LARGEST_NUMBER:
        return None
    return read


def _gift_of(member: str, key: str) -> bytes | None:
    try:
        one = gift_of_key(member, key)
    finally:
        connection.close()
    if one is None:
        return None
    words = GIFT_STATE_WORDS[one.state]
    said = {
        "gift": one.number, "state": one.state, "words": {"zh": words.zh, "en": words.en}, "amount_fen": one.amount_fen,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False).encode()


def _counter_of(code: str) -> bytes | None:
    try:
        one = public_campaigns().filter(code=code).first()
        if one is None:
            return None
        found = counter(one)
        said = {
            "raised_fen": found.raised_fen, "given_fen": found.given_fen, "refunded_fen": found.refunded_fen,
            "refunds": found.refunds, "participations": participations(one),
        }  # fmt: skip
        return json.dumps(said).encode()
    except Error:
        return None
    finally:
        connection.close()
