"""Spark over the same snapshot: a cluster that a company has already, or this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from bangfu.foundation.ledger.snapshots import ParquetFile
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both
from bangfu.reporting.engines.over_snapshot import OverSnapshot, Rows
from bangfu.reporting.engines.writing_out import Dialect


class UnableToUseSpark(Refusal):
    """Codes: ``not_installed``, ``not_started``."""

    sentences = {
        "not_installed": both(
            "没有安装 Spark。请运行 pip install 'bangfu[spark]'，并安装 Java 17。",
            "Spark is not installed. Run pip install 'bangfu[spark]', and install Java 17.",
        ),
        "not_started": both(
            "Spark 没有启动：{why}。本机运行需要 Java 17；集群请核对 BANGFU_SPARK_MASTER 或 BANGFU_SPARK_REMOTE。",
            "Spark did not start: {why}. On this machine it needs Java 17; for a cluster check BANGFU_SPARK_MASTER or"
            " BANGFU_SPARK_REMOTE.",
        ),
    }


def configuration() -> dict[str, str]:
    """Return what settings ask of a session: on which cluster, or on this machine, and with how much memory at most.

    A Spark Connect server has its own memory. On this machine the driver does all the work; elsewhere each executor, and the
    driver that collects the sums, may have as much.
    """
    asked = {"spark.app.name": "bangfu", "spark.sql.ansi.enabled": "true"}
    if settings.SPARK_REMOTE:
        return {**asked, "spark.remote": settings.SPARK_REMOTE}
    asked |= {
        "spark.master": settings.SPARK_MASTER,
        "spark.ui.enabled": "false",
        "spark.driver.memory": settings.SPARK_MEMORY,
    }
    if settings.SPARK_MASTER.startswith("local"):
        return {**asked, "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    return {**asked, "spark.executor.memory": settings.SPARK_MEMORY}


@lru_cache(maxsize=1)
def session() -> Any:
    """Return the one session of this process: starting it takes ten seconds.

    Raises: UnableToUseSpark: see its codes.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise UnableToUseSpark("not_installed") from None
    builder = SparkSession.builder
    for name, value in configuration().items():
        builder = builder.config(name, value)
    try:
        found = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise UnableToUseSpark("not_started", why=str(error).split("\n", 1)[0]) from error
    if not settings.SPARK_REMOTE:
        found.sparkContext.setLogLevel("ERROR")
        if settings.SPARK_MASTER.startswith("local"):
            found.conf.set("spark.sql.shuffle.partitions", "2")
    return found


class OnSpark(OverSnapshot):
    """Answers from a snapshot through a Spark session."""

    name = "spark"
    dialect = Dialect.SPARK

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._session = session()
        self._views: dict[tuple[str, ...], str] = {}

    def relation(self, files: Sequence[ParquetFile], columns: Mapping[str, str]) -> str:
        """Return what stands for the rows of files in a statement: a view, made once for the same files.

        Its columns are named, so that Spark need not open a file to find them out.
        """
        seen_at = settings.SPARK_SNAPSHOT.rstrip("/") or str(self.folder)
        paths = tuple(f"{seen_at}/{one.path}" for one in files)
        if paths not in self._views:
            schema = ", ".join(f"{name} {kind.replace('BLOB', 'BINARY')}" for name, kind in columns.items())
            name = f"snapshot_{id(self):x}_{len(self._views)}"
            self._session.read.schema(schema).parquet(*paths).createOrReplaceTempView(name)
            self._views[paths] = name
        return self._views[paths]

    def rows(self, statement: str) -> Rows:
        """Return the rows of a statement."""
        return [tuple(row) for row in self._session.sql(statement).collect()]
