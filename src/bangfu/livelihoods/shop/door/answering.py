"""What the door is asked and what it answers: orders, what became of one, and a live sale's board as a stream."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict
from typing import Any

from django.db import Error, connection

from bangfu.foundation.doors.asking import JSON_HEADERS, Asked, Problems, Reply
from bangfu.foundation.doors.taking import ReadTogether, TakingDoor
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.door.tokens import buyer_of
from bangfu.livelihoods.shop.models import ORDER_STATE_WORDS, LiveSale, Order, order_number
from bangfu.livelihoods.shop.operations import UnableToPlace, row_key
from bangfu.livelihoods.shop.operations.placing import MOST_LINES
from bangfu.livelihoods.shop.queries import board, orders_by_key

PREFIX = "/shop/live/"
REQUESTS_A_SECOND = 20
"""Of one buyer."""
MOST_STREAMS = 500
BOARD_EVERY_S = 1.0
LARGEST_NUMBER = 2**53

PROBLEMS = Problems(
    {
        "unknown_token": (401, both("请先进入商城，再下单。", "Enter the shop first, then order.")),
        "unavailable": (
            503,
            both(
                "暂时不知道结果。请用同一请求号再试，不会重复下单。",
                "What became of it is not known yet. Try again with the same key: it is ordered once.",
            ),
        ),
        "malformed": (
            400,
            both(
                "请求须是 JSON：key，以及 lines（offer、quantity、price_fen 均为整数）。",
                "A request is JSON: key, and lines (offer, quantity and price_fen, whole numbers).",
            ),
        ),
        "unknown_key": (404, both("没有用这个请求号下的订单。", "No order was placed under this key.")),
    }
    | {
        code: (404 if code.startswith("unknown_") else 409, words)
        for code, words in UnableToPlace.sentences.items()
    }
)
"""Status and sentence by code."""
_refused = PROBLEMS.refused


class Door(TakingDoor):
    """The door in one process.

    Args:
        placer: see ``Batcher``.
    """

    problems = PROBLEMS

    def __init__(self, loop: asyncio.AbstractEventLoop, placer: Sequence[str]) -> None:
        super().__init__(loop, placer, most=REQUESTS_A_SECOND)
        self._streams = 0
        self._boards = ReadTogether(loop, _board_of)

    def who(self, token: str) -> str | None:
        """Return the buyer whose token it is."""
        return buyer_of(token, at_s=time.time())

    def read(self, body: bytes) -> tuple[str, tuple[tuple[int, int, int], ...]] | None:
        """Return key and lines of a request; null if it is none."""
        try:
            said = json.loads(body)
            key, lines = said["key"], said["lines"]
            read = tuple([(line["offer"], line["quantity"], line["price_fen"]) for line in lines])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        if type(key) is not str or not 0 < len(read) <= MOST_LINES:
            return None
        for line in read:
            for number in line:
                if type(number) is not int or not -LARGEST_NUMBER < number < LARGEST_NUMBER:
                    return None
        return key, read

    async def place(self, asked: Asked, body: bytes) -> Reply:
        """Place an order, together with those of everybody else who waits."""
        placed = await self.taken(asked, body)
        if isinstance(placed, Reply):
            return placed
        order, code, is_again = placed
        if order is None:
            return _refused(asked, code)
        said = f'{{"order":"{order_number(order)}","again":{"true" if is_again else "false"}}}'
        return Reply(200 if is_again else 201, JSON_HEADERS, said.encode())

    async def answer(self, asked: Asked) -> Reply:
        """Answer what is only read: what became of an order, or a board."""
        parts = asked.path.removeprefix(PREFIX).split("/")
        if asked.method != "GET":
            return _refused(asked, "wrong_method")
        if len(parts) == 2 and parts[0] == "orders":
            return await self._order(asked, parts[1])
        if (
            len(parts) == 3
            and (parts[0], parts[2]) == ("sales", "board")
            and parts[1].isascii()
            and parts[1].isdigit()
        ):
            return await self._board(asked, int(parts[1][:15]))
        return _refused(asked, "unknown_address")

    async def _order(self, asked: Asked, key: str) -> Reply:
        buyer, code = self.let_in(asked)
        if buyer is None:
            return _refused(asked, code)
        try:
            found = await asyncio.to_thread(_state_of, row_key(buyer, key[:200]))
        except Error:
            return _refused(asked, "unavailable")
        return _refused(asked, "unknown_key") if found is None else Reply(200, JSON_HEADERS, found)

    async def _board(self, asked: Asked, sale: int) -> Reply:
        if self._streams >= MOST_STREAMS:
            return _refused(asked, "busy")
        first = await self._boards.of(sale)
        if first is None:
            return _refused(asked, "unknown_address")
        headers = [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store"),
            ("x-accel-buffering", "no"),
        ]
        return Reply(200, headers, pieces=self._pieces(sale, first))

    async def _pieces(self, sale: int, first: bytes) -> AsyncGenerator[bytes, None]:
        self._streams += 1
        try:
            sent = first
            yield b"retry: 2000\ndata: " + first + b"\n\n"
            while True:
                await asyncio.sleep(BOARD_EVERY_S)
                found = await self._boards.of(sale)
                yield b": \n\n" if found is None or found == sent else b"data: " + found + b"\n\n"
                sent = found or sent
        finally:
            self._streams -= 1


def _state_of(key: str) -> bytes | None:
    try:
        found = orders_by_key([key])
        order = Order.objects.filter(pk__in=found.values()).first()
    finally:
        connection.close()
    if order is None:
        return None
    said: dict[str, Any] = {
        "order": order.number,
        "state": order.state,
        "words": {"zh": ORDER_STATE_WORDS[order.state].zh, "en": ORDER_STATE_WORDS[order.state].en},
        "total_fen": order.total_fen,
        "pay_by": order.pay_by_at.isoformat() if order.pay_by_at else None,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _board_of(sale: int) -> bytes | None:
    try:
        found = LiveSale.objects.filter(pk=sale).first()
        return None if found is None else json.dumps(asdict(board(found))).encode()
    except Error:
        return None
    finally:
        connection.close()
