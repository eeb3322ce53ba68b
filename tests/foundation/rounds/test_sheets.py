"""A round that asks for a sheet of a room: imported as ever, counted into the return, summed from facts, and locked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.connectivity.network.operations import verify_stations, withdraw_station
from bangfu.foundation.intake.layouts import UnknownLayout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rounds.consolidating import Standing, sums_of
from bangfu.foundation.rounds.models import ReturnSheet, ReturnState, Round
from bangfu.foundation.rounds.operations import (
    accept_returns,
    leave_sheet_out,
    lock_round,
    sign_nil,
    submit_return,
    take_back_return,
    take_sheet,
)
from bangfu.foundation.rounds.sheets import layouts_to_ask, sheets_offered
from tests.cast import Cast
from tests.connectivity.network.reporting import Row, Sheet, imported, station
from tests.foundation.review.looking import looked_at
from tests.foundation.rounds.asking import IN_TIME, LATE, counts, opened, owed_by, scheduled
from tests.foundation.rounds.test_operations import refused

pytestmark = pytest.mark.django_db
STATIONS, COUNTED = "network.stations", "network.base_stations"
AFTER = datetime(2020, 7, 25, 2, 0, tzinfo=UTC)
JUNE_ROWS = Sheet(
    [
        Row("GZ-CH-0001", on_air_on=date(2020, 6, 2), accepted_on=date(2020, 6, 12)),
        Row("GZ-CH-0002", site_code="TT-2", on_air_on=date(2020, 6, 2), accepted_on=date(2020, 6, 30)),
        Row("GZ-CH-0003", site_code="TT-3", on_air_on=date(2020, 6, 2), accepted_on=date(2020, 7, 1)),
    ]
)


def asked_for_stations(cast: Cast) -> Round:
    """Let the officer ask the branches for June's acceptance sheets."""
    return opened(cast, measures=(), layouts=(STATIONS,))


def sheet_of_june(cast: Cast, folder: Path, sheet: Sheet = JUNE_ROWS) -> tuple[Upload, Batch]:
    """Let the clerk import the sheet; its three stations wait on one paper."""
    paper = imported(sheet, unit=cast.guizhou, act=cast.act(cast.clerk, at=IN_TIME), folder=folder)
    return Upload.objects.get(), paper


def clerk(cast: Cast, at: datetime = IN_TIME) -> Act:
    """Return an act of the clerk of 贵州."""
    return cast.act(cast.clerk, at=at)


def test_sheets_of_work_may_be_asked_for_and_those_of_reporting_not(cast: Cast) -> None:
    codes = layouts_to_ask()
    assert STATIONS in codes
    assert "targets.targets" not in codes
    refused_code = refused(
        lambda: scheduled(cast, measures=(), layouts=("targets.targets",)), "unknown_layout"
    )
    assert isinstance(refused_code, UnknownLayout)
    refused(lambda: scheduled(cast, measures=(), layouts=()), "no_measure")
    made = scheduled(cast, measures=(), layouts=(STATIONS, STATIONS))
    assert (made.measures, made.layouts) == ([], [STATIONS])


def test_june_is_imported_returned_summed_and_locked(cast: Cast, tmp_path: Path) -> None:
    asked = asked_for_stations(cast)
    owed, yunnan = owed_by(asked, cast.guizhou), owed_by(asked, cast.yunnan)
    missing = refused(lambda: submit_return(unit_return=owed, act=clerk(cast)), "sheet_missing")
    assert "新建无线基站验收表" in missing.sentence.zh
    upload, paper = sheet_of_june(cast, tmp_path)
    assert list(sheets_offered(owed)) == [upload]
    take_sheet(unit_return=owed, upload=upload, act=clerk(cast))
    assert list(sheets_offered(owed)) == []
    submit_return(unit_return=owed, act=clerk(cast))
    assert owed_by(asked, cast.guizhou).state == ReturnState.RETURNED
    sign_nil(unit_return=yunnan, is_confirmed=True, act=cast.act(cast.clerk_of_yunnan, at=LATE))
    officer = cast.act(cast.officer, at=AFTER)
    accept_returns(round=asked, returns=[owed.pk], act=officer)

    # The three stations wait for review: what is not verified is not consolidated.
    waiting = refused(lambda: lock_round(round=asked, act=officer), "records_waiting")
    assert "3" in waiting.sentence.zh
    act = cast.act(cast.verifier)
    verify_stations(batch=looked_at(paper, act), act=act)
    # Two were accepted in June; the third counts in July, whatever sheet it came on.
    units = [cast.guizhou.pk, cast.yunnan.pk]
    assert sums_of(asked, units) == {(cast.guizhou.pk, COUNTED, "VERIFIED"): Standing(2, Decimal(2))}
    lock_round(round=asked, act=officer)
    assert Round.objects.get(pk=asked.pk).locked_sums == {COUNTED: "2.0000"}
    refused(lambda: leave_sheet_out(unit_return=owed, upload=upload, act=clerk(cast)), "locked")

    # Daily work goes on after the lock, and the sums say what it changed.
    withdraw_station(
        station=station("GZ-CH-0001"), reason="wrong_unit", remark="来函", act=clerk(cast, AFTER)
    )
    client = Client()
    client.force_login(cast.officer)
    page = client.get(reverse("rounds:sums", args=[asked.pk])).content.decode()
    assert "锁定时 2 个，现在 1 个" in page
    facts = client.get(reverse("rounds:records", args=[asked.pk]), {"measure": COUNTED}).content.decode()
    assert "GZ-CH-0002" in facts
    assert "GZ-CH-0001" not in facts
    assert "GZ-CH-0003" not in facts


