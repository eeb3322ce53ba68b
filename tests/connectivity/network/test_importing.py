"""The import of a branch's sheet: whole and exact, refused whole, and never twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection

from bangfu.connectivity.network.models import Site, Station
from bangfu.connectivity.network.operations import (
    import_stations,
    return_stations,
    storing,
    verify_stations,
    withdraw_station,
)
from bangfu.connectivity.network.rules import UnableToRegister
from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.queries import preview
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.review.models import Review
from tests.cast import CEHENG, NOW, Cast, enter_cast
from tests.connectivity.network.reporting import Row, Sheet, counts, imported, received, station
from tests.foundation.review.looking import looked_at

FIRST = Row("GZ-CH-0417")


@pytest.mark.django_db
class TestImportStations:
    def test_writes_stations_sites_evidence_and_one_paper(self, cast: Cast, tmp_path: Path) -> None:
        rows = [
            FIRST.but(
                site_name="双江站址",
                sharer="另一家",
                capitalised_on=date(2020, 1, 8),
                paid_on=date(2020, 6, 1),
            ),
            Row(
                "GZ-CH-0418",
                county="522327",
                technology="NB",
                band="",
                accepted_on="2019年3月5日",
                on_air_on=None,
            ),
        ]
        paper = imported(Sheet(rows), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)

        upload = station("GZ-CH-0417").upload
        assert upload is not None
        assert upload.outcome == {
            "new": 2, "changed": 0, "corrected": 0, "same": 0, "batch": paper.pk, "address": f"/review/{paper.pk}/",
        }  # fmt: skip
        assert (paper.title, paper.unit, paper.record_count, paper.submitted_by) == (
            "2019年验收.xlsx", cast.guizhou, 2, cast.clerk,
        )  # fmt: skip
        assert list(Site.objects.values_list("code", "name", "place_id")) == [
            ("TT-522327-0103", "双江站址", CEHENG)
        ]
        names = (
            "code", "revision", "site__code", "unit__code", "place_id", "technology", "band", "builder", "sharer",
            "on_air_on", "accepted_on", "capitalised_on", "paid_on", "upload_id", "registered_by", "registered_at",
            "withdrawn_at", "withdrawal_reason", "withdrawal_remark",
        )  # fmt: skip
        said = (upload.pk, cast.clerk.pk, NOW, None, "", "")
        assert list(Station.objects.order_by("code").values_list(*names)) == [
            (
                "GZ-CH-0417", 1, "TT-522327-0103", "P52", CEHENG, "4G", "900 MHz", "贵州分公司", "另一家",
                date(2019, 8, 30), date(2019, 9, 12), date(2020, 1, 8), date(2020, 6, 1), *said,
            ),
            (
                "GZ-CH-0418", 1, "TT-522327-0103", "P52", CEHENG, "NB", "", "贵州分公司", "",
                None, date(2019, 3, 5), None, None, *said,
            ),
        ]  # fmt: skip
        attached = Attachment.objects.order_by("record_id").values_list(
            "record_type", "record_id", "kind", "name"
        )
        keys = [station("GZ-CH-0417").pk, station("GZ-CH-0418").pk]
        assert list(attached) == [
            (1, keys[0], "TEST_LOG", "gz-ch-0417.txt"),
            (1, keys[1], "TEST_LOG", "gz-ch-0418.txt"),
        ]
        assert set(Review.objects.values_list("record_id", "state", "batch")) == {
            (key, "SUBMITTED", paper.pk) for key in keys
        }
        entry = AuditEntry.objects.order_by("pk").last()
        assert entry is not None
        assert (entry.operation, entry.actor, entry.objects_named) == (
            "network.import_stations", cast.clerk, [f"intake.upload:{upload.pk}", f"review.batch:{paper.pk}"],
        )  # fmt: skip
        assert counts()["ledger_fact"] == 0

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (FIRST.but(log=None), "没有佐证"),
            (FIRST.but(county="沽源县"), "沽源"),
            (FIRST.but(on_air_on=date(2019, 9, 13)), "晚于验收日期 2019-09-12"),
            (FIRST.but(capitalised_on=date(2019, 8, 1)), "早于开通日期 2019-08-30"),
            (FIRST.but(on_air_on=date(1989, 12, 31)), "早于 1990-01-01"),
            (FIRST.but(accepted_on=date(2020, 8, 1)), "未来的日期"),
            (FIRST.but(technology="6G"), "6G"),
        ],
    )
    def test_refuses_a_row_that_cannot_be(self, cast: Cast, tmp_path: Path, row: Row, says: str) -> None:
        upload = received(
            Sheet([Row("GZ-CH-0001"), row]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path
        )
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            import_stations(upload=upload, act=cast.act(cast.clerk))
        assert refused.value.code == "rows_refused"
        assert [one.row for one in refused.value.rows] == [3]
        assert says in refused.value.rows[0].sentence.zh
        assert counts() == before

    def test_refuses_a_station_of_another_unit_by_row_and_name(self, cast: Cast, tmp_path: Path) -> None:
        imported(Sheet([FIRST]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        theirs = Row(FIRST.station_code, county="富源县", site_code="TT-530325-0001")
        sheet = Sheet([Row("YN-1", county="富源县", site_code="TT-530325-0001"), theirs], name="云南.xlsx")
        upload = received(sheet, unit=cast.yunnan, act=cast.act(cast.clerk_of_yunnan), folder=tmp_path)
        assert [one.row for one in preview(upload).checked.refusals] == [3]
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            import_stations(upload=upload, act=cast.act(cast.clerk_of_yunnan))
        (only,) = refused.value.rows
        assert (only.row, only.column) == (3, "station_code")
        assert only.sentence.zh == (
            "基站「GZ-CH-0417」已由贵州省分公司登记（待核验）。一个基站只能由承建单位上报一次：请核对编码；如对方误报，请其先撤回。"
        )
        assert "Guizhou branch" in only.sentence.en
        assert counts() == before

    def test_a_withdrawn_code_is_free_again_and_counted_as_its_next_revision(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        theirs = Row("YN-1", county="富源县", site_code="TT-530325-0001")
        act = cast.act(cast.clerk_of_yunnan)
        paper = imported(Sheet([theirs], name="云南.xlsx"), unit=cast.yunnan, act=act, folder=tmp_path)
        verify_stations(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        withdraw_station(station=station("YN-1"), reason="wrong_unit", remark="不是云南建的", act=act)
        ours = imported(
            Sheet([FIRST.but(station_code="YN-1")]),
            unit=cast.guizhou,
            act=cast.act(cast.clerk),
            folder=tmp_path,
        )
        verify_stations(batch=looked_at(ours, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        assert (station("YN-1").unit, station("YN-1").revision) == (cast.guizhou, 2)

    def test_refuses_a_site_in_two_counties(self, cast: Cast, tmp_path: Path) -> None:
        elsewhere = FIRST.but(station_code="GZ-WM-1", county="望谟县")
        upload = received(
            Sheet([FIRST, elsewhere]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path
        )
        with pytest.raises(UnableToImport) as refused:
            import_stations(upload=upload, act=cast.act(cast.clerk))
        assert "不止一个县" in refused.value.rows[0].sentence.zh
        imported(Sheet([FIRST], name="先.xlsx"), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        later = Sheet([elsewhere], name="后.xlsx")
        upload = received(later, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        with pytest.raises(UnableToImport) as refused:
            import_stations(upload=upload, act=cast.act(cast.clerk))
        assert "已登记在贵州省黔西南布依族苗族自治州册亨县" in refused.value.rows[0].sentence.zh

    def test_rows_that_say_the_same_are_left_alone(self, cast: Cast, tmp_path: Path) -> None:
        act = cast.act(cast.clerk)
        paper = imported(Sheet([FIRST]), unit=cast.guizhou, act=act, folder=tmp_path)
        verify_stations(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        with pytest.raises(UnableToImport) as refused:
            imported(
                Sheet([FIRST.but(site_name="同")], name="同.xlsx"),
                unit=cast.guizhou,
                act=act,
                folder=tmp_path,
            )
        assert refused.value.code == "nothing_new"
        cumulative = Sheet([FIRST, Row("GZ-CH-0418")], name="累计.xlsx")
        second = imported(cumulative, unit=cast.guizhou, act=act, folder=tmp_path)
        assert second.record_count == 1

    def test_a_verified_station_that_differs_is_refused(self, cast: Cast, tmp_path: Path) -> None:
        act = cast.act(cast.clerk)
        paper = imported(Sheet([FIRST]), unit=cast.guizhou, act=act, folder=tmp_path)
        changed = Sheet([FIRST.but(accepted_on=date(2019, 10, 1))], name="改.xlsx")
        upload = received(changed, unit=cast.guizhou, act=act, folder=tmp_path)
        with pytest.raises(UnableToImport) as refused:
            import_stations(upload=upload, act=act)
        assert "正在等待核验" in refused.value.rows[0].sentence.zh
        verify_stations(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        with pytest.raises(UnableToImport) as refused:
            import_stations(upload=upload, act=act)
        assert "请在「更正依据」写明" in refused.value.rows[0].sentence.zh

    def test_returned_stations_are_mended_by_a_new_sheet(self, cast: Cast, tmp_path: Path) -> None:
        act = cast.act(cast.clerk)
        paper = imported(Sheet([FIRST]), unit=cast.guizhou, act=act, folder=tmp_path)
        return_stations(batch=paper, remark="验收日期与验收单不符", act=cast.act(cast.verifier))
        key = station("GZ-CH-0417").pk
        mended = Sheet([FIRST.but(accepted_on=date(2019, 10, 1), log="RSRP -90 dBm")], name="改.xlsx")
        again = imported(mended, unit=cast.guizhou, act=act, folder=tmp_path)
        assert (station("GZ-CH-0417").pk, station("GZ-CH-0417").accepted_on) == (key, date(2019, 10, 1))
        assert Review.objects.get(record_id=key).batch == again
        assert Attachment.objects.filter(record_id=key).count() == 2

    def test_the_same_file_is_not_imported_twice(self, cast: Cast, tmp_path: Path) -> None:
        act = cast.act(cast.clerk)
        imported(Sheet([FIRST]), unit=cast.guizhou, act=act, folder=tmp_path)
        upload = Station.objects.get().upload
        assert upload is not None
        before = counts()
        with pytest.raises(UnableToImport) as refused:
            import_stations(upload=upload, act=act)
        assert refused.value.code == "confirmed_already"
        assert counts() == before

    def test_the_same_request_key_imports_once(self, cast: Cast, tmp_path: Path) -> None:
        upload = received(Sheet([FIRST]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        act = cast.act(cast.clerk, key="one")
        first = import_stations(upload=upload, act=act)
        after = counts()
        assert import_stations(upload=upload, act=act) == first
        assert counts() == after

    def test_who_may(self, cast: Cast, tmp_path: Path) -> None:
        upload = received(Sheet([FIRST]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        for account in (
            cast.clerk_of_yunnan, cast.verifier, cast.auditor, cast.county_official, cast.outsider, cast.administrator,
        ):  # fmt: skip
            with pytest.raises(NotPermitted):
                import_stations(upload=upload, act=cast.act(account))
        assert Station.objects.count() == 0
        import_stations(upload=upload, act=cast.act(cast.officer))
        assert Station.objects.count() == 1


@contextmanager
def without_locks() -> Iterator[None]:
    """Let nobody wait for a code: the second guard, the database's constraint, then stands alone."""
    with patch.object(storing, "lock_codes", lambda *codes: None):
        yield


