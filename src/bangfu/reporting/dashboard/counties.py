"""Assisted counties that need attention: without new facts for months, with overdue findings, with promises still open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from bangfu.foundation.findings.models import CLOSED
from bangfu.foundation.findings.queries import findings_in_reach
from bangfu.foundation.ledger.rollups import CELLS_AND_LATER, COUNTY
from bangfu.foundation.operations import granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import supported_places
from bangfu.foundation.places.codes import code_text, subtree_range
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both, counted
from bangfu.reporting.dashboard.asking import Asked
from bangfu.reporting.dashboard.pledged import Completions
from bangfu.reporting.dashboard.together import Together
from bangfu.reporting.targets.completion import Progress
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import Lights
from bangfu.reporting.targets.models import Target
from bangfu.reporting.targets.queries import VIEW, seen_by, versions_in_force
from bangfu.reporting.targets.rules import indicator_called

QUIET_MONTHS = 3
"""From how many months without a new fact on a county is spoken of."""
LAST_FACTS = f"""
SELECT county, max(month) FROM (
    SELECT cell.place_id / {COUNTY} * {COUNTY} AS county, cell.measure_id,
           date_trunc('month', cell.happened_on)::date AS month
      FROM ({CELLS_AND_LATER}) AS cell
     WHERE cell.place_id / {COUNTY} * {COUNTY} = ANY(%(counties)s) AND cell.happened_on <= %(on)s
       AND (%(path)s::text IS NULL
            OR cell.unit_id IN (SELECT id FROM organisation_unit WHERE starts_with(path, %(path)s::text)))
     GROUP BY 1, 2, 3 HAVING sum(cell.facts) > 2 * sum(cell.reversed)
) standing GROUP BY county
"""


@dataclass(frozen=True)
class County:
    """One assisted county, and what is amiss there."""

    place: int
    name: str
    last: date | None
    """The first day of the month of its newest facts; null without any."""
    on: date
    overdue: int
    promises: tuple[Progress, ...]
    """Targets that name the county, or something in it, and are not reached."""

    @property
    def quiet_months(self) -> int | None:
        """For how many whole months nothing new has been counted there; null when nothing ever was."""
        if self.last is None:
            return None
        return (self.on.year - self.last.year) * 12 + self.on.month - self.last.month

    @property
    def is_quiet(self) -> bool:
        """Whether nothing new has been counted for long."""
        months = self.quiet_months
        return months is None or months >= QUIET_MONTHS

    @property
    def quiet_words(self) -> Words | None:
        """For how long nothing new has been counted; null when it is not long."""
        if not self.is_quiet:
            return None
        if self.last is None:
            return both("从来没有计入的事实", "no fact was ever counted")
        return counted(
            "{count} 个月没有新的事实（最近 {month}）",
            "no new facts for {count} months (last {month})",
            "no new facts for {count} month (last {month})",
            count=self.quiet_months or 0,
            month=f"{self.last:%Y-%m}",
        )

    @property
    def behind(self) -> int:
        """How many of its open promises show red."""
        return sum(one.light is Light.RED for one in self.promises)

    @property
    def needs_attention(self) -> bool:
        """Whether anything is amiss."""
        return self.is_quiet or bool(self.overdue or self.promises)

    @property
    def weight(self) -> tuple[int, int, int]:
        """By what counties are listed, the largest first: red promises, overdue findings, quiet months."""
        months = self.quiet_months
        return self.behind, self.overdue, 999 if months is None else months

    @property
    def address(self) -> str:
        """The county's page of the handbook."""
        return reverse("handbook:page", args=[code_text(self.place)])

    @property
    def findings_address(self) -> str:
        """Its overdue findings."""
        return f"{reverse('findings:findings')}?view=overdue&place={code_text(self.place)}"

    @property
    def pledge_address(self) -> str:
        """The pledge that holds the first of its open promises; empty without one."""
        if not self.promises:
            return ""
        return reverse("targets:pledge", args=[self.promises[0].target.version.pledge_id])


def counties_of(asked: Asked) -> dict[int, int]:
    """Return the assisted counties of a unit: ``dict[place, office]``; those in its place, or whose office is below it."""
    offices = supported_places(asked.today)
    if asked.unit.parent_id is not None:
        below = set(
            Unit.objects.filter(pk__in=offices, path__startswith=asked.unit.path).values_list("pk", flat=True)
        )
        first, end = subtree_range(asked.unit.place_id) if asked.unit.place_id else (0, 0)
        offices = {key: place for key, place in offices.items() if key in below or first <= place < end}
    return {place: office for office, place in offices.items()}


class Counties:
    """The assisted counties of a unit: what their promises ask goes into one ``Together``, the rest is three statements."""

    def __init__(self, together: Together, asked: Asked, lights: Lights) -> None:
        self._asked, self._offices = asked, counties_of(asked)
        targets = self._targets()
        self._promises = Completions(together, targets, year=asked.year, on=asked.on, lights=lights)

    def _targets(self) -> list[Target]:
        asked = self._asked
        if not self._offices or not granted_units(asked.account, VIEW, asked.today):
            return []
        held = [one.pk for one in versions_in_force(asked.year, asked.on)]
        named = Q(unit__in=list(self._offices.values()))
        for place in self._offices:
            first, end = subtree_range(place)
            named |= Q(place__gte=first, place__lt=end)
        found = Target.objects.filter(named, version__in=held)
        found = found.select_related("unit", "place", "area", "line", "version__pledge__unit").order_by("pk")
        seen = seen_by(asked.account, list(found), asked.today)
        return [one for one in seen if indicator_called(one.indicator)]

    def read(self) -> list[County]:
        """Return the counties in which something is amiss, the worst first, once everything was asked."""
        if not self._offices:
            return []
        places = list(self._offices)
        last, overdue, names = (
            self._last_facts(places),
            self._overdue(places),
            place_labels(places, short=True),
        )
        promises = self._open_promises()
        found = [
            County(
                place, names[place], last.get(place), self._asked.on, overdue[place], tuple(promises[place])
            )
            for place in places
        ]
        return sorted((one for one in found if one.needs_attention), key=lambda one: one.weight, reverse=True)

    @property
    def count(self) -> int:
        """How many assisted counties there are."""
        return len(self._offices)

    def _last_facts(self, places: list[int]) -> dict[int, date]:
        path = None if self._asked.unit.parent_id is None else self._asked.unit.path
        with connection.cursor() as cursor:
            cursor.execute(LAST_FACTS, {"counties": places, "on": self._asked.on, "path": path})
            return dict(cursor.fetchall())

    def _overdue(self, places: Collection[int]) -> Counter[int]:
        """Count the overdue findings that the reader may see by county: of the county's place, or of its own office."""
        counts: Counter[int] = Counter()
        late = findings_in_reach(self._asked.account, self._asked.today).exclude(state__in=CLOSED)
        rows = (
            late.filter(due_on__lt=self._asked.today)
            .order_by()
            .values_list("place", "unit__kind", "unit__place")
        )
        for place, kind, seat in rows:
            of_office = seat if kind == Unit.Kind.SUPPORTED else None
            there = {one - one % COUNTY for one in (place, of_office) if one is not None}
            counts.update(there & set(places))
        return counts

    def _open_promises(self) -> dict[int, list[Progress]]:
        by_office = {office: place for place, office in self._offices.items()}
        found: dict[int, list[Progress]] = defaultdict(list)
        for one in self._promises.read():
            named = one.target.place_id
            place = by_office.get(one.target.unit_id) if named is None else named - named % COUNTY
            if place is not None and (one.merit is None or one.merit < 1):
                found[place].append(one)
        return found
