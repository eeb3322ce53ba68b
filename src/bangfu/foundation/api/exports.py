"""Lists of people for programs: which there are, which were taken out in clear, and the file of one's own export."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Router
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Listed, Said, page_of
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.paging import Cursor, Limit
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.people.exports import files, queries
from bangfu.foundation.people.models import ListExport
from bangfu.foundation.rooms import both, personal_lists

router = Router(tags=["people"])
ROOT = "/api/v1"
ExportId = Path(..., ge=1, le=2**63 - 1)


def _file(description: str) -> dict[str, Any]:
    content = {description: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": "The file, with its watermark.", "content": content}}}


class ListTold(Answer):
    """A list of people."""

    code: str
    title: Said
    filters: dict[str, Said] = Field(description="What it can be narrowed by.")
    columns: list[str] = Field(description="What it says of people.")


class ExportTold(Answer):
    """One list that was taken out in clear."""

    id: int
    number: str = Field(description="As the watermark of the file has it.")
    listing: str
    filters: dict[str, str]
    account: str = Field(description="User name of who took it.")
    exported_at: datetime
    rows: int
    people: int = Field(description="Of how many something is said in clear; the others are masked.")
    columns: list[str]
    digest: str
    token: str | None
    file: str | None = Field(description="For a day, for whoever took it.")
    url: str


@router.get(
    "/people/lists", response=list[ListTold], operation_id="lists_of_people", summary="人员清单 · Lists"
)
def lists(request: HttpRequest) -> list[dict[str, Any]]:
    """The lists that name people. ``people.export_list`` takes one out in clear and says why; its file is at the export."""
    asker_of(request)
    return [
        {
            "code": one.code,
            "title": Said.of(one.title),
            "filters": {name: Said.of(words) for name, words in one.filters.items()},
            "columns": one.personal_columns(),
        }
        for one in personal_lists().values()
    ]


def _told(request: HttpRequest, found: list[ListExport]) -> list[dict[str, Any]]:
    asker = asker_of(request)
    now = asker.act().at
    return [
        {
            "id": one.pk,
            "number": one.number,
            "listing": one.listing,
            "filters": one.filters,
            "account": one.account.username,
            "exported_at": one.exported_at,
            "rows": one.row_count,
            "people": one.person_count,
            "columns": one.columns,
            "digest": one.digest,
            "token": one.through,
            "file": f"{ROOT}/people/exports/{one.pk}/file.csv"
            if queries.gives_file(one, asker.account, now)
            else None,
            "url": f"{ROOT}/people/exports/{one.pk}",
        }
        for one in found
    ]


def _readable(request: HttpRequest) -> Any:
    asker = asker_of(request)
    return queries.readable(asker.account, asker.today).select_related("account")


def _export(request: HttpRequest, key: int) -> ListExport:
    found: ListExport | None = _readable(request).filter(pk=key).first()
    if found is None:
        raise not_found(both("导出记录", "export"), key)
    return found


@router.get(
    "/people/exports",
    response=Listed[ExportTold],
    operation_id="exports_of_people",
    summary="导出记录 · Exports",
)
def exports(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """Which lists of people were taken out in clear, in the order they were: everybody's for auditors, else one's own."""
    return page_of(_readable(request), cursor, limit, lambda found: _told(request, found))


@router.get(
    "/people/exports/{id}",
    response=ExportTold,
    operation_id="export_of_people",
    summary="导出记录 · An export",
)
def export(request: HttpRequest, id: int = ExportId) -> dict[str, Any]:
    """One list that was taken out in clear."""
    return _told(request, [_export(request, id)])[0]


@router.get(
    "/people/exports/{id}/file.csv",
    operation_id="export_csv",
    summary="导出文件 · File as CSV",
    openapi_extra=_file("text/csv"),
)
def csv_file(request: HttpRequest, id: int = ExportId) -> HttpResponseBase:
    """The file of one's own export, for a day."""
    return files.clear_file(request, asker_of(request).account, _export(request, id), "csv")


@router.get(
    "/people/exports/{id}/file.xlsx",
    operation_id="export_xlsx",
    summary="导出文件 · File as a workbook",
    openapi_extra=_file("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
def xlsx_file(request: HttpRequest, id: int = ExportId) -> HttpResponseBase:
    """The file of one's own export, for a day."""
    return files.clear_file(request, asker_of(request).account, _export(request, id), "xlsx")
