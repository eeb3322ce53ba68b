"""Subscriptions, events with their deliveries, and every attempt."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.rooms import both


class Subscription(models.Model):
    """An address that is told of some kinds of events, as far as an account may know of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="subscriptions"
    )
    url = models.CharField(max_length=400)
    kinds = ArrayField(models.CharField(max_length=40))
    secret_version = models.SmallIntegerField(default=1)
    """Which secret signs; the secret itself is worked out from the house's key and kept nowhere."""
    limited_to = ArrayField(models.CharField(max_length=80), null=True)
    """Permissions of the token that subscribed, beyond which it is told nothing; null = all that the account holds."""
    through = models.CharField(max_length=20, null=True)
    """Prefix of the token that subscribed, with which it ends; null when it was done at the page."""
    ends_at = models.DateTimeField(null=True)
    """When that token expires; null when it was done at the page."""
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kinds=[]), name="webhooks_subscribed_to_something"),
            models.CheckConstraint(condition=Q(secret_version__gte=1), name="webhooks_secret_from_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-made_at"], name="webhooks_by_account"),
            models.Index(
                fields=["ends_at"],
                condition=Q(stopped_at__isnull=True, ends_at__isnull=False),
                name="webhooks_ending",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def ended_with_token(self) -> bool:
        """Whether it was stopped because the token that subscribed expired."""
        return self.stopped_at is not None and self.stopped_at == self.ends_at


class Event(models.Model):
    """Something that happened; written beside it, and told to those who may know."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    data = models.JSONField()
    """Codes, numbers and addresses; nothing personal."""
    permission = models.CharField(max_length=80, blank=True)
    """Who may know of it: whoever holds this in the scope; empty: everybody."""
    unit = models.BigIntegerField(null=True)
    place = models.BigIntegerField(null=True)
    line = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    """When its deliveries were written."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["happened_at"], condition=Q(told_at__isnull=True), name="webhooks_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def scope(self) -> Scope:
        """Where it happened."""
        return Scope(unit=self.unit, place=self.place, line=self.line)


class Delivery(models.Model):
    """One event on its way to one subscription."""

    class State(models.TextChoices):
        WAITING = "WAITING", "waiting"
        DELIVERED = "DELIVERED", "delivered"
        GIVEN_UP = "GIVEN_UP", "given up"

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tried = models.SmallIntegerField(default=0)
    """Attempts since it was last begun anew."""
    due_at = models.DateTimeField()
    """When it is tried next; while somebody tries it, until when they hold it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "event"], name="webhooks_event_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="WAITING"), name="webhooks_due"),
            models.Index(fields=["subscription", "-id"], name="webhooks_deliveries"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Attempt(AppendOnly):
    """One request that was sent, or could not be."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    attempted_at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    """What the other side answered; null = it did not."""
    fault = models.CharField(max_length=200, blank=True)
    """Why it did not."""

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["delivery", "id"], name="webhooks_attempts")]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


STATE_WORDS = {
    Delivery.State.WAITING.value: both("等待发送", "Waiting"),
    Delivery.State.DELIVERED.value: both("已送达", "Delivered"),
    Delivery.State.GIVEN_UP.value: both("已放弃", "Given up"),
}
