"""What pledges say to Today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bangfu.foundation.people.models import Account
from bangfu.reporting.targets.operations import approve_pledge, return_pledge, submit_pledge
from bangfu.reporting.targets.waiting import approved, to_approve, to_submit
from tests.reporting.story import Story
from tests.reporting.targets.pledged import AT, STATIONS, act, drafted, entered

pytestmark = pytest.mark.django_db

TODAY = date(2020, 7, 5)


def said(account: Account) -> list[str]:
    return [one.what.en for one in (*to_approve(account, TODAY), *to_submit(account, TODAY))]


def test_each_step_waits_for_who_takes_it_and_never_for_who_had_a_hand_in_it(story: Story) -> None:
    cast = story.cast
    version = drafted(cast)
    entered(cast, version, STATIONS, 100)
    assert (said(cast.officer), said(cast.verifier)) == (["Submit a drafted pledge"], [])
    submit_pledge(version=version, act=act(cast.officer))
    assert (said(cast.officer), said(cast.verifier)) == ([], ["Approve a pledge"])
    (line,) = to_approve(cast.verifier, TODAY)
    assert line.address == f"/targets/versions/{version.pk}/"
    assert line.about is not None
    assert line.about.en == "The group, 2020, 定点帮扶责任书"
    return_pledge(version=version, remark="再核", act=act(cast.verifier))
    assert (said(cast.officer), said(cast.verifier)) == (["Mend a returned pledge"], [])
    submit_pledge(version=version, act=act(cast.officer))
    approve_pledge(version=version, act=act(cast.verifier))
    for account in (cast.officer, cast.verifier, cast.clerk, cast.outsider):
        assert said(account) == []


def test_what_was_approved_is_told_to_whom_it_concerns(story: Story) -> None:
    cast, since = story.cast, AT - timedelta(hours=1)
    version = drafted(cast)
    entered(cast, version, STATIONS, 100)
    submit_pledge(version=version, act=act(cast.officer))
    assert approved(cast.officer, since, TODAY) == []
    approve_pledge(version=version, act=act(cast.verifier))
    (line,) = approved(cast.officer, since, TODAY)
    assert line.what.zh == "批准责任书：集团，2020，定点帮扶责任书"
    assert approved(cast.outsider, since, TODAY) == []
    assert approved(cast.officer, AT + timedelta(hours=1), TODAY) == []
