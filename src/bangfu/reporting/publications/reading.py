"""What a bundle is made of, read from the database in set form: facts, reference data, evidence, names."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from bangfu.foundation.ledger.leaves import fact_texts, reference_texts
from bangfu.foundation.ledger.proofs.verify import (
    FACT_FIELDS,
    REFERENCE_FIELDS,
    field_digest,
    salts,
)
from bangfu.foundation.ledger.reference import rows_as_of
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.reporting.publications.disclosing import shown_fields
from bangfu.reporting.publications.models import Publication

INDEX = "checkpoint.size - block.fact_count - block.version_count + {0}.position"
"""SQL of an entry's index in the ledger's tree: what stood before its block, and its place in it."""

FACTS = f"""
SELECT {INDEX.format("member")}, member.secret, member.leaf, published.level, published.shows_unit, published.shows_day,
       {", ".join(fact_texts("fact"))}
  FROM publications_publishedfact published
  JOIN ledger_fact fact ON fact.id = published.fact_id
  JOIN ledger_member member ON member.fact_id = published.fact_id
  JOIN ledger_block block ON block.number = member.block_id
  JOIN ledger_checkpoint checkpoint ON checkpoint.block_id = member.block_id
 WHERE published.publication_id = %(publication)s
 ORDER BY published.position
"""
_NUMBERS = range(len(REFERENCE_FIELDS))
REFERENCES = f"""
SELECT {INDEX.format("known")}, known.secret, known.leaf, {", ".join(f"known.text_{number}" for number in _NUMBERS)}
  FROM (
    SELECT DISTINCT ON (version.kind, version.key) member.block_id, member.position, member.secret, member.leaf,
           {", ".join(f"{text} AS text_{number}" for number, text in enumerate(reference_texts("version")))}
      FROM ledger_referenceversion version
      JOIN ledger_referencemember member ON member.version_id = version.id
     WHERE member.block_id <= %(block)s
       AND (version.kind = {Kind.INDICATOR:d} AND version.key = ANY(%(definitions)s)
            OR version.kind = {Kind.UNIT:d} AND version.about = ANY(%(units)s)
            OR version.kind = {Kind.LINE:d} AND version.about = ANY(%(lines)s)
            OR version.kind = {Kind.AREA_MEMBERSHIP:d} AND version.about = ANY(%(areas)s)
            OR version.kind = {Kind.AREA:d} AND version.about = ANY(%(own_areas)s)
            OR version.kind = {Kind.DENOMINATOR:d} AND version.about = ANY(%(places)s)
               AND version.content ->> 'register' = ANY(%(registers)s))
     ORDER BY version.kind, version.key, version.id DESC
  ) known
  JOIN ledger_block block ON block.number = known.block_id
  JOIN ledger_checkpoint checkpoint ON checkpoint.block_id = known.block_id
 ORDER BY 1
"""
UNITS_ABOVE = f"""
WITH RECURSIVE known AS MATERIALIZED (
    SELECT DISTINCT ON (version.about) version.about AS unit, (version.content ->> 'parent')::bigint AS parent
      FROM ledger_referenceversion version JOIN ledger_referencemember member ON member.version_id = version.id
     WHERE version.kind = {Kind.UNIT:d} AND member.block_id <= %(block)s
     ORDER BY version.about, version.id DESC
), above AS (
    SELECT unnest(%(units)s::bigint[]) AS unit
    UNION SELECT known.parent FROM above JOIN known ON known.unit = above.unit WHERE known.parent IS NOT NULL
) SELECT unit FROM above
"""
EVIDENCE = """
SELECT published.position, array_agg(DISTINCT attachment.file_id ORDER BY attachment.file_id)
  FROM publications_publishedfact published
  JOIN ledger_fact fact ON fact.id = published.fact_id
  JOIN evidence_attachment attachment
    ON attachment.record_type = fact.subject_type AND attachment.record_id = fact.subject_id
 WHERE published.publication_id = %(publication)s
 GROUP BY published.position ORDER BY published.position
"""
POSITIONS = """
SELECT figure.position, term.position, array(
           SELECT published.position FROM unnest(term.facts) AS under (fact)
             JOIN publications_publishedfact published
               ON published.fact_id = under.fact AND published.publication_id = figure.publication_id
            ORDER BY published.position)
  FROM publications_publishedfigure figure
  JOIN publications_publishedterm term ON term.figure_id = figure.id
 WHERE figure.publication_id = %(publication)s
 ORDER BY figure.position, term.position
