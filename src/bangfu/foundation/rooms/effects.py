"""What facts that are to come would do to figures: whoever takes them in asks, and reporting answers, which lies above it.

A sheet that waits for confirmation knows which facts its rows would post once they are verified. Which figures count them, what
each of those says now and what it would say then, only the room with the figures knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.foundation.rooms.words import Words

TO_COME = ("measure", "quantity", "unit", "place", "on", "party", "line")
"""The columns of facts to come: a measure's code, a signed number, keys of unit and place, a day; an opaque id of whom they are
about and the key of a line, or null."""


@dataclass(frozen=True)
class FigureAfter:
    """One figure as it is now, and as it would be."""

    title: Words
    about: Words
    """Whose, where and when."""
    now: Words
    """A dash without facts."""
    then: Words
    difference: Words
    """With its sign; empty for a figure that is no count, such as a ratio."""
    note: Words | None
    """How many of those that the rows are about are counted already."""
    address: str
    """Where the figure opens as it is now."""


@dataclass(frozen=True)
class FiguresAfter:
    """The figures that change most, and how many others there are."""

    lines: tuple[FigureAfter, ...] = ()
    others: int = 0


Foresight = Callable[..., FiguresAfter]
"""Called with ``facts`` (a frame of ``TO_COME``), ``unit``, ``reader`` and ``on``: answers with what that reader may see."""


def nothing_foreseen(*, facts: Any, unit: Any, reader: Any, on: date) -> FiguresAfter:
    """Return no figure: what a house without figures answers."""
    return FiguresAfter()
