"""Verify figures, facts, proofs and signatures of a ledger with Python alone; nothing else is needed.

What is verified, from the bottom up:

* a **field** of an entry is ``SHA-256(salt, value)``: without the salt nobody can guess what was withheld;
* an **entry** (a fact, or a version of reference data) is the list of its field digests: whoever withholds a field shows
  its digest in its place;
* the **tree** over the entries is that of RFC 6962 section 2.1, so its inclusion and consistency proofs are, too;
* a **checkpoint** is the tree's size and root in a signed note (C2SP signed-note and tlog-checkpoint), by Ed25519
  (RFC 8032);
* a **bundle** is what a publication gives out: facts under figures, proofs, a checkpoint and the report. Run this file on
  it: ``python verify.py bundle.zip`` (Python 3.9 or later). Everything is recomputed; what does not fit is printed.

What a bundle cannot show: that no fact was left out, and that parties, whose names are withheld, were told apart truly.
Whoever has the ledger shows both.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import sys
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from html.parser import HTMLParser
from typing import Any

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


def root_from_leaves(entries: Sequence[tuple[int, bytes]], size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root that follows from many leaves at once and the hashes between them.

    The hashes are those of the largest ranges without any of the leaves, in order, as RFC 6962 halves the tree.

    Args: entries: index and leaf, ascending, at least one.

    Raises: UnableToVerify: an index is out of order or outside, or the proof has another length.
    """
    indices = [index for index, _ in entries]
    ordered = all(one < other for one, other in zip(indices, indices[1:]))  # noqa: B905, RUF007 - Python 3.9
    if not indices or not ordered or indices[0] < 0 or indices[-1] >= size:
        raise UnableToVerify("the entries do not stand in order in their tree")
    hashes = iter(proof)

    def node(first: int, last: int, begin: int, end: int) -> bytes:
        if first == last:
            return next(hashes)
        if end - begin == 1:
            return entries[first][1]
        middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
        between = bisect_left(indices, middle, first, last)
        left = node(first, between, begin, middle)
        return node_hash(left, node(between, last, middle, end))

    try:
        root = node(0, len(indices), 0, size)
    except StopIteration:
        raise UnableToVerify("a proof is too short") from None
    if next(hashes, None) is not None:
        raise UnableToVerify("a proof is too long")
    return root


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


# Bundles

MEMBERS = (
    "checkpoint.txt", "evidence.jsonl", "facts.jsonl", "figures.json", "keys.txt", "manifest.txt", "proof.txt",
    "references.jsonl", "report.html", "verify.py",
)  # fmt: skip
COMPANIONS = "companions.html"
"""In a bundle whose report has companions: texts that say its figures in another form."""
MANIFEST = "manifest.txt"
"""A signed note: ``bangfu publication <number>``, then the SHA-256 and name of every other member."""
_PLACES = ("province", "city", "county", "town", "village")
_DIGITS = (2, 2, 2, 3, 3)
_UNIT, _LINE, _AREA, _AREA_MEMBERSHIP, _INDICATOR, _DENOMINATOR = "1", "3", "7", "8", "9", "11"
"""Kinds of reference data."""
_QUOTIENTS = ("ratio", "growth", "share", "per_head")
_WIDE = Context(prec=60)
_STEP_OF_QUOTIENT = Decimal("0.0000000001")
_ROUNDINGS = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_UP}
_POWERS = {"1": 0, "万": 4, "亿": 8, "%": -2, "年": 0}
_VERDICTS = {"zh": ("未完成", "完成"), "en": ("not met", "met")}
_BROKEN = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


@dataclass
class Entry:
    """A fact or a version of reference data of a bundle."""

    what: str
    index: int
    leaf: bytes
    values: dict[str, str | None]  # by field; a withheld one is absent
    party: str | None = None
    """What the party is called in this publication alone; null without a party."""

    @property
    def place(self) -> str:
        """The digits of its place, as far as they are shown."""
        shown = ""
        for name in _PLACES:
            if name not in self.values:
                break
            shown += self.values[name] or ""
        return shown

    @property
    def day(self) -> str:
        """The day it happened, or the month where the day is withheld."""
        month = self.values["month"] or ""
        return f"{month}-{self.values['day']}" if "day" in self.values else month


