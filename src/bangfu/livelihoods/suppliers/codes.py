"""The unified social credit code 统一社会信用代码, by which an organisation is known. Pure."""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The characters of GB 32100-2015 by their values; I, O, S, V and Z are left out, since they look like others."""
LENGTH = 18
_FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")


def check_character(first: str) -> str:
    """Return the eighteenth character of a code from the seventeen before it (GB 32100-2015: weights 3^i mod 31).

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(first))
    return ALPHABET[-total % 31]


def is_credit_code(text: str) -> bool:
    """Return whether a text is a code whose last character checks the others.

    >>> is_credit_code("91350100M000100Y43"), is_credit_code("91350100M000100Y44"), is_credit_code("9135")
    (True, False, False)
    """
    return _FORM.fullmatch(text) is not None and check_character(text[: LENGTH - 1]) == text[-1]
