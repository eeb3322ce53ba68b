"""What intake says to Today: sheets that were uploaded and not confirmed, and records entered by hand and not submitted."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.intake.expiry import sheets_kept
from bangfu.foundation.intake.layouts import layouts
from bangfu.foundation.intake.models import ReportedRecord, Upload
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.organisation.queries import in_granted_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import Wait, Waiting, both


def to_confirm(account: Account, on: date) -> list[Waiting]:
    """Return the sheets that an account uploaded and may still confirm; those with personal data wait for a time only."""
    mine = Upload.objects.filter(uploaded_by=account, state=Upload.State.PREVIEWED)
    permissions = {layout.code: layout.permission for layout in layouts()}
    may = Q(pk__in=[])
    for code in mine.order_by().values_list("layout", flat=True).distinct():
        if code in permissions:
            may |= Q(layout=code) & in_granted_units(account, permissions[code], on)
    found = mine.filter(may).aggregate(
        count=Count("pk"), oldest=Min("uploaded_at"), sealed=Min("uploaded_at", filter=Q(key__isnull=False))
    )
    if not found["count"]:
        return []
    due_on = timezone.localdate(found["sealed"] + sheets_kept()) if found["sealed"] else None
    return [
        Waiting(
            what=both("确认上传的表格", "Confirm uploaded sheets"),
            count=found["count"],
            address=f"{reverse('intake:uploads')}?mine=1&state={Upload.State.PREVIEWED}",
            about=both("预览过，还没有导入", "previewed, not imported yet"),
            since=timezone.localdate(found["oldest"]),
            due_on=due_on,
        )
    ]


def to_submit(account: Account, on: date) -> list[Waiting]:
    """Return the reported records that an account entered by hand and may submit, a line for each measure."""
    submitted = Review.objects.filter(record_type=RECORD_TYPE, record_id=OuterRef("pk"))
    drafts = ReportedRecord.objects.filter(
        within_grants(account, "intake.submit_reported", on, has_line=True),
        ~Exists(submitted),
        registered_by=account,
        upload__isnull=True,
        withdrawn_at__isnull=True,
    )
    rows = drafts.order_by().values("measure").annotate(count=Count("pk"), oldest=Min("registered_at"))
    measures = declared_measures()
    return [
        Waiting(
            what=both("提交登记的记录：{measure}", "Submit entered records: {measure}").filled(
                measure=measures[row["measure"]].title
            ),
            count=row["count"],
            address=f"{reverse('intake:records', args=[row['measure']])}?state=DRAFT",
            since=timezone.localdate(row["oldest"]),
        )
        for row in rows.order_by("oldest", "measure")
        if row["measure"] in measures
    ]


WAITS = (
    Wait("intake.upload", "upload", frozenset(), to_confirm),
    Wait("intake.draft", "file-text", frozenset({"intake.submit_reported"}), to_submit),
)
