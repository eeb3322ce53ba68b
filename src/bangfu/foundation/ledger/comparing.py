"""What is kept of distinct counts (``distinct``), held against the facts."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from bangfu.foundation.ledger.distinct import OF_MEASURES, PLAIN, SHARED, SUMS, counts_of
from bangfu.foundation.ledger.party_cells import CELL_OF_FACT, IS_WAITING, PARTY_CELL

DIFFERENT_PARTIES = f"""
WITH counted AS (
    SELECT {CELL_OF_FACT}, sum(fact.quantity) AS quantity, count(*)::integer AS facts
      FROM ledger_member member JOIN ledger_fact fact ON fact.id = member.fact_id
     WHERE fact.party IS NOT NULL AND NOT {IS_WAITING}
     GROUP BY 1, 2, 3, 4, 5
)
SELECT count(*) FROM (
    (SELECT {PARTY_CELL}, quantity, facts FROM counted EXCEPT SELECT {PARTY_CELL}, quantity, facts FROM ledger_partycell)
    UNION ALL
    (SELECT {PARTY_CELL}, quantity, facts FROM ledger_partycell EXCEPT SELECT {PARTY_CELL}, quantity, facts FROM counted)
) different
"""
DIFFERENT_COUNTS = f"""
{counts_of(OF_MEASURES)}, kept_plain AS (
    SELECT {PLAIN}, {SUMS} FROM ledger_plaincount WHERE measure_id = ANY(%(measures)s)
), kept_shared AS (
    SELECT {SHARED}, counted, appeared FROM ledger_sharedcount
     WHERE measure_id = ANY(%(measures)s) AND (counted <> 0 OR appeared <> 0)
)
SELECT (SELECT count(*) FROM (
    (SELECT {PLAIN}, {SUMS} FROM plain EXCEPT SELECT {PLAIN}, {SUMS} FROM kept_plain)
    UNION ALL (SELECT {PLAIN}, {SUMS} FROM kept_plain EXCEPT SELECT {PLAIN}, {SUMS} FROM plain)
) different) + (SELECT count(*) FROM (
    (SELECT {SHARED}, counted, appeared FROM shared EXCEPT SELECT {SHARED}, counted, appeared FROM kept_shared)
    UNION ALL (SELECT {SHARED}, counted, appeared FROM kept_shared EXCEPT SELECT {SHARED}, counted, appeared FROM shared)
) different)
"""


def different_counts(cursor: CursorWrapper) -> int:
    """Return how many party cells and counts say something else than their facts; each side's own counts."""
    cursor.execute(DIFFERENT_PARTIES)
    found = int(cursor.fetchone()[0])
    cursor.execute("SELECT measure_id FROM ledger_countedmeasure ORDER BY measure_id")
    for (measure,) in cursor.fetchall():
        cursor.execute(DIFFERENT_COUNTS, {"measures": [measure], "branches": None})
        found += int(cursor.fetchone()[0])
    return found
