"""Alipay and WeChat Pay by their published rules, against servers that verify and sign independently."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.payments.adapters import Forged, NotTaken, Order, Standing, Way
from bangfu.foundation.payments.adapters.alipay import signing_text
from bangfu.foundation.payments.asking import ask_about, ask_due, follow_refund, send_refund
from bangfu.foundation.payments.models import MerchantAccount, Message, Payment, Refund
from bangfu.foundation.payments.operations import cut_payment_short, refund_payment, take_payment_answer
from bangfu.foundation.payments.providing import adapter_of
from tests.cast import NOW, Cast
from tests.foundation.payments.fakes import APP, MERCHANT, FakeAlipay, FakeWeChatPay, seconds
from tests.foundation.payments.independent import gcm_sealed
from tests.foundation.payments.paid import TOLD, begun, door, fresh, merchant, paid_told, steps

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class TestTheFakesOwnCryptography:
    """The published vectors of the GCM specification (McGrew and Viega), AES-256, test cases 13 and 14."""

    def test_of_nothing(self) -> None:
        sealed = gcm_sealed(bytes(32), bytes(12), b"", b"")
        assert sealed.hex() == "530f8afbc74536b9a963b4f1c4cb738b"

    def test_of_a_block_of_noughts(self) -> None:
        sealed = gcm_sealed(bytes(32), bytes(12), bytes(16), b"")
        assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"


def order(payment: Payment, **changes: Any) -> Order:
    said = {
        "number": payment.number, "amount_fen": payment.amount_fen, "subject": payment.subject,
        "expires_at": payment.expires_at, "told_at": "https://bangfu.example/told", "back_to": "https://bangfu.example/back",
    }  # fmt: skip
    return Order(**{**said, **changes})


def live(cast: Cast, account: MerchantAccount, **changes: Any) -> Payment:
    """Begin a payment that is open at the present hour, as the doors need it."""
    return begun(cast, account, expires_at=timezone.now() + HOUR, **changes)


def code_of(call: Any) -> str:
    with pytest.raises(NotTaken) as caught:
        call()
    return caught.value.code


class TestAlipay:
    def test_the_page_is_a_signed_address(self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount) -> None:
        payment = begun(cast, ali)
        for way, method, product in (
            (Way.PAGE, "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
            (Way.WAP, "alipay.trade.wap.pay", "QUICK_WAP_WAY"),
        ):
            address = adapter_of(ali, NOW).begin(order(payment), way).address
            said = dict(parse_qsl(urlsplit(address).query))
            signature = said.pop("sign")
            text = "&".join(f"{name}={said[name]}" for name in sorted(said))
            assert alipay.merchant.has_signed(text.encode(), signature)
            assert (said["method"], said["app_id"], said["timestamp"]) == (method, APP, "2020-07-31 17:00:00")
            assert (said["notify_url"], said["return_url"]) == (
                "https://bangfu.example/told", "https://bangfu.example/back",
            )  # fmt: skip
            assert json.loads(said["biz_content"]) == {
                "out_trade_no": payment.number, "total_amount": "128.00", "subject": "册亨糯米蕉 2 箱",
                "time_expire": "2020-07-31 17:30:00", "product_code": product,
            }  # fmt: skip

    def test_a_code_is_asked_for(self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount) -> None:
        payment = begun(cast, ali)
        handle = adapter_of(ali, NOW).begin(order(payment), Way.SQUARE)
        assert handle.square == f"https://qr.example/{payment.number}"
        assert (alipay.orders[payment.number]["total"], alipay.faults) == (12_800, [])
        assert code_of(lambda: adapter_of(ali, NOW).begin(order(payment), Way.IN_APP)) == "not_in_this_way"

    def test_a_paid_one_is_found_by_asking(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        payment = begun(cast, ali)
        ask_about(payment, NOW)
        alipay.pay(payment.number, 12_800)
        ask_about(payment, NOW)
        ask_about(payment, NOW)
        found = fresh(payment)
        assert (found.state, found.transaction_number) == ("PAID", f"T{payment.number}")
        assert found.ended_at == datetime.fromisoformat("2020-07-31T17:05:00+08:00")
        assert (TOLD, alipay.faults) == (["paid 12800"], [])

    def test_another_amount_is_not_taken(self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount) -> None:
        payment = begun(cast, ali)
        alipay.pay(payment.number, 12_799)
        ask_about(payment, NOW)
        assert (fresh(payment).state, TOLD) == ("CREATED", [])

    def test_an_answer_with_a_false_signature_is_not_believed(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        payment = begun(cast, ali)
        alipay.pay(payment.number, 12_800)
        alipay.is_forging = True
        assert code_of(lambda: adapter_of(ali, NOW).ask(payment.number)) == "bad_signature"
        ask_about(payment, NOW)
        assert fresh(payment).state == "CREATED"

    def test_closing_asks_whether_it_was_paid_after_all(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        payment = begun(cast, ali)
        adapter_of(ali, NOW).begin(order(payment), Way.SQUARE)
        alipay.pay(payment.number)
        assert code_of(lambda: adapter_of(ali, NOW).close(payment.number)) == "paid_already"
        cut = cut_payment_short(payment=payment, act=cast.act(cast.officer))
        ask_about(cut, NOW)
        assert fresh(payment).state == "PAID"

    def test_an_open_one_is_closed_there_and_here(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        payment = begun(cast, ali)
        adapter_of(ali, NOW).begin(order(payment), Way.SQUARE)
        ask_about(payment, payment.expires_at)
        assert (fresh(payment).state, alipay.orders[payment.number]["state"]) == ("CLOSED", "CLOSED")

    def test_one_that_it_never_knew_is_closed_here(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        payment = begun(cast, ali)
        ask_about(payment, payment.expires_at)
        assert fresh(payment).state == "CLOSED"

    def test_silence_is_no_answer(self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount) -> None:
        payment = begun(cast, ali)
        alipay.is_silent = True
        ask_about(payment, payment.expires_at)
        assert fresh(payment).state == "CREATED"

    def refunded(self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount, amount: int) -> Refund:
        payment = begun(cast, ali)
        alipay.pay(payment.number, 12_800)
        ask_about(payment, NOW)
        return refund_payment(payment=payment, amount_fen=amount, reason="破损", act=cast.act(cast.officer))

    def test_gives_back_at_once(self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount) -> None:
        refund = self.refunded(cast, alipay, ali, 2_800)
        assert send_refund(refund, NOW).state == "DONE"
        assert alipay.refunds == {refund.number: {"amount": 2_800, "order": refund.payment.number}}
        assert (fresh(refund.payment).refunded_fen, alipay.faults) == (2_800, [])

    def test_follows_what_is_not_done_at_once(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        alipay.refunds_wait = True
        refund = self.refunded(cast, alipay, ali, 12_800)
        waiting = send_refund(refund, NOW)
        assert (waiting.state, waiting.is_sent) == ("ASKED", True)
        follow_refund(waiting, NOW)
        assert (fresh(refund).state, fresh(refund.payment).state) == ("DONE", "REFUNDED")
        assert alipay.asked[-2:] == ["alipay.trade.refund", "alipay.trade.fastpay.refund.query"]

    def test_what_it_refuses_for_good_has_failed(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        refund = self.refunded(cast, alipay, ali, 2_800)
        alipay.orders[refund.payment.number]["total"] = 100
        assert send_refund(refund, NOW).state == "FAILED"
        assert (fresh(refund.payment).left_fen, steps(refund.payment)[-1][0]) == (12_800, "REFUND_FAILED")

    def test_without_keys_nothing_is_sent(self, cast: Cast, alipay: FakeAlipay) -> None:
        other = merchant(cast, "other", "ALIPAY", app_id="1", merchant_number="2")
        assert code_of(lambda: adapter_of(other, NOW)) == "key_missing"


class TestMessagesOfAlipay:
    ADDRESS = "/payments/told/ali/"
    FORM = "application/x-www-form-urlencoded"

    def tell(self, body: bytes) -> str:
        response = Client(enforce_csrf_checks=True).post(self.ADDRESS, body, content_type=self.FORM)
        assert response.status_code == 200
        return response.content.decode()

    def codes(self) -> list[str]:
        return list(Message.objects.order_by("pk").values_list("code", flat=True))

    def test_pays_once_however_often_it_is_told(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        payment = live(cast, ali)
        alipay.pay(payment.number, 12_800)
        message = alipay.message(payment.number)
        assert [self.tell(message), self.tell(message)] == ["success", "success"]
        ask_about(payment, NOW)
        assert (fresh(payment).state, TOLD, self.codes()) == ("PAID", ["paid 12800"], [])

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"total_amount": "127.99"}, "wrong_amount"),
            ({"total_amount": "128.000"}, "unreadable"),
            ({"seller_id": "2088999999999999"}, "wrong_merchant"),
            ({"app_id": "2021999999999999"}, "wrong_app"),
            ({"out_trade_no": "f" * 32}, "unknown_payment"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount, changes: dict[str, str], code: str
    ) -> None:
        payment = live(cast, ali)
        alipay.pay(payment.number, 12_800)
        assert self.tell(alipay.message(payment.number, **changes)) == "failure"
        assert (fresh(payment).state, TOLD, self.codes()) == ("CREATED", [], [code])

    def test_a_forged_one_is_refused(self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount) -> None:
        payment = live(cast, ali)
        alipay.pay(payment.number, 12_800)
        message = alipay.message(payment.number)
        for forged in (
            message.replace(b"total_amount=128.00", b"total_amount=0.01"),
            message.replace(b"sign=", b"sign=AAAA"),
            message.replace(b"sign_type=RSA2", b"sign_type=RSA"),
            message.replace(b"&sign=", b"&signature="),
            b"",
        ):
            assert self.tell(forged) == "failure"
        assert (fresh(payment).state, set(self.codes())) == ("CREATED", {"bad_signature"})

    def test_a_late_one_is_refused_and_becomes_a_finding(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        payment = live(cast, ali)
        cut = cut_payment_short(payment=payment, act=cast.act(cast.officer))
        ask_about(cut, timezone.now())
        alipay.pay(payment.number, 12_800)
        assert self.tell(alipay.message(payment.number)) == "failure"
        assert (fresh(payment).state, self.codes(), Finding.objects.count()) == ("CLOSED", ["late"], 1)

    def test_of_a_refund_lets_it_be_asked_about(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        payment = live(cast, ali)
        alipay.pay(payment.number, 12_800)
        self.tell(alipay.message(payment.number))
        alipay.refunds_wait = True
        refund = refund_payment(payment=payment, amount_fen=800, reason="破损", act=cast.act(cast.officer))
        send_refund(refund, timezone.now())
        changes = {"out_biz_no": refund.number, "refund_fee": "8.00", "gmt_refund": "2020-07-31 18:00:00"}
        assert self.tell(alipay.message(payment.number, **changes)) == "success"
        assert fresh(refund).state == "ASKED"
        ask_due(timezone.now())
        assert (fresh(refund).state, TOLD[1:]) == ("DONE", ["refunded 800 PART_REFUNDED"])

    def test_nothing_secret_and_nobody_is_logged(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount, caplog: pytest.LogCaptureFixture
    ) -> None:
        payment = live(cast, ali)
        alipay.pay(payment.number, 12_800)
        with caplog.at_level(logging.DEBUG, logger="bangfu"):
            self.tell(alipay.message(payment.number, total_amount="1.00"))
            ask_about(payment, timezone.now())
        said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("bangfu"))
        assert said == "a message for ali is refused: wrong_amount"

    def test_signing_leaves_out_what_is_empty(self) -> None:
        assert signing_text({"b": "2", "a": "", "c": "3"}) == "b=2&c=3"


class TestWeChatPay:
    def test_each_way(self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount) -> None:
        payment = begun(cast, wx)
        adapter = adapter_of(wx, NOW)
        square = adapter.begin(order(payment), Way.SQUARE)
        phone = adapter.begin(order(payment, payer_address="203.0.113.7"), Way.PHONE)
        assert wechat.orders[payment.number]["said"]["scene_info"]["payer_client_ip"] == "203.0.113.7"
        values = adapter.begin(order(payment, payer="oUpF8uMuAJO"), Way.IN_APP).values
        assert square.square == "weixin://wxpay/bizpayurl?pr=example"
        assert phone.address.endswith("&redirect_url=https%3A%2F%2Fbangfu.example%2Fback")
        text = f"{APP}\n{values['timeStamp']}\n{values['nonceStr']}\n{values['package']}\n"
        assert wechat.merchant.has_signed(text.encode(), values["paySign"])
        assert wechat.orders[payment.number]["said"] == {
            "appid": APP, "mchid": MERCHANT, "description": "册亨糯米蕉 2 箱", "out_trade_no": payment.number,
            "time_expire": "2020-07-31T17:30:00+08:00", "notify_url": "https://bangfu.example/told",
            "amount": {"total": 12_800, "currency": "CNY"}, "payer": {"openid": "oUpF8uMuAJO"},
        }  # fmt: skip
        assert wechat.faults == []
        for way, payer in ((Way.IN_APP, ""), (Way.PAGE, "x")):
            assert (
                code_of(lambda w=way, p=payer: adapter.begin(order(payment, payer=p), w)) == "not_in_this_way"
            )

    def test_a_paid_one_is_found_by_asking(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount
    ) -> None:
        payment = begun(cast, wx)
        ask_about(payment, NOW)
        assert fresh(payment).state == "CREATED"
        wechat.pay(payment.number, 12_800)
        ask_about(payment, NOW)
        assert (fresh(payment).state, TOLD, wechat.faults) == ("PAID", ["paid 12800"], [])

    def test_an_answer_with_a_false_signature_is_not_believed(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount
    ) -> None:
        payment = begun(cast, wx)
        wechat.pay(payment.number, 12_800)
        wechat.is_forging = True
        assert code_of(lambda: adapter_of(wx, NOW).ask(payment.number)) == "bad_signature"

    def test_closes_and_learns_that_it_was_paid(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount
    ) -> None:
        payment = begun(cast, wx)
        adapter_of(wx, NOW).begin(order(payment), Way.SQUARE)
        ask_about(payment, payment.expires_at)
        assert (fresh(payment).state, wechat.orders[payment.number]["state"]) == ("CLOSED", "CLOSED")
        wechat.pay(payment.number, 12_800)
        assert code_of(lambda: adapter_of(wx, NOW).close(payment.number)) == "paid_already"
        adapter_of(wx, NOW).close("never-known")

    def test_gives_back_and_follows(self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount) -> None:
        payment = begun(cast, wx)
        wechat.pay(payment.number, 12_800)
        ask_about(payment, NOW)
        wechat.refunds_wait = True
        refund = refund_payment(payment=payment, amount_fen=2_800, reason="破损", act=cast.act(cast.officer))
        assert (send_refund(refund, NOW).state, fresh(refund).is_sent) == ("ASKED", True)
        wechat.refunds[refund.number]["state"] = "SUCCESS"
        follow_refund(fresh(refund), NOW)
        assert (fresh(refund).state, fresh(payment).refunded_fen) == ("DONE", 2_800)
        assert fresh(refund).provider_number == f"5030{refund.number}"
        assert wechat.faults == []

    def test_a_refund_that_never_arrived_is_sent_again(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount
    ) -> None:
        payment = begun(cast, wx)
        wechat.pay(payment.number, 12_800)
        ask_about(payment, NOW)
        refund = refund_payment(payment=payment, amount_fen=2_800, reason="破损", act=cast.act(cast.officer))
        wechat.is_silent = True
        assert send_refund(refund, NOW).state == "ASKED"
        wechat.is_silent = False
        ask_due(NOW + HOUR)
        assert fresh(refund).state == "DONE"


class TestMessagesOfWeChatPay:
    def tell(self, body: bytes, headers: dict[str, str]) -> int:
        client = Client(enforce_csrf_checks=True)
        found = client.post("/payments/told/wx/", body, content_type="application/json", headers=headers)
        return found.status_code

    def codes(self) -> list[str]:
        return list(Message.objects.order_by("pk").values_list("code", flat=True))

    def paid_there(self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount) -> Payment:
        payment = live(cast, wx)
        wechat.pay(payment.number, 12_800)
        return payment

    def test_pays_once_however_often_it_is_told(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount
    ) -> None:
        payment = self.paid_there(cast, wechat, wx)
        message = wechat.message(wechat.transaction(payment.number), seconds(timezone.now()))
        assert [self.tell(*message), self.tell(*message)] == [200, 200]
        assert (fresh(payment).state, TOLD, self.codes()) == ("PAID", ["paid 12800"], [])
        assert steps(payment)[-1] == ("PAID", "MESSAGE", 12_800)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"amount": {"total": 12_799, "currency": "CNY"}}, "wrong_amount"),
            ({"amount": {"total": "12800", "currency": "CNY"}}, "unreadable"),
            ({"amount": {"total": 12_800, "currency": "USD"}}, "unreadable"),
            ({"mchid": "1900000002"}, "wrong_merchant"),
            ({"appid": "wx0"}, "wrong_app"),
            ({"out_trade_no": "f" * 32}, "unknown_payment"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount, changes: dict[str, Any], code: str
    ) -> None:
        payment = self.paid_there(cast, wechat, wx)
        said = wechat.transaction(payment.number, **changes)
        assert self.tell(*wechat.message(said, seconds(timezone.now()))) == 400
        assert (fresh(payment).state, TOLD, self.codes()) == ("CREATED", [], [code])

    def test_older_than_five_minutes_or_from_the_future_is_refused(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount
    ) -> None:
        payment = self.paid_there(cast, wechat, wx)
        said, now = wechat.transaction(payment.number), timezone.now()
        for minutes in (-6, 6):
            assert self.tell(*wechat.message(said, seconds(now, timedelta(minutes=minutes)))) == 400
        assert (fresh(payment).state, self.codes()) == ("CREATED", ["stale", "stale"])
        assert self.tell(*wechat.message(said, seconds(now, timedelta(minutes=-4)))) == 200

    def test_forged_ones_are_refused(self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount) -> None:
        payment = self.paid_there(cast, wechat, wx)
        said, now = wechat.transaction(payment.number), seconds(timezone.now())
        body, headers = wechat.message(said, now)
        assert self.tell(body + b" ", headers) == 400
        assert self.tell(body, {**headers, "Wechatpay-Serial": "another"}) == 400
        assert self.tell(body, {**headers, "Wechatpay-Timestamp": str(now + 1)}) == 400
        assert self.tell(body, {}) == 400
        assert self.tell(*wechat.message(said, now, key=bytes(32))) == 400
        assert self.codes() == [
            "bad_signature", "unknown_certificate", "bad_signature", "unknown_certificate", "bad_seal",
        ]  # fmt: skip
        assert fresh(payment).state == "CREATED"

    def test_of_a_refund(self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount) -> None:
        payment = self.paid_there(cast, wechat, wx)
        take_payment_answer(merchant=wx, told=paid_told(payment), heard="ANSWER", act=door())
        wechat.refunds_wait = True
        refund = refund_payment(payment=payment, amount_fen=800, reason="破损", act=cast.act(cast.officer))
        send_refund(refund, timezone.now())
        wechat.refunds[refund.number]["state"] = "SUCCESS"
        said = {**wechat.refunded(refund.number, "refund_status"), "mchid": MERCHANT}
        message = wechat.message(said, seconds(timezone.now()), "REFUND.SUCCESS")
        assert [self.tell(*message), self.tell(*message)] == [200, 200]
        assert (fresh(refund).state, TOLD[1:]) == ("DONE", ["refunded 800 PART_REFUNDED"])

    def test_other_kinds_are_answered_and_change_nothing(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount
    ) -> None:
        payment = self.paid_there(cast, wechat, wx)
        said = wechat.transaction(payment.number)
        assert self.tell(*wechat.message(said, seconds(timezone.now()), "COUPON.USE")) == 200
        assert fresh(payment).state == "CREATED"

    def test_a_large_one_is_not_read(self, wx: MerchantAccount) -> None:
        assert self.tell(b"x" * 70_000, {}) == 413

    def test_an_unknown_account_has_no_door(self, cast: Cast) -> None:
        assert Client().post("/payments/told/nobody/").status_code == 404


def test_test_pay_believes_no_message(cast: Cast) -> None:
    account = merchant(cast)
    with pytest.raises(Forged):
        adapter_of(account, NOW).read({}, b"{}", NOW)
    assert adapter_of(account, NOW).ask("x").standing == Standing.WAITING
