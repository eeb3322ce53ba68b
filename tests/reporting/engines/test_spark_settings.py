"""What settings ask of Spark reaches its session: which cluster, how much memory. No cluster is needed for that."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from bangfu.reporting.engines.on_spark import configuration, session

LOCAL = {"SPARK_MASTER": "local[2]", "SPARK_MEMORY": "2g", "SPARK_REMOTE": ""}


@pytest.mark.parametrize(
    ("given", "wanted", "absent"),
    [
        (
            {},
            {
                "spark.master": "local[2]",
                "spark.driver.memory": "2g",
                "spark.driver.bindAddress": "127.0.0.1",
            },
            ("spark.executor.memory", "spark.remote"),
        ),
        (
            {"SPARK_MASTER": "spark://host:7077", "SPARK_MEMORY": "6g"},
            {
                "spark.master": "spark://host:7077",
                "spark.driver.memory": "6g",
                "spark.executor.memory": "6g",
            },
            ("spark.driver.bindAddress", "spark.driver.host", "spark.remote"),
        ),
        (
            {"SPARK_MASTER": "yarn", "SPARK_REMOTE": "sc://host:15002"},
            {"spark.remote": "sc://host:15002"},
            ("spark.master", "spark.driver.memory", "spark.executor.memory"),
        ),
    ],
)
def test_settings_say_which_cluster_and_how_much_memory(
    given: dict[str, str], wanted: dict[str, str], absent: tuple[str, ...]
) -> None:
    with override_settings(**{**LOCAL, **given}):
        found = configuration()
    assert wanted.items() <= found.items()
    assert not found.keys() & set(absent)
    assert (found["spark.app.name"], found["spark.sql.ansi.enabled"]) == ("bangfu", "true")


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"SPARK_MASTER": "spark://host:7077"}, "spark.master", "spark://host:7077"),
        (
            {"SPARK_MASTER": "spark://host:7077", "SPARK_MEMORY": "6g"},
            "spark.executor.memory",
            "6g",
        ),
        ({"SPARK_MEMORY": "3g"}, "spark.driver.memory", "3g"),
        ({"SPARK_REMOTE": "sc://host:15002"}, "spark.remote", "sc://host:15002"),
    ],
)
def test_they_reach_the_session(
    given: dict[str, str], name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is asked for with them; Spark's own builder holds them, and is stopped before it looks for the cluster."""
    sql = pytest.importorskip("pyspark.sql")

    class Asked(Exception):  # noqa: N818 - an answer
        """Says what the session was asked for with."""

    def stop(builder: Any) -> None:
        raise Asked(builder._options.get(name))

    monkeypatch.setattr(sql.SparkSession.Builder, "getOrCreate", stop)
    session.cache_clear()
    try:
        with override_settings(**{**LOCAL, **given}), pytest.raises(Asked) as asked:
            session()
    finally:
        session.cache_clear()
    assert asked.value.args == (value,)
