"""Forms and buttons that lead to the room's operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.connectivity.schooling import forms, operations, queries
from bangfu.connectivity.schooling.models import School
from bangfu.connectivity.schooling.views.reading import readable, reader, school_context
from bangfu.foundation.operations import Act, NotPermitted, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import search
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed

MOST_OFFERED = 12


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer counties, towns and villages for what was typed, as options of a list."""
    reader(request)
    text = request.GET.get("place", "").strip()
    found = search(text, levels=forms.LEVELS, limit=MOST_OFFERED) if text else []
    return render(request, "schooling/places.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register one school."""
    permission = "schooling.register_school"
    allowed = granted_units(reader_of(request), permission, timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission=permission)
    units = Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")
    form = forms.SchoolForm(
        request.POST or None, request.FILES or None, units=units, offers=reverse("schooling:places")
    )
    prefill(form, request, reader_of(request), timezone.localdate())

    def carry_out(said: dict[str, Any], act: Act) -> School:
        return operations.register_school(
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )

    done = both(
        "已登记。附上验收单后即可提交核验。", "Registered. With its acceptance record it can be submitted."
    )
    return _carried_out(request, form, carry_out, done, {"title": both("登记学校", "Register a school")})


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change a draft or a returned school."""
    _, found = readable(request, key)
    form = forms.SchoolForm(
        request.POST or None,
        request.FILES or None,
        units=[found.unit],
        offers=reverse("schooling:places"),
        initial=forms.initial_of(found),
    )
    for name in ("unit", "code"):
        form.fields[name].disabled = True

    def carry_out(said: dict[str, Any], act: Act) -> School:
        return operations.revise_school(school=found, details=form.details(), files=said["evidence"], act=act)

    context = {"title": both("修改", "Change"), "school": found}
    return _carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, key: int) -> HttpResponse:
    """Bring pupils and classes up to date."""
    first = {"pupils": None, "classes": None, "on": timezone.localdate()}
    context = {"title": both("更新学生数", "Pupils and classes now")}
    return _one(
        request,
        key,
        forms.PupilsForm,
        operations.count_pupils,
        both("已更新。", "Up to date."),
        context,
        first,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, key: int) -> HttpResponse:
    """End the use of a school."""
    context = {
        "title": both("停用", "Stop"),
        "warning": both(
            "停用经另一人核验后，数字自该日起减少。",
            "Once another person verifies it, the figures fall from that day on.",
        ),
    }
    done = both("已办理停用，等待核验。", "Stopped; it waits for review.")
    return _one(request, key, forms.StopForm, operations.stop_school, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a school."""
    context = {
        "title": both("撤回", "Withdraw"),
        "warning": both(
            "撤回用于从未启用或录错的学校：不再计数，已计入的事实被冲正。用过、现已不用的，请办停用。",
            "Withdraw what never was in use or was entered wrongly: it counts no more and its facts are reversed. What was in"
            " use and is no more is stopped instead.",
        ),
        "is_reversal": True,
    }
    done = both("已撤回。", "Withdrawn.")
    return _one(request, key, WithdrawalForm, operations.withdraw_school, done, context)


def _one(
    request: HttpRequest, key: int, kind: type[Keyed], operation: Callable[..., School], done: Words,
    context: dict[str, Any], initial: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show a form about one school whose fields are what the operation is given, or carry it out."""
    _, found = readable(request, key)
    form = kind(request.POST or None, request.FILES or None, initial=initial)

    def carry_out(said: dict[str, Any], act: Act) -> School:
        said.pop("key")
        if "evidence" in said:
            said["files"] = said.pop("evidence")
        return operation(school=found, act=act, **said)

    return _carried_out(request, form, carry_out, done, {**context, "school": found})


def _carried_out(
    request: HttpRequest,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], School],
    done: Words,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or carry it out and go to the school; a refusal is shown above the form."""
    return carried_out(
        request,
        form,
        lambda said, act: reverse("schooling:school", args=[carry_out(said, act).pk]),
        done,
        context,
        template="schooling/form.html",
    )


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Submit a school for review."""
    return _pressed(request, key, operations.submit_school, both("已提交核验。", "Submitted for review."))


@require_POST
def verify(request: HttpRequest, key: int) -> HttpResponse:
    """Verify a school or its stop."""
    return _pressed(request, key, operations.verify_school, both("已核验并计入。", "Verified and counted."))


@require_POST
def resume(request: HttpRequest, key: int) -> HttpResponse:
    """Resume a school whose stop was returned."""
    done = both("已恢复，等待核验。", "Resumed; it waits for review.")
    return _pressed(request, key, operations.resume_school, done)


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Give a school, or its stop, back to its unit."""
    remark = request.POST.get("remark", "")
    return _pressed(request, key, operations.return_school, both("已退回。", "Returned."), remark=remark)


def _pressed(
    request: HttpRequest, key: int, operation: Callable[..., School], done: Words, **said: str
) -> HttpResponse:
    """Carry out what a button on a school's page stands for; a refusal is shown on that page."""
    account, found = readable(request, key)
    return pressed(
        request,
        account,
        lambda act: operation(school=found, act=act, **said),
        done,
        back=("schooling:school", key),
        template="schooling/school.html",
        context=lambda: school_context(account, queries.schools().get(pk=key)),
    )
