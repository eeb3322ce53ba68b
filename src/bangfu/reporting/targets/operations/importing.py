"""A sheet of targets becomes part of a draft."""

from __future__ import annotations

import polars
from django.db import connection
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.reporting.targets.models import QUARTERS, Version
from bangfu.reporting.targets.operations.drafting import lock_pledge

ENTER = """
INSERT INTO targets_target (version_id, indicator, unit_id, place_id, quantity, direction, due_on, reserve,
                            first_quarter, second_quarter, third_quarter, fourth_quarter, entered_by_id)
SELECT version, code, unit, place, quantity, direction, due_on, reserve, first, second, third, fourth, %s
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::numeric[], %s::text[], %s::date[], %s::numeric[],
              %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])
       AS one (version, code, unit, place, quantity, direction, due_on, reserve, first, second, third, fourth)
 ORDER BY version, unit, code
ON CONFLICT (version_id, indicator, unit_id, place_id, area_id, line_id)
DO UPDATE SET quantity = excluded.quantity, direction = excluded.direction, due_on = excluded.due_on, reserve = excluded.reserve,
              first_quarter = excluded.first_quarter, second_quarter = excluded.second_quarter,
              third_quarter = excluded.third_quarter, fourth_quarter = excluded.fourth_quarter,
              entered_by_id = excluded.entered_by_id
"""
COLUMNS = ("version", "code", "unit", "place", "amount", "side", "due", "kept_back", *QUARTERS)


@operation("targets.import_targets", scope=scope_of("upload"))
def import_targets(*, upload: Upload, act: Act) -> Upload:
    """Enter every target of a sheet into the drafts it names, and replace those that say something else; all or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before. Nothing was written.
    Locks: the pledges, then the upload.
    """
    named = read_rows(upload)["document"].drop_nulls().unique().to_list()
    drafts = Version.objects.filter(pledge__unit=upload.unit_id, document__in=named)
    for pledge in sorted(set(drafts.values_list("pledge", flat=True))):
        lock_pledge(pledge)
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [act.actor.pk, *(rows[name].to_list() for name in COLUMNS)])
    standing = rows["standing"].to_list()
    outcome = {
        "new": standing.count("new"),
        "changed": standing.count("changed"),
        "same": checked.frame.height - rows.height,
        "address": reverse("targets:version", args=[int(checked.frame["version"][0])]),
    }
    return intake.mark_confirmed(upload, outcome, act=act)
