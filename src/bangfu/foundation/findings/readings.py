"""What rules read: ledger, reviews and evidence as frames, each read once however many rules ask for it."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

import polars
from django.conf import settings
from django.db import connection

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.places.shapes import county_reaches
from bangfu.foundation.rooms import record_types

_COUNTY = 10**6

_FACTS = """
SELECT fact.id, fact.measure_id, fact.quantity::float8, fact.unit_id, unit.kind, fact.place_id, place.level,
       fact.party::text, fact.happened_on, fact.share IS NULL, fact.subject_type, fact.subject_id
  FROM ledger_fact fact
  JOIN organisation_unit unit ON unit.id = fact.unit_id
  JOIN places_place place ON place.id = fact.place_id
 WHERE fact.reverses_id IS NULL
   AND NOT EXISTS (SELECT FROM ledger_fact back WHERE back.reverses_id = fact.id)
"""
_PICTURES = """
SELECT hung.id, hung.record_type, hung.record_id, hung.file_id, photo.fingerprint,
       (photo.taken_at AT TIME ZONE %s)::date, photo.latitude::float8, photo.longitude::float8
  FROM evidence_attachment hung JOIN evidence_photograph photo ON photo.file_id = hung.file_id
 WHERE hung.record_type <> ALL (%s)
"""
_PAPERS = """
SELECT paper.decided_by_id, paper.unit_id, paper.id, sample.drawn_at AT TIME ZONE %(zone)s,
       paper.decided_at AT TIME ZONE %(zone)s,
       (SELECT count(*) FROM review_sampledrecord one WHERE one.sample_id = sample.id), paper.record_count
  FROM review_batch paper JOIN review_sample sample ON sample.batch_id = paper.id AND sample.drawn_by_id = paper.decided_by_id
 WHERE paper.state = 'VERIFIED'
"""
_SINGLES = """
SELECT DISTINCT version.decided_by_id, version.unit_id, version.record_type, version.record_id,
       version.decided_at AT TIME ZONE %(zone)s
  FROM review_reviewevent version LEFT JOIN review_batch paper ON paper.id = version.batch_id
 WHERE version.state = 'VERIFIED' AND version.rule = '' AND paper.decided_at IS DISTINCT FROM version.decided_at
"""


class Readings:
    """What the rules of one run read, as it stands now."""

    def __init__(self, on: date) -> None:
        self.on = on

    @cached_property
    def facts(self) -> polars.DataFrame:
        """Standing facts: ``fact``, ``measure`` (code), ``quantity``, ``unit``, ``unit_kind``, ``place``, ``level``,
        ``party``, ``happened_on``, ``is_whole``, ``record_type``, ``record``.
        """
        found = _read(
            _FACTS,
            [],
            {
                "fact": polars.Int64, "number": polars.Int64, "quantity": polars.Float64, "unit": polars.Int64,
                "unit_kind": polars.String, "place": polars.Int64, "level": polars.Int64, "party": polars.String,
                "happened_on": polars.Date, "is_whole": polars.Boolean, "record_type": polars.Int64,
                "record": polars.Int64,
            },
        )  # fmt: skip
        codes = {measure_number(code): code for code in declared_measures()}
        measure = polars.col("number").replace_strict(codes, default=None, return_dtype=polars.String)
        return found.with_columns(measure=measure).drop("number").drop_nulls("measure")

    @cached_property
    def pictures(self) -> polars.DataFrame:
        """Attached pictures of records whose pictures prove something: ``attachment``, ``record_type``, ``record``, ``file``,
        ``fingerprint``, ``taken_on``, ``latitude``, ``longitude``.
        """
        return _read(
            _PICTURES,
            [settings.TIME_ZONE, [one.number for one in record_types() if not one.pictures_prove]],
            {
                "attachment": polars.Int64, "record_type": polars.Int64, "record": polars.Int64, "file": polars.String,
                "fingerprint": polars.Int64, "taken_on": polars.Date, "latitude": polars.Float64,
                "longitude": polars.Float64,
            },
        )  # fmt: skip

    @cached_property
    def claims(self) -> polars.DataFrame:
        """Pictures beside the day and place of the facts that their records prove, as ``photographs_off`` takes them."""
        claimed = self.facts.select("record_type", "record", "happened_on", "place", "unit")
        joined = self.pictures.join(claimed.unique(), on=["record_type", "record"])
        reaches = polars.DataFrame(
            [(key, one.latitude, one.longitude, one.reach_km) for key, one in county_reaches().items()],
            schema={
                "county": polars.Int64, "place_latitude": polars.Float64, "place_longitude": polars.Float64,
                "reach_km": polars.Float64,
            },
            orient="row",
        )  # fmt: skip
        county = polars.col("place") - polars.col("place") % _COUNTY
        return joined.with_columns(county=county).join(reaches, on="county", how="left")

    @cached_property
    def papers(self) -> polars.DataFrame:
        """Verified papers with a sample, as ``fast_verifying`` takes them."""
        return _read(
            _PAPERS,
            {"zone": settings.TIME_ZONE},
            {
                "account": polars.Int64, "unit": polars.Int64, "paper": polars.Int64, "drawn_at": polars.Datetime,
                "decided_at": polars.Datetime, "sampled": polars.Int64, "records": polars.Int64,
            },
        )  # fmt: skip

    @cached_property
    def singles(self) -> polars.DataFrame:
        """Records verified one by one, from the history of reviews, as ``fast_verifying`` takes them."""
        return _read(
            _SINGLES,
            {"zone": settings.TIME_ZONE},
            {
                "account": polars.Int64, "unit": polars.Int64, "record_type": polars.Int64, "record": polars.Int64,
                "decided_at": polars.Datetime,
            },
        )  # fmt: skip


def _read(statement: str, values: Any, schema: dict[str, Any]) -> polars.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")
