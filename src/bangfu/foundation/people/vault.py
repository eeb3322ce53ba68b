"""Sealing a person's columns: AES-256-GCM under a key per person, wrapped by the house's key.

The house's key never enters the database or its backup: it is read from ``BANGFU_PEOPLE_KEY`` (64 hex digits) or
from a file of that name below the folder of secrets, which is made on the first use.
"""

from __future__ import annotations

import contextlib
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
from django.db import connection

NONCE_BYTES = 12
HOUSE_KEY, NEXT_KEY = "people.key", "people.key.next"
"""In the folder of secrets; the second is there only while the house's key is being changed."""
DIGEST_KEY = "digests.key"
"""In the folder of secrets, once the house's key was changed."""


class Unsealable(Exception):  # noqa: N818 - says what the bytes are
    """The bytes do not open under this key: they were changed, or belong to another person or column."""


def key_file(name: str) -> Path:
    """Return where a key lies, whether or not it is there."""
    return Path(settings.SECRETS_FOLDER) / name


def write_key(path: Path, key: bytes) -> None:
    """Write a key where none is, whole or not at all, for its owner alone.

    Raises: FileExistsError: there is one.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(key.hex())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked before every sealing and opening
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


@lru_cache(maxsize=8)
def _read(path: str, stamp: tuple[int, int]) -> bytes:
    return bytes.fromhex(Path(path).read_text().strip())


@lru_cache(maxsize=4)
def _given(text: str) -> bytes:
    return bytes.fromhex(text)


@lru_cache(maxsize=4)
def _standing(present: bytes, next_key: bytes) -> bytes:
    """Return which of two keys the database is under while a change of the house's key was cut short.

    All rows are wrapped anew in one transaction, so that one row tells.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, wrapped FROM people_personkey LIMIT 1")
        row = cursor.fetchone()
    return next_key if row is not None and opens(next_key, bytes(row[1]), f"person:{row[0]}") else present


def opens(key: bytes, sealed: bytes, label: str) -> bool:
    """Return whether a key opens what was sealed under a label."""
    try:
        _open(key, sealed, label)
    except Unsealable:
        return False
    return True


def house_key() -> bytes:
    """Return the 32 bytes under which every person's key is wrapped.

    Raises: ValueError: the key that is configured is not 64 hex digits.
    """
    given = os.environ.get("BANGFU_PEOPLE_KEY")
    key = _given(given) if given else _key_in(os.fspath(settings.SECRETS_FOLDER))
    if len(key) != 32:
        raise ValueError("BANGFU_PEOPLE_KEY must be 64 hex digits")
    return key


def _key_in(folder: str) -> bytes:
    path, coming = f"{folder}/{HOUSE_KEY}", f"{folder}/{NEXT_KEY}"
    stamp = _stamp(path)
    if stamp is None:
        with contextlib.suppress(FileExistsError):
            write_key(Path(path), secrets.token_bytes(32))
        stamp = _stamp(path)
        assert stamp is not None
    present = _read(path, stamp)
    coming_stamp = _stamp(coming)
    return present if coming_stamp is None else _standing(present, _read(coming, coming_stamp))


def digest_key() -> bytes:
    """Return the key of digests that cannot be made again, so that it stays when the house's key is changed.

    It is the house's first key: its own until ``rekeying.change_house_key`` puts it by, as ``digests.key`` or
    ``BANGFU_DIGEST_KEY``.
    """
    given = os.environ.get("BANGFU_DIGEST_KEY")
    if given:
        return _given(given)
    path = f"{settings.SECRETS_FOLDER}/{DIGEST_KEY}"
    stamp = _stamp(path)
    return house_key() if stamp is None else _read(path, stamp)


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


def wrapped_anew(wrapped_key: bytes, *, label: str, old: bytes, new: bytes) -> bytes:
    """Return a wrapped key, under the old key or the new one already, under the new key.

    Raises: Unsealable: it opens under neither.
    """
    if opens(new, wrapped_key, label):
        return wrapped_key
    return _seal(new, _open(old, wrapped_key, label), label)


def seal_text(wrapped_key: bytes, text: str, *, person: UUID, column: str) -> bytes:
    """Return the text sealed for one person and column."""
    key = _open(house_key(), wrapped_key, f"person:{person}")
    return _seal(key, text.encode(), f"{person}:{column}")


def open_text(wrapped_key: bytes, sealed: bytes, *, person: UUID, column: str) -> str:
    """Return the text that was sealed for this person and column.

    Raises: Unsealable: the bytes were changed, or belong to another person or column.
    """
    return opened_under(house_key(), wrapped_key, sealed, person=person, column=column)


def opened_under(key_of_house: bytes, wrapped_key: bytes, sealed: bytes, *, person: UUID, column: str) -> str:
    """Return ``open_text`` as it is under a certain key of the house.

    Raises: Unsealable: the bytes were changed, or belong to another person, column or house.
    """
    key = _open(key_of_house, wrapped_key, f"person:{person}")
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


def index_under(key_of_house: bytes, text: str, *, column: str) -> bytes:
    """Return ``blind_index`` as it is under a certain key of the house."""
    return hmac.digest(_index_key(key_of_house), f"{column}:{text}".encode(), "sha256")


@lru_cache(maxsize=4)
def _index_key(key_of_house: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"bangfu people blind index 1").derive(
        key_of_house
    )


def blind_index(text: str, *, column: str) -> bytes:
    """Return the 32 bytes by which a text is matched without being read: HMAC-SHA256 (RFC 2104).

    Its key is derived from the house's key by HKDF (RFC 5869), so it never enters the database either.
    """
    return index_under(house_key(), text, column=column)
