"""Jobs for programs: how far long work is that the token's account asked for, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Listed, Said, page_of
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.paging import Cursor, Limit
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.jobs.models import Job
from bangfu.foundation.rooms import both

router = Router(tags=["jobs"])
ROOT = "/api/v1"
JobId = Path(..., ge=1, le=2**63 - 1)


class JobTold(Answer):
    """One piece of long work."""

    id: int
    kind: str
    title: Said
    state: Literal["WAITING", "RUNNING", "DONE", "REFUSED", "FAILED", "CANCELLED"] = Field(
        description="It is over in any but the first two."
    )
    doing: Said
    done: int | None
    of: int | None = Field(description="Null for what cannot be counted.")
    asked_at: datetime
    finished_at: datetime | None
    code: str | None = Field(description="Of the refusal, when it was refused.")
    outcome: Said = Field(description="What came of it, in words; empty while it is not over.")
    page: str
    url: str


def job_told(one: Job) -> dict[str, Any]:
    """Return a job as it is answered."""
    return {
        "id": one.pk,
        "kind": one.kind,
        "title": Said.of(one.title),
        "state": one.state,
        "doing": Said.of(one.doing),
        "done": one.done,
        "of": one.of,
        "asked_at": one.asked_at,
        "finished_at": one.finished_at,
        "code": one.code or None,
        "outcome": Said.of(one.outcome),
        "page": f"/jobs/{one.pk}/",
        "url": f"{ROOT}/jobs/{one.pk}",
    }


@router.get("/jobs", response=Listed[JobTold], operation_id="jobs", summary="后台任务 · Jobs")
def jobs(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """The jobs that the token's account asked for, in the order it did; they are kept for a month."""
    found = Job.objects.filter(asked_by=asker_of(request).account)
    return page_of(found, cursor, limit, lambda page: [job_told(one) for one in page])


@router.get("/jobs/{id}", response=JobTold, operation_id="job", summary="后台任务 · A job")
def job(request: HttpRequest, id: int = JobId) -> dict[str, Any]:
    """One job of the token's account: ask again every few seconds until it is over."""
    found = Job.objects.filter(pk=id, asked_by=asker_of(request).account).first()
    if found is None:
        raise not_found(both("后台任务", "job"), id)
    return job_told(found)
