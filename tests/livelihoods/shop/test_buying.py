"""A buyer without an account: from the basket to a paid order and what comes after it, at pages that are open to everybody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.payments.models import Payment as Intent
from bangfu.foundation.payments.operations import open_merchant_account
from bangfu.foundation.places.models import Place
from bangfu.livelihoods.shop.basketing import Kept, compared, grouped, read_basket
from bangfu.livelihoods.shop.models import (
    Buyer,
    Coupon,
    Destination,
    InvoiceRequest,
    Offer,
    Order,
    OrderTerms,
    Return,
    Review,
)
from bangfu.livelihoods.shop.operations import (
    ProvinceRate,
    enter_freight,
    issue_coupons,
    offer_stock,
    open_channel,
    set_freight,
    set_price,
    ship_orders,
)
from bangfu.livelihoods.shop.views.buyers import COOKIE
from tests.cast import CEHENG, NOW, Cast
from tests.foundation.payments.paid import accountant, details
from tests.livelihoods.shop.bought import DETAILS, TIBET
from tests.livelihoods.shop.sold import PRICE_FEN, Shop, opened

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3650)


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """A shop whose carriage, coupons and merchant account stand when the pages are asked, which is now."""
    shop = opened(cast)
    template = enter_freight(
        channel=shop.channel, code="YF", name_zh="标准", name_en="Usual", is_usual=True, act=shop.by_clerk()
    )
    rates = [ProvinceRate(None, 800, 200), ProvinceRate(Place.objects.get(pk=TIBET), is_served=False)]
    set_freight(
        template=template, basis="WEIGHT", first=5_000, further=1_000, rates=rates, valid_from=NOW, act=shop.by_clerk()
    )  # fmt: skip
    shop.act()  # the door is appointed on the day of the story
    open_merchant_account(unit=cast.group, details=details(), act=cast.act(accountant(cast)))
    return shop


def kept(*lines: tuple[Offer, int], price_fen: int = PRICE_FEN) -> str:
    return json.dumps([{"offer": one.pk, "quantity": count, "price_fen": price_fen} for one, count in lines])


def said(lines: str, **changes: Any) -> dict[str, Any]:
    return {
        "lines": lines, "step": "place", "key": "k1", "to": "new", "name": "王小明", "phone": "13800138000",
        "province": "520000000000", "county": str(CEHENG), "address": "团结路 1 号", **changes,
    }  # fmt: skip


class TestTheBasket:
    def test_is_read_as_the_browser_says_it(self) -> None:
        text = json.dumps(
            [
                {"offer": 1, "quantity": 2, "price_fen": 3, "name": "米"}, {"offer": 2, "quantity": 0, "price_fen": 3},
                {"offer": 3, "quantity": -1, "price_fen": 3}, {"offer": True, "quantity": 1, "price_fen": 1},
                {"offer": 4, "quantity": 1.5, "price_fen": 1}, None, [], {"offer": 5, "quantity": 10_000, "price_fen": 1},
            ]
        )  # fmt: skip
        assert read_basket(text) == [Kept(1, 2, 3)]
        assert read_basket("no json") == read_basket('{"offer": 1}') == read_basket("[" * 5_000) == []

    def test_asks_what_offers_cost_now(self, shop: Shop, client: Client) -> None:
        offer = shop.offered(7, per_buyer=3)
        answer = client.get("/shop/basket/prices", {"offers": f"{offer.pk},999999,x"}).json()
        assert answer == {
            "offers": {
                str(offer.pk): {"price_fen": PRICE_FEN, "left": 7, "per_buyer": 3},
                "999999": {"price_fen": None, "left": 0, "per_buyer": None},
            }
        }
        assert not Buyer.objects.exists()

    def test_goods_of_canteens_and_on_account_are_not_for_everybody(self, shop: Shop, client: Client) -> None:
        offer, by = shop.offered(10), shop.by_clerk()
        for code, kind, minutes in (("ST", "CANTEEN", 30), ("JZ", "OWN", None)):
            channel = open_channel(
                unit=shop.cast.guizhou, code=code, name_zh=code, name_en=code, kind=kind, opened_on=NOW.date(),
                pay_within_min=minutes, act=by,
            )  # fmt: skip
            other = offer_stock(channel=channel, stock=offer.stock, opens_at=NOW, act=by)
            assert (
                f'data-add="{other.pk}"'
                not in client.get(f"/shop/products/{shop.variant.product_id}/").content.decode()
            )
            client.post("/shop/checkout", said(kept((other, 1))))
        assert not Order.objects.exists()

    def test_counties_of_a_province(self, client: Client) -> None:
        text = client.get("/shop/counties", {"province": "520000000000"}).content.decode()
        assert f'value="{CEHENG}"' in text
        assert "<optgroup" in text
        assert "option" not in client.get("/shop/counties", {"province": "x"}).content.decode()

    def test_catalogue_and_product_offer_to_put_goods_in(self, shop: Shop, client: Client) -> None:
        offer = shop.offered(7)
        for address in ("/shop/", f"/shop/products/{offer.stock.variant.product_id}/"):
            assert f'data-add="{offer.pk}" data-price="{PRICE_FEN}"' in client.get(address).content.decode()


class TestTheCheckout:
    def test_places_agrees_and_leads_to_the_payer_s_page(self, shop: Shop, client: Client) -> None:
        offer = shop.offered(10)
        answer = client.post("/shop/checkout", said(kept((offer, 2))))
        order, intent = Order.objects.get(), Intent.objects.get()
        assert answer.headers["Location"] == f"/payments/pay/{intent.number}"
        assert (order.total_fen, intent.amount_fen) == (9_980, 9_980 + 800 + 5 * 200)
        assert Destination.objects.get(order=order).place_id == CEHENG
        assert client.cookies["bangfu_bought"].value == str(offer.pk)
        assert client.cookies[COOKIE]["httponly"]
        page = client.get(f"/payments/pay/{intent.number}").content.decode()
        assert f'href="/shop/mine/{order.pk}/"' in page
        client.post(f"/payments/pay/{intent.number}/test", {"what": "pay"})
        order.refresh_from_db()
        assert order.state == "PAID"
        assert "请在时限内支付" not in client.get(f"/shop/mine/{order.pk}/").content.decode(), "it is paid"

    def test_opened_again_without_the_basket_leads_to_it(self, shop: Shop, client: Client) -> None:
        client.post("/shop/checkout", {"lines": kept((shop.offered(10), 2))})
        changed = client.post("/language", {"language": "en", "next": "/shop/checkout"}, follow=True)
        assert (changed.redirect_chain[-1][0], changed.status_code) == ("/shop/basket", 200)

    def test_a_step_opened_without_its_form_leads_to_the_page_it_stands_on(
        self, shop: Shop, client: Client
    ) -> None:
        order = shop.ordered(shop.offered(10))
        answer = client.get(f"/shop/mine/{order.pk}/pay")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        browser = client.get(f"/shop/mine/{order.pk}/pay", headers={"accept": "text/html,*/*"})
        assert (browser.status_code, browser.headers["Location"]) == (302, f"/shop/mine/{order.pk}/")

    def test_pressed_twice_is_one_order(self, shop: Shop, client: Client) -> None:
        form = said(kept((shop.offered(10), 2)))
        first, second = (client.post("/shop/checkout", form).headers["Location"] for _ in range(2))
        assert first == second
        assert Order.objects.count() == OrderTerms.objects.count() == Intent.objects.count() == 1

    def test_says_old_and_new_price_and_asks(self, shop: Shop, client: Client) -> None:
        offer = shop.offered(10)
        set_price(
            variant=shop.variant, price_fen=5_500, floor_fen=3_200, valid_from=NOW + timedelta(minutes=1), act=shop.by_clerk()
        )  # fmt: skip
        page = client.post("/shop/checkout", {"lines": kept((offer, 2))}).content.decode()
        assert "原来 49.90 元，现在 55.00 元" in page
        for seen in ("", f"{offer.pk}:5400"):
            answer = client.post("/shop/checkout", said(kept((offer, 2)), seen=seen))
            assert (answer.status_code, Order.objects.count()) == (409, 0)
        look = said(kept((offer, 2)), step="look")
        assert "原来 49.90 元" in client.post("/shop/checkout", look).content.decode()
        client.post("/shop/checkout", said(kept((offer, 2)), seen=f"{offer.pk}:5500"))
        assert Order.objects.get().total_fen == 11_000

    @pytest.mark.parametrize("quantity", [0, -3, 10_000_000, 2.5])
    def test_says_why_nothing_can_be_ordered(self, shop: Shop, client: Client, quantity: float) -> None:
        lines = json.dumps([{"offer": shop.offered(5).pk, "quantity": quantity, "price_fen": PRICE_FEN}])
        answer = client.post("/shop/checkout", {"lines": lines}, follow=True)
        assert "件数是 1 到 9999 的整数" in answer.content.decode()
        assert not Order.objects.exists()

    def test_leaves_out_what_is_gone_and_splits_long_baskets(self, shop: Shop, client: Client) -> None:
        offers = [shop.offered(10, code=f"CH-{number}") for number in range(2)]
        text = json.dumps(
            [
                *json.loads(kept((offers[0], 1), (offers[1], 1))),
                {"offer": 999_999, "quantity": 1, "price_fen": 1},
            ]
        )
        assert "已下架" in client.post("/shop/checkout", {"lines": text}).content.decode()
        client.post("/shop/checkout", said(text))
        assert Order.objects.get().lines.count() == 2
        rows = compared([Kept(one.pk, 1, PRICE_FEN) for one in offers * 40], timezone.now())
        assert [len(group.rows) for group in grouped(rows)] == [50, 30]

    def test_looks_without_ordering_and_says_what_carriage_costs(self, shop: Shop, client: Client) -> None:
        offer = shop.offered(10)
        look = said(kept((offer, 2)), step="look", name="")
        page = client.post("/shop/checkout", look).content.decode()
        assert "18.00" in page
        assert "117.80" in page
        assert not Order.objects.exists()
        assert not Buyer.objects.exists()

    def test_refuses_what_is_not_served_sold_out_or_has_no_address(self, shop: Shop, client: Client) -> None:
        offer = shop.offered(10)
        far = said(kept((offer, 2)), province=str(TIBET), county="540102000000")
        for form, status, words in (
            (far, 409, "不送这个地址"), (said(kept((offer, 11))), 409, "只剩 10 件"),
            (said(kept((offer, 1)), phone="x"), 422, "电话"),
            (said(kept((offer, 1)), county="110101000000"), 422, "县"),
        ):  # fmt: skip
            answer = client.post("/shop/checkout", form)
            assert (answer.status_code, Order.objects.count()) == (status, 0)
            assert words in answer.content.decode()
        assert client.post("/shop/checkout", {"lines": "[]"}).headers["Location"] == "/shop/basket"

    def test_uses_a_coupon_over_all_lines_to_the_fen(self, shop: Shop, client: Client) -> None:
        batch = issue_coupons(
            channel=shop.channel,
            details=vars_of(starts_at=NOW, ends_at=timezone.now() + LATER),
            act=shop.by_clerk(),
        )
        client.post(f"/shop/coupons/{batch.pk}/claim")
        assert "已领" in client.get("/shop/coupons/").content.decode()
        offers = [shop.offered(10), shop.offered(10, code="CH-2"), shop.offered(10, code="CH-3")]
        page = client.post("/shop/checkout", {"lines": kept(*((one, 2) for one in offers))}).content.decode()
        coupon = Coupon.objects.get()
        assert f'<option value="{coupon.pk}" selected>' in page
        name = f"coupon_{shop.channel.pk}_0_0"
        client.post("/shop/checkout", said(kept(*((one, 2) for one in offers)), **{name: str(coupon.pk)}))
        terms = OrderTerms.objects.get()
        assert terms.discount_fen == 2_000
        shares = [one.discount.discount_fen for one in Order.objects.get().lines.order_by("pk")]
        assert shares == [667, 667, 666]

    def test_goes_where_the_last_went_without_showing_it_whole(self, shop: Shop, client: Client) -> None:
        offer = shop.offered(10)
        client.post("/shop/checkout", said(kept((offer, 1))))
        page = client.post("/shop/checkout", {"lines": kept((offer, 1))}).content.decode()
        assert "王*" in page
        assert "13800138000" not in page
        assert "团结路" not in page
        client.post("/shop/checkout", {"lines": kept((offer, 1)), "step": "place", "key": "k2", "to": "last"})
        assert Destination.objects.count() == 2


def vars_of(**changes: Any) -> Any:
    """Return the details of a coupon with changes."""
    return replace(DETAILS, **changes)


def delivered(shop: Shop, client: Client) -> Order:
    """Return an order of the client's buyer that it paid and received."""
    client.post("/shop/checkout", said(kept((shop.offered(10), 2))))
    order = Order.objects.get()
    client.post(f"/payments/pay/{Intent.objects.get().number}/test", {"what": "pay"})
    ship_orders(waybills={order.pk: "SF123"}, act=shop.by_clerk())
    assert "SF123" in client.get(f"/shop/mine/{order.pk}/").content.decode()
    client.post(f"/shop/mine/{order.pk}/received")
    order.refresh_from_db()
    assert order.state == "DELIVERED"
    return order


