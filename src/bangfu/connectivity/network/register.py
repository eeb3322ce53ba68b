"""What is registered already, looked up for many codes at once: the ground on which ``rules`` judges."""

from __future__ import annotations

import polars
from django.db import connection

from bangfu.connectivity.network.measures import STATIONS
from bangfu.connectivity.network.models import STATION_DATES
from bangfu.foundation.ledger.queries import standing_facts
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import ancestors
from bangfu.foundation.places.queries import places_at
from bangfu.foundation.rooms import Words, both

RECORD_TYPE = 1
"""The number of ``network.station`` in facts, reviews and evidence: fixed for ever."""

_LIVING = {
    "code": polars.String,
    "station": polars.Int64,
    "unit": polars.Int64,
    "unit_zh": polars.String,
    "unit_en": polars.String,
    "state": polars.String,
    "revision": polars.Int64,
    "known_site_code": polars.String,
    "known_alone": polars.Boolean,
    "known_place": polars.Int64,
    "known_technology": polars.String,
    "known_band": polars.String,
    "known_builder": polars.String,
    "known_sharer": polars.String,
    **{f"known_{name}": polars.Date for name in STATION_DATES},
}

_LIVING_SQL = """
SELECT station.code, station.id, station.unit_id, unit.name_zh, unit.name_en, coalesce(review.state, 'DRAFT'),
       station.revision, site.code,
       NOT EXISTS (SELECT 1 FROM network_station other WHERE other.site_id = station.site_id
                      AND other.id <> station.id AND other.withdrawn_at IS NULL),
       station.place_id, station.technology, station.band, station.builder, station.sharer,
       station.accepted_on, station.on_air_on, station.capitalised_on, station.paid_on
  FROM network_station station
  JOIN organisation_unit unit ON unit.id = station.unit_id
  JOIN network_site site ON site.id = station.site_id
  LEFT JOIN review_review review ON review.record_type = %s AND review.record_id = station.id
 WHERE station.code = ANY(%s) AND station.withdrawn_at IS NULL
"""


def living_stations(codes: list[str]) -> polars.DataFrame:
    """Return the stations of these codes that are not withdrawn, with their unit, state and compared columns.

    ``known_alone`` says that no other living station stands on the station's site.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIVING_SQL, [RECORD_TYPE, codes])
        return polars.DataFrame(cursor.fetchall(), schema=_LIVING, orient="row")


def last_revisions(codes: list[str]) -> polars.DataFrame:
    """Return ``code`` and ``last_revision`` of the codes that any station, withdrawn ones too, ever had."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, max(revision) FROM network_station WHERE code = ANY(%s) GROUP BY code", [codes]
        )
        return polars.DataFrame(
            cursor.fetchall(), schema={"code": polars.String, "last_revision": polars.Int64}, orient="row"
        )


def places_of_sites(codes: list[str]) -> polars.DataFrame:
    """Return ``site_code`` and ``site_place`` of the sites that are registered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, place_id FROM network_site WHERE code = ANY(%s)", [codes])
        return polars.DataFrame(
            cursor.fetchall(), schema={"site_code": polars.String, "site_place": polars.Int64}, orient="row"
        )


def counting_units(codes: list[str]) -> dict[str, Words]:
    """Return, by code, the name of the unit whose standing fact counts the station; absent = not counted."""
    counted = list(standing_facts(STATIONS.code, codes).values_list("identity", "unit_id"))
    names = {
        pk: both(zh, en)
        for pk, zh, en in Unit.objects.filter(pk__in={unit for _, unit in counted}).values_list(
            "pk", "name_zh", "name_en"
        )
    }
    return {str(code): names[unit] for code, unit in counted}


def home_place(unit: Unit) -> int | None:
    """Return the place that bounds what a unit reports: its own or the nearest unit's above; null = the country."""
    for one in reversed(ancestors(unit)):
        if one.place_id is not None:
            return one.place_id
    return None


def stands_for_a_county(place: int) -> bool:
    """Return whether a prefecture has no counties and stands for one itself (东莞市)."""
    return place % 10**10 != 0 and places_at(3).filter(pk=place).exists()
