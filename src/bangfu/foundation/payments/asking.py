"""Asking providers: what is open is asked about until it ends, what is due is closed, and refunds are sent and followed.

Whoever asks holds the row for a while; should they be killed, another asks then.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.operations import Act, Refusal, system_writes
from bangfu.foundation.payments.adapters import NotTaken, RefundOrder, RefundTold, Standing, Told
from bangfu.foundation.payments.models import MerchantAccount, Payment, Refund, RefundState, State, Step
from bangfu.foundation.payments.operations import note_refund_sent, take_payment_answer, take_refund_answer
from bangfu.foundation.payments.providing import adapter_of, door_account
from bangfu.foundation.rooms import Words, both

log = logging.getLogger(__name__)
AT_ONCE = 200
HELD = timedelta(minutes=2)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60))
"""How long until the next question after each that brought no end; the last one again and again."""
ASKED = both("查询了 {count} 笔款项和退款。", "{count} payments and refunds were asked about.")


def something_is_due(at: datetime) -> bool:
    """Return whether a provider is to be asked about something."""
    return (
        Payment.objects.filter(state=State.CREATED, ask_at__lte=at).exists()
        or Refund.objects.filter(state=RefundState.ASKED, ask_at__lte=at).exists()
    )


def ask_due(now: datetime) -> Words | None:
    """Ask about whatever is due, and say how much that was."""
    count = 0
    while count < AT_ONCE and (payment := _claimed_payment(now)) is not None:
        ask_about(payment, now)
        count += 1
    while count < AT_ONCE and (refund := _claimed_refund(now)) is not None:
        follow_refund(refund, now)
        count += 1
    return ASKED.filled(count=count) if count else None


def told_at(merchant: MerchantAccount) -> str:
    """Return the address to which a provider tells what happened; empty when the house has no address of its own."""
    if not settings.HOUSE_ADDRESS:
        return ""
    return f"{settings.HOUSE_ADDRESS}{reverse('payments:told', args=[merchant.code])}"


def _claimed_payment(at: datetime) -> Payment | None:
    with transaction.atomic(), system_writes("whoever asks about a payment holds it meanwhile"):
        due = Payment.objects.filter(state=State.CREATED, ask_at__lte=at)
        found = due.select_for_update(skip_locked=True, of=("self",)).order_by("ask_at", "id").first()
        if found is not None:
            _hold(found, at)
    return found and Payment.objects.select_related("merchant__unit").get(pk=found.pk)


def _claimed_refund(at: datetime) -> Refund | None:
    with transaction.atomic(), system_writes("whoever asks about a refund holds it meanwhile"):
        due = Refund.objects.filter(state=RefundState.ASKED, ask_at__lte=at)
        found = due.select_for_update(skip_locked=True, of=("self",)).order_by("ask_at", "id").first()
        if found is not None:
            _hold(found, at)
    return found and Refund.objects.select_related("payment__merchant__unit").get(pk=found.pk)


def _hold(one: Payment | Refund, at: datetime) -> None:
    one.ask_at, one.times_asked = max(at, timezone.now()) + HELD, min(one.times_asked + 1, 1000)
    one.save(update_fields=["ask_at", "times_asked"])


def _wait(one: Payment | Refund, at: datetime) -> None:
    """Let something be asked about again after a while; a payment at its end at the latest."""
    until = at + WAITS[min(one.times_asked, len(WAITS)) - 1]
    if isinstance(one, Payment) and one.expires_at > at:
        until = min(until, one.expires_at)
    with transaction.atomic(), system_writes("when something is asked about next"):
        type(one)._default_manager.filter(pk=one.pk).update(ask_at=until)


def ask_about(payment: Payment, at: datetime) -> None:
    """Ask about one open payment; close it when its time is over and nothing was paid."""
    merchant = payment.merchant
    try:
        adapter = adapter_of(merchant, at)
        told = adapter.ask(payment.number)
        is_open = told.standing in (Standing.WAITING, Standing.UNKNOWN)
        if is_open and payment.expires_at <= at:
            adapter.close(payment.number)
            told = Told(number=payment.number, standing=Standing.CLOSED)
    except NotTaken as reason:
        log.warning("payment %s: %s", payment.pk, reason.code)
        _wait(payment, at)
        return
    if told.standing in (Standing.WAITING, Standing.UNKNOWN):
        _wait(payment, at)
        return
    _taken(payment, told, at)


def _taken(payment: Payment, told: Told, at: datetime) -> None:
    act = Act(actor=door_account(on=timezone.localdate(at)), at=at)
    try:
        take_payment_answer(merchant=payment.merchant, told=told, heard=Step.Heard.ANSWER, act=act)
    except Refusal as refusal:
        log.warning("payment %s: the answer was refused: %s", payment.pk, refusal.code)
        _wait(payment, at)


def follow_refund(refund: Refund, at: datetime) -> None:
    """Send a refund to the provider, or ask what became of it; what the provider does not know is sent again."""
    payment = refund.payment
    merchant = payment.merchant
    order = RefundOrder(
        number=refund.number,
        payment_number=payment.number,
        amount_fen=refund.amount_fen,
        whole_fen=payment.amount_fen,
        reason=refund.reason,
        told_at=told_at(merchant),
    )
    act = Act(actor=door_account(on=timezone.localdate(at)), at=at)
    try:
        adapter = adapter_of(merchant, at)
        told = adapter.ask_refund(order) if refund.is_sent else adapter.refund(order)
        if told.standing == Standing.UNKNOWN:
            told = adapter.refund(order)
    except NotTaken as reason:
        log.warning("refund %s: %s", refund.pk, reason.code)
        if reason.is_final and not refund.is_sent:
            told = RefundTold(
                refund.number, Standing.FAILED, payment.number, refund.amount_fen, merchant.merchant_number
            )
        else:
            _wait(refund, at)
            return
    try:
        if not refund.is_sent and told.standing == Standing.WAITING:
            note_refund_sent(merchant=merchant, refund=refund, act=act)
        if told.standing == Standing.WAITING:
            _wait(refund, at)
            return
        take_refund_answer(merchant=merchant, told=told, heard=Step.Heard.ANSWER, act=act)
    except Refusal as refusal:
        log.warning("refund %s: the answer was refused: %s", refund.pk, refusal.code)
        _wait(refund, at)


def send_refund(refund: Refund, at: datetime) -> Refund:
    """Send a refund right after it was asked for, unless somebody else holds it, and return how far it is."""
    with transaction.atomic(), system_writes("whoever asks about a refund holds it meanwhile"):
        free = Refund.objects.filter(pk=refund.pk, state=RefundState.ASKED, ask_at__lte=at)
        found = free.select_for_update(skip_locked=True).first()
        if found is not None:
            _hold(found, at)
    if found is not None:
        follow_refund(Refund.objects.select_related("payment__merchant__unit").get(pk=refund.pk), at)
    return Refund.objects.get(pk=refund.pk)
