"""A changed row of a counted station, box or voucher becomes a reversal and a new fact, and both are shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.connectivity.network.models import Correction, RecordCorrection
from bangfu.connectivity.network.operations import (
    import_bookings,
    import_boxes,
    import_stations,
    verify_records,
    verify_stations,
)
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.queries import preview
from bangfu.foundation.intake.showing import corrections_on_page
from tests.cast import CEHENG, Cast
from tests.connectivity.network import building
from tests.connectivity.network.reporting import Row, Sheet, counts, facts, imported, received, station
from tests.foundation.review.looking import looked_at

pytestmark = pytest.mark.django_db
BASIS = "省公司网络部 2020 年 5 号函"
WANGMO = 522326000000


def shown(upload: Upload) -> list[tuple[list[str], list[str]]]:
    """Return what the preview says of counted rows that change, before and after."""
    page = corrections_on_page(preview(upload), None)
    return [([cell.text for cell in one.before], [cell.text for cell in one.after]) for one in page]


@pytest.fixture
def counted(cast: Cast, tmp_path: Path) -> Cast:
    """Two stations that count."""
    rows = [Row("GZ-1"), Row("GZ-2", site_code="TT-2")]
    paper = imported(Sheet(rows), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
    verify_stations(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
    return cast


class TestStations:
    def test_are_taken_back_and_counted_anew(self, counted: Cast, tmp_path: Path) -> None:
        rows = [
            Row("GZ-1", accepted_on=date(2020, 1, 31), basis=BASIS),
            Row("GZ-2", site_code="TT-2", county="望谟县", basis=BASIS),
            Row("GZ-3"),
        ]
        clerk, verifier = counted.act(counted.clerk), counted.act(counted.verifier)
        upload = received(Sheet(rows, "更正.xlsx"), unit=counted.guizhou, act=clerk, folder=tmp_path)
        found = preview(upload).checked
        assert (found.new, found.changed, found.same, found.refusals) == (1, 2, 0, [])
        assert shown(upload) == [
            (["TT-522327-0103", "贵州省黔西南布依族苗族自治州册亨县", "2019-09-12"],
             ["TT-522327-0103", "贵州省黔西南布依族苗族自治州册亨县", "2020-01-31"]),
            (["TT-2", "贵州省黔西南布依族苗族自治州册亨县", "2019-09-12"],
             ["TT-2", "贵州省黔西南布依族苗族自治州望谟县", "2019-09-12"]),
        ]  # fmt: skip

        paper = import_stations(upload=upload, act=clerk)

        assert [(fact[0], fact[2], fact[3], fact[4], fact[7], fact[8]) for fact in facts()[2:]] == [
            (-1, CEHENG, "GZ-1", date(2019, 9, 12), 1, "wrong_date"),
            (-1, CEHENG, "GZ-2", date(2019, 9, 12), 1, "wrong_place"),
        ]
        assert list(
            Correction.objects.order_by("station__code").values_list(
                "station__code", "revision", "place", "accepted_on", "reason", "remark", "corrected_by"
            )
        ) == [
            ("GZ-1", 1, CEHENG, date(2019, 9, 12), "wrong_date", BASIS, counted.clerk.pk),
            ("GZ-2", 1, CEHENG, date(2019, 9, 12), "wrong_place", BASIS, counted.clerk.pk),
        ]
        verify_stations(batch=looked_at(paper, verifier), act=verifier)
        assert [(fact[0], fact[2], fact[3], fact[4], fact[7]) for fact in facts()[4:]] == [
            (1, CEHENG, "GZ-1", date(2020, 1, 31), 2),
            (1, WANGMO, "GZ-2", date(2019, 9, 12), 2),
            (1, CEHENG, "GZ-3", date(2019, 9, 12), 1),
        ]
        assert (station("GZ-2").place_id, station("GZ-2").site.place_id) == (WANGMO, WANGMO)

    def test_said_again_post_nothing(self, counted: Cast, tmp_path: Path) -> None:
        rows = [Row("GZ-1"), Row("GZ-2", site_code="TT-2", basis=BASIS)]
        again = Sheet(rows, "再次.xlsx")
        upload = received(again, unit=counted.guizhou, act=counted.act(counted.clerk), folder=tmp_path)
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            import_stations(upload=upload, act=counted.act(counted.clerk))
        assert (refused.value.code, counts()) == ("nothing_new", before)

    @pytest.mark.parametrize(
        ("row", "column", "words"),
        [
            (Row("GZ-1", accepted_on=date(2020, 1, 31)), "basis", "写明是哪份文件"),
            (Row("GZ-1", band="700 MHz", basis=BASIS), "station_code", "只能更正地点、站址和验收日期"),
            (
                Row("GZ-1", accepted_on=date(2020, 1, 31), builder="别家", basis=BASIS),
                "station_code",
                "只能更正",
            ),
        ],
    )
    def test_are_refused_when_it_is_no_correction(
        self, counted: Cast, tmp_path: Path, row: Row, column: str, words: str
    ) -> None:
        sheet = Sheet([row], "更正.xlsx")
        upload = received(sheet, unit=counted.guizhou, act=counted.act(counted.clerk), folder=tmp_path)
        (refusal,) = preview(upload).checked.refusals
        assert (refusal.column, words in refusal.sentence.zh) == (column, True)
        before = counts()
        with pytest.raises(UnableToImport):
            import_stations(upload=upload, act=counted.act(counted.clerk))
        assert counts() == before


class TestRecords:
    def test_boxes_and_bookings_are_taken_back_and_counted_anew(self, cast: Cast, tmp_path: Path) -> None:
        clerk, verifier = cast.act(cast.clerk), cast.act(cast.verifier)
        building.project(cast.guizhou, cast.act(cast.officer))
        unit = cast.guizhou
        first = {
            "network.boxes": ([building.box_row("FX-1")], import_boxes),
            "network.bookings": ([building.booking_row(1)], import_bookings),
        }
        for layout, (rows, take_in) in first.items():
            paper = take_in(
                upload=building.received(layout, rows, unit=unit, act=clerk, folder=tmp_path), act=clerk
            )
            verify_records(batch=looked_at(paper, verifier), act=verifier)
        changed = {
            "network.boxes": ([building.box_row("FX-1", port_count=32, basis=BASIS)], import_boxes),
            "network.bookings": (
                [
                    building.booking_row(
                        1, amount=Decimal("70000.00"), booked_on=date(2019, 10, 8), basis=BASIS
                    )
                ],
                import_bookings,
            ),
        }
        said = []
        for layout, (rows, take_in) in changed.items():
            upload = building.received(layout, rows, unit=unit, act=clerk, folder=tmp_path, name="更正.xlsx")
            said += shown(upload)
            paper = take_in(upload=upload, act=clerk)
            verify_records(batch=looked_at(paper, verifier), act=verifier)
        county = "贵州省黔西南布依族苗族自治州册亨县"
        assert said == [
            ([county, "16", "2019-09-12"], [county, "32", "2019-09-12"]),
            ([county, "68,865.03", "2019-09-30"], [county, "70,000", "2019-10-08"]),
        ]
        assert [(fact[0], fact[1], fact[5], fact[8], fact[9]) for fact in building.posted()[2:]] == [
            ("network.broadband_ports", Decimal(-16), date(2019, 9, 12), 1, "wrong_quantity"),
            ("network.broadband_ports", Decimal(32), date(2019, 9, 12), 2, None),
            ("network.investment", Decimal("-68865.03"), date(2019, 9, 30), 1, "wrong_quantity"),
            ("network.investment", Decimal(70000), date(2019, 10, 8), 2, None),
        ]
        kept = RecordCorrection.objects.order_by("record_type")
        assert [(one.revision, one.reason, one.remark) for one in kept] == [(1, "wrong_quantity", BASIS)] * 2
        assert (kept[0].said["port_count"], kept[1].said["amount_fen"]) == (16, 6886503)
        assert kept[1].said["booked_on"] == "2019-09-30"
