"""What carriage costs, in whole fen: a pure function of what a parcel holds, where it goes and how its template charges.

A first charge covers the first so many grams or packs, a further one each begun part beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """What goes to one province costs, in fen."""

    first_fen: int
    further_fen: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """A version of a template."""

    is_by_weight: bool
    first: int
    """Grams or packs that the first charge covers; above zero, as the next."""
    further: int
    free_from_fen: int | None
    """From which sum of goods nothing is charged; null = from none."""
    provinces: Mapping[int, Rate | None]
    """By province; null = goods do not go there."""
    elsewhere: Rate | None
    """Of every other province; null = goods do not go there."""

    def rate(self, province: int) -> Rate | None:
        """Return what holds for a province; null = goods do not go there."""
        return self.provinces.get(province, self.elsewhere)


@dataclass(frozen=True, slots=True)
class Packed:
    """One line of an order as carriage is reckoned by it."""

    line: int
    template: int | None
    """The template that holds for it; null = carried for nothing."""
    weight_g: int
    """Net, of all its packs."""
    packs: int
    goods_fen: int
    """Before coupons, so that a coupon never brings carriage with it."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """What an order's carriage comes to."""

    freight_fen: int
    unserved: tuple[int, ...]
    """Lines whose goods do not go there; with any of them the order cannot be sent."""


def charge(amount: int, tariff: Tariff, rate: Rate) -> int:
    """Return what so many grams or packs cost, in fen.

    >>> charge(2_001, Tariff(True, 1_000, 500, None, {}, None), Rate(800, 150))
    1250
    """
    beyond = max(0, amount - tariff.first)
    return rate.first_fen + -(-beyond // tariff.further) * rate.further_fen


def carriage_of(lines: Sequence[Packed], tariffs: Mapping[int, Tariff], province: int) -> Carriage:
    """Return what lines cost to a province: those of one template are one parcel.

    Args:
        tariffs: by template; a template without a version in force is absent and carries for nothing.
    """
    freight, unserved = 0, []
    for template in sorted({one.template for one in lines if one.template is not None}):
        tariff = tariffs.get(template)
        if tariff is None:
            continue
        own = [one for one in lines if one.template == template]
        rate = tariff.rate(province)
        if rate is None:
            unserved += [one.line for one in own]
            continue
        if tariff.free_from_fen is not None and sum(one.goods_fen for one in own) >= tariff.free_from_fen:
            continue
        amount = sum(one.weight_g if tariff.is_by_weight else one.packs for one in own)
        freight += charge(amount, tariff, rate)
    return Carriage(freight, tuple(unserved))
