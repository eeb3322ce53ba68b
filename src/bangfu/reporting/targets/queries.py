"""What others may read of targets: pledges with their versions, what is in force, and how a target was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from bangfu.foundation.operations.authority import granted_rows
from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import RecordSummary, Words, both
from bangfu.reporting.targets.models import (
    STATE_LOOKS,
    STATE_WORDS,
    Agreement,
    Pledge,
    Step,
    StepKind,
    Target,
    Version,
)

VIEW = "targets.view"


@dataclass(frozen=True)
class Standing:
    """A version and how far it is."""

    version: Version
    steps: tuple[Step, ...]
    """In the order they were taken."""

    @property
    def state(self) -> str:
        """A ``StepKind``, or nothing for a draft that was never submitted."""
        return self.steps[-1].kind if self.steps else ""

    @property
    def state_words(self) -> Words:
        """The state in words."""
        return STATE_WORDS[self.state]

    @property
    def look(self) -> str:
        """How the state is drawn."""
        return STATE_LOOKS[self.state]

    @property
    def is_draft(self) -> bool:
        """Whether its targets may be changed."""
        return self.state in ("", StepKind.RETURNED)

    @property
    def is_approved(self) -> bool:
        """Whether it is, or will be, in force."""
        return self.state == StepKind.APPROVED

    @property
    def agreement(self) -> Agreement | None:
        """The county's agreement to its last submission."""
        submitted = [one for one in self.steps if one.kind == StepKind.SUBMITTED]
        return getattr(submitted[-1], "agreement", None) if submitted else None

    @property
    def approved_by(self) -> Step | None:
        """The step that approved it."""
        return self.steps[-1] if self.is_approved else None


def state_of(version: int) -> str:
    """Return how far a version is: a ``StepKind``, or nothing."""
    last = Step.objects.filter(version=version).order_by("-id").values_list("kind", flat=True).first()
    return last or ""


def versions_of(pledge: int) -> list[Standing]:
    """Return the versions of a pledge, oldest first."""
    return standings_of([pledge])[pledge]


def standings_of(pledges: list[int]) -> dict[int, list[Standing]]:  # by pledge
    """Return the versions of pledges, oldest first."""
    found: dict[int, list[Standing]] = {key: [] for key in pledges}
    versions = (
        Version.objects.filter(pledge__in=pledges)
        .select_related("pledge__unit", "prepared_by__person__key")
        .prefetch_related("steps__taken_by__person__key", "steps__agreement__recorded_by__person__key")
        .order_by("pledge", "number")
    )
    for one in versions:
        steps = tuple(sorted(one.steps.all(), key=lambda step: step.pk))
        found[one.pledge_id].append(Standing(one, steps))
    return found


def in_force(standings: list[Standing], on: date) -> Standing | None:
    """Return the version that is in force on a day; null before the first."""
    valid = [one for one in standings if one.is_approved and one.version.effective_on <= on]
    return valid[-1] if valid else None


@once_a_request
def versions_in_force(year: int, on: date) -> tuple[Version, ...]:
    """Return the version of each pledge of a year that is in force on a day, with its pledge, in one statement."""
    approved = Step.objects.filter(version=OuterRef("pk"), kind=StepKind.APPROVED)
    valid = Version.objects.filter(Exists(approved), pledge__year=year, effective_on__lte=on)
    newest = valid.order_by("pledge", "-number").distinct("pledge")
    return tuple(newest.select_related("pledge__unit"))


def agreement_to(version: int) -> Agreement | None:
    """Return the county's agreement to what was last submitted of a version; null before it is recorded."""
    last = Step.objects.filter(version=version, kind=StepKind.SUBMITTED).order_by("-pk").first()
    return None if last is None else Agreement.objects.filter(step=last).first()


def hands_in(version: Version) -> frozenset[int]:
    """Return everybody who had a hand in a version: who drafted it, entered a target, submitted it or recorded an agreement."""
    entered = Target.objects.filter(version=version).values_list("entered_by", flat=True)
    submitted = Step.objects.filter(version=version, kind=StepKind.SUBMITTED).values_list(
        "taken_by", flat=True
    )
    recorded = Agreement.objects.filter(step__version=version).values_list("recorded_by", flat=True)
    return frozenset({version.prepared_by_id, *entered, *submitted, *recorded})


def targets_of(version: int) -> QuerySet[Target]:
    """Return the targets of a version, units in the tree's order, indicators together."""
    return (
        Target.objects.filter(version=version)
        .select_related("unit", "place", "area", "line")
        .order_by("unit__path", "indicator", "place", "area", "line")
    )


