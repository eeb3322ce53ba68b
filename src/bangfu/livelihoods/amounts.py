"""How the rooms of the wing write amounts and numbers: on pages, and in files."""

from __future__ import annotations

from decimal import Decimal


def yuan(fen: int) -> str:
    """Return an amount in yuan to the fen, thousands apart.

    >>> yuan(123_456_705)
    '1,234,567.05'
    """
    return f"{fen // 100:,}.{fen % 100:02d}"


def ten_thousands(fen: int) -> str:
    """Return an amount in 万元 with two decimals, rounded down, thousands apart.

    >>> ten_thousands(759_000_000), ten_thousands(123_456_705)
    ('759.00', '123.45')
    """
    hundreds = fen // 10_000
    return f"{hundreds // 100:,}.{hundreds % 100:02d}"


def plain(number: Decimal) -> str:
    """Return a number without the zeros behind its point, thousands apart.

    >>> plain(Decimal("12500.00")), plain(Decimal("0.6500"))
    ('12,500', '0.65')
    """
    return f"{number.normalize():,f}"


def plain_yuan(fen: int | None) -> str:
    """Return an amount in yuan to the fen, as spreadsheet programs read it; empty for none.

    >>> plain_yuan(123_456_705), plain_yuan(None)
    ('1234567.05', '')
    """
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
