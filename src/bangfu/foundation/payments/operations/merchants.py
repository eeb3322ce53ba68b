"""Merchant accounts are opened and closed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.payments.models import MerchantAccount, OwnerKind, Provider, State
from bangfu.foundation.rooms import both

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OWNER = re.compile(r"[0-9A-Z]{18}")
_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,40}")


class UnableToKeepMerchant(Refusal):
    """Codes: ``no_code``, ``code_taken``, ``no_title``, ``unknown_provider``, ``unknown_owner``, ``no_owner``, ``no_numbers``,
    ``no_serials``, ``taken``, ``closed_already``, ``payments_open``."""

    sentences = {
        "no_code": both(
            "代码用小写字母、数字和连字符，不超过 30 个字符：密钥文件夹以它为名。",
            "A code has small letters, digits and hyphens, 30 at most: the folder of its keys bears it.",
        ),
        "code_taken": both("代码「{code}」已被使用，请换一个。", "The code {code} is taken; choose another."),
        "no_title": both("请写账户名称。", "Write what the account is called."),
        "unknown_provider": both(
            "请选测试支付、支付宝或微信支付。", "Choose test pay, Alipay or WeChat Pay."
        ),
        "unknown_owner": both("请选企业或慈善组织。", "Choose a company or a charity."),
        "no_owner": both(
            "请写收款主体的登记名称和 18 位统一社会信用代码。",
            "Write the registered name of the owner and its unified social credit code of 18 characters.",
        ),
        "no_numbers": both(
            "请写应用编号（AppID）和商户号（支付宝为卖家编号）。",
            "Write the app id and the merchant's number (Alipay: the seller id).",
        ),
        "no_serials": both(
            "微信支付还须写商户证书序列号，以及平台证书序列号或公钥编号。",
            "WeChat Pay also needs the serial of the merchant's certificate, and that of the platform's or its key id.",
        ),
        "taken": both(
            "这个商户号和应用已有账户「{code}」。请用它，或先停用。",
            "This merchant and app have the account {code}. Use it, or close it first.",
        ),
        "closed_already": both("这个账户已经停用。", "This account is closed already."),
        "payments_open": both(
            "还有 {count} 笔待支付或退款中的款项。等它们结束再停用。",
            "{count} payments or refunds are not finished. Close the account once they are.",
        ),
    }


@dataclass(frozen=True)
class MerchantDetails:
    """What is said of a merchant account; keys are no part of it."""

    code: str
    title: str
    provider: str
    owner_kind: str
    owner_title: str
    owner_code: str
    app_id: str = ""
    merchant_number: str = ""
    certificate_serial: str = ""
    platform_serial: str = ""


@operation("payments.open_merchant_account", scope=scope_of("unit"))
def open_merchant_account(*, unit: Unit, details: MerchantDetails, act: Act) -> MerchantAccount:
    """Open an account into which people pay, for a unit, and say whose the money is.

    Raises: UnableToKeepMerchant: see its codes; nothing was written.
    """
    _check(details)
    if MerchantAccount.objects.filter(code=details.code).exists():
        raise UnableToKeepMerchant("code_taken", code=details.code)
    same = MerchantAccount.objects.filter(
        provider=details.provider,
        merchant_number=details.merchant_number,
        app_id=details.app_id,
        closed_at=None,
    ).first()
    if same is not None and details.provider != Provider.TEST:
        raise UnableToKeepMerchant("taken", code=same.code)
    return MerchantAccount.objects.create(unit=unit, opened_at=act.at, **vars(details))


def _check(details: MerchantDetails) -> None:
    if not _CODE.fullmatch(details.code) or len(details.code) > 30:
        raise UnableToKeepMerchant("no_code")
    if not details.title.strip():
        raise UnableToKeepMerchant("no_title")
    if details.provider not in Provider.values:
        raise UnableToKeepMerchant("unknown_provider")
    if details.owner_kind not in OwnerKind.values:
        raise UnableToKeepMerchant("unknown_owner")
    if not details.owner_title.strip() or not _OWNER.fullmatch(details.owner_code):
        raise UnableToKeepMerchant("no_owner")
    if details.provider == Provider.TEST:
        return
    if not (_NUMBER.fullmatch(details.app_id) and _NUMBER.fullmatch(details.merchant_number)):
        raise UnableToKeepMerchant("no_numbers")
    is_wechat = details.provider == Provider.WECHAT
    if is_wechat and not (details.certificate_serial and details.platform_serial):
        raise UnableToKeepMerchant("no_serials")


@operation("payments.close_merchant_account", scope=scope_of("merchant"))
def close_merchant_account(*, merchant: MerchantAccount, act: Act) -> MerchantAccount:
    """Let nobody pay into an account any more; refunds from it go on.

    Raises: UnableToKeepMerchant: see its codes; nothing was written.
    Locks: the account.
    """
    held = MerchantAccount.objects.select_for_update(of=("self",)).select_related("unit").get(pk=merchant.pk)
    if held.closed_at is not None:
        raise UnableToKeepMerchant("closed_already")
    unfinished = held.payments.filter(state=State.CREATED) | held.payments.filter(refunding_fen__gt=0)
    if count := unfinished.count():
        raise UnableToKeepMerchant("payments_open", count=count)
    held.closed_at = act.at
    held.save(update_fields=["closed_at"])
    return held