@dataclass
class Bundle:
    """A bundle as it is read."""

    members: dict[str, bytes]
    figures: dict[str, Any] = field(default_factory=dict)
    facts: list[Entry] = field(default_factory=list)
    references: list[Entry] = field(default_factory=list)
    _contents: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a member as text."""
        return self.members[name].decode()

    def contents(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return what the bundle's reference data of a kind says, by key."""
        if kind not in self._contents:
            self._contents[kind] = {
                one.values["key"] or "": json.loads(one.values["content"] or "")
                for one in self.references
                if one.values["kind"] == kind and one.values["is_removed"] == "false"
            }
        return self._contents[kind]


def read_entries(text: str, *, is_fact: bool) -> Iterator[Entry]:
    """Return the entries of ``facts.jsonl`` or ``references.jsonl``, each hashed anew.

    Raises: UnableToVerify: a leaf does not follow from the fields.
    """
    what, names, prefix = (
        ("fact", FACT_FIELDS, FACT_PREFIX) if is_fact else ("version", REFERENCE_FIELDS, REFERENCE_PREFIX)
    )
    decode, sha256 = base64.b64decode, hashlib.sha256
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        row = json.loads(line)
        if len(row["fields"]) != len(names):
            raise UnableToVerify(f"{what} {number} does not have {len(names)} fields")
        values, digests = {}, []
        for name, given in zip(names, row["fields"]):  # noqa: B905 - Python 3.9
            if isinstance(given, str):
                digests.append(decode(given))
            else:
                salt, value = given
                values[name] = value
                content = b"\x00" if value is None else b"\x01" + value.encode()
                digests.append(sha256(decode(salt) + content).digest())
        if any(len(digest) != 32 for digest in digests):
            raise UnableToVerify(f"{what} {number} has a broken digest")
        leaf = leaf_hash(prefix, digests)
        if leaf != decode(row["leaf"]):
            raise UnableToVerify(f"{what} {number} is not the one that was sealed")
        yield Entry(f"{what} {number}", row["index"], leaf, values, row.get("party"))


def page_rows(facts: Iterable[Entry]) -> list[list[Any]]:
    """Return facts as the report's page has them: fact, unit, place, day, quantity, party, reversed fact, measure."""
    return [
        [
            one.values["fact"], one.values.get("unit"), one.place, one.day, one.values["quantity"], one.party,
            one.values["reverses"], one.values["measure"],
        ]
        for one in facts
    ]  # fmt: skip


def verify_bundle(path: str, key: str | None = None) -> list[str]:
    """Return what does not fit in a bundle; nothing when all fits.

    Args: key: the public key (base64) that must have signed it; null takes the bundle's own.
    """
    faults: list[str] = []
    try:
        bundle = Bundle(members_of(path))
    except UnableToVerify as fault:
        return [str(fault)]
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,  # how zipfile names a compression that it does not know
        RuntimeError,  # and a member under a password
        *_BROKEN,
    ) as error:
        return [f"the bundle cannot be read: {error}"]
    steps: tuple[Callable[[Bundle, str | None], Iterable[str]], ...] = (
        _check_manifest, _check_entries, _check_figures, _check_page, _check_evidence,
    )  # fmt: skip
    for step in steps:
        try:
            faults += step(bundle, key)
        except UnableToVerify as fault:
            faults.append(str(fault))
        except _BROKEN as error:
            faults.append(f"the bundle is broken where it is read by {step.__name__}: {error!r}")
    return faults


