"""Where sites stand: a sheet of coordinates, as they were measured. No figure changes by it, so nobody reviews it."""

from __future__ import annotations

import polars
from django.urls import reverse

from bangfu.connectivity.network.models import Site
from bangfu.connectivity.network.operations import storing
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, operation, scope_of


@operation("network.locate_sites", scope=scope_of("upload"))
def locate_sites(*, upload: Upload, act: Act) -> Upload:
    """Note where the sites of a sheet stand; what was known before stays in their history. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before. Nothing was written.
    Locks: the codes of the sites, then the upload.
    """
    storing.lock_codes([], read_rows(upload)["site_code"].drop_nulls().to_list())
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    sites = {one.code: one for one in Site.objects.filter(code__in=rows["site_code"].to_list())}
    for code, longitude, latitude, datum in rows.select(
        "site_code", "longitude", "latitude", "datum"
    ).iter_rows():
        sites[code].longitude, sites[code].latitude, sites[code].datum = longitude, latitude, datum
    Site.objects.bulk_update(sites.values(), ["longitude", "latitude", "datum"], batch_size=2000)
    outcome = {
        "new": checked.new,
        "changed": checked.changed,
        "same": checked.same,
        "address": reverse("network:stations"),
    }
    return intake.mark_confirmed(upload, outcome, act=act)
