"""Quotas come by one sheet, with the schools that are not entered yet."""

from __future__ import annotations

import polars
from django.db import connection
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.giving.grants.models import School
from bangfu.giving.grants.operations.storing import lock_programmes

_SCHOOLS = """
INSERT INTO grants_school (code, name, place_id, unit_id, entered_at, entered_by_id)
SELECT code, name, place, unit, %s, %s
  FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS given (code, name, place, unit)
    ON CONFLICT (code) DO NOTHING
"""
_QUOTAS = """
INSERT INTO grants_quota (programme_id, place_id, school_id, pupils)
SELECT programme, place, school.id, pupils
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[]) AS given (programme, place, code, pupils)
  LEFT JOIN grants_school school ON school.code = given.code
    ON CONFLICT (programme_id, place_id, school_id) DO UPDATE SET pupils = EXCLUDED.pupils
"""


@operation("grants.import_quotas", scope=scope_of("upload"))
def import_quotas(*, upload: Upload, act: Act) -> Upload:
    """Set the quotas of a sheet, and enter its schools that are not known.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a row lies outside
        the grant. Nothing was written.
    Locks: the programmes, then the upload.
    """
    lock_programmes(read_rows(upload)["programme_code"].drop_nulls().unique().to_list())
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    if not permitted_rows(act, "grants.import_quotas", rows.select("unit", "place")).all():
        raise NotPermitted("out_of_scope", permission="grants.import_quotas")
    col = polars.col
    named = rows.filter(col("school_code").is_not_null() & col("school").is_null()).unique("school_code")
    before = School.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            _SCHOOLS,
            [
                act.at,
                act.actor.pk,
                *(named[name].to_list() for name in ("school_code", "school_name", "place", "unit")),
            ],
        )
        cursor.execute(
            _QUOTAS, [rows[name].to_list() for name in ("programme", "place", "school_code", "pupils")]
        )
    outcome = {
        "new": rows.height,
        "same": checked.frame.height - rows.height,
        "schools": School.objects.count() - before,
        "address": reverse("grants:programmes"),
    }
    return intake.mark_confirmed(upload, outcome, act=act)
