"""Two at the same moment: one attendee let in twice, one voucher for two courses; once with the lock off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection

from bangfu.foundation.operations import Refusal
from bangfu.livelihoods.training import signing
from bangfu.livelihoods.training.models import Attendance, Checkin, Enrolment, Expense
from bangfu.livelihoods.training.operations import (
    check_in,
    desks,
    enter_expense,
    open_desk,
    spending,
    storing,
)
from tests.cast import enter_cast
from tests.livelihoods.training.test_resources import SCAN, VENUE
from tests.livelihoods.training.trained import enrolled, opened

MORNING = datetime(2019, 9, 10, 1, 0, tzinfo=UTC)


def both(calls: tuple[Callable[[], object], Callable[[], object]]) -> list[str]:
    """Carry out two calls at the same moment and return what became of each: done, a refusal's code, or clash."""
    outcomes = ["", ""]
    together = threading.Barrier(2, timeout=20)

    def carry_out(number: int) -> None:
        together.wait()
        try:
            calls[number]()
            outcomes[number] = "done"
        except Refusal as refusal:
            outcomes[number] = refusal.code
        except IntegrityError:
            outcomes[number] = "clash"
        finally:
            connection.close()

    threads = [threading.Thread(target=carry_out, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    return sorted(outcomes)


def waiting(function: Callable[..., Any], seconds: int) -> Callable[..., Any]:
    """Return the function, which waits until both have come this far, or one waits for the other's lock."""
    late = threading.Barrier(2, timeout=20)

    def slowly(*args: Any, **kwargs: Any) -> Any:
        try:
            late.wait(seconds)
        except threading.BrokenBarrierError:
            late.reset()
        return function(*args, **kwargs)

    return slowly


class TestCheckIn:
    """An attendee and a friend of theirs send the same code at the same moment."""

    @pytest.mark.parametrize("locks", [True, False])
    def test_lets_in_once(self, own_database: str, locks: bool) -> None:
        cast = enter_cast()
        course = opened(cast)
        one = enrolled(cast, course, sessions="")
        clerk = cast.act(cast.clerk, at=MORNING)
        desk = open_desk(course=course, session=course.sessions.get(number=1), act=clerk)
        said = {"ticket": signing.ticket(desk.pk, MORNING), "code": signing.attendee_code(course.pk, one.pk)}

        def let_in() -> Checkin:
            return check_in(desk=desk, act=clerk, **said)

        def unlocked(enrolment: Enrolment) -> Enrolment:
            return Enrolment.objects.select_related("course__unit", "place").get(pk=enrolment.pk)

        off = nullcontext() if locks else patch.object(storing, "enrolment_for_update", unlocked)
        with off, patch.object(desks, "_enter", waiting(desks._enter, 2 if locks else 20)):
            outcomes = both((let_in, let_in))
        assert outcomes == (["checked_in_already", "done"] if locks else ["clash", "done"])
        assert (Checkin.objects.count(), Attendance.objects.count()) == (1, 1)


class TestVoucher:
    """Two courses get the same invoice at the same moment: no lock is shared, the database is the guard."""

    def test_is_on_one_course(self, own_database: str) -> None:
        cast = enter_cast()
        first, second = opened(cast), opened(cast, "PX-2019-04")
        act = cast.act(cast.clerk)

        def enter(course: Any) -> Callable[[], object]:
            details = replace(VENUE, note=course.code)
            return lambda: enter_expense(course=course, details=details, files=SCAN, act=act)

        with patch.object(spending, "_write", waiting(spending._write, 20)):
            outcomes = both((enter(first), enter(second)))
        assert outcomes == ["done", "voucher_meanwhile"]
        assert Expense.objects.count() == 1
