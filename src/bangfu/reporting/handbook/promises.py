"""What was promised for a place: the targets of pledges that name it or a unit of it, with completion and light."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from bangfu.foundation.operations import granted_units
from bangfu.reporting.dashboard.pledged import Completions
from bangfu.reporting.dashboard.together import Together
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.targets.completion import Progress, percent
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import Target
from bangfu.reporting.targets.queries import VIEW, seen_by, versions_in_force
from bangfu.reporting.targets.withholding import as_seen

SHOWN = 12


@dataclass(frozen=True)
class Promise:
    """One target and how far it is."""

    progress: Progress
    place: str
    """The place that the target names; empty when it names a unit alone."""
    share: str
    address: str
    """The page of its pledge."""


@dataclass(frozen=True)
class Promises:
    """The targets that concern a place."""

    shown: tuple[Promise, ...]
    more: int
    may_see: bool
    """Whether the reader may see pledges at all."""


def promises_in(question: Question, units: Iterable[int], year: int) -> Promises:
    """Return the targets in force that name a place, or something in it, or one of the units.

    Args:
        units: those that sit there or are paired with it.
    """
    if not granted_units(question.account, VIEW, question.today):
        return Promises((), 0, may_see=False)
    first, end = question.span
    concerned = Q(place_id__gte=first, place_id__lt=end) | Q(unit__in=frozenset(units))
    held = [one.pk for one in versions_in_force(year, question.on)]
    named = Target.objects.filter(concerned, version__in=held).order_by(
        "version__pledge", "unit__path", "indicator", "place", "area", "line"
    )
    targets = list(named.select_related("unit", "place", "area", "line", "version__pledge__unit"))
    seen = seen_by(question.account, targets, question.today)
    shown, together = seen[:SHOWN], Together()
    completions = Completions(together, shown, year=year, on=question.on, lights=lights_on(question.on))
    if shown:
        together.ask()
    found = tuple(
        Promise(
            progress=one,
            place=one.target.place.name if one.target.place else "",
            share=percent(one.share),
            address=reverse("targets:pledge", args=[one.target.version.pledge_id]),
        )
        for one in as_seen(question.account, completions.read(), question.today)
    )
    return Promises(found, len(seen) - len(shown), may_see=True)
