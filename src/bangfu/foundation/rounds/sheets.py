"""Sheets of rooms that rounds ask for: which may be asked, which were returned, and what waits of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from bangfu.foundation.intake.layouts import Layout, layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import RoomDeclaration, Wing, Words, rooms
from bangfu.foundation.rounds.models import Return, ReturnSheet, Round

OFFERED = 20


def rooms_with_sheets() -> list[tuple[RoomDeclaration, tuple[Layout, ...]]]:
    """Return the rooms whose sheets may be asked for, each with these: those of work, not those of reporting on it."""
    return [(room, room.sheets) for room in rooms() if room.sheets and room.wing is not Wing.REPORTING]


def layouts_to_ask() -> dict[str, Layout]:
    """Return the layouts that may be asked for, by code."""
    return {layout.code: layout for _, layouts in rooms_with_sheets() for layout in layouts}


def layout_title(code: str) -> Words:
    """Return what a sheet is called."""
    return layout_with_code(code).title


def sheet_titles(codes: Collection[str]) -> list[Words]:
    """Return what sheets are called."""
    return [layout_title(code) for code in codes]


def sheet_measures(asked: Round) -> list[Measure]:
    """Return what the sheets of a round come to in the ledger, in order, without what the round asks for as well."""
    known = declared_measures()
    codes = dict.fromkeys(code for one in asked.layouts for code in layout_with_code(one).measures)
    return [known[code] for code in codes if code in known and code not in asked.measures]


@dataclass(frozen=True)
class Returned:
    """A sheet that a unit returned."""

    it: ReturnSheet
    imported: int
    """Rows that came in with it."""
    waiting: int
    """Records of it that wait for review."""


_WAITING = """
SELECT sheet.id, count(review.id)
  FROM rounds_returnsheet sheet
  JOIN rounds_return owed ON owed.id = sheet.unit_return_id
  JOIN intake_upload upload ON upload.id = sheet.upload_id
  JOIN review_review review ON review.batch_id = (upload.outcome ->> 'batch')::bigint AND review.state = 'SUBMITTED'
 WHERE {where}
 GROUP BY sheet.id
"""


def _waiting(where: str, key: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING.format(where=where), [key])
        return dict(cursor.fetchall())


def waiting_in(asked: Round) -> int:
    """Return how many records of a round's sheets wait for review."""
    return sum(_waiting("owed.round_id = %s", asked.pk).values())


def returned_with(unit_return: Return) -> dict[str, list[Returned]]:
    """Return the sheets of a return by layout, each with what waits of it."""
    waiting = _waiting("owed.id = %s", unit_return.pk)
    found: dict[str, list[Returned]] = {}
    sheets = ReturnSheet.objects.filter(unit_return=unit_return).select_related(
        "upload__uploaded_by__person__key", "taken_by__person__key"
    )
    for one in sheets.order_by("pk"):
        left_out = len(one.upload.left_out or ())
        sheet = Returned(one, one.upload.row_count - left_out, waiting.get(one.pk, 0))
        found.setdefault(one.upload.layout, []).append(sheet)
    return found


def sheets_offered(unit_return: Return) -> QuerySet[Upload]:
    """Return the sheets that a unit imported since the period began and that no return has, the newest first."""
    asked = unit_return.round
    taken = ReturnSheet.objects.filter(upload=OuterRef("pk"))
    return Upload.objects.filter(
        ~Exists(taken),
        unit=unit_return.unit_id,
        layout__in=asked.layouts,
        state=Upload.State.CONFIRMED,
        confirmed_at__date__gte=asked.starts_on,
    ).order_by("-confirmed_at", "-pk")


_COUNTED = """
SELECT measure.code, count(DISTINCT (fact.subject_type, fact.subject_id))
  FROM ledger_fact fact
  JOIN unnest(%(numbers)s::smallint[], %(codes)s::text[]) AS measure (number, code) ON measure.number = fact.measure_id
 WHERE fact.unit_id = %(unit)s AND fact.happened_on >= %(first)s AND fact.happened_on < %(end)s
   AND fact.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_fact back WHERE back.reverses_id = fact.id)
 GROUP BY measure.code
"""


def counted_of(unit_return: Return) -> dict[str, int]:  # by layout; absent = none
    """Return how many records of the period already count of what each sheet of a return comes to, however they came in."""
    asked = unit_return.round
    measures = sheet_measures(asked)
    if not measures:
        return {}
    given: dict[str, Any] = {
        "numbers": [measure_number(one.code) for one in measures],
        "codes": [one.code for one in measures],
        "unit": unit_return.unit_id,
        "first": asked.starts_on,
        "end": asked.ends_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, given)
        counts = dict(cursor.fetchall())
    found = {
        code: max((counts.get(one, 0) for one in layout_with_code(code).measures), default=0)
        for code in asked.layouts
    }
    return {code: count for code, count in found.items() if count}


def there_of(unit_return: Return) -> set[str]:
    """Return the sheets of a return of which something is there: one that was returned, or records that count already."""
    taken = ReturnSheet.objects.filter(unit_return=unit_return).values_list("upload__layout", flat=True)
    return {*taken, *counted_of(unit_return)}
