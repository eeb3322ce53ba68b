"""The office's own indicators as they stand: read from the versions that blocks seal, and kept until one is added.

Several processes serve. Each asks once a request for the number of the newest version, which an index answers, and reads the
declarations again only when it is another; within a request they stay the same. Outside of requests it asks each time.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.signals import request_finished, request_started
from django.db import connection

from bangfu.foundation.ledger.catalogue import OWN_DEFINITIONS
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.reporting.definitions import Indicator

OWN = OWN_DEFINITIONS
DRAFT = "draft."
"""With what the codes begin under which drafts are previewed: ``draft.v12``. They count nowhere else."""
Versions = Mapping[str, tuple[Indicator, ...]]  # by code, oldest first

NEWEST = """
SELECT (SELECT oid::bigint FROM pg_database WHERE datname = current_database()), coalesce(max(id), 0)
  FROM ledger_referenceversion WHERE kind = %(kind)s AND key LIKE %(own)s
"""
"""Of the database that is meant: another one, restored under the same name, has another number."""
STANDING = """
SELECT DISTINCT ON (key) key, content::text FROM ledger_referenceversion
 WHERE kind = %(kind)s AND key LIKE %(own)s ORDER BY key, id DESC
"""
_VALUES: dict[str, int | str] = {"kind": int(Kind.INDICATOR), "own": f"{OWN}%"}


@dataclass(frozen=True)
class _Kept:
    newest: tuple[int, int]
    versions: Versions


class _Request(threading.local):
    is_open = False
    seen: Versions | None = None


_kept = _Kept((0, 0), {})
_drafts: list[Callable[[str], Indicator | None]] = []
_request = _Request()


def versions() -> Versions:
    """Return the versions of every own indicator, those that were withdrawn included."""
    if _request.is_open and _request.seen is not None:
        return _request.seen
    found = _as_now()
    if _request.is_open:
        _request.seen = found
    return found


def look_again() -> None:
    """Look anew before the next answer: something was added in this request."""
    _request.seen = None


def find_drafts_by(finder: Callable[[str], Indicator | None]) -> None:
    """Have drafts found by the room that keeps them, so that a preview opens as any figure does."""
    _drafts.append(finder)


def draft_called(code: str) -> Indicator | None:
    """Return the draft that is previewed under a code; null when there is none."""
    return next((found for finder in _drafts if (found := finder(code)) is not None), None)


def _as_now() -> Versions:
    global _kept
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, _VALUES)
        newest = cursor.fetchone()
        if _kept.newest == newest:
            return _kept.versions
        cursor.execute(STANDING, _VALUES)
        rows = cursor.fetchall()
    _kept = _Kept(newest, _arranged(rows))
    return _kept.versions


def _arranged(rows: list[tuple[str, str]]) -> Versions:
    from bangfu.reporting.versions import indicator_from

    found: dict[str, list[Indicator]] = {}
    for _, content in rows:
        one = indicator_from(json.loads(content))
        found.setdefault(one.code, []).append(one)
    return {code: tuple(sorted(chain, key=lambda one: one.version)) for code, chain in found.items()}


def _begin(**_: object) -> None:
    _request.is_open, _request.seen = True, None


def _end(**_: object) -> None:
    _request.is_open, _request.seen = False, None


request_started.connect(_begin, dispatch_uid="bangfu.standing.begin")
request_finished.connect(_end, dispatch_uid="bangfu.standing.end")
