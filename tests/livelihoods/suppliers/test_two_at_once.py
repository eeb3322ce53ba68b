"""Two people ship, settle or supply the same at the same moment: a lock decides, and without it the database does."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from bangfu.livelihoods.shop.models import Order, Product
from bangfu.livelihoods.suppliers.models import Parcel, Statement, StatementLine, Supply
from bangfu.livelihoods.suppliers.operations import (
    ParcelDetails,
    entering,
    issue_statement,
    settling,
    ship_parcels,
    shipping,
    supply_product,
)
from tests.at_once import both, waiting
from tests.cast import NOW, enter_cast
from tests.livelihoods.shop.sold import check_books
from tests.livelihoods.suppliers.supplied import FIRST, market, termed


@pytest.mark.parametrize("locks", [True, False])
def test_the_last_packs_of_an_order_go_in_one_parcel(own_database: str, locks: bool) -> None:
    sold = market(enter_cast())
    order = sold.shop.paid(sold.offer, 2)
    numbers = ("SF1234567890123", "SF1234567890124")

    def ship(number: str) -> object:
        return ship_parcels(
            supplier=sold.supplier, parcels=[ParcelDetails(order.pk, number)], act=sold.by_own()
        )

    written = waiting(shipping.write_parcels, 2 if locks else 20)
    off: AbstractContextManager[Any] = (
        nullcontext() if locks else patch.object(shipping, "locked_orders", lambda keys: {})
    )
    with off, patch.object(shipping, "write_parcels", written):
        outcomes = both((lambda: ship(numbers[0]), lambda: ship(numbers[1])))
    if locks:
        assert outcomes == ["done", "shipped_already"]
        assert Parcel.objects.count() == 1
        assert Order.objects.get().state == "SHIPPED"
        check_books()
    else:
        assert outcomes != ["done", "shipped_already"]


@pytest.mark.parametrize("locks", [True, False])
def test_an_order_line_is_settled_once(own_database: str, locks: bool) -> None:
    sold = market(enter_cast())
    termed(sold.cast, sold.supplier)
    sold.closed()
    act = sold.by_clerk(NOW + timedelta(days=5))

    def issue(first: date) -> object:
        return issue_statement(supplier=sold.supplier, starts_on=first, ends_on=date(2020, 8, 1), act=act)

    written = waiting(settling._write_lines, 2 if locks else 20)
    unlocked = patch.object(settling, "supplier_for_update", lambda key: sold.supplier)
    off: AbstractContextManager[Any] = nullcontext() if locks else unlocked
    orders: AbstractContextManager[Any] = (
        nullcontext() if locks else patch.object(settling, "locked_orders", lambda keys: {})
    )
    with off, orders, patch.object(settling, "_write_lines", written):
        outcomes = both((lambda: issue(FIRST), lambda: issue(date(2020, 7, 2))))
    assert outcomes == (["done", "nothing"] if locks else ["clash", "done"])
    assert Statement.objects.count() == StatementLine.objects.count() == 1


def test_a_product_gets_one_supplier(own_database: str) -> None:
    sold = market(enter_cast())
    entering.end_supply(supply=sold.supply, on=date(2020, 7, 9), act=sold.by_clerk())
    product = Product.objects.get(code="CH-MI")
    day = date(2020, 7, 9)

    def supply(number: int) -> object:
        supplier = (sold.supplier, sold.other)[number]
        return supply_product(supplier=supplier, product=product, starts_on=day, act=sold.by_clerk())

    outcomes = both((lambda: supply(0), lambda: supply(1)))
    assert outcomes == ["done", "supplied_already"]
    assert Supply.objects.filter(product=product, ends_on__isnull=True).count() == 1
