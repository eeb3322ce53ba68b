"""A request as a door reads it, its answer, and what a door says no with."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from bangfu.foundation.rooms import Words, both

LARGEST_BODY = 8 * 1024
MOST_WAITING = 20_000
PROBLEM_HEADERS = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
JSON_HEADERS = [("content-type", "application/json"), ("cache-control", "no-store")]
TRY_AGAIN = ("too_often", "busy", "unavailable")
OF_EVERY_DOOR: dict[str, tuple[int, Words]] = {
    "too_often": (429, both("请求太频繁。请稍等一秒再试。", "Too many requests. Try again in a second.")),
    "busy": (
        503,
        both("正在排队的人太多。请用同一请求号再试。", "Too many are waiting. Try again with the same key."),
    ),
    "too_large": (413, both("请求太大。", "The request is too large.")),
    "unknown_address": (404, both("这里没有内容。", "There is nothing here.")),
    "wrong_method": (405, both("这里不接受这种请求。", "This is not accepted here.")),
}
"""Status and sentence by code, of what any door refuses."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a door reads it."""

    method: str
    path: str
    authorization: str
    is_english: bool

    @property
    def token(self) -> str:
        """The bearer's token; empty without one."""
        scheme, _, token = self.authorization.partition(" ")
        return token if scheme.lower() == "bearer" else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole; of a stream the pieces instead of the body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    pieces: AsyncGenerator[bytes, None] | None = None


class Problems:
    """What a door says no with: a body for each code and language, made once.

    Args:
        codes: status and sentence by code, beside ``OF_EVERY_DOOR``.
    """

    def __init__(self, codes: Mapping[str, tuple[int, Words]]) -> None:
        self.codes = {**OF_EVERY_DOOR, **codes}
        self._bodies = {
            (code, is_english): self._body(code, words.en if is_english else words.zh)
            for code, (_, words) in self.codes.items()
            for is_english in (False, True)
        }

    def _body(self, code: str, sentence: str) -> bytes:
        return _problem(self.codes[code][0], code, sentence)

    def refused(self, asked: Asked, code: str, **values: object) -> Reply:
        """Return the refusal of a request; ``values`` fill the places of its sentence."""
        status, words = self.codes[code]
        headers = [*PROBLEM_HEADERS, ("retry-after", "1")] if code in TRY_AGAIN else PROBLEM_HEADERS
        if not values:
            return Reply(status, headers, self._bodies[code, asked.is_english])
        filled = words.filled(**values)
        return Reply(status, headers, self._body(code, filled.en if asked.is_english else filled.zh))


def refused_with(asked: Asked, status: int, code: str, words: Words) -> Reply:
    """Return the refusal of a request with a sentence of its own."""
    return Reply(status, PROBLEM_HEADERS, _problem(status, code, words.en if asked.is_english else words.zh))


def _problem(status: int, code: str, sentence: str) -> bytes:
    said = {
        "type": f"urn:bangfu:refusal:{code}", "title": sentence, "status": status, "detail": sentence, "code": code,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False).encode()


class EachSecond:
    """How often each asks within a second."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._second = 0
        self._count: dict[str, int] = {}

    def is_over(self, who: str) -> bool:
        """Note a request, and return whether it is more than one may ask within this second."""
        now = int(time.time())
        if now != self._second:
            self._second = now
            self._count.clear()
        count = self._count.get(who, 0) + 1
        self._count[who] = count
        return count > self._most
