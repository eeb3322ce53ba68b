"""Signed checkpoints: writing and signing notes (C2SP signed-note, tlog-checkpoint). ``verify`` reads them."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bangfu.foundation.ledger.proofs.verify import Checkpoint, key_id


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of a key's public half."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def checkpoint_text(checkpoint: Checkpoint) -> str:
    """Return the text that is signed.

    Raises: ValueError: a line is empty or holds a line break.
    """
    root = base64.b64encode(checkpoint.root).decode()
    lines = [checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions]
    if not all(line and line.isprintable() for line in lines):
        raise ValueError("a line of a checkpoint is empty or not printable")
    return "".join(f"{line}\n" for line in lines)


def signature_line(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """Return the line with which a key signs a text, line break included.

    Raises: ValueError: the name is empty, or holds a space or a plus sign.
    """
    if not name or "+" in name or any(character.isspace() for character in name):
        raise ValueError(f"{name!r} is no name of a key")
    content = key_id(name, public_bytes(key)) + key.sign(text.encode())
    return f"— {name} {base64.b64encode(content).decode()}\n"


def signed_note(checkpoint: Checkpoint, *, name: str, key: Ed25519PrivateKey) -> str:
    """Return a checkpoint as a signed note."""
    text = checkpoint_text(checkpoint)
    return f"{text}\n{signature_line(text, name=name, key=key)}"


def cosigned(note: str, line: str) -> str:
    """Return a note with one more line of signature, as a witness adds it."""
    return note if line in note.splitlines(keepends=True) else note + line
