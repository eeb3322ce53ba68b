"""Cells: the facts of one file summed by measure, county and month, in a small file beside it.

A question over whole months and counties reads the cells instead of their facts, one row where there may be a hundred. Units
and lines are not told apart: with them there would be about as many cells as facts, and a question that narrows to one reads
the facts anyway. Cells prove nothing and follow from their file alone, which is how verification sees that they are right.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from bangfu.foundation.ledger.snapshots.columns import ANCESTORS, CELL_COLUMNS, CELL_ORDER
from bangfu.foundation.ledger.snapshots.parquet import parquet_of

COUNTY = 10**6
"""How many places of the finest kind a county holds; what stands higher than a county is a cell by itself."""
_SUMMED = """
SELECT measure_id, county::BIGINT * {county} AS place_id, month, sum(quantity) AS quantity, count(*) AS facts,
       count(reverses_id) AS reversed, max(id) AS latest
  FROM {facts} GROUP BY measure_id, county, month
"""


def cells_over(facts: Path) -> str:
    """Return the query whose rows are the cells of a file of facts, in their order."""
    worked_out = {name: f"place_id // {size}" for size, (name, _) in ANCESTORS.items() if size >= COUNTY}
    columns = ", ".join(
        f"({worked_out.get(name, name)})::{kind} AS {name}" for name, kind in CELL_COLUMNS.items()
    )
    summed = _SUMMED.format(county=COUNTY, facts=parquet_of([facts]))
    return f"SELECT {columns} FROM ({summed}) summed ORDER BY {CELL_ORDER}"


def different_cells(engine: duckdb.DuckDBPyConnection, facts: Path, cells: Path) -> int:
    """Return how many cells say something else than their facts; each side's own counts."""
    counted, kept = cells_over(facts), f"SELECT {', '.join(CELL_COLUMNS)} FROM {parquet_of([cells])}"
    different = f"SELECT count(*) FROM ((({counted}) EXCEPT ALL ({kept})) UNION ALL (({kept}) EXCEPT ALL ({counted})))"
    return int(engine.execute(different).fetchall()[0][0])
