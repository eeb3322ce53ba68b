"""Axes of numbers: ends and steps that read well in 万 and 亿, in thousands and millions, and in percent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
"""Steps of an axis, times a power of ten."""
_WIDE = Context(prec=60)
MINUS = "\u2212"
BETWEEN_THOUSANDS = {"zh": "\u202f", "en": ","}
SCALES: dict[str, tuple[tuple[int, str], ...]] = {
    "zh": ((8, "亿"), (4, "万")),
    "en": ((6, "million"), (3, "thousand")),
}
"""By language: powers of ten and what they are called, the largest first. Thousands begin at ten thousand, as in text."""
FROM_POWER = {8: 8, 4: 4, 6: 6, 3: 4}
"""From which power on a scale is used."""


@dataclass(frozen=True)
class Axis:
    """An axis with its ticks."""

    ticks: tuple[Decimal, ...]
    power: int
    """The labels are ticks over ten to this power."""
    scale: str
    """``万``, ``million``, ``%`` or nothing."""
    language: str
    """``zh`` or ``en``: how thousands are set apart."""

    @property
    def low(self) -> Decimal:
        """Where it begins."""
        return self.ticks[0]

    @property
    def high(self) -> Decimal:
        """Where it ends."""
        return self.ticks[-1]

    @property
    def step(self) -> Decimal:
        """The distance between two ticks."""
        return self.ticks[1] - self.ticks[0]

    def share(self, value: Decimal) -> float:
        """Return where a value lies, 0 at the axis' beginning and 1 at its end."""
        return float((value - self.low) / (self.high - self.low))

    def label(self, tick: Decimal) -> str:
        """Return a tick as it is written.

        >>> axis(Decimal(0), Decimal(3_260_000), 5, "zh").label(Decimal(2_000_000))
        '200'
        >>> axis(Decimal(0), Decimal(4000), 5, "en").label(Decimal(2000))
        '2,000'
        """
        number = tick.scaleb(-self.power, _WIDE)
        text = f"{number:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.replace("-", MINUS).replace(",", BETWEEN_THOUSANDS[self.language])

    def unit(self, unit: str, language: str) -> str:
        """Return the unit behind the labels: 万元, million yuan, %."""
        if self.scale == "%":
            return "%"
        if language.startswith("en"):
            return " ".join(part for part in (self.scale, unit) if part)
        return f"{self.scale}{unit}"


def axis(
    low: Decimal, high: Decimal, most: int, language: str, *, percent: int | None = None, decimals: int = 4
) -> Axis:
    """Return an axis that holds two values and zero, with as few ticks as read well.

    Args:
        most: steps at most.
        percent: the power of ten that is one percent (-2, or 0 of values in hundreds); null is no percentage.
        decimals: digits that the values carry: whole numbers have no tick between them.
    """
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        high = Decimal(1) if percent is None else Decimal(100).scaleb(percent)
    step = nice_step((high - low) / most, least=Decimal(1).scaleb(-decimals))
    first = (low / step).to_integral_value(ROUND_FLOOR) * step
    last = (high / step).to_integral_value(ROUND_CEILING) * step
    count = int((last - first) / step)
    ticks = tuple((first + step * at).normalize(_WIDE) for at in range(count + 1))
    spoken = "en" if language.startswith("en") else "zh"
    if percent is not None:
        return Axis(ticks, percent, "%", spoken)
    power, scale = scale_of(max(abs(ticks[0]), abs(ticks[-1])), spoken)
    return Axis(ticks, power, scale, spoken)


def nice_step(least_step: Decimal, *, least: Decimal = Decimal("0.0001")) -> Decimal:
    """Return the smallest step that reads well and is no smaller than both values.

    >>> nice_step(Decimal(652_000)), nice_step(Decimal("0.3"), least=Decimal(1))
    (Decimal('1000000'), Decimal('1'))
    """
    wanted = max(least_step, least)
    power = wanted.adjusted()
    for factor in NICE:
        step = factor.scaleb(power)
        if step >= wanted and step % least == 0:
            return Decimal(f"{step:f}")
    return Decimal(f"{Decimal(1).scaleb(power + 1):f}")


def scale_of(largest: Decimal, language: str) -> tuple[int, str]:
    """Return in what numbers up to a size are written: a power of ten and its name.

    >>> scale_of(Decimal(250_000_000), "zh"), scale_of(Decimal(250_000_000), "en"), scale_of(Decimal(900), "zh")
    ((8, '亿'), (6, 'million'), (0, ''))
    """
    for power, name in SCALES["en" if language.startswith("en") else "zh"]:
        if largest >= Decimal(1).scaleb(FROM_POWER[power]):
            return power, name
    return 0, ""
