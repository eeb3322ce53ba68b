"""The lines of a printed page put together again into paragraphs. Pure."""

from __future__ import annotations

import re

_ENDS = "。！？；：.!?;:”」）"
_BEGINS = re.compile(
    r"\s*(?:第[一二三四五六七八九十\d]+[章节]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、．]\s?\D)"
)
_NEARLY_FULL = 0.75
"""From this share of the longest line on a line was broken by the page's edge."""


def unwrapped(text: str) -> str:
    """Return a text whose lines were broken by a page's edge with those lines joined.

    >>> unwrapped("全年新建无线基站三万二\\n千个。\\n第二段。")
    '全年新建无线基站三万二千个。\\n第二段。'
    """
    lines = [line.strip() for line in text.splitlines()]
    full = max((len(line) for line in lines), default=0) * _NEARLY_FULL
    parts: list[str] = []
    is_open = False
    for line in lines:
        if not line:
            is_open = False
            continue
        if is_open and not _BEGINS.match(line):
            space = " " if parts[-1][-1].isascii() and line[0].isascii() else ""
            parts[-1] += space + line
        else:
            parts.append(line)
        is_open = len(line) >= full and line[-1] not in _ENDS
    return "\n".join(parts)
