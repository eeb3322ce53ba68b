"""How far targets are on a day: value, share, forecast and light, for all units of a pledge in a few questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.translation import get_language

from bangfu.foundation.intake.layouts import listed
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.reporting import queries
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.figures import Figure
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.counting import (
    carries_on,
    figures_by_unit,
    of_unit,
    period_until,
    quarter_end,
)
from bangfu.reporting.targets.engines.pace import (
    Forecast,
    Light,
    Method,
    PastYear,
    Span,
    forecast,
    light_of,
    share_of,
)
from bangfu.reporting.targets.lights import LIGHT_WORDS, Lights
from bangfu.reporting.targets.models import Direction, Target
from bangfu.reporting.targets.withholding import WITHHELD

PAST_YEARS = 3
"""How many years before are looked at for the shape of a year."""
NO_VALUE = "—"


@dataclass(frozen=True)
class Progress:
    """How far one target is on a day."""

    target: Target
    figure: Figure
    """What was counted so far; it opens."""
    ahead: Forecast
    light: Light
    span: Span
    on: date
    base: Decimal
    past: tuple[PastYear, ...]
    quarter: int | None = None
    """By the end of which quarter it is looked at; null: by its deadline."""
    is_withheld: bool = False
    """Whether the reader may not see what it is a share of, so that it says nothing."""

    @property
    def indicator(self) -> Indicator:
        """What is counted."""
        return self.figure.indicator

    @property
    def unit(self) -> Unit:
        """Whose target it is."""
        return self.target.unit

    @property
    def quantity(self) -> Decimal:
        """What was promised by the end of the time that is looked at."""
        return promised(self.target, self.quarter)

    @property
    def at_most(self) -> bool:
        """Whether the target is a limit."""
        return self.target.direction == Direction.AT_MOST

    @property
    def share(self) -> Decimal | None:
        """The value over the target; null without a value and of a target of nothing."""
        return share_of(self.figure.value, self.quantity)

    @cached_property
    def merit(self) -> Decimal | None:
        """By what units are ranked: the share reached, of a limit how much of the value it covers; more is better."""
        return share_of(self.figure.value, self.quantity, at_most=self.at_most)

    @property
    def forecast_share(self) -> Decimal | None:
        """The forecast over the target."""
        return share_of(self.ahead.value, self.quantity)

    @property
    def time_share(self) -> Decimal:
        """Which share of the time is over."""
        return self.span.share_passed(self.on)

    @property
    def year_query(self) -> str:
        """The target's whole year with its scope, and the day if it is a past one, as the query of an address."""
        whole = self.figure.selection.having(period=read_period(str(self.span.first.year)))
        is_past = self.on < min(self.span.due_on, timezone.localdate())
        return whole.query(on=self.on.isoformat()) if is_past else whole.query()

    @property
    def light_words(self) -> Words:
        """The light in words, which stand beside its colour."""
        return LIGHT_WORDS[self.light]

    @property
    def target_text(self) -> str:
        """The target as the indicator is shown, in the active language."""
        return self.text_of(self.quantity)

    @property
    def forecast_text(self) -> str:
        """The forecast as the indicator is shown."""
        return NO_VALUE if self.ahead.value is None else self.text_of(self.ahead.value)

    def text_of(self, value: Decimal) -> str:
        """Return a value of the indicator as it is shown in the active language."""
        return str(self.figure.shown_as(value, get_language() or "zh"))

    @property
    def method_words(self) -> Words:
        """How the forecast was made, with its numbers filled in, so that a reader can check it by hand."""
        return method_words(self)


def promised(target: Target, quarter: int | None) -> Decimal:
    """Return what a target promises by the end of a quarter, or by its deadline.

    Raises: ValueError: it has no quarters.
    """
    if quarter is None:
        return target.quantity
    found = target.promised_by(quarter)
    if found is None:
        raise ValueError("the year alone was promised")
    return found


def percent(share: Decimal | None) -> str:
    """Return a share in percent with one decimal, rounded down so that nothing is claimed too early."""
    if share is None:
        return NO_VALUE
    return f"{(share * 100).quantize(Decimal('0.1'), ROUND_DOWN)}%"


