"""The official form of a pledge, as a workbook, and as Word file and PDF in either language."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe

from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Origin
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.listing import asked_in
from bangfu.reporting.targets.official_form import Form, docx_of, filled, pdf_of, workbook_of
from bangfu.reporting.targets.views.reading import readable_pledge, shown_pledge

LANGUAGES = {"zh": "zh-hans", "en": "en"}
DOCUMENTS = {
    "pdf": (pdf_of, "application/pdf"),
    "docx": (docx_of, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def _form(request: HttpRequest, key: int, language: str) -> tuple[Form, Origin]:
    """Return the form in the active language, and where it comes from."""
    account, pledge = readable_pledge(request, key)
    asked = asked_in(request, timezone.localdate())
    on = asked.on
    shown = shown_pledge(account, pledge, on, asked.as_of, asked.quarter)
    if shown is None:
        raise Http404(key)
    form = filled(
        shown.standing.version,
        shown.progress,
        on=on,
        lights=lights_on(on),
        origin=request.build_absolute_uri("/").rstrip("/"),
        language=language,
        quarter=asked.quarter,
    )
    address = f"{reverse('targets:pledge', args=[key])}?{asked.when}"
    origin = Origin(
        what=both(
            "{year} 年责任书完成情况表：{title}", "Completion form of the pledge of {year}: {title}"
        ).filled(year=pledge.year, title=pledge.title),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(address),
    )
    return form, origin


@require_safe
def workbook(request: HttpRequest, key: int) -> HttpResponse:
    """Send the form as a workbook in the reader's language."""
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    form, origin = _form(request, key, language)
    response = HttpResponse(
        workbook_of(form, origin),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="pledge-{form.year}-{form.on}.xlsx"'
    return response


@require_safe
def document(request: HttpRequest, key: int, language: str, kind: str) -> HttpResponse:
    """Send the form as a Word file or a PDF in one language."""
    if language not in LANGUAGES:
        raise Http404(language)
    written, media_type = DOCUMENTS[kind]
    with override(LANGUAGES[language]):
        form, _ = _form(request, key, language)
        content = written(form)
    response = HttpResponse(content, content_type=media_type)
    name = f"pledge-{form.year}-{form.on}.{language}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
