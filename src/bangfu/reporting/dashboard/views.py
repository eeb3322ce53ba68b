"""Pages of the dashboard: the whole, and the part that renews itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import code_text
from bangfu.reporting.access import own_corner
from bangfu.reporting.dashboard.asking import asked_in
from bangfu.reporting.dashboard.gathering import dashboard_of
from bangfu.reporting.dashboard.live import live_of

EVERY_S = 20
"""How often the part that came in today is renewed."""


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show how the programme, or a unit with all below it, stands in a year; who reads a place alone is led to its page."""
    account, today = reader_of(request), timezone.localdate()
    _, place = own_corner(account, today)
    if place is not None and not request.GET.get("unit"):
        return redirect("handbook:page", code=code_text(place))
    asked = asked_in(account, request, today)
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
