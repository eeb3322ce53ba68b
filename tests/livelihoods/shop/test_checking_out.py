"""An order paid through the house's payments: once, given back when it was cancelled, lapsed when the payment is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.payments.asking import ask_about, ask_due, send_refund
from bangfu.foundation.payments.models import MerchantAccount, Refund
from bangfu.foundation.payments.models import Payment as Intent
from bangfu.foundation.payments.operations import (
    cut_payment_short,
    open_merchant_account,
    take_payment_answer,
)
from bangfu.livelihoods.shop.models import Offer, Order, Payment, Stock
from bangfu.livelihoods.shop.operations import cancel_order, check_out, refund_line, release_unpaid
from tests.cast import NOW, Cast
from tests.foundation.payments.paid import accountant, details, door, fresh, paid_told
from tests.livelihoods.shop.sold import Shop, check_books, counted, opened


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return opened(cast)


def merchant(cast: Cast, **changes: Any) -> MerchantAccount:
    """Open the group's account for what is bought."""
    keeper = accountant(cast)
    unit = changes.pop("unit", cast.group)
    return open_merchant_account(unit=unit, details=details(**changes), act=cast.act(keeper))


def due(shop: Shop, offer: Offer, into: MerchantAccount) -> tuple[Order, Intent]:
    """Return an order of two packs, and its payment."""
    order = shop.ordered(offer, 2)
    return order, check_out(order=order, merchant=into, act=shop.act())


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call(**arguments)
    return caught.value.code


def pay(intent: Intent) -> Intent:
    return take_payment_answer(merchant=intent.merchant, told=paid_told(intent), heard="MESSAGE", act=door())


def lot(order: Order) -> tuple[int, int]:
    stock = Stock.objects.get(pk=order.lines.get().offer.stock_id)
    return stock.physical, stock.reserved


@pytest.mark.django_db
class TestCheckOut:
    def test_a_paid_one_pays_the_order_once(self, shop: Shop) -> None:
        order, intent = due(shop, shop.offered(10), merchant(shop.cast))
        assert (intent.amount_fen, intent.subject) == (9_980, f"{order.number} 册亨糯米")
        assert intent.expires_at == order.pay_by_at or order.pay_by_at is None
        for _ in range(2):
            pay(intent)
        assert fresh(order).state == "PAID"
        assert list(Payment.objects.values_list("service", "reference", "amount_fen")) == [
            ("test", f"T{intent.number}", 9_980)
        ]
        assert counted() == {"ordered": "99.80", "paid": "99.80", "kept": "99.80", "helped_to_sell": "99.80"}
        check_books()

    def test_the_same_again_is_the_same(self, shop: Shop) -> None:
        into = merchant(shop.cast)
        order, intent = due(shop, shop.offered(10), into)
        assert check_out(order=order, merchant=into, act=shop.act()) == intent
        pay(intent)
        assert refused(check_out, order=order, merchant=into, act=shop.act()) == "paid_already"

    def test_refuses_what_is_not_open_and_accounts_of_others(self, shop: Shop) -> None:
        into, offer = merchant(shop.cast), shop.offered(10)
        order = shop.ordered(offer)
        other = merchant(shop.cast, code="yn", unit=shop.cast.yunnan)
        assert refused(check_out, order=order, merchant=other, act=shop.act()) == "merchant_elsewhere"
        cancel_order(order=order, act=shop.by_clerk())
        assert refused(check_out, order=order, merchant=into, act=shop.act()) == "wrong_state"
        assert Intent.objects.count() == 0

    def test_a_charitys_account_takes_no_goods(self, shop: Shop) -> None:
        into = merchant(shop.cast, owner_kind="CHARITY")
        order = shop.ordered(shop.offered(10))
        assert refused(check_out, order=order, merchant=into, act=shop.act()) == "company_needed"

    def test_whoever_may(self, shop: Shop) -> None:
        into, order = merchant(shop.cast), shop.ordered(shop.offered(10))
        for actor in (shop.cast.clerk_of_yunnan, shop.cast.outsider, shop.cast.auditor):
            with pytest.raises(NotPermitted):
                check_out(order=order, merchant=into, act=shop.cast.act(actor))


