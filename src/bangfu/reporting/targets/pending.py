"""What pledges say to Today: versions to approve, agree to, submit and mend; what was approved since; what is behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.operations import granted_units
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Change, Changed, Wait, Waiting, Words, both
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.completion import Progress, progress_of
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import Agreement, Pledge, Step, StepKind, Target, Version
from bangfu.reporting.targets.queries import VIEW, pledges_seen_by
from bangfu.reporting.targets.rules import indicator_called
from bangfu.reporting.targets.withholding import as_seen

APPROVE, AGREE, SUBMIT = "targets.approve_pledge", "targets.record_agreement", "targets.submit_pledge"
_OF_VERSION = Step.objects.filter(version=OuterRef("pk")).order_by("-pk")


def _submitted() -> QuerySet[Version]:
    """Return the versions that wait for a decision, with their submission and the county's agreement to it."""
    found = Version.objects.annotate(
        last_kind=Subquery(_OF_VERSION.values("kind")[:1]),
        last_step=Subquery(_OF_VERSION.values("pk")[:1]),
        waits_since=Subquery(_OF_VERSION.values("taken_at")[:1]),
    ).filter(last_kind=StepKind.SUBMITTED)
    agreed = Exists(Agreement.objects.filter(step=OuterRef("last_step")))
    return found.annotate(is_agreed=agreed).select_related("pledge__unit").order_by("waits_since", "pk")


def versions_waiting_for(account: Account, on: date) -> QuerySet[Version]:
    """Return the submitted versions that an account may decide on now, the longest waiting first.

    Left out are those that the account had a hand in, and those that a county has to agree to first. Each has ``waits_since``.
    """
    hands = (
        Q(prepared_by=account)
        | Exists(Target.objects.filter(version=OuterRef("pk"), entered_by=account))
        | Exists(Step.objects.filter(version=OuterRef("pk"), kind=StepKind.SUBMITTED, taken_by=account))
        | Exists(Agreement.objects.filter(step__version=OuterRef("pk"), recorded_by=account))
    )
    ready = Q(pledge__county__isnull=True) | Q(is_agreed=True)
    return _submitted().filter(ready, pledge__unit__in=granted_units(account, APPROVE, on)).exclude(hands)


def versions_awaiting_a_county(account: Account, on: date) -> QuerySet[Version]:
    """Return the submitted versions whose county has not agreed yet and whose agreement an account may record."""
    wanted = Q(pledge__county__isnull=False, is_agreed=False)
    return _submitted().filter(wanted, pledge__unit__in=granted_units(account, AGREE, on))


@dataclass(frozen=True)
class Behind:
    """A target that shows red, with the pledge that holds it."""

    pledge: Pledge
    one: Progress

    @property
    def address(self) -> str:
        """Its pledge's page, narrowed to red ones of its indicator."""
        return f"{queries.pledge_address(self.pledge.pk)}?light=red&indicator={self.one.target.indicator}"


def targets_behind(account: Account, on: date, *, units: Sequence[int] | None = None) -> list[Behind]:
    """Return the targets of the year's pledges in force that show red and that an account may see, the furthest behind first.

    Args:
        units: only targets of these units; null: of any that the account may see.
    """
    seen = granted_units(account, queries.VIEW, on)
    if not seen:
        return []
    pledges = list(queries.pledges_seen_by(seen).filter(year=on.year))
    standings = queries.standings_of([one.pk for one in pledges])
    in_force = {
        standing.version.pk: pledge
        for pledge in pledges
        if (standing := queries.in_force(standings[pledge.pk], on)) is not None
    }
    targets = Target.objects.filter(version__in=in_force).select_related("unit", "place", "area", "line")
    if units is not None:
        targets = targets.filter(unit__in=units)
    allowed = queries.seen_by(account, list(targets.order_by("unit__path", "indicator", "pk")), on)
    lights, found = lights_on(on), []
    for version, pledge in in_force.items():
        mine = [one for one in allowed if one.version_id == version and indicator_called(one.indicator)]
        progress = progress_of(mine, year=pledge.year, signatory=pledge.unit, on=on, lights=lights)
        found += [Behind(pledge, one) for one in as_seen(account, progress, on) if one.light is Light.RED]
    found.sort(key=lambda behind: (behind.one.forecast_share is not None, behind.one.forecast_share or 0))
    return found


