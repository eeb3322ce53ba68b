"""The list of reports, and a report with its figures."""

from __future__ import annotations

import io
from dataclasses import replace

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from bangfu.foundation.evidence.models import Use
from bangfu.foundation.evidence.thumbnails import MEDIA_TYPE
from bangfu.foundation.operations import NotPermitted, Scope, allows
from bangfu.foundation.people.readers import reader_of
from bangfu.reporting.companions import FORM_TITLES, companion_of
from bangfu.reporting.printing import report_pdf
from bangfu.reporting.reports import Report, drawn, heading_of, pictures_of
from bangfu.reporting.room import VIEW
from bangfu.reporting.selection import read_block
from bangfu.reporting.texts import LANGUAGES, companion_forms, document, report_codes
from bangfu.reporting.wall import panels_of

WALL_EVERY_S = 20


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


def _asked_report(request: HttpRequest, code: str, use: Use) -> Report:
    _require_reader(request)
    as_of = read_block(request.GET["as_of"]) if request.GET.get("as_of") else None
    try:
        return drawn(code, get_language() or "zh", as_of=as_of, use=use)
    except LookupError:
        raise Http404(code) from None


@require_GET
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Show a report as of a block or now; one that fails its checks shows the sentences that fail instead."""
    shown = _asked_report(request, code, Use.WEB)
    status = 409 if shown.problems else 200
    forms = [(name, FORM_TITLES[name]) for name in companion_forms(code) if name in FORM_TITLES]
    return render(request, "reporting/report.html", {"report": shown, "forms": forms}, status=status)


@require_GET
def wall(request: HttpRequest, code: str) -> HttpResponse:
    """Show a report's figures on one screen, as of now."""
    _require_reader(request)
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    try:
        panels = panels_of(code, language, timezone.localdate())
        heading = heading_of(document(code, language))
    except LookupError:
        raise Http404(code) from None
    context = {"code": code, "heading": heading, "panels": panels, "every": WALL_EVERY_S}
    return render(request, "reporting/wall.html", context)


@require_GET
def companion(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """Show a text that goes with a report as it stands now, or what is wrong with it."""
    _require_reader(request)
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    try:
        found = companion_of(code, form)
    except LookupError:
        raise Http404(f"{code}/{form}") from None
    context = {
        "report": replace(found.reports[language], problems=found.problems),
        "code": code,
        "title": found.form.words,
        "said": found.declared[language],
        "length": found.lengths.get(language),
    }
    return render(request, "reporting/companion.html", context, status=409 if found.problems else 200)


@require_GET
def picture(request: HttpRequest, code: str, digest: str) -> FileResponse:
    """Hand over a picture that stands in a report to whoever may read the report; no other file."""
    _require_reader(request)
    as_of = read_block(request.GET["as_of"]) if request.GET.get("as_of") else None
    try:
        documents = [document(code, one) for one in LANGUAGES]
    except LookupError:
        raise Http404(code) from None
    shown = {one.digest: one for one in pictures_of(documents, as_of).values() if one is not None}
    if digest not in shown:
        raise Http404(digest)
    return FileResponse(shown[digest].path.open("rb"), content_type=MEDIA_TYPE)


@require_GET
def report_as_pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """Hand over a report as a PDF; one that fails its checks shows the sentences that fail instead."""
    shown = _asked_report(request, code, Use.REPORT)
    if shown.problems:
        return render(request, "reporting/report.html", {"report": shown}, status=409)
    origin = request.build_absolute_uri("/").rstrip("/")
    return FileResponse(
        io.BytesIO(report_pdf(shown, origin=origin)),
        content_type="application/pdf",
        filename=f"{shown.heading}.pdf",
    )
