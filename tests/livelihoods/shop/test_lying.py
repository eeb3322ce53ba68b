"""What lies in a warehouse by lot: what came in first went out first, and the lots add up to the stock."""

from __future__ import annotations

import csv
import io

import pytest
from django.db.models import Sum
from django.test import Client

from bangfu.livelihoods.industries.models import Lot
from bangfu.livelihoods.shop.lying import lying_by_lot
from bangfu.livelihoods.shop.models import Offer, Stock
from bangfu.livelihoods.shop.operations import count_stock, receive_stock, refund_line, set_apart, ship_orders
from tests.cast import Cast
from tests.livelihoods.industries.farmed import counted as farmed
from tests.livelihoods.industries.farmed import lot as harvested
from tests.livelihoods.industries.farmed import operator
from tests.livelihoods.shop.sold import Shop, opened


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def lots_of(cast: Cast) -> tuple[Lot, Lot]:
    """Return two verified lots."""
    industry = farmed(cast)
    grower = operator(cast)
    return harvested(cast, industry, grower), harvested(
        cast, industry, grower, code="PC-2019-02", inspection="检2019-89"
    )


def received(shop: Shop, quantity: int, lot: Lot | None = None) -> Stock:
    return receive_stock(
        warehouse=shop.warehouse, variant=shop.variant, quantity=quantity, lot=lot, act=shop.by_clerk()
    )


def shipped(shop: Shop, offer: Offer, quantity: int) -> None:
    order = shop.paid(offer, quantity)
    ship_orders(waybills={order.pk: "SF1"}, act=shop.by_clerk())


def lying(shop: Shop) -> dict[str, tuple[int, int]]:
    """Return what came in and what lies there by the lot's code; the lots add up to the stock."""
    found = lying_by_lot([shop.warehouse.unit_id])
    assert sum(one.lies for one in found) == Stock.objects.aggregate(all=Sum("physical"))["all"]
    return {one.lot.code if one.lot else "": (one.came_in, one.lies) for one in found}


@pytest.mark.django_db
class TestLyingByLot:
    def test_what_came_in_first_is_gone_first(self, shop: Shop) -> None:
        first, second = lots_of(shop.cast)
        offer = shop.offered(3)
        received(shop, 10, first)
        received(shop, 8, second)
        assert lying(shop) == {"": (3, 3), first.code: (10, 10), second.code: (8, 8)}
        shipped(shop, offer, 2)
        assert lying(shop) == {"": (3, 1), first.code: (10, 10), second.code: (8, 8)}
        shipped(shop, offer, 9)
        assert lying(shop) == {"": (3, 0), first.code: (10, 2), second.code: (8, 8)}
        shop.paid(offer, 4)
        assert lying(shop)[first.code] == (10, 2), "an order that has not left takes nothing from a lot"

    def test_what_is_given_back_is_of_no_known_lot_and_what_is_missing_was_the_oldest(
        self, shop: Shop
    ) -> None:
        first, _ = lots_of(shop.cast)
        received(shop, 6, first)
        offer = shop.offered(5)
        order = shop.paid(offer, 4)
        ship_orders(waybills={order.pk: "SF1"}, act=shop.by_clerk())
        refund_line(
            line=order.lines.get(), quantity=2, reason="QUALITY", is_restocked=True, act=shop.by_clerk()
        )
        assert lying(shop) == {first.code: (6, 2), "": (7, 7)}
        stock = offer.stock
        stock.refresh_from_db()
        count_stock(stock=stock, physical=stock.physical - 3, act=shop.by_clerk())
        assert lying(shop) == {first.code: (6, 0), "": (7, 6)}

    def test_what_is_set_apart_lies_with_the_rest(self, shop: Shop) -> None:
        first, _ = lots_of(shop.cast)
        received(shop, 6, first)
        set_apart(
            sale=shop.sale, variant=shop.variant, warehouse=shop.warehouse, quantity=4, act=shop.by_clerk()
        )
        assert lying(shop) == {first.code: (6, 6)}


@pytest.mark.django_db
class TestPages:
    def test_tell_what_lies_by_lot_and_what_is_gone_when_asked(self, shop: Shop) -> None:
        first, second = lots_of(shop.cast)
        offer = shop.offered(1)
        received(shop, 2, first)
        received(shop, 5, second)
        shipped(shop, offer, 3)
        staff = Client()
        staff.force_login(shop.cast.clerk)
        page = staff.get("/shop/stock/lots/").content.decode()
        assert (first.code in page, second.code in page, ">25<" in page) == (False, True, True)
        assert first.code in staff.get("/shop/stock/lots/?all=1&sort=-gone").content.decode()
        assert "没有这样的批次" in staff.get("/shop/stock/lots/?q=别处").content.decode()
        assert second.code in staff.get(f"/shop/stock/{offer.stock_id}/").content.decode()
        answer = b"".join(staff.get(f"/shop/stock-by-lot.csv?q={second.code.lower()}")).decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(answer)) if row and row[0] == second.code]
        assert [row[6:] for row in rows] == [["5", "0", "5", "25"]]

    def test_of_other_units_are_not_told(self, shop: Shop) -> None:
        first, _ = lots_of(shop.cast)
        received(shop, 2, first)
        other = Client()
        other.force_login(shop.cast.clerk_of_yunnan)
        assert first.code not in other.get("/shop/stock/lots/").content.decode()
