"""A table with its cells: rows and columns as items, every cell a figure, totals asked by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Any
from urllib.parse import quote

from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit, unit_subtree
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import PREFECTURE
from bangfu.foundation.places.queries import places_at
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.access import sees_each
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.display import Scale
from bangfu.reporting.figures import Figure
from bangfu.reporting.indicators import indicators, valid_for, versions_of
from bangfu.reporting.periods import Period
from bangfu.reporting.registered import places_of
from bangfu.reporting.selection import Selection, UnableToOpen
from bangfu.reporting.tables.answering import sums_of_many
from bangfu.reporting.tables.asking import (
    MEMBERS,
    NAMED,
    Axis,
    Question,
    refuse_size,
    steps_of,
    whole_span,
)
from bangfu.reporting.versions import chain_of

TOTAL = both("合计", "Total")


@dataclass(frozen=True)
class Item:
    """One row or column: what it changes in the question of its cells."""

    axis: Axis
    key: Any
    """Code of an indicator, number of a place, unit or period; null for the whole."""
    title: Words | str
    is_whole: bool = False


@dataclass(frozen=True)
class Cell:
    """One figure of a table; null where the reader may not see it."""

    figure: Figure | None
    adds_up: bool
    """Whether it is a part, or a total that is the sum of its parts when all of them stand in the table."""
    now: Figure | None = None
    """As it stands now, of a table that compares."""

    @property
    def has_moved(self) -> bool:
        """Whether it stands at another value now."""
        return self.now is not None and self.figure is not None and self.now.value != self.figure.value

    @property
    def value(self) -> Decimal | None:
        """The exact value; null without facts and where nothing may be seen."""
        return None if self.figure is None else self.figure.value

    @property
    def text(self) -> str:
        """The exact value as it is written: a dash for no facts."""
        return "" if self.figure is None else self.figure.text_of(self.figure.value)

    @property
    def text_now(self) -> str:
        """What it stands at now."""
        return "" if self.now is None else self.now.text_of(self.now.value)


@dataclass(frozen=True)
class Row:
    """One row with its cells."""

    item: Item
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it has no value at all."""
        return all(cell.value is None for cell in self.cells)


