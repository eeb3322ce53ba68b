"""Each operation: what it leaves, each refusal with nothing written, who may, the same request twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.operations import take_back_import
from bangfu.foundation.intake.reported.operations import submit_reported, withdraw_reported
from bangfu.foundation.notices.models import Notice
from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rounds.calendar import due_to_open, run_daily
from bangfu.foundation.rounds.consolidating import sums_of
from bangfu.foundation.rounds.models import Chase, Draft, ReturnState, Round, Schedule
from bangfu.foundation.rounds.operations import (
    accept_returns,
    add_file,
    amend_return,
    ask_unlock,
    chase_round,
    extend_return,
    lock_round,
    make_schedule,
    open_round,
    remind_round,
    save_rows,
    send_back_return,
    sign_nil,
    stop_schedule,
    submit_return,
    take_back_return,
    unlock_round,
)
from bangfu.foundation.rounds.rows import GridRow, checked_grid, rows_of
from tests.cast import FOUNDED, Cast
from tests.foundation.intake.reported.reporting import RELIEF, Row
from tests.foundation.intake.reported.test_taking_back import verified as verified_import
from tests.foundation.rounds.asking import (
    IN_TIME,
    JUNE,
    LATE,
    by_hand,
    counts,
    opened,
    owed_by,
    said,
    scheduled,
    typed,
    with_file,
)

pytestmark = pytest.mark.django_db
AFTER = datetime(2020, 7, 25, 2, 0, tzinfo=UTC)


def refused(call: Callable[[], object], code: str) -> Refusal:
    """Return the refusal of a call, which has this code and left nothing behind."""
    before = counts()
    with pytest.raises(Refusal) as answer:
        call()
    assert answer.value.code == code
    assert answer.value.sentence.zh
    assert answer.value.sentence.en
    assert counts() == before
    return answer.value


class TestMakeSchedule:
    def test_keeps_what_is_asked(self, cast: Cast) -> None:
        made = scheduled(cast)
        assert (made.measures, made.level, made.chosen, made.every, made.due_days, made.grace_days) == (
            [RELIEF], "PROVINCE", [], "MONTH", 5, 1,
        )  # fmt: skip
        assert (made.unit, made.responsible, made.made_by) == (cast.group, cast.officer, cast.officer)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"title": " "}, "title_missing"),
            ({"measures": ()}, "no_measure"),
            ({"measures": ("network.base_stations",)}, "not_reported"),
            ({"level": ""}, "nobody"),
            ({"level": "VILLAGE"}, "nobody"),
            ({"every": "WEEK"}, "unknown_every"),
            ({"starts_on": date(9999, 12, 1)}, "start"),
            ({"due_days": 0}, "days"),
            ({"grace_days": 31}, "days"),
            ({"ends_on": JUNE}, "period"),
        ],
    )
    def test_refuses_what_cannot_be_asked(self, cast: Cast, changes: dict[str, object], code: str) -> None:
        refused(lambda: scheduled(cast, **changes), code)

    def test_refuses_a_unit_that_stands_elsewhere(self, cast: Cast) -> None:
        details = said(level="", chosen=(cast.yunnan.pk,))
        act = cast.act(cast.officer)
        found = refused(
            lambda: make_schedule(details=details, unit=cast.guizhou, responsible=cast.officer, act=act),
            "outside",
        )
        assert "云南省分公司" in found.sentence.zh

    def test_refuses_somebody_who_may_not_accept(self, cast: Cast) -> None:
        act = cast.act(cast.officer)
        refused(
            lambda: make_schedule(details=said(), unit=cast.group, responsible=cast.clerk, act=act),
            "may_not_accept",
        )

    def test_a_clerk_may_not(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            make_schedule(
                details=said(), unit=cast.guizhou, responsible=cast.officer, act=cast.act(cast.clerk)
            )

    def test_the_same_request_makes_one(self, cast: Cast) -> None:
        act = cast.act(cast.officer, key="schedule-1")
        first, second = (
            make_schedule(details=said(), unit=cast.group, responsible=cast.officer, act=act)
            for _ in range(2)
        )
        assert first.pk == second.pk
        assert Schedule.objects.count() == 1

    def test_stopped_opens_nothing_more(self, cast: Cast) -> None:
        made, act = scheduled(cast), cast.act(cast.officer)
        stop_schedule(schedule=made, act=act)
        refused(lambda: stop_schedule(schedule=made, act=act), "stopped_already")
        refused(lambda: open_round(schedule=made, starts_on=JUNE, act=act), "stopped")
        assert due_to_open(date(2020, 9, 1)) == []


class TestOpenRound:
    def test_asks_each_unit_and_tells_its_clerk(self, cast: Cast) -> None:
        asked = opened(cast)
        assert (asked.starts_on, asked.ends_on, asked.due_on, asked.grace_days) == (
            JUNE, date(2020, 7, 1), date(2020, 7, 5), 1,
        )  # fmt: skip
        told = Notice.objects.order_by("account__username").values_list(
            "account__username", "kind", "body_zh"
        )
        body = "「扶贫套餐减免月报」2020年6月开始报送，截止 2020-07-05。"
        assert list(told) == [("duanqing", "rounds.opened", body), ("weilan", "rounds.opened", body)]

    @pytest.mark.parametrize(
        ("starts_on", "code"),
        [
            (date(2020, 6, 2), "no_period"),
            (date(2020, 5, 1), "outside"),
            (date(2020, 8, 1), "not_begun"),
        ],
    )
    def test_refuses_what_is_no_period_of_it(self, cast: Cast, starts_on: date, code: str) -> None:
        made = scheduled(cast)
        refused(lambda: open_round(schedule=made, starts_on=starts_on, act=cast.act(cast.officer)), code)

    def test_refuses_a_second_one_and_one_of_nobody(self, cast: Cast) -> None:
        asked = opened(cast)
        act = cast.act(cast.officer)
        refused(lambda: open_round(schedule=asked.schedule, starts_on=JUNE, act=act), "opened_already")
        nobody = scheduled(cast, level="PREFECTURE")
        refused(lambda: open_round(schedule=nobody, starts_on=JUNE, act=act), "nobody")

    def test_thousands_are_asked_chased_and_summed_in_as_many_statements(self, cast: Cast) -> None:
        taken, taken_by_pages = [], []
        for size in (1, 3, 40):
            with system_writes("companies of a branch"):
                for number in range(size):
                    enter_unit(
                        code=f"Q{size}-{number}", name_zh=f"{size}市{number}", name_en=f"City {size} {number}",
                        kind=Unit.Kind.PREFECTURE, parent=cast.guizhou, place=None, starts_on=FOUNDED,
                    )  # fmt: skip
            schedule, act = scheduled(cast, level="PREFECTURE"), cast.act(cast.officer)
            with CaptureQueriesContext(connection) as queries:
                asked = open_round(schedule=schedule, starts_on=JUNE, act=act)
                chased = chase_round(round=asked, act=act)
                sums_of(asked, list(asked.returns.values_list("unit", flat=True)))
            taken_by_pages.append(self.statements_of_pages(cast, asked))
            taken.append((asked.returns.count(), chased.count, len(queries)))
        assert [(one[0], one[1]) for one in taken] == [(1, 1), (4, 4), (44, 44)]
        assert taken[1][2] == taken[2][2]  # the first looks measures up once for all
        assert taken_by_pages[1] == taken_by_pages[2]

    def statements_of_pages(self, cast: Cast, asked: Round) -> list[int]:
        """Return the statements of a round's page, its list as a file, its sums, accepting all and locking."""
        with system_writes("all hand in"):
            handed_in = {"state": "RETURNED", "returned_at": IN_TIME, "returned_by": cast.clerk}
            asked.returns.update(**handed_in)
        client, act = Client(), cast.act(cast.officer, at=AFTER)
        client.force_login(cast.officer)
        page, keys = f"/rounds/{asked.pk}/", list(asked.returns.values_list("pk", flat=True))
        steps: tuple[Callable[[], object], ...] = (
            lambda: client.get(page).content,
            lambda: b"".join(client.get(f"{page}returns.csv")),
            lambda: client.get(f"{page}sums").content,
            lambda: accept_returns(round=asked, returns=keys, act=act),
            lambda: lock_round(round=asked, act=act),
        )
        found = []
        for step in steps:
            with CaptureQueriesContext(connection) as queries:
                step()
            found.append(len(queries))
        return found


