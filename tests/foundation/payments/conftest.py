"""Both providers on this machine, each with an account whose keys lie in the folder of secrets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

from bangfu.foundation.payments.models import MerchantAccount
from tests.cast import Cast
from tests.foundation.payments.fakes import (
    APP,
    APP_SECRET,
    MERCHANT,
    PLATFORM,
    SELLER,
    SERIAL,
    SHARED,
    FakeAlipay,
    FakeWeChat,
    FakeWeChatPay,
    serving,
)
from tests.foundation.payments.independent import Pair
from tests.foundation.payments.paid import merchant


@pytest.fixture(scope="session")
def pairs() -> tuple[Pair, Pair]:
    """The keys of the merchant and of the platform."""
    return Pair(), Pair()


@contextmanager
def keys(code: str, **files: bytes) -> Iterator[None]:
    """Put keys where an administrator puts them, for a while."""
    folder = Path(settings.SECRETS_FOLDER) / "payments" / code
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    yield
    shutil.rmtree(folder)


@pytest.fixture
def alipay(pairs: tuple[Pair, Pair], monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAlipay]:
    """Alipay, with keys of the account ``ali``."""
    cache.clear()
    fake = FakeAlipay(*pairs)
    files = {"private_key__pem": pairs[0].private, "platform_key__pem": pairs[1].public}
    with keys("ali", **files), serving(fake):
        monkeypatch.setattr(settings, "ALIPAY_URL", fake.url + "/gateway.do")
        yield fake


@pytest.fixture
def wechat(pairs: tuple[Pair, Pair], monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWeChatPay]:
    """WeChat Pay, with keys of the account ``wx``."""
    cache.clear()
    fake = FakeWeChatPay(*pairs)
    files = {"private_key__pem": pairs[0].private, "platform_key__pem": pairs[1].public}
    with keys("wx", **files, api_v3__key=SHARED), serving(fake):
        monkeypatch.setattr(settings, "WECHATPAY_URL", fake.url)
        yield fake


@pytest.fixture
def within(
    wechat: FakeWeChatPay, pairs: tuple[Pair, Pair], monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeWeChat]:
    """WeChat itself beside WeChat Pay, with the secret of the app of the account ``wx``."""
    fake = FakeWeChat(*pairs)
    folder = Path(settings.SECRETS_FOLDER) / "payments" / "wx"
    (folder / "app_secret.key").write_text(APP_SECRET + "\n")
    with serving(fake):
        monkeypatch.setattr(settings, "WECHAT_API_URL", fake.url)
        yield fake


@pytest.fixture
def ali(alipay: FakeAlipay, cast: Cast) -> MerchantAccount:
    """The company's account with Alipay."""
    return merchant(cast, "ali", "ALIPAY", app_id=APP, merchant_number=SELLER)


@pytest.fixture
def wx(wechat: FakeWeChatPay, cast: Cast) -> MerchantAccount:
    """The company's account with WeChat Pay."""
    return merchant(
        cast, "wx", "WECHAT", app_id=APP, merchant_number=MERCHANT, certificate_serial=SERIAL,
        platform_serial=PLATFORM,
    )  # fmt: skip
