"""Whether a value bears out what a number says: its size, its unit, and the words around it (DOMAIN on numbers)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import IntEnum

from bangfu.reporting.display import Display, Rounding, Scale, rounded
from bangfu.reporting.matching.likeness import Meaning
from bangfu.reporting.matching.numbers import Number
from bangfu.reporting.wording.qualifiers import ABOUT_AT_MOST, REASONS, Claim, Printed

_WIDE = Context(prec=60)
_MONTHS_A_YEAR = 12
_FAR = 200
"""From this many times on a value is not written in the scale of the number that it replaces."""
PERSONS, TIMES, HOUSEHOLDS, VISITS, MONEY, SHARE, MONTHS, THINGS = (
    "persons", "times", "households", "visits", "money", "share", "months", "things",
)  # fmt: skip
_CLASS_ZH = {
    **dict.fromkeys(("人", "名", "位"), PERSONS), "人次": TIMES, "户": HOUSEHOLDS, "户次": VISITS,
    **dict.fromkeys(("元", "人民币"), MONEY), "%": SHARE, **dict.fromkeys(("个月", "年"), MONTHS),
    **dict.fromkeys(("个", "所", "家", "座", "处", "站", "村", "县", "条", "项", "次", "件", "台", "套", "部", "场", "期", "批",
                     "类", "种", "支", "只", "篇", "份", "镇", "乡", "省"), THINGS),
}  # fmt: skip
_CLASS_EN = {
    **dict.fromkeys(["persons", "person", "people", "pupils", "pupil", "students", "student", "children", "child"], PERSONS),
    **dict.fromkeys(["cadres", "cadre", "managers"], PERSONS),
    **dict.fromkeys(["attendances", "attendance", "participations", "participation", "visits"], TIMES),
    **dict.fromkeys(("households", "household"), HOUSEHOLDS),
    **dict.fromkeys(["yuan", "rmb", "cny"], MONEY), **dict.fromkeys(["months", "month", "years", "year"], MONTHS),
}  # fmt: skip


class Fit(IntEnum):
    """How well a value bears a number out."""

    NONE = 0
    WORD = 1
    """The value is meant, but a word, the unit or the scale is wrong."""
    TRUE = 2


@dataclass(frozen=True)
class Fitting:
    """How a value fits and, where a word is wrong, why; the reasons have ``{word}``, ``{shown}`` … filled in."""

    fit: Fit
    why: tuple[str, str] = ("", "")
    wrong_word: str = ""


NOT_AT_ALL = Fitting(Fit.NONE)


def class_of(unit: str, language: str) -> str:
    """Return what kind of thing a unit counts; empty for one that is not known or not written."""
    if unit == "%":
        return SHARE
    if language == "en":
        words = unit.split()
        return next((_CLASS_EN[word] for word in words if word in _CLASS_EN), THINGS if words else "")
    return _CLASS_ZH.get(unit, "" if not unit else "other")


def meant_class(meaning: Meaning) -> str:
    """Return what kind of thing an indicator counts."""
    if meaning.display.scale is Scale.PERCENT:
        return SHARE
    return _CLASS_ZH.get(meaning.unit_zh, THINGS)


_MIXED_UP = frozenset(
    frozenset(pair)
    for pair in (
        (PERSONS, TIMES),
        (PERSONS, HOUSEHOLDS),
        (HOUSEHOLDS, VISITS),
        (TIMES, VISITS),
        (TIMES, HOUSEHOLDS),
    )
)


def unit_likeness(number: Number, meaning: Meaning) -> float:
    """Return how well a number's unit suits an indicator: 1 the same, above 0 possible, 0 never."""
    said, meant = class_of(number.unit, number.language), meant_class(meaning)
    if not said:
        return 0.5 if meant is not SHARE else 0.0
    if said == meant:
        return (
            1.0
            if number.language == "en" or number.unit in {meaning.unit_zh, "个"} or meant != THINGS
            else 0.8
        )
    if frozenset((said, meant)) in _MIXED_UP:
        return 0.45
    if {said, meant} == {PERSONS, THINGS}:
        return 0.8 if number.unit == "个" or number.language == "en" else 0.0
    if number.unit == "次" and meant == TIMES:
        return 0.45
    return 0.0


