"""A ledger of many facts, and the bare hashing of the same bytes: what sealing and verifying cannot be quicker than."""

from __future__ import annotations

import hashlib
from functools import partial

import psycopg

from bangfu.connectivity.network.measures import STATIONS
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.leaves import fact_texts
from bangfu.foundation.ledger.proofs.verify import FACT_FIELDS, FACT_PREFIX, salts
from bangfu.foundation.operations import system_writes
from bangfu.foundation.rooms import record_type
from benchmarks._scratch import seconds
from benchmarks.open import PARTIES, POST

FACTS = 100_000
COUNTERS = [bytes([counter]) for counter in range(-(-len(FACT_FIELDS) // 4))]


def post_facts(address: str) -> None:
    """Post the facts, unsealed."""
    values = {
        "measure": measure_number(STATIONS.code),
        "kind": record_type("network.station").number,
        "facts": FACTS,
        "parties": PARTIES,
    }
    with system_writes("the facts of a benchmark"), psycopg.connect(address) as link:
        link.execute(POST, values)


def hashed_bytes(address: str) -> list[tuple[bytes, list[bytes], bytes]]:
    """Return of each sealed fact its secret, the bytes of each field with its salt, and those of the leaf."""
    found = []
    with psycopg.connect(address) as link:
        rows = link.execute(
            f"SELECT member.secret, {', '.join(fact_texts('fact'))} FROM ledger_member member"
            " JOIN ledger_fact fact ON fact.id = member.fact_id"
        )
        for secret, *values in rows:
            made = salts(secret, len(FACT_FIELDS))
            fields = [
                salt + (b"\x00" if value is None else b"\x01" + value.encode())
                for salt, value in zip(made, values, strict=True)
            ]
            digests = b"".join(hashlib.sha256(field).digest() for field in fields)
            found.append((secret, fields, b"\x00" + FACT_PREFIX + digests))
    return found


def bare_hashing(content: list[tuple[bytes, list[bytes], bytes]]) -> float:
    """Return how long it takes to hash those bytes and nothing else, in one process."""
    return seconds(partial(_hash, content))


def _hash(content: list[tuple[bytes, list[bytes], bytes]]) -> None:
    sha256, sha512 = hashlib.sha256, hashlib.sha512
    for secret, fields, leaf in content:
        for counter in COUNTERS:
            sha512(secret + counter).digest()
        for field in fields:
            sha256(field).digest()
        sha256(leaf).digest()
