"""What the payments room declares."""

from datetime import datetime, timedelta

from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.payments import telling
from bangfu.foundation.payments.register import MERCHANT_TYPE, PAYMENT_TYPE, REFUND_TYPE, STATEMENT_TYPE, VIEW
from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RecordType,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)

_READS = frozenset({VIEW})
_KEEPS = _READS | {
    "payments.open_merchant_account",
    "payments.close_merchant_account",
    "payments.cut_payment_short",
    "payments.refund_payment",
    "payments.read_statement",
}
_DOOR = frozenset(
    {
        "payments.take_payment_answer",
        "payments.take_payment_answers",
        "payments.take_refund_answer",
        "payments.note_refund_sent",
        "payments.note_refused_message",
    }
)


def _ask(now: datetime) -> Words | None:
    from bangfu.foundation.payments.asking import ask_due

    return ask_due(now)


def _is_due(now: datetime) -> bool:
    from bangfu.foundation.payments.asking import something_is_due

    return root_unit() is not None and something_is_due(now)


ROOM = RoomDeclaration(
    code="payments",
    wing=Wing.FOUNDATION,
    title=both("支付", "Payments"),
    icon="briefcase",
    about=both(
        "应付、支付、退款与对账：支付宝、微信支付和测试支付。",
        "To be paid, paid, refunded, reconciled: Alipay, WeChat Pay and test pay.",
    ),
    address="payments:payments",
    view_permission=VIEW,
    api="bangfu.foundation.payments.api",
    roles=(
        RoleDeclaration("accountant", both("会计", "Accountant"), _KEEPS),
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), _READS),
        RoleDeclaration("auditor", both("审计员", "Auditor"), _READS),
        RoleDeclaration("payments_door", both("支付渠道（系统）", "Payment providers (system)"), _DOOR),
    ),
    permissions={
        VIEW: both("看支付、退款和对账", "read payments, refunds and statements"),
        "payments.open_merchant_account": both("开设收款账户", "open a merchant account"),
        "payments.close_merchant_account": both("停用收款账户", "close a merchant account"),
        "payments.cut_payment_short": both("提前关闭待支付款项", "let an open payment expire"),
        "payments.refund_payment": both("退款", "give a payment back"),
        "payments.read_statement": both("读入渠道账单并对账", "read and match a provider's statement"),
        "payments.take_payment_answer": both(
            "接收渠道说的支付结果", "take what a provider says of a payment"
        ),
        "payments.take_payment_answers": both(
            "一次接收渠道说的多笔支付结果", "take what providers say of many payments at once"
        ),
        "payments.take_refund_answer": both("接收渠道说的退款结果", "take what a provider says of a refund"),
        "payments.note_refund_sent": both("登记退款已送达渠道", "note that a provider took a refund"),
        "payments.note_refused_message": both(
            "登记被拒的渠道通知", "keep that a provider's message was refused"
        ),
    },
    record_types=(
        RecordType(
            number=PAYMENT_TYPE,
            code="payments.payment",
            title=both("支付", "Payment"),
            model="payments.Payment",
            address=telling.payment_address,
            summaries=telling.payment_summaries,
            review_scope=telling.units_of_payments,
        ),
        RecordType(
            number=REFUND_TYPE,
            code="payments.refund",
            title=both("退款", "Refund"),
            model="payments.Refund",
            address=telling.refund_address,
            summaries=telling.refund_summaries,
            review_scope=telling.units_of_refunds,
        ),
        RecordType(
            number=MERCHANT_TYPE,
            code="payments.merchant",
            title=both("收款账户", "Merchant account"),
            model="payments.MerchantAccount",
            address=telling.merchant_address,
            summaries=telling.merchant_summaries,
            review_scope=telling.units_of_merchants,
        ),
        RecordType(
            number=STATEMENT_TYPE,
            code="payments.statement",
            title=both("渠道账单", "Statement"),
            model="payments.Statement",
            address=telling.statement_address,
            summaries=telling.statement_summaries,
            review_scope=telling.units_of_statements,
        ),
    ),
    periodic=(
        PeriodicDeclaration(
            code="payments.ask",
            title=both("查询未结束的支付和退款", "Ask about open payments and refunds"),
            hours=Hours(every=timedelta(minutes=1)),
            run=_ask,
            when=_is_due,
        ),
    ),
)
