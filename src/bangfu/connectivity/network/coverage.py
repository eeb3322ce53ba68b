"""How far the villages of frozen lists are covered on a day: by county in numbers, and village by village.

What counts are verified records alone, as in the figures: the list, who left it, and of each service the last verdict by that
day. A verdict says which branch of the definition proved it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bangfu.connectivity.network import reported
from bangfu.connectivity.network.kinds import BASELINES, REMOVALS, VERDICTS, RecordKind
from bangfu.connectivity.network.models import (
    BaselineRemoval,
    CoverageVerdict,
    Service,
    StationState,
    Verdict,
)
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL
from bangfu.foundation.review.models import Review, ReviewState

_COUNTY = SIZE_OF_LEVEL[COUNTY]
NONE = ""
"""Where there is no verdict, or no branch."""


@dataclass(frozen=True)
class CountyCoverage:
    """The villages of one county's list on a day, in numbers."""

    county: int
    villages: int
    """On the list; those that left it are not among them."""
    removed: int
    by_branch: dict[str, int]
    """Covered by wireless, by the branch that proved it."""
    uncovered: int
    """With a verdict of no wireless coverage."""
    broadband: int
    """With fibre."""

    @property
    def covered(self) -> int:
        """Covered by wireless, whatever the branch."""
        return sum(self.by_branch.values())

    @property
    def unjudged(self) -> int:
        """Without a verdict on wireless coverage."""
        return self.villages - self.covered - self.uncovered


@dataclass(frozen=True)
class VillageCoverage:
    """One village of a list on a day: what stands for it, and what waits for review."""

    baseline: Any
    removal: BaselineRemoval | None
    verdicts: dict[str, CoverageVerdict]
    """By service; absent = none by that day."""
    evidence: dict[int, int]
    """How many files hang on each of its verdicts, by key."""
    waiting: bool
    """Whether a removal or verdict of it is drafted, waits or was returned."""


def _verified(number: int) -> Exists:
    return Exists(
        Review.objects.filter(record_type=number, record_id=OuterRef("pk"), state=ReviewState.VERIFIED)
    )


def _last_verdicts(service: str, on: date) -> QuerySet[CoverageVerdict]:
    """Return the verdicts on the outer village for a service that count by a day, the last first."""
    return CoverageVerdict.objects.filter(
        _verified(VERDICTS.number),
        baseline=OuterRef("pk"),
        service=service,
        withdrawn_at=None,
        judged_on__lte=on,
    ).order_by("-judged_on")


def listed_villages(seen: Q, on: date, county: int | None = None) -> QuerySet[Any]:
    """Return the villages of verified lists frozen by a day, with ``left``, ``wireless``, ``branch`` and ``fibre``.

    Args:
        seen: the condition on rows that the reader may see.
        county: only this one's.
    """
    left = BaselineRemoval.objects.filter(
        _verified(REMOVALS.number), baseline=OuterRef("pk"), withdrawn_at=None, removed_on__lte=on
    )
    wireless, fibre = _last_verdicts(Service.WIRELESS, on), _last_verdicts(Service.BROADBAND, on)
    found = (
        reported.records(BASELINES)
        .filter(seen, _verified(BASELINES.number), withdrawn_at=None, frozen_on__lte=on)
        .annotate(
            left=Exists(left),
            wireless=Coalesce(Subquery(wireless.values("verdict")[:1]), Value(NONE)),
            branch=Coalesce(Subquery(wireless.values("branch")[:1]), Value(NONE)),
            fibre=Coalesce(Subquery(fibre.values("verdict")[:1]), Value(NONE)),
        )
    )
    if county is not None:
        found = found.filter(place_id__gte=county, place_id__lt=county + _COUNTY)
    return found


def counties(seen: Q, on: date, county: int | None = None) -> list[CountyCoverage]:
    """Return the counties that have a list on a day, by number, from one statement."""
    size = Value(_COUNTY, BigIntegerField())
    groups = (
        listed_villages(seen, on, county)
        .annotate(county=F("place_id") / size)
        .order_by()
        .values("county", "left", "wireless", "branch", "fibre")
        .annotate(villages=Count("pk"))
    )
    found: dict[int, Counter[str]] = {}
    branches: dict[int, Counter[str]] = {}
    for one in groups:
        number, villages = one["county"] * _COUNTY, one["villages"]
        counts, branch = found.setdefault(number, Counter()), branches.setdefault(number, Counter())
        if one["left"]:
            counts["removed"] += villages
            continue
        counts["villages"] += villages
        if one["wireless"] == Verdict.COVERED:
            branch[one["branch"]] += villages
        elif one["wireless"] == Verdict.NOT_COVERED:
            counts["uncovered"] += villages
        if one["fibre"] == Verdict.COVERED:
            counts["broadband"] += villages
    return [
        CountyCoverage(
            county=number,
            villages=counts["villages"],
            removed=counts["removed"],
            by_branch=dict(branches[number]),
            uncovered=counts["uncovered"],
            broadband=counts["broadband"],
        )
        for number, counts in sorted(found.items())
    ]


SHOWN: dict[str, Q] = {
    "listed": Q(left=False),
    "covered": Q(left=False, wireless=Verdict.COVERED),
    "uncovered": Q(left=False, wireless=Verdict.NOT_COVERED),
    "unjudged": Q(left=False, wireless=NONE),
    "removed": Q(left=True),
    "broadband": Q(left=False, fibre=Verdict.COVERED),
}
"""What a county's villages may be narrowed to."""


def village_rows(villages: Iterable[Any], on: date) -> list[VillageCoverage]:
    """Return what stands for each of some listed villages on a day, in their order; four statements for all of them."""
    listed = list(villages)
    keys = [village.pk for village in listed]
    removals = {
        one.baseline_id: one
        for one in _living(REMOVALS, keys).filter(state=StationState.VERIFIED, removed_on__lte=on)
    }
    verdicts: dict[int, dict[str, CoverageVerdict]] = {}
    counting = _living(VERDICTS, keys).filter(state=StationState.VERIFIED, judged_on__lte=on)
    for one in counting.order_by("judged_on"):
        verdicts.setdefault(one.baseline_id, {})[one.service] = one
    shown = [one.pk for mine in verdicts.values() for one in mine.values()]
    files = Counter(attachments_of(VERDICTS.number, shown).values_list("record_id", flat=True))
    waiting = {
        key
        for kind in (REMOVALS, VERDICTS)
        for key in _living(kind, keys)
        .exclude(state=StationState.VERIFIED)
        .values_list("baseline_id", flat=True)
    }
    return [
        VillageCoverage(
            baseline=village,
            removal=removals.get(village.pk),
            verdicts=verdicts.get(village.pk, {}),
            evidence=dict(files),
            waiting=village.pk in waiting,
        )
        for village in listed
    ]


def _living(kind: RecordKind, baselines: list[int]) -> QuerySet[Any]:
    return reported.records(kind).filter(baseline_id__in=baselines, withdrawn_at=None)
