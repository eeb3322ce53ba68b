"""Leaves as the database computes them, in set form: the same bytes as ``proofs.verify`` computes from the fields.

A statement of the sealer hashes thousands of entries where they lie. Each canonical value is text, so what SQL hashes and
what a stranger reads in a bundle are one and the same.
"""

from __future__ import annotations

from bangfu.foundation.ledger.proofs.verify import (
    FACT_FIELDS,
    FACT_PREFIX,
    REFERENCE_FIELDS,
    REFERENCE_PREFIX,
    SALT_BYTES,
)

_MOMENT = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
NEW_SECRET = "uuid_send(gen_random_uuid())"
"""SQL of an entry's secret: sixteen bytes, 122 bits of them from the system's source of chance."""

_SALTS_A_HASH = 64 // SALT_BYTES

FACT_VALUES = {
    "fact": "{0}.id::text",
    "measure": "{0}.measure_id::text",
    "quantity": "{0}.quantity::text",
    "unit": "{0}.unit_id::text",
    "province": "substr({0}.place_id::text, 1, 2)",
    "city": "substr({0}.place_id::text, 3, 2)",
    "county": "substr({0}.place_id::text, 5, 2)",
    "town": "substr({0}.place_id::text, 7, 3)",
    "village": "substr({0}.place_id::text, 10, 3)",
    "line": "{0}.line_id::text",
    "party": "{0}.party::text",
    "identity": "{0}.identity",
    "claim": "{0}.claim::text",
    "share": "{0}.share::text",
    "leads": "{0}.leads::text",
    "subject_type": "{0}.subject_type::text",
    "subject": "{0}.subject_id::text",
    "month": "to_char({0}.happened_on, 'YYYY-MM')",
    "day": "to_char({0}.happened_on, 'DD')",
    "recorded_at": _MOMENT.format("{0}.recorded_at"),
    "source_system": "{0}.source_system",
    "source": "{0}.source_id",
    "revision": "{0}.revision::text",
    "reverses": "{0}.reverses_id::text",
    "reason": "{0}.reason",
}
"""The SQL of each field's canonical text; ``{0}`` is the fact's name in the statement."""

REFERENCE_VALUES = {
    "version": "{0}.id::text",
    "kind": "{0}.kind::text",
    "key": "{0}.key",
    "content": "{0}.content::text",
    "is_removed": "{0}.is_removed::text",
    "recorded_at": _MOMENT.format("{0}.recorded_at"),
}
"""The same for a version of reference data; its content is the database's own text of the JSON."""


def fact_texts(row: str) -> list[str]:
    """Return the SQL of a fact's canonical texts, in the order of ``FACT_FIELDS``."""
    return [FACT_VALUES[name].format(row) for name in FACT_FIELDS]


def reference_texts(row: str) -> list[str]:
    """Return the SQL of a version's canonical texts, in the order of ``REFERENCE_FIELDS``."""
    return [REFERENCE_VALUES[name].format(row) for name in REFERENCE_FIELDS]


def hashed_facts(keys: str) -> str:
    """Return the query of facts with a new secret and their leaf: (fact_id, secret, leaf).

    Args: keys: a relation with the column ``id``.
    """
    return _hashed("fact", "ledger_fact", keys, FACT_PREFIX, fact_texts("entry"))


def hashed_versions(keys: str) -> str:
    """Return the query of versions of reference data with a new secret and their leaf: (version_id, secret, leaf).

    Args: keys: a relation with the column ``id``.
    """
    return _hashed("version", "ledger_referenceversion", keys, REFERENCE_PREFIX, reference_texts("entry"))


def _hashed(name: str, table: str, keys: str, prefix: bytes, texts: list[str]) -> str:
    # OFFSET 0 keeps PostgreSQL from working out a secret or its salts once for every use of them.
    counters = range(-(-len(texts) // _SALTS_A_HASH))
    salts = " || ".join(f"sha512(secret || '\\x{counter:02x}'::bytea)" for counter in counters)
    return f"""
SELECT entry.id AS {name}_id, entry.secret, {_leaf(prefix, texts)} AS leaf FROM (
    SELECT drawn.*, {salts} AS salts FROM (
        SELECT sealed.*, {NEW_SECRET} AS secret FROM {table} sealed JOIN {keys} USING (id) OFFSET 0
    ) drawn OFFSET 0
) entry"""


def _leaf(prefix: bytes, texts: list[str]) -> str:
    digests = [
        f"sha256(substr(entry.salts, {SALT_BYTES * number + 1}, {SALT_BYTES})"
        f" || coalesce('\\x01'::bytea || convert_to({text}, 'UTF8'), '\\x00'::bytea))"
        for number, text in enumerate(texts)
    ]
    return f"sha256('\\x00{prefix.hex()}'::bytea || {' || '.join(digests)})"