class Sheet:
    """A table as one reader sees it; rows are worked out when they are asked for."""

    def __init__(self, question: Question, account: Account | None, on: date) -> None:
        """Lay out rows and columns. Args: account: null is whoever sees the whole programme.

        Raises: UnableToTabulate: ``too_large``. UnableToOpen: ``unknown_indicator``.
        """
        self.question, self.account, self.on = question, account, on
        self._chains = {code: self._chain(code, question.selection.as_of) for code in question.codes}
        self._count = 1
        self.rows_of = self._items(question.rows)
        self.columns = [
            (column,) if within is None else (column, within)
            for column, within in product(
                self._items(question.columns), self._items(question.within) if question.within else [None]
            )
        ]
        self.newest_block = getattr(latest_block(), "number", 0)

    @staticmethod
    def _chain(code: str, block: int | None) -> tuple[Indicator, ...]:
        try:
            return chain_of(code, block)
        except LookupError:
            raise UnableToOpen("unknown_indicator", text=code) from None

    def _items(self, axis: Axis) -> list[Item]:
        named = {
            Axis.INDICATOR: self._indicators,
            Axis.PLACE: self._places,
            Axis.UNIT: self._units,
            Axis.PERIOD: self._periods,
        }[axis]()
        if axis in self.question.totals and not (axis is Axis.PLACE and self.question.level == NAMED):
            named.append(Item(axis, None, TOTAL, is_whole=True))
        self._grow(len(named))
        return named

    def _grow(self, length: int) -> None:
        refuse_size(self._count * length)
        self._count *= max(length, 1)

    def indicator(self, code: str, period: Period) -> Indicator:
        """Return the version of a chosen indicator that counts a period."""
        return valid_for(self._chains[code], period)

    def _indicators(self) -> list[Item]:
        period = self.question.last if self.question.has(Axis.PERIOD) else self.question.selection.period
        return [
            Item(Axis.INDICATOR, code, self.indicator(code, period).title) for code in self.question.codes
        ]

    @property
    def _end(self) -> Selection:
        """The selection at the end of everything that is asked, whose names count."""
        one = self.question.selection
        return one.having(period=self.question.last) if self.question.has(Axis.PERIOD) else one

    def _places(self) -> list[Item]:
        question, selection = self.question, self.question.selection
        if question.level == NAMED:
            places = list(question.named)
        elif question.level == MEMBERS:
            places = places_of(selection.place, self._end.area_members)
        else:
            below = places_at(int(question.level), within=selection.place)
            self_ = selection.place
            below = below if self_ is None else below.exclude(pk=self_) if below.count() > 1 else below
            refuse_size(self._count * below.count())
            places = list(below.values_list("pk", flat=True))
        is_short = question.level not in (MEMBERS, NAMED) and (
            selection.place is not None or int(question.level) < PREFECTURE
        )
        labels = self._end.place_labels(places, short=is_short)
        return [Item(Axis.PLACE, place, labels.get(place, "")) for place in places]

    def _units(self) -> list[Item]:
        top = self.question.selection.unit or root_unit()
        units = unit_subtree(top.pk) if top is not None else Unit.objects.none()
        found = list(units.filter(kind=self.question.kind).order_by("path"))
        names = self._end.unit_names([one.pk for one in found])
        return [Item(Axis.UNIT, one, names[one.pk]) for one in found]

    def _periods(self) -> list[Item]:
        return [
            Item(Axis.PERIOD, one, both(one.title("zh"), one.title("en"))) for one in steps_of(self.question)
        ]

    @property
    def cell_count(self) -> int:
        """How many cells it has."""
        return len(self.rows_of) * len(self.columns)

    def _asked(self, items: Sequence[Item], as_of: int | None) -> tuple[Indicator, Selection]:
        code, changes = self.question.codes[0], dict[str, Any](as_of=as_of)
        for one in items:
            if one.axis is Axis.INDICATOR:
                code = one.key
            elif one.axis is Axis.PERIOD:
                changes["period"] = self.whole_period if one.is_whole else one.key
            elif not one.is_whole:
                changes[one.axis.value] = one.key
        selection = self.question.selection.having(**changes)
        return self.indicator(code, selection.period), selection

    def address_of(self, items: Sequence[Item]) -> str:
        """Return where the cell of a row and a column opens."""
        indicator, selection = self._asked(items, self.question.selection.as_of)
        return f"/f/{quote(indicator.code)}/?{selection.query()}"

    @cached_property
    def whole_period(self) -> Period:
        """The period from the table's first day to its last."""
        return whole_span(self.question)

    def rows(self, items: Sequence[Item] | None = None) -> list[Row]:
        """Return rows with their cells, all of them or those of some items; without empty ones where so asked."""
        wanted = self.rows_of if items is None else items
        as_of = self.question.selection.as_of
        placed = [((row, *column), None) for row in wanted for column in self.columns]
        asked = [self._asked(names, as_of) for names, _ in placed]
        figures = self._figures(asked)
        later: list[Figure | None] = [None] * len(asked)
        if self.question.compares:
            later = self._figures_now(asked)
        cells = [
            Cell(figure, self._adds_up(names, indicator), now)
            for (names, _), (indicator, _s), figure, now in zip(placed, asked, figures, later, strict=True)
        ]
        width = len(self.columns)
        found = [Row(one, tuple(cells[at * width : (at + 1) * width])) for at, one in enumerate(wanted)]
        return [row for row in found if not (self.question.is_filled and row.is_empty)]

    def _figures_now(self, asked: Sequence[tuple[Indicator, Selection]]) -> list[Figure | None]:
        """Return the figures as they stand now, by their present definitions; null for what is no longer declared."""
        known = {one.code for one in indicators()}
        present = {code: versions_of(code) for code in self.question.codes if code in known}
        found = iter(
            self._figures(
                [
                    (valid_for(present[one.code], selection.period), selection.having(as_of=None))
                    for one, selection in asked
                    if one.code in present
                ]
            )
        )
        return [next(found) if one.code in present else None for one, _ in asked]

    @staticmethod
    def _adds_up(items: Sequence[Item], indicator: Indicator) -> bool:
        wholes = {one.axis for one in items if one.is_whole}
        if Axis.PERIOD in wholes and indicator.kind is not IndicatorKind.FLOW:
            return False
        return not wholes or indicator.is_additive

    def _figures(self, asked: Sequence[tuple[Indicator, Selection]]) -> list[Figure | None]:
        account = self.account
        is_seen = [True] * len(asked) if account is None else sees_each(account, asked, self.on)
        shown = [one for one, may in zip(asked, is_seen, strict=True) if may]
        sums = iter(sums_of_many(shown))
        return [
            Figure(indicator, selection, next(sums), self.newest_block, 0, indicator.display) if may else None
            for (indicator, selection), may in zip(asked, is_seen, strict=True)
        ]

    def unit_of(self, code: str | None) -> Words:
        """Return the unit of an indicator, null being the only one; percentages say so, and targets have none."""
        indicator = self._chains[code or self.question.codes[0]][-1]
        if indicator.unit.zh:
            return indicator.unit
        if indicator.display.scale is not Scale.PERCENT:
            return Words("", "")
        return both("%", "%") if indicator.display.is_in_hundreds else both("1 = 100%", "1 = 100%")

    @property
    def has_own_totals(self) -> bool:
        """Whether some total is not the sum of what stands in the table."""
        periods = Axis.PERIOD in self.question.totals
        last = [chain[-1] for chain in self._chains.values()]
        return bool(self.question.totals) and any(
            not one.is_additive or (periods and one.kind is not IndicatorKind.FLOW) for one in last
        )
