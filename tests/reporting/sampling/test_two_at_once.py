"""Two auditors press the button at the same moment: one draw, numbers without a gap."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError

from bangfu.foundation.organisation import permissions
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import register
from bangfu.reporting.sampling.models import Announcement, Draw
from bangfu.reporting.sampling.operations import UnableToDraw, announcing, draw_sample
from tests.cast import enter_cast
from tests.conftest import pointing_at
from tests.reporting.sampling.conftest import Audited, entered
from tests.reporting.story import Story


@pytest.fixture
def alone(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Audited:
    """The story with grants in a database of its own, in which commits are real."""
    more = {"story.post", "story.reverse"}
    monkeypatch.setattr(
        permissions,
        "role_permissions",
        lambda role: register.role_permissions(role) | (more if role == "officer" else set()),
    )
    return entered(Story(enter_cast()))


def both_press(audited: Audited, database: str, press: Callable[[Account], str]) -> list[str]:
    """Return what became of it when both auditors press at once."""
    ready, outcomes = threading.Barrier(2), []

    def pressed(who: Account) -> None:
        with pointing_at(database):
            ready.wait(10)
            outcomes.append(press(who))

    threads = [
        threading.Thread(target=pressed, args=(who,))
        for who in (audited.story.cast.auditor, audited.other_auditor)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def drawing(audited: Audited, announcement: Announcement) -> Callable[[Account], str]:
    def press(who: Account) -> str:
        try:
            draw_sample(announcement=announcement, act=audited.act(who))
        except UnableToDraw as refused:
            return refused.code
        except IntegrityError:
            return "the database refused"
        return "drawn"

    return press


def test_one_draws_and_the_other_hears_of_it(alone: Audited, own_database: str) -> None:
    announcement = alone.announced()
    alone.story.seal()
    outcomes = both_press(alone, own_database, drawing(alone, announcement))
    assert outcomes == ["drawn", "drawn_already"]
    assert Draw.objects.count() == 1


def test_without_the_lock_the_database_holds_it(
    alone: Audited, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    announcement = alone.announced()
    alone.story.seal()
    meeting = threading.Barrier(2)
    found = announcing.selection_drawn

    def met(*asked: object) -> object:
        meeting.wait(10)
        return found(*asked)

    monkeypatch.setattr(announcing, "lock", lambda: None)
    monkeypatch.setattr(announcing, "selection_drawn", met)
    outcomes = both_press(alone, own_database, drawing(alone, announcement))
    assert outcomes == ["drawn", "the database refused"]
    assert Draw.objects.count() == 1


def test_two_announcements_have_two_numbers(alone: Audited, own_database: str) -> None:
    def press(who: Account) -> str:
        return str(alone.announced(act=alone.act(who)).number)

    assert both_press(alone, own_database, press) == ["1", "2"]
