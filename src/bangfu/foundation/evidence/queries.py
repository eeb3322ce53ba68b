"""What others may read of evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from bangfu.foundation.evidence.models import (
    KIND_WORDS,
    Attachment,
    Consent,
    EvidenceFile,
    LikenessRule,
    PictureDeclaration,
    Use,
)
from bangfu.foundation.evidence.storage import path_of
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, record_type, record_types

__all__ = [
    "Likeness",
    "RepeatedPicture",
    "ShownAttachment",
    "attachments_of",
    "consents_in_force",
    "evidence_share",
    "has_evidence",
    "has_shared_evidence",
    "largest_distance",
    "may_view",
    "openable",
    "path_of",
    "recognisable_in",
    "repeated_pictures",
    "same_picture",
    "showable",
    "shown_attachments",
    "units_of",
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


def openable(account: Account, digests: Collection[str], on: date) -> set[str]:
    """Return which files of these an account may open on a day, as ``may_view`` says of each, by as many queries for many."""
    if not account.is_active or not digests:
        return set()
    if allows(account, "evidence.view", Scope(), on):
        return set(digests)
    kept = EvidenceFile.objects.filter(pk__in=digests, kept_by=account)
    hanging = list(Attachment.objects.filter(file__in=digests))
    return set(kept.values_list("pk", flat=True)) | {
        one.file_id for one in within_reach(account, hanging, on)
    }


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


@dataclass(frozen=True)
class Likeness:
    """Another file that shows the same picture."""

    digest: str
    distance: int
    """Bits in which the fingerprints differ; 0 looks the same, though the bytes differ."""


_SAME_PICTURE = """
WITH asked AS MATERIALIZED (
    SELECT file_id, fingerprint, band_0, band_1, band_2, band_3 FROM evidence_photograph
     WHERE file_id = ANY(%s) AND fingerprint IS NOT NULL
), near AS (
    SELECT asked.file_id AS one, other.file_id AS other, asked.fingerprint # other.fingerprint AS differing
      FROM asked JOIN evidence_photograph other ON other.band_0 = asked.band_0
    UNION
    SELECT asked.file_id, other.file_id, asked.fingerprint # other.fingerprint
      FROM asked JOIN evidence_photograph other ON other.band_1 = asked.band_1
    UNION
    SELECT asked.file_id, other.file_id, asked.fingerprint # other.fingerprint
      FROM asked JOIN evidence_photograph other ON other.band_2 = asked.band_2
    UNION
    SELECT asked.file_id, other.file_id, asked.fingerprint # other.fingerprint
      FROM asked JOIN evidence_photograph other ON other.band_3 = asked.band_3
)
SELECT one, other, bit_count(differing::bit(64)) FROM near
 WHERE one <> other AND bit_count(differing::bit(64)) <= %s
 ORDER BY one, 3, other
"""


def largest_distance(on: date) -> int:
    """Return from how near on two pictures count as the same on a day, in bits of 64; 0 where no rule is in force."""
    rule = LikenessRule.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on).first()
    return rule.largest_distance if rule else 0


def same_picture(digests: Collection[str], *, on: date | None = None) -> dict[str, list[Likeness]]:
    """Return the other files that show the same picture: ``dict[digest, nearest first]``, absent = none.

    One query, through the indexes of the fingerprints' four bands: by the pigeonhole principle two fingerprints that
    differ in three bits or fewer agree in one of them.

    Args:
        on: by the rule of that day; null is today's.
    """
    limit = largest_distance(on or timezone.localdate())
    found: dict[str, list[Likeness]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SAME_PICTURE, [list(digests), limit])
        for one, other, bits in cursor.fetchall():
            found[one].append(Likeness(other, int(bits)))
    return dict(found)


@dataclass(frozen=True)
class RepeatedPicture:
    """A record's picture that hangs on another record too; whether a reader may know of it, ``within_reach`` says."""

    digest: str
    """The record's own picture."""
    name: str
    other: Attachment
    distance: int | None
    """Bits in which the pictures' fingerprints differ; null = it is the very same file."""


def repeated_pictures(
    record_type: int, keys: Collection[int], *, on: date | None = None
) -> dict[int, list[RepeatedPicture]]:
    """Return which pictures of records hang on other records too, by record; absent = none. Three queries.

    A warning, no verdict: two stations on one mast may share a picture, two visits may not.
    """
    own = list(attachments_of(record_type, list(keys)).filter(file__photograph__isnull=False))
    likenesses = same_picture({one.file_id for one in own}, on=on)
    wanted = {one.file_id for one in own} | {like.digest for found in likenesses.values() for like in found}
    hanging: dict[str, list[Attachment]] = defaultdict(list)
    shown_only = [kind.number for kind in record_types() if not kind.pictures_prove]
    others = Attachment.objects.filter(file__in=wanted).exclude(record_type__in=shown_only)
    for one in others.select_related("attached_by__person__key").order_by("id"):
        hanging[one.file_id].append(one)
    repeated: dict[int, list[RepeatedPicture]] = defaultdict(list)
    for one in own:
        near = [
            (one.file_id, None),
            *((like.digest, like.distance) for like in likenesses.get(one.file_id, [])),
        ]
        for digest, bits in near:
            repeated[one.record_id] += [
                RepeatedPicture(one.file_id, one.name, other, bits)
                for other in hanging[digest]
                if (other.record_type, other.record_id) != (record_type, one.record_id)
            ]
    return {key: found for key, found in repeated.items() if found}


def units_of(file: EvidenceFile) -> set[int]:
    """Return the units on whose records a file hangs."""
    return set(_units_of(list(file.attachments.all())).values())


def recognisable_in(digest: str) -> int | None:
    """Return how many people can be recognised in a picture, as was declared last; null when nobody declared it."""
    newest = PictureDeclaration.objects.filter(file=digest).order_by("-id")
    return newest.values_list("recognisable", flat=True).first()


def consents_in_force(digest: str) -> QuerySet[Consent]:
    """Return the consents to a picture that were not withdrawn and whose giver was not erased."""
    return _in_force().filter(picture=digest)


def _in_force() -> QuerySet[Consent]:
    return Consent.objects.filter(Q(person__isnull=True) | Q(person__erased_at__isnull=True)).filter(
        withdrawn_on__isnull=True
    )


def showable(use: Use) -> QuerySet[PictureDeclaration, str]:
    """Return the digests of the pictures that may be shown for a use, at this moment: as a subquery.

    A picture may be shown when it was declared that nobody in it can be recognised, or when as many consents for the use are
    in force as people can be. An undeclared picture may not.
    """
    newer = PictureDeclaration.objects.filter(file=OuterRef("file"), id__gt=OuterRef("id"))
    agreed = (
        _in_force()
        .filter(picture=OuterRef("file"), **{use.value: True})
        .order_by()
        .values("picture")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        PictureDeclaration.objects.filter(~Exists(newer))
        .annotate(agreed=Coalesce(Subquery(agreed), 0, output_field=IntegerField()))
        .filter(recognisable__lte=F("agreed"))
        .values_list("file", flat=True)
    )
