"""Forms of the shop: from an empty room to goods on sale, a live sale prepared, orders shipped, received and refunded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.livelihoods.industries.lot_rules import UnableToTrace
from bangfu.livelihoods.industries.models import Draw
from bangfu.livelihoods.shop.models import (
    Channel,
    LiveSale,
    Offer,
    OrderStep,
    PriceVersion,
    Product,
    Receipt,
    Refund,
    Stock,
    Variant,
    Warehouse,
)
from bangfu.livelihoods.shop.operations import (
    UnableToSell,
    receive_stock,
    revise_channel,
    revise_sale,
    revise_variant,
    revise_warehouse,
)
from tests.cast import NOW, Cast
from tests.livelihoods.industries.farmed import counted as farmed
from tests.livelihoods.industries.farmed import lot as harvested
from tests.livelihoods.industries.farmed import operator, refuses
from tests.livelihoods.projects.test_pages import client_of
from tests.livelihoods.shop.sold import check_books, opened


def send(client: Client, address: str, /, *, status: int = 302, **said: object) -> str:
    """Open a form and send it; return what was answered."""
    assert client.get(address).status_code == 200, address
    answer = client.post(address, {"key": address, **said})
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode() if status != 302 else answer["Location"]


@pytest.mark.django_db
class TestFromAnEmptyRoom:
    def test_every_empty_page_says_what_to_do(self, cast: Cast) -> None:
        client = client_of("weilan")
        for address, words in {
            "products/": "还没有商品",
            "stock/": "还没有库存",
            "channels/": "还没有渠道",
            "sales/": "还没有直播",
            "orders/": "还没有订单",
        }.items():
            page = client.get(f"/shop/{address}").content.decode()
            assert words in page
        assert "/shop/products/enter" in client.get("/shop/products/").content.decode()

    def test_goods_come_on_sale_by_forms_alone(self, cast: Cast) -> None:
        client = client_of("weilan")
        send(
            client, "/shop/products/enter", unit=cast.guizhou.pk, code="CH-MI", name_zh="糯米", name_en="Rice", kind="GRAIN",
            place="册亨县 522327", about_zh="", about_en="", certificate="", certified_by="", is_shown="on",
        )  # fmt: skip
        product = Product.objects.get()
        said = {
            "name_zh": "册亨糯米", "name_en": "Ceheng rice", "kind": "GRAIN", "place": "册亨县 522327", "certificate": "7号",
        }  # fmt: skip
        half = send(client, f"/shop/products/{product.pk}/revise", status=409, **said)
        assert "产地证明的文号和出具单位要一起填" in half
        send(client, f"/shop/products/{product.pk}/revise", **said, certified_by="农业局", is_shown="on")
        send(
            client, f"/shop/products/{product.pk}/pack", code="CH-MI-5", spec_zh="5 千克", spec_en="5 kg", net_weight_g=5000,
            pack=1,
        )  # fmt: skip
        pack = Variant.objects.get()
        send(client, f"/shop/packs/{pack.pk}/revise", spec_zh="5 千克装", spec_en="5 kg bag")
        send(
            client,
            f"/shop/packs/{pack.pk}/price",
            price_yuan="49.9",
            floor_yuan="32",
            valid_from="",
            channel="",
        )
        assert (PriceVersion.objects.get().price_fen, PriceVersion.objects.get().floor_fen) == (4990, 3200)
        send(
            client, "/shop/channels/open", unit=cast.guizhou.pk, code="GZ", name_zh="商城", name_en="Shop", kind="OWN",
            opened_on="2020-01-01", pay_within_min="15",
        )  # fmt: skip
        channel = Channel.objects.get()
        send(
            client,
            f"/shop/channels/{channel.pk}/revise",
            name_zh="贵州商城",
            name_en="Shop",
            pay_within_min="",
        )
        send(
            client, "/shop/warehouses/open", unit=cast.guizhou.pk, code="W1", name_zh="仓", name_en="Store",
            place="册亨县 522327",
        )  # fmt: skip
        store = Warehouse.objects.get()
        send(
            client,
            f"/shop/warehouses/{store.pk}/revise",
            name_zh="册亨仓",
            name_en="Store",
            place="册亨县 522327",
        )
        send(
            client,
            f"/shop/packs/{pack.pk}/receive",
            warehouse=store.pk,
            quantity="40",
            lot="",
            document="SH-1",
        )
        stock = Stock.objects.get()
        send(client, f"/shop/stock/{stock.pk}/count", physical="38")
        send(
            client,
            f"/shop/stock/{stock.pk}/offer",
            channel=channel.pk,
            per_buyer="2",
            opens_at="",
            closes_at="",
        )
        page = client.get(f"/shop/stock/{stock.pk}/").content.decode()
        for words in ("SH-1", "+40", "-2", "贵州商城", "各行相加正好"):
            assert words in page
        assert "49.90" in client.get(f"/shop/products/{product.pk}/").content.decode()
        assert "5 千克装" in client.get("/shop/stock/?q=册亨").content.decode()
        assert "没有这样的库存" in client.get("/shop/stock/?q=无").content.decode()
        assert "册亨仓" in client.get("/shop/warehouses/").content.decode()
        for name in ("products", "stock"):
            file = b"".join(client.get(f"/shop/{name}.csv").streaming_content).decode()
            assert "册亨糯米" in file
        send(client, f"/shop/offers/{Offer.objects.get().pk}/close")
        assert "已下架" in client.get(f"/shop/stock/{stock.pk}/").content.decode()
        send(client, f"/shop/channels/{channel.pk}/close", on="2099-01-01")
        check_books()

    def test_the_same_form_sent_twice_is_one_product(self, cast: Cast) -> None:
        client = client_of("weilan")
        for _ in range(2):
            send(
                client, "/shop/products/enter", unit=cast.guizhou.pk, code="CH-MI", name_zh="糯米", name_en="Rice", kind="GRAIN",
                place="册亨县 522327", is_shown="on",
            )  # fmt: skip
        assert Product.objects.count() == 1

    def test_others_are_refused(self, cast: Cast) -> None:
        shop = opened(cast)
        stock = shop.offered(5).stock
        for name in ("clerk_of_yunnan", "outsider"):
            client = Client()
            client.force_login(getattr(cast, name))
            for address in (
                f"products/{shop.variant.product_id}/revise", f"packs/{shop.variant.pk}/price", f"stock/{stock.pk}/",
                f"stock/{stock.pk}/count", f"channels/{shop.channel.pk}/close", f"sales/{shop.sale.pk}/staging",
                f"sales/{shop.sale.pk}/set-apart",
            ):  # fmt: skip
                assert client.get(f"/shop/{address}").status_code == 403, address


@pytest.mark.django_db
class TestALiveSale:
    def test_is_planned_and_filled(self, cast: Cast) -> None:
        shop = opened(cast)
        shop.offered(50)
        client = client_of("weilan")
        begins = timezone.localtime() + timedelta(days=1)
        said = {
            "starts_at": f"{begins:%Y-%m-%dT%H:%M}", "ends_at": f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        }  # fmt: skip
        where = send(
            client,
            "/shop/sales/plan",
            channel=shop.channel.pk,
            code="LIVE-2",
            name_zh="直播",
            name_en="Live",
            **said,
        )
        sale = LiveSale.objects.get(code="LIVE-2")
        assert where == f"/shop/sales/{sale.pk}/staging"
        stock = Stock.objects.get(sale=None)
        send(client, f"/shop/sales/{sale.pk}/set-apart", stock=stock.pk, quantity="60", status=409)
        send(client, f"/shop/sales/{sale.pk}/set-apart", stock=stock.pk, quantity="30")
        apart = Stock.objects.get(sale=sale)
        send(client, f"/shop/stock/{apart.pk}/offer", channel=shop.channel.pk, per_buyer="")
        send(client, f"/shop/sales/{sale.pk}/revise", name_zh="书记直播", name_en="Live", **said)
        page = client.get(f"/shop/sales/{sale.pk}/staging").content.decode()
        assert "书记直播" in page
        assert "已上架" in page
        send(client, f"/shop/stock/{apart.pk}/bring-back", quantity="10")
        apart.refresh_from_db()
        assert (apart.physical, Stock.objects.get(sale=None).physical) == (20, 30)


@pytest.mark.django_db
class TestOrders:
    def test_are_shipped_received_closed_and_refunded(self, cast: Cast) -> None:
        shop = opened(cast)
        offer = shop.offered(20)
        first, second, third = (shop.paid(offer, 2) for _ in range(3))
        unpaid = shop.ordered(offer)
        client = client_of("weilan")
        send(client, f"/shop/orders/{unpaid.pk}/cancel")
        send(client, f"/shop/orders/{first.pk}/ship", waybill="SF1")
        assert "读不出来" in send(client, "/shop/orders/ship", status=422, lines="DD1 SF2 x")
        assert "重复" in send(client, "/shop/orders/ship", status=422, lines="DD1 SF2\nDD1 SF3")
        assert "没有订单" in send(client, "/shop/orders/ship", status=409, lines="DD0000999999 SF2")
        send(client, "/shop/orders/ship", lines=f"{second.number}\tSF2\n\n{third.number}，SF3")
        assert sorted(OrderStep.objects.exclude(waybill="").values_list("waybill", flat=True)) == [
            "SF1",
            "SF2",
            "SF3",
        ]
        assert 'name="step" value="deliver"' in client.get("/shop/orders/?state=SHIPPED").content.decode()
        send(client, f"/shop/orders/{first.pk}/deliver")
        both = {"row": [second.pk, third.pk], "step": "deliver", "key": "many"}
        assert client.post("/shop/orders/step", both).status_code == 302
        again = client.post("/shop/orders/step", {**both, "key": "other"})
        assert again.status_code == 409
        assert "不能这样做" in again.content.decode()
        send(client, f"/shop/orders/{first.pk}/close")
        line = second.lines.get()
        assert "最多还可退" in send(
            client, f"/shop/lines/{line.pk}/refund", status=409, quantity="3", reason="QUALITY"
        )
        send(client, f"/shop/lines/{line.pk}/refund", quantity="1", reason="QUALITY", is_restocked="on")
        assert Refund.objects.get().amount_fen == 4990
        page = client.get(f"/shop/orders/{second.pk}/").content.decode()
        assert "退款…" in page
        check_books()


@pytest.mark.django_db
class TestReceipts:
    def test_draw_down_the_lot_and_never_more_than_it_gave(self, cast: Cast) -> None:
        shop = opened(cast)
        industry = farmed(cast)
        batch = harvested(cast, industry, operator(cast))
        receive_stock(
            warehouse=shop.warehouse,
            variant=shop.variant,
            quantity=4,
            document="SH-9",
            lot=batch,
            act=shop.by_clerk(),
        )
        assert Draw.objects.get().kg == Decimal(20)
        receipt = Receipt.objects.get()
        assert (receipt.lot, receipt.document, receipt.movement.physical) == (batch, "SH-9", 4)
        too_much = partial(
            receive_stock, warehouse=shop.warehouse, variant=shop.variant, quantity=10**6, lot=batch
        )
        refuses(UnableToTrace, "lot_short", lambda: too_much(act=shop.by_clerk()))
        assert Receipt.objects.count() == 1
        address = f'<a href="/industries/origin/{batch.code}/">{batch.code}</a>'
        assert address in Client().get(f"/shop/products/{shop.variant.product_id}/").content.decode()
        check_books()


@pytest.mark.django_db
class TestRevising:
    def test_says_why_not(self, cast: Cast) -> None:
        shop = opened(cast)
        act = shop.by_clerk(60)
        names = {"name_zh": "甲", "name_en": "b"}
        described = partial(revise_variant, variant=shop.variant, spec_zh=" ", spec_en="x")
        limited = partial(revise_channel, channel=shop.channel, pay_within_min=0, **names)
        placed = partial(
            revise_warehouse, warehouse=shop.warehouse, name_zh="", name_en="b", place=shop.warehouse.place
        )
        moved = partial(revise_sale, sale=shop.sale, starts_at=NOW, **names)
        refuses(UnableToSell, "words_missing", lambda: described(act=act))
        refuses(UnableToSell, "limit_wrong", lambda: limited(act=act))
        refuses(UnableToSell, "words_missing", lambda: placed(act=act))
        hour, ends_at = timedelta(hours=1), shop.sale.ends_at
        refuses(UnableToSell, "sale_begun", lambda: moved(starts_at=NOW + hour, ends_at=ends_at, act=act))
        refuses(UnableToSell, "period_backwards", lambda: moved(ends_at=NOW + hour / 2, act=act))
        offer = shop.offered(5, in_sale=True)
        moved(ends_at=NOW + 5 * hour, act=act)
        offer.refresh_from_db()
        assert offer.closes_at == NOW + 5 * hour
        refuses(UnableToSell, "sale_over", lambda: moved(ends_at=NOW + 15 * hour, act=shop.by_clerk(600)))
