"""Attribute sampling: how many facts are examined, which, and how large the share of wrong ones may be.

Sources: American Institute of Certified Public Accountants, *Audit Guide: Audit Sampling*, chapter 3 and appendix A (the size:
the smallest sample whose limit does not exceed the tolerable rate although the expected errors are found); C. J. Clopper and
E. S. Pearson, *Biometrika* 26 (1934) (the limit). A population that is counted takes the hypergeometric limit, which knows that
no fact is drawn twice; a very large one that of Clopper and Pearson, which does not need its size and is never the smaller.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from bangfu.reporting.sampling.engines.quantiles import (
    RATE_STEP,
    binomial_upper_limit,
    hypergeometric_upper_limit,
)
from bangfu.reporting.sampling.engines.seeds import rank_of

COUNTED_UP_TO = 1_000_000
"""Populations up to here take the hypergeometric limit."""
LARGEST_SAMPLE = 10_000


@dataclass(frozen=True)
class Rates:
    """What a sample says of the share of wrong facts; rates between 0 and 1."""

    sample: int
    errors: int
    estimate: Decimal
    upper_limit: Decimal


def upper_rate(*, confidence: Decimal, population: int, sample: int, errors: int) -> Decimal:
    """Return the upper limit of the share of wrong facts, between 0 and 1, rounded up."""
    if sample == 0:
        return Decimal(1)
    if population > COUNTED_UP_TO:
        return binomial_upper_limit(confidence, sample, errors)
    held = hypergeometric_upper_limit(confidence, population, sample, errors)
    return (Decimal(held) / population).quantize(RATE_STEP, ROUND_CEILING)


def sample_size(*, population: int, confidence: Decimal, tolerable: Decimal, expected: Decimal) -> int:
    """Return the smallest sample that would hold the tolerable rate if the expected share of it were wrong.

    Expected errors are rounded up to a whole one. A population that is smaller than that is examined whole.

    Args:
        tolerable: the rate, between 0 and 1.
        expected: the rate, between 0 and the tolerable one.

    Raises: ValueError: the rates leave no room between them, or the sample would exceed ``LARGEST_SAMPLE``.
    """
    if not 0 <= expected < tolerable < 1 or population < 1:
        raise ValueError("the expected rate lies below the tolerable one, and that below 1")

    def holds(size: int) -> bool:
        errors = math.ceil(expected * size)
        return (
            upper_rate(confidence=confidence, population=population, sample=size, errors=errors) <= tolerable
        )

    size = 1
    while size < population and not holds(size):
        if size > LARGEST_SAMPLE:
            raise ValueError("the expected rate lies too near to the tolerable one")
        size += 1 if size < 400 else size // 100
    return min(size, population)


def selected(facts: Iterable[int], *, seed: bytes, size: int) -> list[int]:
    """Return the facts of a simple random sample without replacement, ascending: those of the smallest digests."""
    return sorted(heapq.nsmallest(size, facts, key=lambda fact: rank_of(seed, fact)))


def evaluated(*, confidence: Decimal, population: int, sample: int, errors: int) -> Rates:
    """Return the share of wrong facts in the sample, and its upper limit in the population."""
    estimate = Decimal(errors) / sample if sample else Decimal(0)
    return Rates(
        sample=sample,
        errors=errors,
        estimate=estimate.quantize(RATE_STEP, ROUND_HALF_UP),
        upper_limit=upper_rate(confidence=confidence, population=population, sample=sample, errors=errors),
    )
