"""Drafting pledges and their revisions, and the targets in a draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.db.models import Model

from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach, keep
from bangfu.foundation.evidence.sniffing import PICTURES
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms import both
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.models import (
    FIRST_YEAR,
    LAST_YEAR,
    LOCK,
    QUARTERS,
    Pledge,
    StepKind,
    Target,
    Version,
)
from bangfu.reporting.targets.rules import (
    TargetDetails,
    UnableToPledge,
    UnableToSetTarget,
    fault_of,
    title_of,
)

COPY_TARGETS = """
INSERT INTO targets_target (version_id, indicator, unit_id, place_id, area_id, line_id, quantity, direction, due_on, reserve,
                            first_quarter, second_quarter, third_quarter, fourth_quarter, entered_by_id)
SELECT %s, indicator, unit_id, place_id, area_id, line_id, quantity, direction, due_on, reserve,
       first_quarter, second_quarter, third_quarter, fourth_quarter, %s
  FROM targets_target WHERE version_id = %s ORDER BY id
"""


def lock_pledge(pledge: int) -> None:
    """Let one version and one decision of a pledge be made at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, pledge])


def require_draft(version: Version) -> None:
    """Refuse unless a version is a draft or was returned.

    Raises: UnableToPledge: ``not_a_draft``.
    """
    if queries.state_of(version.pk) not in ("", StepKind.RETURNED):
        raise UnableToPledge("not_a_draft")


@operation("targets.draft_pledge", scope=scope_of("unit"))
def draft_pledge(
    *,
    unit: Unit,
    year: int,
    title: str,
    document: str,
    signed_on: date,
    county: Place | None = None,
    files: Sequence[tuple[str, bytes]] = (),
    act: Act,
) -> Version:
    """Draft a unit's pledge for a year, with its document, and return its first version.

    Args:
        county: to which county it is pledged, which has to agree before it is approved; null: to none, or to many.

    Raises:
        UnableToPledge: ``title_missing``, ``document_missing``, ``year``, ``signed_in_future``, ``not_a_county``,
            ``known_already``; nothing was written.
        UnableToKeep: see its codes; nothing was written.
    Locks: nothing; two that draft the same meet at a constraint.
    """
    title, document = " ".join(title.split()), document.strip()
    if not title:
        raise UnableToPledge("title_missing")
    if not document:
        raise UnableToPledge("document_missing")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnableToPledge("year", first=FIRST_YEAR, last=LAST_YEAR)
    if signed_on > act.on:
        raise UnableToPledge("signed_in_future", day=signed_on.isoformat())
    if county is not None and not county.level <= COUNTY <= county.through_level:
        raise UnableToPledge("not_a_county", place=place_label(county.pk))
    if Pledge.objects.filter(unit=unit, year=year, title=title).exists():
        raise UnableToPledge("known_already", unit=both(unit.name_zh, unit.name_en), year=year, title=title)
    pledge = Pledge.objects.create(year=year, unit=unit, title=title, county=county)
    version = Version.objects.create(
        pledge=pledge,
        number=1,
        document=document,
        signed_on=signed_on,
        effective_on=signed_on,
        prepared_by=act.actor,
        prepared_at=act.at,
    )
    attach_files(version, files, act)
    return version


