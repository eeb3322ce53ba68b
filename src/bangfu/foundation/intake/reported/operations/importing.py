"""A unit's spreadsheet for a measure becomes records that wait for review on one paper."""

from __future__ import annotations

from dataclasses import dataclass

import polars
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.intake.reported.operations import storing
from bangfu.foundation.intake.reported.operations.correcting import correct_records
from bangfu.foundation.intake.reported.reportable import reportable_measure
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.operations import Act, inside_operation, operation, require, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import record_type


@dataclass(frozen=True)
class TakenIn:
    """What became of rows that passed their checks."""

    records: list[int]
    """Keys of the records that were entered or changed, in the order of the rows: changed ones first."""
    corrected: list[int]
    """Those of them that counted."""
    new: int
    changed: int


def take_in(rows: polars.DataFrame, *, measure: Measure, unit: Unit, upload: int | None, act: Act) -> TakenIn:
    """Enter the new rows of a measure, write changed ones over what drafts, returned and counted records said, with evidence.

    The references are locked already; nothing is submitted yet. Rows that say what is registered are left alone.

    Args: ``rows``: ``CheckedRows.frame`` of the measure's own layout.
    Raises: NotPermitted: rows correct what is counted and the actor may not; UnableToReport: ``registered_elsewhere``.
    Posts: the reversals of counted records that rows correct.
    """
    inside_operation()
    rows = rows.filter(polars.col("standing") != "same")
    changed = rows.filter(polars.col("standing") == "changed")
    counted = changed.filter("counted")
    if counted.height:
        require(act, "intake.correct_reported", unit.scope)
        correct_records(counted, act=act)
    if changed.height:
        storing.replace_records(changed, upload=upload)
    new = rows.filter(polars.col("standing") == "new")
    entered = storing.enter_records(new, measure=measure, unit=unit.pk, upload=upload, act=act)
    written = polars.concat([changed, entered])
    files = written.filter(polars.col("evidence_digest").is_not_null())
    storing.attach_digests(files.select("record", digest="evidence_digest", name="evidence"), act=act)
    return TakenIn(written["record"].to_list(), counted["record"].to_list(), entered.height, changed.height)


@operation("intake.import_reported", scope=scope_of("upload"))
def import_reported(*, upload: Upload, act: Act) -> Batch:
    """Register every new row of a sheet for its measure, replace what drafts and returned ones said, correct what counted
    ones said, and submit them.

    Rows that say what is registered already are left alone. All or nothing.

    Raises: NotPermitted: also without the permission to report the measure's room, or to correct what is counted;
        UnknownMeasure: the sheet is of no reported measure; UnableToImport: rows are refused, nothing is new, or the sheet
        was imported before; UnableToReport: ``registered_elsewhere``, at the same moment. Nothing was written.
    Posts: the reversals of counted records that rows correct; their next revisions are counted once they are verified.
    Locks: the references, then the upload.
    """
    measure = reportable_measure(upload.layout)
    storing.require_reporting(measure, upload.scope, act=act)
    storing.lock_references(measure, read_rows(upload)["reference"].drop_nulls().to_list())
    checked = intake.rows_to_import(upload, act=act)
    taken = take_in(checked.frame, measure=measure, unit=upload.unit, upload=upload.pk, act=act)
    batch = submit_many(
        taken.records,
        record_type=record_type("intake.reported_record"),
        unit=upload.unit,
        title=upload.name,
        corrected=taken.corrected,
        act=act,
    )
    outcome = {
        "new": taken.new,
        "changed": taken.changed,
        "corrected": len(taken.corrected),
        "same": checked.frame.height - len(taken.records),
        "batch": batch.pk,
        "address": reverse("review:paper", args=[batch.pk]),
    }
    intake.mark_confirmed(upload, outcome, act=act)
    return batch
