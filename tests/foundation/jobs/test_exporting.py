"""A long list becomes a file by a job, for whoever asked for it; a short one at once, as ever."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from bangfu.foundation.findings import register
from bangfu.foundation.findings.models import Finding
from bangfu.foundation.jobs.files import file_of
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.running import carry_out_here
from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import lists
from tests.cast import Cast
from tests.foundation.findings.acting import RULE, seen

pytestmark = pytest.mark.django_db
PAGE = "/findings/findings.csv?view=all&q=M"


def door(account: Account, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


@pytest.fixture
def noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Three findings in Guizhou, where three are many."""
    monkeypatch.setattr(lists, "LONGEST_AT_ONCE", 2)
    monkeypatch.setattr(lists, "ROWS_AT_ONCE", 2)
    monkeypatch.setitem(register._rules, RULE.code, RULE)
    seen(cast, *((f"M{at}", "1", cast.guizhou) for at in range(3)))
    return cast


def asked(cast: Cast, page: str = PAGE, language: str = "zh-hans") -> Job:
    answer = door(cast.clerk, language).get(page)
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    return job


def test_it_is_written_as_the_page_would_have(noticed: Cast) -> None:
    job = asked(noticed)
    assert asked(noticed) == job, "one list, one job at a time"
    assert (job.title_en, job.asked_by) == ("Export Findings (records, not figures)", noticed.clerk)
    assert carry_out_here(job.pk) == JobState.DONE
    job.refresh_from_db()
    path = file_of(job)
    assert path is not None
    assert job.done == 3
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("编号,疑点,")
    assert len([line for line in lines if "贵州省分公司" in line]) == 3
    assert "来源,http://testserver/findings/?view=all&q=M" in "\n".join(lines)
    answer = door(noticed.clerk).post(f"/jobs/{job.pk}/file")
    assert b"".join(answer) == path.read_bytes()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{job.file_name}"'
    assert sorted(AuditEntry.objects.filter(actor=noticed.clerk).values_list("operation", flat=True)) == [
        "jobs.ask", "jobs.ask", "jobs.take_file",
    ]  # fmt: skip


def test_it_speaks_the_readers_language_and_is_a_workbook_too(noticed: Cast) -> None:
    job = asked(noticed, "/findings/findings.xlsx?view=all", "en")
    carry_out_here(job.pk)
    job.refresh_from_db()
    path = file_of(job)
    assert path is not None
    sheet = openpyxl.load_workbook(BytesIO(path.read_bytes())).worksheets[0]
    assert (sheet.max_row, sheet["B1"].value) == (4, "Finding")


def test_a_short_list_comes_at_once(noticed: Cast) -> None:
    with system_writes("one is gone"):
        Finding.objects.filter(title_en__contains="M0").update(unit=noticed.yunnan)
    answer = door(noticed.clerk).get(PAGE)
    assert answer.status_code == 200
    assert not Job.objects.exists()


def test_it_is_refused_to_whoever_may_not_see_it_any_more(noticed: Cast) -> None:
    job = asked(noticed)
    with system_writes("the grant ends"):
        RoleGrant.objects.filter(account=noticed.clerk).update(ends_on=date(2020, 1, 1))
    assert carry_out_here(job.pk) == JobState.REFUSED
    job.refresh_from_db()
    assert (job.code, file_of(job)) == ("out_of_scope", None)
