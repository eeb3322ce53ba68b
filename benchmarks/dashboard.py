"""A dashboard of thirty indicators for any unit over 20 million facts, and what it costs beside 2 million of the same shape.

Ours is what the wall, the reports and the list of figures ask: ``queries.figures_together``, for the units of random
provinces and prefectures; the whole programme's stands beside it, and its cost is part of what is compared. The facts are of
every declared measure, each of somebody among a million parties, in some 560 counties, over a year. They are put in past the
triggers as members of blocks without leaves, and rolled up by the worker's own code: most of them as ``bangfu ledger rollup
--anew`` does it, the last ones block by block as they come in, which says what the worker takes for a fact. Nothing reads
facts but what is in no cell yet. Targets: 150 ms at the 95th percentile once the cache is warm, and a cost that does not grow
with the facts (1).

Before distinct counts were kept, on two quiet cores: 22 ms at the 95th percentile with two million facts, 217 ms with 20
million, and 11 s for the whole programme. Now: 13 ms at the median and 18 ms at the 95th percentile with 20 million, 31 ms for
the whole programme, and no more of a processor than with two million (1.51).
"""

from __future__ import annotations

import os
import random
import statistics
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.rollups import roll_up, roll_up_anew
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
from benchmarks._sizes import sized
from benchmarks.open import house

FEW, MANY = sized(2_000_000, 30_000), sized(20_000_000, 60_000)
INDICATORS = 30
DASHBOARDS = 200
WARM = 40
WHOLE = 5
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
BLOCK = 100_000
"""How many facts a block holds; of those that come in at the end, fewer."""
LAST, LAST_BLOCK = 20_000, 2_000
SEALED = """
WITH entered AS (
    SELECT id, %(before)s + (id - %(first)s) / %(size)s + 1 AS block, (id - %(first)s) %% %(size)s AS position
      FROM ledger_fact WHERE id BETWEEN %(first)s AND %(last)s
), blocks AS (
    INSERT INTO ledger_block (number, fact_count) SELECT block, count(*) FROM entered GROUP BY block
)
INSERT INTO ledger_member (fact_id, block_id, position, secret, leaf) SELECT id, block, position, '', '' FROM entered
"""
TABLES = ("ledger_fact", "ledger_cell", "ledger_partycell", "ledger_plaincount", "ledger_sharedcount")
SIZE = "SELECT pg_total_relation_size(%s::regclass)"
WAITING = "INSERT INTO ledger_unrolled (block_id) VALUES (%s)"
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
    """Put facts and their blocks in without triggers, indexes built afterwards, and roll them up as the worker does."""
    for table in ("ledger_fact", "ledger_member", "ledger_block"):
        admin.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
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
    _seal(admin, last - first + 1 - LAST, BLOCK)
    admin.execute("ANALYZE ledger_fact, ledger_member")
    took = seconds(roll_up_anew)
    slowly = 0.0
    for block in _seal(admin, LAST, LAST_BLOCK):
        admin.execute(WAITING, [block])
        slowly += seconds(roll_up)
    admin.execute(f"VACUUM ANALYZE ledger_member, {', '.join(TABLES)}")
    sizes = ", ".join(
        f"{table.removeprefix('ledger_')} {admin.execute(SIZE, [table]).fetchone()[0] / 2**20:,.0f} MB"  # type: ignore[index]
        for table in TABLES
    )
    print(
        f"rolled up anew in {took:.0f}s; {slowly / LAST * 1e6:.0f} µs a fact in blocks of {LAST_BLOCK:,}; {sizes}"
    )


def _seal(admin: psycopg.Connection, facts: int, size: int) -> list[int]:
    """Make the next facts members of blocks of a size, and return the blocks."""
    row = admin.execute("SELECT coalesce(max(number), 0) FROM ledger_block").fetchone()
    sealed = admin.execute(
        "SELECT coalesce(max(fact_id), (SELECT min(id) - 1 FROM ledger_fact)) FROM ledger_member"
    ).fetchone()
    assert row is not None
    assert sealed is not None
    (before,), first = row, sealed[0] + 1
    admin.execute(SEALED, {"before": before, "first": first, "last": first + facts - 1, "size": size})
    return list(range(before + 1, before + 1 + facts // size))


@dataclass(frozen=True)
class Measured:
    """What dashboards took."""

    waited: list[float]
    """Seconds of each, as somebody waits."""
    worked: float
    """Seconds of a processor that one takes on average, here and in the database."""
    whole: float
    """Seconds of a processor that the whole programme's takes."""
    waited_for_whole: float


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
    worked = (_worked(backend) - before) / DASHBOARDS
    _whole()
    before = _worked(backend)
    waited_for_whole = statistics.median(seconds(_whole) for _ in range(WHOLE))
    return Measured(waited[WARM:], worked, (_worked(backend) - before) / WHOLE, waited_for_whole)


def _whole() -> None:
    """Ask for the whole programme's dashboard."""
    asked = [(one.code, Selection(read_period("2019"))) for one in indicators()[:INDICATORS]]
    assert any(one.has_value for one in queries.figures_together(asked))


def _said(facts: int, one: Measured) -> None:
    centiles = statistics.quantiles(one.waited, n=100)
    half, most, worked, whole, waited = (
        round(each * 1000)
        for each in (centiles[49], centiles[94], one.worked, one.whole, one.waited_for_whole)
    )
    print(
        f"{facts:,} facts: p50={half} ms p95={most} ms, {worked} ms of a processor; whole programme {waited} ms,"
        f" {whole} ms of a processor; load {os.getloadavg()[0]:.1f}"
    )


def run() -> None:
    """Measure and print the percentiles, and the ratio of the processors' time, a unit's and the whole's together, which a
    busy machine leaves as it is."""
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
        before, ours = few.worked + few.whole, many.worked + many.whole
        print(f"dashboard ratio={before / ours:.2f} baseline={before:.3f}s ours={ours:.3f}s")
