"""Importing by the API: a sheet is sent, looked at, confirmed or cancelled; what is refused says row, column and reason."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.connectivity.network.models import Station
from bangfu.foundation.evidence.models import EvidenceFile
from bangfu.foundation.intake import aside
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.review.models import Batch
from tests.cast import Cast
from tests.connectivity.network.reporting import Row, Sheet
from tests.foundation.api.asking import ROOT, Program

pytestmark = pytest.mark.django_db


def packed(filled: Sheet, folder: Path) -> bytes:
    """Return the evidence of a sheet, packed once: a zip made a moment later has other times in it."""
    path = folder / f"{filled.rows[-1].county}.kept"
    if not path.exists():
        path.write_bytes(filled.evidence(folder).read_bytes())
    return path.read_bytes()


def sent(
    program: Program, filled: Sheet, folder: Path, *, unit: str = "P52", key: str = "", **changes: Any
) -> Any:
    fields = {
        "layout": "network.stations",
        "unit": unit,
        "sheet": SimpleUploadedFile(filled.name, filled.content()),
        "evidence": SimpleUploadedFile("logs.zip", packed(filled, folder)),
        **changes,
    }
    headers = {**program.headers, **({"Idempotency-Key": key} if key else {})}
    return program.client.post(f"{ROOT}/uploads", fields, headers=headers)


GOOD = Sheet([Row("GZ-CH-0417"), Row("GZ-CH-0418")])
BAD = Sheet([Row("GZ-CH-0417"), Row("GZ-CH-0418", county="大理")], name="坏.xlsx")


class TestLayouts:
    def test_are_those_that_the_account_may_import(self, cast: Cast) -> None:
        program = Program(cast.clerk)
        told = {one["code"]: one for one in program.get("/layouts").json()}
        assert told["network.stations"]["takes_evidence"] is True
        assert program.get("/layouts/network.stations").json() == told["network.stations"]
        assert Program(cast.outsider).get("/layouts").json() == []
        assert Program(cast.outsider).get("/layouts/network.stations").json()["code"] == "out_of_scope"
        assert program.get("/layouts/network.nothing").json()["code"] == "unknown_layout"
        assert program.get("/layouts/network.stations/template.xlsx").content.startswith(b"PK")


class TestImport:
    def test_from_the_sheet_to_the_paper(self, cast: Cast, tmp_path: Path) -> None:
        program = Program(cast.clerk)
        answer = sent(program, GOOD, tmp_path, key="s")
        assert (answer.status_code, answer.json()["state"], answer.json()["rows"]) == (200, "PREVIEWED", 2)
        address = f"/uploads/{answer.json()['id']}"
        preview = program.get(address).json()
        assert (preview["importable"], preview["new"], preview["refusals"]) == (True, 2, [])
        assert [(one["period"], one["quantity"]) for one in preview["effects"]] == [("2019", "2")]
        assert not Station.objects.exists()
        done = program.post(f"{address}/confirm", {}, Idempotency_Key="c").json()
        assert done == {
            "operation": "network.import_stations", "dry_run": False,
            "result": {"type": "review.batch", "id": Batch.objects.get().pk},
        }  # fmt: skip
        assert program.post(f"{address}/confirm", {}, Idempotency_Key="c").json() == done
        assert Station.objects.count() == 2
        assert program.get(address).json()["state"] == "CONFIRMED"
        through = set(
            AuditEntry.objects.filter(part_of=None, operation__contains="import").values_list(
                "through", flat=True
            )
        )
        assert through == {program.made.prefix}
        again = program.post(f"{address}/confirm", {})
        assert (again.status_code, again.json()["code"]) == (409, "confirmed_already")

    def test_a_refused_row_refuses_the_sheet(self, cast: Cast, tmp_path: Path) -> None:
        program = Program(cast.clerk)
        address = f"/uploads/{sent(program, BAD, tmp_path).json()['id']}"
        preview = program.get(address).json()
        assert (preview["importable"], preview["refused_now"]) == (False, 1)
        (refusal,) = preview["refusals"]
        assert (refusal["row"], refusal["column"], refusal["typed"]) == (3, "county", "大理")
        assert refusal["why"]["en"]
        refused = program.post(f"{address}/confirm", {})
        assert (refused.status_code, refused.json()["code"]) == (409, "rows_refused")
        assert program.get(f"{address}/refused.xlsx").content.startswith(b"PK")
        assert program.post(f"{address}/cancel", {}).status_code == 200
        assert program.get(f"{address}/refused.xlsx").status_code == 404
        assert (Upload.objects.get().state, Station.objects.exists()) == ("CANCELLED", False)

    def test_a_long_sheet_is_left_to_a_job_that_is_asked_how_far_it_is(
        self, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(aside, "MOST_ROWS_AT_ONCE", 1)
        program = Program(cast.clerk)
        address = f"/uploads/{sent(program, GOOD, tmp_path).json()['id']}"
        assert program.get(address).json()["job"] is None
        answer = program.post(f"{address}/confirm", {}, Idempotency_Key="c")
        job = answer.json()
        assert (answer.status_code, job["state"], job["kind"]) == (202, "WAITING", "intake.import")
        assert program.post(f"{address}/confirm", {}, Idempotency_Key="c").json()["id"] == job["id"]
        assert program.get(address).json()["job"] == job["url"]
        assert not Station.objects.exists()
        assert carry_out_here(job["id"]) == JobState.DONE
        told = program.get(job["url"].removeprefix(ROOT)).json()
        assert (told["state"], told["code"], told["outcome"]["en"]) == ("DONE", None, "Imported 2 rows.")
        assert [one["id"] for one in program.get("/jobs").json()["items"]] == [job["id"]]
        assert Station.objects.count() == 2
        entry = AuditEntry.objects.get(operation="network.import_stations")
        assert (entry.through, entry.request_key) == (program.made.prefix, f"job-{job['id']}")
        assert (program.get(address).json()["state"], program.get(address).json()["job"]) == (
            "CONFIRMED",
            None,
        )
        other = Program(cast.officer)
        assert other.get(f"/jobs/{job['id']}").status_code == 404
        assert other.get("/jobs").json()["items"] == []

    def test_a_refused_job_says_why_and_the_rows_come_back(self, cast: Cast, tmp_path: Path) -> None:
        program = Program(cast.clerk)
        address = f"/uploads/{sent(program, BAD, tmp_path).json()['id']}"
        job = program.post(f"{address}/confirm?aside=true", {}).json()
        assert carry_out_here(job["id"]) == JobState.REFUSED
        told = program.get(f"/jobs/{job['id']}").json()
        assert (told["state"], told["code"]) == ("REFUSED", "rows_refused")
        assert program.get(address).json()["refused_now"] == 1
        assert program.get(f"{address}/refused.xlsx").content.startswith(b"PK")

    def test_a_job_keeps_within_the_limits_of_the_token_that_asked(self, cast: Cast, tmp_path: Path) -> None:
        key = sent(Program(cast.clerk), GOOD, tmp_path).json()["id"]
        limited = Program(cast.clerk, permissions=["network.import_stations"])
        job = limited.post(f"/uploads/{key}/confirm?aside=true", {}).json()
        kept = Job.objects.get()
        assert (kept.through, kept.limited_to) == (limited.made.prefix, ["network.import_stations"])
        with system_writes("the token had been another one"):
            Job.objects.update(limited_to=["network.view"])
        assert carry_out_here(job["id"]) == JobState.REFUSED
        assert not Station.objects.exists()

    def test_the_good_rows_are_imported_and_the_others_come_back(self, cast: Cast, tmp_path: Path) -> None:
        program = Program(cast.clerk)
        address = f"/uploads/{sent(program, BAD, tmp_path).json()['id']}"
        for _ in range(2):
            assert program.post(f"{address}/confirm?good=true", {}, Idempotency_Key="c").status_code == 200
        assert list(Station.objects.values_list("code", flat=True)) == ["GZ-CH-0417"]
        told = program.get(address).json()
        assert (told["state"], told["left_out"]) == ("CONFIRMED", 1)
        book = openpyxl.load_workbook(BytesIO(program.get(f"{address}/refused.xlsx").content))
        assert "大理" in [cell.value for row in book.worksheets[0].iter_rows() for cell in row]

    def test_a_token_without_the_permission_asks_for_no_job(self, cast: Cast, tmp_path: Path) -> None:
        key = sent(Program(cast.clerk), GOOD, tmp_path).json()["id"]
        limited = Program(cast.clerk, permissions=["network.view"])
        assert limited.post(f"/uploads/{key}/confirm?aside=true", {}).status_code == 403
        assert not Job.objects.exists()

    def test_the_same_sheet_is_sent_once(self, cast: Cast, tmp_path: Path) -> None:
        program = Program(cast.clerk)
        sheet, logs = GOOD.content(), packed(GOOD, tmp_path)  # another writing has another time in it
        first, again = (
            sent(
                program, GOOD, tmp_path, key="s",
                sheet=SimpleUploadedFile(GOOD.name, sheet), evidence=SimpleUploadedFile("logs.zip", logs),
            ).json()
            for _ in range(2)
        )  # fmt: skip
        assert first["id"] == again["id"]
        assert sent(program, BAD, tmp_path, key="s").json()["code"] == "key_reused"
        assert Upload.objects.count() == 1

    def test_needs_the_permission_for_the_unit(self, cast: Cast, tmp_path: Path) -> None:
        assert sent(Program(cast.clerk_of_yunnan), GOOD, tmp_path).json()["code"] == "out_of_scope"
        assert sent(Program(cast.clerk, permissions=["network.view"]), GOOD, tmp_path).status_code == 403
        assert sent(Program(cast.clerk), GOOD, tmp_path, unit="NOWHERE").status_code == 404
        assert (Upload.objects.exists(), EvidenceFile.objects.exists()) == (False, False)

    def test_is_seen_by_whoever_may(self, cast: Cast, tmp_path: Path) -> None:
        key = sent(Program(cast.clerk), GOOD, tmp_path).json()["id"]
        assert [one["id"] for one in Program(cast.officer).get("/uploads").json()["items"]] == [key]
        other = Program(cast.clerk_of_yunnan)
        assert other.get("/uploads").json()["items"] == []
        for answer in (other.get(f"/uploads/{key}"), other.post(f"/uploads/{key}/confirm", {})):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_known")

    @pytest.mark.parametrize(
        "content", [b"", b"\x00", b"PK\x03\x04", b"a,b\n1,2\n", "姓名\n张".encode("gbk")]
    )
    def test_what_is_no_sheet_is_refused(self, cast: Cast, tmp_path: Path, content: bytes) -> None:
        answer = sent(Program(cast.clerk), GOOD, tmp_path, sheet=SimpleUploadedFile("x.csv", content))
        assert answer.status_code in {409, 422}
        assert answer.headers["Content-Type"] == "application/problem+json"
