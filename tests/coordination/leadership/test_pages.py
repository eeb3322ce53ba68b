"""The pages of the leadership room: who reads whose name, the forms, and the files."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from bangfu.coordination.leadership.forms import commitment_in
from bangfu.coordination.leadership.models import Leader, Visit
from bangfu.coordination.leadership.operations import Commitment
from bangfu.foundation.people.models import Account
from tests.cast import Cast
from tests.coordination.leadership.visited import (
    DUE,
    FIRST,
    PUMP,
    SECOND,
    drafted,
    leader,
    submitted,
    verified,
)

pytestmark = pytest.mark.django_db


def door(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


class TestReading:
    def test_lists_narrows_and_opens(self, cast: Cast) -> None:
        visit = verified(cast)
        drafted(cast, SECOND, purpose="春耕")
        client = door(cast.officer)
        page = text(client, "/leadership/")
        assert ("2 次" in page, "总经理 岑明" in page, "2020-06-12 至 2020-06-13" in page) == (
            True,
            True,
            True,
        )
        narrowed = text(client, "/leadership/?state=VERIFIED&q=册亨&sort=-open")
        assert ("调研产业帮扶" in narrowed, "春耕" in narrowed) == (True, False)
        one = text(client, f"/leadership/{visit.pk}/")
        assert (PUMP in one, "逾期" in one, "销号…" in one) == (True, True, True)
        assert "Register one" in text(door(cast.officer, "en"), "/leadership/")

    def test_a_name_is_whole_only_for_who_may_read_the_organisation(self, cast: Cast) -> None:
        one = leader(cast)
        for account, name in ((cast.officer, "岑明"), (cast.clerk, "岑*"), (cast.verifier, "岑*")):
            page = text(door(account), f"/leadership/leaders/{one.pk}/")
            assert (f"总经理 {name}" in page, "岑明" in page) == (True, name == "岑明")
        assert "1 位" in text(door(cast.clerk), "/leadership/leaders/?q=P52")
        assert "没有符合条件的领导" in text(door(cast.clerk), "/leadership/leaders/?q=没有")

    def test_says_what_to_do_where_nothing_is(self, cast: Cast) -> None:
        client = door(cast.officer)
        assert "还没有到访" in text(client, "/leadership/")
        assert "没有符合条件的到访" in text(client, "/leadership/?q=没有")
        assert "还没有登记领导" in text(client, "/leadership/leaders/")
        assert "本单位还没有登记领导" in text(client, "/leadership/register")

    def test_files_name_leaders_by_number_and_post(self, cast: Cast) -> None:
        verified(cast)
        answer = door(cast.officer).get("/leadership/visits.csv")
        content = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(content)))
        assert rows[1][:6] == [FIRST, "P52-L01", "总经理", "主要负责人", "贵州省分公司", "522327"]
        assert "岑" not in content

    def test_is_closed_to_whom_it_does_not_concern(self, cast: Cast) -> None:
        visit = verified(cast)
        for account, status in (
            (cast.outsider, 403),
            (cast.clerk_of_yunnan, 403),
            (cast.county_official, 200),
        ):
            assert door(account).get(f"/leadership/{visit.pk}/").status_code == status
        leader = f"/leadership/leaders/{visit.leader_id}/"
        for account, status in ((cast.clerk, 200), (cast.county_official, 403)):
            client = door(account)
            assert client.get(leader).status_code == status
            for address in ("/leadership/", "/leadership/leaders/", f"/leadership/{visit.pk}/"):
                page = client.get(address)
                assert page.status_code == 200
                assert (f'href="{leader}"' in page.content.decode()) == (status == 200), address
        assert door(cast.outsider).get("/leadership/").status_code == 403
        assert Client().get("/leadership/").status_code == 302


class TestActing:
    def test_from_the_leader_to_the_promise_kept(self, cast: Cast) -> None:
        officer, clerk, verifier = (door(one) for one in (cast.officer, cast.clerk, cast.verifier))
        said = {
            "key": "k0", "unit": cast.guizhou.pk, "code": "P52-L01", "name": "岑明", "post": "总经理", "rank": "CHIEF",
        }  # fmt: skip
        assert officer.post("/leadership/leaders/register", said).status_code == 302
        one = Leader.objects.get()
        minutes = io.BytesIO("纪要".encode())
        minutes.name = "纪要.txt"
        said = {
            "key": "k1", "reference": FIRST, "leader": one.pk, "place": "522327", "arrived_on": "2020-06-12",
            "left_on": "2020-06-13", "purpose": "调研", "problems": "甲\n\n乙", "commitments": f"{PUMP} 2020-07-15",
            "evidence": minutes,
        }  # fmt: skip
        assert clerk.post("/leadership/register", said).status_code == 302
        visit = Visit.objects.get()
        found = list(visit.points.order_by("number").values_list("text", "due_on"))
        assert found == [("甲", None), ("乙", None), (PUMP, DUE)]
        form = clerk.get(f"/leadership/{visit.pk}/revise").content.decode()
        assert f"{PUMP} 2020-07-15" in form
        assert clerk.post(f"/leadership/{visit.pk}/submit", {"key": "k2"}).status_code == 302
        assert verifier.post(f"/leadership/{visit.pk}/verify", {"key": "k3"}).status_code == 302
        settled = {"key": "k4", "outcome": "DONE", "on": "2020-07-10", "remark": "见验收单"}
        assert clerk.post(f"/leadership/{visit.pk}/points/3", settled).status_code == 409
        assert verifier.post(f"/leadership/{visit.pk}/points/3", settled).status_code == 302
        assert "已兑现 2020-07-10" in text(clerk, f"/leadership/{visit.pk}/")
        change = {"key": "k5", "post": "董事长", "rank": "CHIEF"}
        assert officer.post(f"/leadership/leaders/{one.pk}/revise", change).status_code == 302

    def test_shows_what_is_wrong(self, cast: Cast) -> None:
        visit = submitted(cast)
        clerk = door(cast.clerk)
        assert clerk.post("/leadership/register", {"key": "k1"}).status_code == 422
        said = {"key": "k2", "reason": "withdrawn", "remark": "没有成行"}
        answer = clerk.post(f"/leadership/{visit.pk}/withdraw", said)
        assert (answer.status_code, "正在等待核验" in answer.content.decode()) == (409, True)
        assert clerk.post(f"/leadership/{visit.pk}/submit", {"key": "k3"}).status_code == 409
        assert door(cast.auditor).get("/leadership/register").status_code == 403
        assert clerk.get("/leadership/places?place=册亨").status_code == 200


def test_a_commitment_is_read_with_its_day() -> None:
    assert commitment_in("换好水泵 2020-08-31").due_on is not None
    assert commitment_in("换好 水泵") == Commitment("换好 水泵")
