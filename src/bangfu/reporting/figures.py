"""The figure: one value of an indicator with all that is said beside it, and the one scan that answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.utils.translation import get_language

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.reporting.codes import code_of
from bangfu.reporting.compiling import Grain, Shape, statement
from bangfu.reporting.display import Display, Shown, exact_text, shown
from bangfu.reporting.indicators import Indicator
from bangfu.reporting.selection import Selection


@dataclass(frozen=True)
class Sum:
    """What a set of facts adds up to; ``value`` is null when there are none: no data is never 0."""

    value: Decimal | None
    facts: int
    reversed: int
    """How many of the facts take another back."""
    latest: int | None
    """The newest fact."""


NOTHING = Sum(None, 0, 0, None)


@dataclass(frozen=True)
class Figure:
    """One value of one indicator, as it stood at a block or stands now."""

    indicator: Indicator
    selection: Selection
    sum: Sum
    latest_block: int
    """The newest block when the value was read; 0 when nothing is sealed yet."""
    unsealed: int
    """How many of the facts no block holds yet; 0 as of a block."""
    display: Display

    @property
    def value(self) -> Decimal | None:
        """The exact value; null without facts."""
        return self.sum.value

    @property
    def has_value(self) -> bool:
        """Whether there is anything to show."""
        return self.sum.value is not None

    @property
    def block(self) -> int:
        """The block up to which the value counts, whatever comes after."""
        return self.latest_block if self.selection.as_of is None else self.selection.as_of

    def address_of(self, step: str = "", **more: str) -> str:
        """Return the address of the figure, or of a step of its drawer: ``where``, ``facts``."""
        return f"/f/{quote(self.indicator.code)}/{step}?{self.selection.query(**more)}"

    @property
    def address(self) -> str:
        """Where the figure opens."""
        return self.address_of()

    @property
    def code(self) -> str | None:
        """What is printed where nothing can be clicked; null when only the whole address names the figure."""
        selection = self.selection
        if selection.unit is not None or selection.line is not None:
            return None
        return code_of(self.indicator.number, selection.period, selection.place)

    @property
    def shown(self) -> Shown | None:
        """The value as the active language prints it; null without facts."""
        return self.shown_in(get_language() or "zh")

    def shown_in(self, language: str) -> Shown | None:
        """Return the value as a language prints it; null without facts."""
        if self.sum.value is None:
            return None
        unit = self.indicator.unit.in_language(language)
        decimals = self.indicator.term.measure.decimals
        return shown(self.sum.value, self.display, unit, language, unit_decimals=decimals)

    @property
    def exact(self) -> str:
        """The value with all its digits in the active language, or a dash."""
        return "—" if self.sum.value is None else exact_text(self.sum.value, get_language() or "zh")

    @property
    def is_rounded(self) -> bool:
        """Whether the shown number differs from the exact one."""
        said = self.shown
        return said is not None and said.rounded != self.sum.value

    def __str__(self) -> str:
        said = self.shown
        return "—" if said is None else str(said)


def shape_of(
    indicator: Indicator, selection: Selection, groups: tuple[Grain, ...] = (), size: int = 1
) -> Shape:
    """Return the shape of the statement that answers a selection."""
    return Shape(
        kind=indicator.term.kind,
        has_place=selection.place is not None,
        has_unit=selection.unit is not None,
        has_line=selection.line is not None,
        has_block=selection.as_of is not None,
        groups=groups,
        size=size,
    )


def values_of(indicator: Indicator, selection: Selection) -> dict[str, Any]:
    """Return what fills the placeholders of the statement."""
    first_place, end_place = selection.place_range or (None, None)
    return {
        "measure": measure_number(indicator.term.measure.code),
        "starts_on": selection.period.starts_on,
        "ends_on": selection.period.ends_on,
        "first_place": first_place,
        "end_place": end_place,
        "path": selection.unit.path if selection.unit else None,
        "line": selection.line.pk if selection.line else None,
        "block": selection.as_of,
    }


def asked(
    indicator: Indicator, selection: Selection, groups: tuple[Grain, ...] = (), size: int = 1
) -> list[tuple[Any, ...]]:
    """Return the rows of one scan: the groups, then total, facts, reversed and latest."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement(shape_of(indicator, selection, groups, size)), values_of(indicator, selection)
        )
        return cursor.fetchall()


def sum_of(indicator: Indicator, selection: Selection) -> Sum:
    """Return what the facts of a selection add up to."""
    total, facts, back, latest = asked(indicator, selection)[0]
    return Sum(total, facts, back, latest) if facts else NOTHING
