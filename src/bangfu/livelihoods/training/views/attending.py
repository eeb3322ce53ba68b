"""Desks: the square that a screen shows, and what it opens on a phone; ticks by hand; what attendees think."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.printing import square_svg
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.limits import is_over_limit
from bangfu.livelihoods.training import forms, lists, operations, queries, signing, telling
from bangfu.livelihoods.training.models import HIGHEST, QUESTIONS, Checkin, Desk, Session
from bangfu.livelihoods.training.operations import UnableToCheckIn, UnableToGiveFeedback
from bangfu.livelihoods.training.signing import Standing
from bangfu.livelihoods.training.views.carrying import carried_out, pressed
from bangfu.livelihoods.training.views.reading import (
    attendee_rows,
    may,
    readable_attendee,
    readable_course,
)

MOST_TRIES = 240
"""Tries a minute from one address: a whole class sits behind one."""
MOST_WRONG = 30
"""Wrong codes in ten minutes from one address at one desk."""
GONE = 410
TOO_MANY = 429


class TooManyTries(Refusal):
    """Codes: ``too_many``."""

    sentences = {
        "too_many": both(
            "尝试太多次了。请过十分钟再试，或找会务人员。",
            "Too many tries. Try again in ten minutes, or ask the staff.",
        ),
    }


def _session(request: HttpRequest, key: int) -> tuple[Account, Session]:
    found = get_object_or_404(Session.objects.select_related("module"), pk=key)
    account, course = readable_course(request, found.course_id)
    found.course = course
    return account, found


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, key: int) -> HttpResponse:
    """Show the square of a session's desk, to be thrown onto the wall; opening the desk is a button."""
    account, session = _session(request, key)
    address = reverse("training:desk", args=[key])
    if request.method == "POST":

        def open_desk(act: Act) -> object:
            return operations.open_desk(course=session.course, session=session, act=act)

        done = both("签到已开放。", "Check-in is open.")
        return pressed(request, account, open_desk, done, address)
    found = queries.open_desks(timezone.now()).filter(session=session, opened_by=account).first()
    context = {
        "session": session,
        "course": session.course,
        "desk": found,
        "may_open": may(account, "open_desk", session.course),
        "is_today": session.held_on == timezone.localdate(),
        "keyed": Keyed(),
        **(_square(request, found) if found else {}),
    }
    return render(request, "training/desk.html", context)


def _square(request: HttpRequest, found: Desk) -> dict[str, Any]:
    token = signing.square_token(found.pk, timezone.now())
    address = request.build_absolute_uri(reverse("training:check_in", args=[token]))
    return {
        "desk": found,
        "square": mark_safe(square_svg(address, scale=8)),
        "present": Checkin.objects.filter(session=found.session_id).count(),
        "expected": found.course.enrolments.filter(withdrawn_at__isnull=True).count(),
    }


@require_safe
def square(request: HttpRequest, key: int) -> HttpResponse:
    """Show the square that stands on the screen now; the page asks for it again every few seconds."""
    found = get_object_or_404(Desk.objects.select_related("course"), pk=key, session__isnull=False)
    account, _ = readable_course(request, found.course_id)
    if found.opened_by_id != account.pk:
        raise NotPermitted("out_of_scope", permission="training.open_desk")
    if not found.opened_at <= timezone.now() < found.closes_at:
        return render(request, "training/desk_closed.html", {"session": found.session})
    return render(request, "training/square.html", _square(request, found))


