"""Bulk posting of 100,000 facts with every check, against bare COPY of the same rows into the same table.

Both write into the same database, with its indexes, constraints and triggers; the bare COPY is given finished columns
and checks nothing beforehand. Alternates, so that a drifting machine treats both alike. Target: 0.5.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import polars
from django.db import connection, transaction

from bangfu.connectivity.network.measures import STATIONS
from bangfu.foundation.ledger import operations as ledger
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.operations import Act, Scope, operation
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both, record_type
from bangfu.foundation.rooms.register import enter
from benchmarks._scratch import founded, report, scratch_database, seconds

ROWS = 100_000
ROUNDS = 5
BENCH = RoomDeclaration(
    code="bench", wing=Wing.FOUNDATION, title=both("基准", "Bench"), icon="chart", about=both("基准", "Bench"),
    roles=(RoleDeclaration("administrator", both("管理员", "Administrator"), frozenset({"bench.posting"})),),
)  # fmt: skip
COLUMNS = "measure_id, quantity, unit_id, place_id, identity, subject_type, subject_id, happened_on, source_system, source_id"


@operation("bench.posting", scope=lambda **_: Scope())
def post_rows(*, frame: polars.DataFrame, act: Act) -> ledger.PostedFacts:
    """Post a frame in one operation, as a room does."""
    return ledger.post_many(
        STATIONS, frame, record_type=record_type("network.station"), system="bench", act=act
    )


def fact_rows(turn: str, unit: int, places: list[int], *, count: int = ROWS) -> polars.DataFrame:
    """Return facts to post, with things and sources named after the turn."""
    first = date(2019, 1, 1)
    return polars.DataFrame(
        {
            "quantity": [Decimal(1)] * count,
            "unit": [unit] * count,
            "place": [places[n % len(places)] for n in range(count)],
            "on": [first + timedelta(days=n % 365) for n in range(count)],
            "subject": range(count),
            "source_id": [f"{turn}-{n:06}" for n in range(count)],
            "identity": [f"{turn}-{n:06}" for n in range(count)],
        }
    )


def _bare(rows: polars.DataFrame) -> None:
    content = rows.select(
        polars.lit(measure_number(STATIONS.code)).alias("measure"), "quantity", "unit", "place", "identity",
        polars.lit(1).alias("kind"), "subject", "on", polars.lit("bare").alias("system"), "source_id",
    ).write_csv(include_header=False)  # fmt: skip
    statement = f"COPY ledger_fact ({COLUMNS}) FROM STDIN (FORMAT csv)"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(content)


def run() -> None:
    """Measure and print the ratio."""
    enter(BENCH)
    with scratch_database("posting"):
        root, account = founded(date(2015, 1, 1))
        places = list(Place.objects.filter(level=3).values_list("pk", flat=True))
        ours, bare = [], []
        for turn in range(ROUNDS + 1):
            mine, theirs = fact_rows(f"a{turn}", root.pk, places), fact_rows(f"b{turn}", root.pk, places)
            bare.append(seconds(partial(_bare, theirs)))
            ours.append(seconds(partial(post_rows, frame=mine, act=Act.now(account))))
        report("posting", baseline=bare[1:], ours=ours[1:])
