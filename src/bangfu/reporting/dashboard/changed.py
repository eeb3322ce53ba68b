"""What became different in the figures since a moment: facts entered and taken back, by indicator of the main report and year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.entered import facts_since
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both, counted, grouped_words
from bangfu.reporting.access import may_see, may_see_terms, own_corner
from bangfu.reporting.dashboard.together import Together
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.figures import Figure
from bangfu.reporting.indicators import indicators
from bangfu.reporting.periods import read_period
from bangfu.reporting.room import VIEW
from bangfu.reporting.selection import Selection
from bangfu.reporting.texts import document

MAIN_REPORT = "programme"
MOST_SHOWN = 8
ADDS_UP = frozenset({IndicatorKind.FLOW, IndicatorKind.STOCK})
"""Kinds whose net change is the sum of what was entered and taken back."""


def main_indicators() -> list[str]:
    """Return the codes of the indicators of the main report, in its order; without a report every indicator."""
    try:
        cited = [tag.value for tag in document(MAIN_REPORT, "zh").figures]
    except LookupError:
        cited = []
    known = [one.code for one in indicators()]
    return [code for code in dict.fromkeys(cited) if code in known] or known


@dataclass(frozen=True)
class Movement:
    """One figure that moved."""

    figure: Figure
    """As it stands now."""
    entered: int
    """Facts; likewise those that take others back."""
    taken_back: int
    net: Decimal
    """What the measure's quantity changed by."""
    at: datetime

    @property
    def facts_address(self) -> str:
        """The facts under the figure, those entered last first."""
        return self.figure.address_of("facts", sort="-entered")

    @property
    def net_text(self) -> str:
        """The change with its sign, as the indicator is shown; empty where it is not the sum of what came in."""
        indicator = self.figure.indicator
        term = indicator.term
        is_whole = len(indicator.terms) == 1 and not (term.line or term.area or term.place)
        if indicator.kind not in ADDS_UP or not is_whole or not self.net:
            return ""
        sign = "+" if self.net > 0 else "−"
        return f"{sign}{self.figure.text_of(abs(self.net))} {self.figure.part_unit}".rstrip()


@dataclass(frozen=True)
class Movements:
    """What moved since a moment, as far as an account may see it."""

    shown: tuple[Movement, ...]
    more: int
    """Figures of the report that moved besides those shown."""
    entered: int
    """Facts altogether; likewise those that take others back, and those of measures that the report does not tell."""
    taken_back: int
    untold: int


@dataclass
class _Moved:
    entered: int = 0
    taken_back: int = 0
    net: Decimal = Decimal(0)
    at: datetime | None = None


def movements_since(account: Account, since: datetime, on: date) -> Movements:
    """Return what facts that an account may see the figures of came in and were taken back since a moment.

    Read from the facts entered since, however many there are before; the figures that they moved are asked together.
    """
    rows = (
        facts_since(since)
        .filter(within_grants(account, VIEW, on, has_line=True))
        .order_by()
        .values_list("measure_id", "happened_on__year")
        .annotate(
            entered=Count("pk", filter=Q(reverses_id__isnull=True)),
            back=Count("reverses_id"),
            net=Sum("quantity"),
            at=Max("recorded_at"),
        )
    )
    by_measure: dict[int, list[Indicator]] = defaultdict(list)
    declared = {one.code: one for one in indicators()}
    order = {code: at for at, code in enumerate(main_indicators())}
    for code in order:
        for number in {measure_number(one.code) for one in declared[code].measures}:
            by_measure[number].append(declared[code])
    moved: dict[tuple[str, int], _Moved] = defaultdict(_Moved)
    entered = taken_back = untold = 0
    for measure, year, came, back, net, at in rows:
        entered, taken_back = entered + came, taken_back + back
        if measure not in by_measure:
            untold += came + back
        for indicator in by_measure.get(measure, ()):
            one = moved[indicator.code, year]
            one.entered, one.taken_back, one.net = one.entered + came, one.taken_back + back, one.net + net
            one.at = at if one.at is None else max(one.at, at)
    chosen = sorted(moved, key=lambda key: (-key[1], order[key[0]]))
    return _with_figures(account, on, chosen, moved, Movements((), 0, entered, taken_back, untold))


def _with_figures(
    account: Account,
    on: date,
    chosen: list[tuple[str, int]],
    moved: dict[tuple[str, int], _Moved],
    told: Movements,
) -> Movements:
    if not chosen:
        return told
    unit, place = own_corner(account, on)
    together, cells = Together(), []
    if not may_see(account, Selection(read_period(str(on.year)), place=place, unit=unit), on):
        return told
    for code, year in chosen:
        selection = Selection(read_period(str(year)), place=place, unit=unit)
        indicator = together.indicator(code, selection.period)
        if may_see_terms(account, indicator, selection, on):
            cells.append((code, selection))
    shown = cells[:MOST_SHOWN]
    for code, selection in shown:
        together.want(code, selection)
    together.ask()
    found = []
    for code, selection in shown:
        one = moved[code, selection.period.last_on.year]
        assert one.at is not None
        found.append(
            Movement(together.figure((code, selection)), one.entered, one.taken_back, one.net, one.at)
        )
    return Movements(tuple(found), len(cells) - len(shown), told.entered, told.taken_back, told.untold)


def movement_words(told: Movements) -> Words:
    """Return how many facts came in and were taken back."""
    entered = counted(
        "新计入 {count} 条事实", "{count} facts entered", "{count} fact entered", count=told.entered
    )
    if not told.taken_back:
        return entered
    return both("{entered}，冲正 {back} 条", "{entered}, {back} taken back").filled(
        entered=entered, back=grouped_words(told.taken_back)
    )
