"""SHA256withRSA (PKCS#1 v1.5), as both providers sign: RSA2 of Alipay's rules, WECHATPAY2-SHA256-RSA2048 of WeChat Pay's."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from bangfu.foundation.payments.adapters.interface import NotTaken

UNUSABLE = "unusable_key"


@lru_cache(maxsize=16)
def private_key(content: bytes) -> RSAPrivateKey:
    """Return a merchant's key, written as PEM or as the bare base64 that Alipay's tool gives.

    Raises: NotTaken: ``unusable_key``: it is no RSA key.
    """
    try:
        if content.startswith(b"-----"):
            found = load_pem_private_key(content, None)
        else:
            found = load_der_private_key(base64.b64decode(content, validate=True), None)
    except (ValueError, TypeError):
        raise NotTaken(UNUSABLE) from None
    if not isinstance(found, RSAPrivateKey):
        raise NotTaken(UNUSABLE)
    return found


@lru_cache(maxsize=16)
def public_key(content: bytes) -> RSAPublicKey:
    """Return a provider's key, written as PEM, as a certificate, or as bare base64.

    Raises: NotTaken: ``unusable_key``: it is no RSA key.
    """
    try:
        if content.startswith(b"-----BEGIN CERTIFICATE"):
            found = x509.load_pem_x509_certificate(content).public_key()
        elif content.startswith(b"-----"):
            found = load_pem_public_key(content)  # type: ignore[assignment]
        else:
            found = load_der_public_key(base64.b64decode(content, validate=True))  # type: ignore[assignment]
    except (ValueError, TypeError):
        raise NotTaken(UNUSABLE) from None
    if not isinstance(found, RSAPublicKey):
        raise NotTaken(UNUSABLE)
    return found


def signed(message: str, key: bytes) -> str:
    """Return the signature of a text, in base64."""
    signature = private_key(key).sign(message.encode(), PKCS1v15(), SHA256())
    return base64.b64encode(signature).decode()


def is_signed(message: str | bytes, signature: str, key: bytes) -> bool:
    """Return whether a text bears a true signature."""
    content = message.encode() if isinstance(message, str) else message
    try:
        public_key(key).verify(base64.b64decode(signature, validate=True), content, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