class TestCalendar:
    def test_opens_what_is_over_and_reminds_once_before_and_after(self, cast: Cast) -> None:
        scheduled(cast)
        assert run_daily(datetime(2020, 6, 30, 2, tzinfo=UTC)) == (0, 0)
        assert run_daily(datetime(2020, 7, 1, 2, tzinfo=UTC)) == (1, 0)
        assert run_daily(datetime(2020, 7, 2, 2, tzinfo=UTC)) == (0, 1)
        assert run_daily(datetime(2020, 7, 3, 2, tzinfo=UTC)) == (0, 0)
        assert run_daily(datetime(2020, 7, 6, 2, tzinfo=UTC)) == (0, 1)
        assert run_daily(datetime(2020, 7, 31, 2, tzinfo=UTC)) == (0, 0)
        assert list(Chase.objects.order_by("pk").values_list("kind", "count", "chased_by__username")) == [
            ("BEFORE", 2, "rounds-calendar"), ("AFTER", 2, "rounds-calendar"),
        ]  # fmt: skip

    def test_a_person_does_not_remind_and_the_calendar_not_twice(self, cast: Cast) -> None:
        asked = opened(cast)
        with pytest.raises(NotPermitted):
            remind_round(round=asked, kind="AFTER", act=cast.act(cast.officer))


