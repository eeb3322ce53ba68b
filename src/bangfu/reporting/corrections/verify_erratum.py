"""Verify an erratum against the bundle of its publication, with Python alone; nothing else is needed.

Unpack ``verify.py`` from the publication's bundle and this file from the erratum's, and run (Python 3.9 or later):
``python verify_erratum.py bangfu-erratum-1.1.zip bangfu-publication-1.zip``.

The bundle is verified first, by its own program. Then: the note is signed by the ledger's key; every fact that caused the
erratum was sealed, by a proof against a later checkpoint of the same ledger; it belongs to the figure; and the facts of the
bundle, less those that left and with those that came, come to the new value, which is printed as the erratum says. A number
of a register is that of the bundle, unless the erratum shows a sealed version of it that is newer.

What this cannot show: that no further fact was left out; and why a unit or a list was changed that moved facts in or out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

try:
    from bangfu.foundation.ledger.proofs import verify
except ImportError:  # on a stranger's machine, beside the bundle's own program
    sys.path.insert(0, str(Path(__file__).resolve().parent))  # Python's isolated mode leaves it out
    import verify  # type: ignore[import-not-found,no-redef]

NOTE = "note.txt"
MEMBERS = ("checkpoint.txt", "facts.jsonl", NOTE, "proof.txt", "verify_erratum.py")
REFERENCES = "references.jsonl"
"""In an erratum of figures that are held against registers: what was registered since."""
SIGNED = tuple(name for name in MEMBERS if name != NOTE)
"""Members of which the note names the SHA-256; the references as well, where there are some."""
_DENOMINATOR = "11"
_MOVED_IN = ("UNIT_IN", "AREA_IN")
"""Why facts came that the bundle's own units and lists leave out."""
_BROKEN = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, TypeError, ValueError, AttributeError,
    ArithmeticError,
    NotImplementedError,  # how zipfile names a compression that it does not know
    RuntimeError,  # and a member under a password
)  # fmt: skip


def verify_erratum(erratum: str, bundle: str, key: str | None = None) -> list[str]:
    """Return what does not fit in an erratum and the bundle of its publication; nothing when all fits.

    Args: erratum, bundle: paths; key: the ledger's public key (base64) that must have signed; null takes the bundle's own.
    """
    faults = [f"the bundle: {fault}" for fault in verify.verify_bundle(bundle, key)]
    return faults or faults_between(erratum, bundle, key)


def faults_between(erratum: str, bundle: str, key: str | None = None) -> list[str]:
    """Return what does not fit in an erratum and a bundle that was verified before."""
    faults: list[str] = []
    try:
        for fault in _faults(_read(erratum), _opened(bundle), key):
            faults.append(fault)
    except verify.UnableToVerify as broken:
        faults.append(str(broken))
    except _BROKEN as error:
        faults.append(f"the erratum is broken: {error!r}")
    return faults


