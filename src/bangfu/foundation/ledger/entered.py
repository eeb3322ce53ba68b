"""What came into the ledger since a moment: found by blocks and keys, however long the ledger is.

A fact entered since a moment lies in a block sealed since, or in none yet; facts have growing keys. So the smallest key among
those blocks and the queue bounds a range of the primary key, and within it the database's clock of each fact decides. The
same holds of versions of reference data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from bangfu.foundation.ledger.models import Block, Fact, ReferenceVersion

# Without OFFSET 0 the planner looks for the smallest key along the whole primary key.
_FIRST_FACT = """
SELECT least(
    (SELECT min(fact_id) FROM (SELECT fact_id FROM ledger_member WHERE block_id >= %(block)s OFFSET 0) sealed),
    (SELECT min(first_fact) FROM ledger_unsealed))
"""
_FIRST_VERSION = """
SELECT least(
    (SELECT min(version_id) FROM (SELECT version_id FROM ledger_referencemember WHERE block_id >= %(block)s OFFSET 0) sealed),
    (SELECT min(first_version) FROM ledger_unsealedversions))
"""


def facts_since(moment: datetime) -> QuerySet[Fact]:
    """Return the facts that were entered since a moment, reversals among them."""
    return _since(Fact.objects.all(), _FIRST_FACT, moment)


def versions_since(moment: datetime) -> QuerySet[ReferenceVersion]:
    """Return the versions of reference data that were entered since a moment, those of definitions among them."""
    return _since(ReferenceVersion.objects.all(), _FIRST_VERSION, moment)


def _since(rows: QuerySet[Any], statement: str, moment: datetime) -> QuerySet[Any]:
    later = Block.objects.filter(sealed_at__gte=moment).order_by("sealed_at", "number")
    block = later.values_list("number", flat=True).first()
    newest = Block.objects.order_by("-number").values_list("number", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute(statement, {"block": newest + 1 if block is None else block})
        (first,) = cursor.fetchone()
    return rows.none() if first is None else rows.filter(pk__gte=first, recorded_at__gte=moment)
