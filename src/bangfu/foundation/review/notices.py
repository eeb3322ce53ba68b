"""What review tells: whoever submitted records hears what became of them."""

from __future__ import annotations

from django.db.models import Model
from django.urls import reverse

from bangfu.foundation.notices.notifying import notify
from bangfu.foundation.operations import Act
from bangfu.foundation.review.models import Batch, Review, ReviewState
from bangfu.foundation.rooms import NoticeKind, Words, both, counted, record_type

RETURNED = NoticeKind(
    code="review.returned",
    title=both("报送被退回", "Records were returned"),
    body=both(
        "{records}被退回，请按意见改正后再提交。",
        "{records} returned: mend what the remark says and submit again.",
    ),
    values=("records",),
    is_for_groups=True,
)
VERIFIED = NoticeKind(
    code="review.verified",
    title=both("报送已核验", "Records were verified"),
    body=both("{records}已核验入账。", "{records} verified and in the ledger."),
    values=("records",),
    channels=frozenset(),
)
KINDS = {ReviewState.RETURNED.value: RETURNED, ReviewState.VERIFIED.value: VERIFIED}


def tell_of_paper(paper: Batch, state: str, count: int, *, act: Act) -> None:
    """Tell whoever submitted a paper what became of it."""
    title = record_type(paper.record_type).title
    records = counted(
        "{count} 条{title}", "{count} records ({title})", "{count} record ({title})", count=count, title=title
    )
    _tell(
        state,
        records,
        paper.submitted_by_id,
        reverse("review:paper", args=[paper.pk]),
        paper.unit_id,
        act.at.isoformat(),
        act,
    )


def tell_of_record(record: Model, review: Review, state: str, *, act: Act) -> None:
    """Tell whoever submitted a record what became of it; of records on one paper once a day."""
    of = record_type(review.record_type)
    at_paper = reverse("review:paper", args=[review.batch_id]) if review.batch_id else of.address(record.pk)
    occasion = str(act.on) if review.batch_id else act.at.isoformat()
    _tell(state, of.title, review.submitted_by_id, at_paper, review.unit_id, occasion, act)


def _tell(state: str, records: Words, to: int | None, about: str, unit: int, occasion: str, act: Act) -> None:
    accounts = [to] if to is not None else []
    notify(
        KINDS[str(state)],
        to=accounts,
        values={"records": records},
        about=about,
        occasion=occasion,
        unit=unit,
        act=act,
    )
