"""Records by the API: who reads which, a page at a time, with tags, limits and errors as programs read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from bangfu.connectivity.network.models import Station
from bangfu.foundation.api.assembling import room_apis
from bangfu.foundation.api.models import Sent
from bangfu.foundation.api.records import offered_types
from bangfu.foundation.operations import system_writes
from bangfu.foundation.rooms import marks, record_types
from tests.cast import CEHENG, Cast
from tests.connectivity.network.reporting import Row, Sheet, imported
from tests.foundation.api.asking import ROOT, Program

pytestmark = pytest.mark.django_db
STATIONS = "/records/network.station"


def stations(cast: Cast, folder: Path, *codes: str, by: str = "guizhou", county: str = "册亨县") -> None:
    account = cast.clerk if by == "guizhou" else cast.clerk_of_yunnan
    site = f"TT-{'522327' if by == 'guizhou' else county}-0103"
    sheet = Sheet([Row(code, county=county, site_code=site) for code in codes], name=f"{codes[0]}.xlsx")
    imported(sheet, unit=getattr(cast, by), act=cast.act(account), folder=folder)


class TestWhoReads:
    def test_records_lie_within_the_grants_of_the_account(self, cast: Cast, tmp_path: Path) -> None:
        stations(cast, tmp_path, "GZ-CH-0417", "GZ-CH-0418")
        for account, found in (
            (cast.clerk, 2),
            (cast.county_official, 2),
            (cast.clerk_of_yunnan, 0),
            (cast.outsider, 0),
        ):
            assert len(Program(account).get(STATIONS).json()["items"]) == found, account.username

    def test_a_token_without_the_permission_reads_nothing(self, cast: Cast, tmp_path: Path) -> None:
        stations(cast, tmp_path, "GZ-CH-0417")
        limited = Program(cast.clerk, permissions=["pairing.view"])
        assert limited.get(STATIONS).json()["items"] == []
        key = Station.objects.get().pk
        assert limited.get(f"{STATIONS}/{key}").status_code == 404

    def test_without_a_token_nobody_reads(self, cast: Cast, client: Client) -> None:
        for headers in ({}, {"Authorization": "Bearer bf_aaaaaaaa_x"}, {"Authorization": "Basic eDp5"}):
            answer = client.get(f"{ROOT}{STATIONS}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "no_token")
            assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_signing_in_is_no_token(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(f"{ROOT}{STATIONS}").status_code == 401

    def test_every_type_says_who_reads_it(self) -> None:
        assert [kind.code for _, kind, offered in offered_types(room_apis()) if offered is None] == []
        assert len(offered_types(room_apis())) == len(record_types())


class TestOneRecord:
    def test_is_told_as_its_page_shows_it(self, cast: Cast, tmp_path: Path) -> None:
        stations(cast, tmp_path, "GZ-CH-0417")
        station = Station.objects.get()
        answer = Program(cast.officer).get(f"{STATIONS}/{station.pk}")
        told = answer.json()
        assert (answer.status_code, told["title"], told["review"]) == (200, "GZ-CH-0417", "SUBMITTED")
        assert told["fields"]["unit"] == "P52"
        assert told["fields"]["place"] == "522327"
        assert told["fields"]["accepted_on"] == "2019-09-12"
        assert not {"registered_by", "withdrawal_remark", "withdrawn_by"} & set(told["fields"])
        assert [(one["name"], one["kind"]) for one in told["evidence"]] == [("gz-ch-0417.txt", "TEST_LOG")]
        assert (told["facts"], told["reviewed"]["decided_at"]) == ([], None)
        assert told["page"] == f"/network/stations/{station.pk}/"

    def test_evidence_is_told_to_whoever_may_know_of_it(self, cast: Cast, tmp_path: Path) -> None:
        stations(cast, tmp_path, "GZ-CH-0417")
        program = Program(cast.officer, permissions=["network.view"])
        assert program.get(f"{STATIONS}/{Station.objects.get().pk}").json()["evidence"] == []

    @pytest.mark.parametrize("key", ["0", "-1", "x", str(2**63), "9" * 400, "1%00"])
    def test_an_impossible_id_is_a_problem(self, cast: Cast, key: str) -> None:
        answer = Program(cast.officer).get(f"{STATIONS}/{key}")
        assert answer.status_code in {400, 404, 422}
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_an_unknown_id_is_not_found(self, cast: Cast) -> None:
        answer = Program(cast.officer).get(f"{STATIONS}/4711", Accept_Language="en")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_known")
        assert answer.json()["detail"] == "There is no Base station with the id 4711."


class TestLists:
    def test_pages_go_on_where_they_ended_whatever_comes_in(self, cast: Cast, tmp_path: Path) -> None:
        stations(cast, tmp_path, *(f"GZ-CH-{number:04}" for number in range(5)))
        program = Program(cast.officer)
        first = program.get(STATIONS, {"limit": 3}).json()
        stations(cast, tmp_path, "GZ-CH-9999")
        second = program.get(STATIONS, {"limit": 3, "cursor": first["next"]}).json()
        codes = [one["title"] for page in (first, second) for one in page["items"]]
        assert codes == [*(f"GZ-CH-{number:04}" for number in range(5)), "GZ-CH-9999"]
        assert second["next"] is None

    def test_are_narrowed_as_the_pages_are(self, cast: Cast, tmp_path: Path) -> None:
        stations(cast, tmp_path, "GZ-CH-0417")
        stations(cast, tmp_path, "YN-KM-0001", by="yunnan", county="530102")
        program = Program(cast.officer)

        def found(**query: str) -> list[str]:
            return [one["title"] for one in program.get(STATIONS, query).json()["items"]]

        assert found(unit="P53") == ["YN-KM-0001"]
        assert found(place=str(CEHENG)[:6]) == ["GZ-CH-0417"]
        assert found(place="53") == ["YN-KM-0001"]
        assert found(review="SUBMITTED") == ["GZ-CH-0417", "YN-KM-0001"]
        assert found(review="VERIFIED") == []
        assert found(code="YN-KM-0001") == ["YN-KM-0001"]
        assert found(accepted_on_from="2019-09-13") == []
        assert found(accepted_on_before="2019-09-13", technology="4G") == ["GZ-CH-0417", "YN-KM-0001"]

    def test_give_the_fields_that_are_asked_for(self, cast: Cast, tmp_path: Path) -> None:
        stations(cast, tmp_path, "GZ-CH-0417")
        program = Program(cast.officer)
        assert program.get(STATIONS, {"fields": "code,unit"}).json()["items"][0]["fields"] == {
            "code": "GZ-CH-0417",
            "unit": "P52",
        }
        assert program.get(STATIONS, {"fields": "code,registered_by"}).status_code == 404

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ({"limit": "0"}, 422), ({"limit": "x"}, 422), ({"cursor": "?"}, 422), ({"cursor": "c" + "z" * 12}, 200),
            ({"unit": "NOWHERE"}, 404), ({"place": "999999"}, 200), ({"place": "x"}, 404), ({"review": "MAYBE"}, 422),
            ({"accepted_on_from": "yesterday"}, 422), ({"colour": "red"}, 422), ({"unit": "a\x00b"}, 400),
        ],
    )  # fmt: skip
    def test_say_what_does_not_fit(self, cast: Cast, query: dict[str, str], status: int) -> None:
        answer = Program(cast.officer).get(STATIONS, query)
        assert answer.status_code == status, answer.content
        if status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"


class TestTags:
    def test_an_answer_at_hand_is_not_sent_again(self, cast: Cast, tmp_path: Path) -> None:
        stations(cast, tmp_path, "GZ-CH-0417")
        program = Program(cast.officer)
        first = program.get(STATIONS)
        again = program.get(STATIONS, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        stations(cast, tmp_path, "GZ-CH-0418")
        changed = program.get(STATIONS, If_None_Match=first.headers["ETag"])
        assert changed.status_code == 200
        assert changed.headers["ETag"] != first.headers["ETag"]

    def test_are_kept_apart_by_token_and_language(self, cast: Cast) -> None:
        vary = Program(cast.officer).get(STATIONS).headers["Vary"]
        assert {"Authorization", "Accept-Language"} <= set(vary.split(", "))


class TestLimits:
    def test_say_what_is_left_and_when_to_come_back(self, cast: Cast, settings: object) -> None:
        settings.API_REQUESTS_A_MINUTE = 2
        program = Program(cast.officer)
        answers = [program.get(STATIONS) for _ in range(3)]
        assert answers[0].headers["RateLimit-Policy"] == '"default";q=2;w=60'
        assert answers[1].headers["RateLimit"].startswith('"default";r=0;t=')
        if answers[2].status_code == 200:  # the minute ended between them
            answers = [program.get(STATIONS) for _ in range(3)]
        assert (answers[2].status_code, answers[2].json()["code"]) == (429, "too_many")
        assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
        assert Program(cast.clerk).get(STATIONS).status_code == 200

    def test_are_counted_by_the_database_for_every_process_and_forgotten_after_an_hour(
        self, cast: Cast
    ) -> None:
        with system_writes("an address that asked long ago"):
            Sent.objects.create(who="address 192.0.2.1", stretch=1, count=600)
        program = Program(cast.officer)
        program.get(STATIONS)
        assert not Sent.objects.filter(who="address 192.0.2.1").exists()
        now = Sent.objects.get(who=program.made.prefix).stretch
        with system_writes("another process counts"):
            Sent.objects.filter(who=program.made.prefix).update(count=41)
        left = program.get(STATIONS).headers["RateLimit"]
        if Sent.objects.get(who=program.made.prefix).stretch == now:
            assert left.startswith('"default";r=558;t=')

    def test_count_again_from_one_in_the_next_minute(self, cast: Cast, settings: object) -> None:
        settings.API_REQUESTS_A_MINUTE = 2
        program = Program(cast.officer)
        with system_writes("a minute that is over"):
            Sent.objects.create(who=program.made.prefix, stretch=1, count=99)
        assert program.get(STATIONS).headers["RateLimit"].startswith('"default";r=1;t=')

    def test_write_no_log(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'api_sent'")
            assert cursor.fetchone() == ("u",)


class TestExample:
    def test_every_answer_of_an_example_house_says_so(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = Program(cast.officer)
        assert "Bangfu-Example" not in program.get(STATIONS).headers
        monkeypatch.setattr(marks, "_asked", [lambda: True])
        for address in (STATIONS, "/nowhere", "/layouts/network.stations/template.xlsx"):
            assert program.get(address).headers["Bangfu-Example"].startswith("Example data")


class TestProblems:
    def test_speak_the_language_that_is_asked_for(self, cast: Cast) -> None:
        program = Program(cast.officer)
        chinese, english = program.get("/nowhere"), program.get("/nowhere", Accept_Language="en-GB,en;q=0.9")
        assert (chinese.status_code, chinese.json()["title"]) == (404, "没有找到")
        assert english.json() == {
            "type": "urn:bangfu:refusal:not_found", "title": "Not found", "status": 404,
            "detail": "There is no such address or record, or you may not see it.", "code": "not_found", "errors": [],
        }  # fmt: skip
        assert english.headers["Content-Language"] == "en"

    def test_name_the_methods_that_an_address_takes(self, cast: Cast) -> None:
        answer = Program(cast.officer).post(STATIONS, {})
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
        assert answer.json()["code"] == "method_not_taken"

    def test_types_name_their_addresses(self, cast: Cast) -> None:
        told = {one["code"]: one for one in Program(cast.outsider).get("/records").json()}
        assert told["network.station"]["url"] == f"{ROOT}{STATIONS}"
        assert told["network.station"]["title"] == {"zh": "基站", "en": "Base station"}