def members_of(path: str) -> dict[str, bytes]:
    """Return the members of a bundle by name.

    Raises: UnableToVerify: there are others.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if sorted(set(names) - {COMPANIONS}) != sorted(MEMBERS) or len(set(names)) != len(names):
            raise UnableToVerify(f"the bundle does not hold exactly {', '.join(MEMBERS)}")
        return {name: archive.read(name) for name in names}


def _keys(bundle: Bundle) -> list[tuple[str, bytes]]:
    found = []
    for line in bundle.text("keys.txt").split("\n")[:-1]:
        name, _, encoded = line.partition(" ")
        found.append((name, _from_base64(encoded)))
    return found


def _signed_text(note: str, keys: Iterable[tuple[str, bytes]]) -> str:
    """Return the text of a note that one of the keys signed."""
    parsed = parse_note(note)
    known = {(name, key_id(name, key)): key for name, key in keys}
    for signature in parsed.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None and is_signed(key, parsed.text.encode(), signature.content):
            return parsed.text
    raise UnableToVerify("a signature is false, or by no key of the bundle")


def _check_manifest(bundle: Bundle, key: str | None) -> Iterator[str]:
    keys = _keys(bundle)
    if key is not None:
        keys = [one for one in keys if base64.b64encode(one[1]).decode() == key.strip()]
        if not keys:
            yield "the bundle is not signed by the key that was given"
            return
    lines = _signed_text(bundle.text(MANIFEST), keys).split("\n")[:-1]
    digests = {name: digest for digest, _, name in (line.partition(" ") for line in lines[1:])}
    if not lines[0].startswith("bangfu publication ") or set(digests) != set(bundle.members) - {MANIFEST}:
        yield "the manifest does not name every member"
    for name, digest in sorted(digests.items()):
        if name in bundle.members and hashlib.sha256(bundle.members[name]).hexdigest() != digest:
            yield f"{name} is not what was signed"


def _check_entries(bundle: Bundle, key: str | None) -> Iterator[str]:
    text = _signed_text(bundle.text("checkpoint.txt"), _keys(bundle))
    checkpoint = parse_checkpoint(text)
    if ALGORITHM not in checkpoint.extensions or any(name != checkpoint.origin for name, _ in _keys(bundle)):
        yield "the checkpoint is of another kind or of another ledger"
    bundle.facts = list(read_entries(bundle.text("facts.jsonl"), is_fact=True))
    bundle.references = list(read_entries(bundle.text("references.jsonl"), is_fact=False))
    for one in bundle.facts:
        if (one.party is None) == ("party" not in one.values) or one.values.get("party") is not None:
            yield f"{one.what} says of its party what it does not show"
    entries = sorted((one.index, one.leaf) for one in (*bundle.facts, *bundle.references))
    proof = [_from_base64(line) for line in bundle.text("proof.txt").split("\n")[:-1]]
    if root_from_leaves(entries, checkpoint.size, proof) != checkpoint.root:
        yield "facts and proof do not lead to the root that was signed: something is missing, added or changed"


def _check_figures(bundle: Bundle, key: str | None) -> Iterator[str]:
    bundle.figures = json.loads(bundle.text("figures.json"))
    definitions, used = bundle.contents(_INDICATOR), set()
    for number, figure in enumerate(bundle.figures["figures"], start=1):
        definition = definitions[figure["definition"]]
        what = f"figure {number} ({figure['indicator']})"
        sums = []
        if len(figure["facts"]) != len(definition["terms"]):
            raise UnableToVerify(f"{what} does not have the facts of each term")
        for term, lines in zip(definition["terms"], figure["facts"]):  # noqa: B905 - Python 3.9
            if any(one >= other for one, other in zip(lines, lines[1:])):  # noqa: B905, RUF007 - Python 3.9
                yield f"{what} counts a fact twice"
            facts = [bundle.facts[line] for line in lines]
            used |= set(lines)
            asked = asked_of(figure, term)
            inside = _inside(bundle, asked) if asked else None
            for one in facts:
                reason = _outside(bundle, asked, inside, term, one) if asked else "nothing is asked for"
                if reason:
                    yield f"{one.what} does not belong to {what}: {reason}"
            sums.append(sum_of_term(bundle, figure, term, facts))
        value = figure_value(definition, sums)
        written = None if figure["value"] is None else Decimal(figure["value"])
        if value != written:
            yield f"{what} is said to be {written}, and its facts come to {value}"
        for language in ("zh", "en"):
            said = "—" if value is None else shown_text(value, figure["display"], definition, language)
            if figure["shown"][language] != said:
                yield f"{what} prints {figure['shown'][language]}, and its value is shown as {said}"
    if used != set(range(len(bundle.facts))):
        yield "some facts stand under no figure"


def sum_of_term(
    bundle: Bundle, figure: Mapping[str, Any], term: Mapping[str, Any], facts: Sequence[Entry]
) -> Decimal | None:
    """Return what one term of a figure comes to: by the facts under it, or by what is registered."""
    if term["kind"] != "registered":
        return term_value(term, facts)
    asked = asked_of(figure, term)
    return _registered(bundle, asked, term) if asked else None


def asked_of(figure: Mapping[str, Any], term: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what one term is asked about: the figure's period, place, area, unit and line, or those that its term says.

    Null when there is no such scope: a share of the province of what lies in no single one.
    """
    asked = {name: figure[name] for name in ("period", "place", "area", "unit", "line")}
    years = term.get("years_back", 0)
    if years:
        starts_on, ends_on = asked["period"]
        asked["period"] = [_years_before(starts_on, years, "02-28"), _years_before(ends_on, years, "03-01")]
    whole = term.get("whole")
    if whole in ("all", "places"):
        asked["place"] = asked["area"] = None
    if whole in ("all", "units"):
        asked["unit"] = None
    if whole == "province":
        if asked["place"] is None:
            return None
        asked["place"], asked["area"] = asked["place"][:2].ljust(sum(_DIGITS), "0"), None
    return asked


