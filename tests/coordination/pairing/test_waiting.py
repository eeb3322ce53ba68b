"""What pairings say to Today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from bangfu.coordination.pairing.operations import submit_pairing
from bangfu.coordination.pairing.waiting import terms_ending, to_submit
from tests.cast import Cast
from tests.coordination.pairing.paired import PINGYANG, active, proposed

pytestmark = pytest.mark.django_db

TERM = date(2020, 8, 20)
TODAY = date(2020, 7, 31)


def test_a_term_waits_from_a_month_before_its_end(cast: Cast) -> None:
    active(cast, agreed_until=TERM)
    active(cast, place=PINGYANG)
    assert terms_ending(cast.officer, TERM - timedelta(days=31)) == []
    (line,) = terms_ending(cast.officer, TODAY)
    assert (line.count, line.due_on, line.overdue) == (1, TERM, 0)
    (late,) = terms_ending(cast.clerk, TERM)
    assert (late.count, late.overdue) == (1, 1)
    assert terms_ending(cast.verifier, TODAY) == terms_ending(cast.clerk_of_yunnan, TODAY) == []
    client = Client()
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(line.address).context["page"].paginator.count == 1


def test_a_proposal_waits_for_who_made_it(cast: Cast) -> None:
    pairing = proposed(cast)
    (line,) = to_submit(cast.officer, TODAY)
    assert line.count == 1
    assert to_submit(cast.clerk, TODAY) == []
    submit_pairing(pairing=pairing, act=cast.act(cast.officer))
    assert to_submit(cast.officer, TODAY) == []
