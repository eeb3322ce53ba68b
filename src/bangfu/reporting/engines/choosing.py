"""The engine that somebody asks for by name."""

from __future__ import annotations

from django.conf import settings

from bangfu.reporting.engines.asking import Engine
from bangfu.reporting.engines.on_duckdb import OnDuckDB
from bangfu.reporting.engines.on_postgres import OnPostgres


def engine_named(name: str) -> Engine:
    """Return an engine: postgres, duckdb, or spark, which is imported only now.

    Raises: UnableToReadSnapshot: there is no snapshot that can be read. UnableToUseSpark: Spark does not start.
        LookupError: there is no such engine.
    """
    if name == OnPostgres.name:
        return OnPostgres()
    if name == OnDuckDB.name:
        return OnDuckDB(settings.SNAPSHOT_FOLDER)
    if name == "spark":
        from bangfu.reporting.engines.on_spark import OnSpark

        return OnSpark(settings.SNAPSHOT_FOLDER)
    raise LookupError(f"there is no engine {name}")