def _years_before(day: str, years: int, leap: str) -> str:
    """Return a day so many years before. Args: leap: what stands for 29 February where there is none."""
    year, rest = int(day[:4]) - years, day[5:]
    if rest == "02-29" and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        rest = leap
    return f"{year:04}-{rest}"


def _registered(bundle: Bundle, asked: Mapping[str, Any], term: Mapping[str, Any]) -> Decimal | None:
    """Return the number of a register: of the place or of each member of the area, each of its newest year by the end."""
    last_on = (date.fromisoformat(asked["period"][1]) - timedelta(days=1)).isoformat()
    place, places = asked["place"], [asked["place"]] if asked["place"] else []
    if asked["area"] is not None:
        named = sorted(_area_members(bundle, asked["area"], last_on))
        if place is None or not any(place.startswith(_prefix(one)) for one in named):
            within = [one for one in named if place is None or one.startswith(_prefix(place))]
            places = [
                one
                for one in within
                if not any(one != other and one.startswith(_prefix(other)) for other in within)
            ]
    newest: dict[str, tuple[int, int]] = {}
    for row in bundle.contents(_DENOMINATOR).values():
        if row["register"] == term["register"] and row["year"] <= int(last_on[:4]):
            of = str(row["place"])
            newest[of] = max(newest.get(of, (0, 0)), (row["year"], row["value"]))
    if not places or any(one not in newest for one in places):
        return None
    return Decimal(sum(newest[one][1] for one in places))


def term_value(term: Mapping[str, Any], facts: Sequence[Entry]) -> Decimal | None:
    """Return what facts come to by one term of a definition; null of none: no data is never 0."""
    if not facts:
        return None
    if term["kind"] != "distinct":
        return sum((Decimal(one.values["quantity"] or "") for one in facts), Decimal(0))
    nets: dict[str, Decimal] = {}
    for one in facts:
        if one.party is not None:
            nets[one.party] = nets.get(one.party, Decimal(0)) + Decimal(one.values["quantity"] or "")
    return Decimal(sum(net > 0 for net in nets.values()))


def figure_value(definition: Mapping[str, Any], sums: Sequence[Decimal | None]) -> Decimal | None:
    """Return the value that the terms of a definition come to; a quotient has ten decimals, half up."""
    if len(sums) == 1:
        return sums[0]
    reached, measured_by = sums[0] or Decimal(0), sums[1]
    if measured_by is None:
        return None
    if definition["kind"] == "target":
        return Decimal(int(reached >= measured_by))
    if measured_by == 0:
        return None
    if definition["kind"] == "growth":
        if measured_by < 0:
            return None
        reached -= measured_by
    quotient = _WIDE.divide(reached * definition["factor"], measured_by)
    return quotient.quantize(_STEP_OF_QUOTIENT, ROUND_HALF_UP, _WIDE)


def _outside(
    bundle: Bundle,
    figure: Mapping[str, Any],
    inside: tuple[str, ...] | None,
    term: Mapping[str, Any],
    fact: Entry,
) -> str | None:
    """Return why a fact does not belong to a term of a figure; null when it does.

    Args:
        figure: what the term is asked about, as ``asked_of`` gives it.
        inside: the digits with which places of its area begin; null without an area.
    """
    measures = [term["measure"], *term.get("also", ())]
    if term["kind"] == "registered":
        return "a register has no facts"
    if bundle.figures["measures"][fact.values["measure"] or ""] not in [one["code"] for one in measures]:
        return "another measure"
    starts_on, ends_on = figure["period"]
    is_flow = term["kind"] == "flow" or (term["kind"] == "distinct" and term["measure"]["kind"] == "flow")
    if term["kind"] == "cumulative" and term.get("since"):
        is_flow, starts_on = True, term["since"]
    if not _happened_before(fact.day, ends_on) or (is_flow and not _happened_since(fact.day, starts_on)):
        return "another time"
    if _is_narrowed_away(bundle, ends_on, term, fact):
        return "what the definition leaves out"
    place = figure["place"]
    if place is not None and not fact.place.startswith(_prefix(place)):
        return "another place"
    if inside is not None and not fact.place.startswith(inside):
        return "outside the area"
    if figure["unit"] is not None and not _is_below(bundle, fact.values["unit"] or "", str(figure["unit"])):
        return "another unit"
    if figure["line"] is not None and fact.values["line"] != str(figure["line"]):
        return "another line"
    return None


