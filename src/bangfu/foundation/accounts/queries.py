"""What others may read of accounts: locks, second factors, links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models.functions import Lower

from bangfu.foundation.accounts.codes import token_digest
from bangfu.foundation.accounts.models import OneTimeLink, RecoveryCode, SecondFactor
from bangfu.foundation.people.models import Account


@dataclass(frozen=True)
class Lock:
    """A name that may not sign in from an address for a while."""

    username: str
    """In lower case."""
    address: str
    failures: int
    ends_at: datetime


def _locks(now: datetime) -> dict[str, list[Lock]]:
    lasts = timedelta(hours=settings.AXES_COOLOFF_TIME)
    attempts = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=now - lasts
    ).annotate(name=Lower("username"))
    found: dict[str, list[Lock]] = {}
    for one in attempts.order_by("-attempt_time"):
        lock = Lock(one.name, one.ip_address or "", one.failures_since_start, one.attempt_time + lasts)
        found.setdefault(one.name, []).append(lock)
    return found


def locks_of(account: Account, now: datetime) -> list[Lock]:
    """Return the locks on an account's name, the newest first; empty when it may sign in."""
    return _locks(now).get(account.username.lower(), [])


def locked_usernames(now: datetime) -> frozenset[str]:
    """Return the names that are locked from some address, in lower case; not all of them need be accounts."""
    return frozenset(_locks(now))


def has_second_factor(account: Account) -> bool:
    """Return whether the account has an authenticator app that was confirmed."""
    return SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists()


def with_second_factor(accounts: Iterable[Account]) -> frozenset[int]:
    """Return the keys of those accounts that have a confirmed second factor."""
    rows = SecondFactor.objects.filter(account__in=list(accounts), confirmed_at__isnull=False)
    return frozenset(rows.values_list("account_id", flat=True))


def recovery_codes_left(account: Account) -> int:
    """Return how many recovery codes the account has not used."""
    return RecoveryCode.objects.filter(account=account, used_at=None).count()


def link_of(token: str) -> OneTimeLink | None:
    """Return the link to which a token belongs, or null."""
    links = OneTimeLink.objects.select_related("account__person__key")
    return links.filter(digest=token_digest(token)).first()


def open_link(account: Account, now: datetime) -> OneTimeLink | None:
    """Return the link that still waits to be used by the account's person, or null."""
    return OneTimeLink.objects.filter(account=account, used_at=None, void_at=None, expires_at__gt=now).first()
