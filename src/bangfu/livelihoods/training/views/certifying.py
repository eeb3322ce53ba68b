"""Certificates of completion: as a page, as a PDF for one or for a whole course, and whether a number is genuine."""

from __future__ import annotations

from axes.helpers import get_client_ip_address
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import clear_names, masked_persons
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.limits import is_over_limit
from bangfu.livelihoods.training import certificates, operations
from bangfu.livelihoods.training.models import Course, Enrolment
from bangfu.livelihoods.training.papers import certificates_pdf
from bangfu.livelihoods.training.views.reading import (
    course_context,
    may,
    readable_attendee,
    readable_course,
)

MOST_CHECKS = 60
"""Numbers that one address may check in a minute."""


@require_safe
def certificate(request: HttpRequest, key: int) -> HttpResponse:
    """Show an attendee's certificate, the person masked, the number signed; printing it is a button."""
    account, found = readable_attendee(request, key)
    if not certificates.is_certified(found):
        raise Http404("the completion is not verified")
    context = {
        "enrolment": found,
        "course": found.course,
        "person": masked_persons([found.person_id])[found.person_id],
        "number": certificates.certificate_number(found),
        "may_print": may(account, "print_certificates", found.course),
        "keyed": Keyed(),
    }
    return render(request, "training/certificate.html", context)


@require_POST
def print_one(request: HttpRequest, key: int) -> HttpResponse:
    """Send an attendee's certificate as a PDF with the name in clear; who printed it is kept."""
    account, found = readable_attendee(request, key)
    return _printed(request, account, found.course, found)


@require_POST
def print_all(request: HttpRequest, key: int) -> HttpResponse:
    """Send the certificates of a course as one PDF with the names in clear; who printed them is kept."""
    account, course = readable_course(request, key)
    return _printed(request, account, course, None)


def _printed(
    request: HttpRequest, account: Account, course: Course, enrolment: Enrolment | None
) -> HttpResponse:
    asked = request.POST.get("language", "")
    language = asked if asked in ("zh", "en") else "en" if (get_language() or "").startswith("en") else "zh"
    try:
        printed = operations.print_certificates(course=course, enrolment=enrolment, act=Act.now(account))
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {**course_context(account, course), "refusal": refusal}
        return render(request, "training/course.html", context, status=409)
    content = certificates_pdf(
        printed.enrolments,
        clear_names(printed.accesses),
        language=language,
        check_at=request.build_absolute_uri(reverse("training:check")),
    )
    name = f"certificate-{enrolment.pk}" if enrolment else f"certificates-{course.pk}"
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{language}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Tell anybody whether a certificate's number is genuine, and what it certifies; of the person the first character."""
    number = request.GET.get("number", "").strip()[:60]
    who = get_client_ip_address(request) or "unknown"
    if number and is_over_limit("training.certificate", who, most=MOST_CHECKS, seconds=60):
        return render(request, "training/check.html", {"number": number, "is_over_limit": True}, status=429)
    found = certificates.certified(number) if number else None
    person = masked_persons([found.person_id])[found.person_id] if found is not None else None
    context = {"number": number, "found": found, "person": person}
    return render(request, "training/check.html", context)
