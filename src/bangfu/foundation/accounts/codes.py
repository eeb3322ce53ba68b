"""Tokens of links, codes of authenticator apps, recovery codes: made and compared, nothing kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20
DIGITS = 6
STEP_S = 30
STEPS_AROUND = 1
"""A phone's clock may be half a minute wrong either way."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody mistakes for each other on paper."""
RECOVERY_CODES = 10


def new_token() -> str:
    """Return the secret part of a one-time link, 256 bits."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return the SHA-256 of a token, in hex; the token is random, so its digest cannot be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def new_secret() -> bytes:
    """Return the secret that an account shares with its authenticator app (RFC 4226 asks for 160 bits)."""
    return secrets.token_bytes(SECRET_BYTES)


def _app(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_S)


def provisioning_address(secret: bytes, *, account: str, house: str) -> str:
    """Return the ``otpauth://`` address that an authenticator app reads from the QR code."""
    return _app(secret).get_provisioning_uri(account, house)


def code_at(secret: bytes, step: int) -> str:
    """Return the six digits that an app shows in a half-minute, counted from 1970."""
    return _app(secret).generate(step * STEP_S).decode()


def matching_step(secret: bytes, code: str, *, at_s: float, after: int) -> int | None:
    """Return the half-minute to which a code belongs; null when it is wrong, too old or was used before.

    Args:
        at_s: seconds since 1970.
        after: the last half-minute whose code was used.
    """
    now = int(at_s // STEP_S)
    found = None
    for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > after:
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return ten codes of ten letters (49 bits each), to be kept on paper."""
    return ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]


def plain(code: str) -> str:
    """Return a code as it was issued, whatever blanks and hyphens were typed into it.

    >>> plain(" 123 456 "), plain("ABCDE-fghjk")
    ('123456', 'abcdefghjk')
    """
    return "".join(code.split()).replace("-", "").lower()
