"""The list of reports, and a report with its figures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from bangfu.foundation.operations import NotPermitted, Scope, allows
from bangfu.foundation.people.readers import reader_of
from bangfu.reporting.reports import Report, drawn
from bangfu.reporting.room import VIEW
from bangfu.reporting.selection import read_block
from bangfu.reporting.texts import report_codes


def _require_reader(request: HttpRequest) -> None:
    """Refuse unless the reader may see the figures of the whole programme, which is what a report shows."""
    if not allows(reader_of(request), VIEW, Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """List the reports with what each stands on."""
    _require_reader(request)
    listed = [drawn(code, get_language() or "zh") for code in report_codes()]
    return render(request, "reporting/reports.html", {"reports": listed})


@require_GET
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Show a report as of a block or now; one that fails its checks shows the sentences that fail instead."""
    _require_reader(request)
    as_of = read_block(request.GET["as_of"]) if request.GET.get("as_of") else None
    try:
        shown: Report = drawn(code, get_language() or "zh", as_of=as_of)
    except LookupError:
        raise Http404(code) from None
    status = 409 if shown.problems else 200
    return render(request, "reporting/report.html", {"report": shown}, status=status)
