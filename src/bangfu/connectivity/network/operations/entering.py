"""Plain writing functions for records of any kind: entered by COPY, replaced in one statement, locked by key."""

from __future__ import annotations

from typing import TypeVar

import polars
from django.db import connection
from psycopg import errors, sql

from bangfu.connectivity.network.kinds import RecordKind, UnableToReport, kind_of
from bangfu.connectivity.network.models import Reported
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.operations.keys import next_keys
from bangfu.foundation.rooms import both

Record = TypeVar("Record", bound=Reported)


def enter_records(
    kind: RecordKind, rows: polars.DataFrame, *, unit: int, upload: int | None, act: Act
) -> polars.DataFrame:
    """Write new records by COPY and return the rows with ``record``, the key of each.

    Raises: UnableToReport: ``registered_elsewhere``, by somebody else at the same moment.
    """
    inside_operation()
    with connection.cursor() as cursor:
        keys = next_keys(kind.table, rows.height)
        entered = rows.with_columns(record=polars.Series(keys, dtype=polars.Int64))
        columns = entered.select(
            "code",
            "revision",
            *kind.columns,
            id="record",
            place_id="place",
            unit_id=polars.lit(unit),
            upload_id=polars.lit(upload, polars.Int64),
            registered_at=polars.lit(act.at.isoformat()),
            registered_by_id=polars.lit(act.actor.pk),
            withdrawal_reason=polars.lit(""),
            withdrawal_remark=polars.lit(""),
        )
        # An empty text is written "" and a null nothing at all: CSV of COPY tells them apart.
        content = columns.write_csv(include_header=False, quote_style="non_numeric").encode()
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
            sql.Identifier(kind.table), sql.SQL(", ").join(map(sql.Identifier, columns.columns))
        )
        try:
            with cursor.copy(statement) as copy:
                copy.write(content)
        except errors.UniqueViolation as clash:
            raise UnableToReport(
                "registered_elsewhere",
                noun=kind.noun,
                code=rows["code"][0] if rows.height == 1 else "…",
                unit=both("另一单位", "another unit"),
                state=both("刚刚登记", "a moment ago"),
            ) from clash
    return entered


def replace_records(kind: RecordKind, rows: polars.DataFrame, *, upload: int | None) -> None:
    """Write what rows say over the records they name by ``record``, in one statement."""
    inside_operation()
    replaced = {"place_id": "bigint", "upload_id": "bigint", **kind.columns}
    columns = rows.select(
        *kind.columns, id="record", place_id="place", upload_id=polars.lit(upload, polars.Int64)
    )
    fields = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(type_)) for name, type_ in replaced.items()
    )
    changes = sql.SQL(", ").join(sql.SQL("{0} = said.{0}").format(sql.Identifier(name)) for name in replaced)
    statement = sql.SQL(
        "UPDATE {table} SET {changes} FROM jsonb_to_recordset(%s) AS said (id bigint, {fields})"
        " WHERE {table}.id = said.id"
    ).format(table=sql.Identifier(kind.table), changes=changes, fields=fields)
    with connection.cursor() as cursor:
        cursor.execute(statement, [columns.write_json()])


def withdraw_records(kind: RecordKind, records: list[int], reason: str, remark: str, act: Act) -> None:
    """Withdraw records of a kind, by key; whoever calls takes back their facts."""
    inside_operation()
    kind.model._default_manager.filter(pk__in=records, withdrawn_at__isnull=True).update(
        withdrawn_at=act.at, withdrawn_by=act.actor, withdrawal_reason=reason, withdrawal_remark=remark
    )


def record_for_update(record: Record) -> Record:
    """Return the record as it is now, locked until the operation ends."""
    inside_operation()
    model = kind_of(record).model
    return model._default_manager.select_for_update(of=("self",)).select_related("unit").get(pk=record.pk)  # type: ignore[return-value]


def lock_names_of(kind: RecordKind, codes: list[str]) -> list[str]:
    """Return the names under which the codes of a kind are locked."""
    return [f"{kind.code} {code}" for code in codes]
