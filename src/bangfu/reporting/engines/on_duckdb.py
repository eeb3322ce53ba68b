"""DuckDB over a snapshot: one machine, tens of millions of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from bangfu.foundation.ledger.snapshots import ParquetFile
from bangfu.foundation.ledger.snapshots.parquet import parquet_of
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

    def relation(self, files: Sequence[ParquetFile], columns: Mapping[str, str]) -> str:
        """Return what stands for the rows of files in a statement; their columns DuckDB finds in them."""
        return parquet_of(self.folder / one.path for one in files)

    def rows(self, statement: str) -> Rows:
        """Return the rows of a statement."""
        return self._link.execute(statement).fetchall()
