"""Headings numbered as official documents number them (GB/T 9704—2012, 7.3.3): 一、 then （一）; in English 1. then 1.1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bangfu.reporting.printing.typesetting import PrintedParagraph, PrintedText

_DIGITS = "零一二三四五六七八九"
_CHAPTER = re.compile(r"第[一二三四五六七八九十]+[章节]\s*")


def chinese(number: int) -> str:
    """Return a number below a hundred in Chinese numerals.

    >>> chinese(3), chinese(10), chinese(12), chinese(20), chinese(34)
    ('三', '十', '十二', '二十', '三十四')
    """
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def numbered(paragraphs: Iterable[PrintedParagraph], language: str) -> tuple[PrintedParagraph, ...]:
    """Return paragraphs with numbers before their headings; what a text writes itself (第一章) gives way to them."""
    chapter = section = 0
    found = []
    for one in paragraphs:
        if one.kind == "chapter":
            chapter, section = chapter + 1, 0
            mark = f"{chinese(chapter)}、" if language == "zh" else f"{chapter}. "
        elif one.kind == "section":
            section += 1
            mark = f"（{chinese(section)}）" if language == "zh" else f"{chapter}.{section} "
        else:
            found.append(one)
            continue
        found.append(replace(one, parts=_unnumbered(one), mark=mark))
    return tuple(found)


def _unnumbered(heading: PrintedParagraph) -> tuple[PrintedText, ...]:
    # Headings hold no figures.
    text = "".join(part.text for part in heading.parts if isinstance(part, PrintedText))
    return (PrintedText(_CHAPTER.sub("", text, count=1) if _CHAPTER.match(text) else text),)