def _is_narrowed_away(bundle: Bundle, ends_on: str, term: Mapping[str, Any], fact: Entry) -> bool:
    """Return whether a definition's own place, unit, area or line leaves a fact out."""
    if term.get("place") and not fact.place.startswith(_prefix(str(term["place"]))):
        return True
    lines = bundle.contents(_LINE)
    if term.get("line") and lines.get(fact.values["line"] or "", {}).get("code") != term["line"]:
        return True
    if term.get("owner"):
        owners = [str(key) for key, said in bundle.contents(_UNIT).items() if said["code"] == term["owner"]]
        if not any(_is_below(bundle, fact.values["unit"] or "", owner) for owner in owners):
            return True
    if not term.get("area"):
        return False
    on = (date.fromisoformat(ends_on) - timedelta(days=1)).isoformat()
    keys = [int(key) for key, said in bundle.contents(_AREA).items() if said["code"] == term["area"]]
    inside = [_prefix(place) for key in keys for place in _area_members(bundle, key, on)]
    return not fact.place.startswith(tuple(inside))


def _happened_before(day: str, end: str) -> bool:
    """Return whether a day, or every day of a month, lies before another day."""
    return day < end if len(day) == 10 else day < end[:7]


def _happened_since(day: str, start: str) -> bool:
    return day >= start if len(day) == 10 else f"{day}-01" >= start


def _prefix(place: str) -> str:
    """Return the digits of a place without the zeros of what lies below it."""
    at, shown = 0, ""
    for digits in _DIGITS:
        if not int(place[at:]):
            break
        shown, at = place[: at + digits], at + digits
    return shown


