"""Forms and buttons that lead to the room's operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.fields import place_written
from bangfu.foundation.places.queries import search
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.training import forms, operations, queries, telling
from bangfu.livelihoods.training.models import Course, Enrolment
from bangfu.livelihoods.training.views.carrying import carried_out
from bangfu.livelihoods.training.views.reading import (
    attendee_context,
    course_context,
    readable_attendee,
    readable_course,
)

MOST_OFFERED = 12


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer counties for what was typed, as options of a list."""
    text = request.GET.get("place", "").strip()
    found = search(text, levels=(COUNTY,), limit=MOST_OFFERED) if text else []
    return render(request, "training/places.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def open_course(request: HttpRequest) -> HttpResponse:
    """Open a course."""
    allowed = granted_units(reader_of(request), "training.open_course", timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission="training.open_course")
    units = Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")
    form = forms.CourseForm(request.POST or None, units=units)
    prefill(form, request, reader_of(request), timezone.localdate())

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.open_course(details=form.details(), unit=said["unit"], act=act)
        return telling.course_address(found.pk)

    context = {"title": both("开课", "Open a course"), "back": reverse("training:courses")}
    return carried_out(request, form, carry_out, both("已开课。", "Opened."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, key: int) -> HttpResponse:
    """Enrol one attendee in a course."""
    _, course = readable_course(request, key)
    counties = set(course.sessions.order_by().values_list("module__place", flat=True))
    first = {"place": place_written(counties.pop())} if len(counties) == 1 else {}
    offers = reverse("training:places")
    form = forms.AttendeeForm(request.POST or None, request.FILES or None, offers=offers, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enrol_attendee(
            course=course, attendee=form.attendee(), files=said["evidence"], act=act
        )
        return telling.enrolment_address(found.pk)

    context = {
        "title": both("登记学员", "Enrol an attendee"),
        "course": course,
        "back": telling.course_address(key),
    }
    return carried_out(request, form, carry_out, both("已登记。", "Enrolled."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, key: int) -> HttpResponse:
    """Hang the sign-in sheet on the attendees of a course who are not submitted."""
    _, course = readable_course(request, key)
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.attach_evidence(course=course, files=said["evidence"], act=act)
        return telling.course_address(key)

    context = {
        "title": both("上传签到表", "Attach the sign-in sheet"),
        "course": course,
        "back": telling.course_address(key),
    }
    return carried_out(request, form, carry_out, both("已上传。", "Attached."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, key: int) -> HttpResponse:
    """Record at which sessions an attendee was."""
    _, found = readable_attendee(request, key)
    first = {"sessions": queries.attended_text(found), "result": found.result}
    form = forms.AttendanceForm(request.POST or None, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.record_attendance(
            enrolment=found, sessions=said["sessions"], result=said["result"], act=act
        )
        return telling.enrolment_address(key)

    context = {"title": both("登记出勤", "Record attendance"), "course": found.course}
    context["back"] = telling.enrolment_address(key)
    return carried_out(request, form, carry_out, both("已登记出勤。", "Recorded."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Correct a counted completion."""
    _, found = readable_attendee(request, key)
    first = {
        "place": place_written(found.place_id),
        "sessions": queries.attended_text(found),
        "result": found.result,
    }
    form = forms.CorrectionForm(request.POST or None, offers=reverse("training:places"), initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.correct_completion(enrolment=found, act=act, **said)
        return telling.enrolment_address(key)

    context = {
        "title": both("更正结业", "Correct the completion"),
        "course": found.course,
        "back": telling.enrolment_address(key),
        "warning": both(
            "更正会冲正已计入的事实，数字随即减少；更正后的内容须由另一人重新核验，才再次计入。",
            "The facts that count it are reversed at once; what you enter is counted again when another person verifies it.",
        ),
        "is_reversal": True,
    }
    return carried_out(
        request, form, carry_out, both("已更正，等待核验。", "Corrected; it waits for review."), context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw an attendee."""
    _, found = readable_attendee(request, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_enrolment(enrolment=found, reason=said["reason"], remark=said["remark"], act=act)
        return telling.enrolment_address(key)

    context = {
        "title": both("撤回学员记录", "Withdraw the attendee"),
        "course": found.course,
        "back": telling.enrolment_address(key),
        "warning": both(
            "撤回后不再计数，已计入的事实被冲正。",
            "The record counts no more, and the facts that counted it are reversed.",
        ),
        "is_reversal": True,
    }
    return carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Submit the attendees of a course for review."""
    account, course = readable_course(request, key)
    try:
        operations.submit_completions(
            course=Course.objects.get(pk=key), act=Act.now(account, key=request.POST.get("key") or None)
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        context = {**course_context(account, course), "refusal": refusal}
        return render(request, "training/course.html", context, status=409)
    messages.success(request, str(both("已提交核验。", "Submitted for review.")))
    return redirect("training:course", key=key)


@require_POST
def verify(request: HttpRequest, key: int) -> HttpResponse:
    """Verify one attendee."""
    return _pressed(
        request, key, operations.verify_completion, both("已核验并计入。", "Verified and counted.")
    )


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Give one attendee back to the course's unit."""
    remark = request.POST.get("remark", "")
    return _pressed(request, key, operations.return_completion, both("已退回。", "Returned."), remark=remark)


def _pressed(
    request: HttpRequest, key: int, operation: Callable[..., Enrolment], done: Words, **said: str
) -> HttpResponse:
    """Carry out what a button on an attendee's page stands for; a refusal is shown on that page."""
    account, found = readable_attendee(request, key)
    return pressed(
        request,
        account,
        lambda act: operation(enrolment=found, act=act, **said),
        done,
        back=("training:attendee", key),
        template="training/attendee.html",
        context=lambda: attendee_context(account, queries.enrolments().get(pk=key)),
    )