def _read(path: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        names = sorted(archive.namelist())
        if names not in (sorted(MEMBERS), sorted((*MEMBERS, REFERENCES))):
            raise verify.UnableToVerify(f"the erratum does not hold exactly {', '.join(MEMBERS)}")
        return {name: archive.read(name) for name in names}


def _opened(path: str) -> verify.Bundle:
    bundle = verify.Bundle(verify.members_of(path))
    bundle.figures = json.loads(bundle.text("figures.json"))
    bundle.facts = list(verify.read_entries(bundle.text("facts.jsonl"), is_fact=True))
    bundle.references = list(verify.read_entries(bundle.text("references.jsonl"), is_fact=False))
    return bundle


def _faults(members: dict[str, bytes], bundle: verify.Bundle, key: str | None) -> Iterator[str]:
    keys = [line.partition(" ")[::2] for line in bundle.text("keys.txt").split("\n")[:-1]]
    if key is not None:
        keys = [one for one in keys if one[1] == key.strip()]
    said = _said(_signed(members[NOTE].decode(), keys), bundle)
    for name in sorted(set(members) - {NOTE}):
        if hashlib.sha256(members[name]).hexdigest() != said["digests"].get(name):
            yield f"{name} is not what was signed"
    entries = list(verify.read_entries(members["facts.jsonl"].decode(), is_fact=True))
    registered = list(verify.read_entries(members.get(REFERENCES, b"").decode(), is_fact=False))
    yield from _sealed(members, [*entries, *registered], keys)
    yield from _register(bundle, registered)
    came = {one.values["fact"] or "": one for one in entries}
    if len(came) != len(entries):
        yield "a fact stands in the erratum twice"
    used: set[str] = set()
    for figure in said["figures"]:
        yield from _figure(figure, bundle, came, used)
    if used != set(came):
        yield "some facts of the erratum stand under no figure"


def _signed(note: str, keys: Sequence[tuple[str, str]]) -> str:
    """Return the text of a note that one of the keys signed."""
    parsed = verify.parse_note(note)
    for name, encoded in keys:
        public = verify.base64.b64decode(encoded)
        for one in parsed.signatures:
            if (one.name, one.key_id) == (name, verify.key_id(name, public)) and verify.is_signed(
                public, parsed.text.encode(), one.content
            ):
                return parsed.text
    raise verify.UnableToVerify("a signature is false, or by no key of the bundle")


def _said(text: str, bundle: verify.Bundle) -> dict[str, Any]:
    title, written = text.split("\n")[:2]
    said: dict[str, Any] = json.loads(written)
    if title != f"bangfu erratum {said['publication']}.{said['erratum']}":
        raise verify.UnableToVerify("the note is of another erratum")
    if (said["publication"], said["published_block"]) != (bundle.figures["number"], bundle.figures["block"]):
        raise verify.UnableToVerify("the erratum is of another publication")
    return said


def _sealed(
    members: dict[str, bytes], entries: Sequence[verify.Entry], keys: Sequence[tuple[str, str]]
) -> Iterator[str]:
    checkpoint = verify.parse_checkpoint(_signed(members["checkpoint.txt"].decode(), keys))
    if verify.ALGORITHM not in checkpoint.extensions or any(name != checkpoint.origin for name, _ in keys):
        yield "the checkpoint is of another kind or of another ledger"
    if not entries:
        return
    leaves = sorted((one.index, one.leaf) for one in entries)
    proof = [verify.base64.b64decode(line) for line in members["proof.txt"].decode().split("\n")[:-1]]
    if verify.root_from_leaves(leaves, checkpoint.size, proof) != checkpoint.root:
        yield "facts and proof do not lead to the root that was signed: something is missing, added or changed"


def _register(bundle: verify.Bundle, registered: Sequence[verify.Entry]) -> Iterator[str]:
    """Let what the erratum shows of registers count instead of what the bundle says; later versions before earlier ones."""
    known = bundle.contents(_DENOMINATOR)
    published = max((one.index for one in (*bundle.facts, *bundle.references)), default=-1)
    for one in sorted(registered, key=lambda entry: entry.index):
        if one.values["kind"] != _DENOMINATOR or one.index <= published:
            yield f"{one.what} is no number that was registered since the publication"
            continue
        if one.values["is_removed"] == "true":
            known.pop(one.values["key"] or "", None)
        else:
            known[one.values["key"] or ""] = json.loads(one.values["content"] or "")


def _figure(
    said: dict[str, Any], bundle: verify.Bundle, came: dict[str, verify.Entry], used: set[str]
) -> Iterator[str]:
    published = bundle.figures["figures"][said["position"]]
    definition = bundle.contents("9")[published["definition"]]
    what = f"figure {said['position'] + 1} ({published['indicator']})"
    if said["definition"] != published["definition"]:
        yield f"{what} is corrected by another definition"
    if said["correction"] == 1 and said["old"] != {key: published[key] for key in ("value", "shown")}:
        yield f"{what} was published otherwise than the erratum says"
    sums = []
    for number, term in enumerate(definition["terms"]):
        causes = [one for one in said["causes"] if one["term"] == number]
        stands = {
            bundle.facts[line].values["fact"] or "": bundle.facts[line] for line in published["facts"][number]
        }
        for cause in causes:
            for fact in map(str, cause["facts"]):
                if cause["leaves"]:
                    if stands.pop(fact, None) is None:
                        yield f"fact {fact} left {what} and was not under it"
                    continue
                used.add(fact)
                if fact in stands:
                    yield f"{what} counts fact {fact} twice"
                stands[fact] = came[fact]
                reason = _outside(bundle, published, term, came[fact], cause["kind"])
                if reason:
                    yield f"fact {fact} does not belong to {what}: {reason}"
        for fact in (str(one) for cause in causes if cause["kind"] == "BACK" for one in cause["facts"]):
            if came[fact].values["reverses"] not in stands:
                yield f"fact {fact} takes back what is not under {what}"
        sums.append(verify.sum_of_term(bundle, published, term, list(stands.values())))
    value = verify.figure_value(definition, sums)
    written = None if said["new"]["value"] is None else Decimal(said["new"]["value"])
    if value != written:
        yield f"{what} is said to be {written}, and its facts come to {value}"
    for language in ("zh", "en"):
        shown = "—" if value is None else verify.shown_text(value, published["display"], definition, language)
        if said["new"]["shown"][language] != shown:
            yield f"{what} prints {said['new']['shown'][language]}, and its value is shown as {shown}"


def _outside(
    bundle: verify.Bundle, figure: dict[str, Any], term: dict[str, Any], fact: verify.Entry, kind: str
) -> str | None:
    """Return why a fact does not belong to a term, as far as the bundle knows its unit and list; null when it does."""
    if (fact.values["measure"] or "") not in bundle.figures["measures"]:
        return None  # a term without facts then: the bundle does not say what its measure is called
    asked = verify.asked_of(figure, term)
    if asked is None:
        return "nothing is asked for"
    if kind in _MOVED_IN or (fact.values.get("unit") or "") not in bundle.contents("1"):
        asked["unit"] = None
    if kind in _MOVED_IN:
        asked["area"] = None
    return verify._outside(bundle, asked, verify._inside(bundle, asked), term, fact)


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify an erratum, print what does not fit, and return the exit status: 0 when all fits, else 1."""
    parser = argparse.ArgumentParser(description="验证更正 · Verify an erratum against its publication.")
    parser.add_argument("erratum", help="更正（zip） · the erratum, a zip file")
    parser.add_argument("bundle", help="发布包（zip） · the bundle of its publication")
    parser.add_argument(
        "--key", help="账册公钥（Base64），须另行取得 · the ledger's public key, got elsewhere"
    )
    given = parser.parse_args(arguments)
    faults = verify_erratum(given.erratum, given.bundle, given.key)
    for fault in faults:
        sys.stdout.write(f"✗ {fault}\n")
    sys.stdout.write(f"不符 · Does not fit: {len(faults)}\n" if faults else "全部相符 · Everything fits.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
