"""A round's sums by unit and for the whole: what is verified, what waits for review, what is not submitted, each apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import REPORTED_STATE_WORDS, ReportedRecord
from bangfu.foundation.intake.reported.queries import reported_records
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.intake.reported.rules import OPEN_STATES
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches
from bangfu.foundation.rounds.models import Round
from bangfu.foundation.rounds.rows import measure_called
from bangfu.foundation.rounds.sheets import sheet_measures

STATES = ("VERIFIED", "SUBMITTED", "OPEN")
STATES_WORDS: dict[str, Words] = {
    "VERIFIED": both("已核验", "Verified"),
    "SUBMITTED": both("待核验", "Waiting for review"),
    "OPEN": both("未提交", "Not submitted"),
}
"""Drafts and returned records are open."""

_VERIFIED = """
SELECT fact.unit_id, measure.code, count(DISTINCT (fact.subject_type, fact.subject_id)), sum(fact.quantity)
  FROM ledger_fact fact
  JOIN unnest(%(numbers)s::smallint[], %(codes)s::text[]) AS measure (number, code) ON measure.number = fact.measure_id
 WHERE fact.unit_id = ANY(%(units)s) AND fact.happened_on >= %(first)s AND fact.happened_on < %(end)s
   AND (fact.subject_type = %(kind)s OR measure.code <> ALL(%(reported)s)) AND fact.reverses_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM ledger_fact back WHERE back.reverses_id = fact.id)
 GROUP BY fact.unit_id, measure.code
"""
_OTHERS = """
SELECT record.unit_id, record.measure,
       CASE WHEN review.state = 'SUBMITTED' THEN 'SUBMITTED' ELSE 'OPEN' END AS standing, count(*), sum(record.quantity)
  FROM intake_reportedrecord record
  LEFT JOIN review_review review ON review.record_type = %(kind)s AND review.record_id = record.id
 WHERE record.unit_id = ANY(%(units)s) AND record.measure = ANY(%(reported)s) AND record.withdrawn_at IS NULL
   AND record.happened_on >= %(first)s AND record.happened_on < %(end)s
   AND coalesce(review.state, 'DRAFT') <> 'VERIFIED'
 GROUP BY record.unit_id, record.measure, standing
"""


@dataclass(frozen=True)
class Standing:
    """How many records there are of one kind, and what they sum to."""

    count: int = 0
    quantity: Decimal = Decimal(0)

    def __add__(self, other: Standing) -> Standing:
        """Return both together."""
        return Standing(self.count + other.count, self.quantity + other.quantity)


Sums = dict[tuple[int, str, str], Standing]  # by unit, measure and one of STATES; absent = none


def sums_of(asked: Round, units: Collection[int]) -> Sums:
    """Return what units' records of a round's period sum to, by measure and how far they are, in two statements.

    What is verified is summed over the facts that stand, all else over the records. What rooms' sheets come to is there as
    far as it is verified, however it came in.
    """
    measures = [*asked.measures, *(one.code for one in sheet_measures(asked))]
    given: dict[str, Any] = {
        "kind": RECORD_TYPE,
        "units": list(units),
        "codes": measures,
        "reported": asked.measures,
        "numbers": [measure_number(code) for code in measures],
        "first": asked.starts_on,
        "end": asked.ends_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_VERIFIED, given)
        found: Sums = {
            (unit, code, "VERIFIED"): Standing(count, quantity)
            for unit, code, count, quantity in cursor.fetchall()
        }
        cursor.execute(_OTHERS, given)
        for unit, code, state, count, quantity in cursor.fetchall():
            found[unit, code, state] = Standing(count, quantity)
    return found


def sheets_come_to(asked: Round) -> dict[str, Decimal]:
    """Return what a round's sheets of rooms come to for all its units, verified, by measure."""
    measures = [one.code for one in sheet_measures(asked)]
    if not measures:
        return {}
    units = list(asked.returns.order_by().values_list("unit", flat=True))
    whole = whole_of(sums_of(asked, units), measures)
    return {code: whole[code, "VERIFIED"].quantity for code in measures}


def columns_of(asked: Round) -> list[tuple[Measure, tuple[str, ...]]]:
    """Return the measures of a round, each with how far its records may be; what rooms' sheets come to is told verified alone."""
    return [
        *((measure_called(code), STATES) for code in asked.measures),
        *((measure, ("VERIFIED",)) for measure in sheet_measures(asked)),
    ]


def facts_behind(asked: Round, units: Collection[int], measure: str) -> QuerySet[Fact]:
    """Return the facts that stand behind what a round's sheets of rooms come to, by unit and day."""
    back = Fact.objects.filter(reverses_id=OuterRef("pk"))
    found = Fact.objects.filter(
        ~Exists(back),
        reverses_id=None,
        measure_id=measure_number(measure),
        unit_id__in=units,
        happened_on__gte=asked.starts_on,
        happened_on__lt=asked.ends_on,
    )
    return found.order_by("unit_id", "happened_on", "pk")


def whole_of(sums: Sums, measures: Iterable[str]) -> dict[tuple[str, str], Standing]:
    """Return the sums of all units together, by measure and how far they are."""
    whole = {(code, state): Standing() for code in measures for state in STATES}
    for (_, code, state), standing in sums.items():
        if (code, state) in whole:
            whole[code, state] += standing
    return whole


def records_of(
    asked: Round, units: Collection[int], *, measure: str = "", state: str = ""
) -> QuerySet[ReportedRecord]:
    """Return the records behind a round's sums, withdrawn ones apart, by unit, measure and reference."""
    found = reported_records().filter(
        unit__in=units,
        measure__in=[measure] if measure in asked.measures else asked.measures,
        withdrawn_at=None,
        happened_on__gte=asked.starts_on,
        happened_on__lt=asked.ends_on,
    )
    if state in STATES:
        wanted = [*OPEN_STATES] if state == "OPEN" else [state]
        found = found.filter(state__in=wanted)  # type: ignore[misc]
    return found.order_by("unit__path", "measure", "reference")


def sheet_headings(measure: str) -> tuple[Words, ...]:
    """Return the headings of a round's whole sheet: whose row it is, the layout's own columns, how far it is."""
    columns = layout_with_code(measure).columns
    return (both("报送单位", "Reported by"), *(column.title for column in columns), both("状态", "State"))


def sheet_rows(records: QuerySet[ReportedRecord], measure: str) -> Iterator[list[Cell]]:
    """Return records as rows of their layout's own sheet; numbers of persons are not kept and stay empty."""
    counted = measure_called(measure)
    names = [column.name for column in layout_with_code(measure).columns]
    for batch in in_batches(records):
        labels = place_labels({record.place_id for record in batch})
        for record in batch:
            said: dict[str, Cell] = {
                "reference": record.reference,
                "title": record.title,
                "place": labels[record.place_id],
                "happened_on": record.happened_on.isoformat(),
                "quantity": Decimal(f"{record.quantity:.{counted.decimals}f}"),
                "line": record.line.name if record.line else "",
                "remark": record.remark,
            }
            state = str(REPORTED_STATE_WORDS[record.state])  # type: ignore[attr-defined]
            yield [record.unit.name, *(said.get(name, "") for name in names), state]