class TestTwoAtOnce:
    """Two branches import the same code at the same moment, each on a connection of its own."""

    def race(self, tmp_path: Path, *, patience_s: int = 2) -> list[Refusal | Exception | None]:
        cast = enter_cast()
        sheets = (
            (cast.guizhou, cast.clerk, Row("X-1", county="册亨县", site_code="TT-1")),
            (cast.yunnan, cast.clerk_of_yunnan, Row("X-1", county="富源县", site_code="TT-2")),
        )
        uploads = [
            (
                received(
                    Sheet([row], name=f"{unit.code}.xlsx"), unit=unit, act=cast.act(clerk), folder=tmp_path
                ),
                clerk,
            )
            for unit, clerk, row in sheets
        ]
        together = threading.Barrier(2, timeout=20)
        outcomes: list[Refusal | Exception | None] = [None, None]
        entering = storing.enter_stations

        def slowly(*args: object, **kwargs: object) -> object:
            # Both are past their checks here unless one waits for the other's lock.
            try:
                together.wait(patience_s)
            except threading.BrokenBarrierError:
                together.reset()
            return entering(*args, **kwargs)

        def carry_out(number: int) -> None:
            upload, clerk = uploads[number]
            try:
                import_stations(upload=upload, act=cast.act(clerk))
            except (Refusal, Exception) as answer:  # noqa: BLE001 - the test looks at every answer
                outcomes[number] = answer
            finally:
                connection.close()

        with patch.object(storing, "enter_stations", slowly):
            threads = [threading.Thread(target=carry_out, args=(number,)) for number in (0, 1)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        return outcomes

    def test_one_is_refused_and_told_by_whom(self, own_database: str, tmp_path: Path) -> None:
        outcomes = self.race(tmp_path)
        refused = [answer for answer in outcomes if answer is not None]
        assert len(refused) == 1
        assert isinstance(refused[0], UnableToImport)
        assert "登记（待核验）" in refused[0].rows[0].sentence.zh
        assert Station.objects.filter(code="X-1").count() == 1

    def test_without_the_lock_the_constraint_refuses(self, own_database: str, tmp_path: Path) -> None:
        with without_locks():
            outcomes = self.race(tmp_path, patience_s=20)
        refused = [answer for answer in outcomes if answer is not None]
        assert len(refused) == 1
        assert isinstance(refused[0], UnableToRegister)
        assert refused[0].code == "registered_elsewhere"
        assert Station.objects.filter(code="X-1").count() == 1

    def test_without_both_the_station_stands_twice(
        self, own_database: str, server: object, tmp_path: Path
    ) -> None:
        """The race is real: with both guards off it is lost."""
        name = own_database.rsplit("/", 1)[1]
        with psycopg.connect(server.owner(name), autocommit=True) as owner:
            owner.execute("DROP INDEX network_one_living_station_a_code")
            owner.execute("ALTER TABLE network_station DROP CONSTRAINT network_one_station_a_revision")
        with without_locks():
            outcomes = self.race(tmp_path, patience_s=20)
        assert outcomes == [None, None]
        assert Station.objects.filter(code="X-1").count() == 2
