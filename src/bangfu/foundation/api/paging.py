"""Cursors: where the next page of a list begins, by the key of the last row that was seen."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST_A_PAGE = 200

Cursor = Annotated[
    str | None,
    Field(
        pattern=r"^c[0-9a-z]{1,12}$", description="`next` of the page before; without one the list begins."
    ),
]
Limit = Annotated[int, Field(ge=1, le=MOST_A_PAGE, description="How many at most.")]


def cursor_after(key: int) -> str:
    """Return the cursor that goes on after a key.

    >>> cursor_after(1295)
    'czz'
    """
    digits = ""
    while key:
        key, digit = divmod(key, 36)
        digits = _DIGITS[digit] + digits
    return f"c{digits or '0'}"


def key_of(cursor: str) -> int:
    """Return the key after which a cursor goes on; twelve digits of 36 are below the largest key there can be.

    >>> key_of("czz")
    1295
    """
    return int(cursor[1:], 36)
