"""What forms say to programs: versions are read by whoever may fill them, fills by whoever sees their figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from bangfu.foundation.api.answering import Answer
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.evidence.sniffing import DOCX, XLSX
from bangfu.foundation.rooms import both
from bangfu.reporting.forms.engines.grids import written
from bangfu.reporting.forms.models import Fill, Version
from bangfu.reporting.forms.queries import every_version, fills_read_by
from bangfu.reporting.forms.showing import filling_of

router = Router(tags=["forms"])
FillId = Path(..., ge=1, le=2**63 - 1)
FILL = both("填报", "filled form")


class CellTold(Answer):
    """One cell of a filled form."""

    sheet: str
    cell: str = Field(description="As B5.")
    state: str = Field(description="value, nothing, not_seen, small, not_yet, unknown or text.")
    value: str | None = Field(description="As it is written, in the form's scale.")
    text: str | None
    page: str | None = Field(description="Where the figure opens.")


def _fill(request: HttpRequest, key: int) -> Fill:
    asker = asker_of(request)
    found = fills_read_by(asker.account, asker.today).filter(pk=key).first()
    if found is None:
        raise not_found(FILL, key)
    return found


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


@router.get(
    "/forms/fills/{id}/cells",
    response=list[CellTold],
    operation_id="fill_cells",
    summary="填报的各格 · Cells",
)
def cells(request: HttpRequest, id: int = FillId) -> list[dict[str, Any]]:
    """What was filled into each cell, as far as you may see it."""
    asker = asker_of(request)
    made = filling_of(_fill(request, id), asker.account, asker.today)
    return [
        {
            "sheet": made.document.grids[where[0]].title,
            "cell": written(where[1]),
            "state": cell.state.value,
            "value": _number(cell.value),
            "text": cell.text or None,
            "page": cell.address or None,
        }
        for where, cell in sorted(made.cells.items())
    ]


@router.get("/forms/fills/{id}/file", operation_id="fill_file", summary="填好的表 · The file")
def file(request: HttpRequest, id: int = FillId) -> HttpResponse:
    """The superior's file as it was filled, as far as you may see it."""
    asker, found = asker_of(request), _fill(request, id)
    kind = found.revision.version.kind
    answer = HttpResponse(
        filling_of(found, asker.account, asker.today).file,
        content_type=XLSX if kind == Version.Kind.XLSX else DOCX,
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="form-{found.pk}.{kind.lower()}"'
    return answer


API = RoomApi(
    router=router,
    seen={"forms.version": every_version, "forms.fill": fills_read_by},
    hidden=frozenset({"forms.fill.values"}),
)
