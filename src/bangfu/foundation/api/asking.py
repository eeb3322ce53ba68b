"""Who asks: the account of the token that a request shows, limited to what the token may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from bangfu.foundation.api.limits import counted
from bangfu.foundation.api.models import ApiToken
from bangfu.foundation.api.problems import Failed
from bangfu.foundation.api.tokens import account_of, act_through, note_use, token_shown
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Asker:
    """One account that asks through one token."""

    account: Account
    """Limited to the token's permissions."""
    token: ApiToken

    @property
    def today(self) -> date:
        """The day on which permissions are asked."""
        return timezone.localdate()

    def act(self, *, key: str | None = None, dry_run: bool = False) -> Act:
        """Return an act of this moment, which the trail knows by the token.

        Args:
            key: the request's ``Idempotency-Key``.
        """
        return act_through(self.token, key=key, dry_run=dry_run)


class TokenShown(HttpBearer):
    """Lets in whoever shows a token that is in force."""

    def authenticate(self, request: HttpRequest, token: str) -> Asker | None:
        """Return who asks; null when the token is none, is over or revoked, or its account is closed.

        Raises: Failed: ``too_many``, ``read_only``.
        """
        known = token_shown(token, timezone.now())
        if known is None:
            return None
        count(request, known.prefix)
        if known.is_read_only and request.method not in SAFE:
            raise Failed.of(403, "read_only")
        note_use(known, timezone.now())
        account = account_of(known)
        request.user = account
        return Asker(account, known)


def count(request: Any, who: str) -> None:
    """Count a request of a caller.

    Raises: Failed: ``too_many``.
    """
    rate = request.api_rate = counted(who)
    if rate.is_spent:
        raise Failed.of(
            429, "too_many", headers={"Retry-After": str(rate.ends_in)}, most=rate.most, seconds=60
        )


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks at an address that demands a token."""
    asker = getattr(request, "auth", None)
    if not isinstance(asker, Asker):
        raise TypeError("this address is open: nobody in particular asks")
    return asker
