"""What is registered already, looked up for many references at once: the ground on which ``rules`` judges."""

from __future__ import annotations

from typing import Any

import polars
from django.db import connection

from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.ledger.queries import standing_facts
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.organisation.queries import ancestors
from bangfu.foundation.rooms import Words, both

QUANTITY = polars.Decimal(20, 4)

_LIVING: dict[str, Any] = {
    "reference": polars.String,
    "record": polars.Int64,
    "unit": polars.Int64,
    "unit_zh": polars.String,
    "unit_en": polars.String,
    "state": polars.String,
    "revision": polars.Int64,
    "known_place": polars.Int64,
    "known_line": polars.Int16,
    "known_happened_on": polars.Date,
    "known_quantity": QUANTITY,
    "known_party": polars.String,
    "known_title": polars.String,
    "known_remark": polars.String,
}

_LIVING_SQL = """
SELECT record.reference, record.id, record.unit_id, unit.name_zh, unit.name_en, coalesce(review.state, 'DRAFT'),
       record.revision, record.place_id, record.line_id, record.happened_on, record.quantity, record.party::text,
       record.title, record.remark
  FROM intake_reportedrecord record
  JOIN organisation_unit unit ON unit.id = record.unit_id
  LEFT JOIN review_review review ON review.record_type = %s AND review.record_id = record.id
 WHERE record.measure = %s AND record.reference = ANY(%s) AND record.withdrawn_at IS NULL
"""


def living_records(measure: Measure, references: list[str]) -> polars.DataFrame:
    """Return the records of these references that are not withdrawn, with their unit, state and compared columns."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVING_SQL, [RECORD_TYPE, measure.code, references])
        return polars.DataFrame(cursor.fetchall(), schema=_LIVING, orient="row")


def last_revisions(measure: Measure, references: list[str]) -> polars.DataFrame:
    """Return ``reference`` and ``last_revision`` of those that any record, withdrawn ones too, ever had."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reference, max(revision) FROM intake_reportedrecord"
            " WHERE measure = %s AND reference = ANY(%s) GROUP BY reference",
            [measure.code, references],
        )
        schema = {"reference": polars.String, "last_revision": polars.Int64}
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def counting_units(measure: Measure, references: list[str]) -> dict[str, Words]:
    """Return, by reference, the name of the unit whose standing fact counts it; absent = not counted."""
    counted = list(standing_facts(measure.code, references).values_list("identity", "unit_id"))
    named = Unit.objects.filter(pk__in={unit for _, unit in counted}).values_list("pk", "name_zh", "name_en")
    names = {pk: both(zh, en) for pk, zh, en in named}
    return {str(reference): names[unit] for reference, unit in counted}


def home_place(unit: Unit) -> int | None:
    """Return the place that bounds what a unit reports: its own or the nearest unit's above; null = the country."""
    placed = [one.place_id for one in ancestors(unit) if one.place_id is not None]
    return placed[-1] if placed else None


def lines_as_written() -> dict[str, int]:
    """Return the numbers of the professional lines by every way they are written, in lower case."""
    return {
        written.lower(): line.pk
        for line in Line.objects.all()
        for written in (line.code, line.name_zh, line.name_en)
    }
