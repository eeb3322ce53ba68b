"""The doors that belong to no room: today, work, language, health."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from bangfu.foundation.findings import queries as findings
from bangfu.foundation.operations import Scope, allows, granted_units
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import RoomDeclaration, Wing, both, rooms
from bangfu.reporting.reports import drawn
from bangfu.site.language import COOKIE
from bangfu.site.signing_in import is_asked_for_second_factor

WING_TITLES = {
    Wing.CONNECTIVITY: both("聚焦优势", "Focus"),
    Wing.COORDINATION: both("协同优势", "Coordination"),
    Wing.LIVELIHOODS: both("精准优势", "Precision"),
    Wing.GIVING: both("聚合优势", "Aggregation"),
    Wing.MONITORING: both("脱贫之后", "After exit"),
    Wing.REPORTING: both("数字、责任与查核", "Figures, pledges and checks"),
    Wing.FOUNDATION: both("共用", "Shared"),
}
HOME_REPORT = "programme"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader today, beside the report that the figures stand in."""
    on, reader = timezone.localdate(), reader_of(request)
    deciding = granted_units(reader, "review.decide", on)
    waiting = Batch.objects.filter(state="SUBMITTED", unit__in=deciding).exclude(submitted_by=reader)
    reads_report = allows(reader, "reporting.view", Scope(), on)
    suspicions = findings.waiting_for(reader, on)
    returned = Batch.objects.filter(state="RETURNED", submitted_by=reader)
    open_rooms = [room for room in rooms() if room.in_menu and room.address and _may_view(request, room)]
    return render(
        request,
        "home.html",
        {
            "waiting": waiting.select_related("unit", "submitted_by").order_by("submitted_at")[:5],
            "waiting_count": waiting.count(),
            "findings": suspicions[:5],
            "findings_count": suspicions.count(),
            "today": on,
            "returned": returned.order_by("-decided_at")[:5],
            "rooms": open_rooms,
            "granted_rooms": [room for room in open_rooms if room.view_permission],
            "opens_units": bool(granted_units(reader, "organisation.open_unit", on)),
            "grants": bool(granted_units(reader, "organisation.grant_role", on)),
            "asks_for_second_factor": is_asked_for_second_factor(reader),
            "report": drawn(HOME_REPORT, get_language() or "zh") if reads_report else None,
        },
    )


def _may_view(request: HttpRequest, room: Any) -> bool:
    permission = room.view_permission
    return permission is None or bool(granted_units(reader_of(request), permission, timezone.localdate()))


def _door_of(request: HttpRequest, room: RoomDeclaration) -> str | None:
    """Return where a reader enters a room: its own first page, or what is reported for it; null if neither."""
    if not room.in_menu:
        return None
    if room.address:
        return reverse(room.address) if _may_view(request, room) else None
    may_read = granted_units(reader_of(request), "intake.view_reported", timezone.localdate())
    is_reported = any(measure.reported for measure in room.measures)
    return f"{reverse('intake:reported')}?room={room.code}" if is_reported and may_read else None


@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """Show the rooms under the four advantages that the reader may enter."""
    wings = []
    for wing, title in WING_TITLES.items():
        entries = [
            {"title": room.title, "about": room.about, "icon": room.icon, "url": url}
            for room in rooms(wing)
            if (url := _door_of(request, room)) is not None
        ]
        if entries:
            wings.append({"title": title, "rooms": entries})
    return render(request, "work.html", {"wings": wings})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice of language and go back to the page."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in {code for code, _ in settings.LANGUAGES}:
        response.set_cookie(COOKIE, chosen, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Answer whether the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