def _inside(bundle: Bundle, figure: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the digits with which the members of a figure's area begin, on the last day of its period."""
    if figure["area"] is None:
        return None
    on = (date.fromisoformat(figure["period"][1]) - timedelta(days=1)).isoformat()
    return tuple(_prefix(place) for place in _area_members(bundle, figure["area"], on))


def _area_members(bundle: Bundle, area: int, on: str) -> list[str]:
    """Return the places that belong to an area on a day."""
    return [
        str(one["place"])
        for one in bundle.contents(_AREA_MEMBERSHIP).values()
        if one["area"] == area
        and (one["starts_on"] is None or one["starts_on"] <= on)
        and (one["ends_on"] is None or one["ends_on"] > on)
    ]


def _is_below(bundle: Bundle, unit: str, above: str) -> bool:
    units = bundle.contents(_UNIT)
    for _ in range(len(units) + 1):
        if unit == above:
            return True
        if unit not in units:
            return False
        unit = str(units[unit]["parent"])
    return False


def shown_text(
    value: Decimal, display: Mapping[str, Any], definition: Mapping[str, Any], language: str, inner: str = ""
) -> str:
    """Return a value as it is printed: rounded once to its step, 万 and 亿 in Chinese, millions in English."""
    if definition["kind"] == "target":
        return _VERDICTS[language][int(value)]
    scale, decimals = display["scale"], display["decimals"]
    first = definition["terms"][0]
    least = (12 if scale == "年" else 1) * Decimal(10) ** _POWERS[scale]
    if scale in ("万", "亿", "年") and abs(value) < least:
        if scale == "亿" and abs(value) >= 10**4:
            scale = "万"
        else:
            scale = "1"
            own = 0 if first["kind"] == "distinct" else first["measure"]["decimals"]
            decimals = max(display["decimals"], 0) if definition["kind"] in _QUOTIENTS else own
    power = 0 if scale == "%" and display["is_in_hundreds"] else _POWERS[scale]
    step = Decimal(12 if scale == "年" else 1).scaleb(power - decimals)
    steps = _WIDE.divide(value, step).quantize(Decimal(1), _ROUNDINGS[display["rounding"]], _WIDE)
    said, unit = _WIDE.multiply(steps, step), definition["unit"][language]
    digits = max(decimals, 0)
    if scale == "年":
        number, word, unit = (
            f"{_WIDE.divide(said, Decimal(12)):.{digits}f}",
            "",
            {"zh": "年", "en": "years"}[language],
        )
    elif scale == "%":
        number, word, unit = f"{said.scaleb(-power, _WIDE):.{digits}f}", "%", ""
    elif language == "zh":
        number, word = f"{said.scaleb(-power, _WIDE):.{digits}f}", "" if scale == "1" else scale
    elif abs(said) >= 10**6 and power - decimals >= 4:
        number, word = f"{said.scaleb(-6, _WIDE):,.{max(6 - power + decimals, 0)}f}", "million"
    else:
        number, word = f"{said:,.{max(decimals - power, 0)}f}", ""
    if language == "en" and number == "1" and not word:
        unit = definition["unit_one"] or unit
    number = number.replace("-", "\u2212")
    if language == "en" and word != "%":
        return " ".join(part for part in (number, word, unit) if part)
    return f"{number}{word}" if word == "%" else f"{number}{word}{inner}{unit}"


class _Page(HTMLParser):
    """Reads the figures that a report's page prints, and what it carries to open them."""

    def __init__(self) -> None:
        super().__init__()
        self.printed: list[tuple[int, str, str, str]] = []
        self.carried: dict[str, str] = {}
        self._open: list[str] | None = None
        self._about: tuple[int, str, str] = (0, "", "")
        self._script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-figure" in given:
            self._about = int(given["data-figure"]), given["data-language"], given["data-inner"]
            self._open = []
        elif tag == "script" and given.get("type") == "application/json":
            self._script = given["id"]
            self.carried[self._script] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self.printed.append((*self._about, "".join(self._open)))
            self._open = None
        elif tag == "script":
            self._script = ""

    def handle_data(self, data: str) -> None:
        if self._script:
            self.carried[self._script] += data
        elif self._open is not None:
            self._open.append(data)


def _check_page(bundle: Bundle, key: str | None) -> Iterator[str]:
    page = _Page()
    page.feed(bundle.text("report.html"))
    page.close()
    if json.loads(page.carried["figures"]) != bundle.figures:
        yield "report.html carries other figures than figures.json"
    if json.loads(page.carried["facts"]) != page_rows(bundle.facts):
        yield "report.html carries other facts than facts.jsonl"
    yield from _printed_otherwise(bundle, "report.html", page)
    if {number for number, _, _, _ in page.printed} != set(range(len(bundle.figures["figures"]))):
        yield "report.html does not print every figure"
    if COMPANIONS in bundle.members:
        beside = _Page()
        beside.feed(bundle.text(COMPANIONS))
        beside.close()
        yield from _printed_otherwise(bundle, COMPANIONS, beside)


def _printed_otherwise(bundle: Bundle, name: str, page: _Page) -> Iterator[str]:
    """Yield the figures that a page prints in another way than their values are shown."""
    definitions, figures = bundle.contents(_INDICATOR), bundle.figures["figures"]
    for number, language, inner, printed in page.printed:
        figure = figures[number]
        value = Decimal(figure["value"])
        said = shown_text(value, figure["display"], definitions[figure["definition"]], language, inner)
        if inner not in ("", "余", "多") or printed != said:
            yield f"{name} prints {printed!r} where figure {number + 1} is {said!r}"


def _check_evidence(bundle: Bundle, key: str | None) -> Iterator[str]:
    for line in bundle.text("evidence.jsonl").split("\n")[:-1]:
        row = json.loads(line)
        if not 0 <= row["fact"] < len(bundle.facts):
            yield "evidence is named of a fact that is not there"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify a bundle, print what does not fit, and return the exit status: 0 when all fits, else 1."""
    parser = argparse.ArgumentParser(description="验证发布包 · Verify a bundle of a publication.")
    parser.add_argument("bundle", help="发布包（zip） · the bundle, a zip file")
    parser.add_argument(
        "--key", help="账册公钥（Base64），须另行取得 · the ledger's public key, got elsewhere"
    )
    given = parser.parse_args(arguments)
    faults = verify_bundle(given.bundle, given.key)
    for fault in faults:
        print(f"✗ {fault}")
    if faults:
        print(f"不符 · Does not fit: {len(faults)}")
        return 1
    bundle = Bundle(members_of(given.bundle))
    figures = json.loads(bundle.text("figures.json"))
    print(f"{figures['heading']['zh']} · {figures['heading']['en']}")
    print(f"区块 block {figures['block']} · 数字 figures {len(figures['figures'])} · 事实 facts", end=" ")
    print(bundle.text("facts.jsonl").count("\n"))
    print("全部相符 · Everything fits.")
    if given.key is None:
        for name, key in _keys(bundle):
            print(
                f"请另行核对公钥 · Compare the key with one got elsewhere: {name} {base64.b64encode(key).decode()}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
