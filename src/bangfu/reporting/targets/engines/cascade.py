"""A whole and its parts: whether their sums agree, how a whole is split, and how units rank."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal

_WIDE = Context(prec=60)


@dataclass(frozen=True)
class Promise:
    """One target, as far as a cascade is concerned."""

    key: int
    measured: Hashable
    """What wholes and parts share: indicator, place, area, line and direction."""
    path: str
    """The unit's keys from the root, each followed by a dot."""
    quantity: Decimal
    reserve: Decimal = Decimal(0)
    adds_up: bool = True
    """Whether parts of its indicator are added."""
    at_most: bool = False


@dataclass(frozen=True)
class Split:
    """A whole with its parts."""

    whole: Promise
    parts: tuple[Promise, ...]

    @property
    def total(self) -> Decimal:
        """The parts' sum."""
        return sum((part.quantity for part in self.parts), Decimal(0))

    @property
    def wanted(self) -> Decimal:
        """What the parts must come to: the whole and its declared reserve; of a limit, the whole less its reserve."""
        reserve = -self.whole.reserve if self.whole.at_most else self.whole.reserve
        return self.whole.quantity + reserve

    @property
    def difference(self) -> Decimal:
        """How much the parts have too much; negative where they fall short."""
        return self.total - self.wanted

    @property
    def agrees(self) -> bool:
        """Whether the parts come to what they must, or need not be added."""
        return not self.whole.adds_up or self.difference == 0


def splits_of(promises: Sequence[Promise]) -> list[Split]:
    """Return every whole that has parts: those of the nearest units below it that promise the same."""
    by_matter: dict[Hashable, dict[str, Promise]] = {}
    for one in promises:
        by_matter.setdefault(one.measured, {})[one.path] = one
    parts: dict[int, list[Promise]] = {}
    wholes = {one.key: one for one in promises}
    for matter in by_matter.values():
        for path, one in matter.items():
            above = _nearest_above(path, matter)
            if above is not None:
                parts.setdefault(above.key, []).append(one)
    return [
        Split(wholes[key], tuple(sorted(found, key=lambda part: part.path))) for key, found in parts.items()
    ]


def _nearest_above(path: str, matter: Mapping[str, Promise]) -> Promise | None:
    steps = path.rstrip(".").split(".")
    for length in range(len(steps) - 1, 0, -1):
        found = matter.get(".".join(steps[:length]) + ".")
        if found is not None:
            return found
    return None


def shares_of(total: Decimal, weights: Sequence[Decimal], *, decimals: int) -> list[Decimal]:
    """Return a total divided by weights, each part with so many decimals, the parts coming to exactly the total.

    Hamilton's method of largest remainders: each part is rounded down, and what is left over goes, one step each, to the largest
    remainders; of equal ones to the first.

    Raises: ValueError: there are no weights above zero.

    >>> shares_of(Decimal(10), [Decimal(1)] * 3, decimals=0)
    [Decimal('4'), Decimal('3'), Decimal('3')]
    """
    weighed = [max(one, Decimal(0)) for one in weights]
    whole = sum(weighed, Decimal(0))
    if whole <= 0:
        raise ValueError("nothing to divide by")
    step = Decimal(1).scaleb(-decimals)
    exact = [_WIDE.divide(total * one, whole) for one in weighed]
    parts = [one.quantize(step, ROUND_FLOOR, _WIDE) for one in exact]
    left = int(_WIDE.divide(total - sum(parts, Decimal(0)), step).to_integral_value())
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[:left]:
        parts[at] += step
    return parts


def ranks_of(shares: Sequence[Decimal | None]) -> list[int | None]:
    """Return each share's rank, the largest first; equal shares have one rank and the next ones leave a gap.

    >>> ranks_of([Decimal("0.5"), Decimal(1), None, Decimal("0.5"), Decimal("0.2")])
    [2, 1, None, 2, 4]
    """
    known = sorted((one for one in shares if one is not None), reverse=True)
    first: dict[Decimal, int] = {}
    for rank, one in enumerate(known, start=1):
        first.setdefault(one, rank)
    return [None if one is None else first[one] for one in shares]
