"""What the door is asked and what it answers: orders, what became of one, and a live sale's board as a stream."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict
from typing import Any

from django.db import Error, connection

from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.door.asking import LARGEST_BODY, PREFIX, Asked, Reply
from bangfu.livelihoods.shop.door.batching import Batcher, Waiting
from bangfu.livelihoods.shop.door.tokens import buyer_of
from bangfu.livelihoods.shop.models import ORDER_STATE_WORDS, LiveSale, Order, order_number
from bangfu.livelihoods.shop.operations import Placed, UnableToPlace, row_key
from bangfu.livelihoods.shop.operations.placing import MOST_LINES
from bangfu.livelihoods.shop.queries import board, orders_by_key

REQUESTS_A_SECOND = 20
"""Of one buyer."""
MOST_WAITING = 20_000
MOST_STREAMS = 500
BOARD_EVERY_S = 1.0
LARGEST_NUMBER = 2**53

PROBLEMS: dict[str, tuple[int, Words]] = {
    "unknown_token": (401, both("请先进入商城，再下单。", "Enter the shop first, then order.")),
    "too_often": (429, both("请求太频繁。请稍等一秒再试。", "Too many requests. Try again in a second.")),
    "busy": (
        503,
        both("正在排队的人太多。请用同一请求号再试。", "Too many are waiting. Try again with the same key."),
    ),
    "unavailable": (
        503,
        both(
            "暂时不知道结果。请用同一请求号再试，不会重复下单。",
            "What became of it is not known yet. Try again with the same key: it is ordered once.",
        ),
    ),
    "too_large": (413, both("请求太大。", "The request is too large.")),
    "malformed": (
        400,
        both(
            "请求须是 JSON：key，以及 lines（offer、quantity、price_fen 均为整数）。",
            "A request is JSON: key, and lines (offer, quantity and price_fen, whole numbers).",
        ),
    ),
    "unknown_address": (404, both("这里没有内容。", "There is nothing here.")),
    "unknown_key": (404, both("没有用这个请求号下的订单。", "No order was placed under this key.")),
    "wrong_method": (405, both("这里不接受这种请求。", "This is not accepted here.")),
} | {
    code: (404 if code.startswith("unknown_") else 409, words)
    for code, words in UnableToPlace.sentences.items()
}
"""Status and sentence by code."""
PROBLEM_HEADERS = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
JSON_HEADERS = [("content-type", "application/json"), ("cache-control", "no-store")]


def _problem(code: str, is_english: bool) -> bytes:
    status, words = PROBLEMS[code]
    said = {
        "type": f"urn:bangfu:refusal:{code}",
        "title": words.en if is_english else words.zh,
        "status": status,
        "detail": words.en if is_english else words.zh,
        "code": code,
    }
    return json.dumps(said, ensure_ascii=False).encode()


_BODIES = {(code, english): _problem(code, english) for code in PROBLEMS for english in (False, True)}


def _refused(asked: Asked, code: str) -> Reply:
    headers = (
        [*PROBLEM_HEADERS, ("retry-after", "1")]
        if code in ("too_often", "busy", "unavailable")
        else PROBLEM_HEADERS
    )
    return Reply(PROBLEMS[code][0], headers, _BODIES[code, asked.is_english])


class Door:
    """The door in one process.

    Args:
        placer: see ``Batcher``.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, placer: Sequence[str]) -> None:
        self._loop = loop
        self._batcher = Batcher(loop, placer)
        self._second = 0
        self._asked_in_second: dict[str, int] = {}
        self._streams = 0
        self._boards: dict[int, asyncio.Task[bytes | None]] = {}

    def end(self) -> None:
        """Answer whoever waits, and end."""
        self._batcher.end()

    def _buyer(self, asked: Asked) -> tuple[str | None, str]:
        """Return the buyer, or why nobody is let in."""
        now = time.time()
        scheme, _, token = asked.authorization.partition(" ")
        buyer = buyer_of(token, at_s=now) if scheme.lower() == "bearer" else None
        if buyer is None:
            return None, "unknown_token"
        if int(now) != self._second:
            self._second = int(now)
            self._asked_in_second.clear()
        count = self._asked_in_second.get(buyer, 0) + 1
        self._asked_in_second[buyer] = count
        return (buyer, "") if count <= REQUESTS_A_SECOND else (None, "too_often")

    async def place(self, asked: Asked, body: bytes) -> Reply:
        """Place an order, together with those of everybody else who waits."""
        buyer, code = self._buyer(asked)
        if buyer is None:
            return _refused(asked, code)
        if len(body) > LARGEST_BODY:
            return _refused(asked, "too_large")
        if self._batcher.length >= MOST_WAITING:
            return _refused(asked, "busy")
        read = _read(body)
        if read is None:
            return _refused(asked, "malformed")
        answer: asyncio.Future[Placed | None] = self._loop.create_future()
        self._batcher.add(Waiting(buyer, read[0], read[1], answer))
        placed = await answer
        if placed is None:
            return _refused(asked, "unavailable")
        if placed.order is None:
            return _refused(asked, placed.code)
        said = f'{{"order":"{order_number(placed.order)}","again":{"true" if placed.is_again else "false"}}}'
        return Reply(200 if placed.is_again else 201, JSON_HEADERS, said.encode())

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
        buyer, code = self._buyer(asked)
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
        first = await self._board_now(sale)
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
                found = await self._board_now(sale)
                yield b": \n\n" if found is None or found == sent else b"data: " + found + b"\n\n"
                sent = found or sent
        finally:
            self._streams -= 1

    async def _board_now(self, sale: int) -> bytes | None:
        """Return a board; whoever asks while one is read gets the same."""
        reading = self._boards.get(sale)
        if reading is None:
            reading = self._loop.create_task(asyncio.to_thread(_board_of, sale))
            self._boards[sale] = reading
            reading.add_done_callback(lambda done: self._boards.pop(sale, None))
        return await asyncio.shield(reading)


def _read(body: bytes) -> tuple[str, tuple[tuple[int, int, int], ...]] | None:
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
