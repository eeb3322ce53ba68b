"""Offers as they are sold, with their stock locked until the operation ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from bangfu.foundation.operations import inside_operation
from bangfu.foundation.operations.prepared import ask, numbers_of
from bangfu.livelihoods.shop.allocation import Terms

LOCKED = """
SELECT offer.id, stock.id, stock.physical - stock.reserved, offer.channel_id, stock.sale_id, price.price_fen, offer.per_buyer,
       offer.opens_at <= %(at)s::timestamptz AND (offer.closes_at IS NULL OR offer.closes_at > %(at)s::timestamptz)
           AND channel.opened_on <= %(on)s::date AND (channel.closed_on IS NULL OR channel.closed_on > %(on)s::date),
       channel.unit_id, product.place_id, price.floor_fen, channel.pay_within_min
  FROM shop_offer offer
  JOIN shop_channel channel ON channel.id = offer.channel_id
  JOIN shop_stock stock ON stock.id = offer.stock_id
  JOIN shop_variant variant ON variant.id = stock.variant_id
  JOIN shop_product product ON product.id = variant.product_id
  LEFT JOIN LATERAL (
       SELECT version.price_fen, version.floor_fen FROM shop_priceversion version
        WHERE version.variant_id = variant.id AND version.valid_from <= %(at)s::timestamptz
          AND (version.channel_id = offer.channel_id OR version.channel_id IS NULL)
        ORDER BY version.channel_id IS NULL, version.valid_from DESC LIMIT 1) price ON true
 WHERE offer.id = ANY(%(offers)s::bigint[])
 ORDER BY stock.id
   FOR NO KEY UPDATE OF stock
"""


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it stands while its stock is locked."""

    terms: Terms
    unit: int
    place: int
    floor_fen: int
    pay_within_min: int | None


@dataclass(frozen=True)
class LockedOffers:
    """Offers whose stock is locked, and what is free of each stock."""

    offered: Mapping[int, Offered]
    free: dict[int, int]


def ask_locked_offers(offers: list[int], *, at: datetime) -> Callable[[], LockedOffers]:
    """Return what gives the offers with these keys as they are now; unknown ones are absent.

    Locks: their stock, in order of its keys, until the operation ends.
    """
    inside_operation()
    rows = ask(LOCKED, {"offers": numbers_of(offers), "at": at, "on": timezone.localdate(at)})
    return lambda: _locked(rows())


def _locked(rows: list[tuple[Any, ...]]) -> LockedOffers:
    return LockedOffers(
        {
            offer: Offered(
                Terms(stock, channel, sale, price, limit, is_open), unit, place, floor or 0, minutes
            )
            for offer, stock, _, channel, sale, price, limit, is_open, unit, place, floor, minutes in rows
        },
        {row[1]: row[2] for row in rows},
    )
