"""Putting verified records before the assisted counties in which they happened."""

from __future__ import annotations

import polars
from django.db import connection

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.queries import supported_places
from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.review.register import facets
from bangfu.foundation.rooms import RecordType

_LAY = """
INSERT INTO review_countyline (review_id, record_type, record_id, batch_id, unit_id, county_id, place_id, happened_on,
                               quantity, verified_at)
SELECT review.id, review.record_type, review.record_id, review.batch_id, review.unit_id, said.county, said.place,
       said.happened_on, said.quantity, review.decided_at
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::numeric[])
       AS said (record, county, place, happened_on, quantity)
  JOIN review_review review ON review.record_type = %s AND review.record_id = said.record
 ORDER BY said.record
"""


def lay_before_counties(kind: RecordType, keys: list[int], *, act: Act) -> int:
    """Put those verified records that happened in an assisted county before it, and return how many.

    Records of a room that does not say where they happened are put before nobody.
    """
    counties = sorted(set(supported_places(act.on).values()))
    if not counties or kind.code not in facets:
        return 0
    rows = facets[kind.code].rows(keys)
    if "place" not in rows.columns:
        return 0
    county = polars.lit(None, dtype=polars.Int64)
    for place in counties:  # in order, so that an office inside another's place is found before it
        first, end = subtree_range(place)
        inside = polars.col("place").is_between(first, end, closed="left")
        county = polars.when(inside).then(place).otherwise(county)
    ours = rows.with_columns(county=county).filter(polars.col("county").is_not_null())
    if ours.height == 0:
        return 0
    columns = [
        ours[name].to_list() if name in ours.columns else [None] * ours.height
        for name in ("record", "county", "place", "happened_on", "quantity")
    ]
    with connection.cursor() as cursor:
        cursor.execute(_LAY, [*columns, kind.number])
        return cursor.rowcount
