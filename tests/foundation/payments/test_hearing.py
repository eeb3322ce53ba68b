"""Messages that arrive together: each verified, taken once and answered by itself; what is refused is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.payments.adapters import Reply
from bangfu.foundation.payments.hearing import Arrived, answers_to
from bangfu.foundation.payments.models import MerchantAccount, Message, Payment, Step
from bangfu.foundation.payments.operations import refund_payment, taking
from tests.cast import Cast
from tests.foundation.payments.fakes import MERCHANT, FakeAlipay, FakeWeChatPay
from tests.foundation.payments.paid import TOLD, begin, door, fresh, merchant

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def opened(cast: Cast, into: MerchantAccount, fake: Any, count: int) -> list[Payment]:
    """Return so many open payments, each for a record of its own and paid at the provider."""
    said = {"amount_fen": 12_800, "subject": "册亨糯米蕉", "expires_at": timezone.now() + timedelta(hours=1)}
    payments = []
    for number in range(count):
        of = merchant(cast, f"{into.code}-{number}")
        payments.append(
            begin(account=cast.officer, said=said, of=of, merchant=into, act=cast.act(cast.officer))
        )
        fake.pay(payments[-1].number, 12_800)
    TOLD.clear()
    return payments


def of_alipay(body: bytes, account: str = "ali", kind: str = FORM, caller: str = "203.0.113.7") -> Arrived:
    return Arrived(account, {"CONTENT_TYPE": kind, "REMOTE_ADDR": caller}, body)


def of_wechat(message: tuple[bytes, dict[str, str]], account: str = "wx") -> Arrived:
    body, headers = message
    meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return Arrived(account, {**meta, "CONTENT_TYPE": "application/json", "REMOTE_ADDR": "203.0.113.8"}, body)


def answered(*arrived: Arrived) -> list[tuple[int, str] | None]:
    replies: list[Reply | None] = answers_to(arrived, door(at=timezone.now()))
    return [None if one is None else (one.status, one.text) for one in replies]


TAKEN, NOT_TAKEN = (200, "success"), (200, "failure")
TAKEN_BY_WECHAT, NOT_TAKEN_BY_WECHAT = (
    (200, '{"code":"SUCCESS"}'),
    (400, '{"code":"FAIL","message":"refused"}'),
)


def codes() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("code", flat=True))


def test_each_is_answered_by_itself_and_pays_once(
    cast: Cast, alipay: FakeAlipay, ali: MerchantAccount, wechat: FakeWeChatPay, wx: MerchantAccount
) -> None:
    one, other, third, fourth = opened(cast, ali, alipay, 4)
    (within,) = opened(cast, wx, wechat, 1)
    now = int(timezone.now().timestamp())
    message = alipay.message(one.number)
    true = wechat.message(wechat.transaction(within.number), now)
    stale = wechat.message(wechat.transaction(within.number), now - 400)
    replies = answered(
        of_alipay(message), of_alipay(message), of_alipay(alipay.message(one.number, trade_no="T2")),
        of_alipay(alipay.message(other.number)),
        of_alipay(alipay.message(third.number).replace(b"total_amount=128.00", b"total_amount=0.01")),
        of_alipay(alipay.message(third.number, total_amount="127.99")), of_alipay(b""),
        of_alipay(message, account="nobody"), of_alipay(b"", kind="multipart/form-data; boundary=x"),
        of_wechat(stale), of_wechat(true), of_wechat(true), of_wechat((true[0] + b" ", true[1])),
        of_alipay(alipay.message(fourth.number, trade_status="WAIT_BUYER_PAY")),
    )  # fmt: skip
    assert replies == [
        TAKEN, TAKEN, NOT_TAKEN, TAKEN, NOT_TAKEN, NOT_TAKEN, NOT_TAKEN, None, NOT_TAKEN, NOT_TAKEN_BY_WECHAT, TAKEN_BY_WECHAT,
        TAKEN_BY_WECHAT, NOT_TAKEN_BY_WECHAT, TAKEN,
    ]  # fmt: skip
    assert codes() == [
        "other_transaction", "bad_signature", "wrong_amount", "bad_signature", "unreadable", "stale", "bad_signature",
    ]  # fmt: skip
    assert [fresh(one).state for one in (one, other, third, fourth, within)] == [
        "PAID", "PAID", "CREATED", "CREATED", "PAID",
    ]  # fmt: skip
    assert (TOLD, Step.objects.filter(done="PAID", heard="MESSAGE").count()) == (["paid 12800"] * 3, 3)
    assert sorted(Finding.objects.values_list("title_en", flat=True)) == sorted(
        [
            f"A payment was made twice: {one.number}",
            f"Another amount came than was to be paid: {third.number}",
        ]
    )


def test_what_one_room_cannot_take_is_told_again_and_the_others_are_taken(
    cast: Cast, alipay: FakeAlipay, ali: MerchantAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    payments = opened(cast, ali, alipay, 5)
    bad = payments[3]
    hook = taking.hook_of(bad.pays_type)

    def broken(paid: list[Payment], act: Any) -> None:
        if bad in paid:
            raise LookupError("the order is gone")
        hook.paid(paid, act)

    messages = [of_alipay(alipay.message(one.number)) for one in payments]
    with monkeypatch.context() as patch:
        patch.setattr(taking, "hook_of", lambda kind: type(hook)(kind, paid=broken))
        assert answered(*messages) == [TAKEN, TAKEN, TAKEN, (500, "failure"), TAKEN]
    assert [fresh(one).state for one in payments] == ["PAID", "PAID", "PAID", "CREATED", "PAID"]
    assert codes() == []
    assert answered(*messages) == [TAKEN] * 5
    assert (fresh(bad).state, TOLD) == ("PAID", ["paid 12800"] * 5)


def test_refunds_and_payments_in_one_go(cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount) -> None:
    one, other = opened(cast, wx, wechat, 2)
    now = int(timezone.now().timestamp())
    assert answered(of_wechat(wechat.message(wechat.transaction(one.number), now))) == [TAKEN_BY_WECHAT]
    refund = refund_payment(payment=fresh(one), amount_fen=800, reason="破损", act=cast.act(cast.officer))
    wechat.refunds[refund.number] = {"amount": 800, "order": one.number, "state": "SUCCESS"}
    told = {**wechat.refunded(refund.number, "refund_status"), "mchid": MERCHANT}
    given_back = of_wechat(wechat.message(told, now, "REFUND.SUCCESS"))
    paid = of_wechat(wechat.message(wechat.transaction(other.number), now))
    assert answered(given_back, paid, given_back) == [TAKEN_BY_WECHAT] * 3
    assert (fresh(refund).state, fresh(other).state) == ("DONE", "PAID")
    assert TOLD == ["paid 12800", "paid 12800", "refunded 800 PART_REFUNDED"]


def test_of_forged_ones_so_many_a_minute_are_kept(
    cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
) -> None:
    forged = [of_alipay(b"sign=x", caller="203.0.113.9") for _ in range(70)]
    assert answered(*forged) == [NOT_TAKEN] * 70
    assert len(codes()) == 60
    assert answered(of_alipay(b"sign=x", caller="203.0.113.10")) == [NOT_TAKEN]
    assert len(codes()) == 61


def test_without_keys_nothing_is_believed(cast: Cast) -> None:
    merchant(cast, "other", "ALIPAY", app_id="1", merchant_number="2")
    assert answered(of_alipay(b"sign=x", account="other")) == [NOT_TAKEN]
    assert codes() == ["key_missing"]
