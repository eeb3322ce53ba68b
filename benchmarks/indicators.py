"""Sixty indicators by province and month over a snapshot of 20 million facts, against one bare scan of the same columns.

Ours is the whole question as the engine puts it: one statement over the Parquet files, grouped by measure, province and month,
with exact sums, counts, reversals and the newest fact of each cell, and its rows in Python. The baseline reads the same
columns of the same files and folds each into one number. DuckDB with all divisions joined took 3.2 times the bare scan, with
codes of ancestors in the rows 1.4 times, so the target is 0.71. Measured 0.77 (1.3 times) on a busy machine with two cores;
Spark, which is measured over the same files and printed where it is installed, took 18 times the scan after 7 s of start.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from functools import partial
from pathlib import Path

import duckdb

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.snapshots import DataFile, Manifest
from bangfu.foundation.ledger.snapshots.manifest import write_manifest
from bangfu.foundation.ledger.snapshots.writing import FACT_COLUMNS, FACT_ORDER, ROW_GROUP, WORKED_OUT
from bangfu.reporting.compiling import Grain
from bangfu.reporting.definitions import Term, TermKind
from bangfu.reporting.engines.on_duckdb import OnDuckDB
from bangfu.reporting.engines.over_snapshot import OverSnapshot
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from benchmarks._scratch import report, seconds
from benchmarks._sizes import sized

FACTS = sized(20_000_000, 1_000_000)
MEASURES = 60
FILES = 5
PROVINCES = (
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65,
)  # fmt: skip
ROUNDS = 5
YEAR = 2019
GROUPS = (Grain.MEASURE, Grain.PLACE, Grain.MONTH)
MADE = """
SELECT i::BIGINT AS id, 1::BIGINT AS block_id, i::BIGINT AS position, (1 + hash(i) % {measures})::SMALLINT AS measure_id,
       (hash(i, 1) % 10000000 / 100)::DECIMAL(20, 4) AS quantity, (hash(i, 2) % 400)::BIGINT AS unit_id,
       ([{provinces}][1 + (hash(i, 3) % {count})::INTEGER]::BIGINT * 10000000000 + (hash(i, 4) % 14) * 100000000
        + (hash(i, 5) % 12) * 1000000 + (hash(i, 6) % 20) * 1000) AS place_id,
       (hash(i, 7) % 16)::SMALLINT AS line_id, unhex(lpad(to_hex(hash(i, 8) % 5000000), 32, '0')) AS party,
       1::SMALLINT AS subject_type, i::BIGINT AS subject_id,
       (DATE '2019-01-01' + (hash(i, 9) % 365)::INTEGER) AS happened_on,
       CASE WHEN i % 50 = 0 THEN i END::BIGINT AS reverses_id
  FROM range({first}, {last}) made (i)
"""
BARE = """
SELECT sum(measure_id), sum(province), max(month), max(happened_on), sum(quantity), count(reverses_id), max(id)
  FROM read_parquet({files})
"""


def make_snapshot(folder: Path) -> None:
    """Write 20 million facts of sixty measures over provinces and a year, as a snapshot has them."""
    more = ", ".join(f"{sql} AS {name}" for name, (_, sql) in WORKED_OUT.items())
    files, each = [], FACTS // FILES
    with duckdb.connect() as engine:
        engine.execute("SET temp_directory = $at", {"at": str(folder / "sorting")})
        for number in range(FILES):
            path = folder / "facts" / f"{number}.parquet"
            path.parent.mkdir(exist_ok=True)
            made = MADE.format(
                measures=MEASURES, provinces=", ".join(map(str, PROVINCES)), count=len(PROVINCES),
                first=number * each, last=(number + 1) * each,
            )  # fmt: skip
            engine.execute(
                f"COPY (SELECT {', '.join(FACT_COLUMNS)}, {more} FROM ({made}) ORDER BY {FACT_ORDER})"
                f" TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
            )
            files.append(DataFile(f"facts/{number}.parquet", "", path.stat().st_size, each, 1, 1, YEAR))
    numbers = {f"bench.measure_{number}": number for number in range(1, MEASURES + 1)}
    write_manifest(folder, Manifest("bench", 1, "", FACTS, numbers, tuple(files)))


def _question() -> tuple[Term, Selection]:
    measure = next(iter(declared_measures().values()))
    return Term(measure, TermKind.FLOW), Selection(read_period(str(YEAR)))


def _ours(engine: OverSnapshot) -> None:
    term, selection = _question()
    rows = engine.asked(term, selection, GROUPS, 10**10, codes=list(engine.manifest.measures))
    assert len(rows) == MEASURES * len(PROVINCES) * 12
    assert sum(int(row[4]) for row in rows) == FACTS


def run() -> None:
    """Measure and print the ratio."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_snapshot(folder)
        engine = OnDuckDB(folder)
        paths = [str(folder / one.path) for one in engine.manifest.files]
        bare_statement = BARE.format(files=paths)
        with duckdb.connect() as bare_engine:
            bare_engine.execute("SET parquet_metadata_cache = true")
            bare, ours = [], []
            for _ in range(ROUNDS + 1):
                bare.append(seconds(lambda: bare_engine.execute(bare_statement).fetchall()))
                ours.append(seconds(partial(_ours, engine)))
        _print_spark(folder)
        report("indicators", baseline=bare[1:], ours=ours[1:])


def _print_spark(folder: Path) -> None:
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        print("spark: not installed")
        return
    from bangfu.reporting.engines.on_spark import OnSpark, session

    start = seconds(session)
    engine = OnSpark(folder)
    first, second = seconds(partial(_ours, engine)), seconds(partial(_ours, engine))
    print(f"spark start={start:.1f}s first={first:.2f}s second={second:.2f}s")
