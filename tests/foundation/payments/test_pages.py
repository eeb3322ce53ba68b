"""Pages of payments: what each reader sees, what the payer sees, and forms that act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bangfu.foundation.payments.models import MerchantAccount, Payment, Refund
from bangfu.foundation.people.models import Account
from tests.cast import Cast
from tests.foundation.payments.fakes import FakeAlipay, FakeWeChatPay
from tests.foundation.payments.paid import OWNER, TOLD, accountant, begun, fresh, merchant, paid
from tests.foundation.payments.test_statements import account, alipay_bill, paid_of, read

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def live(cast: Cast, account: MerchantAccount) -> Payment:
    return begun(cast, account, expires_at=timezone.now() + HOUR)


class TestReading:
    def test_the_list_narrows_sorts_and_exports(self, cast: Cast) -> None:
        first = paid(cast, merchant(cast))
        begun(cast, merchant(cast, "other"), 100, subject="雷山银球茶")
        client = signed_in(cast.auditor)
        assert {one["it"].subject for one in client.get("/payments/").context["rows"]} == {
            "册亨糯米蕉 2 箱", "雷山银球茶",
        }  # fmt: skip
        for query in ("state=PAID", "q=糯米", f"q={first.number}", "q=shop-test"):
            assert [one["it"] for one in client.get(f"/payments/?{query}").context["rows"]] == [first], query
        amounts = [one["amount"] for one in client.get("/payments/?sort=amount").context["rows"]]
        assert amounts == ["1.00", "128.00"]
        text = b"".join(client.get("/payments/payments.csv?state=PAID").streaming_content).decode()
        assert f"{first.number},册亨糯米蕉 2 箱" in text
        assert "雷山" not in text
        assert client.get("/payments/payments.xlsx").status_code == 200
        assert "没有符合条件的款项" in client.get("/payments/?q=nothing").content.decode()

    def test_each_page_says_what_it_is(self, cast: Cast) -> None:
        payment = paid(cast, merchant(cast))
        client = signed_in(cast.officer)
        page = client.get(f"/payments/{payment.pk}/").content.decode()
        assert "测试支付，没有钱往来。" in page
        assert "渠道通知" in page
        assert "还没有读入账单" in client.get("/payments/statements/").content.decode()
        assert "可收款" in client.get("/payments/merchants/").content.decode()
        assert client.get(f"/payments/merchants/{payment.merchant_id}/").status_code == 200
        client.cookies["bangfu_language"] = "en"
        assert "Test pay: no money moves." in client.get(f"/payments/{payment.pk}/").content.decode()

    def test_others_see_nothing(self, cast: Cast) -> None:
        payment = paid(cast, merchant(cast))
        for reader in (cast.clerk, cast.outsider):
            client = signed_in(reader)
            for address in (
                "",
                f"{payment.pk}/",
                f"merchants/{payment.merchant_id}/",
                "merchants/",
                "statements/",
            ):
                assert client.get(f"/payments/{address}").status_code == 403, address

    def test_an_empty_house_says_what_to_do(self, cast: Cast) -> None:
        assert "开设收款账户" in signed_in(accountant(cast)).get("/payments/").content.decode()

    def test_keys_that_are_missing_are_named_and_never_shown(self, cast: Cast, ali: MerchantAccount) -> None:
        other = merchant(cast, "bare", "ALIPAY", app_id="1", merchant_number="2")
        client = signed_in(cast.officer)
        assert "private_key.pem" in client.get(f"/payments/merchants/{other.pk}/").content.decode()
        page = client.get(f"/payments/merchants/{ali.pk}/").content.decode()
        assert "private_key.pem" not in page
        assert "PRIVATE KEY" not in page

    def test_a_statement_and_its_file(self, cast: Cast) -> None:
        into = account(cast)
        payment = paid_of(cast, into, 1)
        found = read(cast, into, alipay_bill(("T9", "OTHER", "交易", "1.00", "", "0.00")))
        client = signed_in(cast.officer)
        address = f"/payments/statements/{found.pk}/"
        assert [one["it"].number for one in client.get(address).context["rows"]] == ["OTHER", payment.number]
        there = client.get(f"{address}?outcome=MISSING_THERE").context["rows"]
        assert [(one["there"], one["here"]) for one in there] == [("—", "128.00")]
        text = b"".join(client.get(f"{address}lines.csv?outcome=MISSING_HERE").streaming_content).decode()
        assert "OTHER" in text
        assert payment.number not in text
        assert client.get("/payments/statements/").context["page"].object_list[0].wrong == 2
        for name in ("merchants", "statements"):
            assert client.get(f"/payments/{name}.xlsx").status_code == 200
            assert found.merchant.title in b"".join(client.get(f"/payments/{name}.csv")).decode()
            fits, fits_not = (
                f"/payments/{name}/?q={found.merchant.title}&sort=-title",
                f"/payments/{name}/?q=别的",
            )
            assert found.merchant.title in client.get(fits).content.decode()
            assert "没有符合条件的" in client.get(fits_not).content.decode()
            assert found.merchant.title not in b"".join(client.get(f"/payments/{name}.csv?q=别的")).decode()
        shown = client.get("/payments/statements/?show=wrong&since=2000-01-01&sort=-wrong").context["page"]
        assert [one.pk for one in shown] == [found.pk]
        assert not client.get("/payments/statements/?until=2000-01-01").context["page"].object_list

    def test_merchant_accounts_are_sorted_and_narrowed(self, cast: Cast) -> None:
        merchant(cast)
        merchant(cast, "other")
        client = signed_in(cast.officer)

        def codes(query: str) -> list[str]:
            return [one["it"].code for one in client.get(f"/payments/merchants/?{query}").context["rows"]]

        assert codes("sort=code") == ["other", "shop-test"]
        assert codes("sort=-code") == ["shop-test", "other"]
        assert codes("q=other") == ["other"]
        assert (codes("show=open&provider=TEST"), codes("show=closed")) == (["other", "shop-test"], [])


class TestActing:
    def test_opens_and_closes_a_merchant_account(self, cast: Cast) -> None:
        client = signed_in(accountant(cast))
        said = {
            "key": "k1", "unit": cast.group.pk, "code": "shop", "title": "小店", "provider": "TEST",
            "owner_kind": "COMPANY", "owner_title": "示例集团", "owner_code": OWNER,
        }  # fmt: skip
        assert client.get("/payments/merchants/new").status_code == 200
        assert client.post("/payments/merchants/new", {**said, "code": "No"}).status_code == 409
        assert client.post("/payments/merchants/new", said).status_code == 302
        found = MerchantAccount.objects.get()
        assert client.post(f"/payments/merchants/{found.pk}/close", {"key": "k2"}).status_code == 302
        assert client.post(f"/payments/merchants/{found.pk}/close", {"key": "k3"}).status_code == 409

    def test_gives_back_by_test_pay_at_once(self, cast: Cast) -> None:
        payment = paid(cast, merchant(cast))
        client, address = signed_in(cast.officer), f"/payments/{payment.pk}/refund"
        assert "还可退 128.00 元" in client.get(address).content.decode()
        said = {"key": "k", "yuan": "28.00", "reason": "破损"}
        assert client.post(address, {**said, "yuan": "128.01", "key": "x"}).status_code == 409
        for _ in range(2):
            assert client.post(address, said).status_code == 302
        assert [(one.state, one.amount_fen) for one in Refund.objects.all()] == [("DONE", 2_800)]
        assert "还可退 100.00 元。" in client.get(f"/payments/{payment.pk}/").content.decode()

    def test_asks_and_closes(self, cast: Cast) -> None:
        payment = live(cast, merchant(cast))
        client = signed_in(cast.officer)
        assert client.post(f"/payments/{payment.pk}/ask").status_code == 302
        assert fresh(payment).state == "CREATED"
        assert client.post(f"/payments/{payment.pk}/close", {"key": "k"}).status_code == 302
        assert fresh(payment).state == "CLOSED"
        assert client.post(f"/payments/{payment.pk}/close", {"key": "k2"}).status_code == 409

    def test_reads_a_statement(self, cast: Cast) -> None:
        into = account(cast)
        address = f"/payments/merchants/{into.pk}/statement"
        client = signed_in(cast.officer)
        assert client.get(address).status_code == 200

        def send(content: bytes, key: str) -> Any:
            file = SimpleUploadedFile("业务明细.csv", content)
            said = {"key": key, "starts_on": "2020-07-31", "last_on": "2020-07-31", "file": file}
            return client.post(address, said)

        assert send(b"nothing", "a").status_code == 409
        assert send(alipay_bill(), "b").status_code == 302


def test_a_refused_message_is_said_in_words(cast: Cast, ali: MerchantAccount) -> None:
    form = "application/x-www-form-urlencoded"
    assert Client().post("/payments/told/ali/", "sign=x", content_type=form).content == b"failure"
    assert (
        Client().post("/payments/told/ali/", {"sign": "x"}).content == b"failure"
    )  # multipart: no provider's
    client = signed_in(cast.officer)
    assert "内容读不懂" in client.get(f"/payments/merchants/{ali.pk}/").content.decode()
    assert "签名不对" in client.get(f"/payments/merchants/{ali.pk}/").content.decode()
    client.cookies["bangfu_language"] = "en"
    assert "Its signature is wrong" in client.get(f"/payments/merchants/{ali.pk}/").content.decode()


class TestThePayersPage:
    def test_of_a_test_says_so_and_pays(self, cast: Cast) -> None:
        payment = live(cast, merchant(cast))
        address = f"/payments/pay/{payment.number}"
        page = Client().get(address).content.decode()
        assert "这是测试支付" in page
        assert "128.00" in page
        assert Client().post(f"{address}/test", {"what": "rob"}).status_code == 404
        assert Client().post(f"{address}/test", {"what": "pay"}).status_code == 302
        assert (fresh(payment).state, TOLD) == ("PAID", ["paid 12800"])
        assert "已支付 128.00 元" in Client().get(address).content.decode()

    @pytest.mark.parametrize(("what", "state"), [("fail", "FAILED"), ("expire", "CLOSED")])
    def test_of_a_test_fails_or_expires(self, cast: Cast, what: str, state: str) -> None:
        payment = live(cast, merchant(cast))
        Client().post(f"/payments/pay/{payment.number}/test", {"what": what})
        assert (fresh(payment).state, TOLD) == (state, [f"{state} 12800"])

    def test_when_time_is_over_a_test_is_not_paid(self, cast: Cast) -> None:
        payment = begun(cast, merchant(cast))
        address = f"/payments/pay/{payment.number}"
        assert "支付期限已过" in Client().get(address).content.decode()
        Client().post(f"{address}/test", {"what": "pay"})
        assert fresh(payment).state == "CLOSED"

    def test_of_alipay_leads_there(self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount) -> None:
        payment = live(cast, ali)
        address = f"/payments/pay/{payment.number}"
        assert "alipay.trade.page.pay" in Client().get(address).context["address"]
        phone = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Safari"})
        assert "alipay.trade.wap.pay" in phone.get(address).context["address"]
        assert Client().post(f"{address}/test", {"what": "pay"}).status_code == 404
        assert 'hx-trigger="every 4s"' in Client().get(address).content.decode()
        assert Client().get(f"{address}/state").status_code == 204  # nothing new: the page stays as it is

    def test_of_wechat_pay_shows_a_code(self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount) -> None:
        address = f"/payments/pay/{live(cast, wx).number}"
        page = Client().get(address)
        assert "<svg" in page.context["square"]
        wechat.is_silent = True
        assert "暂时连不上支付渠道" in Client().get(address).content.decode()

    def test_nobody_guesses_one(self, cast: Cast) -> None:
        assert Client().get("/payments/pay/20200731").status_code == 404
