"""What a room says to Today: which of its work waits for an account, and what became different in it since a moment.

A room lists its ``Wait``s and ``Change``s in its declaration; whoever gathers them knows no room. A wait answers for one
account in a few statements over all its rows, and counts nothing that the page behind it would refuse or that the account
may not do: the submitter of a paper is never told to verify it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bangfu.foundation.rooms.words import Words


@dataclass(frozen=True)
class Waiting:
    """Work of one kind that waits for an account."""

    what: Words
    """What is to be done, as a verb and its object."""
    count: int
    """How many there are; at least one."""
    address: str
    """The list of just these, or the one thing itself."""
    about: Words | None = None
    """What helps to choose: what it is about, how far it is."""
    since: date | None = None
    """The day from which the oldest has waited."""
    due_on: date | None = None
    """The soonest day by which one is due."""
    overdue: int = 0
    """How many are past their day."""

    def __post_init__(self) -> None:
        """Refuse a line about nothing.

        Raises: ValueError: the count is below one.
        """
        if self.count < 1:
            raise ValueError(f"{self.what.en!r} waits, but nothing is counted")

    @property
    def urgency(self) -> tuple[bool, date, date]:
        """By what lines are sorted: overdue ones, then by the day they are due, then the longest waiting."""
        return not self.overdue, self.due_on or date.max, self.since or date.max


@dataclass(frozen=True)
class Wait:
    """One kind of work of a room that can wait for somebody."""

    code: str
    """``room.noun``, unique in the house."""
    icon: str
    permissions: frozenset[str]
    """Whoever holds none of them anywhere is not asked about; empty asks about everybody."""
    lines: Callable[[Any, date], Sequence[Waiting]]
    """What waits for an account on a day; empty when nothing does."""


@dataclass(frozen=True)
class Changed:
    """Something of one kind that happened in a room since a moment."""

    what: Words
    """What happened, with its number in words."""
    address: str
    """The list behind it, or the one thing itself."""
    at: datetime | None = None
    """When it happened last; null where the list says it."""
    is_back: bool = False
    """Whether something was taken back, lowered or corrected: it is drawn in cinnabar."""


@dataclass(frozen=True)
class Change:
    """One kind of thing that happens in a room and that others want to hear of the next day."""

    code: str
    """``room.noun``, unique in the house."""
    icon: str
    permissions: frozenset[str]
    """Whoever holds none of them anywhere is not told; empty tells everybody."""
    lines: Callable[[Any, datetime, date], Sequence[Changed]]
    """What happened since a moment, as an account may see it on a day; empty when nothing did."""
