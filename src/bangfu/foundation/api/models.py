"""Tokens of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

LONGEST = timedelta(days=366)
"""No token is in force for longer."""


class ApiToken(models.Model):
    """By which programs act as an account for a while; only its digest is kept."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    """What it is for, in its maker's words."""
    prefix = models.CharField(max_length=20, unique=True)
    """Its first signs, by which it is known in lists and in the trail."""
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token, in hex."""
    permissions = ArrayField(models.CharField(max_length=80), null=True)
    """The only permissions it carries; null = all that the account holds at the time."""
    is_read_only = models.BooleanField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    """To the minute; null = never."""
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + LONGEST),
                name="api_token_lasts_a_year_at_most",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="api_token_has_a_name"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_token_revoked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(permissions__isnull=True) | ~Q(permissions=[]), name="api_token_may_something"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "-made_at"], name="api_token_by_account")]

    def __str__(self) -> str:
        return self.prefix


class Sent(models.Model):
    """How many requests a caller sent in the present stretch, in a table that a crash empties: see ``limits``."""

    who = models.CharField(primary_key=True, max_length=80)
    """The token's first signs, or a network address."""
    stretch = models.BigIntegerField()
    """Minutes since 1970."""
    count = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["stretch"], name="api_sent_by_stretch")]

    def __str__(self) -> str:
        return f"{self.who} {self.count}"