@pytest.mark.django_db
class TestItsEnd:
    def test_money_for_a_cancelled_order_goes_back_at_once(self, shop: Shop) -> None:
        order, intent = due(shop, shop.offered(10), merchant(shop.cast))
        cancel_order(order=order, act=shop.by_clerk())
        pay(intent)
        (refund,) = Refund.objects.all()
        assert (refund.amount_fen, refund.reason, fresh(order).state) == (
            9_980,
            "订单已取消，原路退回",
            "CANCELLED",
        )
        send_refund(refund, NOW)
        assert (fresh(intent).state, counted()) == ("REFUNDED", {"ordered": "99.80"})
        check_books()

    def test_one_that_was_closed_early_may_be_paid_anew(self, shop: Shop) -> None:
        into = merchant(shop.cast)
        order, intent = due(shop, shop.offered(10), into)
        ask_about(cut_payment_short(payment=intent, act=shop.cast.act(shop.cast.officer)), NOW)
        assert (fresh(intent).state, fresh(order).state) == ("CLOSED", "PLACED")
        again = check_out(order=order, merchant=into, act=shop.act())
        assert (again.turn, again == intent) == (2, False)

    def test_when_time_is_over_the_provider_closes_it_and_then_the_stock_is_free(self, shop: Shop) -> None:
        order, intent = due(shop, shop.offered(10), merchant(shop.cast))
        if order.pay_by_at is None:
            pytest.fail("the channel gives no time to pay")
        assert lot(order) == (10, 2)
        minutes = int((order.pay_by_at - NOW) / timedelta(minutes=1))
        assert release_unpaid(act=shop.act(minutes)) == 0
        ask_due(order.pay_by_at)
        assert (fresh(intent).state, fresh(order).state, lot(order)) == ("CLOSED", "CANCELLED", (10, 0))
        check_books()

    def test_a_refund_of_the_shop_gives_the_money_back(self, shop: Shop) -> None:
        order, intent = due(shop, shop.offered(10), merchant(shop.cast))
        pay(intent)
        line = order.lines.get()
        refund_line(line=line, quantity=1, reason="NOT_SHIPPED", act=shop.by_clerk())
        (refund,) = Refund.objects.all()
        assert (refund.amount_fen, refund.number) == (4_990, f"SHOP-REFUND-{line.refunds.get().pk}")
        send_refund(refund, NOW)
        assert fresh(intent).state == "PART_REFUNDED"

    def test_a_refund_of_an_order_paid_elsewhere_asks_nobody(self, shop: Shop) -> None:
        order = shop.paid(shop.offered(10), 2)
        refund_line(line=order.lines.get(), quantity=1, reason="NOT_SHIPPED", act=shop.by_clerk())
        assert Refund.objects.count() == 0


@pytest.mark.django_db
class TestThePage:
    def test_leads_to_the_payers_page(self, shop: Shop) -> None:
        into = merchant(shop.cast)
        now = int((timezone.now() - NOW) / timedelta(minutes=1))
        order = shop.ordered(shop.offered(10), minutes=now)
        client = Client()
        client.force_login(shop.cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        address = f"/shop/orders/{order.pk}/"
        assert "去支付" in client.get(address).content.decode()
        answer = client.post(f"{address}pay", {"merchant": into.code, "key": "k"})
        intent = Intent.objects.get()
        assert answer.headers["Location"] == f"/payments/pay/{intent.number}"
        assert "待支付 49.90" in client.get(address).content.decode()
        pay(intent)
        assert "去支付" not in client.get(address).content.decode()
        assert client.post(f"{address}pay", {"merchant": into.code, "key": "k2"}).status_code == 409
