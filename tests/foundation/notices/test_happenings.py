"""What the house tells by itself: each happening reaches whom it concerns, once, and says nothing about people."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bangfu.connectivity.network.operations import return_stations
from bangfu.foundation.findings.operations import answer_finding, assign_finding, raise_finding, return_answer
from bangfu.foundation.jobs.models import Job, JobState
from bangfu.foundation.jobs.notices import tell_finished
from bangfu.foundation.notices.models import Notice
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from tests.cast import NOW, Cast
from tests.connectivity.network.reporting import Row, Sheet, imported


def told_of(kind: str) -> list[tuple[Account, str, str]]:
    rows = Notice.objects.filter(kind=kind).select_related("account").order_by("id")
    return [(one.account, one.body_en, one.address) for one in rows]


def test_review_tells_whoever_submitted(cast: Cast, tmp_path: Path) -> None:
    sheet = Sheet([Row("GZ-CH-0417"), Row("GZ-CH-0418")])
    imported(sheet, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
    paper = Batch.objects.get()
    return_stations(batch=paper, remark="照片不清", act=cast.act(cast.verifier))
    ((account, said, address),) = told_of("review.returned")
    assert (account, address) == (cast.clerk, f"/review/{paper.pk}/")
    assert said.startswith("2 records (")
    assert "照片不清" not in said


def test_findings_tell_who_is_to_answer_and_whose_answer_was_returned(cast: Cast) -> None:
    finding = raise_finding(unit=cast.guizhou, title="站址不对", act=cast.act(cast.auditor))
    due_on = NOW.date() + timedelta(days=7)
    assign_finding(finding=finding, unit=cast.guizhou, due_on=due_on, act=cast.act(cast.auditor))
    page = f"/findings/{finding.pk}/"
    assert told_of("findings.assigned") == [(cast.clerk, f"Answer finding {finding.pk} by 2020-08-07.", page)]
    answer_finding(finding=finding, outcome="EXPLAINED", words="已核对", act=cast.act(cast.clerk))
    return_answer(finding=finding, remark="请附照片", act=cast.act(cast.auditor))
    ((account, said, address),) = told_of("findings.answer_returned")
    assert (account, address) == (cast.clerk, page)
    assert said == f"The answer to finding {finding.pk} does not do yet: see the remark."


@pytest.mark.parametrize(
    ("state", "seconds", "kinds"),
    [
        (JobState.DONE, 59, []),
        (JobState.DONE, 60, ["jobs.done"]),
        (JobState.FAILED, 1, ["jobs.failed"]),
        (JobState.REFUSED, 1, ["jobs.failed"]),
        (JobState.CANCELLED, 90, []),
    ],
)
def test_jobs_tell_whoever_waited_or_must_act(cast: Cast, state: str, seconds: int, kinds: list[str]) -> None:
    with system_writes("a test's set-up"):
        job = Job.objects.create(
            kind="intake.import", arguments={}, title_zh="导入", title_en="Import", asked_by=cast.clerk, asked_at=NOW,
            state=state, finished_at=NOW + timedelta(seconds=seconds),
        )  # fmt: skip
    tell_finished(job)
    tell_finished(job)
    assert list(Notice.objects.values_list("kind", flat=True)) == kinds