def method_words(one: Progress) -> Words:
    """Return a forecast's formula with its numbers."""
    if one.is_withheld:
        return WITHHELD
    if one.ahead.value is None:
        return both("还没有数据，不预测", "Nothing is counted yet: no forecast")
    if one.ahead.method is Method.LINEAR:
        said = {
            "value": _exact(one.figure.value), "base": _exact(one.base), "days": one.span.days,
            "passed": one.span.passed(one.on), "ahead": _exact(one.ahead.value),
        }  # fmt: skip
        if one.base:
            return both(
                "按日均进度：{base} + ({value} − {base}) × {days} ÷ {passed} 天 = {ahead}",
                "At the daily pace: {base} + ({value} − {base}) × {days} ÷ {passed} days = {ahead}",
            ).filled(**said)
        pace = both(
            "按日均进度：{value} × {days} ÷ {passed} 天 = {ahead}",
            "At the daily pace: {value} × {days} ÷ {passed} days = {ahead}",
        ).filled(**said)
        if one.indicator.kind is not IndicatorKind.DISTINCT:
            return pace
        return both(
            "{pace}；按人（户）去重的数，后面来的可能是已计过的，这样推算偏高",
            "{pace}; later ones may have been counted already, so this is too high for a distinct count",
        ).filled(pace=pace)
    if one.ahead.method is Method.SEASONAL:
        filled = [year for year in one.past if year.whole > 0]
        return both(
            "按往年进度（{years}）：{value} × {whole} ÷ {by_then} = {ahead}；往年到这一天已完成全年的 {share}",
            "By the shape of past years ({years}): {value} × {whole} ÷ {by_then} = {ahead}; by this day they had {share}"
            " of the year",
        ).filled(
            years=listed(year.year for year in filled),
            value=_exact(one.figure.value),
            whole=_exact(sum((year.whole for year in filled), Decimal(0))),
            by_then=_exact(sum((year.by_then for year in filled), Decimal(0))),
            ahead=_exact(one.ahead.value),
            share=percent(one.ahead.share),
        )
    if carries_on(one.indicator):
        return both("期限已到，即实际值", "The deadline has come: the value itself")
    return both("比率不按时间推算，即现值", "A ratio is not carried on with time: the present value")


def _exact(value: Decimal | None) -> str:
    if value is None:
        return NO_VALUE
    text = f"{value.quantize(Decimal('0.01')):,f}"
    return text.rstrip("0").rstrip(".")


def progress_of(
    targets: Iterable[Target],
    *,
    year: int,
    signatory: Unit,
    on: date,
    lights: Lights,
    as_of: int | None = None,
    quarter: int | None = None,
) -> list[Progress]:
    """Return how far targets are at the end of a day, in their order.

    Targets of one indicator, place, area, line and deadline are asked about together, however many units have one.

    Args:
        signatory: the unit by whose past years, with all below it, the shape of a year is judged.
        as_of: as the ledger stood at this block; null is now. Then each unit is asked about by itself.
        quarter: measure what was reached since the year began against what was promised by the end of a quarter; the targets
            all have quarters then. Null: against the whole, by its deadline.

    Raises: UnableToOpen: an indicator is not declared any more.
    """
    listed = list(targets)
    together: dict[tuple[object, ...], list[Target]] = {}
    for one in listed:
        together.setdefault((*one.measured[:4], one.due_on), []).append(one)
    found: dict[int, Progress] = {}
    for group in together.values():
        found.update(_of_group(group, year, signatory, on, lights, as_of, quarter))
    return [found[one.pk] for one in listed]


def _of_group(
    group: Sequence[Target],
    year: int,
    signatory: Unit,
    on: date,
    lights: Lights,
    as_of: int | None,
    quarter: int | None,
) -> dict[int, Progress]:
    first = group[0]
    span = Span(date(year, 1, 1), first.due_on if quarter is None else quarter_end(year, quarter))
    counted_to = min(max(on, span.first), span.due_on)
    selection = Selection(
        period_until(year, counted_to), place=first.place_id, area=first.area, line=first.line, as_of=as_of
    )
    units = [one.unit for one in group]
    figures = figures_by_unit(first.indicator, selection, units)
    indicator = figures[units[0].pk].indicator
    goes_on = carries_on(indicator) and span.passed(on) not in (0, span.days)
    bases: dict[int, Decimal] = {}
    past: tuple[PastYear, ...] = ()
    if goes_on and indicator.term.has_start:
        past = _past(indicator.code, of_unit(selection, signatory), year, span, counted_to)
    elif goes_on:
        before = selection.having(period=period_until(year - 1, date(year - 1, 12, 31)))
        stood = figures_by_unit(first.indicator, before, units)
        bases = {key: one.value for key, one in stood.items() if one.value is not None}
    done = {}
    for one in group:
        figure = figures[one.unit_id]
        base = bases.get(one.unit_id, Decimal(0))
        at_most = one.direction == Direction.AT_MOST
        ahead = forecast(figure.value, span, on, base=base, past=past, carries_on=carries_on(indicator))
        light = light_of(
            figure.value, ahead, promised(one, quarter), span, on, lights.thresholds, at_most=at_most
        )
        done[one.pk] = Progress(one, figure, ahead, light, span, on, base, past, quarter)
    return done


def _past(code: str, selection: Selection, year: int, span: Span, counted_to: date) -> tuple[PastYear, ...]:
    """Return what the years before had by the same day and by the same deadline, as far as they have facts."""
    found = []
    for earlier in range(year - 1, year - 1 - PAST_YEARS, -1):
        whole = _value(code, selection, earlier, span.due_on)
        if whole is None:
            break
        found.append(PastYear(earlier, _value(code, selection, earlier, counted_to) or Decimal(0), whole))
    return tuple(found)


def _value(code: str, selection: Selection, year: int, like: date) -> Decimal | None:
    day = min(like.day, 28) if like.month == 2 else like.day
    last = date(year, like.month, day)
    return queries.figure_in(code, selection.having(period=period_until(year, last))).value