def value_in(number: Number, meaning: Meaning, value: Decimal) -> Decimal:
    """Return an indicator's value in the unit that the number is written in: per cent, and years for months."""
    if meaning.display.scale is Scale.PERCENT and not meaning.display.is_in_hundreds:
        return value * 100
    if meant_class(meaning) == MONTHS and _is_years(number):
        return _WIDE.divide(value, Decimal(_MONTHS_A_YEAR))
    return value


def _is_years(number: Number) -> bool:
    return number.unit == "年" or number.unit.split(" ")[0] in {"year", "years"}


def _to(value: Decimal, step: Decimal, mode: str = ROUND_HALF_UP) -> Decimal:
    return _WIDE.divide(value, step).quantize(Decimal(1), mode, _WIDE) * step


def _declared(meaning: Meaning, value: Decimal) -> Decimal | None:
    """Return the value as the indicator itself shows it, per cent as such."""
    if meaning.display.scale is Scale.PERCENT:
        shown = rounded(value, meaning.display)
        return shown if meaning.display.is_in_hundreds else shown * 100
    return rounded(value, meaning.display.reaching(value, 0))


def rounds_to(number: Number, meaning: Meaning, value: Decimal) -> bool:
    """Return whether a value, rounded as the number is written or as the indicator shows it, is the number."""
    exact = value_in(number, meaning, value)
    if _to(exact, number.step) == number.said:
        return True
    if meaning.display.rounding is Rounding.DOWN and _to(exact, number.step, "ROUND_DOWN") == number.said:
        return True
    return not _is_years(number) and _declared(meaning, value) == number.said


def closeness(number: Number, meaning: Meaning, value: Decimal) -> float:
    """Return the smaller of a number and a value over the larger, 0 to 1."""
    exact = abs(value_in(number, meaning, value))
    larger = max(exact, number.said)
    return float(_WIDE.divide(min(exact, number.said), larger)) if larger else 1.0


def is_said_right(number: Number, meaning: Meaning, value: Decimal) -> bool:
    """Return whether the number alone is right, and its word untrue: the number stays and the word goes."""
    exact = value_in(number, meaning, value)
    return rounds_to(number, meaning, value) and _claimed(number, exact, None).fit is not Fit.TRUE


def _sizes(number: Number) -> list[tuple[Claim, str]]:
    return [(claim, word) for claim, word in number.claims if claim.is_about_size]


def _is_near(number: Number, exact: Decimal) -> bool:
    return abs(exact - number.said) <= ABOUT_AT_MOST * abs(number.said)


def _reaches(number: Number, meaning: Meaning, value: Decimal, claims: list[tuple[Claim, str]]) -> bool:
    """Return whether the value is the one that the number with its words can mean."""
    exact = value_in(number, meaning, value)
    if number.high is not None:
        return number.said <= exact <= number.high
    if rounds_to(number, meaning, value):
        return True
    kinds = {claim for claim, _ in claims}
    if kinds & {Claim.ABOVE, Claim.A_LITTLE_ABOVE, Claim.AT_LEAST}:
        return number.said <= exact < number.said + min(number.coarse_step, number.said / 2)
    if kinds & {Claim.BELOW, Claim.AT_MOST}:
        return number.said - min(number.coarse_step, number.said / 2) < exact <= number.said
    return Claim.ABOUT in kinds and _is_near(number, exact)


