"""How an exact value is shown: scale, rounding and unit, once, in Decimal. Pure: no Django, no database.

A value is rounded once, to the step that its declaration gives (``万`` with two decimals: steps of 100), and both
languages print that same rounded number. Chinese writes it in the declared scale (``3.26万个``). English has no 万:
below a million it writes all digits (``32,600 stations``), from a million on millions, with the decimals the step
leaves (``2,245 million yuan``, ``64.98 million yuan``). A value that does not reach the declared scale falls to the
next smaller one, and below 万 it is shown whole: 46 stations are ``46个``, never ``0.00万个``. A percentage is written
``98.6%`` in both languages, whatever its size. A number of months that a text asks for in years is written in years.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from enum import StrEnum

_EXACT = Context(prec=60)
_MILLION = Decimal(10) ** 6
GROUP = "\u202f"
"""Between groups of three digits in Chinese text (GB/T 15835): a narrow space that does not break."""
MINUS = "\u2212"
_YEARS = {"zh": "年", "en": "years"}


class Scale(StrEnum):
    """What a shown number is counted in."""

    ONE = "1"
    WAN = "万"
    YI = "亿"
    PERCENT = "%"
    YEAR = "年"
    """Twelve months: for a number of months that a text says in years."""

    @property
    def power(self) -> int:
        """The power of ten that it stands for; of a year, that of a month."""
        return {"1": 0, "万": 4, "亿": 8, "%": -2, "年": 0}[self.value]

    @property
    def months(self) -> int:
        """How many of what is counted go into it beside the power of ten: twelve months into a year."""
        return 12 if self is Scale.YEAR else 1


class Rounding(StrEnum):
    """How a value goes to its step."""

    HALF_UP = "half_up"
    """四舍五入: half a step goes away from zero."""
    DOWN = "down"
    """舍去: what is beyond the step is left out, so that the print never claims more than there is."""
    UP = "up"
    """进位: to the next step, for a number that 近 stands before."""

    @property
    def mode(self) -> str:
        """How the decimal module calls it."""
        return {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.DOWN: ROUND_DOWN, Rounding.UP: ROUND_UP}[self]


@dataclass(frozen=True)
class Display:
    """A declared way to show a value.

    ``decimals`` counts digits behind the point in the scale; negative ones round to tens, hundreds and so on.
    """

    scale: Scale = Scale.ONE
    decimals: int = 0
    rounding: Rounding = Rounding.HALF_UP
    is_in_hundreds: bool = False
    """Whether a value of 100 is the whole, as in ratios with that factor; else a percentage has 1 as its whole."""

    def __post_init__(self) -> None:
        if not -8 <= self.decimals <= 8:
            raise ValueError("a display has at most eight decimals")

    @property
    def power(self) -> int:
        """The power of ten of the value that the shown number counts."""
        return 0 if self.scale is Scale.PERCENT and self.is_in_hundreds else self.scale.power

    @property
    def step(self) -> Decimal:
        """The distance between two shown numbers, in the measure's unit."""
        return Decimal(self.scale.months).scaleb(self.power - self.decimals)

    def reaching(self, value: Decimal, unit_decimals: int) -> Display:
        """Return the display for this value: the declared one, or a smaller scale when the value does not reach it."""
        if self.scale in {Scale.ONE, Scale.PERCENT}:
            return self
        if abs(value) >= self.scale.months * Decimal(10) ** self.scale.power:
            return self
        if self.scale is Scale.YI and abs(value) >= Decimal(10) ** Scale.WAN.power:
            return replace(self, scale=Scale.WAN)
        return replace(self, scale=Scale.ONE, decimals=unit_decimals)


