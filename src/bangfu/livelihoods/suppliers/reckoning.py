"""What a supplier is due for an order line, to the fen. Pure, in whole fen and ten-thousandths; nothing is ever a float."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WHOLE_BP = 10_000
"""Ten thousand ten-thousandths: all of it."""


@dataclass(frozen=True)
class Rates:
    """What a version of the contract takes."""

    commission_bp: int
    """Of what is kept, in ten-thousandths: 500 is 5 %."""
    platform_bp: int
    freight_fen: int
    """Of each order of the supplier's, once."""


@dataclass(frozen=True)
class Due:
    """What becomes of what is kept of a line; each part signed, and their sum exact."""

    kept_fen: int
    commission_fen: int
    platform_fen: int
    freight_fen: int
    coupon_fen: int = 0
    """What coupons took off for the buyer: the seller that issued them bears it, so the supplier is due as of the price."""

    @property
    def due_fen(self) -> int:
        """What the supplier is due."""
        return self.kept_fen + self.coupon_fen - self.commission_fen - self.platform_fen - self.freight_fen


def part(fen: int, bp: int) -> int:
    """Return ten-thousandths of a sum that is zero or more, rounded half up to the fen.

    >>> part(4990, 500), part(1, 5000), part(0, 500)
    (250, 1, 0)
    """
    return (fen * bp * 2 + WHOLE_BP) // (2 * WHOLE_BP)


def due_of(kept_fen: int, rates: Rates, *, bears_freight: bool, coupon_fen: int = 0) -> Due:
    """Return what is due of a line of which so much is kept, and so much was taken off by a coupon.

    >>> due_of(4990, Rates(500, 60, 800), bears_freight=True).due_fen
    3910
    >>> due_of(3990, Rates(500, 60, 800), bears_freight=True, coupon_fen=1000).due_fen
    3910
    """
    price = kept_fen + coupon_fen
    return Due(
        kept_fen,
        part(price, rates.commission_bp),
        part(price, rates.platform_bp),
        rates.freight_fen if bears_freight else 0,
        coupon_fen,
    )


def correction(price_before_fen: int, refund_fen: int, rates: Rates, *, coupon_fen: int = 0) -> Due:
    """Return what a refund changes of a line that was settled: both statements together are what one would have said.

    Freight stays with the supplier: the parcel went.

    Args:
        price_before_fen: what was kept and what coupons took off, together.
        coupon_fen: what a coupon took off the packs that are refunded.

    >>> both = due_of(9980, Rates(333, 0, 0), bears_freight=False).due_fen + correction(9980, 4990, Rates(333, 0, 0)).due_fen
    >>> both == due_of(4990, Rates(333, 0, 0), bears_freight=False).due_fen
    True
    """
    after = price_before_fen - refund_fen - coupon_fen
    return Due(
        -refund_fen,
        part(after, rates.commission_bp) - part(price_before_fen, rates.commission_bp),
        part(after, rates.platform_bp) - part(price_before_fen, rates.platform_bp),
        0,
        -coupon_fen,
    )


def shared_by(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Return a sum shared out by weights that sum to more than zero, in whole fen: the parts sum to it exactly.

    Each part is the difference of rounded running sums, in the order of the keys.

    >>> shared_by(100, {1: 1, 2: 1, 3: 1}), shared_by(-7, {5: 3, 9: 4})
    ({1: 33, 2: 33, 3: 34}, {5: -3, 9: -4})
    """
    whole, sofar, given = sum(weights.values()), 0, 0
    found = {}
    for key in sorted(weights):
        sofar += weights[key]
        upto = total * sofar // whole
        found[key], given = upto - given, upto
    return found
