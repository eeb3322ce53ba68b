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
from django.views.decorators.http import require_GET, require_POST

from bangfu.foundation.operations import Scope, allows, granted_units
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import WING_WORDS, RoomDeclaration, rooms
from bangfu.reporting.dashboard.changed import movement_words
from bangfu.site import today
from bangfu.site.language import COOKIE
from bangfu.site.signing_in import is_asked_for_second_factor


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what the reader must do, how the reader's units stand and what became different, in the order of the role."""
    on, reader = timezone.localdate(), reader_of(request)
    tasks = today.tasks_of(reader, on)
    since = today.since_asked(reader, request.GET.get("since", ""), on)
    sections = today.sections_of(reader, on)
    units = today.units_of(reader, on) if today.UNITS in sections else []
    moved = today.moved_since(reader, since.moment, on) if today.CHANGED in sections else None
    open_rooms = [room for room in rooms() if room.in_menu and room.address and _may_view(request, room)]
    context = {
        "sections": sections,
        "tasks": tasks,
        "tasks_count": today.keep_count(reader, tasks),
        "late_count": sum(one.waiting.overdue for one in tasks),
        "since": since,
        "moved": moved,
        "moved_words": movement_words(moved) if moved is not None else "",
        "told": today.told_since(reader, since.moment, on) if today.CHANGED in sections else [],
        "units": units[: today.UNITS_SHOWN],
        "more_units": max(len(units) - today.UNITS_SHOWN, 0),
        "today": on,
        "rooms": open_rooms,
        "granted_rooms": [room for room in open_rooms if room.view_permission],
        "opens_units": bool(granted_units(reader, "organisation.open_unit", on)),
        "grants": bool(granted_units(reader, "organisation.grant_role", on)),
        "asks_for_second_factor": is_asked_for_second_factor(reader),
        "registers": sections[0] == today.DO and bool(granted_units(reader, "intake.register_reported", on)),
        "reads_report": allows(reader, "reporting.view", Scope(), on),
    }
    return render(request, "home.html", context)


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Give the number beside Today in the menu, which the page asks for when it is not known."""
    count = today.waiting_count(reader_of(request), timezone.localdate(), today.acted_at(request.COOKIES))
    return render(request, "partials/waiting_count.html", {"count": count})


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
    for wing, title in WING_WORDS.items():
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
