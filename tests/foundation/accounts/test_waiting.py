"""What sign-in says to Today: to who runs the system, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from bangfu.foundation.accounts import operations as accounts
from bangfu.foundation.accounts.models import OneTimeLink
from bangfu.foundation.accounts.waiting import locked, run_out
from bangfu.foundation.operations import system_writes
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def test_a_locked_account_waits_for_who_may_unlock_it(cast: Cast) -> None:
    for name in ("WeiLan", "nobody"):
        AccessAttempt.objects.create(username=name, ip_address="10.0.0.1", failures_since_start=5)
    (line,) = locked(cast.administrator, TODAY)
    assert (line.count, line.address) == (1, "/organisation/accounts/?state=locked")
    for other in (cast.security, cast.officer, cast.clerk):
        assert locked(other, TODAY) == []


def test_an_invitation_that_ran_out_waits_until_it_is_sent_again(cast: Cast) -> None:
    act = cast.act(cast.administrator, at=timezone.now())
    account = accounts.invite_account(username="xinren", name="新人", token="t" * 43, act=act)
    assert run_out(cast.administrator, TODAY) == []
    with system_writes("a week passes"):
        OneTimeLink.objects.update(
            made_at=timezone.now() - timedelta(days=8), expires_at=timezone.now() - timedelta(days=1)
        )
    (line,) = run_out(cast.administrator, TODAY)
    assert line.count == 1
    assert run_out(cast.officer, TODAY) == []
    accounts.issue_reset_link(account=account, token="u" * 43, act=act)
    assert run_out(cast.administrator, TODAY) == []
