"""What the door of gifts is asked and what it answers: gifts of points, what became of one, and a campaign's counter."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

from django.db import Error, connection

from bangfu.foundation.doors.asking import JSON_HEADERS, Asked, Problems, Reply
from bangfu.foundation.doors.taking import ReadTogether, TakingDoor
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


class Door(TakingDoor):
    """The door in one process; its placer is started by the first gift.

    Args:
        placer: see ``Batcher``.
    """

    problems = PROBLEMS

    def __init__(self, loop: asyncio.AbstractEventLoop, placer: Sequence[str]) -> None:
        super().__init__(loop, placer, most=REQUESTS_A_SECOND, is_late=True)
        self._counters = ReadTogether(loop, _counter_of)

    def who(self, token: str) -> str | None:
        """Return the member whose token it is."""
        return member_of(token[:200], at_s=time.time())

    def read(self, body: bytes) -> tuple[str, int, str, bool] | None:
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

    async def place(self, asked: Asked, body: bytes) -> Reply:
        """Take a gift, together with those of everybody else who waits."""
        taken = await self.taken(asked, body)
        if isinstance(taken, Reply):
            return taken
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
            found = await self._counters.of(parts[1][:LONGEST_CODE])
            return _refused(asked, "unknown_address") if found is None else Reply(200, JSON_HEADERS, found)
        member, code = self.let_in(asked)
        if member is None:
            return _refused(asked, code)
        try:
            found = await asyncio.to_thread(_gift_of, member, parts[1][:LONGEST_KEY])
        except Error:
            return _refused(asked, "unavailable")
        return _refused(asked, "unknown_key") if found is None else Reply(200, JSON_HEADERS, found)


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
