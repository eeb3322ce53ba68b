"""Submitting a version, and another person's decision on it."""

from __future__ import annotations

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.records import evidence_of
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.models import Pledge, Step, StepKind, Target, Version
from bangfu.reporting.targets.operations.drafting import lock_pledge
from bangfu.reporting.targets.rules import UnableToDecide, exact_words, quarter_off, splits_in, title_of


@operation("targets.submit_pledge", scope=scope_of("version"))
def submit_pledge(*, version: Version, act: Act) -> Step:
    """Submit a version for another person's approval; from then on its targets are fixed.

    Raises: UnableToDecide: ``submitted_already``, ``no_targets``, ``evidence_missing``, ``does_not_agree``,
        ``quarters_do_not_agree``, ``part_is_later``; nothing was written.
    Locks: the pledge.
    """
    lock_pledge(version.pledge_id)
    if queries.state_of(version.pk) not in ("", StepKind.RETURNED):
        raise UnableToDecide("submitted_already")
    _require_whole(version)
    return Step.objects.create(version=version, kind=StepKind.SUBMITTED, taken_by=act.actor, taken_at=act.at)


@operation("targets.approve_pledge", scope=scope_of("version"))
def approve_pledge(*, version: Version, act: Act) -> Step:
    """Approve a version that other people drafted; it is in force from its day on.

    Raises: UnableToDecide: ``not_submitted``, ``same_person``, ``county_has_not_agreed``, ``does_not_agree``; nothing was
        written.
    Locks: the pledge.
    """
    lock_pledge(version.pledge_id)
    _require_another(version, act)
    pledge = Pledge.objects.get(pk=version.pledge_id)
    if pledge.county_id is not None and queries.agreement_to(version.pk) is None:
        raise UnableToDecide("county_has_not_agreed", county=place_label(pledge.county_id))
    _require_whole(version)
    return Step.objects.create(version=version, kind=StepKind.APPROVED, taken_by=act.actor, taken_at=act.at)


@operation("targets.return_pledge", scope=scope_of("version"))
def return_pledge(*, version: Version, remark: str, act: Act) -> Step:
    """Return a version with what is wrong; its targets may be changed again.

    Raises: UnableToDecide: ``remark_missing``, ``not_submitted``, ``same_person``; nothing was written.
    Locks: the pledge.
    """
    if not remark.strip():
        raise UnableToDecide("remark_missing")
    lock_pledge(version.pledge_id)
    _require_another(version, act)
    return Step.objects.create(
        version=version,
        kind=StepKind.RETURNED,
        remark=remark.strip(),
        taken_by=act.actor,
        taken_at=act.at,
    )


def _require_another(version: Version, act: Act) -> None:
    if queries.state_of(version.pk) != StepKind.SUBMITTED:
        raise UnableToDecide("not_submitted")
    if act.actor.pk in queries.hands_in(version):
        raise UnableToDecide("same_person")


def _require_whole(version: Version) -> None:
    targets = {one.pk: one for one in Target.objects.filter(version=version).select_related("unit")}
    if not targets:
        raise UnableToDecide("no_targets")
    if not evidence_of(version):
        raise UnableToDecide("evidence_missing")
    splits = splits_in(targets.values())
    wrong = [one for one in splits.values() if not one.agrees]
    if wrong:
        first = wrong[0]
        raise UnableToDecide(
            "does_not_agree",
            count=len(wrong),
            title=title_of(targets[first.whole.key].indicator),
            unit=_name(targets[first.whole.key]),
            wanted=exact_words(first.wanted),
            total=exact_words(first.total),
            difference=exact_words(first.difference),
        )
    for split in splits.values():
        whole = targets[split.whole.key]
        parts = [targets[part.key] for part in split.parts]
        off = quarter_off(whole, parts) if split.whole.adds_up else None
        if off is not None:
            raise UnableToDecide(
                "quarters_do_not_agree",
                title=title_of(whole.indicator),
                unit=_name(whole),
                quarter=off.quarter,
                wanted=exact_words(off.wanted),
                total=exact_words(off.total),
                difference=exact_words(off.total - off.wanted),
            )
        for part in split.parts:
            mine = targets[part.key]
            if mine.due_on > whole.due_on:
                raise UnableToDecide(
                    "part_is_later",
                    title=title_of(mine.indicator),
                    unit=_name(mine),
                    due_on=mine.due_on.isoformat(),
                    whole=whole.due_on.isoformat(),
                )


def _name(target: Target) -> Words:
    return both(target.unit.name_zh, target.unit.name_en)
