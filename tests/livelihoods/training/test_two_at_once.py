"""Two at the same moment: one attendee let in twice, one voucher for two courses; once with the lock off."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest

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
from tests.at_once import both, waiting
from tests.cast import enter_cast
from tests.livelihoods.training.test_resources import SCAN, VENUE
from tests.livelihoods.training.trained import enrolled, opened

MORNING = datetime(2019, 9, 10, 1, 0, tzinfo=UTC)


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
