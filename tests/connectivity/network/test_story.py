"""A worked example that an officer can follow with paper: six stations in 册亨, five that count, four in the end.

The counting rule is the published one: what counts in a year is what was accepted in it (not what went on air), one for
each technology on a site, for the builder alone.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.connectivity.network.measures import STATIONS
from bangfu.connectivity.network.operations import (
    correct_station,
    register_booking,
    submit_record,
    verify_records,
    verify_stations,
    withdraw_station,
)
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from tests.cast import CEHENG, Cast
from tests.connectivity.network.building import VOUCHER, booking, posted, project
from tests.connectivity.network.reporting import Row, Sheet, facts, imported, station
from tests.foundation.review.looking import looked_at

FIRST = Row("GZ-CH-0001")
SHEET = Sheet(
    [
        FIRST,
        # The same tower carries a second technology: a second station, not a second site.
        FIRST.but(station_code="GZ-CH-0002", technology="NB"),
        # On air in December 2018, accepted in January 2019: counts in 2019.
        Row("GZ-CH-0003", site_code="TT-2", on_air_on=date(2018, 12, 28), accepted_on=date(2019, 1, 15)),
        # Accepted in 2019, capitalised and paid in 2020: counts in 2019.
        Row("GZ-CH-0004", site_code="TT-3", capitalised_on=date(2020, 1, 8), paid_on=date(2020, 5, 20)),
        # Shared with another carrier: counts once, here.
        Row("GZ-CH-0005", site_code="TT-4", sharer="另一家运营商"),
        # Accepted in 2020: does not count in 2019.
        Row("GZ-CH-0006", site_code="TT-5", accepted_on=date(2020, 3, 2)),
    ]
)


def counted(year: int) -> int:
    """Return the year's figure: the sum of quantities that happened in it."""
    quantities = Fact.objects.filter(measure_id=measure_number(STATIONS.code), happened_on__year=year)
    return int(sum(quantities.values_list("quantity", flat=True)))


@pytest.mark.django_db
class TestYearOfCeheng:
    def test_from_the_sheet_to_the_figure_and_back(self, cast: Cast, tmp_path: Path) -> None:
        paper = imported(SHEET, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        assert (paper.record_count, paper.state) == (6, "SUBMITTED")
        assert (counted(2019), counted(2020)) == (0, 0)

        act = cast.act(cast.verifier)
        verify_stations(batch=looked_at(paper, act), act=act)
        assert (counted(2019), counted(2020)) == (5, 1)
        assert seal_pending() == 1

        # It turns out that 0003 was accepted a year later: taken back at once, counted again after a second review.
        late = correct_station(
            station=station("GZ-CH-0003"),
            place=Place.objects.get(pk=CEHENG),
            accepted_on=date(2020, 1, 15),
            reason="wrong_date",
            remark="验收单写的是2020年1月15日",
            act=cast.act(cast.clerk),
        )
        assert (counted(2019), counted(2020)) == (4, 1)
        corrected = Batch.objects.get(title="更正 GZ-CH-0003")
        verify_stations(batch=looked_at(corrected, act), act=act)
        assert (counted(2019), counted(2020)) == (4, 2)

        # And 0005 was built by the other carrier after all.
        withdraw_station(
            station=station("GZ-CH-0005"),
            reason="wrong_unit",
            remark="承建方为另一家运营商，来函已附",
            act=cast.act(cast.clerk),
        )
        assert (counted(2019), counted(2020)) == (3, 2)

        unit, day = cast.guizhou.pk, date(2019, 9, 12)
        source = "network.station"
        assert facts() == [
            (1, unit, CEHENG, "GZ-CH-0001", day, source, "GZ-CH-0001", 1, None),
            (1, unit, CEHENG, "GZ-CH-0002", day, source, "GZ-CH-0002", 1, None),
            (1, unit, CEHENG, "GZ-CH-0003", date(2019, 1, 15), source, "GZ-CH-0003", 1, None),
            (1, unit, CEHENG, "GZ-CH-0004", day, source, "GZ-CH-0004", 1, None),
            (1, unit, CEHENG, "GZ-CH-0005", day, source, "GZ-CH-0005", 1, None),
            (1, unit, CEHENG, "GZ-CH-0006", date(2020, 3, 2), source, "GZ-CH-0006", 1, None),
            (-1, unit, CEHENG, "GZ-CH-0003", date(2019, 1, 15), source, "GZ-CH-0003", 1, "wrong_date"),
            (1, unit, CEHENG, "GZ-CH-0003", date(2020, 1, 15), source, "GZ-CH-0003", 2, None),
            (-1, unit, CEHENG, "GZ-CH-0005", day, source, "GZ-CH-0005", 1, "wrong_unit"),
        ]
        assert late.revision == 2


@pytest.mark.django_db
class TestPublishedInvestment:
    """22.45亿元 beside 3.26万 stations and 60.8万 ports, as the programme published them for 2019."""

    def test_is_at_most_68865_yuan_a_station(self, cast: Cast) -> None:
        clerk = cast.act(cast.clerk)
        project(cast.guizhou, clerk, budget_fen=300_000_000_000)
        # Ports, transmission and upgrades stand in the same sum: a station cost less than the quotient.
        parts = {"STATION": 98_000_000_000, "PORT": 36_500_000_000, "TRANSMISSION": 60_000_000_000,
                 "UPGRADE": 30_000_000_000}  # fmt: skip
        for line, (category, fen) in enumerate(parts.items(), 1):
            said = booking(line_number=line, category=category, amount_fen=fen)
            found = register_booking(details=said, unit=cast.guizhou, files=(VOUCHER,), act=clerk)
            submit_record(record=found, act=clerk)
            verify_records(batch=Batch.objects.latest("pk"), act=cast.act(cast.verifier))
        booked = sum(quantity for measure, quantity, *_ in posted() if measure == "network.investment")
        assert booked == Decimal(2_245_000_000)
        assert booked // 32_600 == 68_865
        assert Decimal(parts["STATION"]) / 100 / 32_600 < 68_865
