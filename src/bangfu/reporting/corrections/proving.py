"""An erratum's file for strangers: its note, the facts and registered numbers that caused it with proofs, and the program that
verifies them.

What of a fact is shown is what its figure asks for and, of facts about people, no more than month and province (decision
36); of things, all. Parties have the names of the publication, so that distinct counts are worked out from both files.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from pathlib import Path

from django.conf import settings

from bangfu.foundation.ledger import keys
from bangfu.foundation.ledger.checkpoints import note_of, tree_until
from bangfu.foundation.ledger.leaves import fact_texts, reference_texts
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.reporting.corrections import verify_erratum
from bangfu.reporting.corrections.models import Erratum
from bangfu.reporting.corrections.restating import indicator_of, selection_of
from bangfu.reporting.publications.bundle import bundle_path
from bangfu.reporting.publications.reading import INDEX, fact_line, reference_line, rows_of
from bangfu.reporting.registered import places_of
from bangfu.reporting.scoping import asks

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every member: a file has none of its own."""
_FACTS = f"""
WITH came AS MATERIALIZED (
    SELECT under.fact, max(term.level) AS level, bool_or(term.asks_unit) AS asks_unit, bool_or(term.asks_day) AS asks_day
      FROM corrections_erratum erratum
      JOIN corrections_erratumfigure corrected ON corrected.erratum_id = erratum.id
      JOIN corrections_erratumcause cause ON cause.figure_id = corrected.id
      JOIN publications_publishedfigure figure
        ON figure.publication_id = erratum.publication_id AND figure.position = corrected.position
      JOIN publications_publishedterm term ON term.figure_id = figure.id AND term.position = cause.term
     CROSS JOIN unnest(cause.facts) AS under (fact)
     WHERE erratum.id = %(erratum)s AND cause.kind NOT IN ('UNIT_OUT', 'AREA_OUT')
     GROUP BY under.fact
)
SELECT {INDEX.format("member")}, member.secret, member.leaf, CASE WHEN fact.party IS NULL THEN 5 ELSE came.level END,
       came.asks_unit OR fact.party IS NULL, came.asks_day OR fact.party IS NULL, {", ".join(fact_texts("fact"))}
  FROM came
  JOIN ledger_fact fact ON fact.id = came.fact
  JOIN ledger_member member ON member.fact_id = fact.id
  JOIN ledger_block block ON block.number = member.block_id
  JOIN ledger_checkpoint checkpoint ON checkpoint.block_id = member.block_id
 ORDER BY fact.id
"""
_REGISTERED = f"""
SELECT {INDEX.format("member")}, member.secret, member.leaf, {", ".join(reference_texts("version"))}
  FROM ledger_referenceversion version
  JOIN ledger_referencemember member ON member.version_id = version.id
  JOIN ledger_block block ON block.number = member.block_id
  JOIN ledger_checkpoint checkpoint ON checkpoint.block_id = member.block_id
 WHERE version.kind = {Kind.DENOMINATOR:d} AND version.content ->> 'register' = ANY(%(registers)s)
   AND version.about = ANY(%(places)s) AND member.block_id > %(since)s AND member.block_id <= %(block)s
 ORDER BY 1
"""


def members_of(erratum: Erratum) -> dict[str, str]:
    """Return the members of an erratum's file, its note aside. Holds 64 bytes an entry of the ledger."""
    party_key = bytes(erratum.publication.party_key)
    lines = "".join(fact_line(row, party_key) for row in rows_of(_FACTS, erratum=erratum.pk))
    registered = _registered_since(erratum)
    entries = [*verify.read_entries(lines, is_fact=True), *verify.read_entries(registered, is_fact=False)]
    indices = sorted(one.index for one in entries)
    proof = tree_until(erratum.block).proof_of_many(indices) if indices else []
    return {
        "checkpoint.txt": note_of(erratum.block) or "",
        "facts.jsonl": lines,
        "proof.txt": "".join(f"{keys.encoded(one)}\n" for one in proof),
        "verify_erratum.py": Path(verify_erratum.__file__).read_text(encoding="utf-8"),
        **({verify_erratum.REFERENCES: registered} if registered else {}),
    }


def _registered_since(erratum: Erratum) -> str:
    """Return what was registered since the publication of the places that corrected figures are held against, as lines."""
    publication = erratum.publication
    positions = erratum.figures.values_list("position", flat=True)
    registers: set[str] = set()
    places: set[int] = set()
    for one in publication.figures.filter(position__in=positions):
        selection = selection_of(one.content, erratum.block)
        for term in indicator_of(one.content, publication.block).terms:
            if term.register:
                registers.add(term.register)
                asked = asks(term, selection)
                if asked is not None:
                    members = None if asked.area is None else asked.area_members
                    places.update(places_of(asked.place, members))
    found = rows_of(
        _REGISTERED,
        registers=sorted(registers),
        places=sorted(places),
        since=publication.block,
        block=erratum.block,
    )
    return "".join(reference_line(row) for row in found)


def digests_of(members: dict[str, str]) -> dict[str, str]:
    """Return the SHA-256 of each member, in hex."""
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(members.items())}


def zipped(members: dict[str, str]) -> bytes:
    """Return members as a zip, always the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in sorted(members):
            about = zipfile.ZipInfo(name, _MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            archive.writestr(about, members[name], compresslevel=6)
    return written.getvalue()


def faults_of(content: bytes, publication: int) -> list[str]:
    """Return what does not fit in an erratum's file, by its own verifier; the bundle was verified when it was frozen.

    Args:
        publication: its number.
    """
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(content)
        file.flush()
        return verify_erratum.faults_between(file.name, str(bundle_path(publication)))


def erratum_path(publication: int, number: int) -> Path:
    """Return where the file of an erratum lies."""
    return Path(settings.PUBLICATIONS_FOLDER) / f"bangfu-erratum-{publication}.{number}.zip"


def keep_erratum(path: Path, content: bytes) -> None:
    """Write an erratum's file to its place, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
