"""A dashboard of thirty indicators for any unit over 20 million facts, and what it costs beside 2 million of the same shape.

Ours is what the wall, the reports and the list of figures ask: ``queries.figures_together``, for the units of random
provinces and prefectures; the whole programme's is printed beside it. The facts are of every declared measure, in some 560
counties, over a year. They are put in past the triggers and rolled up as the sealer's worker would, but not sealed: no
dashboard reads blocks, and sealing has a benchmark of its own. Sums read cells, whose number does not grow; a distinct count
reads the facts of its unit, and the whole programme's all facts of its measure. Targets: 150 ms at the 95th percentile once
the cache is warm, and a cost that does not grow with the facts (1).

Measured on two quiet cores: 22 ms at the 95th percentile with two million facts; 217 ms with 20 million, where the distinct
counts that read facts are what grows. The targets are missed until distinct counts are kept as sums are.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.places.models import Place
from bangfu.reporting import queries
from bangfu.reporting.definitions import IndicatorKind
from bangfu.reporting.indicators import indicators, load_all
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from benchmarks._scratch import scratch_database, seconds
from benchmarks.open import house

FEW, MANY = 2_000_000, 20_000_000
INDICATORS = 30
DASHBOARDS = 200
WARM = 40
SEED = 20260
MAKE = """
INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, party, subject_type, subject_id, happened_on, source_system,
                         source_id)
SELECT measures[1 + (hashint8(n) & 1073741823) %% many], 1, place.unit, place.id,
       md5((hashint8extended(n, 1) %% 1000000)::text)::uuid, 1, n,
       DATE '2019-01-01' + (hashint8(n + 7) & 1073741823) %% 365, 'bench', 'B-' || n
  FROM (SELECT n, %(measures)s::smallint[] AS measures, cardinality(%(measures)s::smallint[]) AS many
          FROM generate_series(%(first)s::bigint, %(last)s::bigint) n) made
  JOIN (SELECT county.id, unit.id AS unit, row_number() OVER (ORDER BY county.id) - 1 AS at, count(*) OVER () AS of
          FROM places_place county JOIN organisation_unit unit ON unit.place_id = county.parent_id
         WHERE county.level = 3 AND county.id %% 5000000 = 0) place
    ON place.at = (hashint8(n + 3) & 1073741823) %% place.of
"""
CELLS = """
INSERT INTO ledger_cell (measure_id, month, place_id, unit_id, line_id, total, facts, reversed, latest)
SELECT measure_id, date_trunc('month', happened_on)::date, place_id / 1000000 * 1000000, unit_id, line_id, sum(quantity),
       count(*), count(reverses_id), max(id) FROM ledger_fact GROUP BY 1, 2, 3, 4, 5
"""
CONSTRAINTS = (
    "SELECT conname FROM pg_constraint WHERE conrelid = 'ledger_fact'::regclass AND contype IN ('f', 'u')"
)
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'ledger_fact' AND indexname <> 'ledger_fact_pkey'"
KEPT = frozenset({"ledger_by_measure", "ledger_by_unit", "ledger_by_subject"})
"""The indexes by which facts are read; those that keep them from being posted twice are not missed here."""


def _branches() -> None:
    """Enter a unit for each prefecture, below that of its province."""
    above = {unit.place_id: unit for unit in Unit.objects.filter(kind=Unit.Kind.PROVINCE)}
    with system_writes("the branches of a benchmark"):
        for place in Place.objects.filter(level=2, parent__in=above).order_by("id"):
            enter_unit(
                code=f"F{place.pk // 10**8}", name_zh=place.name, name_en=place.name, kind=Unit.Kind.PREFECTURE,
                parent=above[place.parent_id], place=place, starts_on=date(2015, 1, 1),
            )  # fmt: skip


def _fill(admin: psycopg.Connection, first: int, last: int) -> None:
    """Put facts in without triggers, their indexes built afterwards, and sum the cells anew."""
    admin.execute("ALTER TABLE ledger_fact DISABLE TRIGGER USER")
    for (name,) in admin.execute(CONSTRAINTS).fetchall():
        admin.execute(sql.SQL("ALTER TABLE ledger_fact DROP CONSTRAINT {}").format(sql.Identifier(name)))
    beside = admin.execute(INDEXES).fetchall()
    for name, _ in beside:
        admin.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    measures = sorted(measure_number(code) for code in declared_measures())
    admin.execute(MAKE, {"measures": measures, "first": first, "last": last})
    for name, definition in beside:
        if name in KEPT:
            admin.execute(definition)
    admin.execute("DELETE FROM ledger_cell")
    admin.execute(CELLS)
    admin.execute("VACUUM ANALYZE ledger_fact, ledger_cell")


@dataclass(frozen=True)
class Measured:
    """What dashboards took."""

    waited: list[float]
    """Seconds of each, as somebody waits."""
    worked: float
    """Seconds of a processor that one takes on average, here and in the database."""


def _worked(backend: int) -> float:
    """Return how many seconds processors worked for this process and for its backend, which runs on this machine."""
    times = Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return time.process_time() + sum(map(int, times[11:13])) / os.sysconf("SC_CLK_TCK")


def _measured() -> Measured:
    """Return what dashboards of random units take, after some that warm the cache."""
    chosen = random.Random(SEED)
    known = [one.code for one in indicators() if one.kind is not IndicatorKind.REGISTERED]
    units = [*Unit.objects.filter(kind__in=(Unit.Kind.PROVINCE, Unit.Kind.PREFECTURE)).order_by("pk")]
    period = read_period("2019")
    waited, values, before = [], 0, 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    for number in range(WARM + DASHBOARDS):
        if number == WARM:
            before = _worked(backend)
        unit = chosen.choice(units)
        asked = [(code, Selection(period, unit=unit)) for code in chosen.sample(known, INDICATORS)]
        start = time.perf_counter()
        found = queries.figures_together(asked)
        waited.append(time.perf_counter() - start)
        values += sum(one.has_value for one in found)
    assert values > 0
    return Measured(waited[WARM:], (_worked(backend) - before) / DASHBOARDS)


def _whole() -> float:
    """Return how many seconds the whole programme's dashboard takes, whose distinct counts read every fact of theirs."""
    asked = [(one.code, Selection(read_period("2019"))) for one in indicators()[:INDICATORS]]
    return statistics.median(seconds(partial(queries.figures_together, asked)) for _ in range(3))


def _said(facts: int, one: Measured) -> None:
    centiles = statistics.quantiles(one.waited, n=100)
    half, most, worked, whole = (
        round(each * 1000) for each in (centiles[49], centiles[94], one.worked, _whole())
    )
    print(
        f"{facts:,} facts: p50={half} ms p95={most} ms, {worked} ms of a processor; whole programme {whole} ms;"
        f" load {os.getloadavg()[0]:.1f}"
    )


def run() -> None:
    """Measure and print the percentiles, and the ratio of the processors' time, which a busy machine leaves as it is."""
    with scratch_database("dashboard"):
        house()
        _branches()
        load_all()
        database = str(connection.settings_dict["NAME"])
        owner, _, more = os.environ["DATABASE_OWNER_URL"].partition("?")
        with psycopg.connect(
            f"{owner.rpartition('/')[0]}/{database}{'?' if more else ''}{more}", autocommit=True
        ) as admin:
            _fill(admin, 1, FEW)
            _said(FEW, few := _measured())
            _fill(admin, FEW + 1, MANY)
            _said(MANY, many := _measured())
        print(
            f"dashboard ratio={few.worked / many.worked:.2f} baseline={few.worked:.3f}s ours={many.worked:.3f}s"
        )
