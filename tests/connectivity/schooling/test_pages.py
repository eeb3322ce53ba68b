"""The pages of the schooling room: who reads what, the forms, and the files."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from bangfu.connectivity.schooling.models import School
from bangfu.foundation.people.models import Account
from tests.cast import Cast
from tests.connectivity.schooling.served import ACCEPTED, FIRST, SECOND, drafted, served, submitted

pytestmark = pytest.mark.django_db


def door(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


class TestReading:
    def test_lists_narrows_and_opens(self, cast: Cast) -> None:
        school = served(cast)
        drafted(cast, SECOND, name="者楼第一中学", kind="JUNIOR")
        client = door(cast.officer)
        page = client.get("/schooling/").content.decode()
        assert ("2 所" in page, "者楼第一小学" in page, "者楼第一中学" in page, "612" in page) == (True,) * 4
        narrowed = client.get("/schooling/?state=SERVED&q=册亨&sort=-pupils").content.decode()
        assert ("者楼第一小学" in narrowed, "者楼第一中学" in narrowed) == (True, False)
        one = client.get(f"/schooling/{school.pk}/").content.decode()
        assert ("在用" in one, FIRST in one, "停用…" in one, f"/handbook/schools/{school.pk}/" in one) == (
            True,
        ) * 4
        assert "Register one" in door(cast.officer, "en").get("/schooling/").content.decode()

    def test_says_what_to_do_where_nothing_is(self, cast: Cast) -> None:
        client = door(cast.officer)
        assert "还没有学校" in client.get("/schooling/").content.decode()
        assert "没有符合条件的学校" in client.get("/schooling/?q=没有").content.decode()

    def test_exports_what_is_listed(self, cast: Cast) -> None:
        served(cast)
        answer = door(cast.officer).get("/schooling/schools.csv")
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert rows[1][:6] == [
            FIRST,
            "者楼第一小学",
            "小学",
            "522327",
            "贵州省黔西南布依族苗族自治州册亨县",
            "贵州省分公司",
        ]

    def test_is_closed_to_whom_it_does_not_concern(self, cast: Cast) -> None:
        school = served(cast)
        for account, status in (
            (cast.outsider, 403),
            (cast.clerk_of_yunnan, 403),
            (cast.county_official, 200),
        ):
            assert door(account).get(f"/schooling/{school.pk}/").status_code == status
        assert door(cast.outsider).get("/schooling/").status_code == 403
        assert Client().get("/schooling/").status_code == 302


class TestActing:
    def test_registers_submits_and_verifies(self, cast: Cast) -> None:
        clerk = door(cast.clerk)
        assert clerk.get("/schooling/places?place=册亨").status_code == 200
        said = {
            "key": "k1", "unit": cast.guizhou.pk, "code": FIRST, "name": "者楼第一小学", "kind": "PRIMARY",
            "place": "522327", "accepted_on": ACCEPTED.isoformat(),
            "evidence": io.BytesIO("验收单".encode()),
        }  # fmt: skip
        said["evidence"].name = "验收单.txt"
        answer = clerk.post("/schooling/register", said)
        school = School.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/schooling/{school.pk}/")
        assert clerk.post(f"/schooling/{school.pk}/submit", {"key": "k2"}).status_code == 302
        verifier = door(cast.verifier)
        assert "核验并计入" in verifier.get(f"/schooling/{school.pk}/").content.decode()
        assert verifier.post(f"/schooling/{school.pk}/verify", {"key": "k3"}).status_code == 302
        answer = clerk.post(
            f"/schooling/{school.pk}/pupils", {"key": "k4", "pupils": "70", "on": "2020-01-01"}
        )
        assert answer.status_code == 302
        stopped = {"key": "k5", "on": "2020-07-01", "document": "册教发〔2020〕8号"}
        assert clerk.post(f"/schooling/{school.pk}/stop", stopped).status_code == 302
        remark = {"key": "k6", "remark": "日期不对"}
        assert verifier.post(f"/schooling/{school.pk}/return", remark).status_code == 302
        assert clerk.post(f"/schooling/{school.pk}/resume", {"key": "k7"}).status_code == 302
        school.refresh_from_db()
        assert (school.pupils, school.stopped_on) == (70, None)

    def test_shows_what_is_wrong(self, cast: Cast) -> None:
        school = submitted(cast)
        clerk = door(cast.clerk)
        assert clerk.post("/schooling/register", {"key": "k1"}).status_code == 422
        again = clerk.post(f"/schooling/{school.pk}/submit", {"key": "k2"})
        assert again.status_code == 409
        said = {"key": "k3", "reason": "withdrawn", "remark": "误报"}
        answer = clerk.post(f"/schooling/{school.pk}/withdraw", said)
        assert (answer.status_code, "正在等待核验" in answer.content.decode()) == (409, True)
        assert clerk.get(f"/schooling/{school.pk}/revise").status_code == 200
        assert door(cast.auditor).get("/schooling/register").status_code == 403
