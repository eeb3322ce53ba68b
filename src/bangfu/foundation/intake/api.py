"""Importing for programs: a sheet is sent with its evidence, looked at, and confirmed; all rows or none."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Path, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Listed, Said, page_of
from bangfu.foundation.api.asking import Asker, asker_of
from bangfu.foundation.api.calling import Done, Key, attempted
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.api.fields import unit_coded
from bangfu.foundation.api.jobs import JobTold, job_told
from bangfu.foundation.api.paging import Cursor, Limit
from bangfu.foundation.api.problems import Failed, not_found
from bangfu.foundation.intake import operations, posting, queries, showing, writing
from bangfu.foundation.intake.aside import KIND, is_large, jobs_importing
from bangfu.foundation.intake.grids import LARGEST_BYTES
from bangfu.foundation.intake.layouts import Layout, layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.personal import returned_of
from bangfu.foundation.intake.spooling import put_aside
from bangfu.foundation.jobs.operations import ask
from bangfu.foundation.operations import NotPermitted, granted_units
from bangfu.foundation.rooms import both

router = Router(tags=["import"])
ROOT = "/api/v1"
UploadId = Path(..., ge=1, le=2**63 - 1)
LayoutCode = Annotated[str, Path(..., max_length=80, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
_Code = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]+$")]
WORKBOOK = {
    "responses": {
        200: {
            "description": "The workbook.",
            "content": {writing.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class ColumnTold(Answer):
    """One column of a layout."""

    name: str
    title: Said
    kind: str
    required: bool
    note: Said | None
    choices: list[str] = Field(
        description="Of a choice: the values, any of which may be written by its title too."
    )
    is_personal: bool


class LayoutTold(Answer):
    """A sheet that can be imported."""

    code: str
    title: Said
    key: str | None = Field(description="The column that tells rows apart.")
    takes_evidence: bool
    columns: list[ColumnTold]
    template: str
    url: str


class UploadTold(Answer):
    """A sheet that was sent."""

    id: int
    layout: str
    unit: str
    name: str
    state: str
    rows: int
    refused: int = Field(description="Refused rows when it was sent.")
    uploaded_at: datetime
    confirmed_at: datetime | None
    left_out: int = Field(description="Refused rows that were left out; refused.xlsx gives them back.")
    job: str | None = Field(description="Address of the job that imports it, or is going to.")
    outcome: dict[str, Any] | None
    page: str
    url: str


class RefusalTold(Answer):
    """Why one row cannot be taken in."""

    row: int = Field(description="Its number in the sheet.")
    column: str | None = Field(description="Null when the row as a whole is wrong.")
    typed: str = Field(description="What stands in the cell; personal data masked.")
    why: Said


class EffectTold(Answer):
    """What confirming would do to one figure, once the rows are verified."""

    title: Said
    period: str
    quantity: str
    unit: Said


class FigureTold(Schema):
    """One figure that the rows would change, as it is now and once they are verified."""

    title: Said
    about: Said = Field(description="Whose, where and when.")
    now: Said
    then: Said
    difference: str = Field(description="Empty for a figure that is no count.")
    note: Said | None
    address: str


class PreviewTold(UploadTold):
    """A sheet with what confirming it would do now."""

    importable: bool = Field(
        description="Whether confirming would import it: one refused row refuses the sheet."
    )
    new: int
    same: int
    changed: int
    refused_now: int
    refusals: list[RefusalTold] = Field(description="The first 200; all of them in refused.xlsx.")
    notes: list[Said]
    effects: list[EffectTold] = Field(description="What the rows add to each measure, by year.")
    figures: list[FigureTold] = Field(description="The figures that change, as far as you may see them.")


class Sent(Schema):
    """What is sent with a sheet."""

    layout: Annotated[str, Field(max_length=80, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
    unit: _Code = Field(description="Code of the unit that it is for.")


MOST_REFUSALS = 200


def _layout_told(one: Layout) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": Said.of(one.title),
        "key": one.key,
        "takes_evidence": one.takes_evidence,
        "columns": [
            {
                "name": column.name,
                "title": Said.of(column.title),
                "kind": column.kind.value,
                "required": column.required,
                "note": Said.of(column.note) if column.note else None,
                "choices": [option.value for option in column.options],
                "is_personal": column.masked is not None,
            }
            for column in one.columns
        ],
        "template": f"{ROOT}/layouts/{one.code}/template.xlsx",
        "url": f"{ROOT}/layouts/{one.code}",
    }


def _layout(asker: Asker, code: str) -> Layout:
    found = layout_with_code(code)
    if not granted_units(asker.account, found.permission, asker.today):
        raise NotPermitted("out_of_scope", permission=found.permission)
    return found


@router.get("/layouts", response=list[LayoutTold], operation_id="layouts", summary="表式 · Layouts")
def layouts(request: HttpRequest) -> list[dict[str, Any]]:
    """The sheets that the token's account may import for at least one unit."""
    return [_layout_told(one) for one in queries.layouts_for(asker_of(request).act())]


