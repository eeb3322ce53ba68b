"""Where sites stand: a sheet of coordinates, its refusals, who may, and what the drawer and the map are told."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.db import IntegrityError, transaction

from bangfu.connectivity.network.models import Site
from bangfu.connectivity.network.operations import register_station
from bangfu.connectivity.network.operations.locating import locate_sites
from bangfu.connectivity.network.queries import points, summaries
from bangfu.connectivity.network.sheets.locating import COLUMNS
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport, receive_upload
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms.subjects import SitePoint
from bangfu.foundation.rooms.tiers import Tier
from tests.cast import CEHENG, Cast
from tests.connectivity.network.reporting import LOG, details

pytestmark = pytest.mark.django_db
CODE = "TT-522327-0103"
Rows = list[tuple[str, str, str, str]]


def received(cast: Cast, rows: Rows, *, by: Account | None = None, name: str = "站址.xlsx") -> Upload:
    """Upload a sheet of the branch of 贵州."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title.zh for column in COLUMNS])
        for number, row in enumerate(rows, 1):
            page.write_row(number, 0, row)
    act = cast.act(by or cast.clerk)
    return receive_upload(
        layout="network.sites", unit=cast.guizhou, name=name, content=buffer.getvalue(), act=act
    )


def located(cast: Cast, rows: Rows, name: str = "站址.xlsx") -> dict[str, Any]:
    upload = locate_sites(upload=received(cast, rows, name=name), act=cast.act(cast.clerk))
    assert upload.outcome is not None
    return {key: upload.outcome[key] for key in ("new", "changed", "same")}


@pytest.fixture
def station(cast: Cast) -> int:
    """A station of 册亨县 on a site without a position."""
    said = details(CEHENG, site_code=CODE)
    return register_station(details=said, unit=cast.guizhou, files=(LOG,), act=cast.act(cast.clerk)).pk


class TestLocateSites:
    def test_keeps_what_was_measured_and_tells_the_map(self, cast: Cast, station: int) -> None:
        assert points([station]) == {}
        assert located(cast, [(CODE, "105.81", "24.98", "WGS-84")]) == {"new": 1, "changed": 0, "same": 0}
        site = Site.objects.get(code=CODE)
        assert (site.longitude, site.latitude, site.datum) == (Decimal("105.81"), Decimal("24.98"), "WGS-84")
        assert points([station]) == {station: SitePoint(105.81, 24.98, "WGS-84")}
        assert Fact.objects.count() == 0

    def test_the_drawer_says_it_to_readers_and_not_to_the_public(self, cast: Cast, station: int) -> None:
        located(cast, [(CODE, "105.81", "24.98", "WGS-84")])
        summary = summaries([station])[station]
        assert [value for _, value in summary.positions] == ["105.81, 24.98 WGS-84"]
        assert "105.81, 24.98 WGS-84" in dict(summary.rows_for(Tier.READER)).values()
        assert "105.81, 24.98 WGS-84" not in dict(summary.rows_for(Tier.PUBLIC)).values()

    def test_another_sheet_changes_and_the_same_stays(self, cast: Cast, station: int) -> None:
        located(cast, [(CODE, "105.81", "24.98", "WGS-84")])
        changed = located(cast, [(CODE, "105.82", "24.98", "GCJ-02")], "二.xlsx")
        assert changed == {"new": 0, "changed": 1, "same": 0}
        with pytest.raises(UnableToImport) as refused:
            located(cast, [(CODE, "105.82", "24.98", "GCJ-02")], "三.xlsx")
        assert refused.value.code in ("nothing_new", "duplicate_file")

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (("TT-0", "105.81", "24.98", "WGS-84"), "没有站址「TT-0」"),
            ((CODE, "24.98", "105.81", "WGS-84"), "写反了"),
            ((CODE, "106.9", "26.6", "WGS-84"), "公里以外"),
            ((CODE, "105.81", "24.98", "北京54"), "坐标系"),
        ],
    )
    def test_refuses_a_row_that_cannot_be(
        self, cast: Cast, station: int, row: tuple[str, str, str, str], says: str
    ) -> None:
        with pytest.raises(UnableToImport) as refused:
            located(cast, [row])
        assert [one.row for one in refused.value.rows] == [2]
        assert says in refused.value.rows[0].sentence.zh
        assert Site.objects.get(code=CODE).longitude is None

    def test_who_may(self, cast: Cast, station: int) -> None:
        rows = [(CODE, "105.81", "24.98", "WGS-84")]
        for account in (cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                received(cast, rows, by=account)

    def test_the_database_wants_the_datum(self, cast: Cast, station: int) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), system_writes("a test's attack"):
            Site.objects.filter(code=CODE).update(longitude=1, latitude=1)
