"""The example's year of orders and settlements: what it counts is what the counties' reported rows would have said."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.review.models import Batch
from bangfu.livelihoods.consumption.models import Agreement, GoodsReturn, Sale, Scheme
from bangfu.reporting.queries import figure
from example import consumption, house
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
    assert GoodsReturn.objects.filter(outcome="").count() == 0
    assert Scheme.objects.count() == 1
    assert not Batch.objects.filter(state="SUBMITTED").exists()
    before = (_facts(), Sale.objects.count())
    _load()
    assert (_facts(), Sale.objects.count()) == before
