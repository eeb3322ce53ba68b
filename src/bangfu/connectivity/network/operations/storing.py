"""Plain writing functions that the room's operations share: locks of codes, sites, stations by COPY."""

from __future__ import annotations

import io
from zlib import crc32

import polars
from django.db import connection
from psycopg import errors, sql

from bangfu.connectivity.network.models import STATION_DATES, Station
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.connectivity.network.rules import UnableToRegister
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.operations.keys import next_keys
from bangfu.foundation.places.codes import SIZE_OF_LEVEL
from bangfu.foundation.rooms import both

COUNTY = SIZE_OF_LEVEL[3]
CODE_LOCKS = 0x6E65_7477
BUCKETS = 64
"""Codes share so many locks, so that a sheet of any length takes no more of the server's lock table."""
FILLS_ALL_BUCKETS = 1_000
"""So many codes fall into every bucket as good as surely: all are taken without looking."""

STORED = (
    "id", "code", "revision", "site_id", "unit_id", "place_id", "technology", "band", "builder", "sharer",
    *STATION_DATES, "upload_id", "registered_at", "registered_by_id", "withdrawal_reason", "withdrawal_remark",
)  # fmt: skip

REPLACED = ("site_id", "place_id", "technology", "band", "builder", "sharer", *STATION_DATES, "upload_id")


def lock_codes(stations: list[str], sites: list[str] | None = None) -> None:
    """Take the locks of station and site codes, in order; whoever registers one of them meanwhile waits."""
    lock_names([*(f"station {code}" for code in stations), *(f"site {code}" for code in sites or [] if code)])


def lock_names(named: list[str]) -> None:
    """Take the locks of names, in order; whoever takes one of them meanwhile waits."""
    inside_operation()
    buckets = (
        sorted({crc32(name.encode()) % BUCKETS for name in named})
        if len(named) < FILLS_ALL_BUCKETS
        else list(range(BUCKETS))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket", [CODE_LOCKS, buckets]
        )


def with_sites(rows: polars.DataFrame) -> polars.DataFrame:
    """Enter the sites that are not registered, move those that only one station stands on, add ``site_id``."""
    inside_operation()
    sites = rows.group_by("site_code").agg(
        polars.col("site_name").filter(polars.col("site_name") != "").first().fill_null(""),
        (polars.col("place").first() // COUNTY * COUNTY).alias("place"),
    ).sort("site_code")  # fmt: skip
    lists = [sites[name].to_list() for name in ("site_code", "site_name", "place")]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO network_site (code, name, place_id)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[]) ON CONFLICT (code) DO NOTHING",
            lists,
        )
        cursor.execute(
            "UPDATE network_site site SET place_id = said.place"
            " FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS said (code, name, place)"
            " WHERE site.code = said.code AND site.place_id <> said.place",
            lists,
        )
        cursor.execute("SELECT code, id FROM network_site WHERE code = ANY(%s)", [lists[0]])
        known = polars.DataFrame(
            cursor.fetchall(), schema={"site_code": polars.String, "site_id": polars.Int64}, orient="row"
        )
    return rows.join(known, on="site_code", how="left", maintain_order="left")


def enter_stations(rows: polars.DataFrame, *, unit: int, upload: int | None, act: Act) -> polars.DataFrame:
    """Write new stations by COPY and return the rows with ``station``, the key of each.

    Raises: UnableToRegister: ``registered_elsewhere``, by somebody else at the same moment.
    """
    inside_operation()
    with connection.cursor() as cursor:
        keys = next_keys("network_station", rows.height)
        entered = rows.with_columns(station=polars.Series(keys, dtype=polars.Int64))
        columns = entered.select(
            polars.col("station").alias("id"),
            polars.col("station_code").alias("code"),
            "revision",
            "site_id",
            polars.lit(unit).alias("unit_id"),
            polars.col("place").alias("place_id"),
            "technology",
            "band",
            "builder",
            "sharer",
            *STATION_DATES,
            polars.lit(upload, polars.Int64).alias("upload_id"),
            polars.lit(act.at.isoformat()).alias("registered_at"),
            polars.lit(act.actor.pk).alias("registered_by_id"),
            polars.lit("").alias("withdrawal_reason"),
            polars.lit("").alias("withdrawal_remark"),
        ).select(STORED)
        # An empty text is written "" and a null nothing at all: CSV of COPY tells them apart.
        content = io.BytesIO()
        columns.write_csv(content, include_header=False, quote_style="non_numeric")
        statement = sql.SQL("COPY network_station ({}) FROM STDIN (FORMAT csv)").format(
            sql.SQL(", ").join(map(sql.Identifier, STORED))
        )
        try:
            with cursor.copy(statement) as copy:
                copy.write(content.getbuffer())
        except errors.UniqueViolation as clash:
            raise _registered_meanwhile(rows["station_code"].to_list()) from clash
    return entered


def _registered_meanwhile(codes: list[str]) -> UnableToRegister:
    """Return the refusal of codes of which somebody registered one since they were looked up."""
    return UnableToRegister(
        "registered_elsewhere",
        code=codes[0] if len(codes) == 1 else "…",
        unit=both("另一单位", "another unit"),
        state=both("刚刚登记", "a moment ago"),
    )


def replace_stations(rows: polars.DataFrame, *, upload: int | None) -> None:
    """Write what rows say over the stations they name by ``station``, in one statement."""
    inside_operation()
    kinds = {"site_id": "bigint", "place_id": "bigint", "upload_id": "bigint"}
    kinds |= dict.fromkeys(STATION_DATES, "date")
    columns = rows.select(
        polars.col("station").alias("id"),
        "site_id",
        polars.col("place").alias("place_id"),
        "technology",
        "band",
        "builder",
        "sharer",
        *STATION_DATES,
        polars.lit(upload, polars.Int64).alias("upload_id"),
    )
    fields = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kinds.get(name, "text"))) for name in REPLACED
    )
    changes = sql.SQL(", ").join(sql.SQL("{0} = said.{0}").format(sql.Identifier(name)) for name in REPLACED)
    statement = sql.SQL(
        "UPDATE network_station SET {} FROM jsonb_to_recordset(%s) AS said (id bigint, {})"
        " WHERE network_station.id = said.id"
    ).format(changes, fields)
    with connection.cursor() as cursor:
        cursor.execute(statement, [columns.write_json()])


def lock_codes_of(upload: Upload) -> None:
    """Take the locks of the codes that an upload brought."""
    lock_codes(list(Station.objects.filter(upload=upload).values_list("code", flat=True)))


def withdraw_stations(stations: list[int], reason: str, remark: str, act: Act) -> None:
    """Withdraw stations, by key; whoever calls takes back their facts."""
    inside_operation()
    Station.objects.filter(pk__in=stations, withdrawn_at__isnull=True).update(
        withdrawn_at=act.at, withdrawn_by=act.actor, withdrawal_reason=reason, withdrawal_remark=remark
    )


def station_for_update(station: Station) -> Station:
    """Return the station as it is now, locked until the operation ends."""
    inside_operation()
    return Station.objects.select_for_update(of=("self",)).select_related("unit", "site").get(pk=station.pk)


def standing_facts_of(station: Station) -> list[Fact]:
    """Return the facts that count the station and are not taken back."""
    facts = list(facts_of(RECORD_TYPE, station.pk))
    taken_back = {fact.reverses_id for fact in facts}
    return [fact for fact in facts if fact.reverses_id is None and fact.pk not in taken_back]