"""
_PARTY = FACT_FIELDS.index("party")


def encoded(content: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(content).decode()


def line_of(row: dict[str, Any]) -> str:
    """Return a row as one line of JSON, always the same bytes."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def rows_of(statement: str, **values: Any) -> Iterator[Sequence[Any]]:
    """Return the rows of a statement that reads."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(10_000):
            yield from rows


def party_name(key: bytes, party: str) -> str:
    """Return what a party is called in one publication: nobody without the key finds the party from it."""
    return hmac.new(key, party.encode(), hashlib.sha256).hexdigest()[:16]


def fact_line(row: Sequence[Any], party_key: bytes) -> str:
    """Return a row of ``FACTS`` as a line of ``facts.jsonl``: shown fields with their salts, the others as digests."""
    index, secret, leaf, level, shows_unit, shows_day, *texts = row
    party = texts[_PARTY]
    shown = shown_fields(level, shows_unit=shows_unit, shows_day=shows_day, has_party=party is not None)
    fields = [
        [encoded(salt), text] if name in shown else encoded(field_digest(salt, text))
        for name, salt, text in zip(FACT_FIELDS, salts(bytes(secret), len(FACT_FIELDS)), texts, strict=True)
    ]
    return line_of(
        {
            "index": index,
            "leaf": encoded(bytes(leaf)),
            "party": None if party is None else party_name(party_key, party),
            "fields": fields,
        }
    )


def fact_lines(publication: Publication) -> list[str]:
    """Return the lines of ``facts.jsonl``."""
    key = bytes(publication.party_key)
    return [fact_line(row, key) for row in rows_of(FACTS, publication=publication.pk)]


def reference_lines(
    publication: Publication,
    *,
    definitions: set[str],
    units: set[int],
    lines: set[int],
    areas: set[int],
    places: set[int],
) -> list[str]:
    """Return the lines of ``references.jsonl``: what reference data the figures rest on, each version whole.

    Args: areas, places: those that figures ask about; what definitions themselves name comes along.
    """
    block = publication.block
    terms = [
        term
        for row in rows_as_of(Kind.INDICATOR, block)
        if f"{row.content['code']} v{row.content['version']}" in definitions
        for term in row.content["terms"]
    ]
    codes = {term["area"] for term in terms if "area" in term}
    own_areas = {int(row.key) for row in rows_as_of(Kind.AREA, block) if row.content["code"] in codes}
    registers = {term["register"] for term in terms if "register" in term}
    if registers:
        places |= {row.content["place"] for row in rows_as_of(Kind.AREA_MEMBERSHIP, block, areas)}
    above = [unit for (unit,) in rows_of(UNITS_ABOVE, block=publication.block, units=sorted(units))]
    found = rows_of(
        REFERENCES,
        block=publication.block,
        definitions=sorted(definitions),
        units=above,
        lines=sorted(lines),
        areas=sorted(areas | own_areas),
        own_areas=sorted(own_areas),
        places=sorted(places),
        registers=sorted(registers),
    )
    return [reference_line(row) for row in found]


def reference_line(row: Sequence[Any]) -> str:
    """Return a row of ``REFERENCES`` as a line of ``references.jsonl``, with every salt: reference data is public."""
    index, secret, leaf, *texts = row
    drawn = salts(bytes(secret), len(REFERENCE_FIELDS))
    fields = [[encoded(salt), text] for salt, text in zip(drawn, texts, strict=True)]
    return line_of({"index": index, "leaf": encoded(bytes(leaf)), "fields": fields})


def evidence_lines(publication: Publication) -> list[str]:
    """Return the lines of ``evidence.jsonl``: the digests of the files on the record of each fact that has some."""
    return [
        line_of({"fact": position, "files": files})
        for position, files in rows_of(EVIDENCE, publication=publication.pk)
    ]


def positions_of(publication: Publication) -> dict[int, list[list[int]]]:  # by figure: one list a term
    """Return which lines of ``facts.jsonl`` stand under each term of each figure."""
    found: dict[int, list[list[int]]] = {}
    for figure, _, positions in rows_of(POSITIONS, publication=publication.pk):
        found.setdefault(figure, []).append(positions)
    return found
