"""Papers of publications: of published ones for everybody, drafts of the others for those who work on them."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bangfu.reporting.publications import queries
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.publications.papers import files
from bangfu.reporting.publications.papers.texts import REPORT, text_of
from bangfu.reporting.publications.queries import Standing
from bangfu.reporting.publications.views import frozen, publications_reader


def _own(request: HttpRequest, key: int) -> Standing:
    publications_reader(request)
    get_object_or_404(Publication, pk=key)
    return queries.standing_of(key)


@require_safe
def text(request: HttpRequest, key: int, code: str) -> HttpResponse:
    """Show a companion of a publication on its way."""
    return _shown_text(request, _own(request, key), code)


@require_safe
def paper(request: HttpRequest, key: int, code: str, language: str, form: str) -> FileResponse:
    """Hand over a paper of a publication on its way."""
    return _handed(request, _own(request, key), code, language, form)


@require_safe
def table(request: HttpRequest, key: int) -> FileResponse:
    """Hand over the table of all figures of a publication on its way."""
    return _handed_table(request, _own(request, key))


@require_safe
def published_text(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """Show a companion of a published report to everybody."""
    return _shown_text(request, frozen(number), code)


@require_safe
def published_paper(request: HttpRequest, number: int, code: str, language: str, form: str) -> FileResponse:
    """Hand over a paper of a published report to everybody."""
    return _handed(request, frozen(number), code, language, form)


@require_safe
def published_table(request: HttpRequest, number: int) -> FileResponse:
    """Hand over the table of all figures of a published report to everybody."""
    return _handed_table(request, frozen(number))


def _origin(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _shown_text(request: HttpRequest, standing: Standing, code: str) -> HttpResponse:
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    try:
        shown = text_of(standing.publication, code)
    except LookupError:
        raise Http404(code) from None
    if code == REPORT:
        raise Http404(code)
    contents = list(standing.publication.figures.order_by("position").values_list("content", flat=True))
    context = {
        "standing": standing,
        "text": shown,
        "byline": shown.byline_in(language),
        "length": shown.about.get(language, {}),
        "paragraphs": shown.drawn(language, contents),
        "figures": [_listed(position, content, language) for position, content in enumerate(contents)],
        **files.listed_papers(standing.publication),
    }
    return render(request, "publications/companion.html", context)


def _listed(position: int, content: dict[str, Any], language: str) -> dict[str, Any]:
    said = {key: content[key][language] for key in ("title", "shown", "when", "where")}
    return {"position": position, "value": Decimal(content["value"]), **said}


def _handed(request: HttpRequest, standing: Standing, code: str, language: str, form: str) -> FileResponse:
    try:
        asked = files.paper_named(code, language, form)
        content = files.written(standing, asked, origin=_origin(request))
    except LookupError:
        raise Http404(f"{code}.{language}.{form}") from None
    return _file(standing, asked.name, form, content)


def _handed_table(request: HttpRequest, standing: Standing) -> FileResponse:
    return _file(standing, files.FIGURES, "csv", files.table(standing, origin=_origin(request)))


def _file(standing: Standing, name: str, form: str, content: bytes) -> FileResponse:
    return FileResponse(
        io.BytesIO(content),
        # A PDF opens where it is read; the others are for programs.
        as_attachment=form != "pdf",
        content_type=files.MEDIA_TYPES[form],
        filename=files.file_name(standing, name),
    )