@operation("targets.revise_pledge", scope=scope_of("pledge"))
def revise_pledge(
    *,
    pledge: Pledge,
    document: str,
    signed_on: date,
    effective_on: date,
    reason: str,
    files: Sequence[tuple[str, bytes]] = (),
    act: Act,
) -> Version:
    """Draft a revision of an approved pledge, which begins with its targets as they are; the old ones stay.

    Raises:
        UnableToPledge: ``document_missing``, ``reason_missing``, ``signed_in_future``, ``backdated``, ``not_approved``,
            ``open_already``, ``dates``; nothing was written.
        UnableToKeep: see its codes; nothing was written.
    Locks: the pledge.
    """
    document, reason = document.strip(), reason.strip()
    if not document:
        raise UnableToPledge("document_missing")
    if not reason:
        raise UnableToPledge("reason_missing")
    if signed_on > act.on:
        raise UnableToPledge("signed_in_future", day=signed_on.isoformat())
    if effective_on < signed_on:
        raise UnableToPledge("backdated", day=signed_on.isoformat())
    lock_pledge(pledge.pk)
    last = queries.versions_of(pledge.pk)[-1]
    if last.state != StepKind.APPROVED:
        raise UnableToPledge("not_approved" if last.version.number == 1 else "open_already")
    if effective_on <= last.version.effective_on:
        raise UnableToPledge("dates", day=last.version.effective_on.isoformat())
    version = Version.objects.create(
        pledge=pledge,
        number=last.version.number + 1,
        document=document,
        signed_on=signed_on,
        effective_on=effective_on,
        reason=reason,
        prepared_by=act.actor,
        prepared_at=act.at,
    )
    with connection.cursor() as cursor:
        cursor.execute(COPY_TARGETS, [version.pk, act.actor.pk, last.version.pk])
    attach_files(version, files, act)
    return version


@operation("targets.attach_document", scope=scope_of("version"))
def attach_document(*, version: Version, files: Sequence[tuple[str, bytes]], act: Act) -> Version:
    """Attach files to a draft: the signed document, or what the revision rests on.

    Raises:
        UnableToPledge: ``not_a_draft``; nothing was written.
        UnableToKeep: see its codes; nothing was written.
    Locks: the pledge.
    """
    lock_pledge(version.pledge_id)
    require_draft(version)
    attach_files(version, files, act)
    return version


def attach_files(record: Model, files: Sequence[tuple[str, bytes]], act: Act) -> None:
    """Keep files as evidence of a record.

    Raises: UnableToKeep: see its codes.
    """
    for name, content in files:
        file = keep(content, name=name, act=act)
        kind = EvidenceKind.PHOTO if file.media_type in PICTURES else EvidenceKind.DOCUMENT
        attach(file, to=record, kind=kind, name=name, act=act)


@operation("targets.set_target", scope=scope_of("version"))
def set_target(*, version: Version, details: TargetDetails, target: Target | None = None, act: Act) -> Target:
    """Enter a target into a draft, or change one of it.

    Raises:
        UnableToPledge: ``not_a_draft``; UnableToSetTarget: see its codes. Nothing was written.
    Locks: the pledge.
    """
    lock_pledge(version.pledge_id)
    require_draft(version)
    pledge = Pledge.objects.select_related("unit").get(pk=version.pledge_id)
    fault = fault_of(details, year=pledge.year, signatory=pledge.unit)
    if fault is not None:
        raise UnableToSetTarget(fault[0], **fault[1])
    said = {
        "indicator": details.indicator,
        "unit": details.unit,
        "place": details.place,
        "area": details.area,
        "line": details.line,
    }
    same = Target.objects.filter(version=version, **said)
    if target is not None:
        same = same.exclude(pk=target.pk)
    if same.exists():
        raise UnableToSetTarget(
            "same_twice",
            title=title_of(details.indicator),
            unit=both(details.unit.name_zh, details.unit.name_en),
        )
    written = {
        **said,
        "quantity": details.quantity,
        "direction": details.direction,
        "due_on": details.due_on or date(pledge.year, 12, 31),
        "reserve": details.reserve,
        **dict(zip(QUARTERS, details.quarters or (None,) * len(QUARTERS), strict=True)),
        "entered_by": act.actor,
    }
    if target is None:
        return Target.objects.create(version=version, **written)
    held = Target.objects.get(pk=target.pk, version=version)
    for name, value in written.items():
        setattr(held, name, value)
    held.save()
    return held


@operation("targets.drop_target", scope=scope_of("version"))
def drop_target(*, version: Version, target: Target, act: Act) -> Version:
    """Take a target out of a draft; its history stays.

    Raises: UnableToPledge: ``not_a_draft``; nothing was written.
    Locks: the pledge.
    """
    lock_pledge(version.pledge_id)
    require_draft(version)
    Target.objects.filter(pk=target.pk, version=version).delete()
    return version
