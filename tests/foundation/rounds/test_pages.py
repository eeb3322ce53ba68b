"""Pages of rounds: who sees what, a grid with and without scripts, a round as list and file, its sums, Today."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rounds.models import Draft, ReturnState, Round, Schedule
from bangfu.foundation.rounds.operations import lock_round, sign_nil, submit_return
from bangfu.foundation.rounds.queries import rounds_seen_by
from bangfu.foundation.rounds.waiting import to_accept, to_return, to_unlock
from tests.cast import FOUNDED, Cast
from tests.foundation.intake.reported.reporting import RELIEF
from tests.foundation.rounds.asking import IN_TIME, JUNE, LATE, by_hand, opened, owed_by, with_file

pytestmark = pytest.mark.django_db


def door(account: Account, **headers: str) -> Client:
    client = Client(headers=headers)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestWhoSees:
    def test_a_branch_sees_its_own_return_and_no_other(self, cast: Cast) -> None:
        asked = opened(cast)
        client = door(cast.clerk)
        assert "扶贫套餐减免月报" in client.get("/rounds/").content.decode()
        page = client.get(f"/rounds/{asked.pk}/").content.decode()
        assert "贵州省分公司" in page
        assert "云南省分公司" not in page
        assert client.get(f"/rounds/returns/{owed_by(asked, cast.guizhou).pk}/").status_code == 200
        assert client.get(f"/rounds/returns/{owed_by(asked, cast.yunnan).pk}/").status_code == 404
        assert client.post(f"/rounds/{asked.pk}/chase").status_code == 403
        assert door(cast.outsider).get("/rounds/").status_code == 403

    def test_every_page_stands_in_both_languages(self, cast: Cast) -> None:
        asked = opened(cast)
        owed = owed_by(asked, cast.guizhou)
        addresses = [
            "/rounds/", "/rounds/?state=LOCKED", "/rounds/schedules/", "/rounds/schedules/new",
            f"/rounds/schedules/{asked.schedule_id}/", f"/rounds/{asked.pk}/", f"/rounds/{asked.pk}/?state=NIL",
            f"/rounds/{asked.pk}/?timing=overdue&sort=-returned", f"/rounds/{asked.pk}/sums", f"/rounds/{asked.pk}/records",
            f"/rounds/returns/{owed.pk}/", f"/rounds/returns/{owed.pk}/{RELIEF}/",
        ]  # fmt: skip
        for language in ("zh-hans", "en"):
            client = door(cast.officer)
            client.cookies["bangfu_language"] = language
            assert [(one, client.get(one).status_code) for one in addresses] == [
                (one, 200) for one in addresses
            ]


class TestSchedule:
    def test_is_made_on_a_page_and_its_round_opened_by_hand(self, cast: Cast) -> None:
        client = door(cast.officer)
        form = client.get("/rounds/schedules/new").context["form"]
        assert (form["unit"].value(), form["responsible"].value()) == (cast.group.pk, cast.officer.pk)
        first = timezone.localdate().replace(day=1)
        said: dict[str, Any] = {
            "key": "k", "title": "月报", "measures": [RELIEF], "unit": cast.group.pk, "level": "PROVINCE", "every": "MONTH",
            "due_days": 5, "grace_days": 0, "remind_days": 3, "starts_on": first.isoformat(), "responsible": cast.officer.pk,
        }  # fmt: skip
        answer = client.post("/rounds/schedules/new", {**said, "level": ""})
        assert (answer.status_code, Schedule.objects.count()) == (409, 0)
        client.post("/rounds/schedules/new", said)
        made = Schedule.objects.get()
        client.post(f"/rounds/schedules/{made.pk}/open", {"starts_on": first.isoformat()})
        assert Round.objects.get().returns.count() == 2
        client.post(f"/rounds/schedules/{made.pk}/stop")
        made.refresh_from_db()
        assert made.stopped_at is not None


def cells_of(client: Client, address: str) -> dict[str, str]:
    """Return the fields of a grid as a browser sends them."""
    context = client.get(address).context
    said = {"revision": str(context["revision"])}
    for row in context["rows"]:
        for cell in row["cells"]:
            said[f"c-{row['row'].id}-{cell['column'].name}"] = cell["value"]
    return said


class TestGrid:
    def test_without_scripts_it_is_a_form(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        client, address = door(cast.clerk), f"/rounds/returns/{owed.pk}/{RELIEF}/"
        said = cells_of(client, address)
        assert client.post(address, {**said, "c-1-quantity": "x", "do": "save"}).status_code == 302
        page = client.get(address).content.decode()
        assert "「数量（元）」不是数字：x。请只填数字，不带单位。" in page
        client.post(address, {**cells_of(client, address), "do": "add"})
        assert len(Draft.objects.get().rows) == 4
        client.post(address, {**cells_of(client, address), "do": "remove-2"})
        assert [row["id"] for row in Draft.objects.get().rows] == [1, 3, 4]
        pasted = {**cells_of(client, address), "do": "paste", "text": "数量（万元）\t地点\n0.125\t册亨县\n"}
        assert client.post(address, pasted).status_code == 200
        assert [row["cells"].get("quantity") for row in Draft.objects.get().rows] == ["x", "1250", None]

    def test_a_script_saves_pastes_and_is_told_each_fault(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        with_file(cast, owed)
        client, address = door(cast.clerk, accept="application/json"), f"/rounds/returns/{owed.pk}/{RELIEF}/"
        said = cells_of(door(cast.clerk), address)
        text = "册亨县\t2020-06-03\t１,０００\n大理市\t2020-06-04\t5\n册亨县\t2020年6月\t7\n"
        told = client.post(
            address, {**said, "do": "paste", "text": text, "at_row": "1", "at_column": "place"}
        ).json()
        assert (told["revision"], told["filled"], told["refusal"]) == (1, 3, "")
        assert [(one["row"], one["column"]) for one in told["problems"]] == [(2, "place")]
        assert "不在本单位所在的省" in told["problems"][0]["words"]
        assert 'name="c-3-quantity"' in told["html"]
        stale = client.post(address, {**said, "do": "save"})
        assert (stale.status_code, stale.json()["refusal"][:12]) == (409, "这张表刚刚在别处改过。请")
        mended = {**cells_of(door(cast.clerk), address), "c-2-place": "册亨县"}
        assert client.post(address, {**mended, "do": "save"}).json()["problems"] == []
        submit_return(unit_return=owed, act=cast.act(cast.clerk, at=IN_TIME))
        assert list(ReportedRecord.objects.order_by("reference").values_list("happened_on", "quantity")) == [
            (date(2020, 6, 3), 1000), (date(2020, 6, 4), 5), (date(2020, 6, 30), 7),
        ]  # fmt: skip

    def test_more_than_a_hundred_rows_are_refused(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        client, address = door(cast.clerk, accept="application/json"), f"/rounds/returns/{owed.pk}/{RELIEF}/"
        said = {**cells_of(door(cast.clerk), address), "do": "paste", "at_row": "1", "at_column": "quantity"}
        answer = client.post(address, {**said, "text": "1\n" * 101})
        assert (answer.status_code, "最多填 100 行" in answer.json()["refusal"]) == (409, True)
        assert not Draft.objects.exists()

    def test_whoever_only_reads_cannot_type(self, cast: Cast) -> None:
        owed = owed_by(opened(cast), cast.guizhou)
        address = f"/rounds/returns/{owed.pk}/{RELIEF}/"
        assert '<fieldset class="grid-whole" disabled>' in door(cast.auditor).get(address).content.decode()
        assert door(cast.auditor).post(address, {"do": "save"}).status_code == 403


class TestRound:
    def test_is_chased_accepted_summed_and_locked_on_its_pages(self, cast: Cast) -> None:
        asked = opened(cast)
        clerk, officer = door(cast.clerk), door(cast.officer)
        by_hand(cast)
        owed = owed_by(asked, cast.guizhou)
        assert (
            "系统里已有这一期的 1 条记录，不必再填"
            in clerk.get(f"/rounds/returns/{owed.pk}/").content.decode()
        )
        assert officer.post(f"/rounds/{asked.pk}/chase").status_code == 302
        clerk.post(f"/rounds/returns/{owed.pk}/submit")
        nil = f"/rounds/returns/{owed_by(asked, cast.yunnan).pk}/nil"
        assert door(cast.clerk_of_yunnan).post(nil).status_code == 409
        door(cast.clerk_of_yunnan).post(nil, {"confirmed": "on"})
        page = officer.get(f"/rounds/{asked.pk}/?state=RETURNED").content.decode()
        assert f'name="row" value="{owed.pk}"' in page
        officer.post(f"/rounds/{asked.pk}/accept", {"row": [owed.pk]})
        assert owed_by(asked, cast.guizhou).state == ReturnState.ACCEPTED
        refusal = officer.post(f"/rounds/{asked.pk}/lock")
        assert (refusal.status_code, "1 条记录等待核验" in refusal.content.decode()) == (409, True)
        sums = officer.get(f"/rounds/{asked.pk}/sums").content.decode()
        assert "1,000.50" in sums
        assert (
            f"/rounds/{asked.pk}/records?measure={RELIEF}&amp;state=SUBMITTED&amp;unit={cast.guizhou.pk}"
            in sums
        )
        records = officer.get(
            f"/rounds/{asked.pk}/records?measure={RELIEF}&state=SUBMITTED&unit={cast.guizhou.pk}"
        )
        assert "GZ-2020-06-A" in records.content.decode()

    def test_files_say_who_returned_what_and_all_rows(self, cast: Cast) -> None:
        asked = opened(cast)
        by_hand(cast)
        sign_nil(
            unit_return=owed_by(asked, cast.yunnan),
            is_confirmed=True,
            act=cast.act(cast.clerk_of_yunnan, at=LATE),
        )
        client = door(cast.officer)

        def rows(address: str) -> list[list[Any]]:
            content = b"".join(client.get(address).streaming_content)
            return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values]

        listed = rows("/rounds/rounds.xlsx")
        assert listed[1][:10] == [
            "扶贫套餐减免月报", "2020年6月", "集团", datetime(2020, 7, 5), 2, 1, 1, 1, 1, 1,
        ]  # fmt: skip
        content = b"".join(client.get("/rounds/rounds.xlsx?state=OPEN").streaming_content)
        owed = [list(row) for row in openpyxl.load_workbook(io.BytesIO(content))["未报"].values]
        assert [row[:5] for row in owed[1:]] == [
            ["P52", "贵州省分公司", "扶贫套餐减免月报", "2020年6月", "未报"]
        ]
        assert rows("/rounds/rounds.xlsx?state=LOCKED")[1:] == []
        returns = rows(f"/rounds/{asked.pk}/returns.xlsx?timing=late")
        assert [row[:4] for row in returns[1:]] == [["P53", "云南省分公司", "零报告", datetime(2020, 7, 5)]]
        assert returns[1][6] == "迟报 14 天"
        assert rows(f"/rounds/{asked.pk}/sums.xlsx")[1:] == [
            ["P52", "贵州省分公司", "未报", "", "", 1000.5], ["P53", "云南省分公司", "零报告", "", "", ""],
        ]  # fmt: skip
        sheet = rows(f"/rounds/{asked.pk}/sheet/{RELIEF}.xlsx")
        assert sheet[0] == [
            "报送单位",
            "编号",
            "名称",
            "地点",
            "日期",
            "数量（元）",
            "专业线",
            "备注",
            "佐证文件",
            "状态",
        ]
        assert sheet[1][:2] == ["贵州省分公司", "GZ-2020-06-A"]
        assert client.get(f"/rounds/{asked.pk}/returns.pdf").status_code == 404

    def test_asks_as_often_for_many_units_as_for_few(self, cast: Cast) -> None:
        asked, taken = opened(cast), []
        client = door(cast.officer)
        for size in (0, 30):
            with system_writes("branches"):
                for number in range(size):
                    enter_unit(
                        code=f"X{number}", name_zh=f"分公司{number}", name_en=f"Branch {number}", parent=cast.group,
                        kind=Unit.Kind.PROVINCE, place=None, starts_on=FOUNDED,
                    )  # fmt: skip
            if size:
                asked = opened(cast)
            client.get(f"/rounds/{asked.pk}/")
            for address in (f"/rounds/{asked.pk}/", f"/rounds/{asked.pk}/sums"):
                with CaptureQueriesContext(connection) as queries:
                    client.get(address)
                taken.append(len(queries))
        assert taken[:2] == taken[2:]

    def test_leads_to_the_schedule_whoever_may_read_it(self, cast: Cast) -> None:
        asked = opened(cast)
        link = f'href="/rounds/schedules/{asked.schedule_id}/"'
        for account in (cast.officer, cast.clerk):
            text = door(account).get(f"/rounds/{asked.pk}/").content.decode()
            assert (link in text) == (account == cast.officer)
            assert asked in rounds_seen_by(account, asked.ends_on)

    def test_unlocking_is_asked_by_one_and_done_by_another(self, cast: Cast) -> None:
        asked = opened(cast)
        lock_round(round=asked, without_missing=True, act=cast.act(cast.officer, at=LATE))
        officer, verifier = door(cast.officer), door(cast.verifier)
        assert officer.post(f"/rounds/{asked.pk}/ask-unlock", {"reason": "", "key": "1"}).status_code == 422
        officer.post(f"/rounds/{asked.pk}/ask-unlock", {"reason": "更正", "key": "2"})
        assert officer.post(f"/rounds/{asked.pk}/unlock").status_code == 409
        assert "同意解锁" in verifier.get(f"/rounds/{asked.pk}/").content.decode()
        verifier.post(f"/rounds/{asked.pk}/unlock")
        assert Round.objects.get(pk=asked.pk).state == Round.State.OPEN


class TestToday:
    def test_says_what_is_due_and_what_to_accept(self, cast: Cast) -> None:
        asked = opened(cast)
        owed = owed_by(asked, cast.guizhou)
        (line,) = to_return(cast.clerk, date(2020, 7, 8))
        assert (line.count, line.address, line.due_on, line.overdue) == (
            1, f"/rounds/returns/{owed.pk}/", date(2020, 7, 5), 1,
        )  # fmt: skip
        assert to_return(cast.clerk, date(2020, 7, 6))[0].overdue == 0
        by_hand(cast)
        submit_return(unit_return=owed, act=cast.act(cast.clerk, at=IN_TIME))
        assert to_return(cast.clerk, date(2020, 7, 8)) == []
        (line,) = to_accept(cast.officer, date(2020, 7, 8))
        assert (line.count, line.address) == (1, f"/rounds/{asked.pk}/?state=RETURNED")
        assert to_accept(cast.clerk, date(2020, 7, 8)) == []
        assert to_unlock(cast.verifier, date(2020, 7, 8)) == []


def test_programs_read_their_own_returns(cast: Cast) -> None:
    from bangfu.foundation.rounds.queries import returns_seen_by, rounds_seen_by

    asked = opened(cast)
    assert list(returns_seen_by(cast.clerk, timezone.localdate())) == [owed_by(asked, cast.guizhou)]
    assert list(rounds_seen_by(cast.clerk, timezone.localdate())) == [asked]
    assert list(rounds_seen_by(cast.outsider, timezone.localdate())) == []
    assert asked.starts_on == JUNE
