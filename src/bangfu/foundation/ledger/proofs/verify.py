"""Verify figures, facts, proofs and signatures of a ledger with Python alone; nothing else is needed.

What is verified, from the bottom up:

* a **field** of an entry is ``SHA-256(salt, value)``: without the salt nobody can guess what was withheld;
* an **entry** (a fact, or a version of reference data) is the list of its field digests: whoever withholds a field shows
  its digest in its place;
* the **tree** over the entries is that of RFC 6962 section 2.1, so its inclusion and consistency proofs are, too;
* a **checkpoint** is the tree's size and root in a signed note (C2SP signed-note and tlog-checkpoint), by Ed25519
  (RFC 8032).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ALGORITHM = "bangfu sha256 salted-fields 1"
"""Named in every checkpoint: how an entry becomes a leaf."""

FACT_FIELDS = (
    "fact", "measure", "quantity", "unit", "province", "city", "county", "town", "village", "line", "party", "identity",
    "claim", "share", "leads", "subject_type", "subject", "month", "day", "recorded_at", "source_system", "source",
    "revision", "reverses", "reason",
)  # fmt: skip
"""A fact's fields in the order of its leaf. A place is five of them and a day two, so that either can be coarsened."""

REFERENCE_FIELDS = ("version", "kind", "key", "content", "is_removed", "recorded_at")
"""The fields of a version of reference data, in the order of its leaf."""

FACT_PREFIX, REFERENCE_PREFIX = b"F", b"R"

SALT_BYTES = 16
_SALTS_A_HASH = 64 // SALT_BYTES


class UnableToVerify(Exception):  # noqa: N818 - the sentence says what does not fit
    """Something does not fit; the message says what."""


# Fields and entries


def salts(secret: bytes, count: int) -> list[bytes]:
    """Return an entry's salts, one a field, from its secret.

    They are slices of ``SHA-512(secret, counter)``: knowing some of them does not tell the others.

    Args: secret: 16 random bytes of the entry's own.
    """
    stream = b"".join(
        hashlib.sha512(secret + bytes([counter])).digest() for counter in range(-(-count // _SALTS_A_HASH))
    )
    return [stream[at : at + SALT_BYTES] for at in range(0, count * SALT_BYTES, SALT_BYTES)]


def field_digest(salt: bytes, value: str | None) -> bytes:
    """Return the digest of a field: ``SHA-256(salt, 0)`` of nothing, ``SHA-256(salt, 1, UTF-8)`` of a value."""
    content = b"\x00" if value is None else b"\x01" + value.encode()
    return hashlib.sha256(salt + content).digest()


def leaf_hash(prefix: bytes, digests: Iterable[bytes]) -> bytes:
    """Return the leaf of an entry (RFC 6962: ``SHA-256(0x00, entry)``), the entry being its field digests in order."""
    return hashlib.sha256(b"\x00" + prefix + b"".join(digests)).digest()


def fact_leaf(secret: bytes, values: Sequence[str | None]) -> bytes:
    """Return the leaf of a fact whose every field is known, in the order of ``FACT_FIELDS``."""
    return leaf_hash(FACT_PREFIX, map(field_digest, salts(secret, len(FACT_FIELDS)), values))


def disclosed_leaf(
    prefix: bytes,
    fields: Sequence[str],
    known: Mapping[str, tuple[bytes, str | None]],
    withheld: Mapping[str, bytes],
) -> bytes:
    """Return the leaf of an entry of which some fields are shown with their salts, and the others as digests only.

    Raises: UnableToVerify: a field is missing, named twice or unknown.
    """
    if set(known) & set(withheld) or {*known, *withheld} != set(fields):
        raise UnableToVerify("an entry does not name each of its fields once")
    return leaf_hash(
        prefix,
        (field_digest(*known[name]) if name in known else withheld[name] for name in fields),
    )


# The tree


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962: ``SHA-256(0x01, left, right)``)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root that follows from a leaf and its inclusion proof (RFC 9162 section 2.1.3.2).

    Raises: UnableToVerify: the proof has not the length that index and size demand.
    """
    if not 0 <= index < size:
        raise UnableToVerify("an entry stands outside its tree")
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise UnableToVerify("an inclusion proof is too long")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise UnableToVerify("an inclusion proof is too short")
    return found


def check_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a later tree begins with an earlier one (RFC 9162 section 2.1.4.2).

    Raises: UnableToVerify: it does not, or the proof is not one.
    """
    if not 0 < old_size <= new_size:
        raise UnableToVerify("the later checkpoint is smaller than the earlier one")
    if old_size == new_size:
        if proof or old_root != new_root:
            raise UnableToVerify("two checkpoints of one size have different roots")
        return
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        raise UnableToVerify("a consistency proof is empty")
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise UnableToVerify("a consistency proof is too long")
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or old != old_root or new != new_root:
        raise UnableToVerify(
            "the later checkpoint does not begin with the earlier one: the ledger was rewritten"
        )


# Signed notes


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    """Four bytes: which key."""
    content: bytes


@dataclass(frozen=True)
class Note:
    """A signed note: a text, and signatures over it."""

    text: str
    """With its last line break."""
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Checkpoint:
    """What a ledger's note says: so many entries have this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]


def parse_note(note: str) -> Note:
    """Return a note's text and signatures.

    Raises: UnableToVerify: it is no signed note.
    """
    text, divider, lines = note.rpartition("\n\n")
    if not divider or not lines.endswith("\n"):
        raise UnableToVerify("a checkpoint is not a signed note")
    found = []
    for line in lines.removesuffix("\n").split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        content = _from_base64(encoded)
        if dash != "—" or not name or len(content) < 5:
            raise UnableToVerify("a checkpoint has a broken line of signature")
        found.append(Signature(name, content[:4], content[4:]))
    return Note(text + "\n", tuple(found))


def parse_checkpoint(text: str) -> Checkpoint:
    """Return what the text of a checkpoint says.

    Raises: UnableToVerify: it says no size or no root.
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not lines[0] or not lines[1].isascii() or not lines[1].isdecimal():
        raise UnableToVerify("a checkpoint does not say origin, size and root")
    root = _from_base64(lines[2])
    if len(root) != 32 or str(int(lines[1])) != lines[1]:
        raise UnableToVerify("a checkpoint does not say size and root")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))


