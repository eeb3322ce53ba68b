"""Amounts as Alipay and the bills write them: yuan with two places."""

from __future__ import annotations

import re

_YUAN = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,2}))?")


def yuan(fen: int) -> str:
    """Return an amount in yuan.

    >>> yuan(8888), yuan(5)
    ('88.88', '0.05')
    """
    return f"{fen // 100}.{fen % 100:02}"


def fen(text: str) -> int:
    """Return an amount written in yuan as fen, exactly.

    >>> fen("88.88"), fen("5"), fen("-0.5")
    (8888, 500, -50)

    Raises: ValueError: it is no amount to the fen.
    """
    found = _YUAN.fullmatch(text.strip().replace(",", ""))
    if found is None:
        raise ValueError("no amount in yuan")
    sign, whole, rest = found.groups()
    amount = int(whole) * 100 + int((rest or "").ljust(2, "0"))
    return -amount if sign else amount
