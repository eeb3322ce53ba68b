"""A county's agreement to what was submitted, recorded with what it signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.models import Agreement, Pledge, Step, StepKind, Version
from bangfu.reporting.targets.operations.drafting import attach_files, lock_pledge
from bangfu.reporting.targets.rules import UnableToAgree


@operation("targets.record_agreement", scope=scope_of("version"))
def record_agreement(
    *,
    version: Version,
    signed_by: str,
    document: str,
    agreed_on: date,
    files: Sequence[tuple[str, bytes]],
    act: Act,
) -> Agreement:
    """Record that the county signed a submitted version, with a scan of it; whoever records it does not approve.

    Args:
        signed_by: which body of the county.

    Raises:
        UnableToAgree: see its codes; nothing was written.
        UnableToKeep: see its codes; nothing was written.
    Locks: the pledge.
    """
    signed_by, document = " ".join(signed_by.split()), document.strip()
    if Pledge.objects.get(pk=version.pledge_id).county_id is None:
        raise UnableToAgree("no_county")
    if not signed_by:
        raise UnableToAgree("signed_by_missing")
    if not document:
        raise UnableToAgree("document_missing")
    if agreed_on > act.on:
        raise UnableToAgree("in_future", day=agreed_on.isoformat())
    if not files:
        raise UnableToAgree("evidence_missing")
    lock_pledge(version.pledge_id)
    if queries.state_of(version.pk) != StepKind.SUBMITTED:
        raise UnableToAgree("not_submitted")
    if queries.agreement_to(version.pk) is not None:
        raise UnableToAgree("agreed_already")
    agreement = Agreement.objects.create(
        step=Step.objects.filter(version=version).latest("pk"),
        signed_by=signed_by,
        document=document,
        agreed_on=agreed_on,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    attach_files(agreement, files, act)
    return agreement
