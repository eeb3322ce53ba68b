"""An erratum as a file that strangers verify: one line of JSON in a note that the ledger's key signs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from bangfu.foundation.ledger import keys
from bangfu.foundation.ledger.proofs.notes import signature_line
from bangfu.foundation.ledger.sealing import SEALER_LOCK
from bangfu.foundation.organisation.queries import unit_names
from bangfu.foundation.rooms import Words
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.corrections.causes import OUT, cause_words
from bangfu.reporting.corrections.models import CauseKind, Erratum, ErratumCause
from bangfu.reporting.display import plain_text


def note_text(
    number: int, erratum: Erratum, *, publication: int, approved_at: datetime, digests: Mapping[str, str]
) -> str:
    """Return what is signed of an erratum.

    Args:
        number: the erratum's; publication: the publication's.
        digests: SHA-256, in hex, of what goes with the note, by name.
    """
    content = _content(number, erratum, publication=publication, approved_at=approved_at)
    written = json.dumps(
        {**content, "digests": dict(digests)},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    return f"bangfu erratum {publication}.{number}\n{written}\n"


def signed(text: str) -> str:
    """Return a text as a note signed by the key that signs the ledger's checkpoints.

    Raises: UnableToSign: the ledger's key is gone or is another.
    Locks: the sealer's lock, to the end of the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
    signer = keys.signer()
    return f"{text}\n{signature_line(text, name=signer.name, key=signer.key)}"


def content_in(note: str) -> dict[str, Any]:
    """Return what a note says, its signatures aside."""
    said: dict[str, Any] = json.loads(note.split("\n", 2)[1])
    return said


def _content(number: int, erratum: Erratum, *, publication: int, approved_at: datetime) -> dict[str, Any]:
    mark = example_mark()
    contents = dict(erratum.publication.figures.values_list("position", "content"))
    figures = erratum.figures.prefetch_related("causes").order_by("position")
    return {
        "publication": publication,
        "erratum": number,
        "report": erratum.publication.report,
        "published_block": erratum.publication.block,
        "block": erratum.block,
        "approved_at": approved_at.isoformat(),
        "explanation": _both(erratum.explanation),
        "mark": None if mark is None else _both(mark),
        "figures": [
            {
                "position": one.position,
                "title": contents[one.position]["title"],
                "definition": contents[one.position]["definition"],
                "correction": one.ordinal,
                "old": {"value": one.old_value, "shown": one.old_shown},
                "new": {"value": one.new_value, "shown": one.new_shown},
                "causes": [_said(cause) for cause in public_causes(one.causes.all())],
            }
            for one in figures
        ],
    }


def public_causes(causes: Iterable[ErratumCause]) -> list[dict[str, Any]]:
    """Return causes as everybody may know them: those whose unit is withheld are put together.

    Each has ``term``, ``kind``, ``reason``, ``words``, ``unit`` (Words or null), ``facts``, ``quantity`` and ``blocks``.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    kept = sorted(causes, key=lambda one: (one.term, one.kind, one.reason, one.unit_id))
    names = unit_names([one.unit_id for one in kept if one.shows_unit])
    for one in kept:
        unit = one.unit_id if one.shows_unit else None
        known = found.setdefault(
            (one.term, one.kind, one.reason, unit),
            {
                "term": one.term,
                "kind": one.kind,
                "reason": one.reason,
                "words": cause_words(one.kind, one.reason),
                "unit": None if unit is None else names[unit],
                "facts": [],
                "quantity": 0,
                "blocks": [one.first_block, one.last_block],
            },
        )
        known["facts"] = sorted([*known["facts"], *one.facts])
        known["quantity"] += one.quantity
        first, last = known["blocks"]
        known["blocks"] = [min(first, one.first_block), max(last, one.last_block)]
    return list(found.values())


def _said(cause: dict[str, Any]) -> dict[str, Any]:
    return {
        **{key: cause[key] for key in ("term", "kind", "reason", "facts", "blocks")},
        "leaves": CauseKind(cause["kind"]) in OUT,
        "unit": None if cause["unit"] is None else _both(cause["unit"]),
        "quantity": plain_text(cause["quantity"]),
    }


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
