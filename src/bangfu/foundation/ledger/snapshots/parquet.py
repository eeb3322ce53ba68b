"""Parquet files by DuckDB: written, read in a statement, and digested."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

ROW_GROUP = 122_880


def write_parquet(engine: duckdb.DuckDBPyConnection, rows: str, file: Path) -> None:
    """Write the rows of a query to a file, and see them on the disk."""
    engine.execute(
        f"COPY ({rows}) TO {_quoted(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    with file.open("rb") as written:
        os.fsync(written.fileno())


def parquet_of(files: Iterable[Path]) -> str:
    """Return what a statement of DuckDB reads files by."""
    return f"read_parquet([{', '.join(map(_quoted, files))}])"


def sha256_of(path: Path) -> str:
    """Return a file's digest in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
