"""In which places and units a party is counted, as text of statements (``distinct``)."""

from __future__ import annotations

from bangfu.foundation.ledger.models import CountScope
from bangfu.foundation.places.codes import PREFECTURE, PROVINCE, SIZE_OF_LEVEL


def in_scopes(source: str) -> str:
    """Return the rows of a source, once in each place and unit in which a party is counted."""
    return f"""
SELECT {source}.*, own.scope, own.key FROM {source} CROSS JOIN LATERAL (VALUES
       ({CountScope.ALL}, 0::bigint),
       ({CountScope.PROVINCE}, place_id / {SIZE_OF_LEVEL[PROVINCE]} * {SIZE_OF_LEVEL[PROVINCE]}),
       ({CountScope.PREFECTURE}, place_id / {SIZE_OF_LEVEL[PREFECTURE]} * {SIZE_OF_LEVEL[PREFECTURE]}),
       ({CountScope.COUNTY}, place_id), ({CountScope.UNIT}, unit_id)) AS own (scope, key)
UNION ALL
{in_branches(source)}"""


def in_branches(source: str) -> str:
    """Return the rows of a source, once in each branch to which its unit belongs."""
    return f"""
SELECT {source}.*, {CountScope.BRANCH} AS scope, below.branch AS key FROM {source} JOIN below ON below.unit = {source}.unit_id
"""
