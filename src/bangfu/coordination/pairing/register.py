"""What is registered already, looked up for many places at once: the ground on which ``rules`` judges."""

from __future__ import annotations

import polars
from django.db import connection

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree

RECORD_TYPE = 40
"""The number of ``pairing.pairing`` in facts, reviews and evidence: fixed for ever."""

_LIVING = {
    "place": polars.Int64,
    "kind": polars.String,
    "pairing": polars.Int64,
    "known_unit": polars.Int64,
    "unit_zh": polars.String,
    "unit_en": polars.String,
    "known_role": polars.String,
    "known_starts_on": polars.Date,
    "known_ends_on": polars.Date,
    "known_level": polars.String,
    "known_assigned_by": polars.String,
    "known_document": polars.String,
    "known_leader_post": polars.String,
    "known_agreed_until": polars.Date,
    "review": polars.String,
    "confirmed": polars.Boolean,
}

_LIVING_SQL = """
SELECT pairing.place_id, pairing.kind, pairing.id, pairing.unit_id, unit.name_zh, unit.name_en, pairing.role,
       pairing.starts_on, pairing.ends_on, pairing.level, pairing.assigned_by, pairing.document, pairing.leader_post,
       pairing.agreed_until, coalesce(review.state, 'DRAFT'), pairing.confirmed_at IS NOT NULL
  FROM pairing_pairing pairing
  JOIN organisation_unit unit ON unit.id = pairing.unit_id
  LEFT JOIN review_review review ON review.record_type = %s AND review.record_id = pairing.id
 WHERE pairing.place_id = ANY(%s) AND pairing.withdrawn_at IS NULL
"""


def living_pairings(places: list[int]) -> polars.DataFrame:
    """Return the pairings of these places that are not withdrawn, with their supporter, period, state and terms."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVING_SQL, [RECORD_TYPE, places])
        return polars.DataFrame(cursor.fetchall(), schema=_LIVING, orient="row")


def units_below(unit: Unit, codes: list[str]) -> polars.DataFrame:
    """Return ``unit_code`` and ``unit`` of those codes that are units at or below a unit."""
    found = unit_subtree(unit.pk).filter(code__in=codes).values_list("code", "pk")
    return polars.DataFrame(
        list(found), schema={"unit_code": polars.String, "unit": polars.Int64}, orient="row"
    )


def homes(units: list[int]) -> polars.DataFrame:
    """Return ``unit``, its names and ``home``: the place of it or of the nearest unit above; null = the country."""
    schema = {
        "unit": polars.Int64, "supporter_zh": polars.String, "supporter_en": polars.String, "home": polars.Int64,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit.id, unit.name_zh, unit.name_en, (SELECT above.place_id FROM organisation_unit above"
            "  WHERE above.id = ANY(string_to_array(rtrim(unit.path, '.'), '.')::bigint[])"
            "    AND above.place_id IS NOT NULL ORDER BY length(above.path) DESC LIMIT 1)"
            " FROM organisation_unit unit WHERE unit.id = ANY(%s)",
            [units],
        )
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")
