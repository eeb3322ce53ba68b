"""Unified social credit codes 统一社会信用代码, by which organisations are invoiced: GB 32100-2015."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""I, O, S, V and Z are not used (GB 32100-2015, 4.2)."""
LENGTH = 18


def check_character(body: str) -> str:
    """Return the last character that the seventeen before it ask for: weights 3^i mod 31 (GB 32100-2015, 5).

    >>> check_character("91350100M000100Y4")
    '3'
    """
    weighed = sum(ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(body))
    return ALPHABET[-weighed % 31]


def is_tax_number(text: str) -> bool:
    """Return whether a text is a unified social credit code whose check character is right.

    >>> is_tax_number("91350100M000100Y43"), is_tax_number("91350100M000100Y44")
    (True, False)
    """
    return (
        len(text) == LENGTH
        and all(one in ALPHABET for one in text)
        and check_character(text[:-1]) == text[-1]
    )
