"""What a coupon takes off, spread over lines to the fen; and what of a line's price goes back with some of its packs."""

from __future__ import annotations

from collections.abc import Sequence


def worth(
    goods_fen: int, *, from_fen: int, off_fen: int | None, off_pct: int | None, cap_fen: int | None
) -> int:
    """Return what a coupon takes off goods, in fen; zero where they come to less than it is from.

    A percentage is rounded down, and something is always left to pay.

    Args:
        off_fen: the amount it takes off; null = it takes ``off_pct`` hundredths, at most ``cap_fen``.

    >>> worth(9_999, from_fen=0, off_fen=None, off_pct=15, cap_fen=5_000)
    1499
    """
    if goods_fen < from_fen:
        return 0
    found = off_fen if off_fen is not None else goods_fen * (off_pct or 0) // 100
    if cap_fen is not None:
        found = min(found, cap_fen)
    return max(0, min(found, goods_fen - 1))


def spread(discount_fen: int, amounts: Sequence[int]) -> list[int]:
    """Return a discount spread over amounts in their proportion, whole fen, by the largest remainder; the first of equals gains.

    Args:
        amounts: fen, above zero; together at least the discount.

    >>> spread(100, [333, 333, 334])
    [33, 33, 34]
    """
    total = sum(amounts)
    shares = [discount_fen * amount // total for amount in amounts]
    rest = discount_fen - sum(shares)
    by_remainder = sorted(range(len(amounts)), key=lambda one: (-(discount_fen * amounts[one] % total), one))
    for position in by_remainder[:rest]:
        shares[position] += 1
    return shares


def net_of(net_fen: int, quantity: int, packs: int) -> int:
    """Return what the first so many packs of a line were paid with, so that parts add up to the whole.

    Args:
        net_fen: what the line was paid with, of all its ``quantity`` packs.

    >>> [net_of(100, 3, packs) for packs in range(4)]
    [0, 33, 66, 100]
    """
    return net_fen * packs // quantity
