"""What came in today: facts entered and taken back below a unit, by indicator of the main report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Max, Q
from django.utils import timezone

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.entered import facts_since
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.rooms import Words
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.indicators import indicators
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.counting import of_unit

MOST_SHOWN = 8


@dataclass(frozen=True)
class CameIn:
    """What came in today of one measure."""

    title: Words
    entered: int
    taken_back: int
    address: str
    """The facts under the indicator that counts it, of the whole year; empty where none counts it alone."""


@dataclass(frozen=True)
class Live:
    """What came in today."""

    shown: tuple[CameIn, ...]
    entered: int
    taken_back: int
    last: datetime | None

    @property
    def more(self) -> int:
        """How many facts are of measures not shown."""
        shown = sum(one.entered + one.taken_back for one in self.shown)
        return self.entered + self.taken_back - shown


def live_of(unit: Unit, today: date) -> Live:
    """Return what came in today below a unit, the most first."""
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    facts = facts_since(midnight)
    if unit.parent_id is not None:
        facts = facts.filter(unit_id__in=unit_subtree(unit.pk).values("pk"))
    rows = list(
        facts.order_by()
        .values_list("measure_id")
        .annotate(
            entered=Count("pk", filter=Q(reverses_id__isnull=True)),
            back=Count("reverses_id"),
            last=Max("recorded_at"),
        )
        .order_by("-entered", "measure_id")
    )
    measures = {measure_number(code): one for code, one in declared_measures().items()}
    plain: dict[int, Indicator] = {}
    for one in indicators():
        term = one.term
        if len(one.terms) == 1 and not (term.also or term.line or term.area or term.place):
            plain.setdefault(measure_number(term.measure.code), one)
    selection = of_unit(Selection(read_period(str(today.year))), unit)
    shown = tuple(
        CameIn(
            title=plain[measure].title if measure in plain else measures[measure].title,
            entered=entered,
            taken_back=back,
            address=f"/f/{plain[measure].code}/facts?{selection.query(sort='-entered')}"
            if measure in plain
            else "",
        )
        for measure, entered, back, _ in rows[:MOST_SHOWN]
        if measure in measures
    )
    return Live(
        shown=shown,
        entered=sum(row[1] for row in rows),
        taken_back=sum(row[2] for row in rows),
        last=max((row[3] for row in rows), default=None),
    )
