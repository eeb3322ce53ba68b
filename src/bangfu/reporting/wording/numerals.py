"""Numbers in running text: digits of every kind, Chinese numerals that count, and English number words."""

from __future__ import annotations

import re
import unicodedata

_NUMERAL = "〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_MEASURE = (
    "个|名|人|户|家|所|座|处|站|县|省|市|州|乡|镇|村|条|项|次|位|件|台|套|部|亩|公里|米|元|角|分|吨|斤|倍|成|年|月|日|号|天|周|岁|期|批"
    "|辆|张|份|笔|篇|场|类|种|支|只|头|棵|株|届|层|级|代|度|岁|小时|分钟|秒|百分点"
)
_COUNTED = re.compile(rf"(?<!第)(?<![{_NUMERAL}])[{_NUMERAL}]+(?:余|多|来|几)?(?:{_MEASURE})")
_SCALED = re.compile(rf"(?<!第)[{_NUMERAL}]+[万亿]|[十百千][多余几]?[万亿]")
_VAGUE = re.compile(
    r"[数几上成近][十百千万亿]|几个|[一二三四五六七八九十百千万]+分之|一半|过半|半数|大半|翻[一两二三]?番|成倍"
)
_NOT_COUNTING = re.compile(r"十分(?!之|钟)|万分(?!之)|千万(?!元|个|户|人|吨)|万一|百分点")
_ENGLISH = re.compile(
    r"\b(?:one(?! another)|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven"
    r"|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|dozens?"
    r"|half|twice|thrice|doubl(?:e|ed|ing)|tripl(?:e|ed|ing)|per\s?cent|percent)\b",
    re.IGNORECASE,
)
_ENGLISH_NOT_COUNTING = re.compile(r"\b(?:no one|one by one|each one)\b", re.IGNORECASE)


def numbers_in(text: str, language: str) -> list[tuple[int, str]]:
    """Return the numbers that a text states, with their offsets; names of an order (第一) are none.

    >>> numbers_in("第一章：四个县，5 户", "zh")
    [(4, '四个'), (8, '5')]
    """
    found = _digits(text)
    plain = _masked(text, _NOT_COUNTING)
    for pattern in (_COUNTED, _SCALED, _VAGUE):
        found += [(match.start(), match[0]) for match in pattern.finditer(plain)]
    if language == "en":
        english = _masked(text, _ENGLISH_NOT_COUNTING)
        found += [(match.start(), match[0]) for match in _ENGLISH.finditer(english)]
    return _without_overlaps(sorted(found, key=lambda one: (one[0], -len(one[1]))))


def _digits(text: str) -> list[tuple[int, str]]:
    """Return runs of digits of any script, with ½, ③ and Ⅳ."""
    found: list[tuple[int, str]] = []
    for at, sign in enumerate(text):
        if not unicodedata.category(sign).startswith("N") and sign not in "%％‰":
            continue
        if sign in _NUMERAL:
            continue
        if found and found[-1][0] + len(found[-1][1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + sign)
        else:
            found.append((at, sign))
    return found


def _masked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _without_overlaps(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    kept: list[tuple[int, str]] = []
    for at, text in found:
        if not kept or at >= kept[-1][0] + len(kept[-1][1]):
            kept.append((at, text))
    return kept
