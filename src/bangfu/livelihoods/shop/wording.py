"""What buyers write in words of their own: whether it holds numbers by which somebody could be reached or known."""

from __future__ import annotations

import re
import unicodedata

LEAST_DIGITS = 7
"""A run of so many digits is a number of somebody: a phone's, a paper's, an account's."""
_APART = re.compile(r"(?<=\d)[\s.\-_()/·,，、]{1,2}(?=\d)")
_RUN = re.compile(rf"\d{{{LEAST_DIGITS},}}")
_CHINESE = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1123456789")


def names_somebody(words: str) -> bool:
    """Return whether a text holds a phone's or another long number, however its digits are written or set apart.

    >>> names_somebody("打 138 0013-8000"), names_somebody("一三八零零一三八零零零"), names_somebody("5 斤装，2020 年的新米")
    (True, True, False)
    """
    text = unicodedata.normalize("NFKC", words).translate(_CHINESE)
    for _ in range(2):
        text = _APART.sub("", text)
    return _RUN.search(text) is not None
