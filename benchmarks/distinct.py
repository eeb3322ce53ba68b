"""Opening a distinct count's drawer over a million facts of 250,000 parties, against the bare COUNT(DISTINCT).

Ours is the whole step: the count, and its parts by province, month and unit, each counted by itself since they do not add
up. The baseline is the one number. Measured 0.06 with 200,000 facts of 50,000 parties on a busy machine. Target: 0.05.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from bangfu.connectivity.network.measures import STATIONS
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.rooms import RoomDeclaration, Wing, both
from bangfu.foundation.rooms.register import enter
from bangfu.reporting.indicators import load_all
from benchmarks._scratch import report, scratch_database, seconds
from benchmarks.open import PARTIES, PLAIN_STATIC, house, post_facts

ROUNDS = 5
FILE = """
code = "bench.parties"
number = 4095
version = 1
valid_from = 2015-01-01
kind = "distinct"
measure = "network.base_stations"
title = { zh = "对象", en = "Parties" }
unit = { zh = "个", en = "parties" }
display = { scale = "1", decimals = 0, rounding = "half_up" }
scope_note = { zh = "基准。", en = "A benchmark." }
"""
BARE = """
SELECT count(DISTINCT party) FROM ledger_fact
 WHERE measure_id = %s AND happened_on >= '2019-01-01' AND happened_on < '2020-01-01'
"""


def _open(client: Client) -> None:
    page = client.get("/f/bench.parties/where?period=2019", headers={"HX-Target": "drawer"})
    assert page.status_code == 200
    assert f"{PARTIES}<small>" in page.content.decode()


def _bare(measure: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [measure])
        cursor.fetchall()


def run() -> None:
    """Measure and print the ratio."""
    with (
        tempfile.TemporaryDirectory() as folder,
        scratch_database("distinct"),
        override_settings(STORAGES={**settings.STORAGES, **PLAIN_STATIC}),
    ):
        Path(folder, "parties.toml").write_text(FILE, encoding="utf-8")
        title = both("基准", "Bench")
        enter(
            RoomDeclaration(
                code="bench", wing=Wing.FOUNDATION, title=title, icon="chart", about=title, indicators=Path(folder)
            )
        )  # fmt: skip
        load_all()
        client = Client(SERVER_NAME="localhost")
        client.force_login(house(), backend="django.contrib.auth.backends.ModelBackend")
        post_facts(str(connection.settings_dict["NAME"]))
        measure = measure_number(STATIONS.code)
        ours, bare = [], []
        for _ in range(ROUNDS + 1):
            bare.append(seconds(partial(_bare, measure)))
            ours.append(seconds(partial(_open, client)))
        report("distinct", baseline=bare[1:], ours=ours[1:])
