"""What others are told of the room's records."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.foundation.money.amounts import written
from bangfu.foundation.payments.models import (
    OWNER_WORDS,
    PROVIDER_WORDS,
    MerchantAccount,
    Payment,
    Refund,
    Statement,
)
from bangfu.foundation.rooms import RecordSummary, both

AMOUNT = both("金额（元）", "Amount (yuan)")
STATE = both("状态", "State")
ACCOUNT = both("收款账户", "Merchant account")


def payment_address(key: int) -> str:
    """Return the page of a payment."""
    return f"/payments/{key}/"


def refund_address(key: int) -> str:
    """Return the page on which a refund stands: its payment's."""
    return f"/payments/refunds/{key}/"


def merchant_address(key: int) -> str:
    """Return the page of a merchant account."""
    return f"/payments/merchants/{key}/"


def statement_address(key: int) -> str:
    """Return the page of a statement."""
    return f"/payments/statements/{key}/"


def payment_summaries(keys: list[int]) -> Mapping[int, RecordSummary]:
    """Return summaries of payments by key."""
    rows = Payment.objects.filter(pk__in=keys).select_related("merchant")
    return {
        one.pk: RecordSummary(
            one.number,
            (
                (both("内容", "Subject"), one.subject),
                (AMOUNT, written(one.amount_fen, "CNY")),
                (STATE, str(one.state_words)),
                (ACCOUNT, one.merchant.title),
            ),
        )
        for one in rows
    }


def refund_summaries(keys: list[int]) -> Mapping[int, RecordSummary]:
    """Return summaries of refunds by key."""
    return {
        one.pk: RecordSummary(
            one.number, ((AMOUNT, written(one.amount_fen, "CNY")), (STATE, str(one.state_words)))
        )
        for one in Refund.objects.filter(pk__in=keys)
    }


def merchant_summaries(keys: list[int]) -> Mapping[int, RecordSummary]:
    """Return summaries of merchant accounts by key."""
    return {
        one.pk: RecordSummary(
            one.title,
            (
                (both("渠道", "Provider"), str(PROVIDER_WORDS[one.provider])),
                (both("钱归谁", "Owner"), f"{OWNER_WORDS[one.owner_kind]} {one.owner_title}"),
            ),
        )
        for one in MerchantAccount.objects.filter(pk__in=keys)
    }


def statement_summaries(keys: list[int]) -> Mapping[int, RecordSummary]:
    """Return summaries of statements by key."""
    return {
        one.pk: RecordSummary(
            one.file_name,
            ((ACCOUNT, one.merchant.title), (both("行数", "Lines"), str(one.line_count))),
        )
        for one in Statement.objects.filter(pk__in=keys).select_related("merchant")
    }


def units_of_payments(keys: list[int]) -> Mapping[int, int]:
    """Return whose payments are, by key."""
    return dict(Payment.objects.filter(pk__in=keys).values_list("pk", "merchant__unit"))


def units_of_refunds(keys: list[int]) -> Mapping[int, int]:
    """Return whose refunds are, by key."""
    return dict(Refund.objects.filter(pk__in=keys).values_list("pk", "payment__merchant__unit"))


def units_of_merchants(keys: list[int]) -> Mapping[int, int]:
    """Return whose merchant accounts are, by key."""
    return dict(MerchantAccount.objects.filter(pk__in=keys).values_list("pk", "unit"))


def units_of_statements(keys: list[int]) -> Mapping[int, int]:
    """Return whose statements are, by key."""
    return dict(Statement.objects.filter(pk__in=keys).values_list("pk", "merchant__unit"))
