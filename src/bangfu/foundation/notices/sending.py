"""Sending: deliveries that are due are claimed and sent, and every attempt is kept with what the channel answered."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connections, transaction
from django.utils import timezone

from bangfu.foundation.notices import composing
from bangfu.foundation.notices.asking import holders_of
from bangfu.foundation.notices.channels import Failed, adapter
from bangfu.foundation.notices.due import Manner, after_quiet
from bangfu.foundation.notices.kinds import GIVEN_UP
from bangfu.foundation.notices.models import CHANNEL_WORDS, Attempt, Delivery, Habit
from bangfu.foundation.notices.notifying import notify_by_house
from bangfu.foundation.notices.secrets import mail_sender, robot_sender
from bangfu.foundation.operations import system_writes
from bangfu.foundation.rooms import Channel, Words, both

AT_ONCE = 200
HELD = timedelta(minutes=2)
"""How long a sender holds deliveries that it tries: should it be killed, another tries them then."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))
"""How long a delivery waits after each attempt that failed; after the last of them it is given up: within a day in all."""
VIEW = "notices.view_deliveries"
NO_SERVER = both("没有邮件服务器。", "There is no mail server.")
NO_ADDRESS = both("收件人在这个渠道没有地址。", "Whoever it is for has no address by this channel.")
CLOSED = both("收件人的账号已停用。", "The account it is for is closed.")
STOPPED = both("群机器人已停用。", "The robot was stopped.")
BROKEN = both("出错（{kind}）。", "It failed ({kind}).")
_running = threading.Lock()


def deliver_due(now: datetime | None = None) -> int:
    """Send what is due and return how many messages were tried.

    Args:
        now: the time by which something is due; null is the present.
    """
    tried = 0
    while tried < AT_ONCE:
        at = now or timezone.now()
        claimed = _claimed(at)
        if not claimed:
            break
        _attempt(claimed, now or timezone.now())
        tried += 1
    return tried


def begin_sending() -> None:
    """Send what is due beside whatever the caller goes on doing, on a thread and a connection of its own.

    While one such thread is at work, or nothing is due, a call does nothing.
    """
    if not something_is_due(timezone.now()) or not _running.acquire(blocking=False):
        return

    def deliver() -> None:
        try:
            deliver_due()
        finally:
            connections.close_all()
            _running.release()

    threading.Thread(target=deliver, name="notices", daemon=True).start()


def something_is_due(at: datetime) -> bool:
    """Return whether a delivery is due."""
    return Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at).exists()


def _claimed(at: datetime) -> list[Delivery]:
    """Return what goes out as one message, held for this sender: one delivery, or what an account's digest has by now."""
    with transaction.atomic(), system_writes("a sender holds deliveries while it tries them"):
        due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at)
        free = due.select_for_update(skip_locked=True, of=("self",))
        first = free.select_related("notice").order_by("due_at", "id").first()
        if first is None:
            return []
        keys = [first.pk]
        if first.is_digest:
            same = free.filter(is_digest=True, channel=first.channel, notice__account=first.notice.account_id)
            keys = [one.pk for one in same.order_by("id")[:AT_ONCE]]
        Delivery.objects.filter(pk__in=keys).update(due_at=max(at, timezone.now()) + HELD)
    found = Delivery.objects.select_related("notice__account__person__key", "notice__robot__secret")
    return list(found.filter(pk__in=keys).order_by("id"))


def _attempt(deliveries: Sequence[Delivery], at: datetime) -> None:
    is_taken, is_final, words = _sent(deliveries)
    manner = _manner_of(deliveries[0])
    with transaction.atomic(), system_writes("what came of an attempt"):
        for one in deliveries:
            Attempt.objects.create(
                delivery=one,
                attempted_at=at,
                is_taken=is_taken,
                answer_zh=words.zh[:300],
                answer_en=words.en[:300],
            )
            tried = one.tried + 1
            if is_taken:
                state, due = Delivery.State.DELIVERED, at
            elif is_final or tried > len(WAITS):
                state, due = Delivery.State.GIVEN_UP, at
            else:
                state, due = Delivery.State.WAITING, after_quiet(at + WAITS[tried - 1], manner)
            still = Delivery.objects.filter(pk=one.pk, state=Delivery.State.WAITING)
            still.update(state=state, due_at=due, tried=tried)
            if state == Delivery.State.GIVEN_UP:
                _tell_administrators(one, at)


def _manner_of(delivery: Delivery) -> Manner:
    """Return when tries may be made: of what is urgent and of groups at any hour."""
    notice = delivery.notice
    if notice.is_urgent or notice.account_id is None:
        return Manner(quiet_from=None, quiet_until=None)
    habit = Habit.objects.filter(account=notice.account_id).first()
    return habit.manner if habit else Manner()


def _tell_administrators(delivery: Delivery, at: datetime) -> None:
    """Tell once a day and channel that something was given up."""
    day = timezone.localdate(at)
    notify_by_house(
        GIVEN_UP,
        to=holders_of(VIEW, day),
        values={"channel": CHANNEL_WORDS[delivery.channel]},
        about="/notices/deliveries/?state=GIVEN_UP",
        occasion=f"{day} {delivery.channel}",
        at=at,
    )


def _sent(deliveries: Sequence[Delivery]) -> tuple[bool, bool, Words]:
    """Return whether a message was taken, whether trying again is of no use, and what the channel said."""
    try:
        return True, False, _send(deliveries)
    except Failed as failed:
        return False, failed.is_final, failed.words
    except Exception as error:  # noqa: BLE001 - an adapter may raise anything, and its text may hold a secret
        return False, False, BROKEN.filled(kind=type(error).__name__)


def _send(deliveries: Sequence[Delivery]) -> Words:
    first = deliveries[0]
    notice = first.notice
    if notice.robot is not None:
        if notice.robot.stopped_at is not None:
            raise Failed(STOPPED, is_final=True)
        return robot_sender(notice.robot).send("", composing.post_of(first, notice.robot.language))
    account = notice.account
    assert account is not None
    if not account.is_active:
        raise Failed(CLOSED, is_final=True)
    if first.channel == Channel.SMS:
        number = account.person.phone if account.person else None
        if not number:
            raise Failed(NO_ADDRESS, is_final=True)
        text = composing.text_to(account, deliveries)
        return adapter().send(number, f"{text.title} {text.body}", text.key)
    sender = mail_sender()
    if sender is None:
        raise Failed(NO_SERVER)
    if not account.email:
        raise Failed(NO_ADDRESS, is_final=True)
    return sender.send(account.email, composing.letter_to(account, deliveries))
