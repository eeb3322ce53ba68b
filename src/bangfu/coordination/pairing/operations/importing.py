"""Sheets: a branch's register of pairings becomes pairings on one paper; the office's list says who must have an owner."""

from __future__ import annotations

import polars
from django.db import connection
from django.urls import reverse

from bangfu.coordination.pairing.operations import storing
from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach_many
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import record_type


@operation("pairing.import_pairings", scope=scope_of("upload"))
def import_pairings(*, upload: Upload, act: Act) -> Batch:
    """Register every new pairing of a sheet, replace what proposed and returned ones said, and submit them for review.

    Rows that say what is registered already are left alone. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToPair:
        ``paired_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the places, then the upload.
    """
    storing.lock_places(read_rows(upload)["place"].drop_nulls().unique().to_list())
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    if not permitted_rows(act, "pairing.import_pairings", rows.select("unit", "place")).all():
        raise NotPermitted("out_of_scope", permission="pairing.import_pairings")
    changed = rows.filter(polars.col("standing") == "changed")
    if changed.height:
        storing.replace_pairings(changed, upload=upload.pk)
    entered = storing.enter_pairings(rows.filter(polars.col("standing") == "new"), upload=upload.pk, act=act)
    written = polars.concat([changed, entered])
    kind = record_type("pairing.pairing")
    attach_many(
        written.select(
            record="pairing", digest="evidence_digest", kind=polars.lit(EvidenceKind.DOCUMENT.value), name="evidence"
        ),
        record_type=kind,
        act=act,
    )  # fmt: skip
    batch = submit_many(
        written["pairing"].to_list(), record_type=kind, unit=upload.unit, title=upload.name, act=act
    )
    outcome = {
        "new": entered.height,
        "changed": changed.height,
        "same": checked.frame.height - rows.height,
        "batch": batch.pk,
        "address": reverse("review:paper", args=[batch.pk]),
    }
    intake.mark_confirmed(upload, outcome, act=act)
    return batch


@operation("pairing.require_owners", scope=scope_of("upload"))
def require_owners(*, upload: Upload, act: Act) -> Upload:
    """Take over the office's list of places that must have a leading supporter from a day on.

    A place that is listed already gets the dates of the new list; what it said before stays in its history.

    Raises: UnableToImport: rows are refused, nothing is new, or the list was imported before. Nothing was written.
    Locks: the places, then the upload.
    """
    storing.lock_places(read_rows(upload)["place"].drop_nulls().unique().to_list())
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pairing_requirement"
            " (place_id, unit_id, starts_on, ends_on, document, upload_id, listed_at, listed_by_id)"
            " SELECT place, %s, starts_on, ends_on, document, %s, %s, %s"
            " FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::text[])"
            "   AS said (place, starts_on, ends_on, document) ORDER BY place"
            " ON CONFLICT (place_id) DO UPDATE SET starts_on = excluded.starts_on, ends_on = excluded.ends_on,"
            " document = excluded.document, upload_id = excluded.upload_id, listed_at = excluded.listed_at,"
            " listed_by_id = excluded.listed_by_id",
            [
                upload.unit_id,
                upload.pk,
                act.at,
                act.actor.pk,
                *(rows[name].to_list() for name in ("place", "starts_on", "ends_on", "document")),
            ],
        )
    outcome = {
        "new": int((rows["standing"] == "new").sum()),
        "changed": int((rows["standing"] == "changed").sum()),
        "same": checked.frame.height - rows.height,
        "address": reverse("pairing:gaps"),
    }
    return intake.mark_confirmed(upload, outcome, act=act)
