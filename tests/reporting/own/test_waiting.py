"""What Today says of own indicators: what waits for whom, until it is done."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.people.models import Account
from bangfu.reporting.own.operations import (
    abandon_version,
    approve_version,
    refuse_withdrawal,
    return_version,
    submit_version,
)
from bangfu.reporting.own.waiting import WAITS
from tests.cast import NOW
from tests.reporting.own.conftest import Office, text
from tests.reporting.test_pages import door
from tests.reporting.test_pages import text as text_of

pytestmark = pytest.mark.django_db


def waiting(account: Account) -> list[str]:
    found = [one for wait in WAITS for one in wait.lines(account, NOW.date())]
    return [f"{one.what.en}: {one.about.en}" for one in found if one.about is not None]


def test_a_version_waits_until_it_is_decided_on(office: Office) -> None:
    cast, version = office.story.cast, office.declared()
    draft = "Submit a drafted own indicator: own.built, version 1"
    assert (waiting(cast.officer), waiting(cast.verifier)) == ([draft], [])
    submit_version(version=version, act=office.act())
    submitted = "Approve an own indicator: own.built, version 1"
    assert (waiting(cast.officer), waiting(cast.verifier)) == ([], [submitted])
    return_version(version=version, remark="口径不清", act=office.approving)
    returned = "Mend a returned own indicator: own.built, version 1"
    assert (waiting(cast.officer), waiting(cast.verifier)) == ([returned], [])
    submit_version(version=version, act=office.act())
    approve_version(version=version, act=office.approving)
    for account in (cast.officer, cast.verifier, cast.auditor, cast.outsider, cast.clerk):
        assert waiting(account) == []


def test_an_abandoned_draft_waits_for_nobody(office: Office) -> None:
    abandon_version(version=office.declared(), remark="不要了", act=office.act())
    assert waiting(office.story.cast.officer) == []


def test_a_withdrawal_waits_for_another(office: Office) -> None:
    cast = office.story.cast
    proposed = office.proposed(office.in_force(), date(2019, 1, 1))
    line = "Approve the withdrawal of an own indicator: own.built, from 2019-01-01"
    assert (waiting(cast.officer), waiting(cast.verifier), waiting(cast.auditor)) == ([], [line], [])
    refuse_withdrawal(withdrawal=proposed, remark="还要用", act=office.approving)
    assert waiting(cast.verifier) == []


def test_whoever_proposed_a_withdrawal_does_not_wait_for_themselves(office: Office) -> None:
    office.proposed(office.in_force(), date(2019, 1, 1), office.story.cast.verifier)
    assert waiting(office.story.cast.verifier) == []


def test_stand_on_today_and_many_are_as_many_questions(office: Office) -> None:
    verifier = office.story.cast.verifier
    submit_version(version=office.declared(), act=office.act())
    waiting(verifier)
    with CaptureQueriesContext(connection) as one:
        waiting(verifier)
    for number in range(3):
        submit_version(version=office.declared(text(f"own.more_{number}")), act=office.act())
    with CaptureQueriesContext(connection) as many:
        assert len(waiting(verifier)) == 4
    assert len(many) == len(one)
    assert "批准自定指标" in text_of(door(verifier).get("/"))
