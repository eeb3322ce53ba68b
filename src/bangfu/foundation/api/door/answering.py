"""What the door of vouchers is asked and what it answers: vouchers of programs, and what became of one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.db import Error, connection
from django.utils import timezone
from pydantic import ValidationError

from bangfu.foundation.api.problems import SENTENCES
from bangfu.foundation.api.records import ROOT
from bangfu.foundation.api.tokens import account_of, can_be_token, digest_of, note_use, token_shown
from bangfu.foundation.api.writing import Body, Forms, arguments_of
from bangfu.foundation.doors.asking import JSON_HEADERS, Asked, Problems, Reply, refused_with
from bangfu.foundation.doors.taking import TakingDoor
from bangfu.foundation.money.operations import LONGEST_NUMBER
from bangfu.foundation.money.queries import is_reversed, voucher_numbered
from bangfu.foundation.operations import allows, operations
from bangfu.foundation.rooms import Words, both

PREFIX = "/api/live/"
REQUESTS_A_SECOND = 10_000
"""Of one token."""
LARGEST_REQUEST = 64 * 1024
"""In bytes: a voucher of the most lines, each with its account and fund."""

PROBLEMS = Problems(
    {
        "unknown_token": (401, SENTENCES["no_token"]),
        "read_only": (403, SENTENCES["read_only"]),
        "unavailable": (
            503,
            both(
                "暂时不知道结果。请把同一张凭证再发一次，不会重复登记。",
                "What became of it is not known yet. Send the same voucher again: it is entered once.",
            ),
        ),
        "busy": (
            503,
            both(
                "正在排队的凭证太多。请把同一张凭证再发一次。",
                "Too many vouchers are waiting. Send the same one again.",
            ),
        ),
        "malformed": (
            400,
            both(
                "请求须是 JSON，与 money.enter_voucher 的参数相同：unit 和 voucher（number、happened_on、summary、lines；每行有"
                " account、amount_minor，可有 fund）。",
                "A request is JSON with the arguments of money.enter_voucher: unit, and voucher with number, happened_on, summary"
                " and lines, each with account and amount_minor, and perhaps fund.",
            ),
        ),
        "unknown_number": (
            404,
            both(
                "没有用这个号登记的凭证，或者您看不到它。",
                "No voucher was entered under this number, or you may not see it.",
            ),
        ),
    }
)
"""Status and sentence by code, of what the door itself refuses."""
_refused = PROBLEMS.refused


class Door(TakingDoor):
    """The door in one process; its placer is started by the first voucher.

    Args:
        placer: see ``Batcher``.
    """

    problems = PROBLEMS
    largest = LARGEST_REQUEST

    def __init__(self, loop: asyncio.AbstractEventLoop, placer: Sequence[str]) -> None:
        super().__init__(loop, placer, most=REQUESTS_A_SECOND, is_late=True)

    def who(self, token: str) -> str | None:
        """Return what is kept of a token; whose it is the placer looks up."""
        return digest_of(token) if can_be_token(token) else None

    def read(self, body: bytes) -> tuple[Any, ...] | None:
        """Return unit, number, day, summary and lines; null if it is no request."""
        try:
            sent: Any = _form().model_validate_json(body)
        except ValidationError:
            return None
        said = sent.voucher
        lines = tuple([(line.account, line.amount_minor, line.fund) for line in said.lines])
        return sent.unit, said.number, said.happened_on.isoformat(), said.summary, lines

    async def place(self, asked: Asked, body: bytes) -> Reply:
        """Take a voucher, together with those of everybody else who waits."""
        taken = await self.taken(asked, body)
        if isinstance(taken, Reply):
            return taken
        entry, code, says, is_again = taken
        if code and says is None:
            return _refused(asked, code)
        if code:
            return refused_with(asked, _status_of(code), code, Words(*says))
        said = json.dumps({"entry": entry, "url": _address(entry), "again": is_again})
        return Reply(200 if is_again else 201, JSON_HEADERS, said.encode())

    async def answer(self, asked: Asked) -> Reply:
        """Answer what became of a voucher."""
        what, _, number = asked.path.removeprefix(PREFIX).partition("/")
        if what != "vouchers":
            return _refused(asked, "unknown_address")
        if asked.method != "GET" or not number:
            return _refused(asked, "wrong_method")
        who, code = self.let_in(asked)
        if who is None:
            return _refused(asked, code)
        try:
            code, found = await asyncio.to_thread(_told, asked.token, unquote(number))
        except Error:
            return _refused(asked, "unavailable")
        return _refused(asked, code) if code else Reply(200, JSON_HEADERS, found)


@cache
def _form() -> type[Body]:
    """Return how the API has the arguments of ``money.enter_voucher`` written."""
    name = "money.enter_voucher"
    return arguments_of(name, operations()[name].function, Forms({})).body


def _status_of(code: str) -> int:
    """Return the status that the API gives a refusal."""
    if code == "out_of_scope":
        return 403
    return 404 if code.startswith("unknown_") else 409


def _address(entry: int) -> str:
    return f"{ROOT}/records/money.entry/{entry}"


def _told(token: str, number: str) -> tuple[str, bytes]:
    """Return why nothing is told of a voucher, or what became of it."""
    now = timezone.now()
    try:
        known = token_shown(token, now)
        if known is None:
            return "unknown_token", b""
        note_use(known, now)
        entry = voucher_numbered(number) if number.isprintable() and len(number) <= LONGEST_NUMBER else None
        if entry is None or not allows(account_of(known), "money.view", entry.scope, timezone.localdate(now)):
            return "unknown_number", b""
        said = {"entry": entry.pk, "url": _address(entry.pk), "is_reversed": is_reversed(entry)}
        return "", json.dumps(said).encode()
    finally:
        connection.close()