@router.get("/layouts/{code}", response=LayoutTold, operation_id="layout", summary="表式 · A layout")
def layout(request: HttpRequest, code: LayoutCode) -> dict[str, Any]:
    """One sheet that can be imported, column by column."""
    return _layout_told(_layout(asker_of(request), code))


@router.get(
    "/layouts/{code}/template.xlsx",
    operation_id="template",
    summary="模板 · Template",
    openapi_extra=WORKBOOK,
)
def template(request: HttpRequest, code: LayoutCode) -> HttpResponse:
    """The template of a sheet, to be filled in."""
    found = _layout(asker_of(request), code)
    return HttpResponse(writing.template(found), content_type=writing.MEDIA_TYPE)


def _in_sight(asker: Asker) -> Any:
    return queries.uploads_seen_by(asker.act())


def _upload(asker: Asker, key: int) -> Upload:
    found: Upload | None = _in_sight(asker).filter(pk=key).first()
    if found is None:
        raise not_found(both("上传的表格", "upload"), key)
    return found


def _told(uploads: list[Upload]) -> list[dict[str, Any]]:
    working = jobs_importing(uploads)
    return [
        {
            "id": one.pk,
            "layout": one.layout,
            "unit": one.unit.code,
            "name": one.name,
            "state": one.state,
            "rows": one.row_count,
            "refused": one.refused_count,
            "uploaded_at": one.uploaded_at,
            "confirmed_at": one.confirmed_at,
            "left_out": len(one.left_out or ()) if one.returned_id else 0,
            "job": f"{ROOT}/jobs/{working[one.pk]}" if one.pk in working else None,
            "outcome": one.outcome,
            "page": f"/intake/uploads/{one.pk}/",
            "url": f"{ROOT}/uploads/{one.pk}",
        }
        for one in uploads
    ]


