"""Sealing a person's columns: AES-256-GCM under a key per person, wrapped by the house's key.

The house's key never enters the database or its backup: it is read from ``BANGFU_PEOPLE_KEY`` (64 hex digits) or
from a file of that name below the folder of secrets, which is made on the first use.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
DIGEST_KEY = "digests.key"
"""In the folder of secrets, once the house's key was changed."""


class Unsealable(Exception):  # noqa: N818 - says what the bytes are
    """The bytes do not open under this key: they were changed, or belong to another person or column."""


@lru_cache(maxsize=4)
def _house_key_in(folder: Path) -> bytes:
    given = os.environ.get("BANGFU_PEOPLE_KEY")
    if given:
        return bytes.fromhex(given)
    path = folder / "people.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return bytes.fromhex(path.read_text().strip())
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
    return bytes.fromhex(path.read_text().strip())


def house_key() -> bytes:
    """Return the 32 bytes under which every person's key is wrapped.

    Raises: ValueError: the key that is configured is not 64 hex digits.
    """
    key = _house_key_in(Path(settings.SECRETS_FOLDER))
    if len(key) != 32:
        raise ValueError("BANGFU_PEOPLE_KEY must be 64 hex digits")
    return key


def digest_key() -> bytes:
    """Return the key of digests that cannot be made again, so that it stays when the house's key is changed.

    It is the house's first key: its own until ``keys.change_house_key`` puts it by, as ``digests.key`` or
    ``BANGFU_DIGEST_KEY``.
    """
    given = os.environ.get("BANGFU_DIGEST_KEY")
    if given:
        return bytes.fromhex(given)
    path = Path(settings.SECRETS_FOLDER) / DIGEST_KEY
    return bytes.fromhex(path.read_text().strip()) if path.exists() else house_key()


def _seal(key: bytes, content: bytes, label: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, label.encode())


def _open(key: bytes, sealed: bytes, label: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], label.encode())
    except InvalidTag as broken:
        raise Unsealable(label) from broken


def new_wrapped_key(person: UUID) -> bytes:
    """Return a fresh 32-byte key for a person, wrapped under the house's key."""
    return _seal(house_key(), AESGCM.generate_key(bit_length=256), f"person:{person}")


def seal_text(wrapped_key: bytes, text: str, *, person: UUID, column: str) -> bytes:
    """Return the text sealed for one person and column."""
    key = _open(house_key(), wrapped_key, f"person:{person}")
    return _seal(key, text.encode(), f"{person}:{column}")


def open_text(wrapped_key: bytes, sealed: bytes, *, person: UUID, column: str) -> str:
    """Return the text that was sealed for this person and column.

    Raises: Unsealable: the bytes were changed, or belong to another person or column.
    """
    key = _open(house_key(), wrapped_key, f"person:{person}")
    return _open(key, sealed, f"{person}:{column}").decode()


def seal_columns(person: UUID, columns: Mapping[str, str | None]) -> tuple[bytes, dict[str, bytes | None]]:
    """Return a fresh wrapped key for a person, and their columns sealed under it; null stays null."""
    key = AESGCM.generate_key(bit_length=256)
    wrapped = _seal(house_key(), key, f"person:{person}")
    sealed = {
        column: None if text is None else _seal(key, text.encode(), f"{person}:{column}")
        for column, text in columns.items()
    }
    return wrapped, sealed


def open_columns(
    wrapped_key: bytes, columns: Mapping[str, bytes | None], *, person: UUID
) -> dict[str, str | None]:
    """Return what was sealed for a person, column by column; null stays null.

    Raises: Unsealable: some bytes were changed, or belong to another person or column.
    """
    key = _open(house_key(), wrapped_key, f"person:{person}")
    return {
        column: None if sealed is None else _open(key, bytes(sealed), f"{person}:{column}").decode()
        for column, sealed in columns.items()
    }


def seal_content(content: bytes, *, label: str) -> tuple[bytes, bytes]:
    """Return a fresh key of one file, wrapped under the house's key, and the file's content sealed under it.

    Destroying the wrapped key destroys the content, wherever copies of it lie.

    Args:
        label: what the key is of; the only one of its kind: ``sheet:<id>``.
    """
    key = AESGCM.generate_key(bit_length=256)
    return _seal(house_key(), key, label), _seal(key, content, label)


def open_content(wrapped_key: bytes, sealed: bytes, *, label: str) -> bytes:
    """Return the content that was sealed under a label.

    Raises: Unsealable: the bytes were changed, or belong to another file.
    """
    return _open(_open(house_key(), wrapped_key, label), sealed, label)


@lru_cache(maxsize=4)
def _index_key(key_of_house: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"bangfu people blind index 1").derive(
        key_of_house
    )


def blind_index(text: str, *, column: str) -> bytes:
    """Return the 32 bytes by which a text is matched without being read: HMAC-SHA256 (RFC 2104).

    Its key is derived from the house's key by HKDF (RFC 5869), so it never enters the database either.
    """
    return hmac.digest(_index_key(house_key()), f"{column}:{text}".encode(), "sha256")
