"""The bundle of a publication: one zip with facts, proofs, checkpoint, report and the program that verifies them.

Its bytes follow from the publication, its number and the ledger's key alone, apart from evidence that was attached in the
meantime. It holds no picture: who agreed to one may take that back, and nobody can call a bundle back.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from bangfu.foundation.ledger import keys
from bangfu.foundation.ledger.checkpoints import note_of, signing_keys, tree_until
from bangfu.foundation.ledger.models import CatalogueMeasure
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.proofs.notes import signature_line
from bangfu.foundation.ledger.sealing import SEALER_LOCK
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.periods import read_period
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.page import companions_page, page_of
from bangfu.reporting.publications.papers.texts import REPORT, texts_of
from bangfu.reporting.publications.reading import (
    evidence_lines,
    fact_lines,
    positions_of,
    reference_lines,
)
from bangfu.reporting.selection import Selection

_DIGITS = 12
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every member: a bundle has none of its own."""


def bundle_of(publication: Publication, number: int) -> tuple[bytes, list[str]]:
    """Return a publication's bundle, and what its own verifier says does not fit.

    Raises: UnableToSign: the ledger's key is gone or is another.
    Locks: the sealer's lock, from the signing to the end of the transaction.
    """
    content = _zipped(_members(publication, number))
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(content)
        file.flush()
        return content, verify.verify_bundle(file.name)


def bundle_path(number: int) -> Path:
    """Return where the bundle of a publication lies."""
    return Path(settings.PUBLICATIONS_FOLDER) / f"bangfu-publication-{number}.zip"


def keep_bundle(number: int, content: bytes) -> None:
    """Write a bundle to its place, whole or not at all."""
    path = bundle_path(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _zipped(members: dict[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in sorted(members):
            about = zipfile.ZipInfo(name, _MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            archive.writestr(about, members[name], compresslevel=6)
    return written.getvalue()


def _members(publication: Publication, number: int) -> dict[str, str]:
    facts = fact_lines(publication)
    entries = list(verify.read_entries("".join(facts), is_fact=True))
    contents = list(publication.figures.order_by("position").values_list("content", flat=True))
    references = reference_lines(
        publication,
        definitions={one["definition"] for one in contents},
        units={int(unit) for one in entries if (unit := one.values.get("unit"))}
        | {one["unit"] for one in contents if one["unit"] is not None},
        lines={int(line) for one in entries if (line := one.values["line"])},
        areas={one["area"] for one in contents if one["area"] is not None},
        places={int(one["place"]) for one in contents if one["place"] is not None},
    )
    versions = list(verify.read_entries("".join(references), is_fact=False))
    positions = positions_of(publication)
    figures = {
        "number": number,
        "report": publication.report,
        "block": publication.block,
        "heading": {"zh": publication.heading_zh, "en": publication.heading_en},
        "mark": _mark(),
        "measures": _measures(entries),
        "names": {"units": _unit_names(versions), "places": _place_names(publication, contents, entries)},
        "figures": [{**one, "facts": positions[at]} for at, one in enumerate(contents)],
    }
    members = {
        "checkpoint.txt": note_of(publication.block) or "",
        "evidence.jsonl": "".join(evidence_lines(publication)),
        "facts.jsonl": "".join(facts),
        "figures.json": json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n",
        "keys.txt": "".join(f"{one.name} {one.public_key}\n" for one in reversed(signing_keys())),
        "proof.txt": _proof(publication.block, sorted(one.index for one in (*entries, *versions))),
        "references.jsonl": "".join(references),
        "report.html": page_of(publication, figures, verify.page_rows(entries)),
        **_companions(publication, figures),
        "verify.py": Path(verify.__file__).read_text(encoding="utf-8"),
    }
    return {**members, verify.MANIFEST: _manifest(members, number)}


def _companions(publication: Publication, figures: dict[str, Any]) -> dict[str, str]:
    texts = [one for one in texts_of(publication) if one.code != REPORT]
    return {verify.COMPANIONS: companions_page(publication, texts, figures)} if texts else {}


def _mark() -> dict[str, str] | None:
    mark = example_mark()
    return None if mark is None else {"zh": mark.zh, "en": mark.en}


def _measures(entries: list[verify.Entry]) -> dict[str, str]:
    used = {int(one.values["measure"] or 0) for one in entries}
    return {
        str(key): code for key, code in CatalogueMeasure.objects.filter(pk__in=used).values_list("pk", "code")
    }


def _unit_names(versions: list[verify.Entry]) -> dict[str, dict[str, str]]:
    contents = {
        one.values["key"] or "": json.loads(one.values["content"] or "")
        for one in versions
        if one.values["kind"] == str(int(Kind.UNIT))
    }
    return {key: {"zh": said["name_zh"], "en": said["name_en"]} for key, said in contents.items()}


def _place_names(
    publication: Publication, contents: list[dict[str, Any]], entries: list[verify.Entry]
) -> dict[
    str, str
]:  # by the digits that are shown, and by those of the provinces, prefectures and counties above
    ends_on = max(date.fromisoformat(one["period"][1]) for one in contents)
    asked = Selection(read_period((ends_on - timedelta(days=1)).isoformat()), as_of=publication.block)
    shown = {one.place for one in entries}
    wanted = shown | {place[:digits] for place in shown for digits in (2, 4, 6, 9)}
    numbers = {place: int(place.ljust(_DIGITS, "0")) for place in wanted}
    labels = asked.place_labels(set(numbers.values()), short=True)
    return {place: labels[number] for place, number in sorted(numbers.items()) if number in labels}


def _proof(block: int, indices: list[int]) -> str:
    return "".join(f"{keys.encoded(one)}\n" for one in tree_until(block).proof_of_many(indices))


def _manifest(members: dict[str, str], number: int) -> str:
    digests = {name: hashlib.sha256(members[name].encode()).hexdigest() for name in sorted(members)}
    text = f"bangfu publication {number}\n" + "".join(
        f"{digest} {name}\n" for name, digest in digests.items()
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
    signer = keys.signer()
    return f"{text}\n{signature_line(text, name=signer.name, key=signer.key)}"
