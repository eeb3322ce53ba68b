"""A job under way: what the work says is written beside it once a second, on a connection of its own.

So progress is seen while the work's own transaction is open, a cancelled job is told within a second, and a job whose
worker died is known by its silence.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.utils import timezone

from bangfu.foundation.jobs import states
from bangfu.foundation.jobs.models import Job
from bangfu.foundation.rooms import Words

EVERY_S = 1.0
CANCEL_PATIENCE_S = 2.0


class BrokenOff(Exception):  # noqa: N818 - an answer to somebody's wish, not an error
    """The work stops here: it was cancelled, is to be given back, or another worker has it."""


class Telling:
    """Hears what the work says, and writes it down on the work's own connection: for tests and for the terminal."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.is_given_back = False
        self.is_lost = False
        self.is_cancelled = False
        self._lock = threading.Lock()
        self._words: Words | None = None
        self._done: int | None = None
        self._of: int | None = None
        self._lines: list[tuple[datetime, Words]] = []

    def tell(self, words: Words | None, done: int | None, of: int | None) -> None:
        """Take note of how far it is.

        Raises: BrokenOff: nobody wants the rest.
        """
        with self._lock:
            if words is not None and words != self._words:
                self._lines.append((timezone.now(), words))
                self._words = words
            self._done, self._of = done, of
        self.heard()
        self.refuse_broken_off()

    def heard(self) -> None:
        """Write down what was said; nothing where a thread does so."""
        self.write_down()

    def refuse_broken_off(self) -> None:
        """Break off if nobody wants the rest.

        Raises: BrokenOff.
        """
        if self.is_given_back or self.is_lost or self.is_cancelled:
            raise BrokenOff

    def before_commit(self) -> None:
        """Ask in the work's own transaction whether it may be committed.

        Raises: BrokenOff.
        """
        self.refuse_broken_off()
        if not states.is_mine_to_commit(self.job):
            found = Job.objects.get(pk=self.job.pk)
            self.is_cancelled = found.attempt == self.job.attempt and found.cancel_asked_at is not None
            self.is_lost = not self.is_cancelled
            raise BrokenOff

    def write_down(self) -> None:
        """Write what was said, and read whether the job is still wanted."""
        with self._lock:
            words, done, of, lines = self._words, self._done, self._of, self._lines
            self._lines = []
        row = states.hear(self.job, doing=words, done=done, of=of, lines=lines)
        if row is None:
            self.is_lost = True
        elif row.cancel_asked_at is not None and not (self.is_cancelled or states.has_committed(row)):
            self.is_cancelled = True

    def begin(self) -> None:
        """Begin to hear."""

    def end(self) -> None:
        """Stop hearing, and write down what was said last."""
        self.write_down()


class TellingBeside(Telling):
    """Writes down once a second what the work says, in a thread and on a connection of its own."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._ended = threading.Event()
        self._at_work = True
        self._work = connections[DEFAULT_DB_ALIAS]
        self._thread = threading.Thread(target=self._hear, name=f"{job} is heard", daemon=True)

    def heard(self) -> None:
        """Leave it to the thread."""

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def give_back(self) -> None:
        """Break the work off where it stands, so that the job waits for another worker."""
        self.is_given_back = True
        self._interrupt()

    def end(self) -> None:
        """Stop the thread; what was said last is written by it."""
        with self._lock:
            self._at_work = False
        self._ended.set()
        self._thread.join()

    def _hear(self) -> None:
        try:
            while not self._ended.wait(EVERY_S):
                # The database may be away for a moment; if it is for longer, the job's silence is noticed.
                with suppress(OperationalError):
                    self.write_down()
                if self.is_cancelled or self.is_lost:
                    self._interrupt()
            with suppress(OperationalError):
                self.write_down()
        finally:
            connections.close_all()

    def _interrupt(self) -> None:
        """End the statement that the work waits for, if it waits for one."""
        with self._lock:
            link: psycopg.Connection | None = self._work.connection
            if self._at_work and link is not None:
                with suppress(psycopg.Error):
                    link.cancel_safe(timeout=CANCEL_PATIENCE_S)
