"""Plain writing functions that the room's operations share: locks of places, pairings by COPY, their facts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars
from django.db import DatabaseError, connection
from psycopg import errors, sql

from bangfu.coordination.pairing import measures
from bangfu.coordination.pairing.models import COUNTY_SIZE, LOCAL_KINDS, Pairing, PairingKind
from bangfu.coordination.pairing.register import RECORD_TYPE
from bangfu.coordination.pairing.rules import UnableToPair
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.rooms import record_type

PLACE_LOCKS = 0x7061_6972
BUCKETS = 64
"""Places share so many locks, so that a sheet of any length takes no more of the server's lock table."""

SAID = (
    "unit_id", "place_id", "kind", "role", "level", "assigned_by", "document", "leader_post", "starts_on", "ends_on",
    "agreed_until", "upload_id",
)  # fmt: skip
STORED = (
    "id", *SAID, "end_document", "revision", "registered_at", "registered_by_id", "withdrawal_reason",
    "withdrawal_remark",
)  # fmt: skip
_TYPES = {
    "unit_id": "bigint", "place_id": "bigint", "upload_id": "bigint", "starts_on": "date", "ends_on": "date",
    "agreed_until": "date",
}  # fmt: skip


def lock_places(places: list[int]) -> None:
    """Take the locks of places, in order; whoever pairs one of them meanwhile waits."""
    inside_operation()
    buckets = sorted({place % BUCKETS for place in places})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket",
            [PLACE_LOCKS, buckets],
        )


_OVERLAPS = (errors.ExclusionViolation, errors.DeadlockDetected)


@contextmanager
def no_overlap() -> Iterator[None]:
    """Turn the database's answer to an overlapping pairing into a refusal.

    Two that write at the same moment may wait for each other's row: then the database ends one of them as a deadlock.

    Raises: UnableToPair: ``paired_meanwhile``.
    """
    try:
        yield
    except _OVERLAPS as clash:  # the driver's own: Django does not translate what COPY raises
        raise UnableToPair("paired_meanwhile") from clash
    except DatabaseError as clash:
        if isinstance(clash.__cause__, _OVERLAPS):
            raise UnableToPair("paired_meanwhile") from clash
        raise


def _columns(rows: polars.DataFrame, upload: int | None) -> list[Any]:
    return [
        polars.col("unit").alias("unit_id"),
        polars.col("place").alias("place_id"),
        *(name for name in SAID[2:-1]),
        polars.lit(upload, polars.Int64).alias("upload_id"),
    ]


def enter_pairings(rows: polars.DataFrame, *, upload: int | None, act: Act) -> polars.DataFrame:
    """Write new pairings by COPY and return the rows with ``pairing``, the key of each.

    Raises: UnableToPair: ``paired_meanwhile``, by somebody else at the same moment.
    """
    inside_operation()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('pairing_pairing', 'id')) FROM generate_series(1, %s)",
            [rows.height],
        )
        keys = polars.Series([key for (key,) in cursor.fetchall()], dtype=polars.Int64)
        entered = rows.with_columns(pairing=keys)
        content = (
            entered.select(
                polars.col("pairing").alias("id"),
                *_columns(entered, upload),
                end_document=polars.lit(""),
                revision=polars.lit(1),
                registered_at=polars.lit(act.at.isoformat()),
                registered_by_id=polars.lit(act.actor.pk),
                withdrawal_reason=polars.lit(""),
                withdrawal_remark=polars.lit(""),
            )
            .select(STORED)
            # An empty text is written "" and a null nothing at all: CSV of COPY tells them apart.
            .write_csv(include_header=False, quote_style="non_numeric")
            .encode()
        )
        statement = sql.SQL("COPY pairing_pairing ({}) FROM STDIN (FORMAT csv)").format(
            sql.SQL(", ").join(map(sql.Identifier, STORED))
        )
        with no_overlap(), cursor.copy(statement) as copy:
            copy.write(content)
    return entered


def replace_pairings(rows: polars.DataFrame, *, upload: int | None) -> None:
    """Write what rows say over the pairings they name by ``pairing``, in one statement.

    Raises: UnableToPair: ``paired_meanwhile``.
    """
    inside_operation()
    said = rows.select(polars.col("pairing").alias("id"), *_columns(rows, upload))
    fields = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_TYPES.get(name, "text"))) for name in SAID
    )
    changes = sql.SQL(", ").join(sql.SQL("{0} = said.{0}").format(sql.Identifier(name)) for name in SAID)
    statement = sql.SQL(
        "UPDATE pairing_pairing SET {} FROM jsonb_to_recordset(%s) AS said (id bigint, {})"
        " WHERE pairing_pairing.id = said.id"
    ).format(changes, fields)
    with connection.cursor() as cursor, no_overlap():
        cursor.execute(statement, [said.write_json()])


