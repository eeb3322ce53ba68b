"""A form filled: which figure each cell asks, what is written into it, and whether the form's own sums agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.access import sees_each
from bangfu.reporting.charts.disclosing import counts_people
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.display import GROUP, plain_text
from bangfu.reporting.figures import Figure
from bangfu.reporting.forms.disclosing import held_beside
from bangfu.reporting.forms.documents import Document, Value
from bangfu.reporting.forms.engines.grids import read_at, written
from bangfu.reporting.forms.layout import Asked, Layout, Occasion, Where
from bangfu.reporting.forms.pointing import Pointing, pointed_at
from bangfu.reporting.publications.disclosing import FEWEST
from bangfu.reporting.queries import figures_together, indicator_of
from bangfu.reporting.selection import UnableToOpen


class State(StrEnum):
    """What is in a cell."""

    VALUE = "value"
    NOTHING = "nothing"
    """No records: what the pointing says is written, never a 0 of its own."""
    NOT_SEEN = "not_seen"
    SMALL = "small"
    """A group of fewer than five people, which no file shows."""
    BESIDE = "beside"
    """Not small itself, but a small group could be worked out from it."""
    NOT_YET = "not_yet"
    """A part of the year that is not over by the period's end."""
    UNKNOWN = "unknown"
    """The indicator is no longer declared."""
    TEXT = "text"


STATE_WORDS: dict[str, Words] = {
    State.NOTHING: both("没有记录", "no records"),
    State.NOT_SEEN: both("无权查看", "not for you"),
    State.SMALL: both("不足 5 人，不显示", "fewer than 5 people, not shown"),
    State.BESIDE: both(
        "不列，以免推算出不足 5 人的组", "withheld, so that no group below 5 can be worked out"
    ),
    State.NOT_YET: both("期间未到", "not over yet"),
    State.UNKNOWN: both("指标已停用", "indicator withdrawn"),
}
OPENED = (State.VALUE, State.NOTHING, State.SMALL, State.BESIDE)
"""States of a figure, which whoever may see it opens."""
WRITTEN = {State.NOT_SEEN: "×", State.SMALL: "×", State.BESIDE: "×", State.NOT_YET: "", State.UNKNOWN: "×"}


def number_text(value: Decimal) -> str:
    """Return a number as a page writes it: grouped from five digits on, with the minus of numbers.

    >>> number_text(Decimal(-10748)), number_text(Decimal("7.43"))
    ('−10\u202f748', '7.43')
    """
    digits = f"{abs(value):,f}".replace(",", GROUP) if abs(value) >= 10_000 else f"{abs(value):f}"
    return f"−{digits}" if value < 0 else digits


@dataclass(frozen=True)
class FilledCell:
    """One cell of a filled form."""

    where: Where
    state: State
    value: Decimal | None = None
    """As it is written: in the scale and with the decimals of the pointing."""
    exact: Decimal | None = None
    text: str = ""
    address: str = ""
    title: str = ""
    is_check: bool = False
    """Whether the form computes this cell itself: the figure is compared with it and not written."""

    @property
    def written(self) -> Value:
        """What goes into the file."""
        return self.value if self.value is not None else self.text

    @property
    def shown(self) -> str:
        """What stands on the page."""
        return self.text if self.value is None else number_text(self.value)

    @property
    def note(self) -> str:
        """Why there is no figure; empty for one."""
        return str(STATE_WORDS[self.state]) if self.state in STATE_WORDS else ""


@dataclass(frozen=True)
class Check:
    """One formula of the form beside the figure of the same cell."""

    where: Where
    formula: str
    computed: Decimal | None
    """Null: only a spreadsheet program computes it."""
    figure: FilledCell

    @property
    def difference(self) -> Decimal | None:
        """The form's own sum less the figure; null when one of the two is missing."""
        if self.computed is None or self.figure.value is None:
            return None
        return self.computed - self.figure.value

    @property
    def agrees(self) -> bool:
        """Whether both are the same to the decimals of the figure."""
        return self.difference == 0


@dataclass(frozen=True)
class Filling:
    """A form with what stands in its cells on an occasion."""

    document: Document
    occasion: Occasion
    cells: Mapping[Where, FilledCell]
    left_out: tuple[Words, ...] = ()

    @property
    def values(self) -> dict[Where, Value]:
        """What is written into the file."""
        return {where: cell.written for where, cell in self.cells.items() if not cell.is_check}

    @cached_property
    def results(self) -> dict[Where, Decimal | None]:
        """What the form's own formulas come to."""
        return self.document.results(self.values)

    @cached_property
    def checks(self) -> list[Check]:
        """The formulas that are pointed at a figure, beside it."""
        return [
            Check(where, self.document.grids[where[0]].cell(where[1]).formula, self.results.get(where), cell)
            for where, cell in sorted(self.cells.items())
            if cell.is_check
        ]

    @property
    def file(self) -> bytes:
        """The file, filled."""
        return self.document.filled(self.values)

    def count(self, state: State) -> int:
        """Return how many cells are in a state."""
        return sum(cell.state is state for cell in self.cells.values())

    @property
    def kept(self) -> list[list[Any]]:
        """What is kept of it: sheet, cell, state, exact value and what is written; nobody's name."""
        return [
            [
                where[0], written(where[1]), cell.state.value,
                None if cell.exact is None else plain_text(cell.exact),
                None if cell.value is None else f"{cell.value:f}",
                None if cell.value is not None or cell.title == "preparer" else cell.text,
            ]
            for where, cell in sorted(self.cells.items())
        ]  # fmt: skip


