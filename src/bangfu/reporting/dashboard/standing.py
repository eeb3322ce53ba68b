"""How units stand: pledges with their lights, papers that wait, overdue findings, how complete and timely the numbers are.

Units are listed, those first in which something is amiss; persons are never ranked, and nobody's name stands here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.urls import reverse
from django.utils.http import urlencode

from bangfu.foundation.findings.models import CLOSED
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_force as open_on
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words
from bangfu.reporting.dashboard.pledged import Completions, of_units, targets_in_force
from bangfu.reporting.dashboard.together import Together
from bangfu.reporting.targets.completion import Progress, percent
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import LIGHT_WORDS, LIGHTS_IN_ORDER, Lights, lights_on
from bangfu.reporting.targets.quality import Quality, quality_of
from bangfu.reporting.targets.queries import VIEW as VIEW_TARGETS
from bangfu.reporting.targets.years import last_day, present_year

PAPERS, FINDINGS = "review.view", "findings.view"
_MINE = """
WITH mine AS (SELECT asked.id AS unit, member.id AS member
                FROM organisation_unit asked JOIN organisation_unit member ON starts_with(member.path, asked.path)
               WHERE asked.id = ANY(%(units)s))
"""
WAITING = (
    _MINE
    + """
SELECT mine.unit, count(*) FROM review_batch paper JOIN mine ON mine.member = paper.unit_id
 WHERE paper.state = 'SUBMITTED' GROUP BY mine.unit
"""
)
OVERDUE = (
    _MINE
    + """
SELECT mine.unit, count(DISTINCT finding.id)
  FROM findings_finding finding JOIN mine ON mine.member IN (finding.unit_id, finding.assigned_unit_id)
 WHERE finding.due_on < %(on)s AND finding.state <> ALL(%(closed)s) GROUP BY mine.unit
"""
)


@dataclass(frozen=True)
class UnitStanding:
    """One unit with all below it, on a day."""

    unit: Unit
    year: int
    targets: tuple[Progress, ...]
    quality: Quality | None
    """Null for whoever may not see pledges there; papers and findings likewise."""
    waiting: int | None
    overdue: int | None
    is_own: bool = False
    """Whether it is the unit asked about, and not one below it."""

    @property
    def lights(self) -> list[tuple[Light, Words, int]]:
        """Each light that shows, with its word and how many targets show it, the worst first."""
        counts = Counter(one.light for one in self.targets)
        return [(light, LIGHT_WORDS[light], counts[light]) for light in LIGHTS_IN_ORDER if counts[light]]

    @property
    def reached(self) -> int:
        """How many of its targets are reached already."""
        return sum(one.merit is not None and one.merit >= 1 for one in self.targets)

    @property
    def pledge_address(self) -> str:
        """The page of the pledge that holds its targets, narrowed to them; empty without one."""
        if not self.targets:
            return ""
        key = self.targets[0].target.version.pledge_id
        address = reverse("targets:pledge", args=[key])
        is_signatory = self.targets[0].target.version.pledge.unit_id == self.unit.pk
        return address if is_signatory else f"{address}?{urlencode({'q': self.unit.name})}"

    @property
    def papers_address(self) -> str:
        """The papers of the unit that wait."""
        return f"{reverse('review:inbox')}?view=all&state=SUBMITTED&unit={quote(self.unit.code, safe='')}"

    @property
    def findings_address(self) -> str:
        """The unit's overdue findings."""
        return f"{reverse('findings:findings')}?view=overdue&unit={quote(self.unit.code, safe='')}"

    @property
    def quality_address(self) -> str:
        """The unit's row in the table of quality."""
        asked: dict[str, str | int] = {"year": self.year, "level": self.unit.kind, "q": self.unit.name}
        return f"{reverse('targets:quality')}?{urlencode(asked)}"

    @property
    def complete(self) -> str:
        """The share of what is expected that was answered."""
        return "—" if self.quality is None else percent(self.quality.completeness)

    @property
    def late(self) -> str:
        """The share of its records that was submitted late."""
        return "—" if self.quality is None else percent(self.quality.submitted_late_share)

    @property
    def trouble(self) -> tuple[int, int, int, int]:
        """By what units are listed, the largest first: red lights, overdue findings, what is missing, papers that wait."""
        red = sum(one.light is Light.RED for one in self.targets)
        missing = len(self.quality.missing) if self.quality else 0
        return red, self.overdue or 0, missing, self.waiting or 0


def units_directly_below(unit: Unit, on: date) -> list[Unit]:
    """Return the units directly below one that are open on a day, in the tree's order."""
    return list(Unit.objects.filter(open_on(on), parent=unit).order_by("path"))


def standings_of_units(
    account: Account,
    unit: Unit,
    below: Sequence[Unit],
    *,
    year: int,
    on: date,
    today: date,
    progress: Sequence[Progress],
    lights: Lights,
) -> list[UnitStanding]:
    """Return how a unit and those below it stand: itself first, then those in which something is amiss."""
    units = [unit, *below]
    scope = Scope(unit=unit.pk)
    given = {"units": [one.pk for one in units], "on": on, "closed": [str(one) for one in CLOSED]}
    waiting = _counts(WAITING, given) if allows(account, PAPERS, scope, today) else None
    overdue = _counts(OVERDUE, given) if allows(account, FINDINGS, scope, today) else None
    quality: dict[int, Quality] = {}
    if allows(account, VIEW_TARGETS, scope, today):
        quality = {one.unit.pk: one for one in quality_of(units, year=year, on=on, lights=lights)}
    targets = of_units(progress, [one.pk for one in units])
    found = [
        UnitStanding(
            unit=one,
            year=year,
            targets=tuple(targets[one.pk]),
            quality=quality.get(one.pk),
            waiting=None if waiting is None else waiting.get(one.pk, 0),
            overdue=None if overdue is None else overdue.get(one.pk, 0),
            is_own=one.pk == unit.pk,
        )
        for one in units
    ]
    rest = sorted(found[1:], key=lambda one: one.trouble, reverse=True)
    return [found[0], *rest]


def standing_of_corner(account: Account, unit: Unit, on: date) -> list[UnitStanding]:
    """Return how a reader's unit and those directly below it stand, in this year or the newest before it with pledges."""
    year = present_year(on)
    day, below, together = last_day(year, on), units_directly_below(unit, on), Together()
    lights = lights_on(day)
    targets = targets_in_force(account, unit, below, year=year, on=day, today=on)
    completions = Completions(together, targets, year=year, on=day, lights=lights)
    together.ask()
    return standings_of_units(
        account, unit, below, year=year, on=day, today=on, progress=completions.read(), lights=lights
    )


def _counts(statement: str, given: dict[str, Any]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return dict(cursor.fetchall())
