"""A payment is created for a record, paid, closed or failed; each once, and the record's room is told beside it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation, scope_of
from bangfu.foundation.payments.adapters import Standing, Told
from bangfu.foundation.payments.hooks import hook_of
from bangfu.foundation.payments.models import MerchantAccount, OwnerKind, Payment, Provider, State, Step
from bangfu.foundation.rooms import both, record_type_of

FIRST_ASKED = timedelta(minutes=1)
LONGEST_SUBJECT = 60
RECORD_LOCKS = 0x7061_0000
"""The classes of the advisory locks of what is paid for, a type of records each."""
COUNTS = (State.PAID, State.PART_REFUNDED, State.REFUNDED)


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


class UnableToTake(Refusal):
    """Codes: ``unknown_payment``, ``unknown_refund``, ``wrong_amount``, ``wrong_merchant``, ``wrong_app``, ``no_transaction``,
    ``late``, ``other_transaction``, ``transaction_taken``."""

    sentences = {
        "unknown_payment": both(
            "这个收款账户没有号码为「{number}」的款项。",
            "This merchant account has no payment {number}.",
        ),
        "unknown_refund": both(
            "这个收款账户没有号码为「{number}」的退款。", "This merchant account has no refund {number}."
        ),
        "wrong_amount": both(
            "渠道所说的金额与应付的不同，没有入账。请对账。",
            "The provider's amount is not what is to be paid; nothing was booked. Reconcile the account.",
        ),
        "wrong_merchant": both(
            "渠道所说的商户不是这个账户的商户。", "The provider names another merchant than this account's."
        ),
        "wrong_app": both(
            "渠道所说的应用不是这个账户的应用。", "The provider names another app than this account's."
        ),
        "no_transaction": both("渠道没有说交易号。", "The provider names no transaction."),
        "late": both(
            "这笔款项已关闭，之后才付到。请核对账单并退款。",
            "This payment was closed before the money came. Check the statement and give it back.",
        ),
        "other_transaction": both(
            "这笔款项已由另一笔交易支付。请核对账单并退还多付的。",
            "This payment was made by another transaction. Check the statement and give back the second.",
        ),
        "transaction_taken": both(
            "这个交易号已经支付了另一笔款项。", "This transaction has paid for another payment."
        ),
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


def _locked() -> QuerySet[Payment]:
    return Payment.objects.select_for_update(of=("self",)).select_related("merchant__unit")


def _held(key: int) -> Payment:
    return _locked().get(pk=key)


def _of_merchant(**arguments: object) -> Scope:
    merchant = arguments["merchant"]
    assert isinstance(merchant, MerchantAccount)
    return merchant.scope


@operation("payments.take_payment_answer", scope=_of_merchant)
def take_payment_answer(*, merchant: MerchantAccount, told: Told, heard: str, act: Act) -> Payment:
    """Take what a provider says of a payment: it becomes paid, closed or failed, once, and its room is told beside it.

    What is known already changes nothing. Who calls it has made sure that the provider said it.

    Raises: UnableToTake: see its codes; nothing was written.
    Locks: the payment.
    """
    held = _locked().filter(merchant=merchant, number=told.number).first()
    if held is None:
        raise UnableToTake("unknown_payment", number=told.number[:32])
    if told.standing == Standing.DONE:
        _check_owner(merchant, told)
        return _paid(held, told, heard, act)
    if held.state == State.CREATED and told.standing == Standing.CLOSED:
        return _ended(held, State.CLOSED, heard, act)
    if held.state == State.CREATED and told.standing == Standing.FAILED:
        return _ended(held, State.FAILED, heard, act)
    return held


def _check_owner(merchant: MerchantAccount, told: Told) -> None:
    if merchant.provider == Provider.TEST:
        return
    if told.merchant_number != merchant.merchant_number:
        raise UnableToTake("wrong_merchant")
    if told.app_id != merchant.app_id:
        raise UnableToTake("wrong_app")


def _paid(held: Payment, told: Told, heard: str, act: Act) -> Payment:
    if told.amount_fen != held.amount_fen:
        raise UnableToTake("wrong_amount")
    if not told.transaction_number:
        raise UnableToTake("no_transaction")
    if held.state in COUNTS:
        if held.transaction_number != told.transaction_number:
            raise UnableToTake("other_transaction")
        return held
    if held.state != State.CREATED:
        raise UnableToTake("late")
    same = Payment.objects.filter(merchant=held.merchant_id, transaction_number=told.transaction_number)
    if same.exists():
        raise UnableToTake("transaction_taken")
    held.state, held.transaction_number = State.PAID, told.transaction_number
    held.ended_at = told.at or act.at
    held.save(update_fields=["state", "transaction_number", "ended_at"])
    note_step(held, Step.Done.PAID, held.amount_fen, act=act, heard=heard)
    hook_of(held.pays_type).paid(held, act)
    return held


def _ended(held: Payment, state: State, heard: str, act: Act) -> Payment:
    held.state, held.ended_at = state, act.at
    held.save(update_fields=["state", "ended_at"])
    done = Step.Done.CLOSED if state == State.CLOSED else Step.Done.FAILED
    note_step(held, done, held.amount_fen, act=act, heard=heard)
    hook_of(held.pays_type).closed(held, act)
    return held
