"""Messages that were refused are kept by their digest, and those that speak of money become findings."""

from __future__ import annotations

import polars

from bangfu.foundation.findings.models import FindingObject, Severity
from bangfu.foundation.findings.operations import note_findings
from bangfu.foundation.findings.register import OBJECTS, SUSPECTS
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.payments.models import MerchantAccount, Message, Payment
from bangfu.foundation.payments.register import PAYMENT_TYPE
from bangfu.foundation.rooms import both

OF_MONEY = {
    "late": both("款项关闭以后才付到：{number}", "Money came after the payment was closed: {number}"),
    "wrong_amount": both(
        "付到的金额与应付的不同：{number}", "Another amount came than was to be paid: {number}"
    ),
    "other_transaction": both("同一款项付了两次：{number}", "A payment was made twice: {number}"),
}
"""Refusals after which money lies with the provider that nothing here accounts for."""


@operation("payments.note_refused_message", scope=scope_of("merchant"))
def note_refused_message(
    *, merchant: MerchantAccount, code: str, digest: str, number: str = "", act: Act
) -> Message:
    """Keep that a provider's message was refused, and why; raise a finding when money came that nothing accounts for.

    Args:
        code: the refusal's.
        digest: SHA-256 of the body, in hex.
        number: of the payment or refund that it named, when its signature was true.
    """
    found = Message.objects.create(
        merchant=merchant, code=code[:40], digest=digest, number=number[:32], received_at=act.at
    )
    payment = Payment.objects.filter(merchant=merchant, number=number).first() if number else None
    if payment is not None and code in OF_MONEY:
        matter, title = f"payments:{code}:{payment.pk}", OF_MONEY[code].filled(number=payment.number)
        detail = both(
            "渠道的通知签名无误，没有入账。请核对账单，该退的在商户后台退回。",
            "The provider's message was true and nothing was booked. Check the statement, and give back what is to be.",
        )
        scope = merchant.scope
        row = [matter, digest, title.zh, title.en, detail.zh, detail.en, scope.unit, scope.place]
        about = [matter, FindingObject.Kind.RECORD.value, PAYMENT_TYPE, str(payment.pk)]
        note_findings(
            polars.DataFrame([row], schema=SUSPECTS, orient="row"),
            polars.DataFrame([about], schema=OBJECTS, orient="row"),
            rule="",
            severity=Severity.HIGH,
            act=act,
        )
    return found
