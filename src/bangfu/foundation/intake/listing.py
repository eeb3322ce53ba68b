"""The uploads as a list: what narrows it, and what its file says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.intake import queries
from bangfu.foundation.intake.layouts import layouts
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.gate import room_opens
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.queries import may_read
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of

STATES = {
    Upload.State.PREVIEWED: both("待确认", "to be confirmed"),
    Upload.State.CONFIRMED: both("已导入", "imported"),
    Upload.State.CANCELLED: both("已取消", "cancelled"),
    Upload.State.TAKEN_BACK: both("已收回", "taken back"),
}
HEADINGS: tuple[Words, ...] = (
    both("编号", "No."), both("文件", "File"), both("表", "Sheet"), both("单位", "Unit"), both("行数", "Rows"),
    both("被拒的行", "Refused rows"), both("状态", "State"), both("上传", "Uploaded"), both("上传人", "Uploaded by"),
    both("导入", "Imported"),
)  # fmt: skip


def asked_for(act: Act, request: HttpRequest) -> tuple[QuerySet[Upload], tuple[str, str, str]]:
    """Return the uploads that a reader may see and asks for, and what narrows them: one's own, a state, a text."""
    seen = queries.uploads_seen_by(act)
    mine, state, text = (request.GET.get(name, "").strip() for name in ("mine", "state", "q"))
    if mine:
        seen = seen.filter(uploaded_by=act.actor)
    if state in STATES:
        seen = seen.filter(state=state)
    if text:
        seen = seen.filter(
            Q(name__icontains=text) | Q(unit__name_zh__icontains=text) | Q(unit__name_en__icontains=text)
        )
    return seen, (mine, state, text)


@require_safe
def uploads_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of uploads as a file that says where it comes from."""
    account = reader_of(request)
    seen, (mine, state, text) = asked_for(Act.now(account), request)
    said = [
        both("只看我的", "Only mine") if mine else "",
        STATES[Upload.State(state)] if state in STATES else "",
        text,
    ]
    origin = origin_of(
        request,
        reverse("intake:uploads"),
        not_figures(both("上传的表格", "Uploads")),
        taken_by=account.display_name,
        narrowed_to=said,
    )
    return list_file("uploads", form, HEADINGS, _cells(seen), origin)


def _cells(seen: QuerySet[Upload]) -> Iterator[list[Cell]]:
    titles = {layout.code: str(layout.title) for layout in layouts()}
    for batch in in_batches(seen):
        names = names_of(Account.objects.filter(pk__in={one.uploaded_by_id for one in batch}))
        for one in batch:
            confirmed = timezone.localtime(one.confirmed_at) if one.confirmed_at else None
            yield [
                str(one.pk), one.name, titles.get(one.layout, one.layout), one.unit.name, str(one.row_count),
                str(one.refused_count), str(STATES[Upload.State(one.state)]),
                f"{timezone.localtime(one.uploaded_at):%Y-%m-%d %H:%M}", names[one.uploaded_by_id],
                f"{confirmed:%Y-%m-%d %H:%M}" if confirmed else "",
            ]  # fmt: skip


def opened_from(upload: Upload, reader: Account, on: date) -> str | None:
    """Return where what an upload brought in opens to a reader, its paper or its room's list; null where they may not read it."""
    outcome = upload.outcome or {}
    paper = Batch.objects.filter(pk=outcome["batch"]).first() if "batch" in outcome else None
    may_open = (
        may_read(reader, paper, on)
        if paper is not None
        else room_opens(reader, upload.layout.partition(".")[0])
    )
    return outcome.get("address") if may_open else None
