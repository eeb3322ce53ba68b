"""Confidence factors and exact upper limits: the quantiles on which sample sizes and bounds rest.

Factors are the quantiles of the gamma distribution: with ``k`` errors found, the factor is the mean of the Poisson
distribution under which ``k`` or fewer errors have the probability of one minus the confidence. So the American Institute of
Certified Public Accountants, *Audit Guide: Audit Sampling*, appendix C, has them: table C-3 for whole numbers of errors,
table C-1 for the fractional numbers that are expected when a sample is planned. Limits of rates are those of C. J. Clopper
and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", *Biometrika* 26 (1934),
and for a population that is counted the same with the hypergeometric distribution.

Factors are rounded up, as the tables are, but to four decimals where they print two: the last digits of a logarithm, in which
two machines may differ, then never decide who is in a sample.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache

FACTOR_STEP = Decimal("0.0001")
RATE_STEP = Decimal("0.000001")
_HALVINGS = 200


def gamma_cdf(shape: float, value: float) -> float:
    """Return the probability of a gamma variable of this shape and scale 1 to lie at or below a value.

    The series of the lower incomplete gamma function (Abramowitz and Stegun, 6.5.29), all of whose terms are positive.
    """
    if value <= 0:
        return 0.0
    term = math.exp(shape * math.log(value) - value - math.lgamma(shape + 1))
    total, step = term, shape + 1
    while term > total * 1e-17:
        term *= value / step
        total += term
        step += 1
    return min(total, 1.0)


def _solved(probability: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """Return where a rising probability reaches what is wanted."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if probability(middle) < wanted:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=1024)
def confidence_factor(confidence: Decimal, errors: Decimal | int = 0) -> Decimal:
    """Return the Poisson upper limit of the mean with this many errors found, or expected, at a confidence.

    Args:
        confidence: between 0 and 1, as 0.95.
        errors: whole when they were found; a fraction when they are expected.

    >>> confidence_factor(Decimal("0.95")), confidence_factor(Decimal("0.95"), 1)
    (Decimal('2.9958'), Decimal('4.7439'))
    """
    shape = float(errors) + 1
    found = _solved(lambda mean: gamma_cdf(shape, mean), float(confidence), 0.0, 20 * shape + 20)
    return Decimal(repr(found)).quantize(FACTOR_STEP, ROUND_CEILING)


def planning_factor(confidence: Decimal, ratio: Decimal) -> Decimal:
    """Return the factor that a sample is planned with when errors are expected: the least one that still leaves its room.

    The sample must be large enough that the limit does not exceed the tolerable misstatement although the expected one is
    found: the factor ``F`` for which ``F`` is the limit of ``F × ratio`` errors (tables C-1 and C-2 of the Audit Guide).

    Args:
        ratio: expected over tolerable misstatement, 0 to 0.6.

    >>> planning_factor(Decimal("0.95"), Decimal("0.2"))
    Decimal('4.6202')
    """
    share = float(ratio)

    def certainty(factor: float) -> float:
        return gamma_cdf(1 + factor * share, factor)

    low = high = float(confidence_factor(confidence))
    while certainty(high) < float(confidence):
        high *= 2
    found = _solved(certainty, float(confidence), low if high > low else 0.0, high)
    return Decimal(repr(found)).quantize(FACTOR_STEP, ROUND_CEILING)


@lru_cache(maxsize=256)
def binomial_upper_limit(confidence: Decimal, sample: int, errors: int) -> Decimal:
    """Return the Clopper–Pearson upper limit of a rate, between 0 and 1, rounded up.

    The rate at which so few errors in the sample have the probability of one minus the confidence.

    >>> binomial_upper_limit(Decimal("0.95"), 60, 0)
    Decimal('0.048703')
    """
    if errors >= sample:
        return Decimal(1)

    def more_errors(rate: float) -> float:
        return 1 - math.fsum(
            math.comb(sample, found) * rate**found * (1 - rate) ** (sample - found)
            for found in range(errors + 1)
        )

    found = _solved(more_errors, float(confidence), 0.0, 1.0)
    return Decimal(repr(found)).quantize(RATE_STEP, ROUND_CEILING)


@lru_cache(maxsize=256)
def hypergeometric_upper_limit(confidence: Decimal, population: int, sample: int, errors: int) -> int:
    """Return the most errors that a population may hold when a sample without replacement has this many.

    The largest number of errors with which so few in the sample still have more than the probability of one minus the
    confidence. Exact in whole numbers.

    >>> hypergeometric_upper_limit(Decimal("0.95"), 100, 100, 2)
    2
    """
    allowed = (1 - confidence) * math.comb(population, sample)

    def is_possible(held: int) -> bool:
        ways = sum(
            math.comb(held, found) * math.comb(population - held, sample - found)
            for found in range(errors + 1)
        )
        return ways > allowed

    low, high = errors, population - (sample - errors)
    while low < high:
        middle = (low + high + 1) // 2
        if is_possible(middle):
            low = middle
        else:
            high = middle - 1
    return low
