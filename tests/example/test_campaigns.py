"""The example's campaign: points, cash and matching in a fund, one gift thought over, one row of a file left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from bangfu.foundation.money.models import Fund
from bangfu.foundation.points.models import Confirmation
from bangfu.giving.campaigns.models import Campaign, Gift, GiftFile, Match
from bangfu.giving.campaigns.queries import counter
from example import campaigns, house


@pytest.fixture
def var(tmp_path: Path, settings: LazySettings) -> Path:
    """A folder of the test's own for what the example writes."""
    settings.VAR = tmp_path
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    return tmp_path


@pytest.mark.django_db
def test_what_was_given_stands_in_the_fund(var: Path) -> None:
    house.build_house()
    campaigns.keep()
    one = Campaign.objects.get(code=campaigns.CODE)
    found, file = counter(one), GiftFile.objects.get()
    assert (file.gifts, file.refused) == (campaigns.BRANCHES * campaigns.MEMBERS // 2, 1)
    standing = Gift.objects.filter(campaign=one, state="RECEIVED").values_list("amount_fen", flat=True)
    assert found.raised_fen == sum(standing) == found.held_fen
    assert found.refunds >= 1
    assert Match.objects.get().used_fen <= 80_000
    assert Fund.objects.get(code=campaigns.FUND).is_restricted
    assert Confirmation.objects.count() == 1
    before = Gift.objects.count()
    campaigns.keep()
    assert Gift.objects.count() == before
