"""The example's red-scarf drive: what was raised, bought and handed out agree, in the books and in the figures."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db.models import Count, Sum

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.money.queries import standing_in
from bangfu.giving.campaigns.models import Campaign, Gift
from bangfu.giving.campaigns.operations.books import BANK
from bangfu.giving.campaigns.operations.buying import BOUGHT
from example import campaigns, drive, house


@pytest.mark.django_db
def test_what_was_raised_is_bought_and_handed_out(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR = tmp_path
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    monkeypatch.setattr(drive, "SETS", 40)
    house.build_house()
    campaigns.keep()
    drive.keep()
    one = Campaign.objects.get(code=drive.CODE)
    assert one.state == "REPORTED"
    gifts = Gift.objects.filter(campaign=one, state="RECEIVED")
    assert gifts.aggregate(sum=Sum("amount_fen"))["sum"] == drive.RAISED_FEN
    assert standing_in(BOUGHT, fund=one.fund_id) == 40 * drive.SET_FEN
    assert standing_in(BANK, fund=one.fund_id) == drive.RAISED_FEN - 40 * drive.SET_FEN
    raised = Fact.objects.filter(measure_id=measure_number("campaigns.red_scarf_raised"))
    assert raised.aggregate(sum=Sum("quantity"))["sum"] == Decimal(280_000)
    handed = Fact.objects.filter(measure_id=measure_number("goods.children"))
    found = handed.aggregate(rows=Count("pk"), children=Count("party", distinct=True))
    assert found == {"rows": 40, "children": 40}
    assert ReportedRecord.objects.filter(measure="goods.children").count() == 40
    before = Gift.objects.count()
    drive.keep()
    assert Gift.objects.count() == before
