"""Pages of the shop: who sees what, in both languages, and the file of orders."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from bangfu.foundation.people.queries import names_of
from bangfu.livelihoods.shop.door.tokens import buyer_of
from bangfu.livelihoods.shop.models import Buyer
from bangfu.livelihoods.shop.queries import door_account
from tests.cast import NOW, Cast
from tests.livelihoods.shop.sold import Shop, opened


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


class TestPages:
    def test_everybody_reads_the_catalogue_and_a_live_sale(self, shop: Shop, client: Client) -> None:
        offer = shop.offered(10, in_sale=True)
        shop.ordered(offer, 2)
        page = client.get("/shop/").content.decode()
        assert "册亨糯米" in page
        for address in (
            f"/shop/products/{shop.variant.product_id}/",
            f"/shop/sales/{shop.sale.pk}/",
            "/shop/?q=糯米&kind=GRAIN",
        ):
            assert client.get(address).status_code == 200
        sale = client.get(f"/shop/sales/{shop.sale.pk}/", headers={"accept-language": "en"}).content.decode()
        assert "99.80" in sale
        assert client.get("/shop/products/999999/").status_code == 404
        for address in ("/shop/orders/", "/shop/stock/", "/shop/sales/"):
            assert client.get(address).status_code == 302

    def test_a_session_is_one_buyer(self, shop: Shop, client: Client) -> None:
        shop.act()
        first, again = (client.post("/shop/enter").json()["token"] for _ in range(2))
        now = timezone.now().timestamp()
        assert buyer_of(first, at_s=now) == buyer_of(again, at_s=now) == str(Buyer.objects.get().pk)
        assert client.get("/shop/enter").status_code == 405

    def test_whoever_may_reads_orders_and_stock(self, shop: Shop, client: Client) -> None:
        order = shop.paid(shop.offered(10), 2)
        client.force_login(shop.cast.clerk)
        assert order.number in client.get("/shop/orders/").content.decode()
        assert order.number not in client.get("/shop/orders/?state=CANCELLED").content.decode()
        assert order.number in client.get(f"/shop/orders/?q={order.number}&sort=-total").content.decode()
        page = client.get(f"/shop/orders/{order.pk}/").content.decode()
        assert "册亨糯米" in page
        assert "64%" in page
        assert str(order.buyer_id) not in page
        assert "CH-MI-5" in client.get("/shop/stock/").content.decode()
        assert "LIVE" not in client.get("/shop/sales/").content.decode()
        file = b"".join(client.get("/shop/orders.csv").streaming_content).decode()
        assert f"{order.number},2020-07-31 17:00:00," in file
        assert client.get("/shop/orders.xlsx").status_code == 200

    def test_others_do_not(self, shop: Shop, client: Client) -> None:
        order = shop.paid(shop.offered(10), 2)
        client.force_login(shop.cast.clerk_of_yunnan)
        assert client.get(f"/shop/orders/{order.pk}/").status_code == 403
        assert order.number not in client.get("/shop/orders/").content.decode()
        client.force_login(shop.cast.outsider)
        assert client.get("/shop/orders/").status_code == 403


@pytest.mark.django_db
def test_the_door_is_called_in_the_reader_s_language(cast: Cast) -> None:
    door = door_account(on=NOW.date())
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append((door.display_name, names_of([door])[door.pk]))
    assert said == [("商城之门", "商城之门"), ("Door of the shop", "Door of the shop")]
