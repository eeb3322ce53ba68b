"""Sums in Chinese capitals, as receipts write them."""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def in_capitals(fen: int) -> str:
    """Return a sum in Chinese capitals, as the central bank's rules on bills and receipts of 1997 write it.

    Args:
        fen: above zero, below a trillion yuan; a sum below zero is written with 负.

    >>> in_capitals(1_680_32), in_capitals(107_000_53), in_capitals(6_007_14), in_capitals(100_00), in_capitals(5)
    ('壹仟陆佰捌拾元零叁角贰分', '壹拾万柒仟元零伍角叁分', '陆仟零柒元壹角肆分', '壹佰元整', '伍分')
    """
    if fen < 0:
        return f"负{in_capitals(-fen)}"
    yuan, rest = divmod(fen, 100)
    jiao, last = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{text or '零元'}整"
    if jiao:
        # A zero before the tenths is said where the yuan end in one.
        text += f"{'零' if yuan and yuan % 10 == 0 else ''}{DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return f"{text}{DIGITS[last]}分" if last else f"{text}整"


def _whole(number: int) -> str:
    parts: list[str] = []
    group, is_gap = 0, False
    while number:
        number, part = divmod(number, 10_000)
        if part:
            words = _group(part)
            if is_gap and parts:
                parts.append("零")
            parts.append(words + GROUPS[group])
            is_gap = part < 1000
        elif parts:
            is_gap = True
        group += 1
    return "".join(reversed(parts))


def _group(number: int) -> str:
    text, is_gap = "", False
    for place in range(4):
        number, digit = divmod(number, 10)
        if digit:
            if is_gap and text:
                text = DIGITS[0] + text
            text = DIGITS[digit] + PLACES[place] + text
            is_gap = False
        else:
            is_gap = True
    return text
