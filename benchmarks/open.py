"""Opening a figure's drawer over a million facts, against the bare GROUP BY of the same columns.

Ours is the whole step as a reader gets it: sign-in checked, figure, parts by province, month and unit, note of the block,
page drawn. The baseline is one statement over the same facts, its rows fetched and thrown away. Alternates, so that a
drifting machine treats both alike. Measured 8.6 on two quiet cores. Target: 0.5.
"""

from __future__ import annotations

import os
from datetime import date
from functools import partial

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from bangfu.connectivity.network.measures import STATIONS
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.rollups import roll_up
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import record_type
from benchmarks._scratch import founded, report, scratch_database, seconds
from benchmarks._sizes import sized

FACTS = sized(1_000_000, 20_000)
PARTIES = sized(250_000, 5_000)
ROUNDS = 9
POST = """
INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, identity, party, subject_type, subject_id, happened_on,
                         source_system, source_id)
SELECT %(measure)s, 1, unit.id, place.id, 'B-' || n, md5((n %% %(parties)s)::text)::uuid, %(kind)s, n,
       DATE '2019-01-01' + (n * 7919 %% 365)::integer,
       'bench', 'B-' || n
  FROM generate_series(1, %(facts)s::bigint) n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS at, count(*) OVER () AS of FROM places_place WHERE level = 3) place
    ON place.at = n %% place.of
  JOIN organisation_unit unit ON unit.place_id / 10000000000 = place.id / 10000000000
"""
BARE = """
SELECT place_id / 10000000000, date_trunc('month', happened_on), unit_id, sum(quantity), count(*)
  FROM ledger_fact WHERE measure_id = %s AND happened_on >= '2019-01-01' AND happened_on < '2020-01-01' GROUP BY 1, 2, 3
"""
PLAIN_STATIC = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def house() -> Account:
    """Enter a house with a unit a province, and return an account that may see everything."""
    on = date(2015, 1, 1)
    root, account = founded(on)
    with system_writes("the house of a benchmark"):
        RoleGrant.objects.create(account=account, role="officer", unit=root, starts_on=on)
        for place in Place.objects.filter(level=1).order_by("id"):
            enter_unit(
                code=f"P{place.pk // 10**10}", name_zh=place.name, name_en=place.name, kind=Unit.Kind.PROVINCE,
                parent=root, place=place, starts_on=on,
            )  # fmt: skip
    return account


def post_facts(database: str, facts: int = FACTS) -> None:
    """Post the facts, seal and roll them up, and let the planner know the table, as it would after a night."""
    values: dict[str, int] = {
        "measure": measure_number(STATIONS.code),
        "kind": record_type("network.station").number,
        "facts": facts,
        "parties": PARTIES,
    }
    with system_writes("the facts of a benchmark"), connection.cursor() as cursor:
        cursor.execute(POST, values)
    sealed, rolled = seconds(seal_pending), seconds(roll_up)
    print(f"sealed {facts:,} facts as one block in {sealed:.1f}s, and rolled it up in {rolled:.1f}s")
    owner = os.environ["DATABASE_OWNER_URL"].rpartition("/")[0]
    query = os.environ["DATABASE_OWNER_URL"].partition("?")
    with psycopg.connect(f"{owner}/{database}{query[1]}{query[2]}", autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE ledger_fact, ledger_member, ledger_cell")


def _open(client: Client) -> None:
    page = client.get("/f/network.base_stations/where?period=2019", headers={"HX-Target": "drawer"})
    assert page.status_code == 200
    assert f"{FACTS // 10_000}.00" in page.content.decode()


def _bare(measure: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [measure])
        cursor.fetchall()


def run() -> None:
    """Measure and print the ratio."""
    with scratch_database("open"), override_settings(STORAGES={**settings.STORAGES, **PLAIN_STATIC}):
        client = Client(SERVER_NAME="localhost")
        client.force_login(house(), backend="django.contrib.auth.backends.ModelBackend")
        post_facts(str(connection.settings_dict["NAME"]))
        measure = measure_number(STATIONS.code)
        ours, bare = [], []
        for _ in range(ROUNDS + 1):
            bare.append(seconds(partial(_bare, measure)))
            ours.append(seconds(partial(_open, client)))
        report("open", baseline=bare[1:], ours=ours[1:])
