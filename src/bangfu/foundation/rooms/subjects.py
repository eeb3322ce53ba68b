"""What a room offers to the handbook besides figures: things with a page of their own, and lines on the pages of places.

A school, a leader or whatever else somebody reads about before the car leaves is a *subject*. The room that keeps it finds it,
tells its page, and says what of it belongs on a place's page; the handbook shows it without knowing the room. Each function gets
who asks (an account) and answers only with what that reader may see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.foundation.rooms.words import Words


@dataclass(frozen=True)
class SubjectLine:
    """One thing that is said, and where it opens."""

    title: str
    about: str = ""
    address: str = ""
    is_late: bool = False
    """Whether it should have been done by the day that is asked for."""


@dataclass(frozen=True)
class SubjectSection:
    """What is said under one heading."""

    title: Words
    lines: tuple[SubjectLine, ...]
    nothing: Words
    """What to say, and what to do, when there is no line."""
    count: int = 0
    """How many lines there are in all; 0: no more than are here."""
    is_sensitive: bool = False
    """Whether its late lines stand among the open points as well."""

    @property
    def more(self) -> int:
        """How many lines are not here."""
        return max(0, self.count - len(self.lines))


@dataclass(frozen=True)
class Subject:
    """A thing that has a page, as lists show it."""

    key: int
    title: str
    about: str
    """What it is, in a few words."""
    place: int | None = None
    """Where it is or what it was about last; null for nowhere."""


@dataclass(frozen=True)
class SubjectPage:
    """What a room tells of one subject."""

    subject: Subject
    rows: tuple[tuple[Words, str], ...]
    """Label and value, in reading order."""
    sections: tuple[SubjectSection, ...]
    records: tuple[tuple[int, int], ...]
    """Record types and keys of the records it consists of, the newest first: their photographs and findings belong to it."""
    home: str = ""
    """Its page in the room."""


@dataclass(frozen=True)
class HandbookSubject:
    """A kind of thing that has pages in the handbook."""

    code: str
    """In addresses, plural: ``schools``."""
    title: Words
    found: Callable[[Any, str, date], Sequence[Subject]]
    """Returns those that a text names, or the first ones for an empty text, as of a day."""
    page: Callable[[Any, int, date], SubjectPage | None]
    """Returns the page of the one with this key; null when there is none or the reader may not see it."""
    in_place: Callable[[Any, int, date], Sequence[SubjectSection]]
    """Returns what of it belongs on the page of a place, as of a day."""
    order: int = 10
    """Where its sections stand on the page of a place: the lower, the earlier."""


@dataclass(frozen=True)
class SitePoint:
    """Where a record stands, as it was measured."""

    longitude: float
    latitude: float
    datum: str
    """``WGS-84``, ``GCJ-02``, ``BD-09`` or ``CGCS2000``."""


SitePoints = Callable[[list[int]], Mapping[int, SitePoint]]
"""Points by a record's key; records without one are absent. Never told to the public: they are site coordinates."""
