"""What the parts of a page ask again and again is looked up once: answers that are kept while one request reads.

The reader's grants, a unit's subtree, the newest block: each part of a page asks for them by itself, as it must when it stands
alone. In a request that only reads (GET, HEAD) the first answer holds for the whole page, which so says the same everywhere.
Elsewhere, and wherever something is written, each question is asked afresh; but for a door that writes hundreds of times a
second, and says for how long it remembers which answers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.signals import request_finished, request_started

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
READING = frozenset({"GET", "HEAD"})


class Remembered:
    """Answers to some questions that hold until they are forgotten, even while something is written."""

    def __init__(self, *questions: object) -> None:
        self.questions = questions
        self.answers: dict[tuple[object, ...], Any] = {}

    def forget(self) -> None:
        """Have everything looked up afresh from now on."""
        self.answers.clear()


class _Request(threading.local):
    kept: dict[tuple[object, ...], Any] | None = None
    """Answers by question; null while none are kept."""
    remembered: Remembered | None = None


_request = _Request()


def once_a_request(question: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Have a question looked up once in a request that only reads.

    Args:
        question: what it is asked with can be hashed, and nobody changes its answer.
    """

    @wraps(question)
    def asked(*args: Asked.args, **more: Asked.kwargs) -> Answer:
        remembered = _request.remembered
        is_remembered = remembered is not None and asked in remembered.questions
        kept = remembered.answers if remembered is not None and is_remembered else _request.kept
        if kept is None:
            return question(*args, **more)
        key = (question, args, *sorted(more.items()))
        if key not in kept:
            kept[key] = question(*args, **more)
        answer: Answer = kept[key]
        return answer

    return asked


@contextmanager
def looking_afresh() -> Iterator[None]:
    """Keep no answers while something is written, and forget those from before."""
    was_open = _request.kept is not None
    _request.kept = None
    try:
        yield
    finally:
        _request.kept = {} if was_open else None


@contextmanager
def reading() -> Iterator[None]:
    """Keep answers as a request that reads does, for a job that writes down what such a request shows."""
    before = _request.kept
    _request.kept = {}
    try:
        yield
    finally:
        _request.kept = before


@contextmanager
def remembering(remembered: Remembered) -> Iterator[None]:
    """Answer its questions from what is remembered, for a thread that asks them hundreds of times a second.

    Whoever uses it forgets often enough, and says how old an answer may be.
    """
    before = _request.remembered
    _request.remembered = remembered
    try:
        yield
    finally:
        _request.remembered = before


def _begin(*, environ: dict[str, Any] | None = None, **_: object) -> None:
    _request.kept = {} if (environ or {}).get("REQUEST_METHOD") in READING else None


def _end(**_: object) -> None:
    _request.kept = None


request_started.connect(_begin, dispatch_uid="bangfu.once.begin")
request_finished.connect(_end, dispatch_uid="bangfu.once.end")