def fitting(number: Number, meaning: Meaning, value: Decimal, previous: Decimal | None = None) -> Fitting:
    """Return how a value fits a number with its unit and its words.

    Args:
        previous: the value of the period before; null where there is none.
    """
    exact = value_in(number, meaning, value)
    claims = _sizes(number)
    if number.is_change:
        return NOT_AT_ALL
    if not _reaches(number, meaning, value, claims):
        return _nearly(number, meaning, value, claims)
    said, meant = class_of(number.unit, number.language), meant_class(meaning)
    if frozenset((said, meant)) in _MIXED_UP or (number.unit == "次" and meant == TIMES):
        return Fitting(
            Fit.WORD,
            (
                f"数的是「{meaning.unit_zh}」，不能写成「{number.unit}」",
                f"{meaning.unit_en} were counted, not {number.unit}",
            ),
            number.unit,
        )
    if number.is_mixed:
        return Fitting(
            Fit.WORD, ("一个数里不能混用「万」和后面的数字", "one number cannot mix 万 with digits behind it")
        )
    if len(claims) > 1:
        words = [word for _, word in claims]
        return Fitting(
            Fit.WORD,
            (
                f"「{'」和「'.join(words)}」不能同时修饰一个数",
                f"“{'” and “'.join(words)}” cannot qualify one number together",
            ),
        )
    return _claimed(number, exact, previous)


def _claimed(number: Number, exact: Decimal, previous: Decimal | None) -> Fitting:
    """Return whether the words around a number of the right size are true."""
    printed = Printed(exact, number.said, number.coarse_step, previous)
    for claim, word in number.claims:
        holds = claim.is_true(printed)
        if not holds:
            zh, en = REASONS[claim]
            said = {
                "word": word,
                "shown": number.text,
                "exact": f"{exact.normalize():f}",
                "previous": "—" if previous is None else f"{previous.normalize():f}",
            }
            return Fitting(Fit.WORD, (zh.format(**said), en.format(**said)), word)
    return Fitting(Fit.TRUE)


def _nearly(number: Number, meaning: Meaning, value: Decimal, claims: list[tuple[Claim, str]]) -> Fitting:
    """Return whether the value is meant though its word is missing or wrong, or its scale is."""
    exact = value_in(number, meaning, value)
    if number.high is not None or not number.said:
        return NOT_AT_ALL
    if claims and _is_near(number, exact):
        untrue = _claimed(number, exact, None)
        return untrue if untrue.fit is Fit.WORD else NOT_AT_ALL
    is_round = number.coarse_step > number.step and number.coarse_step > 1
    if not claims and is_round and _is_near(number, exact) and abs(exact - number.said) < number.coarse_step:
        return Fitting(
            Fit.WORD,
            (
                f"{number.text}是约数，前后要有「约、超、近、多」之一，或写准确的数",
                f"{number.text} is not exact: say about, more than or nearly, or write the exact number",
            ),
        )
    for power in (4, -4, 3, -3, 8, -8):
        if number.power and _to(exact.scaleb(power, _WIDE), number.step) == number.said:
            return Fitting(
                Fit.WORD,
                (
                    f"「{number.scale}」写错了：差 10 的 {abs(power)} 次方",
                    f"“{number.scale}” is wrong by ten to the {abs(power)}",
                ),
                number.scale,
            )
    return NOT_AT_ALL


def display_like(number: Number, meaning: Meaning, value: Decimal) -> Display:
    """Return the display in which the number is written, for a value that may need another scale."""
    usual = meaning.display
    if usual.scale is Scale.PERCENT:
        return Display(Scale.PERCENT, number.decimals, usual.rounding, usual.is_in_hundreds)
    exact = abs(value_in(number, meaning, value))
    if number.is_mixed or (number.power and not number.said / _FAR < exact < number.said * _FAR):
        return usual
    scale = {4: Scale.WAN, 8: Scale.YI}.get(number.power, Scale.ONE) if number.language == "zh" else Scale.ONE
    if meant_class(meaning) == MONTHS and _is_years(number):
        scale = Scale.YEAR
    decimals = number.decimals
    if number.language == "en" and number.power:
        decimals = number.decimals - number.power
    declared = usual.scale.power - usual.decimals
    if not number.power and declared > 0 and exact >= usual.step * 100 and not number.said % usual.step:
        decimals = -declared
    return Display(scale, max(min(decimals, 8), -8), Rounding.HALF_UP)
