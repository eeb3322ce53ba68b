"""Tokens by which the operator's app says which member stands before the door: signed under a key that both sides hold.

A token is ``<member>.<seconds since 1970>.<HMAC-SHA256 in hex>``; the last part signs what stands before it, and the moment is
when the token ends. The key lies in the folder of secrets as ``points/door.key``: 64 hex digits; without it no token is valid.
"""

from __future__ import annotations

import hmac
from pathlib import Path

from django.conf import settings

KEY_FILE = "points/door.key"
LONGEST_S = 3600
"""A token that claims to live longer is refused."""


def _key() -> bytes | None:
    try:
        return bytes.fromhex((Path(settings.SECRETS_FOLDER) / KEY_FILE).read_text().strip())
    except (FileNotFoundError, ValueError):
        return None


def issue_token(member: str, *, until_s: int) -> str:
    """Return a token of a member that ends at a moment, as the operator's app writes it.

    Raises: LookupError: the house holds no key.
    """
    key = _key()
    if key is None:
        raise LookupError(KEY_FILE)
    said = f"{member}.{until_s}"
    return f"{said}.{hmac.digest(key, said.encode(), 'sha256').hex()}"


def member_of(token: str, *, at_s: float) -> str | None:
    """Return the member whose token it is; null for one that is forged, over, or claims to live too long.

    Args:
        at_s: now, in seconds since 1970.
    """
    member, _, rest = token.partition(".")
    until, _, mac = rest.partition(".")
    key = _key()
    if key is None or not until.isascii() or not until.isdigit() or len(until) > 12:
        return None
    good = hmac.digest(key, f"{member}.{until}".encode(), "sha256").hex()
    if not mac.isascii() or not hmac.compare_digest(good, mac) or not at_s < int(until) <= at_s + LONGEST_S:
        return None
    return member
