"""Lists of what comes after a sale, of channels and of warehouses: narrowed, sorted by column, and as files."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client

from bangfu.foundation.rooms import lists
from bangfu.livelihoods.shop.models import Order, Product
from bangfu.livelihoods.shop.operations import (
    ask_invoice,
    ask_return,
    close_offer,
    open_channel,
    open_warehouse,
    set_price,
    write_review,
)
from bangfu.livelihoods.shop.views import reading
from tests.cast import NOW, Cast
from tests.livelihoods.projects.test_pages import client_of
from tests.livelihoods.shop.sold import Shop, entered_variant, opened
from tests.livelihoods.shop.test_after import bought
from tests.livelihoods.shop.test_forms import send


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def said(client: Client, address: str) -> str:
    """Return a page of the shop."""
    answer = client.get(f"/shop/{address}")
    assert answer.status_code == 200, address
    return answer.content.decode()


def file_of(client: Client, address: str) -> str:
    """Return a file of the shop."""
    return b"".join(client.get(f"/shop/{address}").streaming_content).decode()


def in_order(text: str, *words: str) -> bool:
    """Whether words stand in a text one after the other."""
    places = [text.index(one) for one in words]
    return places == sorted(places)


@pytest.mark.django_db
class TestAfterASale:
    def test_are_sorted_by_their_columns(self, shop: Shop) -> None:
        first, other = bought(shop, 2), bought(shop, 3, code="CH-2")
        numbers = [Order.objects.get(pk=line.order_id).number for line in (first, other)]
        ask_return(line=first, quantity=2, reason="QUALITY", words="破", act=shop.act())
        ask_return(line=other, quantity=1, reason="QUALITY", words="破", act=shop.act(5))
        for line, stars in ((first, 5), (other, 2)):
            write_review(line=line, stars=stars, words="好", act=shop.act(stars))
            ask_invoice(
                order=line.order, made_out_to="PERSON", title="王示例", tax_number="", email="a@example.com",
                act=shop.act(stars),
            )  # fmt: skip
        client = client_of("weilan")
        for address, expected in (
            ("returns/", (1, 0)), ("returns/?sort=asked", (0, 1)), ("returns/?sort=packs", (1, 0)),
            ("returns/?sort=-packs", (0, 1)), ("returns/?sort=nothing", (1, 0)), ("reviews/?sort=stars", (1, 0)),
            ("reviews/?sort=-stars", (0, 1)), ("invoices/?sort=order", (0, 1)), ("invoices/?sort=-order", (1, 0)),
        ):  # fmt: skip
            wanted = [numbers[place] for place in expected]
            assert in_order(said(client, address), *wanted), address
            name, _, query = address.partition("/")
            assert in_order(file_of(client, f"{name}.csv{query}"), *wanted), address
        page = said(client, "returns/?sort=packs&state=open")
        assert re.search(
            r'<th class="num" aria-sort="ascending"><a href="\?sort=-packs&amp;state=open">', page
        )
        assert "没有符合的" in said(client, "returns/?q=没有这种")


@pytest.mark.django_db
class TestWhereIsSold:
    def test_channels_and_warehouses_are_searched_sorted_and_exported(self, shop: Shop) -> None:
        cast = shop.cast
        act = cast.act(cast.clerk)
        open_channel(
            unit=cast.guizhou, code="AA-SHI", name_zh="食堂直采", name_en="Canteens", kind="CANTEEN",
            opened_on=(NOW - timedelta(days=3)).date(), pay_within_min=None, act=act,
        )  # fmt: skip
        open_warehouse(
            unit=cast.guizhou,
            code="AA-2",
            name_zh="二号仓",
            name_en="Second",
            place=shop.warehouse.place,
            act=act,
        )
        client = client_of("weilan")
        for name, first, second in (("channels", "食堂直采", "贵州商城"), ("warehouses", "二号仓", "册亨仓")):
            assert in_order(said(client, f"{name}/"), first, second)
            assert in_order(said(client, f"{name}/?sort=-code"), second, first)
            assert second not in said(client, f"{name}/?q=AA").split("<table")[1]
            file = file_of(client, f"{name}.csv?sort=-code")
            assert in_order(file, second, first)
            assert client.get(f"/shop/{name}.xlsx").status_code == 200
            assert first not in said(client_of("duanqing"), f"{name}/")
        assert "记账" in file_of(client, "channels.csv")

    def test_a_channel_says_where_it_is_who_runs_it_and_what_is_on_its_shelf(self, shop: Shop) -> None:
        first, second = shop.offered(10), shop.offered(7, code="CH-CHA")
        client = client_of("weilan")
        where = send(
            client, f"/shop/channels/{shop.channel.pk}/revise", name_zh="贵州商城", name_en="Guizhou shop",
            pay_within_min="30", platform="示例平台", shop="册亨旗舰店", team="电商组",
        )  # fmt: skip
        assert where == f"/shop/channels/{shop.channel.pk}/"
        page = said(client, f"channels/{shop.channel.pk}/")
        for words in ("示例平台", "册亨旗舰店", "电商组", "49.90"):
            assert words in page, words
        assert in_order(said(client, f"channels/{shop.channel.pk}/?sort=left"), "CH-CHA", "CH-MI")
        assert "贵州商城" in said(client, "channels/?q=电商组").split("<table")[1]
        close_offer(offer=second, act=shop.by_clerk(1))
        assert "CH-CHA-5" not in said(client, f"channels/{shop.channel.pk}/")
        assert "CH-CHA-5" in said(client, f"channels/{shop.channel.pk}/?all=1")
        shelf = file_of(client, f"channels/{shop.channel.pk}/shelf.csv")
        assert (first.stock.variant.code in shelf, "CH-CHA-5" in shelf) == (True, False)
        assert client_of("duanqing").get(f"/shop/channels/{shop.channel.pk}/").status_code == 403


@pytest.mark.django_db
def test_the_catalogue_is_sorted_by_the_lowest_price_and_what_is_not_sold_stands_last(shop: Shop) -> None:
    cheap, dear = shop.offered(5), shop.offered(5, code="CH-CHA")
    set_price(
        variant=dear.stock.variant,
        price_fen=9_900,
        floor_fen=0,
        valid_from=NOW + timedelta(minutes=1),
        act=shop.by_clerk(),
    )
    entered_variant(shop.cast, "CH-AAA")
    names = [
        f"/shop/products/{key}/" for key in (cheap.stock.variant.product_id, dear.stock.variant.product_id)
    ]
    last = f"/shop/products/{Product.objects.get(code='CH-AAA').pk}/"
    page = Client().get("/shop/?sort=price").content.decode()
    assert in_order(page, *names)
    assert in_order(page, names[1], last)
    page = Client().get("/shop/?sort=-price").content.decode()
    assert in_order(page, *reversed(names))
    assert in_order(page, names[0], last)


@pytest.mark.django_db
def test_many_orders_are_written_by_somebody_else_without_being_sorted_first(shop: Shop) -> None:
    """Whether a list is long is counted before it is sorted, so that its reader is answered at once."""
    for number in range(3):
        shop.ordered(shop.offered(10, code=f"CH-{number}"))
    with patch.object(lists, "LONGEST_AT_ONCE", 2):
        assert lists.has_many(Order.objects.order_by("-placed_at"))
        answer = client_of("weilan").get("/shop/orders.csv")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/jobs/")
    assert not lists.has_many(Order.objects.all())


@pytest.mark.django_db
def test_the_file_of_orders_keeps_their_order_over_many_batches(shop: Shop) -> None:
    numbers = [shop.ordered(shop.offered(10, code=f"CH-{number}"), 1 + number).number for number in range(5)]
    with patch.object(reading, "ROWS_AT_ONCE", 2):
        assert in_order(file_of(client_of("weilan"), "orders.csv?sort=total"), *numbers)
        assert in_order(file_of(client_of("weilan"), "orders.csv?sort=-total"), *reversed(numbers))
