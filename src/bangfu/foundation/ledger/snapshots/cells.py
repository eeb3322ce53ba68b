"""Cells: the facts of a year summed by measure, county and month, in one small file.

A question over whole months and counties reads the cells instead of their facts, one row where there may be a hundred. Units
and lines are not told apart: with them there would be about as many cells as facts, and a question that narrows to one reads
the facts anyway. There is one file a year and not one beside each file of facts, in which the same cells would come again and
again: so each cell is one row, and a question that asks for just these adds nothing up. Cells prove nothing and follow from
the facts alone, which is how verification sees that they are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from bangfu.foundation.ledger.snapshots.columns import ANCESTORS, CELL_COLUMNS, CELL_ORDER
from bangfu.foundation.ledger.snapshots.parquet import parquet_of

COUNTY = 10**6
"""How many places of the finest kind a county holds; what stands higher than a county is a cell by itself."""
KEPT = """
SELECT latest AS id, measure_id, quantity, place_id, month AS happened_on, month, province, city, county, facts, reversed
  FROM {cells}
"""
ALONE = """
SELECT id, measure_id, quantity, place_id, happened_on, month, province, city, county, 1 AS facts,
       CASE WHEN reverses_id IS NULL THEN 0 ELSE 1 END AS reversed
  FROM {facts}
"""
"""Each fact as a cell of its own, with the columns of ``KEPT``."""
_SUMMED = """
SELECT measure_id, county::BIGINT * {county} AS place_id, month, sum(quantity) AS quantity, sum(facts) AS facts,
       sum(reversed) AS reversed, max(id) AS latest
  FROM ({added}) added GROUP BY measure_id, county, month
"""


def cells_over(facts: Sequence[Path], former: Sequence[Path] = ()) -> str:
    """Return the query whose rows are the cells of a year, in their order.

    Args:
        facts: files of facts that are in no cell yet.
        former: files of cells to which they are added.
    """
    parts = [KEPT.format(cells=parquet_of(former))] if former else []
    added = " UNION ALL ".join([*parts, ALONE.format(facts=parquet_of(facts))])
    worked_out = {name: f"place_id // {size}" for size, (name, _) in ANCESTORS.items() if size >= COUNTY}
    columns = ", ".join(
        f"({worked_out.get(name, name)})::{kind} AS {name}" for name, kind in CELL_COLUMNS.items()
    )
    return (
        f"SELECT {columns} FROM ({_SUMMED.format(county=COUNTY, added=added)}) summed ORDER BY {CELL_ORDER}"
    )


def different_cells(engine: duckdb.DuckDBPyConnection, facts: Sequence[Path], cells: Path) -> int:
    """Return how many cells say something else than the facts of their year; each side's own counts."""
    kept = f"SELECT {', '.join(CELL_COLUMNS)} FROM {parquet_of([cells])}"
    counted = cells_over(facts) if facts else f"{kept} LIMIT 0"
    different = f"SELECT count(*) FROM ((({counted}) EXCEPT ALL ({kept})) UNION ALL (({kept}) EXCEPT ALL ({counted})))"
    return int(engine.execute(different).fetchall()[0][0])
