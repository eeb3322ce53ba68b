"""What the map draws from, over a million facts, against the bare GROUP BY of the same columns.

Ours is the whole answer as a browser gets it: sign-in checked, values of every county in each month of a year, one set of
classes, texts and names as JSON. The baseline is one statement over the same facts, its rows fetched and thrown away.
Alternates, so that a drifting machine treats both alike. Target: 0.3.
"""

from __future__ import annotations

import json
from functools import partial

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from bangfu.connectivity.network.measures import STATIONS
from bangfu.foundation.ledger.catalogue import measure_number
from benchmarks._scratch import report, scratch_database, seconds
from benchmarks.open import FACTS, PLAIN_STATIC, house, post_facts

ROUNDS = 7
ADDRESS = "/map/values.json?indicator=network.base_stations&period=2019-12&level=3"
BARE = """
SELECT place_id / 1000000, date_trunc('month', happened_on), sum(quantity), count(*)
  FROM ledger_fact WHERE measure_id = %s AND happened_on >= '2019-01-01' AND happened_on < '2020-01-01' GROUP BY 1, 2
"""


def _draw(client: Client) -> None:
    told = json.loads(client.get(ADDRESS).content)
    assert len(told["sheet"]["stops"]) == 12
    months = [
        sum(int(text.replace("\u202f", "")) for text in stop["text"]) for stop in told["sheet"]["stops"]
    ]
    assert 0 < sum(months) <= FACTS


def _bare(measure: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [measure])
        cursor.fetchall()


def run() -> None:
    """Measure and print the ratio."""
    with scratch_database("map"), override_settings(STORAGES={**settings.STORAGES, **PLAIN_STATIC}):
        client = Client(SERVER_NAME="localhost")
        client.force_login(house(), backend="django.contrib.auth.backends.ModelBackend")
        post_facts(str(connection.settings_dict["NAME"]))
        measure = measure_number(STATIONS.code)
        ours, bare = [], []
        for _ in range(ROUNDS + 1):
            bare.append(seconds(partial(_bare, measure)))
            ours.append(seconds(partial(_draw, client)))
        report("map", baseline=bare[1:], ours=ours[1:])
