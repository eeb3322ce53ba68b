"""A ledger in which every measure has facts of every sort, and its snapshot."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import polars as pl
import pytest
from django.db import connection

from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.ledger.snapshots.writing import ENTRIES_A_RUN, Written, write_from
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.operations import move_unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.operations import register_denominators
from tests.cast import CEHENG, GUIZHOU, GUYUAN, YUNNAN, Cast
from tests.reporting.story import Story

needs_spark = pytest.mark.skipif(  # a machine with nothing but Python 3.11 has no Java to run it
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Spark needs the package pyspark and Java 17 on the path",
)
HISTORY = """
INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, line_id, party, subject_type, subject_id, happened_on,
                         source_system, source_id)
SELECT measure.id,
       CASE WHEN (n * 7 + measure.id) %% 11 = 0 THEN -1 ELSE 1 END
       * round(1 + (n * 7919 + measure.id * 104729) %% 100000 / 9.7, measure.decimals),
       (%(units)s::bigint[])[1 + (n + measure.id) %% cardinality(%(units)s::bigint[])],
       (%(places)s::bigint[])[1 + (n * 5 + measure.id) %% cardinality(%(places)s::bigint[])],
       CASE WHEN n %% 4 = 0 THEN NULL ELSE 1 + n %% 3 END,
       CASE WHEN n %% 9 = 0 THEN NULL ELSE lpad(to_hex((n * 3 + measure.id) %% 13), 32, '0')::uuid END,
       1, n, date '2017-11-20' + (n * 41 + measure.id * 3) %% 1200, %(system)s, measure.id || '-' || n
  FROM ledger_cataloguemeasure measure CROSS JOIN generate_series(1, %(facts)s) n
"""
REVERSED = """
INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, line_id, party, subject_type, subject_id, happened_on,
                         source_system, source_id, revision, reverses_id, reason)
SELECT measure_id, -quantity, unit_id, place_id, line_id, party, subject_type, subject_id, happened_on, source_system,
       source_id, revision, id, 'duplicate_report'
  FROM ledger_fact WHERE subject_id %% 5 = 0 AND source_system = %(system)s
"""


def places() -> list[int]:
    """Return places of all levels, in and out of the areas that are asked for."""
    found = [GUIZHOU, 522300000000, CEHENG, GUYUAN, YUNNAN, 110101000000]
    for county in (CEHENG, GUYUAN):
        inside = Place.objects.filter(pk__gt=county, pk__lt=county + 10**6)
        for level in (4, 5):
            found += inside.filter(level=level).order_by("pk").values_list("pk", flat=True)[:2]
    return found


def enter_history(cast: Cast, system: str, facts: int) -> None:
    """Post facts of every measure over places of all levels, units, lines, parties and four years."""
    values = {
        "units": [cast.group.pk, cast.guizhou.pk, cast.yunnan.pk, cast.ceheng.pk],
        "places": places(),
        "system": system,
        "facts": facts,
    }
    with system_writes("a history of the tests"), connection.cursor() as cursor:
        cursor.execute(HISTORY, values)


def reverse_some(system: str) -> None:
    """Take every fifth fact of each measure back."""
    with system_writes("reversals of the tests"), connection.cursor() as cursor:
        cursor.execute(REVERSED, {"system": system})


def snapshot_of_now(folder: Path, *, entries_a_run: int = ENTRIES_A_RUN) -> Written:
    """Write a snapshot of what the test's own transaction sees."""
    connection.ensure_connection()
    return write_from(connection.connection, folder, entries_a_run=entries_a_run)


@pytest.fixture
def history(story: Story) -> Story:
    """Block 1: facts of all measures. Block 2: some taken back, more facts, and 云南 moved below 贵州. Block 3: more facts."""
    cast = story.cast
    enter_history(cast, "first", 30)
    assert seal_pending() == 1
    reverse_some("first")
    enter_history(cast, "second", 10)
    act = cast.act(cast.administrator)
    numbers = pl.DataFrame(
        [(CEHENG, 2018, 190000), (CEHENG, 2019, 195000), (GUIZHOU, 2018, 36000000), (GUYUAN, 2020, 170000)],
        schema=["place", "year", "value"],
        orient="row",
    )
    register_denominators(register="population", source="统计年鉴", rows=numbers, act=act)
    move_unit(unit=cast.yunnan, parent=cast.guizhou, on=act.at.date(), act=act)
    assert seal_pending() == 2
    enter_history(cast, "third", 5)
    assert seal_pending() == 3
    return story
