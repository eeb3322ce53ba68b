"""A request as the door reads it, and its answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

PREFIX = "/shop/live/"
LARGEST_BODY = 8 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the door reads it."""

    method: str
    path: str
    authorization: str
    is_english: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole; of a stream the pieces instead of the body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    pieces: AsyncGenerator[bytes, None] | None = None
