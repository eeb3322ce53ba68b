"""The room's pages: who sees what, lists that narrow and sort, forms that lead to the operations."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import load_workbook

from bangfu.connectivity.network.models import Station
from bangfu.connectivity.network.operations import verify_stations
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.people.models import Account
from bangfu.foundation.records import doors_of
from bangfu.foundation.rooms import record_type
from tests.cast import CEHENG, GUIZHOU, Cast
from tests.connectivity.network.reporting import Row, Sheet, imported, station
from tests.foundation.review.looking import looked_at

ROWS = [
    Row("GZ-CH-0001"),
    Row("GZ-CH-0002", technology="NB"),
    Row("GZ-WM-0003", county="望谟县", site_code="TT-2", accepted_on=date(2018, 5, 4), on_air_on=None),
]

SignedIn = Callable[[Account], Client]


@pytest.fixture
def signed_in() -> SignedIn:
    def enter(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def reported(cast: Cast, tmp_path: Path) -> Cast:
    """Three stations of 贵州, verified, and one of 云南 that waits."""
    act = cast.act(cast.clerk)
    paper = imported(Sheet(ROWS), unit=cast.guizhou, act=act, folder=tmp_path)
    verify_stations(batch=looked_at(paper, cast.act(cast.verifier)), act=cast.act(cast.verifier))
    theirs = Row(
        "YN-FY-0001", county="富源县", site_code="TT-9", accepted_on=date(2020, 1, 5), on_air_on=None
    )
    imported(
        Sheet([theirs], name="云南.xlsx"),
        unit=cast.yunnan,
        act=cast.act(cast.clerk_of_yunnan),
        folder=tmp_path,
    )
    return cast


def codes(client: Client, query: str = "") -> list[str]:
    """Return the codes that the list shows, in its order."""
    response = client.get(f"/network/stations/{query}")
    assert response.status_code == 200
    return [found.code for found, *_ in response.context["rows"]]


@pytest.mark.django_db
class TestWhoSees:
    def test_each_sees_their_own(self, reported: Cast, signed_in: SignedIn) -> None:
        every = {"GZ-CH-0001", "GZ-CH-0002", "GZ-WM-0003", "YN-FY-0001"}
        sees = {
            reported.officer: every,
            reported.auditor: every,
            reported.verifier: every,
            reported.clerk: every - {"YN-FY-0001"},
            reported.clerk_of_yunnan: {"YN-FY-0001"},
            reported.county_official: {"GZ-CH-0001", "GZ-CH-0002"},
        }
        for account, seen in sees.items():
            assert set(codes(signed_in(account))) == seen, account
        assert signed_in(reported.outsider).get("/network/stations/").status_code == 403

    def test_a_station_opens_only_to_who_may_read_it(self, reported: Cast, signed_in: SignedIn) -> None:
        address = record_type("network.station").address(station("GZ-WM-0003").pk)
        for account, status in (
            (reported.clerk, 200), (reported.auditor, 200), (reported.clerk_of_yunnan, 403),
            (reported.county_official, 403), (reported.outsider, 403),
        ):  # fmt: skip
            assert signed_in(account).get(address).status_code == status, account

    def test_an_empty_room_says_what_to_do_first(self, cast: Cast, signed_in: SignedIn) -> None:
        text = signed_in(cast.clerk).get("/network/stations/").content.decode()
        assert "还没有基站" in text
        assert "/intake/network.stations/new" in text


@pytest.mark.django_db
class TestList:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["YN-FY-0001", "GZ-CH-0002", "GZ-CH-0001", "GZ-WM-0003"]),
            (f"?place={GUIZHOU}&sort=code", ["GZ-CH-0001", "GZ-CH-0002", "GZ-WM-0003"]),
            (f"?place={CEHENG}&sort=-code", ["GZ-CH-0002", "GZ-CH-0001"]),
            ("?year=2018", ["GZ-WM-0003"]),
            ("?state=SUBMITTED", ["YN-FY-0001"]),
            ("?technology=NB", ["GZ-CH-0002"]),
            ("?q=gz-w", ["GZ-WM-0003"]),
            ("?q=%25", []),
            ("?place=abc&year=x&state=x&technology=x&sort=x&page=x", None),
        ],
    )
    def test_narrows_and_sorts(
        self, reported: Cast, signed_in: SignedIn, query: str, found: list[str] | None
    ) -> None:
        shown = codes(signed_in(reported.officer), query)
        assert shown == found if found is not None else len(shown) == 4

    def test_offers_the_places_that_have_stations(self, reported: Cast, signed_in: SignedIn) -> None:
        response = signed_in(reported.officer).get(f"/network/stations/?place={CEHENG}")
        assert response.context["provinces"] == [(GUIZHOU, "贵州省"), (530000000000, "云南省")]
        assert response.context["counties"] == [(522326000000, "望谟县"), (CEHENG, "册亨县")]

    def test_asks_the_database_as_often_for_many_as_for_few(
        self, reported: Cast, signed_in: SignedIn, django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        client = signed_in(reported.officer)
        client.get("/network/stations/")
        with django_assert_max_num_queries(24):
            client.get("/network/stations/")


@pytest.mark.django_db
class TestExport:
    def test_csv_says_where_it_comes_from_and_runs_no_formula(
        self, reported: Cast, signed_in: SignedIn
    ) -> None:
        response = signed_in(reported.officer).get(f"/network/stations.csv?place={CEHENG}&sort=code")
        text = b"".join(response.streaming_content).decode()
        lines = text.splitlines()
        assert lines[0].startswith("\ufeff基站编码,站址编码")
        assert lines[1].split(",")[:7] == [
            "GZ-CH-0001", "TT-522327-0103", "", "522327", "贵州省黔西南布依族苗族自治州册亨县", "贵州省分公司", "4G",
        ]  # fmt: skip
        assert [line.split(",")[0] for line in lines[1:3]] == ["GZ-CH-0001", "GZ-CH-0002"]
        assert "筛选,贵州省黔西南布依族苗族自治州册亨县" in text
        assert "导出人,周敏" in text

    def test_xlsx_has_a_sheet_of_its_source(self, reported: Cast, signed_in: SignedIn) -> None:
        response = signed_in(reported.clerk_of_yunnan).get("/network/stations.xlsx")
        content = b"".join(response.streaming_content)
        book = load_workbook(io.BytesIO(content))
        assert book.sheet_names == ["基站", "来源"]
        rows = book.get_sheet_by_name("基站").to_python()
        assert [row[0] for row in rows] == ["基站编码", "YN-FY-0001"]
        assert ["导出人", "段青"] in book.get_sheet_by_name("来源").to_python()

    def test_who_may(self, reported: Cast, signed_in: SignedIn) -> None:
        assert signed_in(reported.outsider).get("/network/stations.csv").status_code == 403


@pytest.mark.django_db
class TestStationPage:
    def test_shows_its_life(self, reported: Cast, signed_in: SignedIn) -> None:
        kept = station("GZ-CH-0001")
        text = signed_in(reported.clerk).get(f"/network/stations/{kept.pk}/").content.decode()
        for said in (
            "2019-09-12",
            "2019-08-30",
            "TT-522327-0103",
            "gz-ch-0001.txt",
            "韦兰",
            "陈立",
            "待封存",
            "GZ-CH-0002",
        ):
            assert said in text, said
        assert "更正…" in text
        assert "核验并计入" not in text

    def test_offers_to_raise_a_finding_to_who_may(self, reported: Cast, signed_in: SignedIn) -> None:
        found = Station.objects.get(code="GZ-CH-0001")
        address = f"/findings/new?record=network.station%3A{found.pk}"
        page = f"/network/stations/{found.pk}/"
        assert address in signed_in(reported.officer).get(page).content.decode()
        assert "GZ-CH-0001" in signed_in(reported.officer).get(address).content.decode()
        kind, today = record_type("network.station"), date(2020, 7, 31)
        assert [one.title.en for one in doors_of(kind, found.pk, reported.officer, today)] == [
            "Raise a finding"
        ]
        assert doors_of(kind, found.pk, reported.outsider, today) == []

    def test_in_english(self, reported: Cast, signed_in: SignedIn) -> None:
        client = signed_in(reported.clerk)
        client.cookies["bangfu_language"] = "en"
        text = client.get(f"/network/stations/{station('GZ-CH-0001').pk}/").content.decode()
        assert "Accepted (counts)" in text
        assert "Guizhou branch" in text

    def test_unknown(self, reported: Cast, signed_in: SignedIn) -> None:
        assert signed_in(reported.officer).get("/network/stations/999999/").status_code == 404

    def test_costs_few_queries(
        self, reported: Cast, signed_in: SignedIn, django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        client, kept = signed_in(reported.clerk), station("GZ-CH-0001")
        client.get(f"/network/stations/{kept.pk}/")
        with django_assert_max_num_queries(60):
            client.get(f"/network/stations/{kept.pk}/")


FORM = {
    "key": "k1",
    "code": "gz-ch-0100",
    "site_code": "TT-7",
    "site_name": "",
    "place": "贵州省黔西南布依族苗族自治州册亨县 522327",
    "technology": "4G",
    "band": "",
    "builder": "贵州分公司",
    "sharer": "",
    "on_air_on": "",
    "accepted_on": "2019-09-12",
    "capitalised_on": "",
    "paid_on": "",
}


@pytest.mark.django_db
class TestJourney:
    def test_from_the_form_to_the_count_and_back(self, cast: Cast, signed_in: SignedIn) -> None:
        clerk, verifier = signed_in(cast.clerk), signed_in(cast.verifier)
        files = SimpleUploadedFile("log.txt", b"RSRP -84", "text/plain")
        sent = {**FORM, "unit": cast.guizhou.pk, "evidence": files}
        response = clerk.post("/network/stations/register", sent)
        kept = station("GZ-CH-0100")
        page = f"/network/stations/{kept.pk}/"
        assert (response.status_code, response.headers["Location"]) == (302, page)

        assert "提交核验" in clerk.get(page).content.decode()
        assert clerk.post(f"{page}submit", {"key": "k2"}).status_code == 302
        assert "核验并计入" in verifier.get(page).content.decode()
        assert verifier.post(f"{page}return", {"key": "k3", "remark": ""}).status_code == 409
        assert verifier.post(f"{page}return", {"key": "k4", "remark": "缺频段"}).status_code == 302
        assert "缺频段" in clerk.get(page).content.decode()

        changed = {**FORM, "key": "k5", "band": "900 MHz"}
        assert clerk.post(f"{page}revise", changed).status_code == 302
        assert clerk.post(f"{page}submit", {"key": "k6"}).status_code == 302
        assert verifier.post(f"{page}verify", {"key": "k7"}).status_code == 302

        correction = {"key": "k8", "place": "册亨", "site_code": "TT-7", "accepted_on": "2019-10-01", "reason": "wrong_date",
                      "remark": "验收单"}  # fmt: skip
        assert clerk.post(f"{page}correct", correction).status_code == 302
        assert verifier.post(f"{page}verify", {"key": "k9"}).status_code == 302
        withdrawal = {"key": "k10", "reason": "duplicate_report", "remark": "重复"}
        assert clerk.post(f"{page}withdraw", withdrawal).status_code == 302
        text = clerk.get(page).content.decode()
        assert text.count('class="reversed"') == 2
        assert "已撤回，不再计数" in text

    def test_the_form_keeps_what_was_typed_beside_the_refusal(self, cast: Cast, signed_in: SignedIn) -> None:
        sent = {**FORM, "unit": cast.guizhou.pk, "on_air_on": "2019-10-01"}
        response = signed_in(cast.clerk).post("/network/stations/register", sent)
        text = response.content.decode()
        assert response.status_code == 409
        assert "基站先开通、后验收" in text
        assert "gz-ch-0100" in text
        assert Station.objects.count() == 0

    @pytest.mark.parametrize(
        ("typed", "says"),
        [("无此地", "没有找到"), ("999999", "没有找到"), ("朝阳区", "可能指"), ("", "请填写所在地")],
    )
    def test_a_place_that_is_not_clear(self, cast: Cast, signed_in: SignedIn, typed: str, says: str) -> None:
        sent = {**FORM, "unit": cast.guizhou.pk, "place": typed}
        response = signed_in(cast.clerk).post("/network/stations/register", sent)
        assert response.status_code == 422
        assert says in response.content.decode()

    def test_places_are_offered_while_typing(self, cast: Cast, signed_in: SignedIn) -> None:
        text = signed_in(cast.clerk).get("/network/stations/places?place=ceheng").content.decode()
        assert 'value="贵州省黔西南布依族苗族自治州册亨县 522327"' in text

    def test_who_may_register(self, cast: Cast, signed_in: SignedIn) -> None:
        for account in (cast.verifier, cast.auditor, cast.county_official, cast.outsider):
            assert signed_in(account).get("/network/stations/register").status_code == 403


@pytest.mark.django_db
def test_summaries_are_for_the_drawer(reported: Cast) -> None:
    keys = [station("GZ-CH-0001").pk, 999_999]
    found = record_type("network.station").summaries(keys)
    assert set(found) == {keys[0]}
    assert found[keys[0]].title == "GZ-CH-0001"
    assert [(label.zh, value) for label, value in found[keys[0]].rows] == [
        ("地点", "贵州省黔西南布依族苗族自治州册亨县"),
        ("制式", "4G"),
        ("验收", "2019-09-12"),
        ("开通", "2019-08-30"),
        ("转固", "—"),
        ("付款", "—"),
        ("站址", "TT-522327-0103"),
        ("单位", "贵州省分公司"),
        ("承建方", "贵州分公司"),
        ("状态", "已核验"),
    ]


def test_the_sheet_tells_which_facts_its_rows_would_post() -> None:
    from bangfu.connectivity.network.sheets.stations import posts

    frame = polars.DataFrame(
        {
            "accepted_on": [date(2019, 1, 1), date(2019, 5, 1), date(2020, 1, 1)],
            "county": [CEHENG, CEHENG, CEHENG],
            "standing": ["new", "same", "changed"],
            "counted": [False, True, True],
            "was_county": [None, None, CEHENG],
            "was_accepted_on": [None, None, date(2019, 12, 31)],
        }
    )
    facts = posts(frame, Upload(unit_id=7))
    assert facts.select("measure", "quantity", "unit", "place", "on").rows() == [
        ("network.base_stations", 1, 7, CEHENG, date(2019, 1, 1)),
        ("network.base_stations", 1, 7, CEHENG, date(2020, 1, 1)),
        ("network.base_stations", -1, 7, CEHENG, date(2019, 12, 31)),
    ]
