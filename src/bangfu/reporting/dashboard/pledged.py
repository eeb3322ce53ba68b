"""Pledges of a unit and the units directly below it: which targets hold, and how far each is, all of them asked together.

A completion here is that of the pledge's own page to the last digit (``targets/completion``); only the questions are put
together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.reporting.dashboard.together import Cell, Together
from bangfu.reporting.periods import Period
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.completion import PAST_YEARS, Progress
from bangfu.reporting.targets.counting import carries_on, of_unit, period_until
from bangfu.reporting.targets.engines.pace import PastYear, Span, forecast, light_of
from bangfu.reporting.targets.lights import Lights
from bangfu.reporting.targets.models import Direction, Target
from bangfu.reporting.targets.queries import seen_by, versions_in_force
from bangfu.reporting.targets.rules import indicator_called


def targets_in_force(
    account: Account, unit: Unit, below: Iterable[Unit], *, year: int, on: date, today: date
) -> list[Target]:
    """Return the targets of a unit and of units below it that hold on a day, as far as an account may see them.

    They are of pledges that the unit signed, or one above it; where two name the same matter, that of the nearer signatory.
    """
    above = [int(key) for key in unit.path.split(".") if key]
    versions = {one.pk: one.pledge for one in versions_in_force(year, on) if one.pledge.unit_id in above}
    found = Target.objects.filter(version__in=versions, unit__in=[unit.pk, *(one.pk for one in below)])
    found = found.select_related("unit", "place", "area", "line", "version__pledge__unit")
    nearest: dict[tuple[object, ...], Target] = {}
    for one in sorted(found.order_by("pk"), key=lambda target: -len(versions[target.version_id].unit.path)):
        nearest.setdefault(one.matter, one)
    seen = seen_by(account, list(nearest.values()), today)
    return [one for one in seen if indicator_called(one.indicator)]


@dataclass(frozen=True)
class _Question:
    """What has to be known of one target."""

    target: Target
    span: Span
    now: Cell
    base: Cell | None
    past: tuple[tuple[int, Cell, Cell], ...]
    """Year, what it had by the same day, and what it came to."""


class Completions:
    """Completions of many targets on a day: their questions go into one ``Together``, which is asked once for all."""

    def __init__(
        self, together: Together, targets: Sequence[Target], *, year: int, on: date, lights: Lights
    ) -> None:
        self._together, self._on, self._lights, self._year = together, on, lights, year
        self._questions = [self._question(one) for one in targets]

    def _question(self, one: Target) -> _Question:
        span = Span(date(self._year, 1, 1), one.due_on)
        counted_to = min(max(self._on, span.first), span.due_on)
        period = period_until(self._year, counted_to)
        selection = Selection(period, place=one.place_id, area=one.area, line=one.line)
        own = of_unit(selection, one.unit)
        now = self._together.want(one.indicator, own)
        indicator = self._together.indicator(one.indicator, period)
        base: Cell | None = None
        past: tuple[tuple[int, Cell, Cell], ...] = ()
        if carries_on(indicator) and span.passed(self._on) not in (0, span.days):
            if indicator.term.has_start:
                whose = of_unit(selection, one.version.pledge.unit)
                past = tuple(
                    (
                        earlier,
                        self._together.want(one.indicator, whose.having(period=_until(earlier, counted_to))),
                        self._together.want(one.indicator, whose.having(period=_until(earlier, span.due_on))),
                    )
                    for earlier in range(self._year - 1, self._year - 1 - PAST_YEARS, -1)
                )
            else:
                before = period_until(self._year - 1, date(self._year - 1, 12, 31))
                base = self._together.want(one.indicator, own.having(period=before))
        return _Question(one, span, now, base, past)

    def read(self) -> list[Progress]:
        """Return the completions in the order of their targets, once everything was asked."""
        return [self._progress(one) for one in self._questions]

    def _progress(self, one: _Question) -> Progress:
        figure = self._together.figure(one.now)
        base = self._value(one.base) or Decimal(0)
        past = []
        for year, by_then, whole in one.past:
            came_to = self._value(whole)
            if came_to is None:
                break
            past.append(PastYear(year, self._value(by_then) or Decimal(0), came_to))
        goes_on = carries_on(figure.indicator)
        ahead = forecast(figure.value, one.span, self._on, base=base, past=past, carries_on=goes_on)
        light = light_of(
            figure.value,
            ahead,
            one.target.quantity,
            one.span,
            self._on,
            self._lights.thresholds,
            at_most=one.target.direction == Direction.AT_MOST,
        )
        return Progress(one.target, figure, ahead, light, one.span, self._on, base, tuple(past))

    def _value(self, cell: Cell | None) -> Decimal | None:
        return None if cell is None else self._together.figure(cell).value


def _until(year: int, like: date) -> Period:
    day = min(like.day, 28) if like.month == 2 else like.day
    return period_until(year, date(year, like.month, day))


def of_units(found: Iterable[Progress], units: Collection[int]) -> dict[int, list[Progress]]:
    """Return completions by unit; one without targets has an empty list."""
    by_unit: dict[int, list[Progress]] = {key: [] for key in units}
    for one in found:
        if one.unit.pk in by_unit:
            by_unit[one.unit.pk].append(one)
    return by_unit
