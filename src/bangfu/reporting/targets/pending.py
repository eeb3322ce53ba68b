"""What of pledges waits for an account, and what is behind: few statements, however many pledges there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.completion import Progress, progress_of
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import Agreement, Pledge, Step, StepKind, Target, Version
from bangfu.reporting.targets.rules import indicator_called
from bangfu.reporting.targets.withholding import as_seen

APPROVE, AGREE = "targets.approve_pledge", "targets.record_agreement"
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
    return (
        _submitted().filter(ready, in_granted_units(account, APPROVE, on, "pledge__unit_id")).exclude(hands)
    )


def versions_awaiting_a_county(account: Account, on: date) -> QuerySet[Version]:
    """Return the submitted versions whose county has not agreed yet and whose agreement an account may record."""
    wanted = Q(pledge__county__isnull=False, is_agreed=False)
    return _submitted().filter(wanted, in_granted_units(account, AGREE, on, "pledge__unit_id"))


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
    pledges = list(queries.pledges_seen_by(account, on).filter(year=on.year))
    if not pledges:
        return []
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
