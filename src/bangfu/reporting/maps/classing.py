"""Classes of values for shades on a map: where one shade ends and the next begins. Pure.

A class's limits are values that occur, so a legend never names a number that no division has. Zero is no class: it is told
apart, as is no data. Three ways:

``QUANTILE``: as many divisions in each class, as far as equal values allow;
``EQUAL``: classes of equal width from the least to the greatest value;
``NATURAL``: classes within which values differ least, the sum of squared distances from each class's mean being the smallest
possible: W. D. Fisher, "On Grouping for Maximum Homogeneity", Journal of the American Statistical Association 53 (1958),
p. 789; on maps after G. F. Jenks (1967). The optimum is found exactly, by divide and conquer over the monotone splits;
of more than ``FINEST`` different values neighbours are first taken together, as many in each group.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate

FINEST = 3000


class Method(StrEnum):
    """How values are cut into classes."""

    QUANTILE = "quantile"
    EQUAL = "equal"
    NATURAL = "natural"


@dataclass(frozen=True)
class Classes:
    """Classes in ascending order; none when there are no values."""

    lowest: tuple[Decimal, ...]
    highest: tuple[Decimal, ...]
    """The least and the greatest value of each class."""

    def __len__(self) -> int:
        return len(self.highest)

    def class_of(self, value: Decimal) -> int:
        """Return in which class a value lies, from zero; one above all lies in the last."""
        return min(bisect_left(self.highest, value), len(self) - 1)


NO_CLASSES = Classes((), ())


def classes_of(values: Sequence[Decimal], method: Method, most: int) -> Classes:
    """Return the classes of the values other than zero: at most so many, and no more than there are different values.

    >>> classes_of([Decimal(one) for one in (1, 2, 3, 50, 51, 90)], Method.NATURAL, 3).highest
    (Decimal('3'), Decimal('51'), Decimal('90'))
    """
    ordered = sorted(value for value in values if value)
    if not ordered:
        return NO_CLASSES
    ends = {Method.QUANTILE: _quantiles, Method.EQUAL: _equal, Method.NATURAL: _natural}[method](
        ordered, most
    )
    starts = [0, *ends[:-1]]
    return Classes(tuple(ordered[start] for start in starts), tuple(ordered[end - 1] for end in ends))


@dataclass(frozen=True)
class Diverging:
    """Classes of what fell and what rose, symmetrical about zero."""

    rises: Classes
    """Classes of the size of a change, whichever way it went."""

    def class_of(self, change: Decimal) -> int:
        """Return the class of a change: 1 is the least rise, -1 the least fall, 0 none."""
        if not change:
            return 0
        found = self.rises.class_of(abs(change)) + 1
        return found if change > 0 else -found


def diverging_of(changes: Sequence[Decimal], method: Method, most: int) -> Diverging:
    """Return the classes of changes: at most so many each way."""
    return Diverging(classes_of([abs(change) for change in changes], method, most))


def _quantiles(ordered: Sequence[Decimal], most: int) -> list[int]:
    """Return where classes end: equal values stay together."""
    ends: list[int] = []
    for number in range(1, most + 1):
        end = -(-len(ordered) * number // most)
        while end < len(ordered) and ordered[end] == ordered[end - 1]:
            end += 1
        if end > (ends[-1] if ends else 0):
            ends.append(end)
    return ends


def _equal(ordered: Sequence[Decimal], most: int) -> list[int]:
    least, width = ordered[0], (ordered[-1] - ordered[0]) / most
    ends: list[int] = []
    for number in range(1, most + 1):
        highest = ordered[-1] if number == most else least + width * number
        end = sum(1 for value in ordered if value <= highest)
        if end > (ends[-1] if ends else 0):
            ends.append(end)
    return ends


def _natural(ordered: Sequence[Decimal], most: int) -> list[int]:
    middle = ordered[len(ordered) // 2]  # near zero the squares below lose no digits
    counted = Counter(ordered)
    different = sorted(counted)
    together = -(-len(different) // FINEST)
    groups = [different[at : at + together] for at in range(0, len(different), together)]
    weight = [0, *accumulate(sum(counted[one] for one in group) for group in groups)]
    total = [0.0, *accumulate(sum(counted[one] * float(one - middle) for one in group) for group in groups)]
    square = [
        0.0,
        *accumulate(sum(counted[one] * float(one - middle) ** 2 for one in group) for group in groups),
    ]

    def spread(first: int, end: int) -> float:
        """Return the sum of squared distances from the mean of the groups ``first`` to ``end - 1``."""
        inside = total[end] - total[first]
        return square[end] - square[first] - inside * inside / (weight[end] - weight[first])

    size = len(groups)
    least = [0.0] + [spread(0, end) for end in range(1, size + 1)]
    splits: list[list[int]] = []
    for number in range(2, min(most, size) + 1):
        best, split = [0.0] * (size + 1), [0] * (size + 1)
        # The split of the best division never moves back as more values come in, so each half searches its own range.
        ranges = [(number, size, number - 1, size - 1)]
        while ranges:
            low, high, first, last = ranges.pop()
            if low > high:
                continue
            end = (low + high) // 2
            found = min(
                (least[start] + spread(start, end), start) for start in range(first, min(last, end - 1) + 1)
            )
            best[end], split[end] = found
            ranges += [(low, end - 1, first, found[1]), (end + 1, high, found[1], last)]
        least = best
        splits.append(split)
    ends, end = [size], size
    for split in reversed(splits):
        end = split[end]
        ends.append(end)
    return [weight[one] for one in reversed(ends)]
