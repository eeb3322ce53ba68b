"""The trail as an auditor reads it: by record, by person, by time; opened, taken out, and never slow."""

from __future__ import annotations

import html
import io
import re
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from bangfu.foundation.accounts.models import SignIn
from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation import operations as organisation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.site import trail
from bangfu.site.trail import Asked
from tests.cast import FOUNDED, PASSWORD, Cast

pytestmark = pytest.mark.django_db


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: object) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def told(cast: Cast) -> Unit:
    """An office that the administrator opened and filled, and in which somebody was granted a role."""
    act = cast.act(cast.administrator)
    unit = organisation.open_unit(
        code="G1", name_zh="贵阳办", name_en="Guiyang office", kind="OFFICE", parent=cast.guizhou, place=None,
        starts_on=date(2020, 1, 1), act=act,
    )  # fmt: skip
    organisation.fill_post(
        unit=unit,
        title_zh="专员",
        title_en="Officer",
        account=cast.outsider,
        starts_on=date(2020, 1, 1),
        act=act,
    )
    organisation.grant_role(
        account=cast.outsider,
        role="clerk",
        unit=unit,
        starts_on=date(2020, 1, 1),
        act=cast.act(cast.security),
    )
    return unit


def listed(client: Client, query: str) -> list[str]:
    return [row["entry"].operation for row in client.get(f"/audit/{query}").context["rows"]]


class TestWhoReads:
    def test_the_auditor_alone(self, cast: Cast, told: Unit) -> None:
        entry = AuditEntry.objects.latest("id")
        pages = ("/audit/", f"/audit/{entry.pk}/", "/audit/sign-ins/")
        for page in pages:
            assert signed_in(cast.auditor).get(page).status_code == 200
            for account in (cast.administrator, cast.security, cast.officer, cast.clerk, cast.outsider):
                assert signed_in(account).get(page).status_code == 403, (account, page)
        for account in (cast.administrator, cast.security, cast.clerk):
            assert signed_in(account).post("/audit/operations.csv").status_code == 403

    def test_an_auditor_of_a_branch_reads_no_trail_of_the_house(self, cast: Cast) -> None:
        organisation.grant_role(
            account=cast.outsider,
            role="auditor",
            unit=cast.guizhou,
            starts_on=FOUNDED,
            act=cast.act(cast.security),
        )
        assert signed_in(cast.outsider).get("/audit/").status_code == 403


class TestEntries:
    def test_by_record_person_operation_and_time(self, cast: Cast, told: Unit) -> None:
        client, today = signed_in(cast.auditor), timezone.localdate()
        everything = ["organisation.grant_role", "organisation.fill_post", "organisation.open_unit"]
        assert listed(client, "") == everything
        assert listed(client, f"?object=organisation.unit:{told.pk}") == everything
        assert listed(client, f"?object=people.account:{cast.outsider.pk}") == everything[:2]
        assert listed(client, "?actor=fangwei") == everything[:1]
        assert listed(client, "?actor=FangWei&operation=organisation.open_unit") == []
        assert listed(client, "?operation=organisation.fill_post") == everything[1:2]
        assert listed(client, "?operation=organisation.") == everything
        assert listed(client, "?operation=network.") == []
        assert listed(client, f"?since={today}&until={today}") == everything
        assert listed(client, f"?since={today + timedelta(days=1)}") == []
        assert listed(client, f"?until={today - timedelta(days=1)}") == []
        assert listed(client, "?actor=nobody") == []
        assert listed(client, "?since=yesterday&before=x~y") == everything

    def test_from_the_page_of_a_record(self, cast: Cast, told: Unit) -> None:
        page = text(signed_in(cast.auditor).get(f"/organisation/units/{told.pk}/"))
        link = re.search(r'href="(/audit/\?object=organisation\.unit:\d+)"', page)
        assert link
        shown = text(signed_in(cast.auditor).get(link[1]))
        assert "这一记录的全部经过" in shown
        assert f'href="/organisation/units/{told.pk}/"' in shown
        assert "/audit/" not in text(signed_in(cast.officer).get(f"/organisation/units/{told.pk}/"))

    def test_opens_whole(self, cast: Cast, told: Unit) -> None:
        entry = AuditEntry.objects.get(operation="organisation.fill_post")
        page = text(signed_in(cast.auditor).get(f"/audit/{entry.pk}/"))
        for said in (
            "安排任职",
            "管理员",
            entry.payload_digest,
            "贵阳办",
            f"people.account:{cast.outsider.pk}",
        ):
            assert said in page
        assert signed_in(cast.auditor).get("/audit/0/").status_code == 404

    def test_rows_of_a_whole_open_from_it(self, cast: Cast) -> None:
        with system_writes("entries of a whole and its rows"):
            whole = AuditEntry.objects.create(
                operation="tests.rows", actor=cast.clerk, acted_at=timezone.now(), payload_digest="d" * 64
            )
            for number in range(3):
                AuditEntry.objects.create(
                    operation="tests.rows", actor=cast.clerk, acted_at=timezone.now(), payload_digest="d" * 64,
                    part_of=whole, objects_named=[f"network.station:{number}"],
                )  # fmt: skip
        client = signed_in(cast.auditor)
        assert f"/audit/?part_of={whole.pk}" in text(client.get(f"/audit/{whole.pk}/"))
        rows = client.get(f"/audit/?part_of={whole.pk}").context["rows"]
        assert [row["entry"].objects_named for row in rows] == [[f"network.station:{n}"] for n in (2, 1, 0)]
        assert f'href="/audit/{whole.pk}/"' in text(client.get(f"/audit/{rows[0]['entry'].pk}/"))

    def test_goes_back_page_by_page_and_misses_nothing(self, cast: Cast) -> None:
        with system_writes("many entries of one moment"):
            AuditEntry.objects.bulk_create(
                AuditEntry(
                    operation="tests.many", actor=cast.clerk, acted_at=timezone.now(), payload_digest="d" * 64
                )
                for _ in range(120)
            )
        client, seen, query = signed_in(cast.auditor), [], "?"
        for count in (50, 50, 20):
            answer = client.get(f"/audit/{query}")
            assert len(answer.context["rows"]) == count
            seen += [row["entry"].pk for row in answer.context["rows"]]
            found = re.search(r'href="(\?[^"]*before=[^"]+)" rel="next"', text(answer))
            query = found[1] if found else ""
        assert query == ""
        assert seen == sorted(AuditEntry.objects.values_list("pk", flat=True), reverse=True)


