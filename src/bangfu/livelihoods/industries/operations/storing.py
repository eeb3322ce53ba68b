"""Plain writing functions that the room's operations share: locks, files, papers."""

from __future__ import annotations

from typing import TypeVar

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.operations import Act, Refusal, inside_operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import record_type_of
from bangfu.livelihoods.industries.models import Contract, Industry, Lot, Payment, Reviewed, Season

Files = tuple[tuple[str, bytes], ...]
Kept = TypeVar("Kept", bound=Reviewed)


def industry_for_update(industry: Industry) -> Industry:
    """Return the industry as it is now, locked until the operation ends."""
    inside_operation()
    return (
        Industry.objects.select_for_update(of=("self",)).select_related("unit", "place").get(pk=industry.pk)
    )


def record_for_update(record: Kept) -> Kept:
    """Return a record as it is now, locked until the operation ends."""
    inside_operation()
    return type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)


def submit(record: Reviewed, *, files: Files, unit: Unit, unable: type[Refusal], act: Act) -> Batch:
    """Hang files on a record and submit it for review on a paper of its own.

    Raises: the refusal given: ``evidence_missing``; UnableToKeep: a file is refused.
    """
    kind = record_type_of(record)
    hang([record.pk], files, record_type=kind, act=act)
    if not has_evidence(kind.number, [record.pk]):
        raise unable("evidence_missing")
    return submit_many([record.pk], record_type=kind, unit=unit, title=_title(record), act=act)


def _title(record: Reviewed) -> str:
    """Return what a record's paper is called."""
    match record:
        case Season():
            return f"产业 {record.industry.code} {record.year}-{record.part}"
        case Contract():
            return f"联结合同 {record.number}"
        case Payment():
            return f"付款 {record.contract.number} {record.receipt}"
        case Lot():
            return f"批次 {record.code}"
    return f"产业 {record.name}"
