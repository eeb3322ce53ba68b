"""Pages of the dashboard: the whole, and the part that renews itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.people.readers import reader_of
from bangfu.reporting.dashboard.asking import asked_in
from bangfu.reporting.dashboard.gathering import dashboard_of
from bangfu.reporting.dashboard.live import live_of

EVERY_S = 20
"""How often the part that came in today is renewed."""


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show how the programme, or a unit with all below it, stands in a year."""
    asked = asked_in(reader_of(request), request, timezone.localdate())
    shown = dashboard_of(asked)
    context = {
        "shown": shown,
        "asked": asked,
        "live": shown.live,
        "every": EVERY_S,
        "more_units": len(shown.units) - 13,
    }
    return render(request, "dashboard/dashboard.html", context)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Give what came in today below a unit, as the page renews it."""
    asked = asked_in(reader_of(request), request, timezone.localdate())
    context = {"live": live_of(asked.unit, asked.today), "asked": asked, "every": EVERY_S}
    return render(request, "dashboard/live.html", context)
