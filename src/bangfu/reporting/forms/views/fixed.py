"""The fixed official tables: listed, shown for a period and a unit, and sent as a workbook or on paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_safe

from bangfu.foundation.evidence.sniffing import DOCX, PDF, XLSX
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.reporting.access import require_sight
from bangfu.reporting.forms.filling import Filling, filled
from bangfu.reporting.forms.fixed import papers
from bangfu.reporting.forms.fixed.declared import FixedTable, fixed_tables
from bangfu.reporting.forms.fixed.making import made
from bangfu.reporting.forms.views.common import fields_of, reader, units_for
from bangfu.reporting.forms.views.filling import asked_of, occasion_of, shown
from bangfu.reporting.queries import usual_period


def _table(code: str) -> FixedTable:
    found = fixed_tables().get(code)
    if found is None:
        raise Http404(code)
    return found


def _filled(account: Account, table: FixedTable, said: dict[str, Any]) -> tuple[Filling, dict[str, str]]:
    """Return a table filled, and its question. Raises: UnableToOpen, NotPermitted."""
    # These are tables of a year; what reports cite may be a longer span.
    year = said["period"] or str(usual_period().last_on.year)
    asked, owner = asked_of(account, {**said, "period": year})
    require_sight(account, asked, timezone.localdate())
    occasion = occasion_of(account, asked)
    document, pointings = made(table, occasion)
    found = filled(document, pointings, occasion, account, timezone.localdate())
    return found, {"period": asked.period.code, "unit": owner.code, "place": asked.place_code}


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """List the fixed tables."""
    reader(request)
    return render(request, "forms/fixed_tables.html", {"tables": list(fixed_tables().values())})


@require_safe
def table(request: HttpRequest, code: str) -> HttpResponse:
    """Show a fixed table for a period and a unit; every cell opens."""
    account, found = reader(request), _table(code)
    said = fields_of(request, "period", "unit", "place")
    try:
        filling, said = _filled(account, found, said)
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {"table": found, "said": said, "units": units_for(account), "refusal": refusal}
        return render(request, "forms/fixed_table.html", context, status=422)
    context = {"table": found, "said": said, "units": units_for(account), "query": urlencode(said)}
    return render(request, "forms/fixed_table.html", context | shown(filling))


@require_safe
def file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Send a fixed table as a workbook, a PDF or a Word file, as far as the reader may see it."""
    found = _table(code)
    filling, said = _filled(reader(request), found, fields_of(request, "period", "unit", "place"))
    if kind == "xlsx":
        content, media_type = filling.file, XLSX
    else:
        paper = papers.paper_of(found, filling, house=request.build_absolute_uri("/").rstrip("/"))
        content = papers.pdf_of(paper) if kind == "pdf" else papers.docx_of(paper)
        media_type = PDF if kind == "pdf" else DOCX
    answer = HttpResponse(content, content_type=media_type)
    name = f"{found.title.zh}-{said['period'].replace('/', '至')}.{kind}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer
