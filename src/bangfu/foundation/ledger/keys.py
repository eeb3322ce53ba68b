"""The key that signs checkpoints: a file below the folder of secrets, never in the database nor in its backup.

The database knows the public halves of all keys that ever signed. A key is entered as reference data, so its entering is
itself an entry of the ledger, and the checkpoint over that entry is signed by the key before it as well.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection

from bangfu.foundation.ledger.models import SigningKey
from bangfu.foundation.ledger.proofs.notes import public_bytes
from bangfu.foundation.operations import Refusal
from bangfu.foundation.people.vault import key_file, sync_folder, write_key
from bangfu.foundation.rooms import both

FILE, NEXT_FILE = "ledger.key", "ledger.key.next"
ENTER = "INSERT INTO ledger_signingkey (name, public_key, is_replacement_of_lost) VALUES (%s, %s, %s)"


class UnableToSign(Refusal):
    """Codes: ``key_is_missing``, ``key_is_another``, ``key_is_there``."""

    sentences = {
        "key_is_missing": both(
            "找不到账册的签名密钥（密钥文件夹里的 ledger.key），新的区块没有封存，事实都在排队。"
            "请放回密钥；确实遗失的，运行 bangfu ledger rotate --lost。",
            "The ledger's signing key (ledger.key in the folder of secrets) is not there, so no block is sealed and facts wait."
            " Put the key back; if it is lost, run bangfu ledger rotate --lost.",
        ),
        "key_is_another": both(
            "密钥文件夹里的 ledger.key 不是这本账册的签名密钥，新的区块没有封存，事实都在排队。"
            "请放回原来的密钥；原来的密钥确实遗失的，运行 bangfu ledger rotate --lost。",
            "ledger.key in the folder of secrets is not this ledger's signing key, so no block is sealed and facts wait."
            " Put the former key back; if it is lost, run bangfu ledger rotate --lost.",
        ),
        "key_is_there": both(
            "签名密钥还在，不必按遗失处理。请运行 bangfu ledger rotate，由旧密钥签名交接。",
            "The signing key is there, so it is not lost. Run bangfu ledger rotate, and the old key signs the handing over.",
        ),
    }


@dataclass(frozen=True)
class Signer:
    """A key that signs, and the name it signs by."""

    name: str
    key: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """The public half in base64."""
        return encoded(public_bytes(self.key))


def encoded(content: bytes) -> str:
    """Return bytes in base64, as keys stand in the database."""
    return base64.b64encode(content).decode()


def signer() -> Signer:
    """Return the key that signs now; the ledger's very first one is made here.

    Raises: UnableToSign: the key file is gone or is another.
    Locks: the caller holds the sealer's lock.
    """
    newest = SigningKey.objects.order_by("-id").first()
    if newest is None:
        key = _read(FILE) or _make(FILE)
        return enter(f"bangfu/{secrets.token_hex(8)}", key, is_replacement_of_lost=False)
    for name in (FILE, NEXT_FILE):
        found = _read(name)
        if found is not None and encoded(public_bytes(found)) == newest.public_key:
            if name == NEXT_FILE:  # the rotation was cut off after its commit
                take_over()
            return Signer(newest.name, found)
    raise UnableToSign("key_is_missing" if _read(FILE) is None else "key_is_another")


def newest_name() -> str:
    """Return the name by which the ledger's checkpoints are signed."""
    return SigningKey.objects.order_by("-id").values_list("name", flat=True)[0]


def enter(name: str, key: Ed25519PrivateKey, *, is_replacement_of_lost: bool) -> Signer:
    """Enter a key's public half in the ledger, as reference data that the next block seals."""
    entered = Signer(name, key)
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [name, entered.public_key, is_replacement_of_lost])
    return entered


def make_next() -> Ed25519PrivateKey:
    """Make the key that is to sign next, in a file beside the present one."""
    key_file(NEXT_FILE).unlink(missing_ok=True)
    return _make(NEXT_FILE)


def take_over() -> None:
    """Put the next key in the present one's place."""
    key_file(NEXT_FILE).replace(key_file(FILE))
    sync_folder(key_file(FILE).parent)


def _read(name: str) -> Ed25519PrivateKey | None:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key_file(name).read_text().strip()))
    except FileNotFoundError:
        return None


def _make(name: str) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    write_key(key_file(name), key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    return key
