"""The pages: who sees what, lists that narrow and sort, files, and forms that lead to the operations."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported.operations import verify_reported_paper
from bangfu.foundation.intake.reported.parties import party_of
from bangfu.foundation.ledger.measures import Party
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import record_type
from tests.cast import CEHENG, GUIZHOU, Cast
from tests.foundation.intake.reported.reporting import (
    RELIEF,
    STUDENTS,
    Row,
    Sheet,
    facts,
    imported,
    record,
    verified,
)

SignedIn = Callable[[Account], Client]
LIST = f"/intake/reported/{RELIEF}/"
TYPED = {
    "reference": "gz-2019-10", "title": "10月减免汇总", "place": "册亨县 522327", "happened_on": "2019-10-31",
    "quantity": "1234.50", "remark": "", "line": "",
}  # fmt: skip


@pytest.fixture
def signed_in() -> SignedIn:
    def enter(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def reported(cast: Cast, tmp_path: Path) -> Cast:
    """Three records of 贵州, verified, and one of 云南 that waits."""
    rows = [
        Row("GZ-1", "100.50"),
        Row("GZ-2", "30", place="望谟县", happened_on=date(2018, 5, 4), title="=cmd()"),
        Row("GZ-3", "20", title="补报"),
    ]
    paper = imported(Sheet(rows), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
    verify_reported_paper(batch=paper, act=cast.act(cast.verifier))
    theirs = Sheet([Row("YN-1", "7", place="富源县", happened_on=date(2020, 1, 5))], name="云南.xlsx")
    imported(theirs, unit=cast.yunnan, act=cast.act(cast.clerk_of_yunnan), folder=tmp_path)
    return cast


def references(client: Client, query: str = "") -> list[str]:
    """Return the references that the list shows, in its order."""
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == 200
    return [row["record"].reference for row in answer.context["rows"]]


@pytest.mark.django_db
class TestWhoSees:
    def test_each_sees_their_own(self, reported: Cast, signed_in: SignedIn) -> None:
        every = {"GZ-1", "GZ-2", "GZ-3", "YN-1"}
        seen = {
            who: set(references(signed_in(getattr(reported, who))))
            for who in ("officer", "verifier", "auditor", "clerk", "clerk_of_yunnan", "county_official")
        }
        assert seen == {
            "officer": every, "verifier": every, "auditor": every, "clerk": {"GZ-1", "GZ-2", "GZ-3"},
            "clerk_of_yunnan": {"YN-1"}, "county_official": {"GZ-1", "GZ-3"},
        }  # fmt: skip

    def test_a_record_out_of_reach_is_refused(self, reported: Cast, signed_in: SignedIn) -> None:
        address = f"/intake/records/{record('GZ-1').pk}/"
        for account, status in (
            (reported.clerk, 200),
            (reported.clerk_of_yunnan, 403),
            (reported.outsider, 403),
        ):
            assert signed_in(account).get(address).status_code == status
        assert signed_in(reported.clerk).get("/intake/records/0/").status_code == 404
        assert signed_in(reported.outsider).get("/intake/reported/").status_code == 403

    def test_what_is_not_reported_is_said_so(self, reported: Cast, signed_in: SignedIn) -> None:
        answer = signed_in(reported.clerk).get("/intake/reported/network.base_stations/")
        assert "没有可以报送的度量" in answer.content.decode()


@pytest.mark.django_db
class TestMeasures:
    def test_shows_room_by_room_what_stands_reported(self, reported: Cast, signed_in: SignedIn) -> None:
        answer = signed_in(reported.officer).get("/intake/reported/?room=tariffs")
        ((one,),) = [entry["rows"] for entry in answer.context["found"]]
        standing = one["standing"]
        assert (standing.verified, standing.waiting, standing.quantity) == (3, 1, Decimal("150.5"))
        text = answer.content.decode()
        assert "150.50 元" in text
        assert f'href="/intake/{RELIEF}/new"' in text

    def test_offers_only_what_the_reader_may_do(self, reported: Cast, signed_in: SignedIn) -> None:
        text = signed_in(reported.auditor).get("/intake/reported/").content.decode()
        assert "/new" not in text
        assert "/register" not in text

    def test_finds_a_measure_by_its_name(self, reported: Cast, signed_in: SignedIn) -> None:
        client = signed_in(reported.officer)
        answer = client.get("/intake/reported/?q=直播")
        found = [row["measure"].code for entry in answer.context["found"] for row in entry["rows"]]
        assert found == ["shop.livestream_ordered", "shop.livestream_hosts"]
        assert "没有符合条件的度量" in client.get("/intake/reported/?q=月球").content.decode()

    def test_the_work_page_leads_to_each_room(self, reported: Cast, signed_in: SignedIn) -> None:
        text = signed_in(reported.clerk).get("/work/").content.decode()
        assert 'href="/intake/reported/?room=tariffs"' in text
        assert 'href="/intake/reported/?room=goods"' in text
        assert "reported" not in signed_in(reported.outsider).get("/work/").content.decode()

    def test_the_uploads_page_is_not_flooded_by_them(self, reported: Cast, signed_in: SignedIn) -> None:
        answer = signed_in(reported.clerk).get("/intake/")
        assert [layout.code for layout in answer.context["layouts"]] == ["network.stations"]
        assert 'href="/intake/reported/"' in answer.content.decode()


@pytest.mark.django_db
class TestRecords:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["YN-1", "GZ-3", "GZ-1", "GZ-2"]),
            ("?sort=quantity", ["YN-1", "GZ-3", "GZ-2", "GZ-1"]),
            ("?sort=-reference", ["YN-1", "GZ-3", "GZ-2", "GZ-1"]),
            ("?q=gz-2", ["GZ-2"]),
            ("?q=补报", ["GZ-3"]),
            (f"?place={CEHENG}", ["GZ-3", "GZ-1"]),
            (f"?place={GUIZHOU}&year=2018", ["GZ-2"]),
            ("?state=SUBMITTED", ["YN-1"]),
            ("?year=junk&state=junk&sort=junk&place=junk", ["GZ-2", "GZ-1", "GZ-3", "YN-1"]),
        ],
    )
    def test_narrow_and_sort(self, reported: Cast, signed_in: SignedIn, query: str, found: list[str]) -> None:
        assert references(signed_in(reported.officer), query) == found

    def test_an_empty_list_says_what_to_do(self, reported: Cast, signed_in: SignedIn) -> None:
        client = signed_in(reported.clerk)
        assert "还没有报送过" in client.get("/intake/reported/goods.children/").content.decode()
        assert "没有符合条件的记录" in client.get(f"{LIST}?q=zzz").content.decode()

    def test_leave_as_csv_that_runs_nothing_and_says_where_from(
        self, reported: Cast, signed_in: SignedIn
    ) -> None:
        answer = signed_in(reported.officer).get(f"{LIST}records.csv?year=2018")
        text = b"".join(answer.streaming_content).decode()
        lines = text.splitlines()
        assert (
            lines[1]
            == "GZ-2,'=cmd(),522326,贵州省黔西南布依族苗族自治州望谟县,2018-05-04,30.00,元,,贵州省分公司,,已核验,1"
        )
        assert "筛选,2018 年" in lines
        assert any(
            line.startswith("来源,http://testserver/intake/reported/tariffs.relief/") for line in lines
        )

    def test_leave_as_a_workbook_with_numbers(self, reported: Cast, signed_in: SignedIn) -> None:
        answer = signed_in(reported.officer).get(f"{LIST}records.xlsx?sort=reference")
        content = b"".join(answer.streaming_content)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        assert [(row[0], row[5]) for row in rows[1:]] == [
            ("GZ-1", 100.5), ("GZ-2", 30.0), ("GZ-3", 20.0), ("YN-1", 7.0),
        ]  # fmt: skip


@pytest.mark.django_db
class TestRecord:
    def test_tells_its_life(self, reported: Cast, signed_in: SignedIn) -> None:
        text = signed_in(reported.clerk).get(f"/intake/records/{record('GZ-1').pk}/").content.decode()
        for words in ("100.50 元", "从表格《减免.xlsx》导入", "核验通过并计入", "slip.txt", "待封存"):
            assert words in text

    def test_is_told_to_the_drawer_without_anything_personal(self, cast: Cast) -> None:
        party = party_of("XJ-1", Party.PERSON)
        made = verified(cast, measure=STUDENTS, quantity=Decimal(1), party=party, title="助学金发放")
        summary = record_type("intake.reported_record").summaries([made.pk, 0])
        assert [(label.zh, value) for label, value in summary[made.pk].rows] == [
            ("名称", "助学金发放"), ("度量", "受助学生"), ("数量", "1 人"),
            ("地点", "贵州省黔西南布依族苗族自治州册亨县"), ("日期", "2019-09-30"), ("单位", "贵州省分公司"),
            ("专业线", "—"), ("状态", "已核验"),
        ]  # fmt: skip
        assert list(summary) == [made.pk]


@pytest.mark.django_db
class TestForms:
    def test_from_the_form_to_the_figure(self, cast: Cast, signed_in: SignedIn) -> None:
        clerk, verifier = signed_in(cast.clerk), signed_in(cast.verifier)
        form = clerk.get(f"{LIST}register")
        key = form.context["form"]["key"].value()
        typed = TYPED | {"key": key, "unit": cast.guizhou.pk}
        files = {"evidence": SimpleUploadedFile("slip.txt", "10月".encode())}
        answer = clerk.post(f"{LIST}register", typed | files)
        made = ReportedRecord.objects.get()
        page = f"/intake/records/{made.pk}/"
        assert (answer.status_code, answer.headers["Location"]) == (302, page)
        assert (made.reference, made.quantity) == ("GZ-2019-10", Decimal("1234.5"))

        assert "提交核验" in clerk.get(page).content.decode()
        assert clerk.post(f"{page}submit").headers["Location"] == page
        assert "须由另一位有核验权限的同事核验" in clerk.get(page).content.decode()
        assert verifier.post(f"{page}return", {"remark": "请附汇总表"}).headers["Location"] == page
        assert "请附汇总表" in clerk.get(page).content.decode()

        changed = TYPED | {"key": "k2", "quantity": "1200"}
        assert clerk.post(f"{page}revise", changed).headers["Location"] == page
        clerk.post(f"{page}submit")
        assert verifier.post(f"{page}verify").headers["Location"] == page
        correction = {
            "key": "k3", "quantity": "1100.00", "happened_on": "2019-10-31", "place": "册亨县 522327",
            "reason": "wrong_quantity", "remark": "账单",
        }  # fmt: skip
        assert clerk.post(f"{page}correct", correction).headers["Location"] == page
        verifier.post(f"{page}verify")
        gone = {"key": "k4", "reason": "duplicate_report", "remark": "总部已报"}
        assert clerk.post(f"{page}withdraw", gone).headers["Location"] == page
        assert [int(fact[0]) for fact in facts()] == [1200, -1200, 1100, -1100]
        text = clerk.get(page).content.decode()
        assert "总部已报" in text
        assert "数量有误，更正并重新提交" in text

    def test_a_refusal_stands_above_the_form_and_nothing_is_written(
        self, reported: Cast, signed_in: SignedIn
    ) -> None:
        client = signed_in(reported.clerk)
        typed = TYPED | {"key": "k", "unit": reported.guizhou.pk, "reference": "GZ-1"}
        answer = client.post(f"{LIST}register", typed)
        assert answer.status_code == 409
        assert "已核验，内容与此处不同" in answer.content.decode()
        wrong = client.post(f"{LIST}register", typed | {"quantity": "1.005", "place": "月球"})
        assert wrong.status_code == 422
        assert set(wrong.context["form"].errors) == {"quantity", "place"}
        assert ReportedRecord.objects.count() == 4

    def test_a_person_is_named_once_and_stays_when_changed(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.clerk)
        address = f"/intake/reported/{STUDENTS}/register"
        typed = TYPED | {"unit": cast.guizhou.pk, "quantity": "1"}
        assert "party_number" in client.post(address, typed | {"key": "a"}).context["form"].errors
        refused = client.post(address, typed | {"key": "b", "party_number": "52232720100307001X"})
        assert (refused.status_code, "身份证号码" in refused.content.decode()) == (409, True)
        client.post(address, typed | {"key": "c", "party_number": "XJ-1"})
        made = ReportedRecord.objects.get()
        assert made.party == party_of("XJ-1", Party.PERSON)
        changed = typed | {"key": "d", "title": "改名", "party_number": ""}
        client.post(f"/intake/records/{made.pk}/revise", changed)
        made.refresh_from_db()
        assert (made.title, made.party) == ("改名", party_of("XJ-1", Party.PERSON))

    def test_places_are_offered_while_typing(self, cast: Cast, signed_in: SignedIn) -> None:
        text = signed_in(cast.clerk).get("/intake/reported/places?place=册亨").content.decode()
        assert "贵州省黔西南布依族苗族自治州册亨县 522327" in text

    def test_pages_speak_english(self, reported: Cast, signed_in: SignedIn) -> None:
        client = signed_in(reported.clerk)
        client.cookies["bangfu_language"] = "en"
        for address, words in (
            ("/intake/reported/", "Communication fees waived"),
            (LIST, "Reported by"),
            (f"/intake/records/{record('GZ-1').pk}/", "Verified and counted"),
            (f"{LIST}register", "Reference"),
        ):
            assert words in client.get(address).content.decode()
