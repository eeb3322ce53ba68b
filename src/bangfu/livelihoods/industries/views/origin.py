"""Where a lot comes from, for whoever scans its label, and the label itself."""

from __future__ import annotations

from axes.helpers import get_client_ip_address
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bangfu.foundation.evidence.models import Attachment, EvidenceKind, Use
from bangfu.foundation.evidence.queries import attachments_of, showable
from bangfu.foundation.evidence.thumbnails import MEDIA_TYPE, thumbnail_of
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms.limits import is_over_limit
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.labels import label_pdf
from bangfu.livelihoods.industries.models import CERTIFICATE_WORDS, OPERATOR_WORDS, PART_WORDS, Lot
from bangfu.livelihoods.industries.register import LOT_TYPE
from bangfu.livelihoods.industries.views.gate import readable

MOST_LOOKS = 60
"""Origins that one address may ask for in a minute."""
PICTURES_SHOWN = 3


def pictures_of(lot: Lot) -> list[Attachment]:
    """Return the photographs of a lot that everybody may see: those in which nobody is recognised, or all agreed."""
    found = attachments_of(LOT_TYPE, [lot.pk]).filter(kind=EvidenceKind.PHOTO, file__in=showable(Use.WEB))
    return list(found.select_related("file")[:PICTURES_SHOWN])


@require_safe
def origin(request: HttpRequest, code: str) -> HttpResponse:
    """Tell everybody where a lot comes from: product, village, operator, season, inspection; of persons nothing."""
    who = get_client_ip_address(request) or "unknown"
    if is_over_limit("industries.origin", who, most=MOST_LOOKS, seconds=60):
        return render(request, "industries/origin.html", {"code": code, "is_over_limit": True}, status=429)
    lot = queries.public_lot(code.strip().upper())
    if lot is None:
        return render(request, "industries/origin.html", {"code": code}, status=404)
    context = {
        "code": lot.code,
        "lot": lot,
        "place": place_label(lot.village_id),
        "season": f"{lot.year} {PART_WORDS[lot.part]}",
        "operator_kind": OPERATOR_WORDS[lot.operator.kind],
        "certificates": [
            {"kind": CERTIFICATE_WORDS[one.kind], "number": one.number}
            for one in queries.certificates_on(lot.operator_id, timezone.localdate())
        ],
        "pictures": pictures_of(lot),
    }
    return render(request, "industries/origin.html", context)


@require_safe
def picture(request: HttpRequest, code: str, digest: str) -> HttpResponseBase:
    """Send a small picture of a lot that everybody may see."""
    lot = queries.public_lot(code)
    found = next((one for one in pictures_of(lot) if one.file_id == digest), None) if lot else None
    path = thumbnail_of(digest, found.file.media_type) if found else None
    if path is None:
        raise Http404("no picture of this lot is public")
    return FileResponse(path.open("rb"), content_type=MEDIA_TYPE)


@require_safe
def label(request: HttpRequest, key: int) -> HttpResponse:
    """Send the label of a verified lot as a PDF."""
    _, lot = readable(request, "lot", key)
    if lot.confirmed_at is None:
        raise Http404("the lot is not verified")
    address = request.build_absolute_uri(reverse("industries:origin", args=[lot.code]))
    asked = request.GET.get("language", "")
    language = asked if asked in ("zh", "en") else "en" if (get_language() or "").startswith("en") else "zh"
    response = HttpResponse(
        label_pdf(lot, language=language, address=address), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="{lot.code}.pdf"'
    return response
