"""Certificates of completion: one as a page to print, and the page that tells whether a number is genuine."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.foundation.people.queries import masked_persons
from bangfu.livelihoods.training import certificates
from bangfu.livelihoods.training.views.reading import readable_attendee, reader


@require_safe
def certificate(request: HttpRequest, key: int) -> HttpResponse:
    """Show an attendee's certificate, to be printed; the person masked, the number signed."""
    _, found = readable_attendee(request, key)
    if not certificates.is_certified(found):
        raise Http404("the completion is not verified")
    context = {
        "enrolment": found,
        "course": found.course,
        "person": masked_persons([found.person_id])[found.person_id],
        "number": certificates.certificate_number(found),
    }
    return render(request, "training/certificate.html", context)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Tell whether a certificate's number is genuine, and whom and what it certifies."""
    reader(request)
    number = request.GET.get("number", "").strip()[:60]
    found = certificates.certified(number) if number else None
    person = masked_persons([found.person_id])[found.person_id] if found is not None else None
    context = {"number": number, "found": found, "person": person}
    return render(request, "training/check.html", context)
