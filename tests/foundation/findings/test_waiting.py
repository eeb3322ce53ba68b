"""What findings say to Today: to whoever answers, decides or assigns, and what was raised and closed since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from bangfu.foundation.findings.waiting import WAITS, happened
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Waiting
from tests.cast import NOW, Cast
from tests.foundation.findings.acting import DUE, accepted, answered, assigned, dismissed, raised

pytestmark = pytest.mark.django_db

TODAY = date(2020, 7, 31)
ANSWER, DECIDE, ASSIGN = (wait.lines for wait in WAITS)


def said(account: Account, on: date = TODAY) -> list[tuple[str, int, int]]:
    lines: list[Waiting] = [line for wait in WAITS for line in wait.lines(account, on)]
    return [(line.what.en, line.count, line.overdue) for line in lines]


def door(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestWaits:
    def test_what_is_raised_waits_to_be_assigned(self, cast: Cast) -> None:
        raised(cast)
        assert said(cast.officer) == [("Assign findings", 1, 0)]
        assert said(cast.verifier) == [("Assign findings", 1, 0)]
        assert said(cast.clerk) == []

    def test_what_is_assigned_waits_for_who_answers_and_is_late_after_its_day(self, cast: Cast) -> None:
        assigned(cast)
        assert said(cast.clerk) == [("Answer findings", 1, 0)]
        assert said(cast.clerk, DUE + timedelta(days=1)) == [("Answer findings", 1, 1)]
        (line,) = ANSWER(cast.clerk, TODAY)
        assert (line.due_on, line.since) == (DUE, TODAY)
        assert line.about is not None
        assert line.about.en == "1 of them high"
        assert said(cast.clerk_of_yunnan) == []

    def test_what_is_assigned_to_one_person_waits_for_nobody_else(self, cast: Cast) -> None:
        assigned(cast, account=cast.clerk)
        assert said(cast.clerk) == [("Answer findings", 1, 0)]
        assert said(cast.officer) == []

    def test_an_answer_waits_for_who_decides_and_not_for_who_gave_it(self, cast: Cast) -> None:
        answered(cast)
        assert said(cast.verifier) == [("Decide on answers to findings", 1, 0)]
        assert said(cast.auditor) == [("Decide on answers to findings", 1, 0)]
        assert said(cast.clerk) == []

    def test_the_page_behind_each_lists_as_many(self, cast: Cast) -> None:
        assigned(cast, raised(cast, "A"))
        assigned(cast, raised(cast, "B"))
        answered(cast, raised(cast, "C"))
        raised(cast, "D")
        for lines, account, count in (
            (ANSWER, cast.clerk, 2), (DECIDE, cast.verifier, 1), (ASSIGN, cast.officer, 1),
        ):  # fmt: skip
            (line,) = lines(account, TODAY)
            page = door(account).get(line.address)
            assert (line.count, page.context["page"].paginator.count) == (count, count)

    def test_nothing_waits_once_it_is_closed(self, cast: Cast) -> None:
        accepted(cast)
        for account in (cast.officer, cast.verifier, cast.clerk, cast.auditor):
            assert said(account) == []


class TestHappened:
    def test_tells_what_was_raised_and_closed_to_whoever_reads_it(self, cast: Cast) -> None:
        accepted(cast, raised(cast, "A"))
        dismissed(cast, raised(cast, "B"))
        raised(cast, "C")
        since = NOW - timedelta(hours=1)
        new, closed = happened(cast.officer, since, TODAY)
        assert (new.what.zh, closed.what.zh) == ("提出疑点 3 个", "办结疑点 2 个，其中排除 1 个")
        assert closed.what.en == "2 findings closed, 1 of them dismissed"
        officer = door(cast.officer)
        assert officer.get(new.address).context["page"].paginator.count == 3
        page = officer.get(closed.address)
        assert page.context["page"].paginator.count == 2
        assert "以来办结" in page.content.decode()
        assert happened(cast.clerk_of_yunnan, since, TODAY) == []
        assert happened(cast.officer, NOW + timedelta(hours=1), TODAY) == []
