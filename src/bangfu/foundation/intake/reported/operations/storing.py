"""Plain writing functions that the operations share: locks of references, records by COPY."""

from __future__ import annotations

import io
from zlib import crc32

import polars
from django.db import connection
from psycopg import errors, sql

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach_many
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.intake.models import ReportedRecord, Upload
from bangfu.foundation.intake.reported.reportable import (
    RECORD_TYPE,
    reportable_measure,
    reporting_permission,
)
from bangfu.foundation.intake.reported.rules import UnableToReport
from bangfu.foundation.ledger.measures import Evidence, Measure
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.operations import Act, Scope, inside_operation, require
from bangfu.foundation.operations.keys import next_keys
from bangfu.foundation.rooms import both, record_type

REFERENCE_LOCKS = 0x7265_706F
BUCKETS = 64
"""References share so many locks, so that a sheet of any length takes no more of the server's lock table."""

STORED = (
    "id", "measure", "reference", "revision", "unit_id", "place_id", "line_id", "happened_on", "quantity", "party",
    "title", "remark", "upload_id", "registered_at", "registered_by_id", "withdrawal_reason", "withdrawal_remark",
)  # fmt: skip

REPLACED = {
    "place_id": "bigint",
    "line_id": "smallint",
    "happened_on": "date",
    "quantity": "numeric",
    "party": "uuid",
    "title": "text",
    "remark": "text",
    "upload_id": "bigint",
}
"""The columns that a revision may change, with their types."""


def require_reporting(measure: Measure, scope: Scope, *, act: Act) -> None:
    """Refuse unless the actor may report what this measure's room counts.

    Raises: NotPermitted: ``out_of_scope``.
    """
    require(act, reporting_permission(measure), scope)


def lock_references(measure: Measure, references: list[str]) -> None:
    """Take the locks of a measure's references, in order; whoever registers one of them meanwhile waits."""
    inside_operation()
    buckets = sorted({crc32(f"{measure.code} {reference}".encode()) % BUCKETS for reference in references})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, bucket) FROM unnest(%s::int[]) AS bucket",
            [REFERENCE_LOCKS, buckets],
        )


def enter_records(
    rows: polars.DataFrame, *, measure: Measure, unit: int, upload: int | None, act: Act
) -> polars.DataFrame:
    """Write new records by COPY and return the rows with ``record``, the key of each.

    Raises: UnableToReport: ``registered_elsewhere``, by somebody else at the same moment.
    """
    inside_operation()
    with connection.cursor() as cursor:
        keys = next_keys("intake_reportedrecord", rows.height)
        entered = rows.with_columns(record=polars.Series(keys, dtype=polars.Int64))
        columns = entered.with_columns(
            polars.col("record").alias("id"),
            polars.col("place").alias("place_id"),
            polars.col("line").alias("line_id"),
            polars.lit(measure.code).alias("measure"),
            polars.lit(unit).alias("unit_id"),
            polars.lit(upload, polars.Int64).alias("upload_id"),
            polars.lit(act.at.isoformat()).alias("registered_at"),
            polars.lit(act.actor.pk).alias("registered_by_id"),
            polars.lit("").alias("withdrawal_reason"),
            polars.lit("").alias("withdrawal_remark"),
        ).select(STORED)
        # An empty text is written "" and a null nothing at all: CSV of COPY tells them apart.
        content = io.BytesIO()
        columns.write_csv(content, include_header=False, quote_style="non_numeric")
        statement = sql.SQL("COPY intake_reportedrecord ({}) FROM STDIN (FORMAT csv)").format(
            sql.SQL(", ").join(map(sql.Identifier, STORED))
        )
        try:
            with cursor.copy(statement) as copy:
                copy.write(content.getbuffer())
        except errors.UniqueViolation as clash:
            raise UnableToReport(
                "registered_elsewhere",
                reference=rows["reference"][0] if rows.height == 1 else "…",
                unit=both("另一单位", "another unit"),
                state=both("刚刚登记", "a moment ago"),
            ) from clash
    return entered


def replace_records(rows: polars.DataFrame, *, upload: int | None) -> None:
    """Write what rows say over the records they name by ``record``, in one statement."""
    inside_operation()
    columns = rows.select(
        polars.col("record").alias("id"),
        polars.col("place").alias("place_id"),
        polars.col("line").alias("line_id"),
        "happened_on",
        "quantity",
        "party",
        "title",
        "remark",
        polars.lit(upload, polars.Int64).alias("upload_id"),
    )
    fields = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in REPLACED.items()
    )
    changes = sql.SQL(", ").join(sql.SQL("{0} = said.{0}").format(sql.Identifier(name)) for name in REPLACED)
    statement = sql.SQL(
        "UPDATE intake_reportedrecord SET {} FROM jsonb_to_recordset(%s) AS said (id bigint, {})"
        " WHERE intake_reportedrecord.id = said.id"
    ).format(changes, fields)
    with connection.cursor() as cursor:
        cursor.execute(statement, [columns.write_json()])


def lock_references_of(upload: Upload) -> None:
    """Take the locks of the references that an upload brought."""
    references = ReportedRecord.objects.filter(upload=upload).values_list("reference", flat=True)
    lock_references(reportable_measure(upload.layout), list(references))


def withdraw_records(records: list[int], reason: str, remark: str, act: Act) -> None:
    """Withdraw records, by key; whoever calls takes back their facts."""
    inside_operation()
    ReportedRecord.objects.filter(pk__in=records, withdrawn_at__isnull=True).update(
        withdrawn_at=act.at, withdrawn_by=act.actor, withdrawal_reason=reason, withdrawal_remark=remark
    )


def attach_digests(files: polars.DataFrame, *, act: Act) -> None:
    """Hang kept files on records: pictures as photographs, sheets as spreadsheets, all else as documents.

    ``files`` has ``record``, ``digest``, ``name`` and perhaps the same file twice on a record.
    """
    inside_operation()
    if files.is_empty():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, media_type FROM evidence_evidencefile WHERE digest = ANY(%s)",
            [files["digest"].unique().to_list()],
        )
        schema = {"digest": polars.String, "media_type": polars.String}
        known = polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    media = polars.col("media_type")
    kinds = (
        polars.when(media.str.starts_with("image/"))
        .then(polars.lit(EvidenceKind.PHOTO.value))
        .when(media.str.contains("spreadsheet") | (media == "text/csv"))
        .then(polars.lit(EvidenceKind.SHEET.value))
        .otherwise(polars.lit(EvidenceKind.DOCUMENT.value))
    )
    rows = files.unique(["record", "digest"], maintain_order=True).join(known, on="digest")
    attach_many(rows.with_columns(kind=kinds), record_type=record_type("intake.reported_record"), act=act)


def without_evidence(measure: Measure, records: list[int]) -> list[int]:
    """Return those of a measure's records that need evidence and have none, in order."""
    if measure.evidence is not Evidence.REQUIRED:
        return []
    return sorted(set(records) - has_evidence(RECORD_TYPE, records))


def record_for_update(record: ReportedRecord) -> ReportedRecord:
    """Return the record as it is now, locked until the operation ends."""
    inside_operation()
    found = ReportedRecord.objects.select_for_update(of=("self",)).select_related("unit", "place")
    return found.get(pk=record.pk)


def standing_facts_of(record: ReportedRecord) -> list[Fact]:
    """Return the facts that count the record and are not taken back."""
    facts = list(facts_of(RECORD_TYPE, record.pk))
    taken_back = {fact.reverses_id for fact in facts}
    return [fact for fact in facts if fact.reverses_id is None and fact.pk not in taken_back]
