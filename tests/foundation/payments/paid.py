"""What the tests of this room have in common: a record that is paid for, merchant accounts, and what its room was told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bangfu.foundation.operations import OWN, Act, operation, system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.payments import hooks
from bangfu.foundation.payments.adapters import Standing, Told
from bangfu.foundation.payments.hooks import PaidFor, enter_hook
from bangfu.foundation.payments.models import MerchantAccount, Payment, Refund
from bangfu.foundation.payments.operations import (
    MerchantDetails,
    begin_payment,
    open_merchant_account,
    take_payment_answer,
)
from bangfu.foundation.payments.providing import door_account
from bangfu.foundation.payments.register import MERCHANT_TYPE
from bangfu.foundation.people.models import Account
from tests.cast import FOUNDED, NOW, Cast

TOLD: list[str] = []
"""What the room of the record was told, in order."""
OWNER = "91110000EXAMPLE01A"
HALF_AN_HOUR = timedelta(minutes=30)

if MERCHANT_TYPE not in hooks._hooks:  # a merchant account stands for whatever is paid for
    enter_hook(
        PaidFor(
            MERCHANT_TYPE,
            paid=lambda payments, act: TOLD.extend(f"paid {one.amount_fen}" for one in payments),
            closed=lambda payment, act: TOLD.append(f"{payment.state} {payment.amount_fen}"),
            refunded=lambda refund, act: TOLD.append(f"refunded {refund.amount_fen} {refund.payment.state}"),
        )
    )


@operation("toys.begin_payment", scope=OWN)
def begin(
    *, account: Account, said: dict[str, Any], of: MerchantAccount, merchant: MerchantAccount, act: Act
) -> Payment:
    """Begin a payment as a room does, inside its own operation."""
    return begin_payment(of=of, merchant=merchant, act=act, **said)


def accountant(cast: Cast) -> Account:
    """Give the officer the accountant's role at the root, and return them."""
    with system_writes("an accountant"):
        RoleGrant.objects.get_or_create(
            account=cast.officer, role="accountant", unit=cast.group, starts_on=FOUNDED
        )
    TOLD.clear()
    return cast.officer


def details(code: str = "shop-test", provider: str = "TEST", **changes: str) -> MerchantDetails:
    """Return what is said of the company's account."""
    said = {"title": "小店收款", "owner_kind": "COMPANY", "owner_title": "示例集团", "owner_code": OWNER}
    return MerchantDetails(code=code, provider=provider, **{**said, **changes})


def merchant(cast: Cast, code: str = "shop-test", provider: str = "TEST", **changes: str) -> MerchantAccount:
    """Open a merchant account of the group."""
    keeper = accountant(cast)
    return open_merchant_account(
        unit=cast.group, details=details(code, provider, **changes), act=cast.act(keeper)
    )


def begun(cast: Cast, account: MerchantAccount, amount_fen: int = 12_800, **changes: Any) -> Payment:
    """Begin a payment of 128 yuan for the account's own record."""
    said = {
        "amount_fen": amount_fen,
        "subject": "册亨糯米蕉 2 箱",
        "expires_at": NOW + HALF_AN_HOUR,
        **changes,
    }
    return begin(account=cast.officer, said=said, of=account, merchant=account, act=cast.act(cast.officer))


def door(**changes: Any) -> Act:
    """Return an act of the system account that takes what providers say."""
    return Act(actor=door_account(on=FOUNDED), at=changes.pop("at", NOW), **changes)


def paid_told(payment: Payment, **changes: Any) -> Told:
    """Return what a provider says of a payment that is paid."""
    said: dict[str, Any] = {
        "number": payment.number,
        "standing": Standing.DONE,
        "transaction_number": f"T{payment.number}",
        "amount_fen": payment.amount_fen,
        "app_id": payment.merchant.app_id,
        "merchant_number": payment.merchant.merchant_number,
        "at": NOW,
    }
    return Told(**{**said, **changes})


def paid(cast: Cast, account: MerchantAccount, amount_fen: int = 12_800) -> Payment:
    """Begin a payment and let it be paid."""
    payment = begun(cast, account, amount_fen)
    return take_payment_answer(merchant=account, told=paid_told(payment), heard="MESSAGE", act=door())


def fresh(one: Any) -> Any:
    """Return a record as it stands now."""
    return type(one)._default_manager.get(pk=one.pk)


def steps(payment: Payment) -> list[tuple[str, str, int]]:
    """Return a payment's history."""
    return list(payment.steps.order_by("pk").values_list("done", "heard", "amount_fen"))


__all__ = [
    "TOLD",
    "Refund",
    "accountant",
    "begin",
    "begun",
    "details",
    "door",
    "fresh",
    "merchant",
    "paid",
    "paid_told",
    "steps",
]
