"""DuckDB over a snapshot: one machine, tens of millions of facts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from bangfu.foundation.ledger.snapshots import DataFile
from bangfu.reporting.engines.over_snapshot import OverSnapshot, Rows
from bangfu.reporting.engines.writing_out import Dialect


class OnDuckDB(OverSnapshot):
    """Answers from a snapshot in this process, with all its cores."""

    name = "duckdb"
    dialect = Dialect.DUCKDB

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._link = duckdb.connect(":memory:")
        self._link.execute("SET parquet_metadata_cache = true")

    def relation(self, files: Sequence[DataFile]) -> str:
        """Return what stands for the facts of files in a statement."""
        paths = ", ".join("'" + str(self.folder / one.path).replace("'", "''") + "'" for one in files)
        return f"read_parquet([{paths}])"

    def rows(self, statement: str) -> Rows:
        """Return the rows of a statement."""
        return self._link.execute(statement).fetchall()
