"""Publications for programs: what was published, its figures as they were frozen, and the bundle; open to everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Router
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Said
from bangfu.foundation.api.asking import count
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.rooms import both
from bangfu.reporting.publications.bundle import bundle_path
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.queries import Standing, frozen_standing, standings

router = Router(tags=["publications"], auth=None)
Number = Path(..., ge=1, le=2**31 - 1)
PUBLICATION = both("发布的报告", "published report")


class PublicationListed(Answer):
    """A published report."""

    number: int
    report: str
    heading: Said
    block: int
    published_at: datetime
    sha256: str = Field(description="Of the bundle.")
    page: str
    url: str
    bundle: str


class PublishedFigureTold(Answer):
    """A figure as it was frozen."""

    position: int
    definition: str | None
    title: Said
    value: str | None
    shown: Said
    when: Said
    where: Said
    page: str


class PublicationTold(PublicationListed):
    """A published report with its figures."""

    figures: list[PublishedFigureTold]


def _stranger(request: HttpRequest) -> None:
    count(request, f"address {request.META.get('REMOTE_ADDR', '')}")


def _told(standing: Standing) -> dict[str, Any]:
    last, number = standing.last, standing.number
    assert last is not None
    return {
        "number": number,
        "report": standing.publication.report,
        "heading": Said.of(standing.heading),
        "block": standing.publication.block,
        "published_at": last.taken_at,
        "sha256": last.digest,
        "page": f"/publications/published/{number}/",
        "url": f"/api/v1/publications/{number}",
        "bundle": f"/api/v1/publications/{number}/bundle.zip",
    }


def _published(number: int) -> Standing:
    try:
        return frozen_standing(number)
    except Publication.DoesNotExist:
        raise not_found(PUBLICATION, number) from None


@router.get(
    "/publications",
    response=list[PublicationListed],
    operation_id="publications",
    summary="发布 · Publications",
)
def publications(request: HttpRequest) -> list[dict[str, Any]]:
    """What was published, the newest first."""
    _stranger(request)
    return [_told(one) for one in standings() if one.number is not None]


@router.get(
    "/publications/{number}",
    response=PublicationTold,
    operation_id="publication",
    summary="发布的报告 · A publication",
)
def publication(request: HttpRequest, number: int = Number) -> dict[str, Any]:
    """One published report with its figures, as they were frozen."""
    _stranger(request)
    standing = _published(number)
    rows = standing.publication.figures.order_by("position").values_list("position", "content")
    return {**_told(standing), "figures": [_figure(number, position, content) for position, content in rows]}


def _figure(number: int, position: int, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "position": position,
        "definition": content.get("definition"),
        "value": content.get("value"),
        **{name: content[name] for name in ("title", "shown", "when", "where")},
        "page": f"/publications/published/{number}/figures/{position}/",
    }


_ZIP = {
    "responses": {
        200: {
            "description": "The bundle.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get(
    "/publications/{number}/bundle.zip",
    operation_id="bundle",
    summary="验证包 · The bundle",
    openapi_extra=_ZIP,
)
def bundle(request: HttpRequest, number: int = Number) -> HttpResponseBase:
    """The bundle by which anybody verifies a published report without this house."""
    _stranger(request)
    _published(number)
    path = bundle_path(number)
    if not path.is_file():
        raise not_found(PUBLICATION, number)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip"
    )


API = RoomApi(router=router)
