"""The pages of the handbook: the search with the assisted counties, a place's page, and the same on two printed sides."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from bangfu.foundation.organisation.queries import home_unit
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import search as find_places
from bangfu.reporting.access import own_corner
from bangfu.reporting.handbook.asking import question_of
from bangfu.reporting.handbook.gathering import handbook_of
from bangfu.reporting.handbook.listing import assisted_counties
from bangfu.reporting.handbook.printed import two_sides

LANGUAGES = {"zh": "zh-hans", "en": "en"}
COUNTIES_A_PAGE = 60


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find a place by name, code or pinyin; without a word, list the assisted counties that the reader may see."""
    account, on = reader_of(request), timezone.localdate()
    unit, corner = own_corner(account, on)
    text = request.GET.get("q", "").strip()
    counties = [] if text else assisted_counties(on, unit=unit, place=corner)
    page = Paginator(counties, COUNTIES_A_PAGE).get_page(request.GET.get("page"))
    context = {"q": text, "found": find_places(text, within=corner) if text else [], "page": page}
    return render(request, "handbook/search.html", context)


@require_safe
def page(request: HttpRequest, code: int) -> HttpResponse:
    """Show everything that is said of a place to the reader."""
    question = question_of(request, str(code))
    book = handbook_of(question)
    return render(
        request, "handbook/page.html", {"book": book, "question": question, "place": question.place}
    )


@require_safe
def pdf(request: HttpRequest, code: int, language: str) -> HttpResponse:
    """Send the page as a PDF of two sides at most, in one language."""
    if language not in LANGUAGES:
        raise Http404(language)
    question = question_of(request, str(code))
    unit = home_unit(question.account, question.today)
    with override(LANGUAGES[language]):
        content = two_sides(
            handbook_of(question),
            language=language,
            reader=question.account.display_name,
            unit=unit.name if unit else "",
            origin=request.build_absolute_uri("/").rstrip("/"),
        )
    response = HttpResponse(content, content_type="application/pdf")
    name = f"handbook-{code}-{question.on}.{language}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
