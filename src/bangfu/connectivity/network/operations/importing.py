"""A branch's spreadsheet of accepted stations becomes stations that wait for review on one paper."""

from __future__ import annotations

import polars
from django.urls import reverse

from bangfu.connectivity.network.operations import storing
from bangfu.connectivity.network.operations.correcting import correct_stations
from bangfu.connectivity.network.rules import TO_RULES
from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach_many
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, operation, require, scope_of
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import record_type


@operation("network.import_stations", scope=scope_of("upload"))
def import_stations(*, upload: Upload, act: Act) -> Batch:
    """Register every new station of a sheet, replace what drafts and returned ones said, correct what counted ones said, and
    submit them for review.

    Rows that say what is registered already are left alone. All or nothing.

    Raises: NotPermitted: also without the permission to correct what is counted; UnableToImport: rows are refused, nothing is
        new, or the sheet was imported before; UnableToRegister: ``registered_elsewhere``, at the same moment. Nothing was
        written.
    Posts: the reversals of counted stations that rows correct; their next revisions are counted once they are verified.
    Locks: the codes of the stations and sites, then the upload.
    """
    codes = read_rows(upload).select("station_code", "site_code")
    storing.lock_codes(
        codes["station_code"].drop_nulls().to_list(), codes["site_code"].drop_nulls().to_list()
    )
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    rows = storing.with_sites(rows.rename({**TO_RULES, "was_county": "was_place"}))
    changed = rows.filter(polars.col("standing") == "changed")
    counted = changed.filter("counted")
    if counted.height:
        require(act, "network.correct_station", upload.scope)
        correct_stations(counted, act=act)
    if changed.height:
        storing.replace_stations(changed, upload=upload.pk)
    entered = storing.enter_stations(
        rows.filter(polars.col("standing") == "new"), unit=upload.unit_id, upload=upload.pk, act=act
    )
    written = polars.concat([changed, entered])
    kind = record_type("network.station")
    attach_many(_evidence(written), record_type=kind, act=act)
    batch = submit_many(
        written["station"].to_list(), record_type=kind, unit=upload.unit, title=upload.name,
        corrected=counted["station"].to_list(), act=act,
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


def _evidence(rows: polars.DataFrame) -> polars.DataFrame:
    """Return one row a file: ``record``, ``digest``, ``kind``, ``name``."""
    columns = (("test_log", EvidenceKind.TEST_LOG), ("photo", EvidenceKind.PHOTO))
    return polars.concat(
        rows.filter(polars.col(f"{name}_digest").is_not_null()).select(
            record="station", digest=f"{name}_digest", kind=polars.lit(kind.value), name=name
        )
        for name, kind in columns
    ).unique(["record", "digest"], maintain_order=True)
