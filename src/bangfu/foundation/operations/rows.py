"""What an operation by rows keeps of each row: its request key with its first answer, and its own audit entry.

All in set form: four statements for keys and one for the trail, however many rows there are.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import polars
from django.db import connection

from bangfu.foundation.operations.act import LONGEST_KEY, Act
from bangfu.foundation.operations.decorator import inside_operation, note_rows

ROW_MARK = "[]"
"""Stands behind the operation's name in the keys of its rows: they are no keys of whole requests."""
FIRST, AGAIN, CLASH = "FIRST", "AGAIN", "CLASH"


def row_digests(rows: polars.DataFrame) -> polars.Series:
    """Return the SHA-256, in hex, of each row's cells in the order of their columns' names.

    >>> row_digests(polars.DataFrame({"a": [1, 1], "b": ["x", "x"]})).n_unique()
    1
    """
    names = sorted(rows.columns)
    digests = [
        hashlib.sha256(
            json.dumps(cells, ensure_ascii=False, default=str, separators=(",", ":")).encode()
        ).hexdigest()
        for cells in rows.select(names).iter_rows()
    ]
    return polars.Series("digest", digests, dtype=polars.String)


def claim_rows(keys: polars.Series, digests: polars.Series, *, act: Act) -> polars.DataFrame:
    """Claim the request key of each row, and return ``key``, ``standing`` and ``answer`` in the rows' order.

    ``standing`` is ``FIRST`` for a row to be carried out now, ``AGAIN`` for one that was carried out before, with its
    first answer, and ``CLASH`` for a key under which another row was sent. Keys are kept for thirty days; the keys of
    rows that are refused must be given back with ``release_rows``.

    Raises: ValueError: a key is empty, too long or stands twice.
    """
    name = f"{inside_operation()}{ROW_MARK}"
    wanted = keys.to_list()
    if any(not key or len(key) > LONGEST_KEY for key in wanted) or len(set(wanted)) != len(wanted):
        raise ValueError("each row needs a request key of its own")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO operations_requestkey (actor_id, operation, key, payload_digest)"
            " SELECT %s, %s, one.key, one.digest FROM unnest(%s::text[], %s::text[]) AS one (key, digest)"
            " ORDER BY one.key"
            " ON CONFLICT (actor_id, operation, key) DO NOTHING RETURNING key",
            [act.actor.pk, name, wanted, digests.to_list()],
        )
        is_first = {key for (key,) in cursor.fetchall()}
        cursor.execute(
            "SELECT key, payload_digest, result FROM operations_requestkey"
            " WHERE actor_id = %s AND operation = %s AND key = ANY(%s)",
            [act.actor.pk, name, wanted],
        )
        known = {key: (digest, answer) for key, digest, answer in cursor.fetchall()}
    standing, answers = [], []
    for key, digest in zip(wanted, digests.to_list(), strict=True):
        first_digest, answer = known[key]
        if key in is_first:
            standing.append(FIRST)
        else:
            standing.append(AGAIN if first_digest == digest else CLASH)
        answers.append(_text(answer) if standing[-1] == AGAIN else None)
    return polars.DataFrame(
        {"key": wanted, "standing": standing, "answer": answers},
        schema={"key": polars.String, "standing": polars.String, "answer": polars.String},
    )


def _text(stored: Any) -> str | None:
    found = json.loads(stored) if isinstance(stored, str) else stored
    return None if found is None else str(found)


def answer_rows(keys: polars.Series, answers: polars.Series, *, act: Act) -> None:
    """Keep the first answer (text, such as a record's key) of each row that was carried out."""
    name = f"{inside_operation()}{ROW_MARK}"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE operations_requestkey AS kept SET result = to_jsonb(one.answer)"
            " FROM unnest(%s::text[], %s::text[]) AS one (key, answer)"
            " WHERE kept.actor_id = %s AND kept.operation = %s AND kept.key = one.key",
            [keys.to_list(), answers.cast(polars.String).to_list(), act.actor.pk, name],
        )


def release_rows(keys: polars.Series, *, act: Act) -> None:
    """Give back the keys of rows that were refused: a refusal is not kept, and the mended row may be sent again."""
    name = f"{inside_operation()}{ROW_MARK}"
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM operations_requestkey WHERE actor_id = %s AND operation = %s AND key = ANY(%s)",
            [act.actor.pk, name, keys.to_list()],
        )


def audit_rows(rows: polars.DataFrame) -> None:
    """Let each row have an audit entry of its own, written after the open operation's entry and as part of it.

    Args:
        rows: ``object`` (``app.model:key``) and ``digest`` (of the row's arguments), ``unit``, and if they matter
            ``key`` (the row's request key), ``place`` and ``line``.
    """
    note_rows(rows)
