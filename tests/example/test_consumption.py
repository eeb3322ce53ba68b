"""The example's year of orders and settlements: what it counts is what the counties' reported rows would have said."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.review.models import Batch
from bangfu.livelihoods.consumption.fairs import sold_by
from bangfu.livelihoods.consumption.models import Agreement, Fair, GoodsReturn, Sale, Scheme
from bangfu.reporting.queries import figure
from example import consumption, fairs, house
from example.papers import bring_in, left_of
from example.reported import funds
from example.reported.filling import DESIGNATED


@pytest.fixture
def var(tmp_path: Path, settings: LazySettings) -> Path:
    """A folder of the test's own for what the example writes."""
    settings.VAR = tmp_path
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    return tmp_path


def _load() -> None:
    house.build_house()
    wanted = [paper for paper in funds.papers() if "shop." in paper.layout]
    for paper in left_of([*wanted, *consumption.papers()]):
        bring_in(paper)
    consumption.see_through()


def _facts() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_fact")
        return int(cursor.fetchone()[0])


def _the_fair_says_what_its_receipts_say() -> None:
    fair = Fair.objects.get()
    by_county = sold_by(fair, county=True)
    assert set(by_county) == set(DESIGNATED)
    for county, sold in by_county.items():
        bought = fairs.bought_of(county)
        kept = {is_ours: fairs.kept_fen(county, fairs.FIRST, is_bought=is_ours) for is_ours in (True, False)}
        assert sold.receipts == fairs.OF_PUBLIC + fairs.OF_UNION
        assert sold.paid_fen == sum(one.fen for one in bought)
        assert (sold.bought_fen, sold.helped_fen) == (kept[True], kept[False])
    went_back = sum(one.paid_fen - one.kept_fen for one in by_county.values())
    assert went_back > 0
    assert figure("shop.fairs", period="2019-12-16").value == 1


def test_orders_and_settlements_stand_for_the_reported_rows(own_database: str, var: Path) -> None:
    _load()
    seal_pending()
    for measure in (consumption.BOUGHT, consumption.HELPED):
        for year in (2018, 2019, 2020):
            said = [
                yuan
                for county in DESIGNATED
                for on, yuan in funds.arrivals(measure, county)
                if on.year == year
            ]
            assert figure(measure, period=str(year)).value == sum(said, start=Decimal(0))
    assert Agreement.objects.count() == len(DESIGNATED)
    assert [one.delivery.note for one in GoodsReturn.objects.filter(outcome="")] == ["SH-9"]
    _the_fair_says_what_its_receipts_say()
    assert Scheme.objects.count() == 1
    assert not Batch.objects.filter(state="SUBMITTED").exists()
    before = (_facts(), Sale.objects.count())
    _load()
    assert (_facts(), Sale.objects.count()) == before
