"""Papers for programs: what was submitted together and is decided under one signature."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Listed, page_of
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.api.paging import Cursor, Limit
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.queries import may_decide, may_read, papers_in_reach
from bangfu.foundation.rooms import both, record_type

router = Router(tags=["records"])
PaperId = Path(..., ge=1, le=2**63 - 1)
State = Literal["SUBMITTED", "VERIFIED", "RETURNED", "TAKEN_BACK"]


class PaperTold(Answer):
    """One paper."""

    id: int
    record_type: str
    unit: str
    state: State
    submitted_at: datetime
    decided_at: datetime | None
    url: str


class PaperOpened(PaperTold):
    """A paper with the records on it."""

    records: list[int] = Field(description="Their ids, of the paper's type.")
    waiting: int = Field(description="How many of them still wait.")
    may_decide: bool = Field(description="Whether the token's account may verify or return it.")


def _told(papers: list[Batch]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.pk,
            "record_type": record_type(one.record_type).code,
            "unit": one.unit.code,
            "state": one.state,
            "submitted_at": one.submitted_at,
            "decided_at": one.decided_at,
            "url": f"/api/v1/papers/{one.pk}",
        }
        for one in papers
    ]


@router.get("/papers", response=Listed[PaperTold], operation_id="papers", summary="单据 · Papers")
def papers(
    request: HttpRequest, state: State | None = None, cursor: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """The papers that the token's account may read, in the order they came."""
    asker = asker_of(request)
    found = papers_in_reach(asker.account, asker.today).select_related("unit")
    return page_of(found.filter(state=state) if state else found, cursor, limit, _told)


@router.get("/papers/{id}", response=PaperOpened, operation_id="paper", summary="单据 · A paper")
def paper(request: HttpRequest, id: int = PaperId) -> dict[str, Any]:
    """One paper with its records; its room's own operations verify or return it."""
    asker = asker_of(request)
    found = Batch.objects.select_related("unit").filter(pk=id).first()
    if found is None or not may_read(asker.account, found, asker.today):
        raise not_found(both("单据", "paper"), id)
    return {
        **_told([found])[0],
        "records": list(found.reviews.order_by("record_id").values_list("record_id", flat=True)),
        "waiting": found.reviews.filter(state=ReviewState.SUBMITTED).count(),
        "may_decide": may_decide(asker.account, found, asker.today),
    }


API = RoomApi(router=router)
