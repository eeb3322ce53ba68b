"""What others may read of evidence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from bangfu.foundation.evidence.models import KIND_WORDS, Attachment, EvidenceFile
from bangfu.foundation.evidence.storage import path_of
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, record_type

__all__ = [
    "ShownAttachment",
    "attachments_of",
    "evidence_share",
    "has_evidence",
    "has_shared_evidence",
    "may_view",
    "path_of",
    "shown_attachments",
    "within_reach",
]


def attachments_of(record_type: int, records: list[int]) -> QuerySet[Attachment]:
    """Return the attachments of records of one type, with their files, record by record in the order attached."""
    rows = Attachment.objects.filter(record_type=record_type, record_id__in=records)
    return rows.select_related("file").order_by("record_id", "id")


def has_evidence(record_type: int, records: list[int]) -> set[int]:
    """Return those of the records on which at least one file hangs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT record_id FROM evidence_attachment WHERE record_type = %s AND record_id = ANY(%s)",
            [record_type, records],
        )
        return {key for (key,) in cursor.fetchall()}


def has_shared_evidence(record_type: int, records: list[int]) -> set[int]:
    """Return those of the records on which a file hangs that hangs on another record too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH ours AS (SELECT record_id, file_id FROM evidence_attachment"
            "               WHERE record_type = %s AND record_id = ANY(%s)),"
            " shared AS (SELECT file_id FROM evidence_attachment WHERE file_id IN (SELECT file_id FROM ours)"
            "             GROUP BY file_id HAVING count(*) > 1)"
            " SELECT DISTINCT record_id FROM ours WHERE file_id IN (SELECT file_id FROM shared)",
            [record_type, records],
        )
        return {key for (key,) in cursor.fetchall()}


def evidence_share(record_type: int, records: list[int]) -> Decimal | None:
    """Return the share (0 to 1) of the records that have evidence; null for no records."""
    keys = set(records)
    if not keys:
        return None
    return Decimal(len(has_evidence(record_type, list(keys)))) / len(keys)


@dataclass(frozen=True)
class ShownAttachment:
    """One attachment as a page lists it."""

    name: str
    kind: Words
    record_title: str
    """Empty when the record is gone."""
    record_address: str
    record_kind: Words
    attached_by: str
    attached_at: datetime


def within_reach(account: Account, attachments: list[Attachment], on: date) -> list[Attachment]:
    """Return the attachments that an account may know of: its own, and those in its scope of ``evidence.view``."""
    if allows(account, "evidence.view", Scope(), on):
        return attachments
    units = _units_of(attachments)
    open_units = {
        unit for unit in set(units.values()) if allows(account, "evidence.view", Scope(unit=unit), on)
    }
    return [
        one
        for one in attachments
        if one.attached_by_id == account.pk or units.get((one.record_type, one.record_id)) in open_units
    ]


def _units_of(attachments: list[Attachment]) -> dict[tuple[int, int], int]:
    """Return the owning units: ``dict[(record type, record), unit]``, absent = the record has no unit."""
    keys: dict[int, list[int]] = defaultdict(list)
    for one in attachments:
        keys[one.record_type].append(one.record_id)
    found: dict[tuple[int, int], int] = {}
    for number, records in keys.items():
        unit_of = record_type(number).review_scope
        if unit_of is not None:
            found.update({(number, key): unit for key, unit in unit_of(records).items()})
    return found


def may_view(account: Account, file: EvidenceFile, on: date) -> bool:
    """Return whether an account may open a file on a day.

    Who kept it first may, and whoever it is within reach of by one of its attachments. A file on no record, and one on
    records without units, open otherwise only to a grant at the root.
    """
    if not account.is_active:
        return False
    if file.kept_by_id == account.pk or allows(account, "evidence.view", Scope(), on):
        return True
    return bool(within_reach(account, list(file.attachments.all()), on))


def shown_attachments(attachments: list[Attachment]) -> list[ShownAttachment]:
    """Return attachments as a page lists them, with their records' titles and addresses."""
    keys: dict[int, list[int]] = defaultdict(list)
    for one in attachments:
        keys[one.record_type].append(one.record_id)
    summaries = {number: record_type(number).summaries(records) for number, records in keys.items()}
    names = {one.attached_by_id: one.attached_by.display_name for one in attachments}
    shown = []
    for one in attachments:
        kind = record_type(one.record_type)
        summary = summaries[one.record_type].get(one.record_id)
        shown.append(
            ShownAttachment(
                name=one.name,
                kind=KIND_WORDS[one.kind],
                record_title=summary.title if summary else "",
                record_address=kind.address(one.record_id) if summary else "",
                record_kind=kind.title,
                attached_by=names[one.attached_by_id],
                attached_at=one.attached_at,
            )
        )
    return shown
