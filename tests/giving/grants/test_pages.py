"""Staff lead a programme through its pages: nobody's name, number or account stands on one of them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bangfu.foundation.operations import system_writes
from bangfu.giving.grants import operations as granting
from bangfu.giving.grants.models import Application, Award, Meeting, Notice, Objection, Programme
from tests.cast import GUYUAN, Cast
from tests.giving.campaigns import given
from tests.giving.grants.applied import OTHER_SCHOOL, PAPER, Granting, account_number, number, opened, school


@pytest.fixture
def granted(cast: Cast) -> Granting:
    """A programme that takes applications today, by the wall clock: pages act now."""
    story = opened(cast)
    with system_writes("a programme of today"):
        Programme.objects.update(closes_on=timezone.localdate() + timedelta(days=90))
    return story


def sent(client: Client, address: str, /, **said: Any) -> Any:
    return client.post(address, {"key": secrets.token_hex(8), **said})


def form(granted: Granting, order: int, **changes: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "school": granted.school.pk, "class_name": "八2", "name": f"学生{order}", "identity_number": number(order, "20150315"),
        "relation": "FATHER", "guardian": f"家长{order}", "guardian_born_on": "1980-05-06", "household": "MINIMUM",
        "account_owner": "GUARDIAN",
        "account": account_number(order), "consented_on": today, "papers": SimpleUploadedFile(*PAPER), **changes,
    }  # fmt: skip


class TestStaff:
    def test_draft_and_open_a_programme(self, cast: Cast, client: Client) -> None:
        given.grant(cast.officer, cast.group, "accountant")
        client.force_login(cast.officer)
        assert "还没有助学项目" in client.get("/grants/").content.decode()
        fund, today = given.fund(cast), timezone.localdate()
        answer = sent(
            client, "/grants/new", unit=cast.office.pk, code="ZX", name_zh="助学", fund=fund.pk, amount_yuan="1000", year="2026",
            half="autumn", opens_on=today.isoformat(), last_day=(today + timedelta(days=30)).isoformat(), display_days="5",
            quorum="2", rest_days="2026-10-01 2026-10-02",
        )  # fmt: skip
        assert answer.status_code == 302, answer.content.decode()[:3000]
        at = answer["Location"]
        for page, said in (
            ("criterion", {"code": "A", "points": "10", "title_zh": "低保", "household": "MINIMUM"}),
            ("criterion", {"code": "B", "points": "5", "title_zh": "住校"}),
            (
                "quota",
                {
                    "place": "册亨县 522327",
                    "pupils": "3",
                    "school_code": "2152002345",
                    "school_name": "民族中学",
                },
            ),
            ("member", {"name": "张三", "post": "校长"}),
            ("member", {"name": "李四", "post": "村支书"}),
        ):
            assert client.get(f"{at}{page}").status_code == 200
            answer = sent(client, f"{at}{page}", **said)
            assert answer.status_code == 302, (page, answer.content.decode()[-3000:])
        assert sent(client, f"{at}strike", code="B").status_code == 302
        assert sent(client, f"{at}revise", name_zh="助学二", fund=fund.pk, amount_yuan="1000", year="2026", half="autumn",
                    opens_on=today.isoformat(), last_day=(today + timedelta(days=30)).isoformat(), display_days="6",
                    quorum="2").status_code == 302  # fmt: skip
        page = client.get(at).content.decode()
        assert "张三" not in page
        assert "张*" in page
        assert sent(client, f"{at}move/open").status_code == 302
        one = Programme.objects.get()
        assert (one.state, one.display_days, one.name_zh) == ("OPEN", 6, "助学二")
        blank = client.get(f"{at}blank/{one.quotas.get().school_id}.xlsx")
        assert (blank.status_code, blank.content[:2]) == (200, b"PK")
        for name in ("programmes.xlsx", "programmes.csv", "notices.csv", "objections.csv"):
            assert client.get(f"/grants/{name}").status_code == 200
        assert sent(client, f"{at}move/nowhere").status_code == 404

    def test_from_the_paper_form_to_the_award(self, granted: Granting, client: Client) -> None:
        cast, key = granted.cast, granted.programme.pk
        client.force_login(cast.officer)
        for order in (1, 2):
            answer = sent(client, f"/grants/{key}/apply", **form(granted, order))
            assert answer.status_code == 302, answer.content.decode()[-3000:]
        third = sent(client, f"/grants/{key}/apply", **form(granted, 3, papers="", consented_on=""))
        at = third["Location"]
        assert "还没有" in client.get(at).content.decode()
        refused = sent(client, f"/grants/{key}/apply", **form(granted, 1))
        assert (refused.status_code, "已有申请" in refused.content.decode()) == (409, True)
        one = Application.objects.get(pk=at.strip("/").split("/")[-1])
        asked = f"/grants/applications/consent?row={one.pk}"
        assert client.get(asked).status_code == 200
        paper = SimpleUploadedFile("三.pdf", b"%PDF-1.4 third")
        assert (
            sent(client, asked, consented_on=timezone.localdate().isoformat(), papers=paper).status_code
            == 302
        )
        assert (
            sent(
                client, f"{at}correct", class_name="八3", household="OTHER", other_aid="国家助学金"
            ).status_code
            == 302
        )
        assert (
            sent(client, f"{at}account", account=account_number(33), account_owner="PUPIL").status_code == 302
        )
        assert client.get(f"/grants/{key}/papers").status_code == 200
        stray = SimpleUploadedFile("IMG.pdf", b"%PDF-1.4 stray")
        answer = sent(
            client, f"/grants/{key}/papers", consented_on=timezone.localdate().isoformat(), papers=stray
        )
        assert "IMG.pdf" in client.get(answer["Location"]).content.decode()
        self.nobody_is_named(client, at)
        self.vet(granted, client)
        self.decide(granted, client)

    def nobody_is_named(self, client: Client, at: str) -> None:
        listed = client.get("/grants/applications/").content.decode()
        page = client.get(at).content.decode()
        for hidden in ("学生3", "家长3", account_number(33), number(3, "20150315")):
            assert hidden not in listed
            assert hidden not in page
        assert sent(client, at, reason="").status_code == 409
        clear = sent(client, at, reason="核对存折照片").content.decode()
        for shown in ("学生3", "家长3", account_number(33), number(3, "20150315")):
            assert shown in clear
        assert (
            client.get("/grants/applications/?find=no_consent").content.decode().count("ZX-2020-QIU-0") == 0
        )

    def vet(self, granted: Granting, client: Client) -> None:
        cast = granted.cast
        keys = list(Application.objects.order_by("pk").values_list("pk", flat=True))
        answer = sent(client, "/grants/applications/many", row=keys, step="vet")
        assert (answer.status_code, "由您本人录入" in answer.content.decode()) == (409, True)
        client.force_login(cast.verifier)
        assert sent(client, "/grants/applications/many", step="vet").status_code == 409
        answer = sent(
            client,
            "/grants/applications/many",
            row=keys[:1],
            step="vet",
            back="/grants/applications/?state=ENTERED",
        )
        assert answer["Location"] == "/grants/applications/?state=ENTERED"
        answer = sent(
            client,
            "/grants/applications/many",
            row=keys[2:],
            step="refuse",
            reason="NOT_IN_NEED",
            back="//evil",
        )
        assert answer["Location"] == "/grants/applications/"
        assert sent(client, "/grants/applications/all").status_code == 302
        assert list(Application.objects.order_by("pk").values_list("state", flat=True)) == [
            "VETTED",
            "VETTED",
            "REFUSED",
        ]

    def decide(self, granted: Granting, client: Client) -> None:
        cast, key = granted.cast, granted.programme.pk
        client.force_login(cast.officer)
        at = f"/grants/{key}/"
        assert sent(client, f"{at}move/vetting").status_code == 302
        members = [one.pk for one in granted.programme.members.all()]
        today = timezone.localdate().isoformat()
        answer = sent(client, f"{at}meet", held_on=today, present=members)
        assert answer.status_code == 302, answer.content.decode()[-2000:]
        meeting, first = Meeting.objects.get(), Application.objects.earliest("pk")
        there = f"/grants/meetings/{meeting.pk}/"
        assert first.number in client.get(there).content.decode()
        assert (
            sent(client, f"{there}recuse", member=members[0], number=first.number, why="KIN").status_code
            == 302
        )
        assert sent(client, f"{there}recuse", member=members[0], number="X", why="KIN").status_code == 409
        assert sent(client, f"{there}decide", against="没有").status_code == 422
        assert sent(client, f"{there}decide", against=f"{first.number} 9").status_code == 409
        assert sent(client, f"{there}decide", against=f"{first.number} 1").status_code == 302
        assert "通过 2" in client.get(there).content.decode()
        assert sent(client, f"{at}move/display").status_code == 302
        notice = Notice.objects.get()
        printed = sent(client, "/grants/notices/many", row=[notice.pk], step="print")
        assert (printed["Content-Type"], printed.content[:4]) == ("application/pdf", b"%PDF")
        assert sent(client, "/grants/notices/many", step="print").status_code == 409
        undated = sent(client, "/grants/notices/many", row=[notice.pk], step="post", posted_on="")
        assert (undated.status_code, "张贴日期：" in undated.content.decode()) == (422, True)
        assert f'aria-label="{notice.number}" checked' in undated.content.decode()
        later = sent(client, "/grants/notices/many", row=[notice.pk], step="post", posted_on="2099-01-01")
        assert (later.status_code, 'value="2099-01-01"' in later.content.decode()) == (409, True)
        assert f'aria-label="{notice.number}" checked' in later.content.decode()
        assert (
            sent(client, "/grants/notices/many", row=[notice.pk], step="post", posted_on=today).status_code
            == 302
        )
        assert notice.number in client.get("/grants/notices/?show=up").content.decode()
        self.object_and_award(granted, client, first)

    def object_and_award(self, granted: Granting, client: Client, first: Application) -> None:
        cast, today = granted.cast, timezone.localdate().isoformat()
        at = f"/grants/applications/{first.pk}/"
        assert sent(client, f"{at}object", received_on=today, way="PHONE", text="家里开厂").status_code == 302
        assert "家里开厂" not in client.get("/grants/objections/").content.decode()
        given.grant(cast.clerk, cast.group, "verifier")
        client.force_login(cast.clerk)
        objection = Objection.objects.get()
        assert "家里开厂" in client.get(f"/grants/objections/{objection.pk}/answer").content.decode()
        answer = sent(client, f"/grants/objections/{objection.pk}/answer", is_upheld="no", answer="查无此事")
        assert answer.status_code == 302
        client.force_login(cast.officer)
        refused = sent(client, f"/grants/{granted.programme.pk}/move/award")
        assert (refused.status_code, "公示期未满" in refused.content.decode()) == (409, True)
        with system_writes("days pass"):
            day = timezone.localdate() - timedelta(days=9)
            Notice.objects.update(posted_on=day - timedelta(days=7), until_on=day)
        assert sent(client, f"/grants/{granted.programme.pk}/move/award").status_code == 302
        assert Award.objects.count() == 2
        assert "待发放" in client.get(at).content.decode()
        assert client.get("/grants/?q=秋季&state=AWARDED").content.decode().count("ZX-2020-QIU") == 1

    def test_who_has_no_grant_sees_nothing(self, granted: Granting, client: Client) -> None:
        one = granted.apply()
        client.force_login(granted.cast.outsider)
        for page in (
            "",
            f"{granted.programme.pk}/",
            "applications/",
            f"applications/{one.pk}/",
            "notices/",
            "objections/",
        ):
            assert client.get(f"/grants/{page}").status_code == 403
        client.force_login(granted.cast.clerk)
        assert client.get(f"/grants/applications/{one.pk}/").status_code == 403
        client.logout()
        assert client.get("/grants/").status_code == 302

    def test_withdraws_and_english(self, granted: Granting, client: Client) -> None:
        one = granted.apply()
        client.force_login(granted.cast.officer)
        assert sent(client, f"/grants/applications/{one.pk}/withdraw", reason="ASKED").status_code == 302
        page = client.get("/grants/applications/", headers={"accept-language": "en"}).content.decode()
        assert "学生1" not in page
        assert (
            sent(
                client,
                f"/grants/{granted.programme.pk}/member/{granted.programme.members.earliest('pk').pk}/leave",
            ).status_code
            == 302
        )


class TestCounty:
    def test_reads_the_programme_of_its_schools_and_fetches_their_blank_sheets(
        self, granted: Granting, client: Client
    ) -> None:
        cast, at = granted.cast, f"/grants/{granted.programme.pk}/"
        other = school(cast, OTHER_SCHOOL, GUYUAN)
        granting.set_quota(
            programme=granted.programme, place=other.place, pupils=5, school=other, act=granted.act()
        )
        client.force_login(cast.county_official)
        page = client.get(at).content.decode()
        assert (granted.school.name in page, other.name in page, "筹得" in page) == (True, False, False)
        assert client.get(f"{at}blank/{granted.school.pk}.xlsx").status_code == 200
        assert client.get(f"{at}blank/{other.pk}.xlsx").status_code == 403
        client.force_login(cast.outsider)
        assert client.get(at).status_code == 403

    def test_applies_where_its_schools_have_a_quota(self, granted: Granting, client: Client) -> None:
        at = f"/grants/{granted.programme.pk}/"
        client.force_login(granted.cast.county_official)
        assert f'href="{at}apply"' in client.get(at).content.decode()
        with system_writes("the quota of another county"):
            granted.programme.quotas.update(place=GUYUAN, school=None)
        assert f'href="{at}apply"' not in client.get(at).content.decode()
        assert client.get(f"{at}apply").status_code == 403

    def test_is_offered_its_own_office_for_a_class_sheet(self, granted: Granting, client: Client) -> None:
        client.force_login(granted.cast.county_official)
        page = client.get("/intake/grants.class/new").content.decode()
        assert granted.cast.ceheng.name in page
        assert granted.cast.office.name not in page

    def test_signed_papers_are_links_for_those_who_may_open_them(
        self, granted: Granting, client: Client
    ) -> None:
        one = granted.apply(1)
        for account, is_link in ((granted.cast.county_official, False), (granted.cast.officer, True)):
            client.force_login(account)
            page = client.get(f"/grants/applications/{one.pk}/").content.decode()
            assert PAPER[0] in page
            assert ("/evidence/" in page) is is_link

    def test_the_form_asks_the_guardians_birth_date_and_refuses_a_minor(
        self, granted: Granting, client: Client
    ) -> None:
        client.force_login(granted.cast.officer)
        at = f"/grants/{granted.programme.pk}/apply"
        assert "监护人出生日期" in client.get(at).content.decode()
        young = timezone.localdate() - timedelta(days=17 * 365)
        for born, says in (("", "请写监护人出生日期"), (young.isoformat(), "未成年人不能作监护人")):
            answer = sent(client, at, **form(granted, 1, guardian_born_on=born))
            assert answer.status_code == 409
            assert says in answer.content.decode()
        client.cookies["bangfu_language"] = "en"
        answer = sent(client, at, **form(granted, 1, guardian_born_on=young.isoformat()))
        assert "A minor can neither be a guardian nor consent" in answer.content.decode()
        assert not Application.objects.exists()
