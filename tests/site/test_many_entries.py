"""The trail stays fast however long it grows: 50,000 entries stand for the million, and a page reads a page of them.

In a database of their own, whose statistics are known: the plan is what is looked at.
"""

from __future__ import annotations

import re

import psycopg
from django.db import connection

from bangfu.foundation.operations import system_writes
from bangfu.site import trail
from bangfu.site.trail import Asked
from tests.cast import enter_cast
from tests.conftest import Server

ROWS = 50_000
ASKED = (
    (Asked(), 51), (Asked(object="network.station:777"), 1), (Asked(actor="weilan"), 51),
    (Asked(actor="chenli"), 0), (Asked(operation="tests.many"), 51), (Asked(operation="tests.rare"), 0),
    (Asked(until="2026-08-01"), 51), (Asked(since="2026-08-01", until="2026-08-01", actor="weilan"), 51),
)  # fmt: skip


def test_a_page_reads_a_page(own_database: str, server: Server) -> None:
    cast = enter_cast()
    with system_writes("many entries"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO operations_auditentry"
            " (operation, actor_id, acted_at, recorded_at, payload_digest, objects_named, scopes)"
            " SELECT 'tests.many', %s, now(), timestamptz '2026-09-01' - n * interval '1 minute', 'd',"
            " ARRAY['network.station:' || n], '[]' FROM generate_series(1, %s) AS n",
            [cast.clerk.pk, ROWS],
        )
    with psycopg.connect(server.owner(str(connection.settings_dict["NAME"])), autocommit=True) as owner:
        owner.execute("ANALYZE operations_auditentry")
    for asked, found in ASKED:
        rows = trail.entries(asked)[:51]
        plan = rows.explain(analyze=True, buffers=True)
        assert len(rows) == found, asked
        read = max(int(pages) for pages in re.findall(r"Buffers: shared hit=(\d+)", plan))
        assert read < 500, f"{asked}\n{plan}"
