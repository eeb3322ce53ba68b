"""Writes of payments; what other rooms call inside their own operations stands beside the operations."""

from bangfu.foundation.payments.operations.merchants import (
    MerchantDetails,
    UnableToKeepMerchant,
    close_merchant_account,
    open_merchant_account,
)
from bangfu.foundation.payments.operations.noticing import note_refused_message
from bangfu.foundation.payments.operations.paying import (
    UnableToPay,
    begin_payment,
    cut_payment_short,
    cut_short,
)
from bangfu.foundation.payments.operations.reconciling import UnableToReadStatement, read_statement
from bangfu.foundation.payments.operations.refunding import (
    UnableToRefund,
    ask_refund,
    note_refund_sent,
    refund_payment,
    take_refund_answer,
)
from bangfu.foundation.payments.operations.taking import (
    News,
    UnableToTake,
    take_payment_answer,
    take_payment_answers,
)

__all__ = [
    "MerchantDetails",
    "News",
    "UnableToKeepMerchant",
    "UnableToPay",
    "UnableToReadStatement",
    "UnableToRefund",
    "UnableToTake",
    "ask_refund",
    "begin_payment",
    "close_merchant_account",
    "cut_payment_short",
    "cut_short",
    "note_refund_sent",
    "note_refused_message",
    "open_merchant_account",
    "read_statement",
    "refund_payment",
    "take_payment_answer",
    "take_payment_answers",
    "take_refund_answer",
]
