"""What was promised for a place: the targets of pledges that name it or a unit of it, with completion and light."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from bangfu.foundation.operations import granted_units
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.targets.completion import Progress, percent, progress_of
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import Pledge
from bangfu.reporting.targets.queries import VIEW, in_force, seen_by, standings_of, targets_of
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
    pledges = {one.pk: one for one in Pledge.objects.filter(year=year).select_related("unit")}
    found: list[Promise] = []
    lights, more = lights_on(question.on), 0
    for key, standings in standings_of(list(pledges)).items():
        standing = in_force(standings, question.on)
        if standing is None:
            continue
        named = list(targets_of(standing.version.pk).filter(concerned))
        seen = seen_by(question.account, named, question.today)
        shown = seen[: max(0, SHOWN - len(found))]
        more += len(seen) - len(shown)
        progress = progress_of(
            shown,
            year=year,
            signatory=pledges[key].unit,
            on=question.on,
            lights=lights,
        )
        found += [
            Promise(
                progress=one,
                place=one.target.place.name if one.target.place else "",
                share=percent(one.share),
                address=reverse("targets:pledge", args=[key]),
            )
            for one in as_seen(question.account, progress, question.today)
        ]
    return Promises(tuple(found), more, may_see=True)
