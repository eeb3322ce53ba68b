"""What a year comes to at its pace, and which light that means.

Linear pace extends what was counted by the days that passed: ``base + (value - base) * days / passed``. Seasonal pace divides it
by the share of a year that past years had reached by the same day, all of them together: ``value / share``, where ``share`` is
the sum of what they had by then over the sum of what they came to. These are the textbook's simple and proportional year-end
forecasts; both are printed with their numbers, and neither is a promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

FEWEST_PAST_YEARS = 2
STEP = Decimal("0.0001")
_WIDE = Context(prec=60)


class Method(StrEnum):
    """How a value was carried on to the deadline."""

    LINEAR = "linear"
    SEASONAL = "seasonal"
    PRESENT = "present"
    """It was not: a ratio and what is over stand as they are."""


class Light(StrEnum):
    """What a forecast means."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"
    """Not judged: too early, or nothing counted."""


@dataclass(frozen=True)
class Span:
    """The time in which a target is to be reached; both days belong to it."""

    first: date
    due_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.due_on - self.first).days + 1

    def passed(self, on: date) -> int:
        """Return how many of its days are over at the end of a day."""
        return min(max((on - self.first).days + 1, 0), self.days)

    def share_passed(self, on: date) -> Decimal:
        """Return which share of it is over, 0 to 1."""
        return _WIDE.divide(Decimal(self.passed(on)), Decimal(self.days)).quantize(STEP, ROUND_HALF_UP)


@dataclass(frozen=True)
class PastYear:
    """What a past year had by the same day, and what it came to by the same deadline."""

    year: int
    by_then: Decimal
    whole: Decimal


@dataclass(frozen=True)
class Forecast:
    """What a target's value comes to at its deadline; null without a value, or before the first day."""

    value: Decimal | None
    method: Method
    share: Decimal | None = None
    """Of a seasonal pace: the share of the year that past years had by then."""


def forecast(
    value: Decimal | None,
    span: Span,
    on: date,
    *,
    base: Decimal = Decimal(0),
    past: Sequence[PastYear] = (),
    carries_on: bool = True,
) -> Forecast:
    """Return what a value comes to at the deadline.

    Args:
        base: what stood already when the span began; zero of what happens within it.
        past: years before, of which two at least are needed for a seasonal pace.
        carries_on: false for what does not grow with time, such as a ratio.
    """
    if value is None:
        return Forecast(None, Method.PRESENT)
    passed = span.passed(on)
    if not carries_on or passed in (0, span.days):
        return Forecast(value, Method.PRESENT)
    filled = [one for one in past if one.whole > 0]
    if len(filled) >= FEWEST_PAST_YEARS and base == 0:
        by_then = sum((one.by_then for one in filled), Decimal(0))
        whole = sum((one.whole for one in filled), Decimal(0))
        if 0 < by_then <= whole:
            share = _WIDE.divide(by_then, whole)
            found = _WIDE.divide(value * whole, by_then).quantize(STEP, ROUND_HALF_UP, _WIDE)
            return Forecast(found, Method.SEASONAL, share.quantize(STEP, ROUND_HALF_UP))
    found = base + _WIDE.divide((value - base) * span.days, Decimal(passed))
    return Forecast(found.quantize(STEP, ROUND_HALF_UP, _WIDE), Method.LINEAR)


@dataclass(frozen=True)
class Thresholds:
    """From which share of the target on a forecast is green or amber, and from when on a pace says anything."""

    green_from: Decimal
    amber_from: Decimal
    judged_from: Decimal


def share_of(value: Decimal | None, target: Decimal, *, at_most: bool = False) -> Decimal | None:
    """Return how much of a target a value is; of a limit, how much of the value the limit covers, so that more is better.

    Null without a value, of a target of nothing, and of a limit of which nothing was used.
    """
    numerator, denominator = (target, value) if at_most else (value, target)
    if numerator is None or denominator is None or denominator <= 0:
        return None
    return _WIDE.divide(numerator, denominator).quantize(STEP, ROUND_HALF_UP, _WIDE)


def light_of(
    value: Decimal | None,
    ahead: Forecast,
    target: Decimal,
    span: Span,
    on: date,
    thresholds: Thresholds,
    *,
    at_most: bool = False,
) -> Light:
    """Return which light a target shows.

    What was reached is green at once; a limit that was passed is red at once. After the deadline there is no amber: it was
    kept or missed. Without a value a target is grey until its deadline and missed after it.
    """
    is_over = span.passed(on) == span.days
    if at_most:
        if value is not None and value > target:
            return Light.RED
        if is_over:
            return Light.GREEN
    elif value is not None and value >= target:
        return Light.GREEN
    elif is_over:
        return Light.RED
    if value is None or ahead.value is None or span.share_passed(on) < thresholds.judged_from:
        return Light.GREY
    if at_most and ahead.value <= 0:
        return Light.GREEN
    share = share_of(ahead.value, target, at_most=at_most)
    if share is None or share >= thresholds.green_from:
        return Light.GREEN
    return Light.AMBER if share >= thresholds.amber_from else Light.RED
