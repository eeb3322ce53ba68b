"""What a file of reported records says, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import QuerySet

from bangfu.foundation.intake.models import REPORTED_STATE_WORDS, ReportedRecord
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.places.queries import code_text, place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches

HEADINGS: tuple[Words, ...] = (
    both("编号", "Reference"),
    both("名称", "What it is"),
    both("区划代码", "Place code"),
    both("地点", "Place"),
    both("日期", "Date"),
    both("数量", "Quantity"),
    both("计量单位", "Unit of measure"),
    both("专业线", "Line"),
    both("报送单位", "Reported by"),
    both("备注", "Remark"),
    both("状态", "State"),
    both("修订", "Revision"),
)


def record_cells(records: QuerySet[ReportedRecord], measure: Measure) -> Iterator[list[Cell]]:
    """Return the cells of each record, a few thousand in memory at a time."""
    for batch in in_batches(records):
        yield from _cells(batch, measure)


def _cells(batch: list[ReportedRecord], measure: Measure) -> Iterator[list[Cell]]:
    labels = place_labels({record.place_id for record in batch})
    for record in batch:
        yield [
            record.reference,
            record.title,
            code_text(record.place_id),
            labels[record.place_id],
            record.happened_on.isoformat(),
            Decimal(f"{record.quantity:.{measure.decimals}f}"),
            str(measure.unit),
            record.line.name if record.line else "",
            record.unit.name,
            record.remark,
            str(REPORTED_STATE_WORDS[record.state]),  # type: ignore[attr-defined]
            str(record.revision),
        ]
