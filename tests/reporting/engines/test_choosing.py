"""Engines by name, and what is said when Spark is not there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.conf import settings

from bangfu.reporting.engines import on_spark
from bangfu.reporting.engines.choosing import engine_named
from bangfu.reporting.engines.on_duckdb import OnDuckDB
from bangfu.reporting.engines.on_postgres import OnPostgres
from tests.reporting.engines.conftest import snapshot_of_now
from tests.reporting.story import Story


def test_are_chosen_by_name(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SNAPSHOT_FOLDER", tmp_path)
    story.seal()
    snapshot_of_now(tmp_path)
    assert isinstance(engine_named("postgres"), OnPostgres)
    assert isinstance(engine_named("duckdb"), OnDuckDB)
    with pytest.raises(LookupError):
        engine_named("abacus")


def test_spark_that_is_not_installed_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(on_spark.UnableToUseSpark) as refusal:
        on_spark.session.__wrapped__()
    assert refusal.value.code == "not_installed"
    assert "pip install 'bangfu[spark]'" in str(refusal.value)
