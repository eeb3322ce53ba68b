"""Jobs as a room declares them: long work that somebody asks for, and what the house does by itself at its hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from bangfu.foundation.rooms.words import Words

if TYPE_CHECKING:
    from bangfu.foundation.operations import Act, Scope

Arguments = Mapping[str, str | int | None]
"""What a job is given: plain values by name, records by their keys."""


@dataclass(frozen=True)
class JobAsked:
    """One job that is about to be asked for: what it does of what, and who may ask for it."""

    title: Words
    permission: str
    """Empty: the work asks by itself for all it needs, as the account that asked, and nothing is gained by queueing it."""
    scope: Scope
    """Where whoever asks must hold the permission; the work itself asks again when it is carried out."""
    subject: str = ""
    """What it works on: of one kind and subject one job at a time waits or runs. Empty: nothing in particular."""
    address: str = ""
    """The page of what it works on; empty for none."""


@dataclass(frozen=True)
class JobResult:
    """What became of a job."""

    words: Words
    address: str = ""
    """The page to go to next; empty: that of what it worked on."""
    file: Path | None = None
    """A file of its own, which whoever asked may download; it is moved to where jobs keep theirs."""
    file_name: str = ""


@dataclass(frozen=True)
class JobDeclaration:
    """A kind of job that people ask for."""

    code: str
    """``room.noun``, fixed for ever: jobs keep it."""
    title: Words
    asked: Callable[[Arguments], JobAsked]
    """Says what one job would do, and who may ask for it; raises ``LookupError`` for what is not there."""
    run: Callable[[Arguments, Act], JobResult]
    """Does the work through operations, as the account that asked.

    Its act bears the job's own key. Whatever ran before and was killed runs again with the same key, so that an operation
    that committed answers with its first result."""


@dataclass(frozen=True)
class Hours:
    """When the house does something by itself: every day after an hour, or so often."""

    after: time | None = None
    """In the house's time zone; null for what is done several times a day."""
    every: timedelta = timedelta(days=1)

    def last_due(self, now: datetime) -> datetime:
        """Return the latest moment up to now at which it was due; what was missed is made up for once."""
        local = timezone.localtime(now)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.after is not None:
            due = midnight.replace(hour=self.after.hour, minute=self.after.minute)
            return due if due <= local else due - timedelta(days=1)
        return midnight + ((local - midnight) // self.every) * self.every


@dataclass(frozen=True)
class PeriodicDeclaration:
    """What the house does by itself, once at each of its hours however many workers there are."""

    code: str
    title: Words
    hours: Hours
    run: Callable[[datetime], Words | None]
    """Does it, as the system account that it names; says what it did, or nothing."""
    when: Callable[[datetime], bool] = lambda now: True
    """Whether there is anything to do at all: in a house that is not founded there is not."""


def declared_jobs(offers: Iterator[object]) -> dict[str, JobDeclaration | PeriodicDeclaration]:
    """Return declarations by code.

    Raises: ValueError: two share a code.
    """
    found: dict[str, JobDeclaration | PeriodicDeclaration] = {}
    for one in offers:
        assert isinstance(one, JobDeclaration | PeriodicDeclaration)
        if found.setdefault(one.code, one) is not one:
            raise ValueError(f"two jobs are called {one.code}")
    return found
