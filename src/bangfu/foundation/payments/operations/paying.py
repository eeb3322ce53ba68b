"""A payment is created for a record, and may be cut short; what became of it providers say (``taking``)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

from bangfu.foundation.operations import Act, Refusal, inside_operation, operation, scope_of
from bangfu.foundation.payments.hooks import hook_of
from bangfu.foundation.payments.models import COUNTS, MerchantAccount, OwnerKind, Payment, State, Step
from bangfu.foundation.rooms import both, record_type_of

FIRST_ASKED = timedelta(minutes=1)
LONGEST_SUBJECT = 60
RECORD_LOCKS = 0x7061_0000
"""The classes of the advisory locks of what is paid for, a type of records each."""


class UnableToPay(Refusal):
    """Codes: ``nothing_to_pay``, ``no_subject``, ``expired``, ``merchant_closed``, ``charity_needed``, ``company_needed``,
    ``another_open``, ``paid_already``, ``not_open``."""

    sentences = {
        "nothing_to_pay": both("应付金额须大于零。", "The amount is more than nothing."),
        "no_subject": both(
            "请写付款人看到的内容，不超过 60 个字。",
            "Say what the payer is to read, in 60 characters at most.",
        ),
        "expired": both(
            "支付期限已过。请重新提交。", "The time to pay is over. Begin again with a later one."
        ),
        "merchant_closed": both(
            "收款账户「{code}」已停用。请换一个账户。",
            "The merchant account {code} is closed. Use another.",
        ),
        "charity_needed": both(
            "善款不能进入企业账户「{code}」。请用慈善组织自己的收款账户。",
            "Cash for a charity never enters a company's account ({code}). Use the charity's own.",
        ),
        "company_needed": both(
            "货款不能进入慈善组织的账户「{code}」。请用企业的收款账户。",
            "What is bought is not paid into a charity's account ({code}). Use the company's.",
        ),
        "another_open": both(
            "还有一笔金额或账户不同的待支付款项（{number}）。请等它关闭再支付。",
            "Another payment of another amount or account is open ({number}). Wait until it is closed.",
        ),
        "paid_already": both("已经支付（{number}），不必再付。", "It is paid already ({number})."),
        "not_open": both("这笔款项已经结束，不能再关闭。", "This payment has ended; it cannot be closed."),
    }


def begin_payment(
    *,
    of: Model,
    merchant: MerchantAccount,
    amount_fen: int,
    subject: str,
    expires_at: datetime,
    owner_kind: str = OwnerKind.COMPANY,
    act: Act,
) -> Payment:
    """Create what is to be paid for a record, inside the operation of its room, and return it.

    While a payment of the same amount into the same account is open it is returned, so that a repeated click makes one.

    Args:
        of: the record; its room is told through the hook that it entered.
        subject: what the payer reads; it names no person.
        owner_kind: whose the money is to be; an account of another kind of owner is refused.

    Raises:
        UnableToPay: see its codes; nothing was written.
        LookupError: records of the kind are not paid for.
    Locks: the record, by an advisory lock, then its payments in their order.
    """
    inside_operation()
    kind = record_type_of(of).number
    hook_of(kind)
    if amount_fen <= 0:
        raise UnableToPay("nothing_to_pay")
    if not subject.strip() or len(subject) > LONGEST_SUBJECT:
        raise UnableToPay("no_subject")
    if expires_at <= act.at:
        raise UnableToPay("expired")
    held = MerchantAccount.objects.get(pk=merchant.pk)
    if held.closed_at is not None:
        raise UnableToPay("merchant_closed", code=held.code)
    if held.owner_kind != owner_kind:
        needed = "charity_needed" if owner_kind == OwnerKind.CHARITY else "company_needed"
        raise UnableToPay(needed, code=held.code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RECORD_LOCKS + kind, of.pk % 2**31])
    turns = list(Payment.objects.select_for_update().filter(pays_type=kind, pays_id=of.pk).order_by("turn"))
    for one in turns:
        if one.state in COUNTS:
            raise UnableToPay("paid_already", number=one.number)
        if one.state == State.CREATED:
            if (one.amount_fen, one.merchant_id) == (amount_fen, held.pk):
                return one
            raise UnableToPay("another_open", number=one.number)
    found = Payment.objects.create(
        number=f"{act.on:%Y%m%d}{secrets.token_hex(12)}",
        merchant=held,
        pays_type=kind,
        pays_id=of.pk,
        turn=len(turns) + 1,
        amount_fen=amount_fen,
        subject=subject.strip(),
        made_at=act.at,
        expires_at=expires_at,
        ask_at=min(act.at + FIRST_ASKED, expires_at),
    )
    note_step(found, Step.Done.CREATED, found.amount_fen, act=act)
    return found


def note_step(
    payment: Payment,
    done: str,
    amount_fen: int,
    *,
    act: Act,
    heard: str = Step.Heard.HERE,
    refund: Any = None,
) -> None:
    """Write what happened to a payment into its history."""
    inside_operation()
    Step.objects.create(
        payment=payment, refund=refund, done=done, heard=heard, amount_fen=amount_fen, by=act.actor, at=act.at
    )


def cut_short(payment: Payment, *, act: Act) -> Payment:
    """Let an open payment expire now: the provider is asked once more and closes it, unless it was paid after all.

    Raises: UnableToPay: ``not_open``; nothing was written.
    Locks: the payment.
    """
    inside_operation()
    held = _held(payment.pk)
    if held.state != State.CREATED:
        raise UnableToPay("not_open")
    held.expires_at = min(held.expires_at, act.at)
    held.ask_at = act.at
    held.save(update_fields=["expires_at", "ask_at"])
    return held


@operation("payments.cut_payment_short", scope=scope_of("payment"))
def cut_payment_short(*, payment: Payment, act: Act) -> Payment:
    """Let an open payment expire now; it is closed once the provider has closed it, or paid if it was paid after all.

    Raises: UnableToPay: ``not_open``; nothing was written.
    Locks: the payment.
    """
    return cut_short(payment, act=act)


def _held(key: int) -> Payment:
    return Payment.objects.select_for_update(of=("self",)).select_related("merchant__unit").get(pk=key)