def _standing() -> QuerySet[Version]:
    last = Step.objects.filter(version=OuterRef("pk")).order_by("-id")
    return (
        Version.objects.annotate(
            state=Coalesce(Subquery(last.values("kind")[:1]), Value("")),
            waits_since=Subquery(last.values("taken_at")[:1]),
        )
        .select_related("pledge__unit")
        .order_by("pk")
    )


def _lines(what: Words, versions: QuerySet[Version]) -> list[Waiting]:
    return [
        Waiting(
            what=what,
            count=1,
            address=reverse("targets:version", args=[one.pk]),
            about=Words(
                f"{one.pledge.unit.name_zh}，{one.pledge.year}，{one.pledge.title}",
                f"{one.pledge.unit.name_en}, {one.pledge.year}, {one.pledge.title}",
            ),
            since=timezone.localdate(one.waits_since or one.prepared_at),  # type: ignore[attr-defined]
        )
        for one in versions
    ]


def to_approve(account: Account, on: date) -> list[Waiting]:
    """Return the submitted versions that an account may decide on now, each in a line."""
    return _lines(both("批准责任书", "Approve a pledge"), versions_waiting_for(account, on))


def to_agree(account: Account, on: date) -> list[Waiting]:
    """Return the versions whose county has still to agree and whose agreement an account may record, each in a line."""
    return _lines(
        both("登记县方同意", "Record the county's agreement"), versions_awaiting_a_county(account, on)
    )


def to_submit(account: Account, on: date) -> list[Waiting]:
    """Return the versions that an account drafted and has still to submit, or that were returned to it."""
    mine = _standing().filter(in_granted_units(account, SUBMIT, on, "pledge__unit_id"), prepared_by=account)
    return [
        *_lines(both("补正被退回的责任书", "Mend a returned pledge"), mine.filter(state=StepKind.RETURNED)),  # type: ignore[misc]
        *_lines(both("提交草拟的责任书", "Submit a drafted pledge"), mine.filter(state="")),  # type: ignore[misc]
    ]


WAITS = (
    Wait("targets.approval", "signature", frozenset({APPROVE}), to_approve),
    Wait("targets.agreement", "signature", frozenset({AGREE}), to_agree),
    Wait("targets.draft", "file-text", frozenset({SUBMIT}), to_submit),
)


def approved(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return the pledges that came into force or were revised, of those that an account may see, each in a line."""
    steps = list(
        Step.objects.filter(kind=StepKind.APPROVED, taken_at__gte=since)
        .select_related("version__pledge__unit")
        .order_by("-taken_at", "-pk")
    )
    if not steps:
        return []
    pledges = {one.version.pledge_id for one in steps}
    seen = set(
        pledges_seen_by(granted_units(account, VIEW, on))
        .filter(pk__in=pledges)
        .order_by()
        .values_list("pk", flat=True)
    )
    first = both("批准责任书：{unit}，{year}，{title}", "Pledge approved: {unit}, {year}, {title}")
    revised = both(
        "责任书修订第 {number} 版：{unit}，{year}，{title}",
        "Pledge revised, version {number}: {unit}, {year}, {title}",
    )
    return [
        Changed(
            what=(first if one.version.number == 1 else revised).filled(
                number=one.version.number,
                unit=Words(one.version.pledge.unit.name_zh, one.version.pledge.unit.name_en),
                year=one.version.pledge.year,
                title=one.version.pledge.title,
            ),
            address=reverse("targets:version", args=[one.version_id]),
            at=one.taken_at,
        )
        for one in steps
        if one.version.pledge_id in seen
    ]


CHANGES = (Change("targets.approved", "signature", frozenset({VIEW}), approved),)
