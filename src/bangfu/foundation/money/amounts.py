"""Amounts as people write them."""

from __future__ import annotations

from bangfu.foundation.money.models import DECIMALS


def written(amount_minor: int, asset: str) -> str:
    """Return an amount as people write it: ``1234.50`` for 123450 fen.

    >>> written(-5, "CNY"), written(1200, "POINT")
    ('-0.05', '1200')
    """
    digits = DECIMALS[asset]
    if not digits:
        return str(amount_minor)
    whole, rest = divmod(abs(amount_minor), 10**digits)
    return f"{'-' if amount_minor < 0 else ''}{whole}.{rest:0{digits}}"


def grouped(amount_minor: int, asset: str) -> str:
    """Return an amount as pages show it, in groups of three digits.

    >>> grouped(-123456789, "CNY"), grouped(1200, "POINT"), grouped(5, "CNY")
    ('-1,234,567.89', '1,200', '0.05')
    """
    whole, point, rest = written(abs(amount_minor), asset).partition(".")
    return f"{'-' if amount_minor < 0 else ''}{int(whole):,}{point}{rest}"
