"""The risk of records, gathered in set form from evidence, earlier reviews and what their room says of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars
from django.db import connection

from bangfu.foundation.evidence.queries import has_evidence, has_shared_evidence
from bangfu.foundation.review.register import Facets, evidence_asked, facets
from bangfu.foundation.review.risk import REASON_WORDS, ROWS, scored, weighed
from bangfu.foundation.rooms import RecordType, Words

MOST_TO_COMPARE = 5000
"""Of the unit's other records the newest are compared with: enough to know what is usual."""


def assessed(
    kind: RecordType, unit: int, keys: list[int], submitted_on: date, *, paper: int | None = None
) -> polars.DataFrame:
    """Return ``record``, ``score`` (0 to 100) and ``reasons`` (codes) of records, the riskiest first.

    Args:
        paper: the paper they stand on, whose own return is no hint; null before they stand on one.
    """
    room = facets.get(kind.code)
    said = _said(room, keys)
    known = has_evidence(kind.number, keys)
    shared = has_shared_evidence(kind.number, keys)
    returned = _returned_before(kind.number, keys, paper)
    rows = polars.DataFrame({"record": keys}, schema={"record": polars.Int64}).join(
        said, on="record", how="left"
    )
    rows = rows.with_columns(
        submitted_on=polars.lit(submitted_on),
        has_evidence=polars.col("record").is_in(list(known)),
        evidence_shared=polars.col("record").is_in(list(shared)),
        returned_before=polars.col("record").is_in(list(returned)),
    ).select(list(ROWS))
    others = polars.Series("quantity", [], dtype=polars.Float64)
    if room is not None and rows["quantity"].is_not_null().any():
        others = _said(room, _other_records(kind.number, unit, keys))["quantity"]
    asks = evidence_asked(kind.code, keys) != "NONE"
    reasons = weighed(rows, others=others, asks_evidence=asks)
    if room is not None and room.risks is not None:
        own = room.risks(said).select(
            polars.col("record").cast(polars.Int64), polars.col("score").cast(polars.Int64), "reason"
        )
        reasons = polars.concat([reasons, own])
    return scored(keys, reasons)


def highest_risk(kind: RecordType, unit: int, keys: list[int], submitted_on: date) -> int:
    """Return the score of the riskiest of records, 0 to 100."""
    return int(assessed(kind, unit, keys, submitted_on)["score"][0])


def reason_words(kind: RecordType) -> dict[str, Words]:
    """Return every reason that a record of a kind can have, in words."""
    room = facets.get(kind.code)
    return {**REASON_WORDS, **(room.words if room else {})}


def _said(room: Facets | None, keys: list[int]) -> polars.DataFrame:
    """Return ``record``, ``happened_on``, ``place``, ``quantity``; null where the room does not say."""
    wanted = {name: ROWS[name] for name in ("record", "happened_on", "place", "quantity")}
    if room is None or not keys:
        return polars.DataFrame(schema=wanted)
    rows = room.rows(keys)
    return rows.select(
        polars.col(name).cast(kind) if name in rows.columns else polars.lit(None, dtype=kind).alias(name)
        for name, kind in wanted.items()
    )


def _returned_before(number: int, keys: list[int], paper: int | None) -> set[int]:
    return _records(
        "SELECT DISTINCT review.record_id FROM review_review review"
        " JOIN review_reviewevent version ON version.pgh_obj_id = review.id AND version.state = 'RETURNED'"
        " WHERE review.record_type = %s AND review.record_id = ANY(%s)"
        " AND (%s::bigint IS NULL OR version.batch_id IS DISTINCT FROM %s::bigint)",
        [number, keys, paper, paper],
    )


def _other_records(number: int, unit: int, keys: list[int]) -> list[int]:
    found = _records(
        "SELECT record_id FROM review_review WHERE unit_id = %s AND record_type = %s"
        " AND record_id <> ALL(%s) ORDER BY id DESC LIMIT %s",
        [unit, number, keys, MOST_TO_COMPARE],
    )
    return sorted(found)


def _records(sql: str, arguments: list[Any]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return {key for (key,) in cursor.fetchall()}