def _said(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    return render(request, "training/self_service.html", {"refusal": refusal}, status=status)


def _is_flooding(request: HttpRequest) -> bool:
    return is_over_limit("training.desk", _caller(request), most=MOST_TRIES, seconds=60)


def _is_guessing(request: HttpRequest, found: Desk) -> bool:
    """Count a wrong code, and return whether there have been too many."""
    return is_over_limit("training.code", f"{found.pk}:{_caller(request)}", most=MOST_WRONG, seconds=600)


def _caller(request: HttpRequest) -> str:
    return get_client_ip_address(request) or "unknown"


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever scanned a fresh square check in by their own code; shows nothing of any person."""
    if _is_flooding(request):
        return _said(request, TooManyTries("too_many"), status=TOO_MANY)
    now = timezone.now()
    key, standing = signing.read_square(token, now)
    found = Desk.objects.select_related("course", "session", "opened_by").filter(pk=key).first()
    if found is None or found.session is None:
        return _said(request, UnableToCheckIn("not_genuine"), status=GONE)
    if request.method != "POST" and standing != Standing.GENUINE:
        return _said(request, UnableToCheckIn("late"), status=GONE)
    if now >= found.closes_at:
        return _said(request, UnableToCheckIn("closed"), status=GONE)
    form = forms.CheckInForm(request.POST or None, initial={"ticket": signing.ticket(key, now)})
    context: dict[str, Any] = {"form": form, "session": found.session, "course": found.course}
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                context["done"] = operations.check_in(
                    desk=found,
                    ticket=said["ticket"],
                    code=said["code"],
                    act=Act.now(found.opened_by, key=said["key"]),
                )
                status = 200
            except Refusal as refusal:
                context["refusal"], status = _refused(request, found, refusal)
    return render(request, "training/self_service.html", context, status=status)


def _refused(request: HttpRequest, found: Desk, refusal: Refusal) -> tuple[Refusal, int]:
    """Return what is said of a refusal at a desk, to whoever has no account, and the status."""
    if refusal.code == "unknown_code" and _is_guessing(request, found):
        return TooManyTries("too_many"), TOO_MANY
    if isinstance(refusal, NotPermitted):  # whoever opened the desk may no longer
        kind = UnableToCheckIn if found.session_id else UnableToGiveFeedback
        return kind("closed"), GONE
    return refusal, GONE if refusal.code in ("late", "closed", "not_genuine") else 409


@require_http_methods(["GET", "HEAD", "POST"])
def give_feedback(request: HttpRequest, token: str) -> HttpResponse:
    """Take what an attendee thinks of a course, by their own code; shows nothing of any person."""
    if _is_flooding(request):
        return _said(request, TooManyTries("too_many"), status=TOO_MANY)
    desks = Desk.objects.select_related("course", "opened_by").filter(session__isnull=True)
    found = desks.filter(pk=signing.read_desk(token)).first()
    if found is None:
        return _said(request, UnableToGiveFeedback("not_genuine"), status=GONE)
    if timezone.now() >= found.closes_at:
        return _said(request, UnableToGiveFeedback("closed"), status=GONE)
    form = forms.FeedbackForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "course": found.course, "is_feedback": True}
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            act = Act.now(found.opened_by, key=form.cleaned_data["key"])
            try:
                code = form.cleaned_data["code"]
                operations.give_feedback(desk=found, code=code, opinion=form.opinion(), act=act)
                context["done"], status = True, 200
            except Refusal as refusal:
                context["refusal"], status = _refused(request, found, refusal)
    return render(request, "training/self_service.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def tick(request: HttpRequest, key: int) -> HttpResponse:
    """Tick an attendance by hand, with the reason."""
    _, found = readable_attendee(request, key)
    sessions = found.course.sessions.select_related("module").order_by("number")
    first = {"session": request.GET.get("session")}
    form = forms.TickForm(request.POST or None, sessions=sessions, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.tick_attendance(enrolment=found, session=said["session"], reason=said["reason"], act=act)
        return telling.enrolment_address(key)

    context = {
        "title": both("补签", "Tick an attendance"),
        "course": found.course,
        "back": telling.enrolment_address(key),
    }
    return carried_out(request, form, carry_out, both("已补签。", "Ticked."), context)


@require_safe
def feedback(request: HttpRequest, key: int) -> HttpResponse:
    """Show what attendees think of a course, all together, and the square that leads to the form."""
    account, course = readable_course(request, key)
    opinions = queries.opinions_of(course)
    found = queries.open_desks(timezone.now()).filter(course=course, session__isnull=True).first()
    address = ""
    if found is not None:
        token = signing.desk_token(found.pk)
        address = request.build_absolute_uri(reverse("training:give_feedback", args=[token]))
    context = {
        "course": course,
        "opinions": opinions,
        "questions": [
            {
                "title": words,
                "mark": opinions.marks.get(name),
                "width": int(opinions.marks.get(name, 0) * 100 / HIGHEST),
                "spread": [
                    {"mark": mark, "count": count, "share": count * 100 // opinions.answers}
                    for mark, count in enumerate(opinions.spread.get(name, []), 1)
                ],
            }
            for name, words in QUESTIONS.items()
        ],
        "desk": found,
        "address": address,
        "square": mark_safe(square_svg(address, scale=4)) if address else "",
        "may_open": may(account, "open_desk", course) and timezone.localdate() >= course.last_day,
        "keyed": Keyed(),
        "here": "feedback",
    }
    return render(request, "training/feedback.html", context)


@require_POST
def open_feedback(request: HttpRequest, key: int) -> HttpResponse:
    """Open the desk at which attendees give feedback on a course."""
    account, course = readable_course(request, key)

    def open_desk(act: Act) -> object:
        return operations.open_desk(course=course, act=act)

    address = reverse("training:feedback", args=[key])
    return pressed(request, account, open_desk, both("已开始收集反馈。", "Feedback is being taken."), address)


@require_safe
def codes(request: HttpRequest, key: int) -> HttpResponse:
    """Show the attendees' codes on slips to print and hand out; the persons masked."""
    account, course = readable_course(request, key)
    if not may(account, "open_desk", course):
        return redirect("training:course", key=key)
    rows = attendee_rows(lists.living_attendees(account, course, timezone.localdate()))
    for row in rows:
        row["code"] = signing.attendee_code(course.pk, row["enrolment"].pk)
    return render(request, "training/codes.html", {"course": course, "rows": rows, "here": "codes"})
