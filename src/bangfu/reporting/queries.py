"""What others may read of reporting: figures, with or without their parts, and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Max
from django.utils import timezone

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.places.models import Area
from bangfu.reporting.breakdown import Breakdown, breakdown_of
from bangfu.reporting.definitions import Indicator, Role
from bangfu.reporting.display import Display
from bangfu.reporting.engines.asking import Engine, terms_by
from bangfu.reporting.facts import facts_in, unsealed_in
from bangfu.reporting.figures import Figure, Sum, joined, sums_of
from bangfu.reporting.indicators import indicators, versions_of
from bangfu.reporting.periods import Period, read_period
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection, UnableToOpen
from bangfu.reporting.standing import DRAFT
from bangfu.reporting.texts import cited_period
from bangfu.reporting.versions import indicator_as_of


@dataclass(frozen=True)
class Opened:
    """A figure as its drawer shows it."""

    figure: Figure
    breakdown: Breakdown
    now: Figure | None
    """The same figure as it stands now, when the selection asks for an older block."""

    @property
    def has_moved(self) -> bool:
        """Whether the figure stands at another value now than as of its block."""
        return self.now is not None and self.now.value != self.figure.value


def _newest_block() -> int:
    newest = latest_block()
    return newest.number if newest else 0


def _figure(
    indicator: Indicator, selection: Selection, sums: Sequence[Sum], display: Display | None = None
) -> Figure:
    return Figure(
        indicator=indicator,
        selection=selection,
        sum=joined(indicator, sums),
        latest_block=_newest_block(),
        unsealed=0 if selection.as_of is not None else unsealed_in(facts_in(indicator, selection)),
        display=display or indicator.display,
        terms=tuple(
            _figure(indicator.of_term(role), own.having(term=role.value), [total])
            for role, term, total in zip(indicator.roles, indicator.terms, sums, strict=False)
            if (own := asks(term, selection)) is not None
        ),
    )


def indicator_of(code: str, selection: Selection) -> Indicator:
    """Return the version of an indicator that counts a selection's period, or the term of it that is asked for.

    Raises: UnableToOpen: ``unknown_indicator``, ``unknown_term``.
    """
    try:
        indicator = indicator_as_of(code, selection.period, selection.as_of)
    except LookupError:
        raise UnableToOpen("unknown_indicator", text=code) from None
    if not selection.term:
        return indicator
    try:
        return indicator.of_term(Role(selection.term))
    except (LookupError, ValueError):
        raise UnableToOpen("unknown_term", text=selection.term) from None


def require_declared(code: str) -> None:
    """Refuse a draft, which figures open and nothing may rest on.

    Raises: UnableToOpen: ``unknown_indicator``.
    """
    if code.startswith(DRAFT):
        raise UnableToOpen("unknown_indicator", text=code)


def figure_in(code: str, selection: Selection, *, display: Display | None = None) -> Figure:
    """Return the figure of an indicator for a selection.

    Args:
        display: how it is shown; null is the indicator's own way.

    Raises: UnableToOpen: ``unknown_indicator``.
    """
    indicator = indicator_of(code, selection)
    return _figure(indicator, selection, sums_of(indicator, selection), display)


def figures_by(engine: Engine, selection: Selection) -> list[Figure]:
    """Return the figure of every indicator for a selection, counted by an engine.

    Raises: UnableToReadSnapshot: ``too_old``.
    """
    known = [indicator_of(one.code, selection) for one in indicators()]
    sums = terms_by(engine, [(one, selection) for one in known])
    return [_figure(one, selection, terms) for one, terms in zip(known, sums, strict=True)]


def figure(
    code: str,
    *,
    period: Period | str,
    place: int | None = None,
    area: Area | None = None,
    unit: Unit | None = None,
    line: Line | None = None,
    as_of: int | None = None,
) -> Figure:
    """Return one figure; ``value`` is null when there are no facts.

    Args:
        as_of: a block; null is now, with what is not sealed yet.

    Raises: UnableToOpen: ``unknown_indicator``. ValueError: the period is not one.
    """
    span = read_period(period) if isinstance(period, str) else period
    return figure_in(code, Selection(span, place=place, area=area, unit=unit, line=line, as_of=as_of))


def opened(code: str, selection: Selection) -> Opened:
    """Return a figure with its parts by place, month and unit: from one scan of the facts of each term that is a sum.

    Raises: UnableToOpen: ``unknown_indicator``, ``unknown_term``.
    """
    indicator = indicator_of(code, selection)
    parts = breakdown_of(indicator, selection)
    return Opened(_figure(indicator, selection, parts.sums), parts, now_of(indicator, selection))


def now_of(indicator: Indicator, selection: Selection) -> Figure | None:
    """Return the figure as it stands now, when the selection asks for an older block and it is still declared; else null."""
    if selection.as_of is None:
        return None
    live = replace(selection, as_of=None)
    try:
        present = indicator_of(indicator.code, live)
    except UnableToOpen:
        return None
    return _figure(present, live, sums_of(present, live))


def usual_period(code: str | None = None) -> Period:
    """Return the period that is shown when none is asked for: the newest that reports cite of the indicator, or of any.

    An indicator in no report has the year of its newest fact; without facts it is this year.

    Raises: UnableToOpen: ``unknown_indicator``.
    """
    cited = cited_period(code)
    if cited is not None:
        return cited
    try:
        known = [versions_of(code)[-1]] if code is not None else indicators()
    except LookupError:
        raise UnableToOpen("unknown_indicator", text=code) from None
    days = [newest_day(one) for one in known]
    newest = max((day for day in days if day is not None), default=timezone.localdate())
    return read_period(str(newest.year))


def newest_day(indicator: Indicator) -> date | None:
    """Return when the newest of the facts happened that the numerator's measures have; null without any."""
    facts = Fact.objects.filter(measure_id__in=[measure_number(one.code) for one in indicator.term.measures])
    newest: date | None = facts.aggregate(newest=Max("happened_on"))["newest"]
    return newest
