"""The example's shop: its plan is the same each time, and comes to what was told of the live sale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from django.conf import LazySettings

from bangfu.livelihoods.shop.models import Order, Payment
from example import house, shop
from example.distribution import PROVINCE_CODES, SEED
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


def test_a_start_that_was_broken_off_goes_on(
    own_database: str, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR, settings.EVIDENCE_FOLDER = tmp_path, tmp_path / "evidence"
    pay, paid = shop._pay, []

    def breaks_off(orders: Sequence[int], at: datetime) -> None:
        if Order.objects.filter(sale__code=shop.SALE).exists():
            paid.append(orders)
            if len(paid) == 4:
                raise KeyboardInterrupt
        pay(orders, at)

    house.build_house()
    monkeypatch.setattr(shop, "_pay", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        shop.keep_shop(0.02, full=False)
    before = list(Order.objects.filter(sale__code=shop.SALE).order_by("pk").values_list("pk", flat=True))
    left, brought = shop.orders_to_come(0.02, full=False), list[int]()
    assert 0 < left == 260 - len(before) < 260
    shop.keep_shop(0.02, full=False, brought=brought.append)
    assert sum(brought) == left
    orders = Order.objects.filter(sale__code=shop.SALE)
    assert orders.filter(pk__in=before).count() == len(before)
    draw = Random(f"{SEED} live sale's payers")
    pays = sum(draw.random() < 0.93 for _ in range(260))
    assert (orders.count(), Payment.objects.filter(order__sale__code=shop.SALE).count()) == (260, pays)
    assert shop.orders_to_come(0.02, full=False) == 0
