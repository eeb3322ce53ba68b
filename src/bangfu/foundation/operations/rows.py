"""What an operation by rows keeps of each row: its request key with its first answer, and its own audit entry.

All in set form: four statements for keys and one for the trail, however many rows there are. What locks something scarce that
all requests under one key want keeps its keys with two: it looks them up behind the lock (``ask_kept``) and keeps them with
their answers (``keep_rows``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars
from django.db import connection

from bangfu.foundation.operations.act import LONGEST_KEY, Act
from bangfu.foundation.operations.decorator import inside_operation, note_rows, refuse_clash
from bangfu.foundation.operations.prepared import ask, carry_out, texts_of
from bangfu.foundation.operations.refusal import Refusal
from bangfu.foundation.rooms.words import both

ROW_MARK = "[]"
"""Stands behind the operation's name in the keys of its rows: they are no keys of whole requests."""
FIRST, AGAIN, CLASH = "FIRST", "AGAIN", "CLASH"
KEPT_ONCE = "operations_one_result_a_key"
_as_text = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":")).encode


class UnableToKeepKeys(Refusal):
    """Codes: ``asked_meanwhile``."""

    sentences = {
        "asked_meanwhile": both(
            "同一请求刚刚同时到达。请再试一次。", "The same request arrived at the same moment. Try again."
        ),
    }


def row_digests(rows: polars.DataFrame) -> polars.Series:
    """Return the SHA-256, in hex, of each row's cells in the order of their columns' names.

    >>> row_digests(polars.DataFrame({"a": [1, 1], "b": ["x", "x"]})).n_unique()
    1
    """
    names = sorted(rows.columns)
    digests = [digest_of_cells(cells) for cells in rows.select(names).iter_rows()]
    return polars.Series("digest", digests, dtype=polars.String)


def digest_of_cells(cells: Sequence[object]) -> str:
    """Return the digest of one row, its cells in the order of their columns' names; see ``row_digests``.

    >>> digest_of_cells((1, "x")) == row_digests(polars.DataFrame({"a": [1], "b": ["x"]}))[0]
    True
    """
    return hashlib.sha256(_as_text(cells).encode()).hexdigest()


def claim_rows(keys: polars.Series, digests: polars.Series, *, act: Act) -> polars.DataFrame:
    """Claim the request key of each row, and return ``key``, ``standing`` and ``answer`` in the rows' order.

    ``standing`` is ``FIRST`` for a row to be carried out now, ``AGAIN`` for one that was carried out before, with its
    first answer, and ``CLASH`` for a key under which another row was sent. Keys are kept for thirty days; the keys of
    rows that are refused must be given back with ``release_rows``.

    Raises: ValueError: a key is empty, too long or stands twice.
    """
    name = f"{inside_operation()}{ROW_MARK}"
    wanted = keys.to_list()
    _check_keys(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO operations_requestkey (actor_id, operation, key, payload_digest)"
            " SELECT %s, %s, one.key, one.digest FROM unnest(%s::text[], %s::text[]) AS one (key, digest)"
            " ORDER BY one.key"
            " ON CONFLICT (actor_id, operation, key) DO NOTHING RETURNING key",
            [act.actor.pk, name, wanted, digests.to_list()],
        )
        is_first = {key for (key,) in cursor.fetchall()}
    kept = ask_kept(wanted, act=act)()
    standing: list[tuple[str, str | None]] = []
    for key, digest in zip(wanted, digests.to_list(), strict=True):
        earlier = kept.get(key)
        if key in is_first or earlier is None:
            standing.append((FIRST if key in is_first else AGAIN, None))
        else:
            standing.append((AGAIN, earlier.answer) if earlier.digest == digest else (CLASH, None))
    return polars.DataFrame(
        {"key": wanted, "standing": [one for one, _ in standing], "answer": [one for _, one in standing]},
        schema={"key": polars.String, "standing": polars.String, "answer": polars.String},
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What was sent under a request key before, and its first answer."""

    digest: str
    answer: str | None


KNOWN = """
SELECT one.key, kept.payload_digest, kept.result
  FROM unnest(%s::text[]) AS one (key)
 CROSS JOIN LATERAL (SELECT payload_digest, result FROM operations_requestkey
                      WHERE actor_id = %s::bigint AND operation = %s AND key = one.key OFFSET 0) kept
"""


def ask_kept(
    keys: Sequence[str], *, act: Act
) -> Callable[[], dict[str, Kept]]:  # by key; what nobody used is absent
    """Return what gives the request keys that were used before, and claim none; it can be asked ``together`` with others.

    For an operation that holds a lock which every other request under these keys must wait for, and then keeps the keys of the
    rows that it carried out with ``keep_rows``.

    Raises: ValueError: a key is empty, too long or stands twice.
    """
    _check_keys(keys)
    found = ask(KNOWN, [texts_of(keys), act.actor.pk, f"{inside_operation()}{ROW_MARK}"])
    return lambda: {key: Kept(digest, _text(answer)) for key, digest, answer in found()}


KEPT = """
INSERT INTO operations_requestkey (actor_id, operation, key, payload_digest, result)
SELECT %s::bigint, %s, one.key, one.digest, to_jsonb(one.answer)
  FROM unnest(%s::text[], %s::text[], %s::text[]) AS one (key, digest, answer)
"""


def keep_rows(keys: Sequence[str], digests: Sequence[str], answers: Sequence[str], *, act: Act) -> None:
    """Keep the request keys of rows that were carried out, each with its first answer; with ``write_last`` if it can wait.

    The operation is refused with ``UnableToKeepKeys`` (``asked_meanwhile``) where another call kept one of them since
    ``ask_kept``: nothing is kept.
    """
    name = f"{inside_operation()}{ROW_MARK}"
    refuse_clash(KEPT_ONCE, UnableToKeepKeys("asked_meanwhile"))
    carry_out(KEPT, [act.actor.pk, name, texts_of(keys), texts_of(digests), texts_of(answers)])


def answers_to(
    operation: str, keys: list[str], *, actor: int
) -> dict[str, str]:  # by key; never carried out: absent
    """Return the first answers of rows that an account sent to an operation by rows under these keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, result FROM operations_requestkey WHERE actor_id = %s AND operation = %s AND key = ANY(%s)"
            " AND result IS NOT NULL",
            [actor, f"{operation}{ROW_MARK}", keys],
        )
        return {key: str(_text(answer)) for key, answer in cursor.fetchall()}


def _check_keys(wanted: Sequence[str]) -> None:
    if any(not key or len(key) > LONGEST_KEY for key in wanted) or len(set(wanted)) != len(wanted):
        raise ValueError("each row needs a request key of its own")


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


def audit_rows(rows: Mapping[str, Sequence[Any]]) -> None:
    """Let each row have an audit entry of its own, written after the open operation's entry and as part of it.

    Args:
        rows: columns of one length: ``object`` (``app.model:key``), ``digest`` (of the row's arguments), ``unit``, and if they
            matter ``key`` (the row's request key), ``place`` and ``line``.
    """
    note_rows(rows)
