"""Reporting on a phone: what it is told, what it may send, and that the same draft sent twice is one record."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.operations import register_reported
from bangfu.foundation.intake.reported.queries import state_of
from bangfu.foundation.intake.reported.reportable import reportable_measure
from bangfu.foundation.intake.reported.rules import UnableToReport
from bangfu.foundation.intake.reported.typed import UnableToReadQuantity, quantity_typed
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.people.models import Account
from tests.cast import CEHENG, Cast
from tests.foundation.evidence.files import photograph
from tests.foundation.intake.reported.reporting import RELIEF, SLIP, STUDENTS, counts, details

pytestmark = pytest.mark.django_db
ON = date(2026, 7, 31)


def door(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def draft(cast: Cast, *files: bytes, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "account": cast.clerk.pk, "key": "made-on-the-phone", "measure": RELIEF, "unit": cast.guizhou.pk,
        "quantity": "1.2万", "place": "册亨县", "happened_on": "2019-09-30", "submits": "on",
    }  # fmt: skip
    said["digests"] = json.dumps([hashlib.sha256(one).hexdigest() for one in files])
    said["evidence"] = [
        SimpleUploadedFile(f"p{n}.jpg", one, content_type="image/jpeg") for n, one in enumerate(files)
    ]
    return said | changes


def send(client: Client, said: dict[str, Any]) -> Any:
    return client.post("/intake/phone/send", said)


class TestSend:
    def test_makes_one_submitted_record_with_its_photographs(self, cast: Cast) -> None:
        one, other = photograph(shade=1), photograph(shade=2)
        answer = send(door(cast.clerk), draft(cast, one, other))
        record = ReportedRecord.objects.get()
        mark = hashlib.sha256(b"made-on-the-phone").hexdigest()[:8].upper()
        assert answer.json() == {
            "record": record.pk, "reference": f"P52-20190930-{mark}", "address": f"/intake/records/{record.pk}/",
            "submitted": True,
        }  # fmt: skip
        assert (record.quantity, record.place_id) == (Decimal(12000), CEHENG)
        assert record.title == reportable_measure(RELIEF).title.zh
        assert state_of(record.pk) == "SUBMITTED"
        kept = Attachment.objects.filter(record_id=record.pk).values_list("file_id", "kind")
        assert sorted(kept) == sorted(
            (hashlib.sha256(content).hexdigest(), "PHOTO") for content in (one, other)
        )

    def test_the_same_draft_twice_is_one_record(self, cast: Cast) -> None:
        content = photograph(shade=1)
        first = send(door(cast.clerk), draft(cast, content)).json()
        before = counts()
        again = send(door(cast.clerk), draft(cast, content))
        assert (again.status_code, again.json()) == (200, first)
        assert counts() == before

    def test_another_content_under_the_same_key_is_refused(self, cast: Cast) -> None:
        send(door(cast.clerk), draft(cast))
        before = counts()
        answer = send(door(cast.clerk), draft(cast, quantity="5"))
        assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")
        assert counts() == before

    @pytest.mark.parametrize("cut", [slice(0, 1), slice(0, 0)])
    def test_a_photograph_that_did_not_arrive_whole_leaves_nothing(self, cast: Cast, cut: slice) -> None:
        one, other = photograph(shade=1), photograph(shade=2)
        said = draft(cast, one, other)
        said["evidence"] = said["evidence"][cut]
        before = counts()
        answer = send(door(cast.clerk), said)
        assert (answer.status_code, answer.json()["code"]) == (400, "cut_off")
        said = draft(cast, one)
        said["evidence"] = [SimpleUploadedFile("p.jpg", one[:-9], content_type="image/jpeg")]
        assert send(door(cast.clerk), said).json()["code"] == "cut_off"
        assert counts() == before

    @pytest.mark.parametrize(
        ("changes", "status", "code", "words"),
        [
            ({"account": 0}, 409, "another_account", "另一个账号"),
            ({"measure": "network.base_stations"}, 409, "not_reported", "没有可以报送的度量"),
            ({"quantity": "很多"}, 422, "not_read", "不是数字：很多"),
            ({"place": "无此地"}, 422, "not_read", "没有找到“无此地”"),
            ({"unit": 0}, 422, "not_read", "您现在不为这个单位报送"),
            ({"place": "沽源县"}, 409, "outside_unit", "不在贵州省分公司的范围内"),
            ({"quantity": "0"}, 409, "nothing_counted", "数量为零"),
            ({"happened_on": "2999-01-01"}, 409, "in_future", "今天之后"),
            ({"remark": "522327201003070018"}, 409, "identity_number", "身份证"),
        ],
    )
    def test_what_the_house_refuses_comes_back_in_words(
        self, cast: Cast, changes: dict[str, Any], status: int, code: str, words: str
    ) -> None:
        before = counts()
        answer = send(door(cast.clerk), draft(cast, photograph(shade=1), **changes))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert words in answer.json()["title"]
        assert counts() == before

    def test_a_unit_that_closed_meanwhile_is_refused_in_words(self, cast: Cast) -> None:
        with system_writes("a unit closes"):
            Unit.objects.filter(pk=cast.guizhou.pk).update(ends_on=date(2020, 1, 1))
        before = counts()
        answer = send(door(cast.clerk), draft(cast))
        assert (answer.status_code, answer.json()["code"]) == (409, "unit_closed")
        assert "贵州省分公司已于 2020-01-01 撤销" in answer.json()["title"]
        assert counts() == before

    def test_a_grant_that_ended_meanwhile_is_refused_in_words(self, cast: Cast) -> None:
        with system_writes("a grant ends"):
            RoleGrant.objects.filter(account=cast.clerk).update(ends_on=date(2020, 1, 1))
        answer = send(door(cast.clerk), draft(cast))
        assert (answer.status_code, answer.json()["code"]) == (422, "not_read")

    def test_without_evidence_it_stays_a_draft_and_says_so(self, cast: Cast) -> None:
        answer = send(door(cast.clerk), draft(cast)).json()
        assert (answer["submitted"], "佐证" in answer["title"]) == (False, True)
        assert state_of(answer["record"]) == "DRAFT"

    def test_is_registered_as_a_draft_where_nobody_asked_to_submit(self, cast: Cast) -> None:
        answer = send(door(cast.clerk), draft(cast, photograph(shade=1), submits="")).json()
        assert (answer["submitted"], state_of(answer["record"])) == (False, "DRAFT")

    def test_whoever_is_signed_out_is_sent_to_the_door(self, cast: Cast) -> None:
        assert send(Client(), draft(cast)).headers["Location"] == "/sign-in?next=/intake/phone/send"


class TestRegister:
    def test_refuses_a_unit_that_closed(self, cast: Cast) -> None:
        with system_writes("a unit closes"):
            Unit.objects.filter(pk=cast.guizhou.pk).update(ends_on=date(2020, 1, 1))
        before = counts()
        with pytest.raises(UnableToReport) as refused:
            register_reported(
                measure=RELIEF, details=details(), unit=cast.guizhou, files=(SLIP,), act=cast.act(cast.clerk)
            )
        assert refused.value.code == "unit_closed"
        assert counts() == before


class TestChoices:
    def test_say_what_may_be_reported_and_what_was_reported_last(self, cast: Cast) -> None:
        client = door(cast.clerk)
        said = client.get("/intake/phone/choices").json()
        assert said["account"] == cast.clerk.pk
        assert said["units"] == [{"key": cast.guizhou.pk, "name": "贵州省分公司"}]
        assert said["recent"] == []
        assert len(said["key"]) == 64
        assert said["key"] != door(cast.clerk_of_yunnan).get("/intake/phone/choices").json()["key"]
        offered = {one["code"]: one for room in said["rooms"] for one in room["measures"]}
        assert offered[STUDENTS]["party"]
        assert (offered[RELIEF]["unit"], offered[RELIEF]["units"]) == ("元", [cast.guizhou.pk])
        send(client, draft(cast))
        assert client.get("/intake/phone/choices").json()["recent"] == [RELIEF]

    def test_are_none_for_whoever_reports_nothing(self, cast: Cast) -> None:
        said = door(cast.outsider).get("/intake/phone/choices").json()
        assert (said["rooms"], said["units"]) == ([], [])

    def test_are_kept_by_no_cache(self, cast: Cast) -> None:
        assert "no-store" in door(cast.clerk).get("/intake/phone/choices").headers["Cache-Control"]


class TestPage:
    def test_names_nobody_since_the_phone_keeps_it(self, cast: Cast) -> None:
        page = door(cast.clerk).get("/intake/phone/").content.decode()
        assert "手机报送" in page
        assert not [word for word in ("韦兰", "weilan", "贵州省分公司") if word in page]

    def test_its_worker_keeps_only_what_is_of_this_house(self, cast: Cast) -> None:
        answer = door(cast.clerk).get("/intake/phone/worker.js")
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        line = answer.content.decode().splitlines()[0]
        kept = json.loads(line.removeprefix("const HOUSE = ").removesuffix(";"))
        assert kept["page"] == "/intake/phone/"
        assert len(kept["version"]) == 16
        for address in (*kept["kept"], *kept["shared"]):
            assert address.startswith("/static/")


class TestWhere:
    def test_says_the_county_of_what_a_phone_measured(self, cast: Cast) -> None:
        answer = door(cast.clerk).get("/intake/phone/where?longitude=105.81&latitude=24.98")
        assert answer.json() == {
            "written": "贵州省黔西南布依族苗族自治州册亨县 522327", "county": "贵州省黔西南布依族苗族自治州册亨县",
            "village": None, "km": None,
        }  # fmt: skip

    @pytest.mark.parametrize(
        "position", ["longitude=0&latitude=0", "longitude=x&latitude=1", "", "longitude=NaN&latitude=1"]
    )
    def test_says_in_words_that_it_lies_nowhere(self, cast: Cast, position: str) -> None:
        answer = door(cast.clerk).get(f"/intake/phone/where?{position}")
        assert (answer.status_code, answer.json()["code"]) == (422, "nowhere")


class TestQuantityTyped:
    @pytest.mark.parametrize(
        ("typed", "quantity"),
        [
            ("12", "12"), ("1,200.50元", "1200.50"), ("3.2万", "32000"), ("３．２万元", "32000"), (" 0.0001 亿 ", "10000"),
            ("1 200", "1200"),
        ],
    )  # fmt: skip
    def test_is_read_as_the_cell_of_a_sheet(self, typed: str, quantity: str) -> None:
        assert quantity_typed(typed, reportable_measure(RELIEF), on=ON) == Decimal(quantity)

    @pytest.mark.parametrize("typed", ["很多", "", "万", "3万2", "1.2345678万", "-5"])
    def test_what_is_no_number_is_refused_in_words(self, typed: str) -> None:
        with pytest.raises(UnableToReadQuantity) as refused:
            quantity_typed(typed, reportable_measure(RELIEF), on=ON)
        assert refused.value.sentence.zh != refused.value.sentence.en
