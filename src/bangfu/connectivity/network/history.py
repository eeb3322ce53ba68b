"""What a record's page tells of its life."""

from __future__ import annotations

from bangfu.connectivity.network.models import Correction, RecordCorrection, Reported, Station
from bangfu.foundation.records import Step, corrected, entered, life_of, withdrawn
from bangfu.foundation.rooms import both, record_type_of


def trail_of(record: Station | Reported) -> list[Step]:
    """Return everything that happened to a record, in order."""
    first = entered(
        record.registered_at,
        record.registered_by,
        sheet=record.upload.name if record.upload else None,
        by_hand=both("逐个登记", "Registered by hand"),
    )
    return life_of(record, first, *corrected(_corrections(record)), *withdrawn(record))


def _corrections(record: Station | Reported) -> list[Correction] | list[RecordCorrection]:
    if isinstance(record, Station):
        return list(record.corrections.select_related("corrected_by__person__key"))
    kept = RecordCorrection.objects.filter(record_type=record_type_of(record).number, record_id=record.pk)
    return list(kept.select_related("corrected_by__person__key"))
