"""What publications tell: who is to approve, and what became of what somebody prepared."""

from __future__ import annotations

from django.urls import reverse

from bangfu.foundation.notices.notifying import notify
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.queries import holders_of
from bangfu.foundation.rooms import NoticeKind, Words, both
from bangfu.reporting.publications.models import Publication, StepKind

READY = NoticeKind(
    code="publications.ready",
    title=both("有报告待审批", "A report waits for approval"),
    body=both(
        "《{report}》已备好，请核对后批准或退回。",
        "“{report}” is prepared: look at it, then approve or return it.",
    ),
    values=("report",),
)
APPROVED = NoticeKind(
    code="publications.approved",
    title=both("报告已获批准", "A report was approved"),
    body=both("《{report}》已获批准，可以发布。", "“{report}” was approved and may be published."),
    values=("report",),
)
RETURNED = NoticeKind(
    code="publications.returned",
    title=both("报告被退回", "A report was returned"),
    body=both(
        "《{report}》被退回，请按意见处理后重新准备。",
        "“{report}” was returned: follow the remark and prepare it again.",
    ),
    values=("report",),
)
KINDS = {StepKind.APPROVED: APPROVED, StepKind.RETURNED: RETURNED}


def tell_ready(publication: Publication, *, act: Act) -> None:
    """Tell those who approve that a publication was prepared."""
    _tell(READY, holders_of("publications.approve_publication", act.on), publication, act)


def tell_decided(publication: Publication, kind: StepKind, *, act: Act) -> None:
    """Tell whoever prepared a publication what became of it."""
    _tell(KINDS[kind], [publication.prepared_by_id], publication, act)


def _tell(kind: NoticeKind, to: list[int], publication: Publication, act: Act) -> None:
    report = Words(publication.heading_zh, publication.heading_en)
    about = reverse("publications:publication", args=[publication.pk])
    notify(kind, to=to, values={"report": report}, about=about, act=act)