def pairing_for_update(pairing: Pairing) -> Pairing:
    """Return the pairing as it is now, locked until the operation ends."""
    inside_operation()
    return Pairing.objects.select_for_update(of=("self",)).select_related("unit", "place").get(pk=pairing.pk)


def standing_facts_of(pairing: Pairing) -> list[int]:
    """Return the keys of the facts that count the pairing's start or end and are not taken back."""
    facts: list[Fact] = list(facts_of(RECORD_TYPE, pairing.pk))
    taken_back = {fact.reverses_id for fact in facts}
    return [fact.pk for fact in facts if fact.reverses_id is None and fact.pk not in taken_back]


def count_pairings(keys: list[int], *, act: Act) -> None:
    """Post what verified pairings count: one up on the day each starts, one down on the day it ended.

    What was posted before, the start of a pairing whose end is now verified, is not posted twice.

    Posts: ``pairing.units``, ``pairing.villages``, ``pairing.counties``, ``pairing.designated_counties`` and
        ``pairing.aided_counties``, as each pairing's kind says.
    """
    inside_operation()
    kind = record_type("pairing.pairing")
    for measure, facts in facts_of_pairings(_as_rows(keys)):
        if facts.height:
            posted = facts.with_columns(
                subject="pairing", source_id=polars.concat_str(polars.col("pairing"), "part", separator=" ")
            ).drop("pairing", "part")
            post_many(measure, posted, record_type=kind, system=measures.SOURCE_SYSTEM, act=act)
    Pairing.objects.filter(pk__in=keys, confirmed_at__isnull=True).update(confirmed_at=act.at)


def _as_rows(keys: list[int]) -> polars.DataFrame:
    schema = {
        "pairing": polars.Int64, "unit": polars.Int64, "place": polars.Int64, "kind": polars.String,
        "starts_on": polars.Date, "ends_on": polars.Date, "revision": polars.Int16,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, unit_id, place_id, kind, starts_on, ends_on, revision FROM pairing_pairing"
            " WHERE id = ANY(%s) ORDER BY id",
            [keys],
        )
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def facts_of_pairings(pairings: polars.DataFrame) -> Iterator[tuple[Measure, polars.DataFrame]]:
    """Yield each measure with the facts by which pairings are counted in it: one up when each starts, one down when it ended.

    ``part`` tells the two apart.

    Args:
        pairings: ``pairing`` (the key), ``unit``, ``place``, ``kind``, ``starts_on``, ``ends_on``, and ``revision`` if the
            facts are to have it.
    """
    col = polars.col
    rows = _with_parties(pairings)
    deltas = polars.concat(
        [
            rows.select("*", quantity=polars.lit(1), on="starts_on", part=polars.lit("start")),
            rows.filter(col("ends_on").is_not_null()).select(
                "*", quantity=polars.lit(-1), on="ends_on", part=polars.lit("end")
            ),
        ]
    )
    local = col("kind").is_in([kind.value for kind in LOCAL_KINDS])
    posted: tuple[tuple[Measure, polars.Expr, str, str], ...] = (
        (measures.UNITS, local, "place", "party_unit"),
        (measures.VILLAGES, col("kind") == PairingKind.VILLAGE, "place", "party_place"),
        (measures.COUNTIES, local, "county", "party_county"),
        (measures.DESIGNATED, col("kind") == PairingKind.DESIGNATED, "county", "party_county"),
        (measures.AIDED, col("kind") == PairingKind.AID, "county", "party_county"),
    )
    kept = [
        "quantity",
        "unit",
        "on",
        "pairing",
        "part",
        *(["revision"] if "revision" in pairings.columns else []),
    ]
    for measure, counted, place, party in posted:
        yield measure, deltas.filter(counted).select(*kept, place=place, party=party)


def _with_parties(pairings: polars.DataFrame) -> polars.DataFrame:
    rows = pairings.with_columns(county=polars.col("place") // COUNTY_SIZE * COUNTY_SIZE)
    parties = {
        "unit": ("party_unit", measures.party_of_unit),
        "place": ("party_place", measures.party_of_place),
        "county": ("party_county", measures.party_of_place),
    }
    for column, (party, party_of) in parties.items():
        ids = {number: str(party_of(number)) for number in rows[column].unique()}
        rows = rows.with_columns(
            polars.col(column).replace_strict(ids, return_dtype=polars.String).alias(party)
        )
    return rows