class TestMyOrders:
    def test_are_nobody_else_s(self, shop: Shop, client: Client) -> None:
        order = delivered(shop, client)
        line = order.lines.get()
        assert order.number in client.get("/shop/mine/").content.decode()
        stranger = Client()
        assert order.number not in stranger.get("/shop/mine/").content.decode()
        stranger.post("/shop/enter")
        for address in (
            f"{order.pk}/", f"{order.pk}/invoice", f"{order.pk}/complete", f"lines/{line.pk}/return", f"lines/{line.pk}/review",
        ):  # fmt: skip
            assert stranger.get(f"/shop/mine/{address}").status_code == 404
        for address in (f"{order.pk}/cancel", f"{order.pk}/pay", f"{order.pk}/received"):
            assert stranger.post(f"/shop/mine/{address}").status_code == 404

    def test_outlive_the_session_and_a_forged_cookie_is_nobody(self, shop: Shop, client: Client) -> None:
        order = delivered(shop, client)
        later = Client()
        later.cookies[COOKIE] = client.cookies[COOKIE].value
        assert order.number in later.get("/shop/mine/").content.decode()
        later.cookies[COOKIE] = f"{order.buyer_id}:forged"
        assert order.number not in later.get("/shop/mine/").content.decode()

    def test_are_cancelled_while_unpaid_and_not_after(self, shop: Shop, client: Client) -> None:
        client.post("/shop/enter")
        buyer = str(Buyer.objects.get().pk)
        (placed,) = shop.place(("k", buyer, shop.offered(10), 1))
        answer = client.post(f"/shop/mine/{placed.order}/cancel")
        assert answer.status_code == 302
        assert client.post(f"/shop/mine/{placed.order}/cancel").status_code == 409

    def test_that_stand_without_an_address_are_completed_and_paid(self, shop: Shop, client: Client) -> None:
        client.post("/shop/enter")
        buyer = str(Buyer.objects.get().pk)
        minutes = int((timezone.now() - NOW).total_seconds() // 60)
        (placed,) = shop.place(("k", buyer, shop.offered(10), 2), minutes=minutes)
        page = client.get(f"/shop/mine/{placed.order}/").content.decode()
        assert "填写收货地址" in page
        form = {name: value for name, value in said("[]").items() if name not in ("lines", "step", "to")}
        assert client.post(f"/shop/mine/{placed.order}/complete", form).status_code == 302
        answer = client.post(f"/shop/mine/{placed.order}/pay", {"merchant": "shop-test"})
        assert answer.headers["Location"] == f"/payments/pay/{Intent.objects.get().number}"
        assert Intent.objects.get().amount_fen == 11_780

    def test_are_given_back_invoiced_and_reviewed(self, shop: Shop, client: Client) -> None:
        order = delivered(shop, client)
        line = order.lines.get()
        asked = {"key": "r", "quantity": "1", "reason": "QUALITY", "words": "袋子破了"}
        assert client.post(f"/shop/mine/lines/{line.pk}/return", asked).status_code == 302
        invoice = {
            "key": "i",
            "made_out_to": "PERSON",
            "title": "王小明",
            "email": "a@example.com",
            "tax_number": "",
        }
        assert client.post(f"/shop/mine/{order.pk}/invoice", invoice).status_code == 302
        review = {"key": "v", "stars": "5", "words": "很香"}
        assert client.post(f"/shop/mine/lines/{line.pk}/review", review).status_code == 302
        bad = {**review, "key": "v2", "words": "电话 13800138000"}
        assert client.post(f"/shop/mine/lines/{line.pk}/review", bad).status_code == 409
        assert (Return.objects.count(), InvoiceRequest.objects.count(), Review.objects.count()) == (1, 1, 1)
        page = client.get(f"/shop/mine/{order.pk}/").content.decode()
        assert "待答复" in page
        assert client.post(f"/shop/mine/returns/{Return.objects.get().pk}/withdraw").status_code == 302

    def test_every_page_is_in_both_languages(self, shop: Shop, client: Client) -> None:
        order = delivered(shop, client)
        line = order.lines.get()
        client.cookies["bangfu_language"] = "en"
        for address in (
            "basket", "coupons/", "mine/", f"mine/{order.pk}/", f"mine/{order.pk}/invoice", f"mine/lines/{line.pk}/return",
            f"mine/lines/{line.pk}/review", "mine/?state=PAID",
        ):  # fmt: skip
            assert client.get(f"/shop/{address}").status_code == 200


class TestStaff:
    def signed_in(self, account: Any) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_work_off_what_buyers_asked_for(self, shop: Shop, client: Client) -> None:
        order = delivered(shop, client)
        line, staff = order.lines.get(), self.signed_in(shop.cast.clerk)
        client.post(f"/shop/mine/lines/{line.pk}/return", {"key": "r", "quantity": "1", "reason": "QUALITY"})
        client.post(
            f"/shop/mine/{order.pk}/invoice",
            {"key": "i", "made_out_to": "PERSON", "title": "王小明", "email": "a@example.com"},
        )
        client.post(f"/shop/mine/lines/{line.pk}/review", {"key": "v", "stars": "5", "words": "很香"})
        back, invoice, review = Return.objects.get(), InvoiceRequest.objects.get(), Review.objects.get()
        for name in ("returns", "invoices", "reviews", "freight", "coupon-batches"):
            page = staff.get(f"/shop/{name}/")
            assert page.status_code == 200
            if name in ("returns", "invoices", "reviews"):
                assert order.number in page.content.decode()
                assert order.number in b"".join(staff.get(f"/shop/{name}.csv").streaming_content).decode()
                assert order.number in staff.get(f"/shop/{name}/", {"q": order.number}).content.decode()
            assert "王小明" not in page.content.decode()
        today = staff.get("/work/").content.decode() + staff.get("/").content.decode()
        assert "处理退货退款申请" in today
        assert "开发票" in today
        assert "审核评价" in today
        assert staff.post(f"/shop/returns/{back.pk}/agree", {"key": "1", "answer": ""}).status_code == 302
        assert staff.post(f"/shop/returns/{back.pk}/refund", {"key": "2"}).status_code == 302
        opened_page = staff.post(f"/shop/invoices/{invoice.pk}/").content.decode()
        assert "王小明" in opened_page
        assert "a@example.com" in opened_page
        day = timezone.localdate().isoformat()
        issued = {"key": "3", "number": "2062", "issued_on": day}
        assert staff.post(f"/shop/invoices/{invoice.pk}/issue", issued).status_code == 302
        assert staff.post(f"/shop/reviews/{review.pk}/show", {"key": "4"}).status_code == 302
        assert (
            staff.post(f"/shop/reviews/{review.pk}/answer", {"key": "5", "answer": "谢谢"}).status_code == 302
        )
        public = Client().get(f"/shop/products/{line.offer.stock.variant.product_id}/").content.decode()
        assert "很香" in public
        assert "谢谢" in public
        assert order.number not in public
        where = staff.post(f"/shop/orders/{order.pk}/destination").content.decode()
        assert "团结路 1 号" in where
        assert "团结路" not in staff.get(f"/shop/orders/{order.pk}/").content.decode()

    def test_set_carriage_and_issue_coupons(self, shop: Shop) -> None:
        staff = self.signed_in(shop.cast.clerk)
        entered = {
            "key": "1",
            "name_zh": "二",
            "name_en": "Two",
            "code": "YF2",
            "channel": str(shop.channel.pk),
        }
        page = staff.post("/shop/freight/enter", entered).headers["Location"]
        charges = {
            "key": "2", "basis": "WEIGHT", "valid_from": "2020-01-01T00:00", "first": "1000", "further": "1000",
            "first_yuan": "8", "further_yuan": "2.50", "free_yuan": "99", "rates": "新疆 20 9\n西藏 不送",
        }  # fmt: skip
        assert staff.post(f"{page}charges", {**charges, "rates": "火星 1 2"}).status_code == 422
        assert staff.post(f"{page}charges", charges).status_code == 302
        text = staff.get(page).content.decode()
        assert "新疆维吾尔自治区" in text
        assert "不送" in text
        shop.offered(3)
        product = shop.variant.product_id
        assert staff.post(f"{page}goods", {"key": "3", "product": str(product)}).status_code == 302
        form = {
            "key": "4", "name_zh": "九折", "name_en": "A tenth", "code": "ZK", "channel": str(shop.channel.pk), "kind": "PERCENT",
            "from_yuan": "0", "off_pct": "10", "cap_yuan": "30", "starts_at": "2020-06-01T00:00", "ends_at": "2099-01-01T00:00",
            "number": "10", "per_buyer": "1", "products": [str(product)],
        }  # fmt: skip
        page = staff.post("/shop/coupon-batches/issue", form).headers["Location"]
        assert "减 10%，最多 30.00" in staff.get(page).content.decode()
        assert "ZK" in b"".join(staff.get("/shop/coupon-batches.csv").streaming_content).decode()
        assert "YF2" in b"".join(staff.get("/shop/freight.csv").streaming_content).decode()
        assert staff.post(f"{page}close", {"key": "5"}).status_code == 302

    def test_an_outsider_sees_nothing(self, shop: Shop, client: Client) -> None:
        order = delivered(shop, client)
        outsider = self.signed_in(shop.cast.outsider)
        for name in ("returns", "invoices", "reviews", "freight", "coupon-batches"):
            assert outsider.get(f"/shop/{name}/").status_code == 403
        assert outsider.post(f"/shop/orders/{order.pk}/destination").status_code == 403
