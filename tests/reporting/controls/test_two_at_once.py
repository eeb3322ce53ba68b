"""Two officers explain the same difference at the same moment: one explanation waits, the other hears of it."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation import permissions
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import register
from bangfu.reporting.controls import operations
from bangfu.reporting.controls.models import Category, Explanation
from bangfu.reporting.controls.operations import UnableToExplain, explain_difference, reconcile_total
from tests.cast import FOUNDED, enter_cast
from tests.conftest import pointing_at
from tests.reporting.controls.conftest import Books, entered
from tests.reporting.story import Story


@pytest.fixture
def alone(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Books:
    """The story with grants in a database of its own, in which commits are real, and a second officer."""
    more = {"story.post", "story.reverse"}
    monkeypatch.setattr(
        permissions,
        "role_permissions",
        lambda role: register.role_permissions(role) | (more if role == "officer" else set()),
    )
    cast = enter_cast()
    with system_writes("the house has a second officer"):
        RoleGrant.objects.create(account=cast.outsider, role="officer", unit=cast.group, starts_on=FOUNDED)
    return entered(Story(cast))


def both_explain(books: Books, database: str) -> list[str]:
    """Return what became of it when both officers explain the difference of the totals at once."""
    made = reconcile_total(total=books.entered(), act=books.act())
    difference, ready, outcomes = made.differences.get(), threading.Barrier(2), []

    def explain(who: Account) -> None:
        with pointing_at(database):
            ready.wait(10)
            try:
                explain_difference(
                    difference=difference, category=Category.TIMING, words="七月才入总账", act=books.act(who)
                )
            except UnableToExplain as refused:
                outcomes.append(refused.code)
            except IntegrityError:
                outcomes.append("the database refused")
            else:
                outcomes.append("explained")

    cast = books.story.cast
    threads = [threading.Thread(target=explain, args=(who,)) for who in (cast.officer, cast.outsider)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_one_explains_and_the_other_hears_of_it(alone: Books, own_database: str) -> None:
    assert both_explain(alone, own_database) == ["explained", "waits_for_decision"]
    assert Explanation.objects.count() == 1


def test_without_the_lock_the_database_holds_it(
    alone: Books, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = threading.Barrier(2)
    found = operations._last_explanation

    def met(root: object) -> object:
        last = found(root)
        meeting.wait(10)
        return last

    monkeypatch.setattr(operations, "lock", lambda: None)
    monkeypatch.setattr(operations, "_last_explanation", met)
    assert both_explain(alone, own_database) == ["explained", "the database refused"]
    assert Explanation.objects.count() == 1
