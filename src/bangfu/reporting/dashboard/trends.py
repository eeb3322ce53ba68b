"""The main figures under the four advantages: this year so far, the same days of the year before, and the months of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from django.db import connection

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.rooms import WING_WORDS, Wing, Words, both, rooms
from bangfu.reporting.access import may_see_terms
from bangfu.reporting.dashboard.asking import Asked
from bangfu.reporting.dashboard.changed import main_indicators
from bangfu.reporting.dashboard.together import Cell, Together
from bangfu.reporting.definitions import Indicator, IndicatorKind, TermKind
from bangfu.reporting.figures import Figure, rolled, shape_of, values_of
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain, statement
from bangfu.reporting.targets.counting import of_unit, period_until

ADVANTAGES = (Wing.CONNECTIVITY, Wing.COORDINATION, Wing.LIVELIHOODS, Wing.GIVING)
SHOWN_OF_EACH = 6
HEIGHT = 24
"""Of the highest bar, in the drawing's own units; each bar is two wide and stands three from the next."""
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Bar:
    """One month of a tile's drawing."""

    left: int
    top: int
    height: int
    is_before: bool
    """Whether it is of the year before."""


@dataclass(frozen=True)
class Trend:
    """One main figure."""

    figure: Figure
    before: Figure
    """The same days of the year before."""
    bars: tuple[Bar, ...]
    """The months of both years; none for what no month adds up to, and none when nothing happened in them."""

    @property
    def width(self) -> int:
        """How wide its drawing is, in the drawing's own units."""
        return 3 * len(self.bars) - 1

    @property
    def spoken(self) -> Words | None:
        """What the drawing shows, for whoever hears the page; null without one."""
        if not self.bars:
            return None
        at = max(range(len(self.bars)), key=lambda number: self.bars[number].height)
        first = self.before.selection.period.starts_on.year
        return both("逐月柱图，最高在 {month}", "columns by month, the highest in {month}").filled(
            month=f"{first + at // 12}-{at % 12 + 1:02}"
        )

    @property
    def growth(self) -> Words | None:
        """By how much it is above or below the same days of the year before; null where there is nothing to compare with."""
        now, then = self.figure.value, self.before.value
        if now is None or not then or self.figure.indicator.kind is IndicatorKind.TARGET:
            return None
        share = ((now - then) / abs(then) * 100).quantize(_TENTH, ROUND_HALF_EVEN)
        if not share:
            return both("与上年同期持平", "as in the same days of last year")
        sign = "+" if share > 0 else "−"
        return both("同比 {sign}{share}%", "{sign}{share}% on last year").filled(sign=sign, share=abs(share))

    @property
    def is_less(self) -> bool:
        """Whether it is below the year before."""
        now, then = self.figure.value, self.before.value
        return now is not None and then is not None and now < then


@dataclass(frozen=True)
class Advantage:
    """The main figures of one advantage."""

    title: Words
    trends: tuple[Trend, ...]


class Trends:
    """The main figures of a unit and year: their questions go into one ``Together``, their months are one scan a kind."""

    def __init__(self, together: Together, asked: Asked) -> None:
        self._together, self._asked = together, asked
        wings = {room.code: room.wing for room in rooms()}
        self._chosen: dict[Wing, list[tuple[Cell, Cell]]] = {wing: [] for wing in ADVANTAGES}
        last_year = _like(asked.on, asked.year - 1)
        now = of_unit(Selection(period_until(asked.year, asked.on)), asked.unit)
        then = now.having(period=period_until(asked.year - 1, last_year))
        for code in main_indicators():
            chosen = self._chosen.get(wings.get(code.partition(".")[0], Wing.REPORTING))
            if chosen is None or len(chosen) == SHOWN_OF_EACH:
                continue
            indicator = together.indicator(code, now.period)
            if indicator.kind is not IndicatorKind.TARGET and may_see_terms(
                asked.account, indicator, now, asked.today
            ):
                chosen.append((together.want(code, now), together.want(code, then)))

    def read(self) -> list[Advantage]:
        """Return the advantages with their figures, once everything was asked; without values they are left out."""
        figures = {
            wing: [(self._together.figure(now), self._together.figure(then)) for now, then in chosen]
            for wing, chosen in self._chosen.items()
        }
        shown = {wing: [pair for pair in pairs if pair[0].has_value] for wing, pairs in figures.items()}
        months = months_of([now.indicator for pairs in shown.values() for now, _ in pairs], self._asked)
        return [
            Advantage(
                WING_WORDS[wing],
                tuple(Trend(now, then, _bars(months.get(now.indicator.code, ()))) for now, then in pairs),
            )
            for wing, pairs in shown.items()
            if pairs
        ]


def _like(on: date, year: int) -> date:
    is_leap_day = (on.month, on.day) == (2, 29)
    return date(year, on.month, 28 if is_leap_day else on.day)


def months_of(
    indicators: Iterable[Indicator], asked: Asked
) -> dict[str, tuple[tuple[Decimal, bool], ...]]:  # by code
    """Return the value of each month of last year and of this one up to the day, and whether it is last year's.

    Sums of one measure alone have them: those since a start in one scan, those that stand in another.
    """
    period = read_period(f"{asked.year - 1}-01-01/{asked.year}-12-31")
    selection = of_unit(Selection(period), asked.unit)
    alike: dict[bool, list[Indicator]] = defaultdict(list)
    for one in indicators:
        term = one.term
        is_plain = len(one.terms) == 1 and not (term.also or term.line or term.area or term.place)
        if is_plain and term.kind in (TermKind.FLOW, TermKind.STOCK) and not term.counts_parties:
            alike[term.has_start].append(one)
    found = {}
    for has_start, group in alike.items():
        by_measure = _scanned(group, selection)
        for one in group:
            sums = by_measure.get(measure_number(one.term.measure.code), {})
            found[one.code] = _in_months(sums, asked, runs=not has_start)
    return found


def _scanned(group: Sequence[Indicator], selection: Selection) -> dict[int, dict[date, Decimal]]:
    term = group[0].term
    shape = rolled(term, selection, shape_of(term, selection, (Grain.MEASURE, Grain.MONTH)))
    numbers = sorted({measure_number(one.term.measure.code) for one in group})
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(statement(shape), {**values_of(term, selection), "measures": numbers})
        for measure, month, total, *_ in cursor.fetchall():
            first = date(month.year, month.month, 1)
            found[int(measure)][first] = found[int(measure)].get(first, Decimal(0)) + total
    return found


def _in_months(sums: Mapping[date, Decimal], asked: Asked, *, runs: bool) -> tuple[tuple[Decimal, bool], ...]:
    first = date(asked.year - 1, 1, 1)
    standing = sum((value for month, value in sums.items() if month < first), Decimal(0))
    months = []
    for year in (asked.year - 1, asked.year):
        for number in range(1, 13):
            month = date(year, number, 1)
            if month > asked.on:
                break
            value = sums.get(month, Decimal(0))
            standing += value
            months.append((standing if runs else value, year < asked.year))
    return tuple(months)


def _bars(months: Sequence[tuple[Decimal, bool]]) -> tuple[Bar, ...]:
    highest = max((value for value, _ in months), default=Decimal(0))
    if highest <= 0:
        return ()
    heights = [max(0, round(value * HEIGHT / highest)) for value, _ in months]
    return tuple(
        Bar(at * 3, HEIGHT - height, height, is_before)
        for at, (height, (_, is_before)) in enumerate(zip(heights, months, strict=True))
    )