class TestTakeSheet:
    def test_is_counted_into_one_return_alone_and_comes_out_again(self, cast: Cast, tmp_path: Path) -> None:
        owed = owed_by(asked_for_stations(cast), cast.guizhou)
        again = owed_by(asked_for_stations(cast), cast.guizhou)
        upload, _ = sheet_of_june(cast, tmp_path)
        act = cast.act(cast.clerk, at=IN_TIME, key="take")
        first = take_sheet(unit_return=owed, upload=upload, act=act)
        assert take_sheet(unit_return=owed, upload=upload, act=act) == first
        assert list(ReturnSheet.objects.values_list("unit_return", "upload", "taken_by")) == [
            (owed.pk, upload.pk, cast.clerk.pk)
        ]
        told = refused(lambda: take_sheet(unit_return=again, upload=upload, act=clerk(cast)), "taken_already")
        assert "2020年6月" in told.sentence.zh
        refused(lambda: leave_sheet_out(unit_return=again, upload=upload, act=clerk(cast)), "not_there")
        leave_sheet_out(unit_return=owed, upload=upload, act=clerk(cast))
        take_sheet(unit_return=again, upload=upload, act=clerk(cast))

    def test_refuses_what_does_not_belong(self, cast: Cast, tmp_path: Path) -> None:
        asked = asked_for_stations(cast)
        plain = owed_by(opened(cast), cast.guizhou)
        upload, _ = sheet_of_june(cast, tmp_path)
        refused(lambda: take_sheet(unit_return=plain, upload=upload, act=clerk(cast)), "not_asked")
        of_yunnan = cast.act(cast.clerk_of_yunnan, at=IN_TIME)
        yunnan = owed_by(asked, cast.yunnan)
        refused(lambda: take_sheet(unit_return=yunnan, upload=upload, act=of_yunnan), "other_unit")
        sign_nil(unit_return=yunnan, is_confirmed=True, act=of_yunnan)
        refused(lambda: take_sheet(unit_return=yunnan, upload=upload, act=of_yunnan), "returned_already")

    def test_an_outsider_may_not(self, cast: Cast, tmp_path: Path) -> None:
        owed = owed_by(asked_for_stations(cast), cast.guizhou)
        upload, _ = sheet_of_june(cast, tmp_path)
        before = counts()
        refused(
            lambda: take_sheet(unit_return=owed, upload=upload, act=cast.act(cast.outsider)), "out_of_scope"
        )
        assert counts() == before


class TestNothingOf:
    def test_a_sheet_of_which_there_was_nothing_is_said(self, cast: Cast, tmp_path: Path) -> None:
        asked = opened(cast, measures=(), layouts=(STATIONS, "network.boxes"))
        owed = owed_by(asked, cast.guizhou)
        upload, _ = sheet_of_june(cast, tmp_path)
        take_sheet(unit_return=owed, upload=upload, act=clerk(cast))
        refused(lambda: submit_return(unit_return=owed, act=clerk(cast)), "sheet_missing")
        both_of = (STATIONS, "network.boxes")
        refused(lambda: submit_return(unit_return=owed, nothing_of=both_of, act=clerk(cast)), "sheet_there")
        strange = ("network.sites",)
        refused(lambda: submit_return(unit_return=owed, nothing_of=strange, act=clerk(cast)), "not_a_sheet")
        refused(lambda: sign_nil(unit_return=owed, is_confirmed=True, act=clerk(cast)), "records_exist")
        done = submit_return(unit_return=owed, nothing_of=("network.boxes",), act=clerk(cast))
        assert (done.state, done.nothing_of) == ("RETURNED", ["network.boxes"])
        assert take_back_return(unit_return=owed, act=clerk(cast)).nothing_of == []

    def test_nothing_of_anything_is_a_nil_return(self, cast: Cast) -> None:
        owed = owed_by(asked_for_stations(cast), cast.guizhou)
        refused(lambda: submit_return(unit_return=owed, nothing_of=(STATIONS,), act=clerk(cast)), "nothing")


def test_pages_offer_the_sheet_and_take_it(cast: Cast, tmp_path: Path) -> None:
    asked = asked_for_stations(cast)
    owed = owed_by(asked, cast.guizhou)
    upload, _ = sheet_of_june(cast, tmp_path)
    client = Client()
    client.force_login(cast.clerk)
    address = reverse("rounds:return", args=[owed.pk])
    assert "计入这一期" in client.get(address).content.decode()
    client.post(reverse("rounds:take_sheet", args=[owed.pk]), {"upload": upload.pk})
    assert ReturnSheet.objects.get().unit_return == owed
    shown = client.get(address).content.decode()
    assert (upload.name in shown, "移出" in shown, "本期没有：" in shown) == (True, True, False)
    client.post(reverse("rounds:leave_sheet_out", args=[owed.pk]), {"upload": upload.pk})
    assert not ReturnSheet.objects.exists()
    assert "本期没有：新建无线基站验收表" in client.get(address).content.decode()
