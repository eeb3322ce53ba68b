"""Prepared statements: values reach the database as they are, several go together, and nothing passes the guard."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.guard import WriteOutsideOperation
from bangfu.foundation.operations.prepared import ask, carry_out, numbers_of, texts_of, together
from tests.foundation.operations.test_arrays import STRANGE

pytestmark = pytest.mark.django_db


def test_numbers_and_texts_arrive_as_they_are() -> None:
    texts = [*STRANGE, None, *STRANGE]
    for _ in range(4):  # the third time it is prepared
        ((numbers, amounts, found),) = ask(
            "SELECT %s::bigint[], %s::numeric[], %s::text[]",
            [numbers_of([1, None, -7]), numbers_of([Decimal("49.90")]), texts_of(texts)],
        )()
        assert (numbers, amounts, found) == ([1, None, -7], [Decimal("49.90")], texts)
    assert ask("SELECT %s::text[]", [texts_of([])])() == [([],)]
    assert texts_of(STRANGE) == texts_of([*STRANGE, None]).removesuffix(",NULL}") + "}"


def test_a_zero_byte_is_refused() -> None:
    for texts in (["a\0b"], ["a\0b", None]):
        with pytest.raises(ValueError, match="zero byte"):
            texts_of(texts)


def test_statements_that_go_together_are_answered_afterwards() -> None:
    with transaction.atomic(), together():
        answers = [ask("SELECT %s::int", [number]) for number in range(3)]
    assert [answer() for answer in answers] == [[(0,)], [(1,)], [(2,)]]


def test_what_is_refused_is_told_at_the_end() -> None:
    reached = []

    def send() -> None:
        with transaction.atomic(), system_writes("a test"), together():
            carry_out("INSERT INTO operations_requestkey (actor_id) VALUES (%s::bigint)", [None])
            reached.append(1)

    with pytest.raises(IntegrityError, match="null value"):
        send()
    assert reached == [1]


def test_the_guard_and_the_log_see_them() -> None:
    with pytest.raises(WriteOutsideOperation):
        carry_out("DELETE FROM operations_requestkey WHERE id = %s::bigint", [0])
    with CaptureQueriesContext(connection) as seen:
        ask("SELECT %s::int", [7])()
    assert len(seen) == 1


def test_the_log_names_each_of_several_that_go_together() -> None:
    with CaptureQueriesContext(connection) as seen, together():
        answers = [ask("SELECT %s::int AS first", [7]), ask("SELECT %s::int AS second", [8])]
    assert [answer() for answer in answers] == [[(7,)], [(8,)]]
    assert [one["sql"] for one in seen.captured_queries] == [
        "SELECT %s::int AS first",
        "SELECT %s::int AS second",
    ]
