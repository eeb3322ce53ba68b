"""A part of an order is paid with points: what is left to pay, what counts, what comes back, and who may use whose."""

from __future__ import annotations

import json
import secrets
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from bangfu.foundation.payments.operations import open_merchant_account
from bangfu.foundation.points import operations as points
from bangfu.foundation.points.models import Holder
from bangfu.foundation.points.queries import balance_of
from bangfu.foundation.points.tokens import issue_token
from bangfu.livelihoods.shop.models import Buyer, Order, Payment, PointsPart
from bangfu.livelihoods.shop.operations import (
    cancel_order,
    check_out,
    pay_orders,
    refund_line,
    release_unpaid,
    use_points,
)
from tests.cast import NOW, Cast
from tests.foundation.payments.paid import accountant, details
from tests.foundation.points.purse import check_balances, filled, remaining, text_of
from tests.livelihoods.shop.bought import agreed, charged, lives, paid, refused
from tests.livelihoods.shop.sold import PRICE_FEN, Shop, counted, opened, payments

pytestmark = pytest.mark.django_db
GOODS_FEN = 2 * PRICE_FEN


@pytest.fixture
def shop(cast: Cast) -> Shop:
    filled(cast)
    return opened(cast)


@pytest.fixture
def member(shop: Shop) -> Holder:
    return Holder.objects.get(number="M-0001")


def held(member: Holder) -> int:
    return balance_of(member, on=NOW.date())


class TestUsing:
    def test_leaves_the_rest_to_be_paid_in_money(self, shop: Shop, member: Holder) -> None:
        charged(shop)
        order, _ = agreed(shop, shop.offered(10))
        part = use_points(order=order, holder=member, points=400, act=shop.act())
        assert (part.value_fen, held(member)) == (400, 400)
        assert remaining()["M-0001 2018"] == 0
        due = GOODS_FEN + PointsPart.objects.get().order.terms.freight_fen - 400
        (wrong,) = pay_orders(frame=payments((order, "T", due + 400)), act=shop.act())
        assert wrong.code == "wrong_amount"
        paid(shop, order, due)
        assert Payment.objects.get(order=order).amount_fen == due
        assert counted()["paid"] == counted()["kept"] == f"{GOODS_FEN / 100:.2f}"
        check_balances()

    def test_asks_a_payment_for_the_rest(self, shop: Shop, member: Holder) -> None:
        merchant = merchant_of(shop)
        order, _ = agreed(shop, shop.offered(10))
        use_points(order=order, holder=member, points=400, act=shop.act())
        assert check_out(order=order, merchant=merchant, act=shop.act()).amount_fen == GOODS_FEN - 400

    def test_is_refused_where_it_cannot_be(self, shop: Shop, member: Holder) -> None:
        offer = shop.offered(50)
        bare = shop.ordered(offer)

        def use(order: Order, count: int) -> str:
            return refused(use_points, order=order, holder=member, points=count, act=shop.act())

        assert use(bare, 100) == "not_agreed"
        order, _ = agreed(shop, offer)
        assert [use(order, count) for count in (9, 801, 0)] == ["too_few", "short", "nothing"]
        points.enter_rate(
            unit=shop.cast.guizhou, points=1, fen=100, valid_from=NOW.date(), document="积分〔2020〕2号", least_points=1,
            grace_days=0, act=shop.cast.act(shop.cast.officer),
        )  # fmt: skip
        assert use(order, 100) == "too_many"
        assert held(member) == 800
        use_points(order=order, holder=member, points=99, act=shop.act())
        assert use(order, 1) == "used_already"
        begun, _ = agreed(shop, offer)
        check_out(order=begun, merchant=merchant_of(shop), act=shop.act())
        assert use(begun, 50) == "being_paid"
        paid(shop, order, GOODS_FEN - 9_900)
        assert use(order, 1) == "wrong_state"


class TestComingBack:
    @pytest.mark.parametrize("by_hand", [True, False])
    def test_all_of_them_when_the_order_is_cancelled_or_lapses(
        self, shop: Shop, member: Holder, by_hand: bool
    ) -> None:
        order, _ = agreed(shop, shop.offered(10))
        before = remaining()
        use_points(order=order, holder=member, points=400, act=shop.act())
        if by_hand:
            cancel_order(order=order, act=shop.act())
        else:
            assert release_unpaid(act=shop.act(60)) == 1
        assert remaining() == before
        check_balances()

    def test_by_their_part_when_packs_are_refunded_and_to_the_last_one(
        self, shop: Shop, member: Holder
    ) -> None:
        order, _ = agreed(shop, shop.offered(10), 3)
        use_points(order=order, holder=member, points=400, act=shop.act())
        paid(shop, order, 3 * PRICE_FEN - 400)
        line = order.lines.get()
        back = []
        for minute in range(1, 4):
            refund_line(line=line, quantity=1, reason="NOT_SHIPPED", act=shop.by_clerk(minute))
            back.append(held(member))
        assert back == [400 + 133, 400 + 266, 800]
        assert "kept" not in counted()
        check_balances()


