"""The pages of the handbook: the search, the page of a place, a school or a leader, and the same on two printed sides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from bangfu.foundation.evidence.models import Use
from bangfu.foundation.organisation.queries import home_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import search as find_places
from bangfu.foundation.rooms.register import subjects as known_subjects
from bangfu.reporting.access import own_corner
from bangfu.reporting.handbook.asking import question_of
from bangfu.reporting.handbook.gathering import handbook_of
from bangfu.reporting.handbook.listing import assisted_counties
from bangfu.reporting.handbook.pictures import MEDIA_TYPE, Picture, pictures_in
from bangfu.reporting.handbook.printed import subject_on_two_sides, two_sides
from bangfu.reporting.handbook.subjects import book_of, kind_of

LANGUAGES = {"zh": "zh-hans", "en": "en"}
COUNTIES_A_PAGE = 60


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find a place, a school or a leader; without a word, list the assisted counties that the reader may see."""
    account, on = reader_of(request), timezone.localdate()
    unit, corner = own_corner(account, on)
    text = request.GET.get("q", "").strip()
    counties = [] if text else assisted_counties(on, unit=unit, place=corner)
    page = Paginator(counties, COUNTIES_A_PAGE).get_page(request.GET.get("page"))
    others = [
        {"kind": kind, "found": kind.found(account, text, on) if text else []} for kind in known_subjects()
    ]
    context = {
        "q": text,
        "found": find_places(text, within=corner) if text else [],
        "page": page,
        "others": others,
        "has_found": any(one["found"] for one in others),
    }
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
def picture(request: HttpRequest, code: int, digest: str) -> FileResponse:
    """Hand over a small picture that stands on a place's page to whoever may read the page; no other file."""
    return _handed(pictures_in(question_of(request, str(code)), Use.WEB), digest)


@require_safe
def pdf(request: HttpRequest, code: int, language: str) -> HttpResponse:
    """Send the page as a PDF of two sides at most, in one language."""
    if language not in LANGUAGES:
        raise Http404(language)
    question = question_of(request, str(code))
    with override(LANGUAGES[language]):
        book = handbook_of(question, Use.REPORT)
        content = two_sides(book, **_printed_by(request, question.account, question.today, language))
    return _sent(content, f"handbook-{code}-{question.on}.{language}.pdf")


@require_safe
def subjects(request: HttpRequest, kind: str) -> HttpResponse:
    """List the schools, leaders or whatever a room declares that a text names, or the first ones."""
    account, on = reader_of(request), timezone.localdate()
    own_corner(account, on)
    known = kind_of(kind)
    text = request.GET.get("q", "").strip()
    context = {"kind": known, "q": text, "found": known.found(account, text, on)}
    return render(request, "handbook/subjects.html", context)


@require_safe
def subject(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Show everything that is said of a school, a leader or the like to the reader."""
    return render(request, "handbook/subject.html", {"book": book_of(request, kind, key)})


@require_safe
def subject_picture(request: HttpRequest, kind: str, key: int, digest: str) -> FileResponse:
    """Hand over a small picture that stands on a subject's page to whoever may read the page; no other file."""
    return _handed(book_of(request, kind, key).pictures, digest)


@require_safe
def subject_pdf(request: HttpRequest, kind: str, key: int, language: str) -> HttpResponse:
    """Send a subject's page as a PDF of two sides at most, in one language."""
    if language not in LANGUAGES:
        raise Http404(language)
    with override(LANGUAGES[language]):
        book = book_of(request, kind, key, Use.REPORT)
        content = subject_on_two_sides(book, **_printed_by(request, book.account, book.today, language))
    return _sent(content, f"handbook-{kind}-{key}-{book.on}.{language}.pdf")


def _handed(shown: Iterable[Picture], digest: str) -> FileResponse:
    found = {one.digest: one for one in shown}.get(digest)
    if found is None:
        raise Http404(digest)
    return FileResponse(found.path.open("rb"), content_type=MEDIA_TYPE)


def _printed_by(request: HttpRequest, account: Account, on: date, language: str) -> dict[str, Any]:
    unit = home_unit(account, on)
    return {
        "language": language,
        "reader": account.display_name,
        "unit": unit.name if unit else "",
        "origin": request.build_absolute_uri("/").rstrip("/"),
    }


def _sent(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
