"""Tokens: made by chance, kept as digests, known by their first signs."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from bangfu.foundation.api.models import LONGEST, ApiToken
from bangfu.foundation.operations import system_writes

MARK = "bf"
PREFIX_SIGNS = 8
USE_NOTED_EVERY = timedelta(minutes=1)
LONGEST_SHOWN = 100
__all__ = ["LONGEST", "digest_of", "new_token", "note_use", "prefix_of", "token_shown"]


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


def token_shown(token: str, now: datetime) -> ApiToken | None:
    """Return the token that somebody shows, when it is in force and its account is open; else null."""
    if not 0 < len(token) <= LONGEST_SHOWN:
        return None
    found = ApiToken.objects.filter(digest=digest_of(token), revoked_at=None, expires_at__gt=now)
    known = found.select_related("account__person__key").first()
    return known if known is not None and known.account.is_active else None


def note_use(token: ApiToken, now: datetime) -> None:
    """Keep when a token was used last, to the minute: a row is not written at each request."""
    if token.last_used_at is not None and now - token.last_used_at < USE_NOTED_EVERY:
        return
    with system_writes("a token of the API is used, which is no act of its own"):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
