"""Reports as they stand now or as of a block, for programs: their text with its figures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Said
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.operations import NotPermitted, Scope, allows
from bangfu.foundation.rooms import both
from bangfu.reporting.api.figures import FigureTold, figure_told
from bangfu.reporting.reports import drawn, heading_of
from bangfu.reporting.room import VIEW
from bangfu.reporting.selection import read_block
from bangfu.reporting.texts import LANGUAGES, document, report_codes

router = Router(tags=["figures"])
ReportCode = Annotated[str, Path(..., max_length=40, pattern=r"^[a-z0-9_-]+$")]


class ReportListed(Answer):
    """A report."""

    code: str
    heading: Said
    url: str


class ParagraphTold(Answer):
    """A paragraph: words, with the shown values of its figures among them."""

    kind: str
    text: str


class ReportTold(Answer):
    """A report in one language."""

    code: str
    language: str
    heading: str
    block: int
    as_of: int | None
    problems: list[Said] = Field(description="Why it must not be shown; then it has no paragraphs.")
    paragraphs: list[ParagraphTold]
    figures: list[FigureTold]


class _Asked(Schema):
    language: Literal["zh", "en"] = "zh"
    as_of: str | None = Field(None, max_length=20, pattern=r"^[^\x00]*$", description="A block or a day.")


def _require_reader(request: HttpRequest) -> None:
    asker = asker_of(request)
    if not allows(asker.account, VIEW, Scope(), asker.today):
        raise NotPermitted("out_of_scope", permission=VIEW)


@router.get("/reports", response=list[ReportListed], operation_id="reports", summary="报告 · Reports")
def reports(request: HttpRequest) -> list[dict[str, Any]]:
    """The reports of the house."""
    _require_reader(request)
    return [
        {
            "code": code,
            "heading": Said(**{one: heading_of(document(code, one)) for one in LANGUAGES}),
            "url": f"/api/v1/reports/{code}",
        }
        for code in report_codes()
    ]


@router.get("/reports/{code}", response=ReportTold, operation_id="report", summary="报告 · A report")
def report(request: HttpRequest, code: ReportCode, asked: Query[_Asked]) -> dict[str, Any]:
    """A report as of a block or now, with its figures in the order of the text."""
    _require_reader(request)
    if code not in report_codes():
        raise not_found(both("报告", "report"), code)
    as_of = read_block(asked.as_of) if asked.as_of else None
    found = drawn(code, asked.language, as_of=as_of)
    return {
        "code": code,
        "language": found.language,
        "heading": found.heading,
        "block": found.block,
        "as_of": found.as_of,
        "problems": [Said(zh=one.zh, en=one.en) for one in found.problems],
        "paragraphs": [
            {
                "kind": paragraph.kind,
                "text": "".join(
                    part.text
                    or (str(part.figure.shown_in(found.language)) if part.figure else "")
                    or (part.chart.title if part.chart else "")
                    for part in paragraph.parts
                ),
            }
            for paragraph in found.paragraphs
        ],
        "figures": [figure_told(one) for one in found.figures],
    }
