"""What an attacker does to a bundle: changes its members, with or without signing it anew."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangfu.foundation.ledger.proofs.notes import public_bytes, signature_line
from bangfu.foundation.ledger.proofs.verify import MANIFEST, verify_bundle


def members_of(path: Path) -> dict[str, bytes]:
    """Return a bundle's members."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def faults_of(members: Mapping[str, bytes], folder: Path, key: str | None = None) -> list[str]:
    """Return what the verifier says of a bundle with these members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    path = folder / "forged.zip"
    path.write_bytes(written.getvalue())
    return verify_bundle(str(path), key)


def signed_anew(members: Mapping[str, bytes], key: Ed25519PrivateKey) -> dict[str, bytes]:
    """Return the members under a manifest that fits them, signed by a key under the ledger's name."""
    name = members["keys.txt"].decode().split(" ")[0]
    text = "bangfu publication 1\n" + "".join(
        f"{hashlib.sha256(content).hexdigest()} {member}\n"
        for member, content in sorted(members.items())
        if member != MANIFEST
    )
    return {**members, MANIFEST: f"{text}\n{signature_line(text, name=name, key=key)}".encode()}


def encoded(key: Ed25519PrivateKey) -> str:
    """Return a key's public half in base64."""
    return base64.b64encode(public_bytes(key)).decode()


def changed(members: Mapping[str, bytes], name: str, change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """Return the members with one changed.

    Raises: AssertionError: the change changes nothing.
    """
    after = change(members[name])
    assert after != members[name]
    return {**members, name: after}
