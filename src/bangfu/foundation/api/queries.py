"""What others may read of the API: tokens."""

from __future__ import annotations

from django.db.models import QuerySet

from bangfu.foundation.api.models import ApiToken
from bangfu.foundation.people.models import Account


def tokens_of(account: Account) -> QuerySet[ApiToken]:
    """Return an account's tokens, the newest first."""
    return ApiToken.objects.filter(account=account).order_by("-made_at", "-pk")


def all_tokens() -> QuerySet[ApiToken]:
    """Return the tokens of every account, the newest first."""
    return ApiToken.objects.select_related("account__person__key").order_by("-made_at", "-pk")


def system_accounts() -> QuerySet[Account]:
    """Return the accounts of systems that are in use, by name."""
    return Account.objects.filter(kind=Account.Kind.SYSTEM, is_active=True).order_by("username")
