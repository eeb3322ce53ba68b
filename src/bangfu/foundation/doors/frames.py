"""What a door and its placer say to each other: rows of plain values, each message with its length before it.

Both ends are one program in one interpreter, and the pair of sockets between them is reachable by nobody else; so Python's own
marshal does, which takes a fifth of the time that JSON takes.
"""

from __future__ import annotations

import marshal
from typing import Any, TypeAlias

Rows: TypeAlias = list[tuple[Any, ...]]
_LENGTH_BYTES = 4


def packed(rows: Rows) -> bytes:
    """Return rows as one message."""
    content = marshal.dumps(rows)
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content


class Unpacking:
    """Messages out of whatever pieces they arrive in."""

    def __init__(self) -> None:
        self._left = bytearray()

    def rows_in(self, piece: bytes) -> Rows:
        """Return the rows of every message that is whole by now.

        >>> message, unpacking = packed([(1, "a")]) + packed([(2, "b"), (3, None)]), Unpacking()
        >>> unpacking.rows_in(message[:9]), unpacking.rows_in(message[9:])
        ([], [(1, 'a'), (2, 'b'), (3, None)])
        """
        self._left += piece
        rows: Rows = []
        while True:
            start = _LENGTH_BYTES + int.from_bytes(self._left[:_LENGTH_BYTES], "big")
            if len(self._left) < max(start, _LENGTH_BYTES + 1):
                return rows
            rows += marshal.loads(self._left[_LENGTH_BYTES:start])
            del self._left[:start]
