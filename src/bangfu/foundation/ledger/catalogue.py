"""The catalogue of measures: what rooms declare in code, with the number by which facts refer to each.

Definitions of indicators, which are files, get their versions here too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import connection, connections

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.ledger.models import CatalogueMeasure
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.foundation.operations import system_writes
from bangfu.foundation.rooms import rooms


def declared_measures() -> dict[str, Measure]:
    """Return every measure that a room declares, by code.

    Raises: ValueError: two rooms declare the same code, or a room declares one of another's.
    """
    found: dict[str, Measure] = {}
    for room in rooms():
        for measure in room.measures:
            if measure.code in found:
                raise ValueError(f"the measure {measure.code} is declared twice")
            if measure.code.split(".")[0] != room.code:
                raise ValueError(f"the room {room.code} declares the measure {measure.code} of another room")
            found[measure.code] = measure
    return found


def enter_measures(using: str = "default", **kwargs: object) -> None:
    """Enter the measures that have no number yet; run after each migration.

    Raises: ValueError: a measure that has facts changed its kind; it must get a new code instead.
    """
    with system_writes("the catalogue of measures follows the code"):
        known = {row.code: row for row in CatalogueMeasure.objects.using(using).all()}
        for measure in declared_measures().values():
            row = known.get(measure.code)
            if row is None:
                CatalogueMeasure.objects.using(using).create(
                    code=measure.code, kind=measure.kind, decimals=measure.decimals
                )
            elif row.kind != measure.kind:
                raise ValueError(
                    f"{measure.code} was a {row.kind}: a measure of another kind needs another code"
                )
    _numbers.cache_clear()


OWN_DEFINITIONS = "own."
"""With what the keys of definitions begin that the office declares itself: they follow no file."""

CHANGED = """
INSERT INTO ledger_referenceversion (kind, key, content, is_removed)
SELECT %(kind)s, key, coalesce(declared.content, known.content), declared.content IS NULL
  FROM (SELECT key, value AS content FROM jsonb_each(%(declared)s::jsonb)) declared
  FULL JOIN (SELECT DISTINCT ON (key) key, content, is_removed FROM ledger_referenceversion
              WHERE kind = %(kind)s AND key NOT LIKE %(own)s ORDER BY key, id DESC) known USING (key)
 WHERE (declared.content, declared.content IS NULL) IS DISTINCT FROM (known.content, known.is_removed)
   AND (declared.content IS NOT NULL OR NOT known.is_removed)
 ORDER BY key
"""


def enter_definitions(contents: Mapping[str, Mapping[str, Any]]) -> int:
    """Write a version of each definition that is new or changed, and of each that is gone; return how many.

    Run after each migration, as the owner: no other role writes versions.

    Args:
        contents: every definition that there is, by code and version: ``network.base_stations v1``.
    """
    with system_writes("versions of definitions follow their files"), connection.cursor() as cursor:
        cursor.execute(
            CHANGED,
            {"kind": Kind.INDICATOR, "declared": json.dumps(contents), "own": f"{OWN_DEFINITIONS}%"},
        )
        return int(cursor.rowcount)


@lru_cache(maxsize=8)
def _numbers(database: str) -> dict[str, int]:
    return dict(CatalogueMeasure.objects.values_list("code", "id"))


def measure_number(code: str) -> int:
    """Return the number of a measure.

    Raises: LookupError: no such measure is in the catalogue.
    """
    numbers = _numbers(str(connections["default"].settings_dict["NAME"]))
    if code not in numbers:
        raise LookupError(f"no measure is called {code}")
    return numbers[code]