class TestChaseRound:
    def test_refuses_when_nobody_owes(self, cast: Cast) -> None:
        asked = opened(cast)
        for unit, account in ((cast.guizhou, cast.clerk), (cast.yunnan, cast.clerk_of_yunnan)):
            sign_nil(unit_return=owed_by(asked, unit), is_confirmed=True, act=cast.act(account, at=IN_TIME))
        refused(lambda: chase_round(round=asked, act=cast.act(cast.officer)), "nobody_owes")


class TestSaveRows:
    def test_keeps_texts_and_no_record(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        typed(cast, owed, {"quantity": "约三千"})
        assert (owed_by(owed.round, cast.guizhou).state, ReportedRecord.objects.count()) == ("DRAFTED", 0)
        rows, revision = rows_of(owed, RELIEF, date(2020, 7, 3))
        assert (rows[0].cells["quantity"], revision) == ("约三千", 1)
        problems = checked_grid(owed, RELIEF, rows, IN_TIME).problems
        assert {one.column for one in problems} == {"quantity", "evidence"}

    def test_keeps_no_identity_number(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        typed(cast, owed, {"quantity": "5", "title": "张某 11010119900307123X 减免"})
        assert "11010119900307123X" not in str(Draft.objects.get().rows)

    def test_refuses_another_windows_rows_over_newer_ones(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        typed(cast, owed, {"quantity": "5"})
        refused(lambda: typed(cast, owed, {"quantity": "6"}), "changed_meanwhile")

    def test_refuses_what_is_not_asked_what_is_personal_and_too_much(self, cast: Cast) -> None:
        asked = opened(cast, measures=(RELIEF, "grants.students"))
        owed, act = owed_by(asked, cast.guizhou), cast.act(cast.clerk)

        def saved(measure: str, count: int = 1) -> Callable[[], object]:
            rows = [GridRow(number, {"quantity": "1"}) for number in range(1, count + 1)]
            return lambda: save_rows(unit_return=owed, measure=measure, rows=rows, revision=0, act=act)

        refused(saved("telemedicine.hospitals"), "not_asked")
        refused(saved("grants.students"), "no_grid")
        refused(saved(RELIEF, 101), "too_many_rows")

    def test_another_branch_may_not(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        with pytest.raises(NotPermitted):
            save_rows(
                unit_return=owed, measure=RELIEF, rows=[], revision=0, act=cast.act(cast.clerk_of_yunnan)
            )

    def test_evidence_has_one_name_and_stands_in_the_rows(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        typed(cast, owed, {"quantity": "5"})
        with_file(cast, owed)
        refused(lambda: with_file(cast, owed), "file_there")
        rows, _ = rows_of(owed, RELIEF, date(2020, 7, 3))
        assert rows[0].cells["evidence"] == "slip.txt"


class TestSubmitReturn:
    def test_refuses_nothing_wrong_cells_and_a_day_outside(self, cast: Cast) -> None:
        owed, act = owed_by(opened(cast), cast.guizhou), cast.act(cast.clerk, at=IN_TIME)
        refused(lambda: submit_return(unit_return=owed, act=act), "nothing")
        with_file(cast, owed)
        typed(cast, owed, {"quantity": "5"}, {"quantity": "x", "place": "大理市"})
        found = refused(lambda: submit_return(unit_return=owed, act=act), "rows_refused")
        assert found.details["count"] == 2
        typed(cast, owed, {"quantity": "5", "happened_on": "2020-05-31"}, revision=1)
        refused(lambda: submit_return(unit_return=owed, act=act), "rows_refused")

    def test_takes_drafts_and_returned_records_along_and_leaves_untouched_rows(self, cast: Cast) -> None:
        record = by_hand(cast)
        owed, act = owed_by(opened(cast), cast.guizhou), cast.act(cast.clerk, at=IN_TIME)
        typed(cast, owed, {})
        assert owed_by(owed.round, cast.guizhou).state == ReturnState.WAITING
        submit_return(unit_return=owed, act=act)
        assert list(Batch.objects.get().reviews.values_list("record_id", flat=True)) == [record.pk]
        assert ReportedRecord.objects.count() == 1

    def test_with_nothing_left_to_submit_it_signs_that_it_is_complete(self, cast: Cast) -> None:
        record, act = by_hand(cast), cast.act(cast.clerk, at=IN_TIME)
        submit_reported(record=record, act=act)
        owed = owed_by(opened(cast), cast.guizhou)
        signed = submit_return(unit_return=owed, act=act)
        assert (signed.state, signed.returned_by, Batch.objects.count()) == ("RETURNED", cast.clerk, 1)
        refused(lambda: submit_return(unit_return=owed, act=act), "returned_already")
        refused(lambda: typed(cast, owed, {"quantity": "5"}), "returned_already")

    def test_refuses_a_draft_without_evidence(self, cast: Cast) -> None:
        from bangfu.foundation.intake.reported.operations import register_reported
        from tests.foundation.intake.reported.reporting import details

        act = cast.act(cast.clerk, at=IN_TIME)
        said_of_it = details(reference="GZ-X", happened_on=date(2020, 6, 3))
        register_reported(measure=RELIEF, details=said_of_it, unit=cast.guizhou, act=act)
        owed = owed_by(opened(cast), cast.guizhou)
        assert refused(lambda: submit_return(unit_return=owed, act=act), "evidence_missing").details == {
            "count": 1, "reference": "GZ-X",
        }  # fmt: skip


class TestSignNil:
    def test_is_signed_by_a_person_once(self, cast: Cast) -> None:
        owed, act = owed_by(opened(cast), cast.guizhou), cast.act(cast.clerk, key="nil-1", at=IN_TIME)
        for _ in range(2):
            signed = sign_nil(unit_return=owed, is_confirmed=True, act=act)
        assert (signed.state, signed.returned_by, signed.returned_at) == ("NIL", cast.clerk, IN_TIME)
        other = cast.act(cast.clerk, at=IN_TIME)
        refused(lambda: sign_nil(unit_return=owed, is_confirmed=True, act=other), "returned_already")

    def test_refuses_without_confirmation_and_before_the_end(self, cast: Cast) -> None:
        owed, act = owed_by(opened(cast), cast.guizhou), cast.act(cast.clerk, at=IN_TIME)
        refused(lambda: sign_nil(unit_return=owed, is_confirmed=False, act=act), "not_confirmed")
        july = owed_by(opened(cast, date(2020, 7, 1)), cast.guizhou)
        refused(lambda: sign_nil(unit_return=july, is_confirmed=True, act=act), "period_runs")

    def test_refuses_when_there_is_something(self, cast: Cast) -> None:
        owed, act = owed_by(opened(cast), cast.guizhou), cast.act(cast.clerk, at=IN_TIME)
        typed(cast, owed, {"quantity": "5"})
        refused(lambda: sign_nil(unit_return=owed, is_confirmed=True, act=act), "rows_typed")
        by_hand(cast)
        refused(lambda: sign_nil(unit_return=owed, is_confirmed=True, act=act), "records_exist")

    def test_a_record_is_refused_until_it_is_taken_back(self, cast: Cast) -> None:
        owed, act = owed_by(opened(cast), cast.guizhou), cast.act(cast.clerk, at=IN_TIME)
        sign_nil(unit_return=owed, is_confirmed=True, act=act)
        record = by_hand(cast)
        refused(lambda: submit_reported(record=record, act=act), "nil_signed")
        assert take_back_return(unit_return=owed, act=act).state == ReturnState.DRAFTED
        submit_reported(record=record, act=act)
        refused(lambda: take_back_return(unit_return=owed, act=act), "not_returned")


class TestDecide:
    def test_nobody_accepts_their_own_or_what_is_owed(self, cast: Cast) -> None:
        by_hand(cast)
        asked = opened(cast)
        owed, officer = owed_by(asked, cast.guizhou), cast.act(cast.officer)
        refused(lambda: accept_returns(round=asked, returns=[], act=officer), "none_chosen")
        refused(lambda: accept_returns(round=asked, returns=[owed.pk], act=officer), "not_returned")
        refused(lambda: send_back_return(unit_return=owed, remark="缺附件", act=officer), "not_returned")
        submit_return(unit_return=owed, act=cast.act(cast.clerk, at=IN_TIME))
        with pytest.raises(NotPermitted):
            accept_returns(round=asked, returns=[owed.pk], act=cast.act(cast.clerk))
        assert accept_returns(round=asked, returns=[owed.pk], act=officer) == 1

    def test_an_officer_who_signed_for_a_unit_leaves_it_to_another(self, cast: Cast) -> None:
        asked = opened(cast)
        owed, officer = owed_by(asked, cast.guizhou), cast.act(cast.officer, at=IN_TIME)
        by_hand(cast)
        submit_return(unit_return=owed, act=officer)
        refused(lambda: accept_returns(round=asked, returns=[owed.pk], act=officer), "same_person")
        refused(lambda: send_back_return(unit_return=owed, remark="x", act=officer), "same_person")

    def test_sent_back_says_why_and_tells_who_signed(self, cast: Cast) -> None:
        owed, officer = owed_by(opened(cast), cast.guizhou), cast.act(cast.officer)
        sign_nil(unit_return=owed, is_confirmed=True, act=cast.act(cast.clerk, at=IN_TIME))
        refused(lambda: send_back_return(unit_return=owed, remark=" ", act=officer), "remark_missing")
        back = send_back_return(unit_return=owed, remark="账单里有", act=officer)
        assert (back.state, back.remark, back.decided_by) == ("SENT_BACK", "账单里有", cast.officer)
        told = Notice.objects.filter(kind="rounds.sent_back").values_list("account__username", flat=True)
        assert list(told) == ["weilan"]

    def test_more_time_is_later_and_has_a_reason(self, cast: Cast) -> None:
        asked = opened(cast)
        owed, act = owed_by(asked, cast.guizhou), cast.act(cast.officer)
        refused(
            lambda: extend_return(unit_return=owed, due_on=date(2020, 7, 5), reason="汛期", act=act),
            "not_later",
        )
        refused(
            lambda: extend_return(unit_return=owed, due_on=date(2020, 7, 9), reason="", act=act),
            "reason_missing",
        )
        far = date(9999, 12, 31)
        refused(lambda: extend_return(unit_return=owed, due_on=far, reason="x", act=act), "too_long")
        given = extend_return(unit_return=owed, due_on=date(2020, 7, 9), reason="汛期", act=act)
        assert (given.due_on, given.extension_reason) == (date(2020, 7, 9), "汛期")
        sign_nil(unit_return=owed, is_confirmed=True, act=cast.act(cast.clerk, at=IN_TIME))
        refused(
            lambda: extend_return(unit_return=owed, due_on=date(2020, 7, 10), reason="x", act=act), "not_owed"
        )


class TestLockRound:
    def test_refuses_while_something_is_open(self, cast: Cast) -> None:
        asked, act = opened(cast), cast.act(cast.officer, at=LATE)
        by_hand(cast)
        owed = owed_by(asked, cast.guizhou)
        july = opened(cast, date(2020, 7, 1))
        refused(lambda: lock_round(round=july, act=act), "period_runs")
        refused(lambda: lock_round(round=asked, act=act), "missing")
        submit_return(unit_return=owed, act=cast.act(cast.clerk, at=IN_TIME))
        refused(lambda: lock_round(round=asked, without_missing=True, act=act), "undecided")
        accept_returns(round=asked, returns=[owed.pk], act=act)
        refused(lambda: lock_round(round=asked, without_missing=True, act=act), "records_waiting")

    def test_a_locked_period_is_closed_at_every_door(self, cast: Cast) -> None:
        asked, act = opened(cast), cast.act(cast.officer, at=LATE)
        clerk = cast.act(cast.clerk, at=AFTER)
        owed = owed_by(asked, cast.guizhou)
        refused(lambda: amend_return(unit_return=owed, reason="迟到", act=clerk), "not_locked")
        refused(lambda: ask_unlock(round=asked, reason="x", act=act), "not_locked")
        lock_round(round=asked, without_missing=True, act=act)
        refused(lambda: lock_round(round=asked, act=act), "locked_already")
        refused(lambda: chase_round(round=asked, act=act), "locked")
        record = by_hand(cast, at=AFTER)
        refused(lambda: submit_reported(record=record, act=clerk), "period_locked")
        for call in (
            lambda: submit_return(unit_return=owed, act=clerk),
            lambda: sign_nil(unit_return=owed, is_confirmed=True, act=clerk),
            lambda: take_back_return(unit_return=owed, act=clerk),
            lambda: extend_return(unit_return=owed, due_on=date(2020, 8, 9), reason="x", act=act),
            lambda: send_back_return(unit_return=owed, remark="x", act=act),
            lambda: accept_returns(round=asked, returns=[owed.pk], act=act),
        ):
            refused(call, "locked")
        refused(lambda: amend_return(unit_return=owed, reason=" ", act=clerk), "reason_missing")
        amend_return(unit_return=owed, reason="迟到", act=clerk)
        refused(lambda: amend_return(unit_return=owed, reason="迟到", act=clerk), "nothing")

    def test_a_counted_record_of_it_is_not_withdrawn(self, cast: Cast) -> None:
        from tests.foundation.intake.reported.reporting import verified

        record = verified(cast, happened_on=date(2020, 6, 9))
        asked, act = opened(cast), cast.act(cast.officer, at=LATE)
        submit_return(unit_return=owed_by(asked, cast.guizhou), act=cast.act(cast.clerk, at=IN_TIME))
        accept_returns(round=asked, returns=[owed_by(asked, cast.guizhou).pk], act=act)
        lock_round(round=asked, without_missing=True, act=act)
        clerk = cast.act(cast.clerk, at=AFTER)
        refused(
            lambda: withdraw_reported(record=record, reason="duplicate_report", remark="重复", act=clerk),
            "period_locked",
        )

    def test_an_import_of_it_is_not_taken_back(self, cast: Cast, tmp_path: Path) -> None:
        upload = verified_import(cast, tmp_path, [Row("GZ-1", happened_on=date(2020, 6, 9))])
        asked, act = opened(cast), cast.act(cast.officer, at=LATE)
        submit_return(unit_return=owed_by(asked, cast.guizhou), act=cast.act(cast.clerk, at=IN_TIME))
        accept_returns(round=asked, returns=[owed_by(asked, cast.guizhou).pk], act=act)
        lock_round(round=asked, without_missing=True, act=act)
        clerk, before = cast.act(cast.clerk, at=AFTER), counts()
        refused(lambda: take_back_import(upload=upload, because="重复上报", act=clerk), "period_locked")
        assert counts() == before
        assert ReportedRecord.objects.get(upload=upload).withdrawn_at is None
        unlocking = ask_unlock(round=asked, reason="更正", act=act)
        unlock_round(unlocking=unlocking, act=cast.act(cast.verifier, at=AFTER))
        take_back_import(upload=upload, because="重复上报", act=clerk)
        assert ReportedRecord.objects.get(upload=upload).withdrawn_at is not None

    def test_unlocking_takes_two(self, cast: Cast) -> None:
        asked, act = opened(cast), cast.act(cast.officer, at=LATE)
        lock_round(round=asked, without_missing=True, act=act)
        refused(lambda: ask_unlock(round=asked, reason="", act=act), "reason_missing")
        asking = ask_unlock(round=asked, reason="更正", act=act)
        refused(lambda: ask_unlock(round=asked, reason="更正", act=act), "asked_already")
        refused(lambda: unlock_round(unlocking=asking, act=act), "same_person")
        unlock_round(unlocking=asking, act=cast.act(cast.verifier, at=AFTER))
        assert Round.objects.get(pk=asked.pk).state == Round.State.OPEN
        refused(
            lambda: unlock_round(unlocking=asking, act=cast.act(cast.verifier, at=AFTER)), "unlocked_already"
        )


def test_evidence_that_is_refused_is_not_kept(cast: Cast) -> None:
    owed = owed_by(opened(cast), cast.guizhou)
    refused(lambda: add_file(unit_return=owed, name="a.txt", content=b"", act=cast.act(cast.clerk)), "empty")
