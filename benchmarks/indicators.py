"""Sixty measures by county and month of two years over a snapshot of 20 million facts, against one bare scan of the same columns.

Ours is the whole question as the engine puts it: one statement over the snapshot, by measure, county and month, with exact
sums, counts, reversals and the newest fact of each cell. It is answered from the cells into which the snapshot sums each year
as it is written; how long that takes beside writing the facts, and how much room, is printed. What comes back stays in the
engine, where every column is folded and counted, for two million rows are nobody's list; by province they come into Python,
which is printed beside it. The baseline reads the same columns of the facts and folds each into one number.

Nine facts of ten lie in the 832 counties and the measures are of uneven size, which fills 2.2 million cells. Facts spread
evenly over all 2,851 counties fill 4.1 million, which is printed as well. DuckDB with all divisions joined took 3.2 times the
bare scan, and grouping the facts themselves 2.1 times (2.7 spread evenly); the target is 2, half the scan. Measured 6.2 (0.16
times the scan; 0.25 spread evenly). Spark is asked for provinces over the same files and printed where it is installed;
from the facts it took 10 times the scan after 6 s of start.
"""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import tempfile
from functools import partial
from pathlib import Path

import duckdb

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.snapshots import CellFile, DataFile, Manifest
from bangfu.foundation.ledger.snapshots.cells import cells_over
from bangfu.foundation.ledger.snapshots.columns import FACT_COLUMNS, FACT_ORDER, WORKED_OUT
from bangfu.foundation.ledger.snapshots.manifest import write_manifest
from bangfu.foundation.ledger.snapshots.parquet import write_parquet
from bangfu.foundation.places.codes import COUNTY, PROVINCE, SIZE_OF_LEVEL
from bangfu.reporting.definitions import Term, TermKind
from bangfu.reporting.engines.on_duckdb import OnDuckDB
from bangfu.reporting.engines.over_snapshot import OverSnapshot
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain
from benchmarks._scratch import report, seconds
from benchmarks._sizes import sized

FACTS = sized(20_000_000, 1_000_000)
MEASURES = 60
COUNTIES = 2_851
POOR_COUNTIES = 832
PROVINCES = (
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65,
)  # fmt: skip
ROUNDS = 5
YEARS = (2019, 2020)
MONTHS = 12 * len(YEARS)
BY_COUNTY, BY_PROVINCE = SIZE_OF_LEVEL[COUNTY], SIZE_OF_LEVEL[PROVINCE]
GROUPS = (Grain.MEASURE, Grain.PLACE, Grain.MONTH)
EVEN_MEASURE, EVEN_COUNTY = "hash(i) % {measures}", "hash(i, 3) % {counties}"
UNEVEN_MEASURE = "floor({measures} * pow((hash(i) % 1000000) / 1000000, 2))"
UNEVEN_COUNTY = "hash(i, 3) % (CASE WHEN hash(i, 4) % 10 = 0 THEN {counties} ELSE {poor} END)"
MADE = """
SELECT i::BIGINT AS id, 1::BIGINT AS block_id, i::BIGINT AS position, (1 + measure)::SMALLINT AS measure_id,
       (hash(i, 1) % 10000000 / 100)::DECIMAL(20, 4) AS quantity, (hash(i, 2) % 400)::BIGINT AS unit_id,
       ([{provinces}][1 + county % {count}]::BIGINT * 10000000000 + (1 + county // {count} // 8) * 100000000
        + (1 + county // {count} % 8) * 1000000 + (hash(i, 6) % 20)::BIGINT * 1000)::BIGINT AS place_id,
       (hash(i, 7) % 16)::SMALLINT AS line_id, unhex(lpad(to_hex(hash(i, 8) % 5000000), 32, '0')) AS party,
       1::SMALLINT AS subject_type, i::BIGINT AS subject_id,
       (DATE '{year}-01-01' + (hash(i, 9) % 365)::INTEGER) AS happened_on,
       CASE WHEN i % 50 = 0 THEN i END::BIGINT AS reverses_id
  FROM (SELECT i, ({measure})::INTEGER AS measure, ({county})::BIGINT AS county FROM range({first}, {last}) made (i))
"""
BARE = """
SELECT sum(measure_id), sum(county), max(month), max(happened_on), sum(quantity), count(reverses_id), max(id)
  FROM read_parquet({files})
"""
COUNTED = """
SELECT count(*), sum(total), sum(facts), sum(reversed), max(latest), sum(measure), sum(place), max(month) FROM ({cells})
"""