def in_scale(value: Decimal, one: Pointing) -> Decimal:
    """Return a value as it is written: divided by the scale, half a step away from zero."""
    return (value / one.scale).quantize(Decimal(1).scaleb(-one.decimals), ROUND_HALF_UP)


def filled(
    document: Document, pointings: Sequence[Pointing], occasion: Occasion, account: Account, on: date
) -> Filling:
    """Return a form filled as an account may see it: all its figures asked together, as of the occasion's block."""
    layout = Layout(document.grids, pointings, occasion)
    known: dict[Where, Indicator] = {}
    for one in layout.asked:
        if one.selection is not None:
            try:
                known[one.where] = indicator_of(one.indicator, one.selection)
            except UnableToOpen:
                continue
    live = [one for one in layout.asked if one.where in known and one.selection is not None]
    pairs = [(known[one.where], one.selection) for one in live if one.selection is not None]
    seen = {one.where for one, may in zip(live, sees_each(account, pairs, on), strict=True) if may}
    wanted = [one for one in live if one.where in seen]
    figures = figures_together(
        [(one.indicator, one.selection) for one in wanted if one.selection is not None]
    )
    by_cell = {one.where: figure for one, figure in zip(wanted, figures, strict=True)}
    cells = {
        one.where: _cell(one, document, known.get(one.where), by_cell.get(one.where)) for one in layout.asked
    }
    small = {where for where, cell in cells.items() if cell.state is State.SMALL}
    for where in held_beside(wanted, by_cell, small) if small else ():
        if cells[where].state is State.VALUE:
            cells[where] = replace(
                cells[where], state=State.BESIDE, value=None, exact=None, text=WRITTEN[State.BESIDE]
            )
    return Filling(document, occasion, {**_texts(layout, pointings), **cells}, tuple(layout.left_out))


def _texts(layout: Layout, pointings: Sequence[Pointing]) -> dict[Where, FilledCell]:
    pointed = pointed_at(pointings)
    return {
        where: FilledCell(where, State.TEXT, text=text, title=pointed[where].text if where in pointed else "")
        for where, text in layout.texts().items()
    }


def _cell(one: Asked, document: Document, indicator: Indicator | None, figure: Figure | None) -> FilledCell:
    is_check = bool(document.grids[one.where[0]].cell(one.where[1]).formula)
    cell = FilledCell(
        one.where,
        State.NOT_YET,
        address=one.address,
        title=str(indicator.title) if indicator else one.indicator,
        is_check=is_check,
    )
    if one.selection is None:
        return replace(cell, text=WRITTEN[State.NOT_YET])
    if indicator is None or figure is None:
        state = State.UNKNOWN if indicator is None else State.NOT_SEEN
        return replace(cell, state=state, text=WRITTEN[state], address="")
    if figure.value is None:
        if one.pointing.nothing == "0":
            return replace(cell, state=State.NOTHING, value=in_scale(Decimal(0), one.pointing))
        return replace(cell, state=State.NOTHING, text=one.pointing.nothing)
    is_narrow = one.selection.place is not None or one.selection.unit is not None
    if is_narrow and 0 < figure.value < FEWEST and counts_people(indicator):
        return replace(cell, state=State.SMALL, text=WRITTEN[State.SMALL])
    return replace(cell, state=State.VALUE, exact=figure.value, value=in_scale(figure.value, one.pointing))


def refilled(
    document: Document,
    pointings: Sequence[Pointing],
    occasion: Occasion,
    kept: Sequence[Sequence[Any]],
    account: Account,
    on: date,
) -> Filling:
    """Return what was filled, from what was kept of it, as an account may see it: no figure is asked again."""
    layout = Layout(document.grids, pointings, occasion)
    asked = {one.where: one for one in layout.asked}
    pairs, at = [], []
    for one in layout.asked:
        if one.selection is not None:
            try:
                pairs.append((indicator_of(one.indicator, one.selection), one.selection))
                at.append(one.where)
            except UnableToOpen:
                continue
    titles = {where: indicator.title for where, (indicator, _) in zip(at, pairs, strict=True)}
    seen = {where for where, may in zip(at, sees_each(account, pairs, on), strict=True) if may}
    cells: dict[Where, FilledCell] = {}
    for sheet, cell_text, state, exact, value, text in kept:
        where = (sheet, read_at(cell_text))
        known = asked.get(where)
        if known is None:
            said = occasion.preparer if text is None else text
            cells[where] = FilledCell(where, State.TEXT, text=said)
            continue
        cell = FilledCell(
            where,
            State(state),
            value=None if value is None else Decimal(value),
            exact=None if exact is None else Decimal(exact),
            text=text or "",
            address=known.address if state in OPENED else "",
            title=str(titles.get(where, known.indicator)),
            is_check=bool(document.grids[sheet].cell(where[1]).formula),
        )
        if where not in seen and cell.state in OPENED:
            cell = replace(
                cell, state=State.NOT_SEEN, value=None, exact=None, text=WRITTEN[State.NOT_SEEN], address=""
            )
        cells[where] = cell
    return Filling(document, occasion, cells)
