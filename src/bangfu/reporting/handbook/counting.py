"""The figures of a place: which indicators have facts there, and those of all years counted together.

Terms that differ by their measure alone are one scan; whole years of a county and above are read from the cells into which
sealed facts are rolled up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.rooms import Words, rooms
from bangfu.reporting.access import may_see_terms
from bangfu.reporting.definitions import Indicator, Term, TermKind
from bangfu.reporting.figures import NOTHING, Figure, joined, read_sum, sum_of_term
from bangfu.reporting.figures import Sum as Total
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.handbook.owning import Owned
from bangfu.reporting.indicators import indicators
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from bangfu.reporting.together import rows_together, sums_by_measure

MONEY = "元"
YEARS_OF_MONEY = 4


def sums_in(asked: Sequence[tuple[Indicator, Selection]]) -> list[list[Total]]:
    """Return what each term of each of many figures of a place comes to, in their order."""
    own = [[(term, asks(term, selection)) for term in one.terms] for one, selection in asked]
    counted = [(term, where) for terms in own for term, where in terms if where is not None]
    facts = [one for one in counted if one[0].kind is not TermKind.REGISTERED]
    plain = sums_by_measure([one for one in facts if not one[0].also])
    several = rows_together([one for one in facts if one[0].also])

    def sum_of(term: Term, where: Selection | None) -> Total:
        if where is None:
            return NOTHING
        if term.kind is TermKind.REGISTERED:
            return sum_of_term(term, where)
        return read_sum(several[term, where][0]) if term.also else plain[term, where]

    return [[sum_of(*one) for one in terms] for terms in own]


@dataclass(frozen=True)
class Row:
    """One indicator over the years that are shown."""

    indicator: Indicator
    figures: tuple[Figure, ...]
    """One a year, the oldest first."""


@dataclass(frozen=True)
class RoomRows:
    """The indicators of one room."""

    title: Words
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Counted:
    """Everything that is counted in a place."""

    years: tuple[int, ...]
    """Of figures: the last full year and the present one, or the newest two that have facts."""
    is_older: bool
    """Whether nothing happened there in the last full year or since."""
    rooms: tuple[RoomRows, ...]
    money_years: tuple[int, ...]
    money: tuple[Row, ...]
    others: int
    """Indicators with facts there that have no value in the years shown."""

    @property
    def count(self) -> int:
        """How many indicators are shown besides those of money."""
        return sum(len(one.rows) for one in self.rooms)


def counted_in(question: Question, owned: Sequence[Owned]) -> Counted:
    """Return the figures of a place for the years that are shown."""
    present = {one.measure for one in owned}
    newest = max((one.month for one in owned), default=question.on)
    is_older = newest.year < question.on.year - 1
    last = newest.year if is_older else question.on.year
    known = [one for one in _countable(question) if present & {measure_number(m.code) for m in one.measures}]
    money = [one for one in known if one.unit.zh == MONEY]
    others = [one for one in known if one.unit.zh != MONEY]
    years, money_years = (last - 1, last), tuple(range(last - YEARS_OF_MONEY + 1, last + 1))
    found = _by_year(question, [*_each(money, money_years), *_each(others, years)])
    shown = [row for one in others if (row := _row(one, found, years)) is not None]
    with_money = [row for one in money if (row := _row(one, found, money_years)) is not None]
    by_room = (
        RoomRows(room.title, tuple(row for row in shown if row.indicator.code.startswith(f"{room.code}.")))
        for room in rooms()
    )
    return Counted(
        years=years,
        is_older=is_older,
        rooms=tuple(one for one in by_room if one.rows),
        money_years=money_years,
        money=tuple(with_money),
        others=len(known) - len(shown) - len(with_money),
    )


def _countable(question: Question) -> list[Indicator]:
    """Return the indicators of which the reader may see each term."""
    found = [indicator_of(one.code, question.selection) for one in indicators()]
    return [one for one in found if may_see_terms(question.account, one, question.selection, question.today)]


def _each(asked: Sequence[Indicator], years: Sequence[int]) -> list[tuple[Indicator, int]]:
    return [(one, year) for one in asked for year in years]


def _by_year(question: Question, asked: Sequence[tuple[Indicator, int]]) -> dict[tuple[str, int], Figure]:
    """Return the figures of indicators by their years."""
    in_years = {year: question.in_year(year) for _, year in asked}
    pairs = [(one, in_years[year]) for one, year in asked]
    found = {}
    for (one, selection), sums in zip(pairs, sums_in(pairs), strict=True):
        figure = Figure(
            indicator=one,
            selection=selection,
            sum=joined(one, sums),
            latest_block=question.block,
            unsealed=0,
            display=one.display,
        )
        found[one.code, selection.period.last_on.year] = figure
    return found


def _row(one: Indicator, found: Mapping[tuple[str, int], Figure], years: Sequence[int]) -> Row | None:
    """Return an indicator's row; null when no year has a value."""
    figures = tuple(found[one.code, year] for year in years)
    return Row(one, figures) if any(figure.has_value for figure in figures) else None
