"""What the tests of buying have in common: carriage, coupons, recipients, and orders whose terms are agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.shop.models import (
    Buyer,
    Coupon,
    CouponBatch,
    FreightTemplate,
    Offer,
    Order,
    OrderTerms,
    Recipient,
)
from bangfu.livelihoods.shop.operations import (
    CouponDetails,
    ProvinceRate,
    agree_terms,
    claim_coupon,
    enter_freight,
    issue_coupons,
    keep_recipient,
    pay_orders,
    set_freight,
)
from tests.cast import CEHENG, NOW
from tests.livelihoods.shop.sold import Shop, payments

GUIZHOU, XINJIANG, TIBET = 520000000000, 650000000000, 540000000000

DETAILS = CouponDetails(
    code="MAN20", name_zh="满 90 减 20", name_en="20 off 90", kind="AMOUNT", off_fen=2_000, from_fen=9_000,
    starts_at=NOW, ends_at=NOW + timedelta(days=30), number=100, per_buyer=1,
)  # fmt: skip


def refused(call: Any, **arguments: Any) -> str:
    """Return with which code an operation refuses."""
    with pytest.raises(Refusal) as caught:
        call(**arguments)
    return caught.value.code


def charged(shop: Shop, *, free_from_fen: int | None = None, code: str = "YF-1") -> FreightTemplate:
    """Return the channel's usual template: 8.00 for 5 kg and 2.00 for each kg; 20.00 and 9.00 to 新疆; not to 西藏."""
    template = enter_freight(
        channel=shop.channel, code=code, name_zh="标准", name_en="Usual", is_usual=True, act=shop.by_clerk()
    )
    rates = [
        ProvinceRate(None, 800, 200),
        ProvinceRate(Place.objects.get(pk=XINJIANG), 2_000, 900),
        ProvinceRate(Place.objects.get(pk=TIBET), is_served=False),
    ]
    set_freight(
        template=template, basis="WEIGHT", first=5_000, further=1_000, rates=rates, valid_from=NOW,
        free_from_fen=free_from_fen, act=shop.by_clerk(),
    )  # fmt: skip
    return template


def issued(shop: Shop, **changes: Any) -> CouponBatch:
    """Return a batch of coupons: 20 yuan off 90, one a buyer, unless it is changed."""
    more = {name: changes.pop(name) for name in ("sale", "products") if name in changes}
    return issue_coupons(
        channel=shop.channel, details=replace(DETAILS, **changes), act=shop.by_clerk(), **more
    )


def claimed(shop: Shop, batch: CouponBatch, buyer: str | UUID) -> Coupon:
    """Return a coupon that a buyer claimed."""
    return claim_coupon(batch=batch, buyer=Buyer.objects.get(pk=buyer), act=shop.act())


def lives(shop: Shop, buyer: str | UUID, place: int = CEHENG) -> Recipient:
    """Return where a buyer's goods go."""
    return keep_recipient(
        buyer=Buyer.objects.get(pk=buyer), name="王小明", phone="13800138000", address="团结路 1 号",
        place=Place.objects.get(pk=place), act=shop.act(),
    )  # fmt: skip


def agreed(
    shop: Shop, offer: Offer, quantity: int = 2, *, batch: CouponBatch | None = None, place: int = CEHENG
) -> tuple[Order, OrderTerms]:
    """Return an order whose buyer agreed to its terms, with a coupon of a batch if one is given."""
    order = shop.ordered(offer, quantity)
    lives(shop, order.buyer_id, place)
    coupon = claimed(shop, batch, order.buyer_id).pk if batch is not None else None
    return order, agree_terms(order=order, coupon=coupon, act=shop.act())


def paid(shop: Shop, order: Order, amount_fen: int) -> Order:
    """Return an order for which so much arrived."""
    (noted,) = pay_orders(frame=payments((order, f"T{order.pk}", amount_fen)), act=shop.act())
    assert noted.code == ""
    order.refresh_from_db()
    return order