@router.get("/uploads", response=Listed[UploadTold], operation_id="uploads", summary="上传的表格 · Uploads")
def uploads(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """The sheets that the account sent, or may see, in the order they came."""
    seen = _in_sight(asker_of(request)).order_by()
    return page_of(
        Upload.objects.filter(Q(pk__in=seen.values("pk"))).select_related("unit"), cursor, limit, _told
    )


@router.post("/uploads", response=UploadTold, operation_id="send_sheet", summary="上传表格 · Send a sheet")
def send_sheet(
    request: HttpRequest,
    sent: Form[Sent],
    sheet: UploadedFile = File(...),  # noqa: B008 - how ninja declares it
    evidence: UploadedFile | None = File(None),  # noqa: B008
    key: Key = None,
) -> dict[str, Any]:
    """Send a sheet (.xlsx or .csv) and perhaps a zip of the evidence it names; nothing is imported until it is confirmed."""
    asker = asker_of(request)
    if (sheet.size or 0) > LARGEST_BYTES:
        raise Failed.of(413, "too_large")
    act = asker.act(key=key)
    found = _layout(asker, sent.layout)

    def receive() -> Upload:
        return operations.receive_upload(
            layout=found.code,
            unit=unit_coded(sent.unit),
            name=sheet.name or "sheet",
            content=sheet.read(),
            evidence=put_aside(evidence) if evidence is not None else None,
            act=act,
        )

    return _told([attempted("intake.receive_upload", receive)])[0]


@router.get("/uploads/{id}", response=PreviewTold, operation_id="upload", summary="预览 · Preview")
def upload(request: HttpRequest, id: int = UploadId) -> dict[str, Any]:
    """A sheet with what is refused and why, and what confirming it would do as of now."""
    asker = asker_of(request)
    found = _upload(asker, id)
    told = _told([found])[0]
    if found.state != Upload.State.PREVIEWED:
        nothing: dict[str, Any] = {"new": 0, "same": 0, "changed": 0, "refused_now": 0}
        return {
            **told,
            **nothing,
            "importable": False,
            "refusals": [],
            "notes": [],
            "effects": [],
            "figures": [],
        }
    preview = queries.preview(found)
    checked = preview.checked
    refusals = showing.first_refusals(preview, MOST_REFUSALS)
    facts = posting.coming(preview.layout, checked, found)
    figures = posting.figures(facts, unit=found.unit, reader=asker.account, on=asker.today)
    return {
        **told,
        "importable": not checked.refusals and checked.new + checked.changed > 0,
        "new": checked.new,
        "same": checked.same,
        "changed": checked.changed,
        "refused_now": checked.refused_rows,
        "refusals": [
            {"row": one.row, "column": column, "typed": one.typed, "why": Said.of(one.sentence)}
            for one, column in refusals
        ],
        "notes": [Said.of(note) for note in preview.notes],
        "effects": [
            {
                "title": Said.of(one.title),
                "period": one.period,
                "quantity": str(one.quantity),
                "unit": Said.of(one.unit),
            }
            for one in posting.effects(preview.layout, facts)
        ],
        "figures": [
            {
                "title": Said.of(one.title),
                "about": Said.of(one.about),
                "now": Said.of(one.now),
                "then": Said.of(one.then),
                "difference": one.difference.en,
                "note": Said.of(one.note) if one.note else None,
                "address": one.address,
            }
            for one in figures.lines
        ],
    }


@router.get(
    "/uploads/{id}/refused.xlsx",
    operation_id="refused_rows",
    summary="被拒的行 · Refused rows",
    openapi_extra=WORKBOOK,
)
def refused(request: HttpRequest, id: int = UploadId) -> HttpResponse:
    """The refused rows as the same sheet, with the reasons beside them; of an imported sheet those that were left out."""
    found = _upload(asker_of(request), id)
    if found.returned_id is not None:
        return HttpResponse(returned_of(found), content_type=writing.MEDIA_TYPE)
    if found.state != Upload.State.PREVIEWED:
        raise not_found(both("被拒的行", "refused rows of the upload"), id)
    preview = queries.preview(found)
    content = writing.refused_rows(preview.layout, preview.texts, preview.checked.refusals)
    return HttpResponse(content, content_type=writing.MEDIA_TYPE)


@router.post(
    "/uploads/{id}/confirm",
    response={200: Done, 202: JobTold},
    operation_id="confirm",
    summary="确认导入 · Confirm",
)
def confirm(
    request: HttpRequest,
    id: int = UploadId,
    good: bool = Query(False, description="Leave out the rows that are refused now."),
    aside: bool = Query(False, description="Have a job do it, whatever its length."),
    key: Key = None,
) -> Status[Any]:
    """Import a sheet by its room's own operation: all rows or none. A long one is left to a job (202)."""
    asker = asker_of(request)
    found = _upload(asker, id)
    chosen = layout_with_code(found.layout)
    is_open = found.state == Upload.State.PREVIEWED
    if good and is_open:
        agreeing = asker.act(key=f"{key}-good" if key else None)
        attempted(
            "intake.leave_out_refused", lambda: operations.leave_out_refused(upload=found, act=agreeing)
        )
    act = asker.act(key=key)
    if is_open and (aside or is_large(found)):
        job = attempted(
            "jobs.ask", lambda: ask(kind=KIND, arguments={"upload": found.pk}, account=asker.account, act=act)
        )
        return Status(202, job_told(job))
    result = attempted(chosen.permission, lambda: chosen.confirm(upload=found, act=act))
    return Status(200, Done.of(chosen.permission, result, dry_run=False))


@router.post("/uploads/{id}/cancel", response=Done, operation_id="cancel", summary="取消 · Cancel")
def cancel(request: HttpRequest, id: int = UploadId, key: Key = None) -> dict[str, Any]:
    """Cancel a sheet that was not confirmed; nothing was imported."""
    asker = asker_of(request)
    found, act = _upload(asker, id), asker.act(key=key)
    result = attempted("intake.cancel_upload", lambda: operations.cancel_upload(upload=found, act=act))
    return Done.of("intake.cancel_upload", result, dry_run=False)


_HERE = both("请用 /api/v1/uploads", "Use /api/v1/uploads")
API = RoomApi(router=router, not_offered={"intake.receive_upload": _HERE, "intake.cancel_upload": _HERE})
