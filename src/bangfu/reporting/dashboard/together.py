"""Figures asked together: whatever their units and periods, one statement for each shape of question among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bangfu.foundation.ledger.queries import latest_block
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.figures import Figure, Sum, joined
from bangfu.reporting.periods import Period
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.selection import Selection
from bangfu.reporting.together import sums_together

Cell = tuple[str, Selection]
"""An indicator's code, and what it is asked about."""


@dataclass
class Together:
    """Collects what figures are wanted, asks for all of them at once, and gives them out."""

    wanted: dict[Cell, None] = field(default_factory=dict)
    _known: dict[tuple[str, Period], Indicator] = field(default_factory=dict)
    _sums: dict[Cell, Sum] = field(default_factory=dict)
    _block: int = 0

    def indicator(self, code: str, period: Period) -> Indicator:
        """Return the version of an indicator that counts a period.

        Raises: UnableToOpen: ``unknown_indicator``.
        """
        if (code, period) not in self._known:
            self._known[code, period] = indicator_of(code, Selection(period))
        return self._known[code, period]

    def want(self, code: str, selection: Selection) -> Cell:
        """Note that a figure is wanted."""
        self.indicator(code, selection.period)
        self.wanted[code, selection] = None
        return code, selection

    def ask(self) -> None:
        """Ask for everything that is wanted and was not asked for yet."""
        newest = latest_block()
        self._block = newest.number if newest else 0
        cells = [one for one in self.wanted if one not in self._sums]
        known = [(self.indicator(code, selection.period), selection) for code, selection in cells]
        for cell, (indicator, _), sums in zip(cells, known, sums_together(known), strict=True):
            self._sums[cell] = joined(indicator, sums)

    def figure(self, cell: Cell) -> Figure:
        """Return a figure that was asked for."""
        code, selection = cell
        indicator = self.indicator(code, selection.period)
        return Figure(
            indicator=indicator,
            selection=selection,
            sum=self._sums[cell],
            latest_block=self._block,
            unsealed=0,
            display=indicator.display,
        )

    def figures(self, cells: Iterable[Cell]) -> list[Figure]:
        """Return figures that were asked for, in their order."""
        return [self.figure(one) for one in cells]
