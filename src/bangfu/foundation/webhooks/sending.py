"""Sending: events become deliveries, deliveries that are due are sent, and every attempt is kept."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.notices.notifying import notify_by_house
from bangfu.foundation.operations import allows, system_writes
from bangfu.foundation.webhooks.addresses import Target, Unreachable, resolved, target_of
from bangfu.foundation.webhooks.models import Attempt, Delivery, Event, Subscription
from bangfu.foundation.webhooks.notices import ENDED
from bangfu.foundation.webhooks.operations import give_up_waiting
from bangfu.foundation.webhooks.signing import secret_of, signature_of

TELLER_LOCK = 0x6261_6E77
AT_ONCE = 200
HELD = timedelta(minutes=2)
"""How long a sender holds a delivery that it tries: should it be killed, another tries it then."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long it waits after each attempt that failed; after the last of them it is given up: about two days in all."""
PATIENCE_S = 10.0
_running = threading.Lock()


def deliver_due(now: datetime | None = None) -> int:
    """Tell who is to be told what happened, send what is due, and return how many messages were sent or tried.

    Args:
        now: the time by which something is due; null is the present.
    """
    at = now or timezone.now()
    end_expired(at)
    _write_deliveries(at)
    sent = 0
    while (delivery := _claimed(at)) is not None and sent < AT_ONCE:
        _attempt(delivery, now or timezone.now())
        sent += 1
    return sent


def begin_delivering() -> None:
    """Send what is due beside whatever the caller goes on doing, on a thread and a connection of its own.

    While one such thread is at work, or nothing waits, a call does nothing: a slow receiver holds up nobody but itself.
    """
    if not something_waits(timezone.now()) or not _running.acquire(blocking=False):
        return

    def deliver() -> None:
        try:
            deliver_due()
        finally:
            connections.close_all()
            _running.release()

    threading.Thread(target=deliver, name="webhooks", daemon=True).start()


def something_waits(at: datetime) -> bool:
    """Return whether an event has not been told yet, a delivery is due, or a subscription is to end."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at)
    return Event.objects.filter(told_at=None).exists() or due.exists() or _expired(at).exists()


def _expired(at: datetime) -> QuerySet[Subscription]:
    return Subscription.objects.filter(stopped_at=None, ends_at__lte=at)


def end_expired(at: datetime) -> int:
    """End what tokens subscribed that expired, give up what waits for it, tell whose it is, and return how many ended.

    What happened before a token expired and was not sent by then is not sent any more.

    Locks: the subscriptions that end.
    """
    with transaction.atomic(), system_writes("a token expired, and what it subscribed to ends with it"):
        ended = list(_expired(at).select_for_update().order_by("pk"))
        for one in ended:
            one.stopped_at = one.ends_at
            one.save(update_fields=["stopped_at"])
            notify_by_house(
                ENDED,
                to=[one.account_id],
                values={"host": urlsplit(one.url).netloc},
                about=reverse("webhooks:subscription", args=[one.pk]),
                at=at,
            )
        give_up_waiting([one.pk for one in ended])
    return len(ended)


def _write_deliveries(at: datetime) -> None:
    """Write a delivery for each subscriber who may know of an event; one house has one teller at a time."""
    with (
        transaction.atomic(),
        system_writes("who is told of events is written down"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TELLER_LOCK])
        if not cursor.fetchone()[0]:
            return
        events = list(Event.objects.filter(told_at=None).order_by("happened_at", "id")[:AT_ONCE])
        if not events:
            return
        subscriptions = list(Subscription.objects.filter(stopped_at=None).select_related("account"))
        Delivery.objects.bulk_create(
            (
                Delivery(subscription=one, event=event, due_at=at)
                for event in events
                for one in subscriptions
                if event.kind in one.kinds and one.made_at <= event.happened_at and _may_know(one, event)
            ),
            ignore_conflicts=True,
        )
        Event.objects.filter(pk__in=[event.pk for event in events]).update(told_at=at)


def _may_know(subscription: Subscription, event: Event) -> bool:
    account = subscription.account
    if not event.permission:
        return account.is_active
    if subscription.limited_to is not None and event.permission not in subscription.limited_to:
        return False
    return allows(account, event.permission, event.scope, timezone.localdate())


def _claimed(at: datetime) -> Delivery | None:
    """Return a delivery that is due, held for this sender; null when there is none."""
    with transaction.atomic(), system_writes("a sender holds a delivery while it tries it"):
        due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at).order_by("due_at", "id")
        found = due.select_for_update(skip_locked=True, of=("self",)).first()
        if found is None:
            return None
        Delivery.objects.filter(pk=found.pk).update(due_at=max(at, timezone.now()) + HELD)
    return Delivery.objects.select_related("subscription", "event").get(pk=found.pk)


def _attempt(delivery: Delivery, at: datetime) -> None:
    status, fault = _sent(delivery, at)
    is_taken = status is not None and 200 <= status < 300
    tried = delivery.tried + 1
    if is_taken:
        state, due_at = Delivery.State.DELIVERED, at
    elif tried > len(WAITS):
        state, due_at = Delivery.State.GIVEN_UP, at
    else:
        state, due_at = Delivery.State.WAITING, at + WAITS[tried - 1]
    with transaction.atomic(), system_writes("what came of an attempt"):
        Attempt.objects.create(delivery=delivery, attempted_at=at, status=status, fault=fault)
        still = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
        still.update(state=state, due_at=due_at, tried=tried)


def body_of(event: Event) -> bytes:
    """Return the body of a message: always the same bytes for the same event."""
    told = {"type": event.kind, "timestamp": event.happened_at.isoformat(), "data": event.data}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def headers_of(delivery: Delivery, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a message, with its signature."""
    subscription, message, timestamp = delivery.subscription, f"msg_{delivery.event_id}", int(at.timestamp())
    secret = secret_of(subscription.pk, subscription.secret_version)
    return {
        "Content-Type": "application/json",
        "User-Agent": "bangfu-webhooks",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(secret, message=message, timestamp=timestamp, body=body),
    }


def _sent(delivery: Delivery, at: datetime) -> tuple[int | None, str]:
    """Send a message and return the status of the answer, or why there is none; redirections are not followed."""
    body = body_of(delivery.event)
    try:
        target = target_of(delivery.subscription.url)
        line = _Line(target, resolved(target))
        try:
            line.request("POST", target.path, body, headers_of(delivery, body, at))
            return line.getresponse().status, ""
        finally:
            line.close()
    except Unreachable as reason:
        return None, str(reason)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return None, f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]


class _Line(http.client.HTTPConnection):
    """A connection to the network address that was looked at, which must prove to be the host that was named."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=PATIENCE_S)
        self._target, self._address = target, address

    def connect(self) -> None:
        """Connect, with encryption unless it is to this machine."""
        plain = socket.create_connection((self._address, self._target.port), PATIENCE_S)
        if self._target.is_plain:
            self.sock = plain
            return
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._target.host)
