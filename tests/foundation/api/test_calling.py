"""Operations by the API: the same permission, refusals, request keys and trail as at the pages."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from bangfu.connectivity.network.models import Station
from bangfu.foundation.findings.models import Finding
from bangfu.foundation.operations import operations
from bangfu.foundation.operations.models import AuditEntry, RequestKey
from tests.cast import Cast
from tests.connectivity.network.reporting import Row, Sheet, counts, imported
from tests.foundation.api.asking import ROOT, Program

pytestmark = pytest.mark.django_db
REGISTER = "/operations/network.register_station"
DETAILS = {
    "code": "GZ-CH-0417", "site_code": "TT-522327-0103", "technology": "4G", "builder": "贵州分公司",
    "place": "522327", "accepted_on": "2019-09-12", "on_air_on": "2019-08-30",
}  # fmt: skip
LOG = {"name": "GZ-CH-0417.txt", "content": base64.b64encode(b"GZ-CH-0417 RSRP -84 dBm").decode()}


def body(**changes: Any) -> dict[str, Any]:
    return {"details": {**DETAILS, **changes}, "unit": "P52", "files": [LOG]}


class TestCall:
    def test_does_what_the_page_does(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        answer = program.post(REGISTER, body())
        station = Station.objects.get()
        assert answer.status_code == 200, answer.content
        assert answer.json() == {
            "operation": "network.register_station",
            "dry_run": False,
            "result": {
                "type": "network.station",
                "id": station.pk,
                "url": f"{ROOT}/records/network.station/{station.pk}",
            },
        }
        assert (station.code, station.unit, station.registered_by) == ("GZ-CH-0417", cast.guizhou, cast.clerk)
        entry = AuditEntry.objects.get(operation="network.register_station")
        assert (entry.actor, entry.through) == (cast.clerk, program.made.prefix)

    def test_refuses_with_the_same_code(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        program.post(REGISTER, body())
        before = counts()
        answer = program.post(REGISTER, body(), Accept_Language="en")
        assert (answer.status_code, answer.json()["code"]) == (409, "registered_already")
        assert answer.json()["type"] == "urn:bangfu:refusal:registered_already"
        assert "Open it and change it there" in answer.json()["detail"]
        assert counts() == before

    def test_needs_the_permission_in_scope(self, cast: Cast) -> None:
        for account in (cast.clerk_of_yunnan, cast.auditor, cast.outsider):
            answer = Program(account).post(REGISTER, body())
            assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
        assert not Station.objects.exists()

    def test_needs_it_in_the_token(self, cast: Cast) -> None:
        assert Program(cast.clerk, permissions=["network.view"]).post(REGISTER, body()).status_code == 403
        answer = Program(cast.clerk, is_read_only=True).post(REGISTER, body())
        assert (answer.status_code, answer.json()["code"]) == (403, "read_only")
        assert not Station.objects.exists()


class TestKeys:
    def test_the_same_request_is_done_once(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        first = program.post(REGISTER, body(), Idempotency_Key="night-1")
        again = program.post(REGISTER, body(), Idempotency_Key="night-1")
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == again.json()
        assert (Station.objects.count(), RequestKey.objects.filter(key="night-1").count()) == (1, 1)

    def test_another_request_under_the_key_is_refused(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        program.post(REGISTER, body(), Idempotency_Key="night-1")
        answer = program.post(REGISTER, body(code="GZ-CH-0418"), Idempotency_Key="night-1")
        assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")
        assert Station.objects.count() == 1

    def test_a_key_that_cannot_be_kept_is_a_problem(self, cast: Cast) -> None:
        for key in ("x" * 201, "a b", "钥匙"):
            assert Program(cast.clerk).post(REGISTER, body(), Idempotency_Key=key).status_code in {400, 422}

    def test_a_dry_run_writes_nothing(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        before = counts()
        answer = program.post(f"{REGISTER}?dry_run=true", body(), Idempotency_Key="night-1")
        assert (answer.status_code, answer.json()["dry_run"]) == (200, True)
        assert (counts(), RequestKey.objects.filter(key="night-1").exists()) == (before, False)


class TestWhatDoesNotFit:
    @pytest.mark.parametrize(
        ("sent", "pointer"),
        [
            ({**body(), "colour": "red"}, "/colour"),
            ({**body(), "unit": 5}, "/unit"),
            (body(accepted_on="12.9.2019"), "/details/accepted_on"),
            (body(accepted_on=1568246400), "/details/accepted_on"),
            (body(code="GZ\x00CH"), "/details/code"),
            (body(code="\ud800"), "/details/code"),
            ({"details": DETAILS}, "/unit"),
            ({**body(), "files": [{**LOG, "content": "§"}]}, "/files/0/content"),
            ([], ""),
            (None, ""),
        ],
    )
    def test_is_named_by_its_place(self, cast: Cast, sent: Any, pointer: str) -> None:
        answer = Program(cast.clerk).post(REGISTER, sent)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.content
        assert pointer in [one["pointer"] for one in answer.json()["errors"]]

    @pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000])
    def test_is_no_json(self, cast: Cast, raw: bytes) -> None:
        program = Program(cast.clerk)
        answer = program.client.post(
            f"{ROOT}{REGISTER}", raw, content_type="application/json", headers=program.headers
        )
        assert answer.status_code in {400, 415, 422}
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_is_another_content_type(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        answer = program.client.post(
            f"{ROOT}{REGISTER}", "a=1", content_type="text/plain", headers=program.headers
        )
        assert (answer.status_code, answer.json()["code"]) == (415, "content_type")

    def test_is_too_large(self, cast: Cast, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        answer = Program(cast.clerk).post(REGISTER, body())
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

    def test_is_an_unknown_thing(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        for sent in ({**body(), "unit": "NOWHERE"}, body(place="999999")):
            answer = program.post(REGISTER, sent)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_known")
        answer = program.post("/operations/network.submit_station", {"station": 2**63 - 1})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_known")

    def test_is_a_value_that_the_database_refuses(self, cast: Cast) -> None:
        answer = Program(cast.clerk).post(REGISTER, body(technology="x" * 500))
        assert (answer.status_code, answer.json()["code"]) == (409, "value_refused")
        assert not Station.objects.exists()


class TestWhichAreOffered:
    def test_the_list_says_why_not(self, cast: Cast) -> None:
        told = {one["name"]: one for one in Program(cast.outsider).get("/operations").json()}
        assert set(told) == {
            name for name, one in operations().items() if one.function.__module__.startswith("bangfu.")
        }
        assert told["network.register_station"]["url"] == f"{ROOT}{REGISTER}"
        assert told["people.change_password"] == {
            "name": "people.change_password", "does": told["people.change_password"]["does"], "offered": False,
            "reason": {"zh": "这件事由人在页面上办理", "en": "It is done at the pages by a person"}, "url": None,
        }  # fmt: skip
        assert told["findings.raise_by_rule"]["offered"] is False
        assert Program(cast.outsider).post("/operations/people.change_password", {}).status_code == 404

    def test_records_are_named_by_type_and_id(self, cast: Cast) -> None:
        answer = Program(cast.officer).post(
            "/operations/findings.raise_finding",
            {"unit": "P52", "title": "站址不对", "records": [{"record_type": 1, "id": 4711}]},
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "no_such_object")
        answer = Program(cast.officer).post(
            "/operations/findings.raise_finding", {"unit": "P52", "title": "站址不对"}
        )
        assert answer.json()["result"]["id"] == Finding.objects.get().pk


class TestPapers:
    def test_are_read_before_they_are_decided(self, cast: Cast, tmp_path: Path) -> None:
        paper = imported(
            Sheet([Row("GZ-CH-0417")]), unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path
        )
        verifier = Program(cast.verifier)
        (listed,) = verifier.get("/papers", {"state": "SUBMITTED"}).json()["items"]
        told = verifier.get(f"/papers/{paper.pk}").json()
        assert (listed["id"], told["records"], told["waiting"]) == (paper.pk, [Station.objects.get().pk], 1)
        assert (told["may_decide"], Program(cast.clerk).get(f"/papers/{paper.pk}").json()["may_decide"]) == (
            True,
            False,
        )
        assert Program(cast.outsider).get(f"/papers/{paper.pk}").status_code == 404
        refused = Program(cast.clerk).post("/operations/network.verify_stations", {"batch": paper.pk})
        assert refused.status_code == 403
        sample = verifier.post("/operations/review.draw_sample", {"batch": paper.pk})
        assert sample.status_code == 200
        looked = {"batch": paper.pk, "records": told["records"]}
        assert verifier.post("/operations/review.look_at", looked).status_code == 200
        done = verifier.post("/operations/network.verify_stations", {"batch": paper.pk})
        assert done.json()["result"] == {"type": "review.batch", "id": paper.pk}
        assert verifier.get(f"/papers/{paper.pk}").json()["state"] == "VERIFIED"