@dataclass(frozen=True)
class Shown:
    """A value as one language prints it."""

    number: str
    """``3.26``, ``32,600``."""
    scale: str
    """``万``, ``million`` or nothing."""
    unit: str
    rounded: Decimal
    """What the print says, in the measure's unit."""
    step: Decimal
    language: str
    inner: str = ""
    """余 or 多, which stand between the number and its unit."""

    @property
    def tail(self) -> str:
        """What follows the number: scale, word and unit."""
        if self.scale == Scale.PERCENT.value:
            return self.scale
        if self.language.startswith("en"):
            return " ".join(part for part in (self.scale, self.unit) if part)
        return f"{self.scale}{self.inner}{self.unit}"

    @property
    def space(self) -> str:
        """What stands between number and unit: a space in English, nothing in Chinese and before %."""
        return (
            " " if self.language.startswith("en") and self.tail and self.tail != Scale.PERCENT.value else ""
        )

    def __str__(self) -> str:
        return f"{self.number}{self.space}{self.tail}"


def rounded(value: Decimal, display: Display) -> Decimal:
    """Return the value at the display's step, by its rounding.

    >>> rounded(Decimal(32_604), Display(Scale.WAN, 2))
    Decimal('32600')
    """
    steps = _EXACT.divide(value, display.step).quantize(Decimal(1), display.rounding.mode, _EXACT)
    result = _EXACT.multiply(steps, display.step)
    return result.quantize(Decimal(1), context=_EXACT) if display.step >= 1 else result


def _power_of(display: Display) -> int:
    return display.power - display.decimals


def shown(value: Decimal, display: Display, unit: str, language: str, *, unit_decimals: int = 0) -> Shown:
    """Return the value as it is printed in a language.

    Args:
        unit: in that language.
        unit_decimals: digits that the measure's quantities carry, for values below every scale.

    >>> str(shown(Decimal(32_604), Display(Scale.WAN, 2), "个", "zh"))
    '3.26万个'
    >>> str(shown(Decimal(32_604), Display(Scale.WAN, 2), "stations", "en"))
    '32,600 stations'
    """
    chosen = display.reaching(value, unit_decimals)
    said = rounded(value, chosen)
    english = language.startswith("en")
    if chosen.scale is Scale.YEAR:
        number = f"{_EXACT.divide(said, Decimal(chosen.scale.months)):.{max(chosen.decimals, 0)}f}"
        scale, unit = "", _YEARS["en" if english else "zh"]
    elif chosen.scale is Scale.PERCENT:
        number = f"{said.scaleb(-chosen.power, _EXACT):.{max(chosen.decimals, 0)}f}"
        scale = chosen.scale.value
    elif english:
        number, scale = _in_english(said, chosen)
    else:
        digits = max(chosen.decimals, 0)
        number = f"{said.scaleb(-chosen.scale.power, _EXACT):.{digits}f}"
        scale = "" if chosen.scale is Scale.ONE else chosen.scale.value
    return Shown(number.replace("-", MINUS), scale, unit, said, chosen.step, language)


def _in_english(said: Decimal, chosen: Display) -> tuple[str, str]:
    power = _power_of(chosen)
    if abs(said) >= _MILLION and power >= 4:
        return f"{said.scaleb(-6, _EXACT):,.{max(6 - power, 0)}f}", "million"
    return f"{said:,.{max(-power, 0)}f}", ""


def exact_text(value: Decimal, language: str) -> str:
    """Return the value with all its digits, in groups of three, as tables and lists show it.

    >>> exact_text(Decimal("32604.0000"), "en")
    '32,604'
    """
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("-", MINUS)
    return text if language.startswith("en") else text.replace(",", GROUP)


def share_text(part: int, whole: int) -> str | None:
    """Return a share in percent with one decimal, rounded down so that it never claims more; null of nothing.

    >>> share_text(32603, 32604)
    '99.9%'
    """
    if whole <= 0:
        return None
    tenths = part * 1000 // whole
    return "100%" if tenths == 1000 else f"{tenths // 10}.{tenths % 10}%"


def plain_text(value: Decimal) -> str:
    """Return the value with all its digits and nothing between them, for terminals and files.

    >>> plain_text(Decimal("32604.0000"))
    '32604'
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
