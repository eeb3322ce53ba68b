"""How a message is signed: as Standard Webhooks lays it down, HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from bangfu.foundation.people.vault import digest_key

_PREFIX = "whsec_"


def secret_of(subscription: UUID, version: int) -> str:
    """Return the secret by which a subscription's messages are signed, as its receiver keeps it.

    It is worked out from the house's key of digests, so that no table and no backup holds it.
    """
    made = hmac.digest(digest_key(), f"webhook {subscription} {version}".encode(), hashlib.sha256)
    return _PREFIX + base64.b64encode(made).decode()


def signature_of(secret: str, *, message: str, timestamp: int, body: bytes) -> str:
    """Return the signature that stands in ``webhook-signature``.

    Args:
        message: the message's id.
        timestamp: seconds since 1970, as sent.

    >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> signature_of(secret, message="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
