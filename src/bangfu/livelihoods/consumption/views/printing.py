"""Papers of agreements: the agreement, an order called off and a delivery note, each as a PDF of its own."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bangfu.livelihoods.consumption import papers, supply
from bangfu.livelihoods.consumption.models import CallOff, Delivery
from bangfu.livelihoods.consumption.views.gate import readable


def _sent(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name, safe='')}.pdf"
    return response


@require_safe
def agreement(request: HttpRequest, key: int) -> HttpResponse:
    """Send a framework agreement as a PDF."""
    _, found = readable(request, supply.agreements(), key)
    return _sent(papers.agreement_pdf(found), found.code)


@require_safe
def call_off(request: HttpRequest, key: int) -> HttpResponse:
    """Send an order called off as a PDF."""
    found = get_object_or_404(CallOff.objects.select_related("agreement__unit"), pk=key)
    readable(request, supply.agreements(), found.agreement_id)
    return _sent(papers.call_off_pdf(found), f"{found.agreement.code}-{found.number}")


@require_safe
def delivery(request: HttpRequest, key: int) -> HttpResponse:
    """Send a delivery note as a PDF."""
    found = get_object_or_404(Delivery.objects.select_related("agreement__unit", "call_off"), pk=key)
    readable(request, supply.agreements(), found.agreement_id)
    return _sent(papers.delivery_pdf(found), f"{found.agreement.code}-{found.note}")
