"""What others may read of reported records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars
from django.db import connection
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from bangfu.foundation.intake.models import REPORTED_STATE_WORDS, ReportedRecord, ReportedState
from bangfu.foundation.intake.reported.register import QUANTITY
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.intake.reported.rules import COLUMNS, COMPARED
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.records import quantity_words
from bangfu.foundation.review.models import Review
from bangfu.foundation.review.register import STRICTEST_FIRST
from bangfu.foundation.rooms import RecordSummary, Words, both


def reported_records() -> QuerySet[ReportedRecord]:
    """Return every reported record, withdrawn ones too, with its ``state`` and what a list shows of it."""
    review = Review.objects.filter(record_type=RECORD_TYPE, record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    return ReportedRecord.objects.annotate(
        state=Case(
            When(withdrawn_at__isnull=False, then=Value(ReportedState.WITHDRAWN.value)),
            default=Coalesce(reviewed, Value(ReportedState.DRAFT.value)),
        )
    ).select_related("unit", "line")


def state_of(record: int) -> ReportedState:
    """Return how far the record with this key is."""
    return ReportedState(reported_records().values_list("state", flat=True).get(pk=record))  # type: ignore[misc]


SORTS = {
    "happened": ("happened_on", "reference"),
    "reference": ("reference", "pk"),
    "place": ("place_id", "reference"),
    "unit": ("unit__path", "reference"),
    "quantity": ("quantity", "reference"),
}


@dataclass(frozen=True)
class ReportedFilter:
    """What a list of one measure's records is narrowed to; null or empty = not narrowed."""

    place: int | None = None
    """The place and everything in it."""
    year: int | None = None
    """In which it happened."""
    state: str = ""
    text: str = ""
    """How the reference begins, or a part of the title."""
    sort: str = "happened"
    descending: bool = True

    def apply(self, rows: QuerySet[ReportedRecord]) -> QuerySet[ReportedRecord]:
        """Return the records that pass, in order."""
        if self.place is not None:
            first, end = subtree_range(self.place)
            rows = rows.filter(place_id__gte=first, place_id__lt=end)
        if self.year is not None:
            first_day, last_day = date(self.year, 1, 1), date(self.year + 1, 1, 1)
            rows = rows.filter(happened_on__gte=first_day, happened_on__lt=last_day)
        if self.state:
            rows = rows.filter(state=self.state)  # type: ignore[misc]
        if self.text:
            rows = rows.filter(Q(reference__startswith=self.text.upper()) | Q(title__icontains=self.text))
        keys = SORTS.get(self.sort, SORTS["happened"])
        return rows.order_by(*(F(key).desc() if self.descending else F(key).asc() for key in keys))


@dataclass(frozen=True)
class Standing:
    """What stands reported of one measure, in the reader's reach."""

    waiting: int = 0
    """Drafts, submitted and returned records."""
    verified: int = 0
    quantity: Decimal = Decimal(0)
    """Of the verified records, all years together, in the measure's unit."""


def standings(visible: Q) -> dict[str, Standing]:
    """Return by measure what stands reported among the records that pass; absent = nothing."""
    living = reported_records().filter(visible, withdrawn_at__isnull=True)
    is_verified = Q(state=ReportedState.VERIFIED)
    rows = living.values("measure").annotate(
        verified=Count("pk", filter=is_verified),
        waiting=Count("pk", filter=~is_verified),
        total=Coalesce(Sum("quantity", filter=is_verified), Decimal(0)),
    )
    return {row["measure"]: Standing(row["waiting"], row["verified"], row["total"]) for row in rows}


def records_as_rows(keys: list[int]) -> polars.DataFrame:
    """Return what the ledger needs of records, by key: ``record``, ``measure``, ``reference``, ``revision``, ``unit``,
    ``place``, ``line``, ``party``, ``happened_on``, ``quantity``.
    """
    schema: dict[str, Any] = {
        "record": polars.Int64,
        "measure": polars.String,
        "reference": polars.String,
        "revision": polars.Int16,
        "unit": polars.Int64,
        "place": polars.Int64,
        "line": polars.Int16,
        "party": polars.String,
        "happened_on": polars.Date,
        "quantity": QUANTITY,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, measure, reference, revision, unit_id, place_id, line_id, party::text, happened_on, quantity"
            " FROM intake_reportedrecord WHERE id = ANY(%s) ORDER BY id",
            [keys],
        )
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def as_row(record: ReportedRecord) -> polars.DataFrame:
    """Return a record as a sheet of one row, as ``rules`` judges it."""
    said = {
        "row": 1,
        "reference": record.reference,
        "place": record.place_id,
        "line": record.line_id,
        "happened_on": record.happened_on,
        "quantity": record.quantity,
        "party": str(record.party) if record.party else None,
        "title": record.title,
        "remark": record.remark,
    }
    return polars.DataFrame([said], schema=COLUMNS)


def says_the_same(record: ReportedRecord, row: polars.DataFrame) -> bool:
    """Return whether a sheet of one row says of a record what is registered already."""
    known = as_row(record)
    return all(row[name][0] == known[name][0] for name in COMPARED)


def record_address(key: int) -> str:
    """Return the page of the record with this key."""
    return reverse("intake:record", args=[key])


def review_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each record, by key; keys that do not exist are absent."""
    return dict(ReportedRecord.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each record, by key; keys that do not exist are absent."""
    found = list(reported_records().filter(pk__in=keys))
    labels = place_labels({record.place_id for record in found})
    measures = declared_measures()
    return {
        record.pk: RecordSummary(
            title=record.reference,
            rows=(
                (both("名称", "What"), record.title),
                (both("度量", "Measure"), str(measures[record.measure].title)),
                (both("数量", "Quantity"), quantity_words(record.quantity, measures[record.measure])),
                (both("地点", "Place"), labels[record.place_id]),
                (both("日期", "Date"), record.happened_on.isoformat()),
                (both("单位", "Unit"), record.unit.name),
                (both("专业线", "Line"), record.line.name if record.line else "—"),
                (both("状态", "State"), str(REPORTED_STATE_WORDS[record.state])),  # type: ignore[attr-defined]
            ),
        )
        for record in found
    }


def provinces_with_records(measure: str) -> list[tuple[int, str]]:
    """Return number and name of the provinces that a measure's records lie in, by number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT place_id / 10000000000 * 10000000000 FROM intake_reportedrecord WHERE measure = %s ORDER BY 1",
            [measure],
        )
        places = [place for (place,) in cursor.fetchall()]
    names = place_labels(places, short=True)
    return [(place, names[place]) for place in places if place in names]


def filter_words(asked: ReportedFilter) -> str:
    """Return in words what a list is narrowed to."""
    said = [
        place_labels([asked.place]).get(asked.place, "") if asked.place else "",
        str(both("{year} 年", "in {year}").filled(year=asked.year)) if asked.year else "",
        str(REPORTED_STATE_WORDS[asked.state]) if asked.state else "",
        f"“{asked.text}”" if asked.text else "",
    ]
    return " · ".join(part for part in said if part) or str(both("全部", "all"))


def state_words(state: str) -> Words:
    """Return a state as it is shown."""
    return REPORTED_STATE_WORDS[state]


def evidence_asked_of(keys: list[int]) -> str:
    """Return the strictest evidence that the measures of these records ask for."""
    codes = set(ReportedRecord.objects.filter(pk__in=keys).values_list("measure", flat=True))
    known = declared_measures()
    asked = {str(known[code].evidence) for code in codes if code in known}
    return next((one for one in STRICTEST_FIRST if one in asked), "NONE")