class TestSignIns:
    def test_right_wrong_and_locked_are_read(self, cast: Cast) -> None:
        Client().post("/sign-in", {"username": "weilan", "password": PASSWORD}, HTTP_USER_AGENT="Firefox/1")
        for _ in range(6):
            Client().post("/sign-in", {"username": "chenli", "password": "wrong"})
        client = signed_in(cast.auditor)

        def kinds(query: str) -> list[tuple[str, str]]:
            rows = client.get(f"/audit/sign-ins/{query}").context["rows"]
            return [(row["line"].kind, row["line"].account.username) for row in rows]

        wrong, locked = ("WRONG_PASSWORD", "chenli"), ("LOCKED", "chenli")
        assert kinds("") == [locked, locked, wrong, wrong, wrong, wrong, ("SIGNED_IN", "weilan")]
        assert kinds("?kind=LOCKED") == [locked] * 2
        assert kinds("?account=weilan") == [("SIGNED_IN", "weilan")]
        Client().post("/sign-in", {"username": "nobody", "password": "wrong"})
        assert kinds("?account=nobody") == []
        assert kinds(f"?until={timezone.localdate() - timedelta(days=1)}") == []
        page = text(client.get("/audit/sign-ins/"))
        for said in ("没有这个登录名", "韦兰", "127.0.0.1", "Firefox/1", "锁定中，被拒绝", "密码不对"):
            assert said in page

    def test_english(self, cast: Cast) -> None:
        client = signed_in(cast.auditor)
        client.cookies["bangfu_language"] = "en"
        assert "No sign-in matches" in text(client.get("/audit/sign-ins/"))
        assert "No operation matches" in text(client.get("/audit/?actor=nobody"))


class TestExport:
    def test_csv_of_what_was_narrowed_says_where_it_comes_from(self, cast: Cast, told: Unit) -> None:
        answer = signed_in(cast.auditor).post("/audit/operations.csv", {"actor": "fangwei"})
        lines = b"".join(answer).decode("utf-8-sig").splitlines()
        assert lines[0] == "编号,时间,操作,登录名,何人,对象,参数摘要,请求号,令牌,所属批量操作"
        assert [line.split(",")[2:5] for line in lines[1:2]] == [
            ["organisation.grant_role", "fangwei", "方维"]
        ]
        assert lines[2:6] == ["", "内容,操作留痕", "筛选,actor=fangwei", "导出人,何静"]

    def test_xlsx_of_sign_ins(self, cast: Cast) -> None:
        Client().post("/sign-in", {"username": "weilan", "password": PASSWORD}, HTTP_USER_AGENT="=cmd()")
        answer = signed_in(cast.auditor).post("/audit/sign_ins.xlsx", {})
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))
        rows = list(book["留痕"].iter_rows(values_only=True))
        assert rows[0] == ("时间", "情况", "登录名", "何人", "第二因素", "地址", "浏览器")
        assert rows[1][1:4] == ("登录", "weilan", "韦兰")
        assert rows[1][6] == "=cmd()"

    def test_is_itself_in_the_trail(self, cast: Cast) -> None:
        signed_in(cast.auditor).post("/audit/sign_ins.csv", {"kind": "LOCKED"})
        entry = AuditEntry.objects.get()
        assert (entry.operation, entry.actor) == ("operations.export_audit", cast.auditor)

    def test_knows_no_other_list_or_form(self, cast: Cast) -> None:
        client = signed_in(cast.auditor)
        for page in ("/audit/accounts.csv", "/audit/operations.pdf"):
            assert client.post(page).status_code == 404
        assert client.get("/audit/operations.csv").status_code == 405
        assert not AuditEntry.objects.exists()


def test_days_begin_at_midnight_in_the_house(cast: Cast) -> None:
    with system_writes("two lines around midnight"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_signin (recorded_at, kind, account_id, with_second_factor, browser)"
            " SELECT moment::timestamptz, 'SIGNED_IN', %s, false, ''"
            " FROM unnest(ARRAY['2020-06-30T23:59:59+08', '2020-07-01T00:00:00+08']) AS moment",
            [cast.clerk.pk],
        )

    def days(since: str, until: str) -> list[datetime]:
        return [line.recorded_at for line in trail.sign_ins(Asked(since=since, until=until))]

    assert len(days("2020-06-30", "2020-06-30")) == len(days("2020-07-01", "2020-07-01")) == 1
    assert len(days("2020-06-30", "2020-07-01")) == 2
    assert SignIn.objects.count() == 2
