"""The example's shop: its plan is the same each time, and comes to what was told of the live sale."""

from __future__ import annotations

from decimal import Decimal

import pytest

from example import shop
from example.distribution import PROVINCE_CODES
from example.reported.livelihoods import ORDERED


@pytest.mark.parametrize("count", [shop.USUAL, shop.FULL])
def test_the_live_sale_comes_to_less_than_the_whole_day_whose_rest_platforms_state(count: int) -> None:
    wishes = shop.planned(count)
    assert len(wishes) == count
    assert wishes == shop.planned.__wrapped__(count)
    rest = Decimal(ORDERED) - Decimal(shop.planned_fen(count)).scaleb(-2)
    assert rest > 100_000
    assert {one.goods for one in wishes} == set(range(len(shop.GOODS)))
    assert max(one.minute for one in wishes) < shop.LASTS_MIN


def test_every_province_has_its_slot_within_the_sale() -> None:
    spoken = {shop.spoken_in(minute) for minute in range(shop.LASTS_MIN)}
    assert spoken == {None, *range(len(PROVINCE_CODES))}


def test_a_small_house_has_few_orders_and_a_full_one_all() -> None:
    assert [shop.orders_at(0.02, full=False), shop.orders_at(1.0, full=False), shop.orders_at(0.02, full=True)] == [
        260, shop.USUAL, shop.FULL,
    ]  # fmt: skip
