"""Tokens: made by chance, kept as digests, known by their first signs."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from bangfu.foundation.api.models import LONGEST, ApiToken
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.people.models import Account

MARK = "bf"
PREFIX_SIGNS = 8
USE_NOTED_EVERY = timedelta(minutes=1)
LONGEST_SHOWN = 100
__all__ = [
    "LONGEST",
    "account_of",
    "act_through",
    "can_be_token",
    "digest_of",
    "in_force",
    "new_token",
    "note_use",
    "prefix_of",
    "token_shown",
    "tokens_of",
]


def new_token() -> str:
    """Return a token that nobody can guess: 256 bits of chance behind a mark and the signs by which it is known."""
    prefix = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(PREFIX_SIGNS))
    return f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"


def prefix_of(token: str) -> str:
    """Return the signs by which a token is known.

    >>> prefix_of("bf_k7m2qxab_secret")
    'bf_k7m2qxab'
    """
    return token[: len(MARK) + 1 + PREFIX_SIGNS]


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256, in hex; it has too much chance in it to be guessed from one."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def can_be_token(text: str) -> bool:
    """Return whether a text can be a token at all; no other is looked up."""
    return 0 < len(text) <= LONGEST_SHOWN


def token_shown(token: str, now: datetime) -> ApiToken | None:
    """Return the token that somebody shows, when it is in force and its account is open; else null."""
    if not can_be_token(token):
        return None
    digest = digest_of(token)
    return in_force(tokens_of(frozenset({digest})).get(digest), now)


@once_a_request
def tokens_of(
    digests: frozenset[str],
) -> dict[str, ApiToken]:  # by digest; unknown and revoked ones are absent
    """Return tokens with their accounts, by what is kept of them."""
    found = ApiToken.objects.filter(digest__in=digests, revoked_at=None)
    return {one.digest: one for one in found.select_related("account__person__key")}


def in_force(token: ApiToken | None, now: datetime) -> ApiToken | None:
    """Return a token when it is in force and its account is open; else null."""
    return token if token is not None and token.expires_at > now and token.account.is_active else None


def account_of(token: ApiToken) -> Account:
    """Return the account that acts through a token, limited to what the token may do."""
    token.account.limited_to = None if token.permissions is None else frozenset(token.permissions)
    return token.account


def act_through(token: ApiToken, *, key: str | None = None, dry_run: bool = False) -> Act:
    """Return an act of this moment by a token's account, which the trail knows by the token.

    Args:
        key: the request's own.
    """
    return Act.now(
        account_of(token),
        key=None if dry_run else key,
        dry_run=dry_run,
        through=token.prefix,
        through_until=token.expires_at,
    )


def note_use(token: ApiToken, now: datetime) -> None:
    """Keep when a token was used last, to the minute: a row is not written at each request."""
    if token.last_used_at is not None and now - token.last_used_at < USE_NOTED_EVERY:
        return
    with system_writes("a token of the API is used, which is no act of its own"):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    token.last_used_at = now
