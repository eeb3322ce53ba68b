"""The catalogue, channels and offers: what is refused, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bangfu.livelihoods.shop.operations import (
    UnableToSell,
    close_channel,
    enter_variant,
    offer_stock,
    open_channel,
    plan_sale,
    revise_product,
    set_price,
)
from tests.cast import NOW, Cast
from tests.livelihoods.shop.sold import Shop, opened, product_details


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def refused(call: Callable[..., object], **arguments: Any) -> str:
    with pytest.raises(UnableToSell) as caught:
        call(**arguments)
    assert str(caught.value)
    return caught.value.code


class TestCatalogue:
    def test_what_is_said_of_a_product_is_changed(self, shop: Shop) -> None:
        product, act = shop.variant.product, shop.by_clerk()
        assert (
            revise_product(product=product, details=product_details(), act=act).certificate
            == "册农证〔2020〕7号"
        )
        put = {"variant": shop.variant, "valid_from": NOW + timedelta(days=1), "act": act}
        assert refused(set_price, price_fen=100, floor_fen=101, **put) == "price_wrong"
        assert (
            refused(
                set_price, **put | {"price_fen": 1, "floor_fen": 0, "valid_from": NOW - timedelta(days=1)}
            )
            == "price_in_the_past"
        )
        assert (
            refused(set_price, **put | {"price_fen": 1, "floor_fen": 0, "valid_from": NOW}) == "price_known"
        )
        named = {"product": product, "spec_zh": "袋", "spec_en": "bag", "act": act}
        assert refused(enter_variant, code="X", net_weight_g=0, **named) == "no_weight"
        assert refused(enter_variant, code="CH-MI-5", net_weight_g=1, **named) == "code_taken"
        assert refused(enter_variant, code=" ", net_weight_g=1, **named) == "words_missing"

    def test_a_channel_closes_once_and_after_it_opened(self, shop: Shop) -> None:
        act = shop.by_clerk()
        assert (
            refused(close_channel, channel=shop.channel, on=shop.channel.opened_on, act=act)
            == "period_backwards"
        )
        assert close_channel(channel=shop.channel, on=NOW.date(), act=act).closed_on == NOW.date()
        assert refused(close_channel, channel=shop.channel, on=NOW.date(), act=act) == "closed_already"
        named = {
            "unit": shop.cast.guizhou,
            "name_zh": "店",
            "name_en": "Shop",
            "opened_on": NOW.date(),
            "act": act,
        }
        assert refused(open_channel, code="A", kind="TENT", **named) == "unknown_kind"
        assert refused(open_channel, code="GZ-MALL", kind="OWN", **named) == "code_taken"

    def test_an_offer_belongs_to_its_sales_channel(self, shop: Shop) -> None:
        offer, act = shop.offered(5, in_sale=True), shop.by_clerk()
        assert (offer.opens_at, offer.closes_at) == (shop.sale.starts_at, shop.sale.ends_at)
        assert (
            refused(offer_stock, channel=shop.channel, stock=offer.stock, opens_at=NOW, act=act)
            == "offered_already"
        )
        other = open_channel(
            unit=shop.cast.guizhou,
            code="B",
            name_zh="店",
            name_en="Shop",
            kind="OWN",
            opened_on=NOW.date(),
            act=act,
        )
        assert refused(offer_stock, channel=other, stock=offer.stock, opens_at=NOW, act=act) == "other_sale"
        named = {"channel": other, "name_zh": "播", "name_en": "Live", "starts_at": NOW, "act": act}
        assert refused(plan_sale, code="L", ends_at=NOW, **named) == "period_backwards"
        assert refused(plan_sale, code="LIVE-1", ends_at=NOW + timedelta(hours=1), **named) == "code_taken"
