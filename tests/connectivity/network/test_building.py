"""Access boxes, bookings and projects: counted once and exactly, refused whole, corrected, withdrawn."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.connectivity.network.models import AccessBox, Booking, ProjectStage, RecordCorrection
from bangfu.connectivity.network.operations import (
    UnableToRetire,
    assign_station,
    correct_record,
    import_bookings,
    import_boxes,
    reach_stage,
    register_booking,
    register_box,
    register_station,
    retire_box,
    return_records,
    revise_record,
    submit_record,
    verify_records,
    withdraw_record,
)
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import deciding
from tests.cast import CEHENG, GUYUAN, NOW, Cast, enter_cast
from tests.connectivity.network.building import (
    PAPER,
    VOUCHER,
    booking,
    booking_row,
    box,
    box_row,
    posted,
    project,
    received,
    written,
)
from tests.connectivity.network.reporting import details
from tests.foundation.review.looking import looked_at

DAY = date(2019, 9, 12)


def refused(call: Any, code: str) -> Refusal:
    """Carry out what is to be refused, and see that nothing was written."""
    before = written()
    with pytest.raises(Refusal) as caught:
        call()
    assert (caught.value.code, written()) == (code, before)
    return caught.value


def counted_box(cast: Cast, **changes: Any) -> AccessBox:
    """Register, submit and verify one box."""
    found = register_box(details=box(**changes), unit=cast.guizhou, files=(PAPER,), act=cast.act(cast.clerk))
    submit_record(record=found, act=cast.act(cast.clerk))
    verify_records(
        batch=looked_at(Batch.objects.latest("pk"), cast.act(cast.verifier)), act=cast.act(cast.verifier)
    )
    return found


@pytest.mark.django_db
class TestImportBoxes:
    def test_counts_ports_once_verified(self, cast: Cast, tmp_path: Path) -> None:
        rows = [box_row("FX-1"), box_row("FX-2", port_count=64, splitter=None, accepted_on=date(2020, 1, 3))]
        upload = received("network.boxes", rows, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        paper = import_boxes(upload=upload, act=cast.act(cast.clerk))
        assert (paper.record_count, paper.title, posted()) == (2, "表.xlsx", [])
        verify_records(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        unit, source = cast.guizhou.pk, "network.access_box"
        measure = "network.broadband_ports"
        assert posted() == [
            (measure, 16, unit, CEHENG, "FX-1", DAY, source, "FX-1", 1, None),
            (measure, 64, unit, CEHENG, "FX-2", date(2020, 1, 3), source, "FX-2", 1, None),
        ]
        names = (
            "code",
            "revision",
            "unit_id",
            "place_id",
            "port_count",
            "splitter",
            "accepted_on",
            "retired_on",
        )
        assert list(AccessBox.objects.order_by("code").values_list(*names, "upload_id", "registered_at")) == [
            ("FX-1", 1, unit, CEHENG, 16, "1:16", DAY, None, upload.pk, NOW),
            ("FX-2", 1, unit, CEHENG, 64, "", date(2020, 1, 3), None, upload.pk, NOW),
        ]

    def test_a_returned_sheet_is_replaced_by_the_next(self, cast: Cast, tmp_path: Path) -> None:
        clerk = cast.act(cast.clerk)
        first = received("network.boxes", [box_row("FX-1")], unit=cast.guizhou, act=clerk, folder=tmp_path)
        paper = import_boxes(upload=first, act=clerk)
        return_records(batch=paper, remark="端口数不符", act=cast.act(cast.verifier))
        rows = [box_row("FX-1", port_count=32), box_row("FX-2")]
        second = received("network.boxes", rows, unit=cast.guizhou, act=clerk, folder=tmp_path)
        again = import_boxes(upload=second, act=clerk)
        second.refresh_from_db()
        assert second.outcome == {
            "new": 1, "changed": 1, "corrected": 0, "same": 0, "batch": again.pk, "address": f"/review/{again.pk}/",
        }  # fmt: skip
        verify_records(batch=looked_at(again, cast.act(cast.verifier)), act=cast.act(cast.verifier))
        assert [(fact[4], fact[1]) for fact in posted()] == [("FX-1", 32), ("FX-2", 16)]

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"project": "NONE"}, "没有编码为「NONE」的工程"),
            ({"retired_on": date(2019, 9, 11)}, "早于验收日期"),
            ({"accepted_on": date(1989, 1, 1)}, "验收日期早于"),
            ({"port_count": 0}, ""),
        ],
    )
    def test_a_wrong_row_refuses_the_sheet(
        self, cast: Cast, tmp_path: Path, changes: dict[str, Any], sentence: str
    ) -> None:
        rows = [box_row("FX-1"), box_row("FX-2", **changes)]
        clerk = cast.act(cast.clerk)
        upload = received("network.boxes", rows, unit=cast.guizhou, act=clerk, folder=tmp_path)
        refusal = refused(lambda: import_boxes(upload=upload, act=clerk), "rows_refused")
        assert isinstance(refusal, UnableToImport)
        assert (refusal.details["row"], sentence in refusal.details["first"].zh) == (3, True)


@pytest.mark.django_db
class TestRegisterBox:
    def test_is_a_draft_that_counts_nothing(self, cast: Cast) -> None:
        found = register_box(details=box(), unit=cast.guizhou, act=cast.act(cast.clerk))
        assert (found.code, found.port_count, found.upload_id, posted()) == ("GZ-CH-FX-0001", 16, None, [])

    def test_the_same_key_twice_registers_once(self, cast: Cast) -> None:
        act = cast.act(cast.clerk, key="k")
        first = register_box(details=box(), unit=cast.guizhou, act=act)
        assert register_box(details=box(), unit=cast.guizhou, act=act) == first
        assert AccessBox.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"accepted_on": date(2020, 8, 1)}, "in_future"),
            ({"accepted_on": date(1989, 1, 1)}, "too_early"),
            ({"project": "NONE"}, "unknown_project"),
            ({"retired_on": date(2019, 1, 1)}, "retired_before_acceptance"),
        ],
    )
    def test_refuses(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        act = cast.act(cast.clerk)
        refused(lambda: register_box(details=box(**changes), unit=cast.guizhou, act=act), code)

    def test_refuses_what_is_outside_the_unit(self, cast: Cast) -> None:
        away = box(place=Place.objects.get(pk=GUYUAN))
        act = cast.act(cast.clerk)
        refused(lambda: register_box(details=away, unit=cast.guizhou, act=act), "outside_unit")

    def test_refuses_a_code_that_is_there(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        register_box(details=box(), unit=cast.guizhou, act=act)
        refused(lambda: register_box(details=box(), unit=cast.guizhou, act=act), "registered_already")

    def test_refuses_another_units_project(self, cast: Cast) -> None:
        project(cast.office, cast.act(cast.officer))
        said, act = box(project="GZ-2019-07"), cast.act(cast.clerk)
        refused(lambda: register_box(details=said, unit=cast.guizhou, act=act), "project_elsewhere")

    @pytest.mark.parametrize("who", ["clerk_of_yunnan", "auditor", "outsider", "verifier"])
    def test_who_may_not(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotPermitted):
            register_box(details=box(), unit=cast.guizhou, act=cast.act(getattr(cast, who)))
        assert not AccessBox.objects.exists()


@pytest.mark.django_db
class TestReview:
    def test_refuses_to_submit_without_evidence(self, cast: Cast) -> None:
        found = register_box(details=box(), unit=cast.guizhou, act=cast.act(cast.clerk))
        refused(lambda: submit_record(record=found, act=cast.act(cast.clerk)), "evidence_missing")

    def test_review_refuses_what_has_no_evidence(self, cast: Cast) -> None:
        found = register_box(details=box(), unit=cast.guizhou, files=(PAPER,), act=cast.act(cast.clerk))
        submit_record(record=found, act=cast.act(cast.clerk))
        verifier = cast.act(cast.verifier)
        paper = looked_at(Batch.objects.get(), verifier)
        with patch.object(deciding, "has_evidence", lambda *asked: set()):
            refused(lambda: verify_records(batch=paper, act=verifier), "evidence_missing")

    def test_refuses_to_verify_ones_own(self, cast: Cast) -> None:
        found = register_box(details=box(), unit=cast.guizhou, files=(PAPER,), act=cast.act(cast.clerk))
        submit_record(record=found, act=cast.act(cast.clerk))
        with pytest.raises(NotPermitted):
            verify_records(batch=Batch.objects.get(), act=cast.act(cast.clerk))
        assert posted() == []

    def test_a_returned_one_is_revised_and_submitted_again(self, cast: Cast) -> None:
        clerk = cast.act(cast.clerk)
        found = register_box(details=box(), unit=cast.guizhou, files=(PAPER,), act=clerk)
        submit_record(record=found, act=clerk)
        refused(lambda: revise_record(record=found, details=box(port_count=8), act=clerk), "not_open")
        return_records(batch=Batch.objects.get(), remark="端口数不符", act=cast.act(cast.verifier))
        refused(lambda: revise_record(record=found, details=box(), act=clerk), "nothing_changed")
        refused(lambda: revise_record(record=found, details=box("OTHER"), act=clerk), "other_code")
        revise_record(record=found, details=box(port_count=8), act=clerk)
        submit_record(record=found, act=clerk)
        verify_records(
            batch=looked_at(Batch.objects.latest("pk"), cast.act(cast.verifier)), act=cast.act(cast.verifier)
        )
        assert [(fact[1], fact[4]) for fact in posted()] == [(8, "GZ-CH-FX-0001")]


@pytest.mark.django_db
class TestCorrectRecord:
    def test_takes_the_fact_back_and_counts_again_after_review(self, cast: Cast) -> None:
        found = counted_box(cast)
        corrected = correct_record(
            record=found, details=box(port_count=32), reason="wrong_quantity", remark="验收单写的是32口",
            act=cast.act(cast.clerk),
        )  # fmt: skip
        assert [fact[1] for fact in posted()] == [16, -16]
        assert (corrected.revision, RecordCorrection.objects.get().said["port_count"]) == (2, 16)
        verify_records(
            batch=looked_at(Batch.objects.latest("pk"), cast.act(cast.verifier)), act=cast.act(cast.verifier)
        )
        assert [(fact[1], fact[8], fact[9]) for fact in posted()] == [
            (16, 1, None), (-16, 1, "wrong_quantity"), (32, 2, None),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("said", "reason", "remark", "code"),
        [
            ({}, "wrong_quantity", "x", "nothing_changed"),
            ({"port_count": 8}, "withdrawn", "x", "unknown_reason"),
            ({"port_count": 8}, "wrong_quantity", " ", "remark_missing"),
            ({"code": "OTHER"}, "wrong_quantity", "x", "other_code"),
        ],
    )
    def test_refuses(self, cast: Cast, said: dict[str, Any], reason: str, remark: str, code: str) -> None:
        found, act = counted_box(cast), cast.act(cast.clerk)
        refused(
            lambda: correct_record(record=found, details=box(**said), reason=reason, remark=remark, act=act),
            code,
        )

    def test_refuses_what_is_not_counted(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        found = register_box(details=box(), unit=cast.guizhou, act=act)
        refused(
            lambda: correct_record(
                record=found, details=box(port_count=8), reason="wrong_quantity", remark="x", act=act
            ),
            "not_counted",
        )


@pytest.mark.django_db
class TestWithdrawRecord:
    def test_takes_back_what_counted_and_frees_the_code(self, cast: Cast) -> None:
        found, act = counted_box(cast), cast.act(cast.clerk)
        withdraw_record(record=found, reason="duplicate_report", remark="与FX-9重复", act=act)
        assert [(fact[1], fact[9]) for fact in posted()] == [(16, None), (-16, "duplicate_report")]
        refused(
            lambda: withdraw_record(record=found, reason="withdrawn", remark="x", act=act),
            "withdrawn_already",
        )
        counted_box(cast)
        assert [(fact[1], fact[8]) for fact in posted()] == [(16, 1), (-16, 1), (16, 2)]

    def test_refuses_while_it_waits(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        found = register_box(details=box(), unit=cast.guizhou, files=(PAPER,), act=act)
        submit_record(record=found, act=act)
        refused(
            lambda: withdraw_record(record=found, reason="withdrawn", remark="x", act=act), "under_review"
        )

    @pytest.mark.parametrize(
        ("reason", "remark", "code"), [("?", "x", "unknown_reason"), ("withdrawn", "", "remark_missing")]
    )
    def test_refuses_without_reason_or_remark(self, cast: Cast, reason: str, remark: str, code: str) -> None:
        act = cast.act(cast.clerk)
        found = register_box(details=box(), unit=cast.guizhou, act=act)
        refused(lambda: withdraw_record(record=found, reason=reason, remark=remark, act=act), code)


@pytest.mark.django_db
class TestRetireBox:
    def test_changes_no_figure(self, cast: Cast) -> None:
        found, act = counted_box(cast), cast.act(cast.clerk)
        assert retire_box(box=found, on=date(2020, 5, 1), act=act).retired_on == date(2020, 5, 1)
        assert [fact[1] for fact in posted()] == [16]
        refused(lambda: retire_box(box=found, on=date(2020, 6, 1), act=act), "retired_already")

    @pytest.mark.parametrize(
        ("on", "code"), [(date(2019, 9, 11), "before_acceptance"), (date(2020, 8, 1), "in_future")]
    )
    def test_refuses(self, cast: Cast, on: date, code: str) -> None:
        found, act = counted_box(cast), cast.act(cast.clerk)
        assert isinstance(refused(lambda: retire_box(box=found, on=on, act=act), code), UnableToRetire)


@pytest.mark.django_db
class TestBookings:
    def test_money_is_posted_to_the_fen(self, cast: Cast, tmp_path: Path) -> None:
        clerk = cast.act(cast.clerk)
        one = project(cast.guizhou, clerk)
        rows = [booking_row(1), booking_row(2, category="UPGRADE", amount="-0.01")]
        upload = received("network.bookings", rows, unit=cast.guizhou, act=clerk, folder=tmp_path)
        verify_records(
            batch=looked_at(import_bookings(upload=upload, act=clerk), cast.act(cast.verifier)),
            act=cast.act(cast.verifier),
        )
        unit, source, on = cast.guizhou.pk, "network.booking", date(2019, 9, 30)
        first, second = "PZ-201909-0312/1", "PZ-201909-0312/2"
        measure = "network.investment"
        assert posted() == [
            (measure, Decimal("68865.03"), unit, CEHENG, first, on, source, first, 1, None),
            (measure, Decimal("-0.01"), unit, CEHENG, second, on, source, second, 1, None),
        ]
        assert list(Booking.objects.order_by("line_number").values_list("project", "category", "amount_fen")) == [
            (one.pk, "STATION", 6886503), (one.pk, "UPGRADE", -1),
        ]  # fmt: skip

    def test_a_line_stands_in_a_sheet_once(self, cast: Cast, tmp_path: Path) -> None:
        clerk = cast.act(cast.clerk)
        project(cast.guizhou, clerk)
        rows = [booking_row(1), booking_row(1, amount="5")]
        upload = received("network.bookings", rows, unit=cast.guizhou, act=clerk, folder=tmp_path)
        refusal = refused(lambda: import_bookings(upload=upload, act=clerk), "rows_refused")
        assert "不止一次（第 2 行已有）" in refusal.details["first"].zh

    def test_one_by_hand(self, cast: Cast) -> None:
        clerk = cast.act(cast.clerk)
        project(cast.guizhou, clerk)
        found = register_booking(details=booking(), unit=cast.guizhou, files=(VOUCHER,), act=clerk)
        submit_record(record=found, act=clerk)
        verify_records(
            batch=looked_at(Batch.objects.get(), cast.act(cast.verifier)), act=cast.act(cast.verifier)
        )
        assert [(fact[1], fact[4]) for fact in posted()] == [(Decimal("68865.03"), "PZ-201909-0312/1")]

    def test_refuses_nothing_booked(self, cast: Cast) -> None:
        clerk = cast.act(cast.clerk)
        project(cast.guizhou, clerk)
        said = booking(amount_fen=0)
        refused(lambda: register_booking(details=said, unit=cast.guizhou, act=clerk), "nothing_booked")


@pytest.mark.django_db
class TestProjects:
    def test_goes_from_stage_to_stage(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        one = project(cast.guizhou, act)
        for stage, day in (("SURVEY", date(2018, 11, 2)), ("APPROVAL", date(2019, 1, 8)), ("ACCEPTED", DAY)):
            reach_stage(project=one, stage=stage, reached_on=day, act=act)
        assert list(one.stages.order_by("number").values_list("stage", "reached_on")) == [
            ("SURVEY", date(2018, 11, 2)), ("APPROVAL", date(2019, 1, 8)), ("ACCEPTED", DAY),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("stage", "on", "code"),
        [
            ("DESIGN", date(2019, 3, 1), "backwards"),
            ("APPROVAL", date(2019, 3, 1), "backwards"),
            ("ON_AIR", date(2019, 1, 7), "before_earlier"),
            ("ON_AIR", date(2020, 8, 1), "in_future"),
            ("LAUNCH", date(2019, 3, 1), "unknown_stage"),
        ],
    )
    def test_refuses_what_goes_backwards(self, cast: Cast, stage: str, on: date, code: str) -> None:
        act = cast.act(cast.clerk)
        one = project(cast.guizhou, act)
        reach_stage(project=one, stage="APPROVAL", reached_on=date(2019, 1, 8), act=act)
        refused(lambda: reach_stage(project=one, stage=stage, reached_on=on, act=act), code)

    def test_the_database_holds_it_too(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        one = project(cast.guizhou, act)
        reach_stage(project=one, stage="APPROVAL", reached_on=date(2019, 1, 8), act=act)
        with (
            pytest.raises(IntegrityError, match="backwards"),
            transaction.atomic(),
            system_writes("an attack"),
        ):
            ProjectStage.objects.create(
                project=one, number=2, stage="DESIGN", reached_on=date(2019, 2, 1), entered_at=NOW,
                entered_by=cast.clerk,
            )  # fmt: skip

    @pytest.mark.parametrize(
        ("changes", "code"),
        [({"code": " "}, "incomplete"), ({"name": ""}, "incomplete"), ({"budget_fen": 0}, "incomplete")],
    )
    def test_refuses_to_open(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        refused(lambda: project(cast.guizhou, cast.act(cast.clerk), **changes), code)

    def test_refuses_a_place_outside_and_a_code_taken(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        away = Place.objects.get(pk=GUYUAN)
        refused(lambda: project(cast.guizhou, act, place=away), "outside_unit")
        project(cast.guizhou, act)
        refused(lambda: project(cast.guizhou, act), "code_taken")

    def test_takes_a_station_of_its_unit(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        station = register_station(details=details(CEHENG), unit=cast.guizhou, act=act)
        one = project(cast.guizhou, act)
        assert assign_station(station=station, project=one, act=act).project == one
        refused(lambda: assign_station(station=station, project=one, act=act), "assigned_already")
        other = project(cast.office, cast.act(cast.officer), code="HQ-1")
        refused(lambda: assign_station(station=station, project=other, act=act), "other_unit")


class TestTwoAtOnce:
    def test_one_code_is_registered_once(self, own_database: str) -> None:
        cast = enter_cast()
        answers: list[str] = []

        def register() -> None:
            try:
                register_box(details=box("FX-1"), unit=cast.guizhou, act=cast.act(cast.clerk))
                answers.append("done")
            except Refusal as refusal:
                answers.append(refusal.code)
            finally:
                connection.close()

        threads = [threading.Thread(target=register) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["done", "registered_already"]
        assert AccessBox.objects.count() == 1
