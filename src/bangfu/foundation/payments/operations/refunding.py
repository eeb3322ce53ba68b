"""Refunds: asked for under a number of their own, never above what was paid, and done or failed once."""

from __future__ import annotations

import re
import secrets

from django.db.models import F

from bangfu.foundation.operations import Act, Refusal, inside_operation, operation, scope_of
from bangfu.foundation.payments.adapters import RefundTold, Standing
from bangfu.foundation.payments.hooks import hook_of
from bangfu.foundation.payments.models import (
    HELD,
    MerchantAccount,
    Payment,
    Provider,
    Refund,
    RefundState,
    State,
    Step,
)
from bangfu.foundation.payments.operations.paying import note_step
from bangfu.foundation.payments.operations.taking import UnableToTake
from bangfu.foundation.rooms import both

_NUMBER = re.compile(r"[A-Za-z0-9_-]{6,32}")
LONGEST_REASON = 60


class UnableToRefund(Refusal):
    """Codes: ``nothing_to_refund``, ``no_reason``, ``not_paid``, ``above_paid``, ``bad_number``, ``number_used``."""

    sentences = {
        "nothing_to_refund": both("退款金额须大于零。", "A refund is more than nothing."),
        "no_reason": both(
            "请写付款人看到的退款原因，不超过 60 个字。",
            "Say why, as the payer reads it, in 60 characters at most.",
        ),
        "not_paid": both("这笔款项没有可退的钱。", "Nothing of this payment is there to give back."),
        "above_paid": both("最多还可退 {left} 元。", "At most {left} yuan are left to give back."),
        "bad_number": both(
            "退款号用 6 到 32 个字母、数字、- 或 _。",
            "A refund's number has 6 to 32 letters, digits, - or _.",
        ),
        "number_used": both(
            "退款号「{number}」已用于另一笔退款。请换一个。",
            "The number {number} is that of another refund. Use another.",
        ),
    }


def ask_refund(payment: Payment, *, amount_fen: int, reason: str, number: str = "", act: Act) -> Refund:
    """Ask for a part of a payment to be given back, inside the operation of a room, and return the refund.

    Args:
        reason: what the payer reads; it names no person.
        number: the same number with the same amount is the same refund; empty: a new one.

    Raises: UnableToRefund: see its codes; nothing was written.
    Locks: the payment.
    """
    inside_operation()
    if amount_fen <= 0:
        raise UnableToRefund("nothing_to_refund")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise UnableToRefund("no_reason")
    if number and not _NUMBER.fullmatch(number):
        raise UnableToRefund("bad_number")
    held = payment_for_update(payment.pk)
    known = Refund.objects.filter(number=number).first() if number else None
    if known is not None:
        if (known.payment_id, known.amount_fen) == (held.pk, amount_fen):
            return known
        raise UnableToRefund("number_used", number=number)
    if held.state not in HELD:
        raise UnableToRefund("not_paid")
    if amount_fen > held.left_fen:
        left = f"{held.left_fen // 100}.{held.left_fen % 100:02}"
        raise UnableToRefund("above_paid", left=left)
    # Added in the database, so that its constraint judges what is there and not what was read.
    Payment.objects.filter(pk=held.pk).update(refunding_fen=F("refunding_fen") + amount_fen)
    found = Refund.objects.create(
        payment=held,
        number=number or f"R{act.on:%Y%m%d}{secrets.token_hex(11)}",
        amount_fen=amount_fen,
        reason=reason.strip(),
        asked_at=act.at,
        asked_by=act.actor,
        ask_at=act.at,
    )
    note_step(held, Step.Done.REFUND_ASKED, amount_fen, act=act, refund=found)
    return found


def payment_for_update(key: int) -> Payment:
    """Return a payment, locked."""
    return Payment.objects.select_for_update(of=("self",)).select_related("merchant__unit").get(pk=key)


@operation("payments.refund_payment", scope=scope_of("payment"))
def refund_payment(*, payment: Payment, amount_fen: int, reason: str, number: str = "", act: Act) -> Refund:
    """Ask for a part of a payment to be given back; the provider is told right afterwards.

    Raises: UnableToRefund: see its codes; nothing was written.
    Locks: the payment.
    """
    return ask_refund(payment, amount_fen=amount_fen, reason=reason, number=number, act=act)


@operation("payments.note_refund_sent", scope=scope_of("merchant"))
def note_refund_sent(*, merchant: MerchantAccount, refund: Refund, act: Act) -> Refund:
    """Note that the provider took a refund, so that from now on it is only asked what became of it.

    Raises: UnableToTake: ``unknown_refund``: it is of another account; nothing was written.
    Locks: the refund.
    """
    held = (
        Refund.objects.select_for_update(of=("self",))
        .filter(pk=refund.pk, payment__merchant=merchant)
        .first()
    )
    if held is None:
        raise UnableToTake("unknown_refund", number=refund.number)
    held.is_sent = True
    held.save(update_fields=["is_sent"])
    return held


@operation("payments.take_refund_answer", scope=scope_of("merchant"))
def take_refund_answer(*, merchant: MerchantAccount, told: RefundTold, heard: str, act: Act) -> Refund:
    """Take what a provider says of a refund: it is done or failed, once, and the room is told beside it.

    What is known already changes nothing.

    Raises: UnableToTake: see its codes; nothing was written.
    Locks: the payment.
    """
    found = Refund.objects.filter(payment__merchant=merchant, number=told.number).first()
    if found is None:
        raise UnableToTake("unknown_refund", number=told.number[:32])
    payment = payment_for_update(found.payment_id)
    held = Refund.objects.get(pk=found.pk)
    if told.payment_number != payment.number:
        raise UnableToTake("unknown_payment", number=told.payment_number[:32])
    if merchant.provider != Provider.TEST and told.merchant_number != merchant.merchant_number:
        raise UnableToTake("wrong_merchant")
    if told.amount_fen is not None and told.amount_fen != held.amount_fen:
        raise UnableToTake("wrong_amount")
    if held.state != RefundState.ASKED:
        return held
    if told.amount_fen is None:
        held.ask_at = act.at
        held.save(update_fields=["ask_at"])
        return held
    if told.standing == Standing.DONE:
        return _done(payment, held, told, heard, act)
    if told.standing in (Standing.FAILED, Standing.CLOSED):
        return _failed(payment, held, heard, act)
    return held


def _done(payment: Payment, held: Refund, told: RefundTold, heard: str, act: Act) -> Refund:
    held.state, held.ended_at = RefundState.DONE, told.at or act.at
    held.provider_number, held.is_sent = told.provider_number, True
    held.payment = payment
    held.save(update_fields=["state", "ended_at", "provider_number", "is_sent"])
    payment.refunding_fen -= held.amount_fen
    payment.refunded_fen += held.amount_fen
    is_whole = payment.refunded_fen == payment.amount_fen
    payment.state = State.REFUNDED if is_whole else State.PART_REFUNDED
    payment.save(update_fields=["refunding_fen", "refunded_fen", "state"])
    note_step(payment, Step.Done.REFUNDED, held.amount_fen, act=act, heard=heard, refund=held)
    hook_of(payment.pays_type).refunded(held, act)
    return held


def _failed(payment: Payment, held: Refund, heard: str, act: Act) -> Refund:
    held.state, held.ended_at = RefundState.FAILED, act.at
    held.save(update_fields=["state", "ended_at"])
    payment.refunding_fen -= held.amount_fen
    payment.save(update_fields=["refunding_fen"])
    note_step(payment, Step.Done.REFUND_FAILED, held.amount_fen, act=act, heard=heard, refund=held)
    return held