def merchant_of(shop: Shop) -> Any:
    return open_merchant_account(
        unit=shop.cast.group, details=details(), act=shop.cast.act(accountant(shop.cast))
    )


class TestPages:
    @pytest.fixture
    def door(self, settings: LazySettings, tmp_path: Path) -> None:
        settings.SECRETS_FOLDER = tmp_path
        (tmp_path / "points").mkdir()
        (tmp_path / "points" / "door.key").write_text(secrets.token_hex(32))

    @pytest.fixture
    def lasting(self, shop: Shop) -> Holder:
        """A member whose points can be spent today, whenever that is."""
        content, digest = text_of(("M-0009", "2020", 900, date(2020, 7, 1), date(2099, 12, 31)))
        points.load_lots(
            unit=shop.cast.guizhou, content=content, digest=digest, act=shop.cast.act(shop.cast.officer)
        )
        return Holder.objects.get(number="M-0009")

    def order_of(self, client: Client, shop: Shop) -> Order:
        """Return an order, agreed to, of the buyer behind a browser."""
        order, _ = agreed(shop, shop.offered(10))
        session = client.session
        session["shop_buyer"] = str(order.buyer_id)
        session.save()
        return order

    def test_a_member_comes_from_the_app_and_uses_points(
        self, client: Client, shop: Shop, door: None, lasting: Holder
    ) -> None:
        order = self.order_of(client, shop)
        address = f"/shop/mine/{order.pk}/"
        assert "用积分抵扣" not in client.get(address).content.decode()
        token = issue_token("M-0009", until_s=int(timezone.now().timestamp()) + 600)
        answer = client.get(f"/shop/member?member={token}", follow=True)
        assert "已认出会员 M-0009" in answer.content.decode()
        page = client.get(address).content.decode()
        assert 'max="900"' in page
        assert "每 100 积分抵 1.00 元" in page
        answer = client.post(f"{address}points", {"points": "900"}, follow=True)
        said = answer.content.decode()
        assert "−9.00" in said
        assert "900 积分" in said
        assert f"{(GOODS_FEN - 900) / 100:.2f}" in said

    @pytest.mark.parametrize("said", ["", "-5", "1e3", "９"])
    def test_what_is_no_number_is_refused(
        self, client: Client, shop: Shop, door: None, lasting: Holder, said: str
    ) -> None:
        order = self.order_of(client, shop)
        token = issue_token("M-0009", until_s=int(timezone.now().timestamp()) + 600)
        client.get(f"/shop/member?member={token}")
        answer = client.post(f"/shop/mine/{order.pk}/points", {"points": said})
        assert (answer.status_code, PointsPart.objects.count()) == (409, 0)
        assert "积分请填整数" in answer.content.decode()

    def test_nobody_uses_points_without_the_app(
        self, client: Client, shop: Shop, door: None, lasting: Holder
    ) -> None:
        order = self.order_of(client, shop)
        forged = f"M-0009.{int(timezone.now().timestamp()) + 600}.{'0' * 64}"
        assert "没有认出会员" in client.get(f"/shop/member?member={forged}", follow=True).content.decode()
        answer = client.post(f"/shop/mine/{order.pk}/points", {"points": "100"})
        assert (answer.status_code, PointsPart.objects.count()) == (409, 0)

    def test_of_somebody_elses_order_nothing_is_paid(
        self, client: Client, shop: Shop, door: None, lasting: Holder
    ) -> None:
        order = self.order_of(Client(), shop)
        (stranger,) = shop.buyers(1)
        lives(shop, stranger)
        session = client.session
        session["shop_buyer"] = str(Buyer.objects.get(pk=stranger).pk)
        session.save()
        token = issue_token("M-0009", until_s=int(timezone.now().timestamp()) + 600)
        client.get(f"/shop/member?member={token}")
        assert client.post(f"/shop/mine/{order.pk}/points", {"points": "100"}).status_code == 404

    def test_whoever_has_points_sees_the_order_before_the_payment(
        self, client: Client, shop: Shop, door: None, lasting: Holder
    ) -> None:
        merchant_of(shop)
        order = self.order_of(client, shop)
        lines = json.dumps([{"offer": order.lines.get().offer_id, "quantity": 1, "price_fen": PRICE_FEN}])
        said = {"lines": lines, "step": "place", "key": "k9", "to": "last"}
        assert "/payments/pay/" in client.post("/shop/checkout", {**said, "key": "k8"}).headers["Location"]
        token = issue_token("M-0009", until_s=int(timezone.now().timestamp()) + 600)
        client.get(f"/shop/member?member={token}")
        answer = client.post("/shop/checkout", said)
        newest = Order.objects.latest("pk")
        assert answer.headers["Location"] == f"/shop/mine/{newest.pk}/"