def seen_by(account: Account, targets: list[Target], on: date) -> list[Target]:
    """Return the targets that an account may see, by unit, place and line."""
    if not targets or not account.is_active:
        return []
    rows = polars.DataFrame(
        {
            "unit": [one.unit_id for one in targets],
            "place": [one.place_id for one in targets],
            "line": [one.line_id for one in targets],
        },
        schema={"unit": polars.Int64, "place": polars.Int64, "line": polars.Int64},
    )
    allowed = granted_rows(account, VIEW, rows, on)
    return [one for one, may in zip(targets, allowed, strict=True) if may]


def pledges_seen_by(account: Account, on: date) -> QuerySet[Pledge]:
    """Return the pledges that an account's units signed or have targets in, the newest year first."""
    mine = in_granted_units(account, VIEW, on)
    if mine != Q():  # everything: an empty condition would vanish in a disjunction
        mine |= Q(pk__in=Target.objects.filter(mine).values("version__pledge"))
    return Pledge.objects.filter(mine).select_related("unit").order_by("-year", "unit__path", "title")


@dataclass(frozen=True)
class Was:
    """What a target was in an earlier version."""

    number: int
    quantity: Decimal
    is_lower_now: bool
    """Whether it was lowered since."""


def earlier_quantities(
    standings: list[Standing], shown: Version, quarter: int | None = None
) -> Mapping[tuple[object, ...], list[Was]]:  # by a target's matter, oldest first
    """Return what the targets of a version were in the approved versions before it, where they differ.

    A target that a revision took out altogether is in it too, by its matter.

    Args:
        quarter: compare what was promised by the end of a quarter, where both versions say it.
    """
    before = [one.version for one in standings if one.is_approved and one.version.number < shown.number]

    def amount(one: Target) -> Decimal | None:
        return one.quantity if quarter is None else one.promised_by(quarter)

    now = {one.matter: amount(one) for one in Target.objects.filter(version=shown)}
    found: dict[tuple[object, ...], list[Was]] = {}
    for version in before:
        for one in Target.objects.filter(version=version):
            present, then = now.get(one.matter), amount(one)
            if then is not None and present != then:
                is_lower = present is None or present < then
                found.setdefault(one.matter, []).append(Was(version.number, then, is_lower))
    return found


def dropped_targets(standings: list[Standing], shown: Version, account: Account, on: date) -> list[Target]:
    """Return the targets of the approved version before one that it holds no more, as far as an account may see them."""
    before = [one.version for one in standings if one.is_approved and one.version.number < shown.number]
    if not before:
        return []
    kept = {one.matter for one in Target.objects.filter(version=shown)}
    gone = [one for one in targets_of(before[-1].pk) if one.matter not in kept]
    return seen_by(account, gone, on)


def version_address(key: int) -> str:
    """Return the page of a version."""
    return reverse("targets:version", args=[key])


def version_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what is said of versions elsewhere."""
    found = Version.objects.filter(pk__in=keys).select_related("pledge__unit")
    return {
        one.pk: RecordSummary(
            title=one.pledge.title,
            rows=(
                (both("年度", "Year"), str(one.pledge.year)),
                (both("签订单位", "Signed by"), one.pledge.unit.name),
                (both("文号", "Document"), one.document),
                (both("生效", "In force from"), one.effective_on.isoformat()),
            ),
        )
        for one in found
    }


def units_of_versions(keys: list[int]) -> dict[int, int]:
    """Return the signatory of each version."""
    return dict(Version.objects.filter(pk__in=keys).values_list("pk", "pledge__unit"))


def pledge_address(key: int) -> str:
    """Return the page of a pledge."""
    return reverse("targets:pledge", args=[key])


def agreement_address(key: int) -> str:
    """Return the page of the version that a county agreed to."""
    return version_address(Agreement.objects.values_list("step__version", flat=True).get(pk=key))


def agreement_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what is said of agreements elsewhere."""
    found = Agreement.objects.filter(pk__in=keys).select_related("step__version__pledge__unit")
    return {
        one.pk: RecordSummary(
            title=one.step.version.pledge.title,
            rows=(
                (both("会签", "Agreed by"), one.signed_by),
                (both("文号", "Document"), one.document),
                (both("会签日期", "Agreed on"), one.agreed_on.isoformat()),
            ),
        )
        for one in found
    }


def units_of_agreements(keys: list[int]) -> dict[int, int]:
    """Return the signatory of each pledge that was agreed to."""
    found = Agreement.objects.filter(pk__in=keys)
    return dict(found.values_list("pk", "step__version__pledge__unit"))
