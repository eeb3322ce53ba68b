"""A rehearsal of a live sale: buyers on the loopback against the running server, and what their answers must be.

The driver is a plain client: it knows addresses, tokens and keys, and of the database nothing.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

MOST_BUYERS, MOST_ORDERS, MOST_CONNECTIONS = 10_000, 200_000, 128
AGAIN = 0.05
"""How many presses are made twice under one key."""
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class OnOffer:
    """What buyers may ask for."""

    offer: int
    price_fen: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What one press was answered."""

    buyer: int
    key: str
    offer: int
    quantity: int
    status: int
    order: str
    """The order's number; empty where it was refused."""
    code: str


@dataclass
class Rehearsed:
    """What came of all presses."""

    answers: list[Answer] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)
    took_s: float = 0.0

    def at(self, part: float) -> float:
        """Return the latency in ms below which this part of the answers came."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0


@dataclass(frozen=True)
class _Press:
    buyer: int
    key: str
    wanted: OnOffer
    quantity: int


def presses(offers: Sequence[OnOffer], *, buyers: int, count: int, most: int, seed: str) -> list[_Press]:
    """Return who presses what, in order; every twentieth is pressed once more.

    Args:
        most: the most packs of one press.
    """
    draw = Random(seed)
    made = []
    for number in range(count):
        one = _Press(draw.randrange(buyers), f"{seed}-{number}", draw.choice(offers), draw.randint(1, most))
        made += [one, one] if draw.random() < AGAIN else [one]
    return made


async def _drive(
    port: int, tokens: Sequence[str], made: Sequence[_Press], connections: int, found: Rehearsed
) -> None:
    left = iter(made)

    async def buyer() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for press in left:
                began = time.perf_counter()
                writer.write(_request(port, tokens[press.buyer], press))
                status, said = await asyncio.wait_for(_answer(reader), PATIENCE_S)
                found.latencies_ms.append((time.perf_counter() - began) * 1000)
                found.answers.append(
                    Answer(
                        press.buyer, press.key, press.wanted.offer, press.quantity, status, said.get("order", ""),
                        said.get("code", ""),
                    )
                )  # fmt: skip
        finally:
            writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(buyer() for _ in range(connections)))
    found.took_s = time.perf_counter() - began


def _request(port: int, token: str, press: _Press) -> bytes:
    line = {"offer": press.wanted.offer, "quantity": press.quantity, "price_fen": press.wanted.price_fen}
    body = json.dumps({"key": press.key, "lines": [line]})
    return (
        f"POST /shop/live/orders HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(
        int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:")
    )
    body = await reader.readexactly(length)
    return int(head.split()[1]), json.loads(body)


def rehearse(port: int, tokens: Sequence[str], made: Sequence[_Press], *, connections: int) -> Rehearsed:
    """Let buyers press, so many at once, and return what they were answered.

    Raises: OSError: the server does not answer; TimeoutError: it did not within half a minute.
    """
    found = Rehearsed()
    asyncio.run(_drive(port, tokens, made, min(connections, MOST_CONNECTIONS), found))
    return found


def orders_by_key(answers: Sequence[Answer]) -> dict[tuple[int, str], set[str]]:  # by buyer and key
    """Return which orders each key was answered with; more than one is a fault."""
    found: dict[tuple[int, str], set[str]] = {}
    for one in answers:
        if one.order:
            found.setdefault((one.buyer, one.key), set()).add(one.order)
    return found


def wrongly_refused(answers: Sequence[Answer], left: dict[int, int]) -> list[Answer]:
    """Return those who were told that too little is left, though what they asked for is still there: the sale undersold.

    Args:
        left: packs by offer after the rehearsal, in which nothing came back.
    """
    return [one for one in answers if one.code == "sold_out" and one.quantity <= left[one.offer]]
