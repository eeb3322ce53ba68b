"""What corrections say to Today: letters with their day, errata, and what was corrected since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bangfu.foundation.people.models import Account
from bangfu.reporting.corrections.operations import approve_answer
from bangfu.reporting.corrections.waiting import corrected, errata, letters, printings, written
from tests.cast import NOW
from tests.reporting.corrections.conftest import STATIONS, Published

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def said(account: Account, on: date = TODAY) -> list[tuple[str, int, int]]:
    return [(one.what.en, one.count, one.overdue) for one in letters(account, on)]


def test_a_letter_waits_for_who_answers_and_its_answer_for_another(published: Published) -> None:
    cast = published.story.cast
    case, _ = published.letter()
    assert said(cast.officer) == [("Answer letters of the public", 1, 0)]
    assert said(cast.verifier) == said(cast.clerk) == []
    (line,) = letters(cast.officer, TODAY)
    assert (line.due_on, line.address) == (case.due_on, f"/corrections/cases/{case.pk}/")
    assert said(cast.officer, case.due_on + timedelta(days=1)) == [("Answer letters of the public", 1, 1)]
    answer = published.answer(case)
    assert (said(cast.officer), said(cast.verifier)) == ([], [("Approve answers to letters", 1, 0)])
    approve_answer(answer=answer, act=cast.act(cast.verifier))
    assert said(cast.verifier) == []


def test_an_erratum_waits_for_another_than_who_proposed_it(published: Published) -> None:
    cast = published.story.cast
    published.change()
    erratum = published.erratum(STATIONS)
    (line,) = errata(cast.verifier, TODAY)
    assert line.address == f"/corrections/proposed/{erratum.pk}/"
    assert errata(cast.officer, TODAY) == errata(cast.clerk, TODAY) == []


def test_a_published_erratum_is_told_and_its_printings_wait(published: Published) -> None:
    cast, since = published.story.cast, NOW - timedelta(hours=1)
    published.printed(wording="全年新建 33 个")
    published.change()
    step = published.corrected(STATIONS)
    (line,) = corrected(cast.officer, since, TODAY)
    assert (line.what.en.startswith("Erratum 1: "), line.is_back) == (True, True)
    assert line.address == f"/corrections/proposed/{step.erratum_id}/"
    (elsewhere,) = corrected(cast.outsider, since, TODAY)
    assert elsewhere.address == "/corrections/errata/"
    (waits,) = printings(cast.officer, TODAY)
    assert (waits.what.en, waits.count) == ("1 printing to settle", 1)
    assert printings(cast.clerk, TODAY) == []


def test_letters_that_came_in_are_told_to_who_may_read_them(published: Published) -> None:
    cast, since = published.story.cast, NOW - timedelta(hours=1)
    published.letter()
    (line,) = written(cast.officer, since, TODAY)
    assert line.what.en == "1 letter of the public came in"
    assert written(cast.clerk, since, TODAY) == []
