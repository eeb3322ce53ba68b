"""The figures of a place: which indicators have facts there, each year's counted together in one scan a kind of term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Max, Min, Q, Sum

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.rooms import Words, rooms
from bangfu.reporting.access import may_see_terms
from bangfu.reporting.compiling import Grain, statement
from bangfu.reporting.definitions import Indicator, Term, TermKind
from bangfu.reporting.engines import asking as engines
from bangfu.reporting.engines.asking import terms_by
from bangfu.reporting.facts import facts_within
from bangfu.reporting.figures import (
    NOTHING,
    Figure,
    joined,
    read_sum,
    shape_of,
    sum_of_term,
    values_of,
)
from bangfu.reporting.figures import Sum as Total
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.indicators import indicators
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.selection import Selection

MONEY = "元"
YEARS_OF_MONEY = 4


@dataclass(frozen=True)
class Owned:
    """What of one measure one unit owns in a place."""

    unit: int
    measure: int
    quantity: Decimal
    here: Decimal
    """Of it, at the place itself and not at one in it."""
    facts: int
    first: date
    last: date


def owned_in(question: Question) -> list[Owned]:
    """Return what units own in a place, by measure, from one scan of its facts up to the day."""
    rows = (
        facts_within(question.selection)
        .filter(happened_on__lte=question.on)
        .values_list("unit_id", "measure_id")
        .annotate(
            net=Sum("quantity"),
            here=Sum("quantity", filter=Q(place_id=question.place.pk), default=Decimal(0)),
            count=Count("pk"),
            first=Min("happened_on"),
            last=Max("happened_on"),
        )
        .order_by("unit_id", "measure_id")
    )
    return [Owned(*row) for row in rows]


class Together:
    """Counts on PostgreSQL the terms that differ by their measure alone in one scan, every other by itself."""

    name = "together"

    def known(self, selection: Selection) -> Selection:
        """Return the selection as it is: what stands now is known."""
        return selection

    def answers(self, questions: Sequence[engines.Question]) -> list[Total]:
        """Return what the facts of each question come to, in their order."""
        found = [NOTHING] * len(questions)
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for at, one in enumerate(questions):
            if one.term.kind is TermKind.REGISTERED or one.term.also:
                found[at] = sum_of_term(one.term, one.selection)
            else:
                groups[_all_but_measure(one)].append(at)
        for members in groups.values():
            sums = _scan([questions[at].term for at in members], questions[members[0]].selection)
            for at in members:
                found[at] = sums.get(measure_number(questions[at].term.measure.code), NOTHING)
        return found


def _all_but_measure(one: engines.Question) -> tuple[object, ...]:
    """Return what terms must have in common to be counted in one scan."""
    term = one.term
    starts_on = term.starts_on(one.selection.period) if term.has_start else None
    narrowed = (term.line, term.area, term.place, term.owner)
    return starts_on, term.counts_parties, narrowed, one.selection


def _scan(terms: Sequence[Term], selection: Selection) -> dict[int, Total]:  # by measure's number
    shape = shape_of(terms[0], selection, (Grain.MEASURE,))
    numbers = sorted({measure_number(one.measure.code) for one in terms})
    with connection.cursor() as cursor:
        cursor.execute(statement(shape), {**values_of(terms[0], selection), "measures": numbers})
        return {int(measure): read_sum(row) for measure, *row in cursor.fetchall()}


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
    newest = max((one.last for one in owned), default=question.on)
    is_older = newest.year < question.on.year - 1
    last = newest.year if is_older else question.on.year
    known = [one for one in _countable(question) if present & {measure_number(m.code) for m in one.measures}]
    money = [one for one in known if one.unit.zh == MONEY]
    others = [one for one in known if one.unit.zh != MONEY]
    years, money_years = (last - 1, last), tuple(range(last - YEARS_OF_MONEY + 1, last + 1))
    of_money = _by_year(question, money, money_years)
    of_others = _by_year(question, others, years)
    shown = [row for one in others if (row := _row(one, of_others, years)) is not None]
    with_money = [row for one in money if (row := _row(one, of_money, money_years)) is not None]
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


def _by_year(
    question: Question, asked: Sequence[Indicator], years: Sequence[int]
) -> dict[tuple[str, int], Figure]:
    """Return the figure of each indicator in each year."""
    in_years = {year: question.in_year(year) for year in years}
    pairs = [(one, selection) for one in asked for selection in in_years.values()]
    found = {}
    for (one, selection), sums in zip(pairs, terms_by(Together(), pairs), strict=True):
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