def key_id(name: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a note names an Ed25519 key."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public_key).digest()[:4]


def check_note(note: str, name: str, public_key: bytes) -> Checkpoint:
    """Check that a checkpoint is signed by the key, and return what it says.

    Raises: UnableToVerify: it is not, or is no checkpoint.
    """
    parsed = parse_note(note)
    for signature in parsed.signatures:
        if (signature.name, signature.key_id) == (name, key_id(name, public_key)):
            if not is_signed(public_key, parsed.text.encode(), signature.content):
                raise UnableToVerify(f"the signature of {name} under a checkpoint is false")
            return parse_checkpoint(parsed.text)
    raise UnableToVerify(f"a checkpoint is not signed by the key of {name}")


def _from_base64(encoded: str) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise UnableToVerify("a checkpoint holds what is no base64") from broken
    if base64.b64encode(content).decode() != encoded:
        raise UnableToVerify("a checkpoint holds base64 in an unusual form")
    return content


# Ed25519, RFC 8032 section 5.1. A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, x y = T/Z.

_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _PRIME - 2, _PRIME) % _PRIME
_ROOT_OF_MINUS_ONE = pow(2, (_PRIME - 1) // 4, _PRIME)

_Point = tuple[int, int, int, int]


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % _PRIME
    c = 2 * one[3] * other[3] * _D % _PRIME
    d = 2 * one[2] * other[2] % _PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _PRIME, g * h % _PRIME, f * g % _PRIME, e * h % _PRIME


def _multiply(scalar: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _add(found, point)
        point = _add(point, point)
        scalar >>= 1
    return found


def _are_equal(one: _Point, other: _Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _PRIME == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % _PRIME == 0


def _decompress(encoded: bytes) -> _Point | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _PRIME:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _PRIME - 2, _PRIME) % _PRIME
    x = pow(square, (_PRIME + 3) // 8, _PRIME)
    if (x * x - square) % _PRIME:
        x = x * _ROOT_OF_MINUS_ONE % _PRIME
    if (x * x - square) % _PRIME or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _PRIME - x
    return x, y, 1, x * y % _PRIME


_BASE = _decompress((4 * pow(5, _PRIME - 2, _PRIME) % _PRIME).to_bytes(32, "little"))


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature over the message is the key's."""
    if len(public_key) != 32 or len(signature) != 64 or _BASE is None:
        return False
    key, nonce = _decompress(public_key), _decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= _ORDER:
        return False
    challenge = (
        int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _ORDER
    )
    return _are_equal(_multiply(scalar, _BASE), _add(nonce, _multiply(challenge, key)))
