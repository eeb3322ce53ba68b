"""The numbers of a running text: how much, in which unit, between which words; dates, ordinals and codes are none.

Chinese numerals are read as GB/T 15835 writes them; every offset is one of the text as it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bangfu.reporting.wording.markup import NAMES
from bangfu.reporting.wording.qualifiers import Claim, claims_after, claims_before

_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), 0xFF05, 0xFF0B, 0xFF0D, 0xFF0E, 0xFF1A)}
_DIGIT = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_NUMERAL = "".join([*_DIGIT, *_TENS])
SCALES = {"千": 3, "百万": 6, "千万": 7, "万": 4, "亿": 8, "万亿": 12}
_EN_SCALES = {"thousand": 3, "million": 6, "billion": 9, "mn": 6, "bn": 9}
UNITS = (
    "人次|户次|个百分点|百分点|个月|公里|千米|平方米|小时|分钟|人民币|"
    "个|名|人|户|家|所|座|处|站|村|条|项|次|位|件|台|套|部|亩|米|元|吨|年|天|周|岁|期|批|辆|份|笔|篇|场|类|种|支|只|头|棵|株|县|镇|乡|省"
)
_UNIT = re.compile(UNITS)
_DIGITS = r"\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_ARABIC = re.compile(
    rf"(?P<digits>{_DIGITS})(?:\s?(?P<scale>万亿|千万|百万|亿|万|千)(?P<rest>\d{{1,4}}(?!\d))?|(?P<percent>\s?[%％]))?"
    rf"(?P<inner>余|多)?\s?(?P<unit>{UNITS})?"
)
_CHINESE = re.compile(
    rf"(?<!第)(?P<digits>[{_NUMERAL}万亿]+)(?P<inner>余|多)?(?P<scale>[万亿])?(?P<unit>{UNITS})|百分之(?P<percent>[{_NUMERAL}点]+)"
)
_ENGLISH = re.compile(
    rf"(?P<digits>{_DIGITS})(?:\s?(?P<percent>%|per\s?cent\b)|\s(?P<scale>thousand|million|billion|mn|bn)\b)?"
    r"(?:\s(?P<unit>[A-Za-z-]+(?:\s[a-z-]+){0,2}))?",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s?(?:至|到|—|–|~|～|-|to)\s?")
_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_WORDS = {word: value for value, word in enumerate(_TO_TWENTY.split())}
_ENGLISH_WORD = re.compile(
    rf"\b(?P<digits>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\s(?P<unit>[a-z-]+(?:\s[a-z-]+){{0,2}})",
    re.IGNORECASE,
)
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NO_FIGURE = re.compile(
    r"https?://\S+|[\w.+-]+@[\w-]+\.\S+"
    r"|[〔\[（(]\d{4}[〕\]）)]\s?\d+\s?号|第\s?[\d"
    + _NUMERAL
    + r"]+\s?[章节条款项届次批期号页位名季步部类个]?"
    r"|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|(?<!\d)400-?\d{3}-?\d{4}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)"
    r"|\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}|(?<![\d.])(?:19|20)\d{2}\s?(?:[-—–至到]\s?(?:19|20)\d{2}\s?)?年(?:度|末|底|初)?"
    r"|(?<!\d)\d{1,2}月(?:份|\d{1,2}[日号]|末|底|初|[上中下]旬)?|(?<!\d)\d{1,2}[日号](?!\d)|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?"
    r"|[一二三四]季度|[上下]半年|十[一二三四五]五(?=规划|期间|时期|”|」)|两不愁|三保障|一带一路|一[方面些直样律致般起]|[A-Za-z]+-?[A-Za-z]*-?\d[\w-]*|\bv\d[\d.]*"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}(?:\s\d{{4}})?|\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?\b(?!,\d)"
    rf"|\b{_MONTH}\s\d{{4}}\b|\b\d+(?:st|nd|rd|th)\b"
    r"|(?:\b(?:in|of|during|since|by|until|from|year|end|for)\s|(?<=\bto\s))(?:the\s)?(?:end\sof\s)?(?:19|20)\d{2}\b(?![,.]\d)"
    r"|\b(?:No\.|page|chapter|section|figure|table|annex)\s?\d+"
    r"|(?m:^\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.、．](?!\d)|[-—]\s?\d+\s?[-—]\s*$|\d{1,3}\s*$))"
    r"|\[\d{1,3}\]|(?:账册)?区块\s?\d+|\bblock\s\d+"
    r"|表\s?\d+|图\s?\d+|附件\s?\d*|" + "|".join(re.escape(name) for name in sorted(NAMES)),
    re.IGNORECASE,
)
_DEFINITION = re.compile(r"\s*>?\s*(?:统计)?口径\s*[:：]|\s*>?\s*Scope(?: note)?\s*:", re.IGNORECASE)
"""How a line begins that defines a figure: the numbers of a definition state nothing."""
_CHINESE_SIGN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Number:
    """A number as a text states it; offsets are of the whole text."""

    start: int
    end: int
    """Behind its unit."""
    text: str
    language: str
    said: Decimal
    """What it says, in the unit; a percentage of a half is 50."""
    high: Decimal | None
    """The upper end of a range."""
    step: Decimal
    """What one more in its last written digit would be."""
    power: int
    """The power of ten of 万, 亿 or million; 0 without."""
    scale: str
    decimals: int
    unit: str
    """``%`` for a percentage; empty when none is written. In English up to three words after it."""
    inner: str
    """余 or 多 between number and unit."""
    claims: tuple[tuple[Claim, str], ...]
    is_mixed: bool = False
    """Whether a scale and digits behind it are written together, as in 3万2600."""
    unit_start: int = 0

    @property
    def coarse_step(self) -> Decimal:
        """What one more in its last digit that is not zero would be."""
        if not self.said:
            return self.step
        exponent = self.said.normalize().as_tuple().exponent
        assert isinstance(exponent, int)
        return max(Decimal(1).scaleb(exponent), self.step)

    @property
    def is_change(self) -> bool:
        """Whether the words say by how much something changed."""
        return any(claim is Claim.CHANGED_BY for claim, _ in self.claims) or "百分点" in self.unit


def plain(text: str) -> str:
    """Return the text with wide digits and signs of numbers made narrow, sign by sign."""
    return text.translate(_WIDE)


def language_of(text: str) -> str:
    """Return ``zh`` when a text has Chinese characters, else ``en``."""
    return "zh" if _CHINESE_SIGN.search(text) else "en"


def chinese_value(text: str) -> Decimal | None:
    """Return what a Chinese numeral says; null when it is none.

    >>> chinese_value("三千三百四十九")
    Decimal('3349')
    >>> chinese_value("一百零五万")
    Decimal('1050000')
    """
    whole, part, digit, seen = 0, 0, 0, False
    section = 0
    for sign in text:
        if sign in _DIGIT:
            if seen and digit:
                return None
            digit, seen = _DIGIT[sign], True
        elif sign in _TENS:
            part += (digit if digit or part else 1) * _TENS[sign]
            digit = 0
        elif sign == "万":
            section = (section + part + digit) * 10_000
            part = digit = 0
        elif sign == "亿":
            whole = (whole + section + part + digit) * 100_000_000
            section = part = digit = 0
        else:
            return None
        seen = sign in _DIGIT
    total = whole + section + part + digit
    return Decimal(total) if total or text in {"零", "〇"} else None


def numbers_of(text: str) -> list[Number]:
    """Return the numbers of a text that may be figures, in order."""
    narrow = plain(text)
    found: list[Number] = []
    at = 0
    for line in narrow.splitlines(keepends=True):
        if _DEFINITION.match(line):
            at += len(line)
            continue
        language = language_of(line)
        clear = _NO_FIGURE.sub(lambda hit: "\x00" * len(hit[0]), line)
        found += _joined(_line_numbers(line, clear, at, language, text), narrow)
        at += len(line)
    return found


def _line_numbers(line: str, clear: str, at: int, language: str, text: str) -> list[Number]:
    hits: list[Number] = []
    if language == "zh":
        hits += filter(None, (_from_arabic(hit, line, at, text) for hit in _ARABIC.finditer(clear)))
        hits += filter(None, (_from_chinese(hit, line, at, text) for hit in _CHINESE.finditer(clear)))
    else:
        hits += (_from_english(hit, line, at, text) for hit in _ENGLISH.finditer(clear))
        hits += (_from_english(hit, line, at, text) for hit in _ENGLISH_WORD.finditer(clear))
    kept: list[Number] = []
    for one in sorted(hits, key=lambda number: (number.start, -number.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _decimals(digits: str) -> int:
    return len(digits.partition(".")[2])


def _from_arabic(hit: re.Match[str], line: str, at: int, text: str) -> Number | None:
    digits = re.sub(r"[,\u202f\u00a0]", "", hit["digits"])
    scale, percent = hit["scale"] or "", bool(hit["percent"])
    power, decimals = SCALES.get(scale, 0), _decimals(digits)
    said = Decimal(digits).scaleb(power)
    step = Decimal(1).scaleb(power - decimals)
    if hit["rest"]:
        said, step = said + Decimal(hit["rest"]), Decimal(1)
    unit = "%" if percent else (hit["unit"] or "")
    end = (
        hit.end("percent")
        if percent
        else max(hit.end(name) for name in ("digits", "scale", "rest", "inner", "unit"))
    )
    if not percent and not unit and hit["inner"] and not scale and line[hit.end() : hit.end() + 1] in "年":
        return None
    unit_start = hit.start("unit") if hit["unit"] and not percent else end
    before, after = line[: hit.start()], line[end:]
    claims = (*claims_before(before, "zh"), *claims_after(after, "zh"))
    inner = (hit["inner"] or "") if not percent else ""
    if inner:
        claims = (*claims, (Claim.A_LITTLE_ABOVE, inner))
    return Number(
        at + hit.start(), at + end, text[at + hit.start() : at + end], "zh", said, None, step, power, scale, decimals, unit,
        inner, claims, bool(hit["rest"]), at + unit_start,
    )  # fmt: skip


def _from_chinese(hit: re.Match[str], line: str, at: int, text: str) -> Number | None:
    if hit["percent"]:
        whole, _, behind = hit["percent"].partition("点")
        value = chinese_value(whole)
        if value is None or any(sign not in _DIGIT for sign in behind):
            return None
        said = value + (Decimal("0." + "".join(str(_DIGIT[sign]) for sign in behind)) if behind else 0)
        power, step, unit, scale = 0, Decimal(1).scaleb(-len(behind)), "%", ""
    else:
        value = chinese_value(hit["digits"] + (hit["scale"] or ""))
        if value is None:
            return None
        said, power, scale, unit = value, 0, "", hit["unit"]
        step = Decimal(1)
    claims = (*claims_before(line[: hit.start()], "zh"), *claims_after(line[hit.end() :], "zh"))
    inner = hit["inner"] or ""
    if inner:
        claims = (*claims, (Claim.A_LITTLE_ABOVE, inner))
    unit_start = hit.start("unit") if hit["unit"] else hit.end()
    return Number(
        at + hit.start(), at + hit.end(), text[at + hit.start() : at + hit.end()], "zh", said, None, step, power, scale, 0,
        unit, inner, claims, unit_start=at + unit_start,
    )  # fmt: skip


def _from_english(hit: re.Match[str], line: str, at: int, text: str) -> Number:
    groups = hit.groupdict()
    digits = hit["digits"].lower().replace(",", "").replace("\u202f", "").replace("\u00a0", "")
    digits = str(_WORDS.get(digits, digits))
    scale = (groups.get("scale") or "").lower()
    power, decimals = _EN_SCALES.get(scale, 0), _decimals(digits)
    percent = bool(groups.get("percent"))
    unit = "%" if percent else (groups.get("unit") or "").lower()
    end = max(hit.end(name) for name in ("digits", "percent", "scale") if name in groups)
    noun = unit.split(" ")[0] if unit and not percent else ""
    claims = (*claims_before(line[: hit.start()], "en"), *claims_after(line[end:], "en"))
    unit_start = end
    if noun and noun not in _FUNCTION_WORDS:
        unit_start = hit.start("unit")
    elif not percent:
        unit = ""
    return Number(
        at + hit.start(), at + end, text[at + hit.start() : at + end], "en", Decimal(digits).scaleb(power), None,
        Decimal(1).scaleb(power - decimals), power, scale, decimals, unit, "", claims, unit_start=at + unit_start,
    )  # fmt: skip


_FUNCTION = (
    "and or in of to for at by with from as on had have has were was is are each the a an which that who "
    "more less altogether only also than so"
)
_FUNCTION_WORDS = frozenset(_FUNCTION.split())


def _joined(found: list[Number], text: str) -> Iterator[Number]:
    """Yield the numbers, two that make a range as one."""
    rest = iter(found)
    waiting = next(rest, None)
    while waiting is not None:
        following = next(rest, None)
        if (
            following is not None
            and _RANGE.fullmatch(text[waiting.end : following.start])
            and waiting.said < following.said
            and (not waiting.unit or waiting.unit == following.unit)
        ):
            said = waiting.said
            if not waiting.power and following.power and said < following.said.scaleb(-following.power):
                said = said.scaleb(following.power)
            yield Number(
                waiting.start, following.end, text[waiting.start : following.end], waiting.language, said, following.said,
                following.step, following.power, following.scale, following.decimals, following.unit, following.inner,
                waiting.claims, unit_start=following.unit_start,
            )  # fmt: skip
            waiting = next(rest, None)
            continue
        yield waiting
        waiting = following