def make_snapshot(folder: Path, *, evenly: bool) -> None:
    """Write 20 million facts of sixty measures over counties and two years, as the first snapshot of a ledger has them."""
    more = ", ".join(f"{sql} AS {name}" for name, (_, sql) in WORKED_OUT.items())
    numbers = {"measures": MEASURES, "counties": COUNTIES, "poor": POOR_COUNTIES}
    measure, county = (EVEN_MEASURE, EVEN_COUNTY) if evenly else (UNEVEN_MEASURE, UNEVEN_COUNTY)
    files, kept, each = [], [], FACTS // len(YEARS)
    took = {"facts": 0.0, "cells": 0.0}
    with duckdb.connect() as engine:
        engine.execute("SET temp_directory = $at", {"at": str(folder / "sorting")})
        for number, year in enumerate(YEARS):
            facts, cells = (folder / f"{what}-{year}.parquet" for what in took)
            made = MADE.format(
                measure=measure.format(**numbers), county=county.format(**numbers), provinces=", ".join(map(str, PROVINCES)),
                count=len(PROVINCES), year=year, first=number * each, last=(number + 1) * each,
            )  # fmt: skip
            rows = f"SELECT {', '.join(FACT_COLUMNS)}, {more} FROM ({made}) ORDER BY {FACT_ORDER}"
            took["facts"] += seconds(partial(write_parquet, engine, rows, facts))
            took["cells"] += seconds(partial(write_parquet, engine, cells_over([facts]), cells))
            files.append(DataFile(facts.name, "", facts.stat().st_size, each, 1, 1, year))
            kept.append(CellFile(cells.name, "", cells.stat().st_size, 0, year, 1))
    for what, spent in took.items():
        size = sum(path.stat().st_size for path in folder.glob(f"{what}-*.parquet"))
        print(f"{what}: written in {spent:.1f}s, {size / 1e6:.0f} MB")
    codes = {f"bench.measure_{number}": number for number in range(1, MEASURES + 1)}
    write_manifest(folder, Manifest("bench", 1, "", FACTS, codes, tuple(files), tuple(kept)))


def _question() -> tuple[Term, Selection]:
    measure = next(iter(declared_measures().values()))
    return Term(measure, TermKind.FLOW), Selection(read_period(f"{YEARS[0]}-01-01/{YEARS[-1]}-12-31"))


def _counties(engine: OverSnapshot) -> int:
    """Count every cell by county in the engine, and return how many there are."""
    term, selection = _question()
    cells = engine.statement(term, selection, GROUPS, BY_COUNTY, codes=list(engine.manifest.measures))
    (counted,) = engine.rows(COUNTED.format(cells=cells))
    assert counted[2] == FACTS, "every fact is in a cell"
    return int(counted[0])


def _provinces(engine: OverSnapshot) -> None:
    term, selection = _question()
    rows = engine.asked(term, selection, GROUPS, BY_PROVINCE, codes=list(engine.manifest.measures))
    assert len(rows) == MEASURES * len(PROVINCES) * MONTHS
    assert sum(int(row[4]) for row in rows) == FACTS


def run() -> None:
    """Measure and print the ratio."""
    bare, evenly = _measured(evenly=True)
    print(f"spread evenly: {statistics.median(evenly) / statistics.median(bare):.2f} times the bare scan")
    bare, ours = _measured(evenly=False)
    report("indicators", baseline=bare, ours=ours)


def _measured(*, evenly: bool) -> tuple[list[float], list[float]]:
    """Return the seconds of the bare scan and of every cell by county."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_snapshot(folder, evenly=evenly)
        engine = OnDuckDB(folder)
        statement = BARE.format(files=[str(folder / one.path) for one in engine.manifest.files])
        with duckdb.connect() as bare_engine:
            bare_engine.execute("SET parquet_metadata_cache = true")
            bare, ours, provinces = [], [], []
            for _ in range(ROUNDS + 1):
                bare.append(seconds(lambda: bare_engine.execute(statement).fetchall()))
                ours.append(seconds(partial(_counties, engine)))
                provinces.append(seconds(partial(_provinces, engine)))
        print(f"cells={_counties(engine):,} by_province={statistics.median(provinces[1:]):.2f}s")
        if not evenly:
            _print_spark(folder)
        return bare[1:], ours[1:]


def _print_spark(folder: Path) -> None:
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        print("spark: not installed")
        return
    from bangfu.reporting.engines.on_spark import OnSpark, session

    start = seconds(session)
    engine = OnSpark(folder)
    first, second = seconds(partial(_provinces, engine)), seconds(partial(_provinces, engine))
    print(f"spark start={start:.1f}s first={first:.2f}s second={second:.2f}s")
