"""What a reported record's page tells of its life."""

from __future__ import annotations

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.records import Step, corrected, entered, life_of, withdrawn
from bangfu.foundation.rooms import both


def trail_of(record: ReportedRecord) -> list[Step]:
    """Return everything that happened to a record, in order."""
    first = entered(
        record.registered_at,
        record.registered_by,
        sheet=record.upload.name if record.upload else None,
        by_hand=both("逐条报送", "Reported by hand"),
    )
    corrections = record.corrections.select_related("corrected_by__person__key")
    return life_of(record, first, *corrected(corrections), *withdrawn(record))
