"""What payments say to programs: whoever reads a merchant account reads its payments, and providers alone say what became of
them."""

from __future__ import annotations

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.payments.queries import (
    merchants_seen_by,
    payments_seen_by,
    refunds_seen_by,
    statements_seen_by,
)
from bangfu.foundation.rooms import both

_BY_PROVIDERS = both(
    "只由支付渠道的签名通知或查询引起", "Only a provider's signed message, or its answer, brings it about"
)

API = RoomApi(
    seen={
        "payments.payment": payments_seen_by,
        "payments.refund": refunds_seen_by,
        "payments.merchant": merchants_seen_by,
        "payments.statement": statements_seen_by,
    },
    not_offered={
        "payments.take_payment_answer": _BY_PROVIDERS,
        "payments.take_payment_answers": _BY_PROVIDERS,
        "payments.take_refund_answer": _BY_PROVIDERS,
        "payments.note_refund_sent": _BY_PROVIDERS,
        "payments.note_refused_message": _BY_PROVIDERS,
        "payments.read_statement": both("账单在页面上传", "Statements are sent at the page"),
    },
)
