"""The sheet of attendees becomes enrolments, attendances and one paper."""

from __future__ import annotations

import polars
from django.urls import reverse

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach_many
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.training.operations import storing
from bangfu.livelihoods.training.operations.correcting import correct_completions

CORRECT = "training.correct_completion"


@operation("training.import_attendees", scope=scope_of("upload"))
def import_attendees(*, upload: Upload, act: Act) -> Batch:
    """Enrol every new attendee of a sheet, replace what enrolled and returned ones said, correct what counted ones said, and
    submit them for review.

    Rows that say what is recorded already are left alone. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a row lies
        outside the grant, or corrects what is counted without the permission to. Nothing was written.
    Posts: the reversals of counted completions that rows correct; their next revisions are counted once they are verified.
    Locks: the courses, then the upload, then the identity numbers.
    """
    storing.lock_courses(read_rows(upload)["course_code"].drop_nulls().unique().to_list())
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    if not permitted_rows(act, "training.import_attendees", rows.select("unit", "place")).all():
        raise NotPermitted("out_of_scope", permission="training.import_attendees")
    changed = rows.filter(polars.col("standing") == "changed")
    counted = changed.filter("counted")
    if counted.height:
        there, here = counted.select("unit", place="was_place"), counted.select("unit", "place")
        if not permitted_rows(act, CORRECT, polars.concat([there, here])).all():
            raise NotPermitted("out_of_scope", permission=CORRECT)
        correct_completions(counted, act=act)
    if changed.height:
        storing.replace_enrolments(changed, upload=upload.pk)
    entered = storing.enter_enrolments(
        rows.filter(polars.col("standing") == "new"), upload=upload.pk, act=act
    )
    written = polars.concat([changed, entered])
    kind = record_type("training.enrolment")
    attach_many(
        written.select(
            record="enrolment", digest="evidence_digest", kind=polars.lit(EvidenceKind.DOCUMENT.value),
            name="evidence",
        ),
        record_type=kind,
        act=act,
    )  # fmt: skip
    batch = submit_many(
        written["enrolment"].to_list(), record_type=kind, unit=upload.unit, title=upload.name,
        corrected=counted["enrolment"].to_list(), act=act,
    )  # fmt: skip
    outcome = {
        "new": entered.height,
        "changed": changed.height,
        "corrected": counted.height,
        "same": checked.frame.height - rows.height,
        "batch": batch.pk,
        "address": reverse("review:paper", args=[batch.pk]),
    }
    intake.mark_confirmed(upload, outcome, act=act)
    return batch
