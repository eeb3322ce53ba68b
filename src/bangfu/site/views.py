"""The doors that belong to no room: today, work, audit, sign-in, language, health."""

from __future__ import annotations

from typing import Any

from axes.exceptions import AxesBackendPermissionDenied
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from bangfu.foundation.ledger.queries import latest_block, unsealed_facts
from bangfu.foundation.operations import NotPermitted, Scope, allows, granted_units
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import RoomDeclaration, Wing, both, rooms
from bangfu.reporting.reports import drawn
from bangfu.site.language import COOKIE

WING_TITLES = {
    Wing.CONNECTIVITY: both("聚焦优势", "Focus"),
    Wing.COORDINATION: both("协同优势", "Coordination"),
    Wing.LIVELIHOODS: both("精准优势", "Precision"),
    Wing.GIVING: both("聚合优势", "Aggregation"),
    Wing.MONITORING: both("脱贫之后", "After exit"),
    Wing.FOUNDATION: both("共用", "Shared"),
}
AUDIT_PAGE_ROWS = 50
HOME_REPORT = "programme"


class SignInForm(AuthenticationForm):
    """Name and password, in both languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = lazystr(both("登录名", "Name"))
        self.fields["password"].label = lazystr(both("密码", "Password"))

    def get_invalid_login_error(self) -> ValidationError:
        """Return the sentence for a wrong name or password; it does not say which."""
        words = both("登录名或密码不对，请重新输入。", "The name or the password is wrong; enter them again.")
        return ValidationError(str(words), code="invalid_login")


class SignIn(LoginView):
    """The sign-in page; a locked account is told how long to wait."""

    authentication_form = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in, or show the form again with the reason."""
        try:
            return super().post(request, *args, **kwargs)
        except AxesBackendPermissionDenied:
            return render(request, "registration/locked_out.html", status=403)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader today, beside the report that the figures stand in."""
    on, reader = timezone.localdate(), reader_of(request)
    deciding = granted_units(reader, "review.decide", on)
    waiting = Batch.objects.filter(state="SUBMITTED", unit__in=deciding).exclude(submitted_by=reader)
    reads_report = allows(reader, "reporting.view", Scope(), on)
    returned = Batch.objects.filter(state="RETURNED", submitted_by=reader)
    open_rooms = [room for room in rooms() if room.in_menu and room.address and _may_view(request, room)]
    return render(
        request,
        "home.html",
        {
            "waiting": waiting.select_related("unit", "submitted_by").order_by("submitted_at")[:5],
            "waiting_count": waiting.count(),
            "returned": returned.order_by("-decided_at")[:5],
            "rooms": open_rooms,
            "granted_rooms": [room for room in open_rooms if room.view_permission],
            "administers": bool(granted_units(reader, "organisation.grant_role", on)),
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


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Show the trail of operations, newest first, and how the ledger stands.

    Raises: NotPermitted: ``out_of_scope``: the reader is no auditor of the whole house.
    """
    if not allows(reader_of(request), "operations.view_audit", Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="operations.view_audit")
    entries = AuditEntry.objects.select_related("actor__person").order_by("-id")
    chosen = {name: request.GET.get(name, "").strip() for name in ("operation", "actor", "object")}
    if chosen["operation"]:
        entries = entries.filter(operation__startswith=chosen["operation"])
    if chosen["actor"]:
        entries = entries.filter(actor__username__iexact=chosen["actor"])
    if chosen["object"]:
        entries = entries.filter(objects_named__contains=[chosen["object"]])
    page = Paginator(entries, AUDIT_PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "chosen": chosen, "newest": latest_block(), "unsealed": unsealed_facts()}
    return render(request, "audit.html", context)


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
