"""A figure with all its parts read from cells over a million facts, against the bare GROUP BY of the facts.

Ours is the value, its parts by province, month and unit, and what is not rolled up yet, in one statement. How long it
took to roll the million up is printed beside it. Measured 15 on two quiet cores. Target: 10.
"""

from __future__ import annotations

from functools import partial

from django.db import connection

from bangfu.connectivity.network.measures import STATIONS
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.rollups import roll_up_anew
from bangfu.reporting import queries
from bangfu.reporting.indicators import load_all
from bangfu.reporting.selection import read_selection
from benchmarks._scratch import report, scratch_database, seconds
from benchmarks.open import BARE, FACTS, house, post_facts

ROUNDS = 9


def _opened() -> None:
    found = queries.opened("network.base_stations", read_selection({"period": "2019"}))
    assert found.figure.value == FACTS


def _bare(measure: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [measure])
        cursor.fetchall()


def run() -> None:
    """Measure and print the ratio."""
    with scratch_database("rollup"):
        house()
        load_all()
        post_facts(str(connection.settings_dict["NAME"]))
        print(f"rolled up anew {FACTS:,} facts in {seconds(roll_up_anew):.1f}s")
        measure = measure_number(STATIONS.code)
        ours, bare = [], []
        for _ in range(ROUNDS + 1):
            bare.append(seconds(partial(_bare, measure)))
            ours.append(seconds(_opened))
        report("rollup", baseline=bare[1:], ours=ours[1:])
