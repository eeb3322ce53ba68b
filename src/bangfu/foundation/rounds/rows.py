"""The grid of one measure of a return: what is filled in beforehand, what was typed, and what is wrong with it.

Nothing that the system knows is asked: unit and period belong to the return, reference, day, place and name stand there
already, and last period's rows come again without their quantities.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from bangfu.foundation.intake.examining import check_sheet, context_of
from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout, layout_with_code
from bangfu.foundation.intake.models import ReportedRecord, Upload
from bangfu.foundation.intake.pasting import sheet_of
from bangfu.foundation.intake.reported.queries import reported_records
from bangfu.foundation.intake.reported.reportable import has_identity_number, measure_of_record
from bangfu.foundation.intake.reported.rules import OPEN_STATES, UnableToReport
from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.places.codes import COUNTY, level_of
from bangfu.foundation.places.queries import code_text, place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rounds.models import Draft, Return, ReturnFile, Round
from bangfu.foundation.rounds.periods import before, period_words

MOST_ROWS = 100
LONGEST_CELL = 500
OUTSIDE_PERIOD = both(
    "日期不在{period}之内。请改为这一期的日期，或到那一期的报送里填写。",
    "The day does not lie in {period}. Enter a day of this period, or report it in that period's return.",
)


@dataclass(frozen=True)
class GridRow:
    """One row of a grid, as texts."""

    id: int
    cells: Mapping[str, str]
    """By column; absent is empty."""
    given: Mapping[str, str] = field(default_factory=dict)
    """What was filled in beforehand: a row that says nothing else was not filled in."""
    carried: tuple[str, ...] = ()
    """Columns that are as last period's row had them."""
    level: str = ""
    """For a stock: how much of it there was when the period began."""

    @property
    def is_filled(self) -> bool:
        """Whether somebody typed something into it."""
        names = {*self.cells, *self.given}
        return any(self.cells.get(name, "") != self.given.get(name, "") for name in names)

    def stored(self) -> dict[str, Any]:
        """Return the row as a draft keeps it."""
        return {
            "id": self.id,
            "cells": {name: text for name, text in self.cells.items() if text},
            "given": dict(self.given),
            "carried": list(self.carried),
            "level": self.level,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> GridRow:
        """Return a row as a draft kept it."""
        return cls(kept["id"], kept["cells"], kept["given"], tuple(kept["carried"]), kept["level"])


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row or one of its cells."""

    row: int
    """The row's id."""
    column: str | None
    words: Words


@dataclass(frozen=True)
class CheckedGrid:
    """The rows of a grid that somebody filled in, after all checks."""

    filled: list[GridRow]
    rows: CheckedRows
    """Numbered from 1 in the order of ``filled``."""
    problems: list[Problem]


def has_grid(layout: Layout) -> bool:
    """Return whether a measure is filled in a grid: numbers of persons come by sheet, which is sealed, or one by one."""
    return not layout.personal


def grid_columns(layout: Layout) -> list[Column]:
    """Return the columns that a grid shows, in order."""
    return list(layout.columns)


def rows_of(unit_return: Return, measure: str, on: date) -> tuple[list[GridRow], int]:
    """Return the rows of a grid and the revision of its draft; without a draft they are what is filled in beforehand."""
    draft = Draft.objects.filter(unit_return=unit_return, measure=measure).first()
    if draft is not None and draft.rows:
        files = ReturnFile.objects.filter(unit_return=unit_return).order_by("-pk")
        name = files.values_list("name", flat=True).first() or ""
        return [_with_evidence(GridRow.of(kept), name) for kept in draft.rows], draft.revision
    return opening_rows(unit_return, measure, on), draft.revision if draft is not None else 0


def _with_evidence(row: GridRow, name: str) -> GridRow:
    """Return a row that names the return's last file where it names none: nobody types what was just uploaded."""
    if not name or row.cells.get("evidence") or row.given.get("evidence"):
        return row
    known = {"evidence": name}
    return replace(row, cells={**row.cells, **known}, given={**row.given, **known})


def opening_rows(unit_return: Return, measure: str, on: date) -> list[GridRow]:
    """Return what a grid begins with: last period's rows without their quantities, or one row."""
    maker = _Maker(unit_return, measure, on, ())
    records = _last_period(unit_return, measure)[:MOST_ROWS]
    places = places_typed({record.place_id for record in records})
    kept = [maker.carried(record, places[record.place_id]) for record in records]
    return kept or [maker.new()]


def more_rows(
    unit_return: Return, measure: str, rows: Sequence[GridRow], count: int, on: date
) -> list[GridRow]:
    """Return so many further rows, with what is known filled in; no more than a grid may have."""
    maker = _Maker(unit_return, measure, on, rows)
    return [maker.new() for _ in range(min(count, MOST_ROWS - len(rows)))]


def _last_period(unit_return: Return, measure: str) -> list[ReportedRecord]:
    """Return the records of the period before, one of each name, place and line."""
    asked = unit_return.round
    found = (
        ReportedRecord.objects.filter(
            unit=unit_return.unit_id,
            measure=measure,
            withdrawn_at=None,
            happened_on__gte=before(asked.schedule.every, asked.starts_on),
            happened_on__lt=asked.starts_on,
        )
        .select_related("line")
        .order_by("reference")
    )
    each = {(record.title, record.place_id, record.line_id): record for record in found}
    return list(each.values())


class _Maker:
    """Makes rows of one grid with what the system knows; references go on where others end."""

    def __init__(self, unit_return: Return, measure: str, on: date, rows: Sequence[GridRow]) -> None:
        asked, self._unit = unit_return.round, unit_return.unit
        self._measure = measure_of_record(measure)
        stem = f"{self._unit.code}-{asked.starts_on:%Y%m}-".upper()
        known = ReportedRecord.objects.filter(measure=measure, reference__startswith=stem)
        taken = {
            *known.values_list("reference", flat=True),
            *(row.cells.get("reference", "") for row in rows),
        }
        self._stem, self._taken = stem, taken
        self._id = max((row.id for row in rows), default=0)
        self._number = 0
        files = list(ReturnFile.objects.filter(unit_return=unit_return).order_by("pk"))
        self._before = period_words(asked.schedule.every, before(asked.schedule.every, asked.starts_on)).zh
        self._now = asked.period.zh
        home = self._unit.place_id
        self._common = {
            "happened_on": min(asked.last_on, on).isoformat(),
            "title": f"{asked.period.zh}{self._measure.title.zh}"[:120],
            "place": places_typed([home])[home] if home is not None else "",
            "evidence": files[-1].name if files else "",
        }
        self._levels = self._levels_before(unit_return) if self._measure.kind is MeasureKind.STOCK else {}

    def _levels_before(self, unit_return: Return) -> dict[tuple[str, int, int | None], Decimal]:
        sums = (
            ReportedRecord.objects.filter(
                unit=unit_return.unit_id,
                measure=self._measure.code,
                withdrawn_at=None,
                happened_on__lt=unit_return.round.starts_on,
            )
            .order_by()
            .values_list("title", "place", "line")
            .annotate(level=Sum("quantity"))
        )
        return {(title, place, line): level for title, place, line, level in sums}

    def new(self) -> GridRow:
        """Return a further row."""
        return self._made({})

    def carried(self, record: ReportedRecord, place: str) -> GridRow:
        """Return last period's row once more: its name, place and line, never its quantity.

        A name that says the period before says this one instead; that of a level stays, since the level goes by it.
        """
        is_level = self._measure.kind is MeasureKind.STOCK
        said = {
            "title": record.title if is_level else record.title.replace(self._before, self._now),
            "place": place,
            "line": record.line.name if record.line else "",
        }
        level = self._levels.get((record.title, record.place_id, record.line_id))
        shown = "" if level is None else f"{level:.{self._measure.decimals}f}"
        return self._made(said, tuple(name for name, text in said.items() if text), shown)

    def _made(self, said: Mapping[str, str], carried: tuple[str, ...] = (), level: str = "") -> GridRow:
        self._id += 1
        cells = {
            name: text for name, text in {"reference": self._next(), **self._common, **said}.items() if text
        }
        return GridRow(self._id, cells, cells, carried, level)

    def _next(self) -> str:
        while True:
            self._number += 1
            reference = f"{self._stem}{self._number:03d}"
            if reference not in self._taken:
                self._taken.add(reference)
                return reference


def cleaned(rows: Sequence[GridRow], layout: Layout) -> tuple[list[GridRow], list[Problem]]:
    """Return rows as a draft may keep them: known columns, no cell too long, and no identity number anywhere."""
    names = [column.name for column in layout.columns]
    kept, problems = [], []
    for row in rows:
        cells = {name: row.cells.get(name, "").replace("\x00", "").strip()[:LONGEST_CELL] for name in names}
        for name, text in cells.items():
            if has_identity_number(text):
                cells[name] = ""
                problems.append(Problem(row.id, name, UnableToReport.sentences["identity_number"]))
        filled = {name: text for name, text in cells.items() if text}
        kept.append(GridRow(row.id, filled, row.given, row.carried, row.level))
    return kept, problems


def checked_grid(unit_return: Return, measure: str, rows: Sequence[GridRow], at: datetime) -> CheckedGrid:
    """Return the filled rows of a grid, read and judged as the rows of a sheet are, with what is wrong beside each cell."""
    layout = layout_with_code(measure)
    filled = [row for row in rows if row.is_filled]
    upload = Upload(layout=measure, unit=unit_return.unit, uploaded_at=at)
    digests = dict(ReturnFile.objects.filter(unit_return=unit_return).values_list("name", "file_id"))
    sheet = sheet_of(layout, [row.cells for row in filled])
    checked = check_sheet(sheet, upload, context_of(upload, digests, frozenset()))
    problems = [
        Problem(filled[refusal.row - 1].id, refusal.column, refusal.sentence) for refusal in checked.refusals
    ]
    asked: Round = unit_return.round
    if not checked.frame.is_empty():
        said = OUTSIDE_PERIOD.filled(period=asked.period)
        for number, day in checked.frame.select("row", "happened_on").iter_rows():
            if not asked.starts_on <= day < asked.ends_on:
                problems.append(Problem(filled[number - 1].id, "happened_on", said))
    return CheckedGrid(filled, checked, problems)


def places_typed(places: Collection[int]) -> dict[int, str]:
    """Return places as a sheet may say them, by number: a county and what is above by its whole name, else by its code."""
    labels = place_labels(places)
    return {place: labels[place] if level_of(place) <= COUNTY else code_text(place) for place in places}


def is_evidence(column: Column) -> bool:
    """Return whether a column names a file of the return."""
    return column.kind == ColumnKind.EVIDENCE


def open_records(unit_return: Return, measure: str | None = None) -> list[ReportedRecord]:
    """Return the drafts and returned records of a return's period, by measure and reference."""
    asked = unit_return.round
    found = reported_records().filter(
        unit=unit_return.unit_id,
        measure__in=asked.measures if measure is None else [measure],
        happened_on__gte=asked.starts_on,
        happened_on__lt=asked.ends_on,
    )
    found = found.filter(state__in=OPEN_STATES)  # type: ignore[misc]
    return list(found.order_by("measure", "reference"))


def measure_called(code: str) -> Measure:
    """Return a measure of a round, also one that is reported no more."""
    return measure_of_record(code)
