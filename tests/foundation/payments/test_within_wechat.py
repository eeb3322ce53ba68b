"""Paying within WeChat (JSAPI): WeChat says who pays, the order is theirs, and its browser opens the cashier."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.db import connection
from django.test import Client
from django.utils import timezone

from bangfu.foundation.payments.models import MerchantAccount, Payment
from tests.cast import Cast
from tests.foundation.payments.fakes import APP, FakeAlipay, FakeWeChat, FakeWeChatPay
from tests.foundation.payments.independent import Pair
from tests.foundation.payments.paid import begun, fresh, merchant

pytestmark = pytest.mark.django_db
WECHAT = "Mozilla/5.0 (Linux; Android 14) Mobile Safari MicroMessenger/8.0.49"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


def live(cast: Cast, account: MerchantAccount) -> Payment:
    return begun(cast, account, expires_at=timezone.now() + timedelta(hours=1))


def sent(client: Client, address: str) -> dict[str, str]:
    """Open the payer's page, and return with what WeChat is asked who it is."""
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert answer.headers["Location"].endswith("#wechat_redirect")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


class TestWithinWeChat:
    def test_the_payer_comes_back_and_the_cashier_opens(
        self,
        cast: Cast,
        within: FakeWeChat,
        wechat: FakeWeChatPay,
        wx: MerchantAccount,
        pairs: tuple[Pair, Pair],
    ) -> None:
        payment, client = live(cast, wx), Client(headers={"User-Agent": WECHAT})
        address = f"/payments/pay/{payment.number}"
        asked = sent(client, address)
        assert (asked["appid"], asked["scope"], asked["response_type"]) == (APP, "snsapi_base", "code")
        assert asked["redirect_uri"] == f"http://testserver{address}"
        within.codes["CODE-1"] = OPENID
        page = client.get(address, {"code": "CODE-1", "state": asked["state"]})
        assert wechat.orders[payment.number]["said"]["payer"] == {"openid": OPENID}
        assert wechat.asked == ["POST /v3/pay/transactions/jsapi"]
        values = json.loads(page.context["within"])
        assert set(values) == {"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"}
        text = "".join(f"{values[name]}\n" for name in ("appId", "timeStamp", "nonceStr", "package"))
        key = serialization.load_pem_private_key(pairs[0].private, None)
        assert isinstance(key, RSAPrivateKey)
        key.public_key().verify(
            base64.b64decode(values["paySign"]), text.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        assert "payments/within.js" in page.content.decode()
        assert "微信支付 128.00 元" in page.content.decode()
        assert fresh(payment).state == "CREATED"  # only the provider's message says that it is paid

    def test_the_openid_is_kept_nowhere(self, cast: Cast, within: FakeWeChat, wx: MerchantAccount) -> None:
        payment, client = live(cast, wx), Client(headers={"User-Agent": WECHAT})
        address = f"/payments/pay/{payment.number}"
        within.codes["CODE-1"] = OPENID
        page = client.get(address, {"code": "CODE-1", "state": sent(client, address)["state"]})
        assert OPENID not in page.content.decode()
        assert OPENID not in json.dumps(dict(client.session))
        with connection.cursor() as cursor:
            for table in ("payments_payment", "payments_step", "payments_message"):
                cursor.execute(
                    f"SELECT count(*) FROM {table} AS row WHERE row::text LIKE %s", [f"%{OPENID}%"]
                )
                assert cursor.fetchone() == (0,), table

    def test_a_code_of_another_page_or_one_that_is_spent_is_asked_for_anew(
        self, cast: Cast, within: FakeWeChat, wx: MerchantAccount
    ) -> None:
        payment, client = live(cast, wx), Client(headers={"User-Agent": WECHAT})
        address = f"/payments/pay/{payment.number}"
        within.codes["CODE-1"] = OPENID
        first = sent(client, address)["state"]
        assert client.get(address, {"code": "CODE-1", "state": "x" * 22}).status_code == 302
        assert (
            client.get(address, {"code": "CODE-1", "state": first}).status_code == 302
        )  # that state was used up
        assert within.asked == []
        second = sent(client, address)["state"]
        assert client.get(address, {"code": "CODE-1", "state": second}).status_code == 200
        assert client.get(address, {"code": "CODE-1", "state": second}).status_code == 302  # loaded again
        third = sent(client, address)["state"]
        assert client.get(address, {"code": "CODE-1", "state": third}).status_code == 302  # spent

    def test_when_wechat_does_not_answer_the_payer_is_told(
        self, cast: Cast, within: FakeWeChat, wx: MerchantAccount
    ) -> None:
        client = Client(headers={"User-Agent": WECHAT})
        address = f"/payments/pay/{live(cast, wx).number}"
        within.fault = 50001
        page = client.get(address, {"code": "CODE-1", "state": sent(client, address)["state"]})
        assert "暂时连不上支付渠道" in page.content.decode()
        within.is_silent = True
        page = client.get(address, {"code": "CODE-1", "state": sent(client, address)["state"]})
        assert "暂时连不上支付渠道" in page.content.decode()

    def test_without_the_apps_secret_the_payer_is_led_out(
        self, cast: Cast, wechat: FakeWeChatPay, wx: MerchantAccount
    ) -> None:
        client = Client(headers={"User-Agent": WECHAT, "Accept-Language": "en"})
        address = f"/payments/pay/{live(cast, wx).number}"
        assert "在浏览器打开" in client.get(address).content.decode()
        client.cookies["bangfu_language"] = "en"
        assert "open the page in your browser" in client.get(address).content.decode()
        assert wechat.asked == []

    def test_alipay_is_not_paid_within_wechat(
        self, cast: Cast, alipay: FakeAlipay, ali: MerchantAccount
    ) -> None:
        page = Client(headers={"User-Agent": WECHAT}).get(f"/payments/pay/{live(cast, ali).number}")
        assert "在浏览器打开" in page.content.decode()

    def test_test_pay_is_paid_anywhere(self, cast: Cast) -> None:
        page = Client(headers={"User-Agent": WECHAT}).get(
            f"/payments/pay/{live(cast, merchant(cast)).number}"
        )
        assert "这是测试支付" in page.content.decode()
