"""Monetary-unit sampling: size, selection and evaluation. Every amount is a whole number of the figure's smallest step.

Sources: American Institute of Certified Public Accountants, *Audit Guide: Audit Sampling*, chapter 6 and appendix C (size,
interval, projected misstatement, basic precision, incremental allowance); K. W. Stringer, "Practical aspects of statistical
sampling in auditing", *Proceedings of the Business and Economic Statistics Section, American Statistical Association* (1963)
(the bound); D. A. Leslie, A. D. Teitlebaum and R. J. Anderson, *Dollar-Unit Sampling* (Copp Clark Pitman, 1979) (systematic
selection with one random start, tainting); 《中国注册会计师审计准则第 1314 号——审计抽样》, whose terms the pages use.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction

from bangfu.reporting.sampling.engines.quantiles import confidence_factor, planning_factor
from bangfu.reporting.sampling.engines.seeds import number_below

LARGEST_RATIO = Decimal("0.6")
"""Expected over tolerable misstatement: where the tables end. Beyond it a sample says nothing; the whole is examined."""


@dataclass(frozen=True)
class Plan:
    """How a sample of monetary units is drawn."""

    factor: Decimal
    interval: int
    """In the smallest step; every unit of money has one chance in so many."""
    size: int
    """How many intervals the population holds, rounded up: the most items that can be selected, each of those below the
    interval at most once."""


@dataclass(frozen=True)
class Item:
    """One item of the population: a fact with a positive quantity."""

    fact: int
    book: int


@dataclass(frozen=True)
class Selected:
    """An item that was selected."""

    fact: int
    book: int
    is_certain: bool
    """It is as large as the interval, so it is examined whatever the start, and what is found in it is not projected."""


@dataclass(frozen=True)
class Examined:
    """A selected item and what its book quantity should have been."""

    book: int
    audited: int
    is_certain: bool


@dataclass(frozen=True)
class Tainted:
    """One misstatement below the interval, and what it adds to the bound."""

    tainting: Fraction
    """The misstatement over the book quantity."""
    projected: Fraction
    factor: Decimal
    """The confidence factor at its rank."""
    allowance: Fraction
    """What it adds to the allowance for sampling risk."""


@dataclass(frozen=True)
class Bound:
    """What a sample says of the misstatement in one direction."""

    known: int
    """Found in items that were certain to be examined."""
    projected: Fraction
    """The estimate for all others."""
    basic_precision: Fraction
    """What may be there although nothing was found."""
    incremental: Fraction
    """What each misstatement adds beyond its projection."""
    errors: tuple[Tainted, ...]
    """The largest tainting first."""
    most: int | None
    """The book value of what was sampled, which cannot be overstated by more; null: nothing limits it."""

    @property
    def estimate(self) -> Fraction:
        """The most likely misstatement: what is known, and what is projected."""
        return self.known + self.projected

    @property
    def upper_limit(self) -> Fraction:
        """What the misstatement does not exceed, at the confidence of the plan."""
        sampled = self.projected + self.basic_precision + self.incremental
        if self.most is not None:
            sampled = min(sampled, max(Fraction(self.most), self.projected))
        return self.known + sampled


@dataclass(frozen=True)
class Evaluation:
    """What a sample says of both directions, apart: an overstatement does not make up for an understatement."""

    overstated: Bound
    understated: Bound

    def is_within(self, tolerable: int) -> bool:
        """Return whether neither limit exceeds what is tolerable."""
        return max(self.overstated.upper_limit, self.understated.upper_limit) <= tolerable


def plan(*, total: int, confidence: Decimal, tolerable: int, expected: int = 0) -> Plan:
    """Return how large a sample has to be, and its interval: tolerable misstatement over confidence factor.

    Args:
        total: the sum of the positive items.

    Raises: ValueError: nothing is tolerable, there is no population, or more is expected than a sample can bear.
    """
    if total < 1 or tolerable < 1 or expected < 0:
        raise ValueError("a sample needs a population, and something that is tolerable")
    ratio = Decimal(expected) / Decimal(tolerable)
    if ratio > LARGEST_RATIO:
        raise ValueError("more is expected than a sample can bear")
    factor = planning_factor(confidence, ratio)
    interval = max(int(Decimal(tolerable) / factor), 1)
    return Plan(factor, interval, math.ceil(Fraction(total, interval)))


def start_of(seed: bytes, interval: int) -> int:
    """Return the first unit of money that is selected, 1 to the interval."""
    return 1 + number_below(seed, "start", interval)


def selected(items: Iterable[Item], *, interval: int, start: int) -> list[Selected]:
    """Return the items that hold a selected unit of money, in their order; an item is selected once.

    Items lie end to end in the order of their facts' numbers; the units ``start``, ``start + interval`` and so on are selected.

    Raises: ValueError: an item is not positive: such items are no population of monetary units.
    """
    found = []
    passed, following = 0, start
    for item in sorted(items, key=lambda one: one.fact):
        if item.book < 1:
            raise ValueError(f"fact {item.fact} is not positive")
        passed += item.book
        if passed >= following:
            found.append(Selected(item.fact, item.book, is_certain=item.book >= interval))
            following += ((passed - following) // interval + 1) * interval
    return found


def evaluated(
    examined: Sequence[Examined], *, interval: int, confidence: Decimal, sampled_total: int
) -> Evaluation:
    """Return the estimate and the upper limit of both directions: the Stringer bound with Poisson factors.

    Taintings are ranked, the largest first; each adds its projection times the rise of the confidence factor at its rank.
    Where the whole population was certain to be examined, nothing is left to chance and there is no basic precision.

    Args:
        sampled_total: the book value of the items below the interval, selected or not.

    >>> found = evaluated([Examined(400, 320, False), Examined(500, 0, False)], interval=1657,
    ...                   confidence=Decimal("0.95"), sampled_total=300_000)
    >>> round(float(found.overstated.upper_limit), 2)
    8375.11
    """
    return Evaluation(
        _bound(examined, 1, interval, confidence, sampled_total),
        _bound(examined, -1, interval, confidence, sampled_total),
    )


def _bound(
    examined: Sequence[Examined], sign: int, interval: int, confidence: Decimal, sampled_total: int
) -> Bound:
    known = sum(max(sign * (one.book - one.audited), 0) for one in examined if one.is_certain)
    taintings = sorted(
        (
            Fraction(sign * (one.book - one.audited), one.book)
            for one in examined
            if not one.is_certain and sign * (one.book - one.audited) > 0
        ),
        reverse=True,
    )
    if sampled_total == 0:
        return Bound(known, Fraction(0), Fraction(0), Fraction(0), (), 0)
    first = before = confidence_factor(confidence)
    errors = []
    for rank, tainting in enumerate(taintings, 1):
        factor = confidence_factor(confidence, rank)
        projected = tainting * interval
        errors.append(
            Tainted(tainting, projected, factor, (Fraction(factor) - Fraction(before) - 1) * projected)
        )
        before = factor
    # An understatement has no natural end: the largest that was seen is taken for what may be there unseen.
    worst = max([Fraction(1), *taintings[:1]])
    return Bound(
        known=known,
        projected=sum((one.projected for one in errors), Fraction(0)),
        basic_precision=Fraction(first) * interval * worst,
        incremental=sum((one.allowance for one in errors), Fraction(0)),
        errors=tuple(errors),
        most=sampled_total if sign > 0 else None,
    )


def in_steps(value: Fraction, *, step: Decimal, up: bool = False) -> Decimal:
    """Return an exact amount of the smallest step as a quantity, rounded to it: half up, or up for a limit."""
    whole = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        Decimal(1), ROUND_CEILING if up else ROUND_HALF_UP
    )
    return whole * step
