"""What a page asks again and again: looked up once while a request reads, and afresh wherever anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started

from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.once import Remembered, once_a_request, reading, remembering

_looked_up: list[tuple[int, str]] = []


@once_a_request
def answer(number: int, *, of: str = "") -> int | None:
    """Return a number, and remember that it was looked up; null for nothing."""
    _looked_up.append((number, of))
    return number or None


@pytest.fixture(autouse=True)
def _nothing_asked() -> Iterator[None]:
    _looked_up.clear()
    yield
    request_finished.send(sender=None)


def begin(method: str) -> None:
    request_started.send(sender=None, environ={"REQUEST_METHOD": method})


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_request_that_reads_looks_up_each_question_once(method: str) -> None:
    begin(method)
    assert [answer(1), answer(1), answer(0), answer(0), answer(1, of="b"), answer(1, of="b")] == [
        1, 1, None, None, 1, 1,
    ]  # fmt: skip
    assert _looked_up == [(1, ""), (0, ""), (1, "b")]


def test_the_next_request_looks_up_again() -> None:
    for _ in range(2):
        begin("GET")
        answer(1)
        request_finished.send(sender=None)
    answer(1)
    answer(1)
    assert _looked_up == [(1, "")] * 4


def test_a_request_that_writes_looks_up_each_time() -> None:
    begin("POST")
    answer(1)
    answer(1)
    assert _looked_up == [(1, "")] * 2


def test_what_was_known_before_a_write_is_forgotten() -> None:
    begin("GET")
    answer(1)
    with system_writes("a test changes what is asked about"):
        answer(1)
        answer(1)
    answer(1)
    answer(1)
    assert _looked_up == [(1, "")] * 4


def test_work_that_reads_as_a_request_does_keeps_answers_too() -> None:
    with reading():
        answer(1)
        answer(1)
    answer(1)
    assert _looked_up == [(1, "")] * 2


def test_what_failed_is_not_kept() -> None:
    @once_a_request
    def wrong() -> int:
        _looked_up.append((0, "wrong"))
        raise LookupError

    begin("GET")
    for _ in range(2):
        with pytest.raises(LookupError):
            wrong()
    assert len(_looked_up) == 2


@once_a_request
def another() -> int:
    """Return one, and remember that it was looked up."""
    _looked_up.append((1, "another"))
    return 1


def test_what_is_remembered_holds_while_something_is_written_until_it_is_forgotten() -> None:
    remembered = Remembered(answer)
    for _ in range(2):
        with remembering(remembered), system_writes("a test"):
            assert (answer(1), another()) == (1, 1)
    assert _looked_up == [(1, ""), (1, "another"), (1, "another")]
    remembered.forget()
    with remembering(remembered):
        answer(1)
    answer(1)
    assert _looked_up.count((1, "")) == 3
