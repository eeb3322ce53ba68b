"""How far long work is: said from inside an operation, heard by the job that carries it out, if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

from bangfu.foundation.rooms.words import Words

Item = TypeVar("Item")


class Course(Protocol):
    """A job under way, as the work inside it knows it."""

    def tell(self, words: Words | None, done: int | None, of: int | None) -> None:
        """Take note of how far it is, and break off if it was cancelled or is to be given back."""

    def before_commit(self) -> None:
        """Break off, by raising, unless what was written may be committed."""


_course: ContextVar[Course | None] = ContextVar("course", default=None)


@contextmanager
def under_way(course: Course) -> Iterator[None]:
    """Let a job hear what the work inside says."""
    token = _course.set(course)
    try:
        yield
    finally:
        _course.reset(token)


def progress(words: Words | None = None, *, done: int | None = None, of: int | None = None) -> None:
    """Say how far the work is; also the place at which a cancelled job breaks off. Without a job it does nothing.

    Args:
        words: what is being done now, and nothing personal: they stand on the job's page; null for what was said last.
        done: how many of ``of`` are done; null for work that cannot be counted.
    """
    course = _course.get()
    if course is not None:
        course.tell(words, done, of)


def told_of(items: Iterable[Item], words: Words, of: int | None = None) -> Iterator[Item]:
    """Give the items one by one, saying before each how many were given."""
    for done, item in enumerate(items):
        progress(words, done=done, of=of)
        yield item


def refuse_broken_off() -> None:
    """Let the job break off, if there is one, before an operation commits."""
    course = _course.get()
    if course is not None:
        course.before_commit()
