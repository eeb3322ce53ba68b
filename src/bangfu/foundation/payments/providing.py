"""The adapter of a merchant account, with its keys, and the system account by which what providers say is taken."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings

from bangfu.foundation.organisation.founding import appoint_system
from bangfu.foundation.payments.adapters import Adapter, Keys, NotTaken
from bangfu.foundation.payments.adapters.alipay import Alipay
from bangfu.foundation.payments.adapters.sandbox import TestPay
from bangfu.foundation.payments.adapters.wechat import WeChatPay
from bangfu.foundation.payments.models import MerchantAccount, Provider
from bangfu.foundation.payments.secrets import PLATFORM_KEY, PRIVATE_KEY, SHARED_KEY, KeyMissing, secret
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.systems import named_system
from bangfu.foundation.rooms import both

USERNAME, ROLE = "payments-door", "payments_door"
TITLE = named_system(both("支付渠道", "Payment providers"))


def door_account(*, on: date) -> Account:
    """Return the system account that takes what providers say; the first call appoints it over the whole house."""
    known = Account.objects.filter(username=USERNAME).first()
    return known or appoint_system(username=USERNAME, title=TITLE.zh, role=ROLE, on=on)


def adapter_of(merchant: MerchantAccount, now: datetime) -> Adapter:
    """Return what speaks with a merchant account's provider.

    Raises: NotTaken: ``key_missing``.
    """
    if merchant.provider == Provider.TEST:
        return TestPay(now)
    is_wechat = merchant.provider == Provider.WECHAT
    try:
        keys = Keys(
            app_id=merchant.app_id,
            merchant_number=merchant.merchant_number,
            private_key=secret(merchant, PRIVATE_KEY),
            platform_key=secret(merchant, PLATFORM_KEY),
            shared_key=secret(merchant, SHARED_KEY) if is_wechat else b"",
            certificate_serial=merchant.certificate_serial,
            platform_serial=merchant.platform_serial,
        )
    except KeyMissing:
        raise NotTaken("key_missing") from None
    if is_wechat:
        return WeChatPay(keys, settings.WECHATPAY_URL, now)
    return Alipay(keys, settings.ALIPAY_URL, now)
