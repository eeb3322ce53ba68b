"""Two at the same moment: accepting a return, and submitting while the round is locked; what happens without the lock."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest

from bangfu.foundation.intake.reported.operations import submit_reported
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.review.models import Review
from bangfu.foundation.rounds import guarding
from bangfu.foundation.rounds.models import ReturnState, Round
from bangfu.foundation.rounds.operations import (
    accept_returns,
    deciding,
    lock_round,
    locking,
    sign_nil,
    submit_return,
)
from tests.at_once import both, waiting
from tests.cast import FOUNDED, Cast, enter_cast
from tests.foundation.rounds.asking import IN_TIME, by_hand, opened, owed_by

pytestmark = pytest.mark.usefixtures("own_database")
AFTER = datetime(2020, 7, 25, 2, 0, tzinfo=UTC)
WITHOUT_LOCK = guarding._ASKED.replace("FOR SHARE OF asked, owed", "")


def _house() -> tuple[Cast, Round]:
    cast = enter_cast()
    with system_writes("a second officer"):
        RoleGrant.objects.create(account=cast.auditor, role="officer", unit=cast.group, starts_on=FOUNDED)
    return cast, opened(cast)


def test_one_of_two_accepts(own_database: str) -> None:
    cast, asked = _house()
    by_hand(cast)
    owed = owed_by(asked, cast.guizhou)
    submit_return(unit_return=owed, act=cast.act(cast.clerk, at=IN_TIME))

    def accepted(account: object) -> int:
        return accept_returns(round=asked, returns=[owed.pk], act=cast.act(account, at=AFTER))

    slowly = waiting(deciding.round_for_update, 1)
    with mock.patch.object(deciding, "round_for_update", slowly):
        outcomes = both((lambda: accepted(cast.officer), lambda: accepted(cast.auditor)))
    assert outcomes == ["done", "not_returned"]
    assert owed_by(asked, cast.guizhou).state == ReturnState.ACCEPTED


@pytest.mark.parametrize("is_locked", [True, False])
def test_a_submission_sees_the_lock_or_the_lock_sees_it(own_database: str, is_locked: bool) -> None:
    """Both come as far as they can before either commits: with the lock one waits for the other, without it both are done."""
    cast, asked = _house()
    record = by_hand(cast)
    act = cast.act(cast.clerk_of_yunnan, at=IN_TIME)
    sign_nil(unit_return=owed_by(asked, cast.yunnan), is_confirmed=True, act=act)
    meeting = threading.Barrier(2, timeout=20)

    def met(result: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(2)
        return result

    counted, named = locking._records_waiting, guarding.period_words
    query = guarding._ASKED if is_locked else WITHOUT_LOCK
    with (
        mock.patch.object(locking, "_records_waiting", lambda held: met(counted(held))),
        mock.patch.object(guarding, "period_words", lambda *said: met(named(*said))),
        mock.patch.object(guarding, "_ASKED", query),
    ):
        outcomes = both(
            (
                lambda: submit_reported(record=record, act=cast.act(cast.clerk, at=AFTER)),
                lambda: lock_round(round=asked, without_missing=True, act=cast.act(cast.officer, at=AFTER)),
            )
        )
    is_closed = Round.objects.get(pk=asked.pk).is_locked
    waits = Review.objects.filter(state="SUBMITTED").exists()
    if is_locked:
        assert outcomes in (["done", "period_locked"], ["done", "records_waiting"])
        assert is_closed is not waits
    else:
        assert (outcomes, is_closed, waits) == (["done", "done"], True, True)
