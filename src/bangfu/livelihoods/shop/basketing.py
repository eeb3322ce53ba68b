"""A basket as a browser keeps it: read, compared with what is on offer now, and put into the orders that it becomes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.models import Channel, CouponBatch, CouponUse, LiveSale, Offer, Order
from bangfu.livelihoods.shop.models import Coupon as Claimed
from bangfu.livelihoods.shop.operations import UnableToPlace, UnableToUseCoupon
from bangfu.livelihoods.shop.operations.couponing import discount_of
from bangfu.livelihoods.shop.operations.placing import MOST_LINES
from bangfu.livelihoods.shop.pricing import Chosen, carriage_for, chosen_of, priced

Usable = tuple[Claimed, CouponBatch, int]
"""A coupon, what it is, and what it takes off in fen."""
MOST_OFFERS = 200
MOST_PACKS = 9_999
LARGEST = 2**53
GONE = both("已下架", "no longer on sale")
FEWER = both("只剩 {left} 件", "{left} left")
LIMITED = both("每人限购 {count} 件", "at most {count} each")


@dataclass(frozen=True)
class Kept:
    """One line of a basket as the browser says it."""

    offer: int
    quantity: int
    price_fen: int
    """What the buyer saw."""


@dataclass
class Row:
    """One line of a basket beside what is on offer now."""

    kept: Kept
    offer: Offer | None
    price_fen: int | None
    left: int
    problem: Words | None = None
    """Why it cannot be ordered as it is."""

    @property
    def is_changed(self) -> bool:
        """Whether the price is another than the buyer saw."""
        return self.price_fen is not None and self.price_fen != self.kept.price_fen

    @property
    def amount_fen(self) -> int:
        """What the line costs now."""
        return (self.price_fen or 0) * self.kept.quantity


@dataclass
class Group:
    """Lines that become one order: of one channel and one live sale."""

    channel: Channel
    sale: LiveSale | None
    part: int = 0
    """Tells the orders of more than fifty lines apart."""
    rows: list[Row] = field(default_factory=list)
    coupons: list[Usable] = field(default_factory=list)
    """Which of the buyer's coupons could be used, and what each takes off, the most first."""
    coupon: int | None = None
    discount_fen: int = 0
    freight_fen: int | None = None
    """Null = nobody knows yet where it goes, or it does not go there."""
    unserved: tuple[int, ...] = ()
    """Offers whose goods do not go where they should."""
    refusal: Words | None = None

    @property
    def name(self) -> str:
        """By which name the group's choice of a coupon is sent."""
        return f"coupon_{self.channel.pk}_{self.sale.pk if self.sale else 0}_{self.part}"

    @property
    def goods_fen(self) -> int:
        """What the goods cost."""
        return sum(row.amount_fen for row in self.rows)

    @property
    def due_fen(self) -> int:
        """What is to be paid, carriage included where it is known."""
        return self.goods_fen - self.discount_fen + (self.freight_fen or 0)

    def chosen(self) -> list[Chosen]:
        """Return the lines as carriage and coupons look at them."""
        found = []
        for row in self.rows:
            if row.offer is not None and row.price_fen is not None:
                variant = row.offer.stock.variant
                found.append(
                    Chosen(
                        row.offer.pk, variant.product_id, variant.pk, row.kept.quantity, variant.net_weight_g,
                        row.price_fen,
                    )
                )  # fmt: skip
        return found


def read_basket(text: str) -> list[Kept]:
    """Return the lines of a basket as JSON, each offer once; what cannot be read is left out.

    >>> read_basket('[{"offer": 7, "quantity": 2, "price_fen": 4990}, {"offer": 8, "quantity": -1, "price_fen": 1}, 3]')
    [Kept(offer=7, quantity=2, price_fen=4990)]
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found: dict[int, Kept] = {}
    for one in said if isinstance(said, list) else []:
        line = _line(one)
        if line is not None and len(found) < MOST_OFFERS:
            found[line.offer] = line
    return list(found.values())


def _line(said: object) -> Kept | None:
    if not isinstance(said, dict):
        return None
    offer, quantity, price = (said.get(name) for name in ("offer", "quantity", "price_fen"))
    for number in (offer, quantity, price):
        if type(number) is not int or not 0 < number < LARGEST:
            return None
    assert isinstance(offer, int) and isinstance(quantity, int) and isinstance(price, int)  # noqa: PT018
    return Kept(offer, quantity, price) if quantity <= MOST_PACKS else None


def compared(basket: Sequence[Kept], at: datetime) -> list[Row]:
    """Return the lines beside what is on offer at a moment."""
    offers = {one.pk: one for one in queries.public_offers(at).filter(pk__in=[one.offer for one in basket])}
    rows = []
    for one in basket:
        offer = offers.get(one.offer)
        if offer is None:
            rows.append(Row(one, None, None, 0, GONE))
            continue
        left: int = offer.left  # type: ignore[attr-defined]
        row = Row(one, offer, offer.price_fen, left)  # type: ignore[attr-defined]
        if one.quantity > left:
            row.problem = FEWER.filled(left=left) if left else UnableToPlace.sentences["sold_out"]
        elif offer.per_buyer is not None and one.quantity > offer.per_buyer:
            row.problem = LIMITED.filled(count=offer.per_buyer)
        rows.append(row)
    return rows


def grouped(rows: Sequence[Row]) -> list[Group]:
    """Return the lines that are on offer by the orders that they become, in the order of the basket; fifty lines at most each."""
    found: dict[tuple[int, int | None, int], Group] = {}
    counts: dict[tuple[int, int | None], int] = {}
    for row in rows:
        if row.offer is None:
            continue
        place = (row.offer.channel_id, row.offer.stock.sale_id)
        part = counts.get(place, 0) // MOST_LINES
        counts[place] = counts.get(place, 0) + 1
        group = found.setdefault((*place, part), Group(row.offer.channel, row.offer.stock.sale, part))
        group.rows.append(row)
    return list(found.values())


def reckon(group: Group, *, province: int | None, at: datetime, coupon: int | None) -> None:
    """Work out what a group comes to: carriage to a province, and a coupon if it can be used.

    Args:
        province: null = not known yet.
    """
    lines = group.chosen()
    if province is not None:
        carriage = carriage_for(group.channel.pk, lines, province=province, at=at)
        group.unserved = carriage.unserved
        group.freight_fen = None if carriage.unserved else carriage.freight_fen
    for claimed, _, worth_fen in group.coupons:
        if claimed.pk == coupon:
            group.coupon, group.discount_fen = coupon, worth_fen


def usable_coupons(
    buyer: Any, *, channel: int, sale: int | None, lines: Sequence[Chosen], at: datetime
) -> list[Usable]:
    """Return which of a buyer's coupons lines of a channel could use, and what each takes off, the most first."""
    used = CouponUse.objects.filter(given_back_at=None).values("coupon")
    held = Claimed.objects.select_related("batch").filter(buyer=buyer, batch__channel=channel)
    found = []
    for one in held.exclude(pk__in=used).order_by("pk"):
        try:
            worth_fen = discount_of(one.batch, channel=channel, sale=sale, lines=priced(lines), at=at)
        except UnableToUseCoupon:
            continue
        found.append((one, one.batch, worth_fen))
    return sorted(found, key=lambda one: (-one[2], one[0].pk))


def usable_coupons_of(order: Order, at: datetime) -> list[Usable]:
    """Return which of its buyer's coupons an order could use."""
    return usable_coupons(
        order.buyer_id, channel=order.channel_id, sale=order.sale_id, lines=chosen_of(order), at=at
    )
